"""issue_token: gives a carrier a token for its webhook, at a public address."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from functions.public import call_of, variables
from shared.aws.secrets import SecretsManagerSecrets
from shared.aws.session import CONFIG, open_session
from shared.aws.webhooks import DynamoWebhooks
from shared.clock import SystemClock
from shared.pushes import SIGNATURES
from shared.workflow.tracking.issue_token import Office, issue_token

VARIABLES = ("PARCELBRIDGE_TABLE", "PARCELBRIDGE_SECRET_PREFIX")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """A request of an HTTP API at /webhooks/{carrier}/{id}/token (payload format 2.0); answers as RFC 6749 says."""
    grant = issue_token(office(), call_of(event))
    headers = {"content-type": "application/json", "cache-control": "no-store", "pragma": "no-cache"}
    if grant.challenge:
        headers["www-authenticate"] = grant.challenge
    return {"statusCode": grant.status, "headers": headers, "body": json.dumps(grant.body)}


@cache
def office() -> Office:
    """Return the function's ports: made at the first call, kept for the life of the process. Raises Misconfigured."""
    table, prefix = variables("IssueToken", *VARIABLES)
    session, clock = open_session(), SystemClock()
    return Office(
        DynamoWebhooks(session.client("dynamodb", config=CONFIG), table),
        SecretsManagerSecrets(session.client("secretsmanager", config=CONFIG), prefix, clock),
        clock,
        SIGNATURES,
    )
