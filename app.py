"""The CDK app. Context: name (of the stack), python (minor version of the runtime), local (for the local AWS).

Webhooks: webhook_domain and webhook_certificate (its ARN) put a domain of your own before them, webhook_warm keeps so
many instances warm.

Console: console=true makes the operator API and the web console; console_issuer with console_audience, console_scope,
console_role_claim, console_name_claim and console_roles (Logistics=clerk,IT=engineer) name your own OIDC provider.

Network: vpc_subnets and vpc_security_groups (ids, separated by commas) put the functions that call an ERP into a VPC.
"""

from infra.application import synthesize

if __name__ == "__main__":
    synthesize()
