"""receive_webhook: keeps what a carrier pushes, at a public address.

It must acknowledge within a second, cold as well: so it loads neither pydantic nor requests, and reads its variables
itself.
"""

from __future__ import annotations

import gc
from functools import cache
from typing import Any

from functions.public import call_of, variables
from shared.aws.queues import SqsQueue
from shared.aws.session import CONFIG, open_session
from shared.aws.tracking_events import DynamoTrackingEvents
from shared.aws.webhooks import DynamoWebhooks
from shared.clock import SystemClock
from shared.pushes import reader_of, verifier_of
from shared.workflow.tracking.receive import Door, receive

VARIABLES = ("PARCELBRIDGE_TABLE", "PARCELBRIDGE_TRACKING_QUEUE", "PARCELBRIDGE_LOOKS_QUEUE")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """A request of an HTTP API at /webhooks/{carrier}/{id} (payload format 2.0); answers with a status and a few
    words."""
    answer = receive(door(), call_of(event))
    headers = {"content-type": "text/plain; charset=utf-8", "cache-control": "no-store"}
    if answer.challenge:
        headers["www-authenticate"] = answer.challenge
    return {"statusCode": answer.status, "headers": headers, "body": answer.words}


@cache
def door() -> Door:
    """Return the function's ports: made at the first call, kept for the life of the process. Raises Misconfigured."""
    table, queue, looks = variables("ReceiveWebhook", *VARIABLES)
    gc.disable()  # clients are made of thousands of objects that all stay: collecting among them costs a third
    try:
        return _opened(table, queue, looks)
    finally:
        gc.enable()


def _opened(table: str, queue: str, looks: str) -> Door:
    session = open_session()
    dynamodb, sqs = session.client("dynamodb", config=CONFIG), session.client("sqs", config=CONFIG)
    return Door(
        DynamoWebhooks(dynamodb, table),
        DynamoTrackingEvents(dynamodb, table),
        SqsQueue(sqs, queue),
        SystemClock(),
        reader_of,
        SqsQueue(sqs, looks),
        verifier_of,
    )
