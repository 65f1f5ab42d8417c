"""The oldest Node that the README promises, held against what the locked CDK command line asks for."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

OLDEST = 20


def refusal(lock: Path) -> str:
    """Return why the lock cannot be kept, "" when its CDK runs on the oldest Node."""
    cdk = json.loads(lock.read_text())["packages"]["node_modules/aws-cdk"]
    wanted = str(cdk.get("engines", {}).get("node", ""))
    majors = [int(number) for number in re.findall(r"(\d+)(?:\.\d+)*", wanted)]
    if not majors or min(majors) <= OLDEST:
        return ""
    return (
        f"the CDK command line {cdk['version']} needs Node {wanted}, and README.md promises Node {OLDEST}: "
        "pin an older one in package.json, or change the promise (README.md, Makefile, infra/node.py)"
    )


if __name__ == "__main__":
    sys.exit(refusal(Path("package-lock.json")) or 0)
