"""receive_webhook: keeps what a carrier pushes, at a public address.

It must acknowledge within a second, cold as well: so it loads neither pydantic nor requests, and reads its variables
itself.
"""

from __future__ import annotations

import base64
import binascii
import gc
import os
from functools import cache
from typing import Any

from shared.aws.queues import SqsQueue
from shared.aws.session import CONFIG, open_session
from shared.aws.tracking_events import DynamoTrackingEvents
from shared.aws.webhooks import DynamoWebhooks
from shared.clock import SystemClock
from shared.errors import Misconfigured
from shared.pushes import reader_of
from shared.workflow.tracking.receive import Call, Door, receive

VARIABLES = ("PARCELBRIDGE_TABLE", "PARCELBRIDGE_TRACKING_QUEUE")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """A request of an HTTP API at /webhooks/{carrier}/{id} (payload format 2.0); answers with a status and a few
    words."""
    answer = receive(door(), call_of(event))
    return {
        "statusCode": answer.status,
        "headers": {"content-type": "text/plain; charset=utf-8", "cache-control": "no-store"},
        "body": answer.words,
    }


def call_of(event: dict[str, Any]) -> Call:
    """The request as it was sent."""
    place = event.get("pathParameters") or {}
    text = event.get("body") or ""
    body = _decoded(text) if event.get("isBase64Encoded") else text.encode("utf-8", "surrogatepass")
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    return Call(place.get("carrier", ""), place.get("id", ""), headers, body)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""


@cache
def door() -> Door:
    """What the function reaches, made at its first call and kept for the life of the process. Raises Misconfigured."""
    missing = [name for name in VARIABLES if not os.environ.get(name)]
    if missing:
        said = "; ".join(f"{name}: is not set" for name in missing)
        hint = "the stack sets these variables; deploy it again with `cdk deploy`"
        raise Misconfigured(f"environment of ReceiveWebhook: {said}", field=missing[0], hint=hint)
    table, queue = (os.environ[name] for name in VARIABLES)
    gc.disable()  # clients are made of thousands of objects that all stay: collecting among them costs a third
    try:
        return _opened(table, queue)
    finally:
        gc.enable()


def _opened(table: str, queue: str) -> Door:
    session = open_session()
    dynamodb = session.client("dynamodb", config=CONFIG)
    return Door(
        DynamoWebhooks(dynamodb, table),
        DynamoTrackingEvents(dynamodb, table),
        SqsQueue(session.client("sqs", config=CONFIG), queue),
        SystemClock(),
        reader_of,
    )
