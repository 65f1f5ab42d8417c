"""The CDK app. Context: name (of the stack), python (minor version of the runtime), local (for the local AWS)."""

from infra.application import synthesize

if __name__ == "__main__":
    synthesize()
