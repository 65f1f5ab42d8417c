"""Code shared by the functions at public addresses: a request as it was sent, and their variables without a model, as a
model would load pydantic."""

from __future__ import annotations

import base64
import os
from typing import Any

from shared.errors import Misconfigured
from shared.workflow.tracking.receive import IN_ADDRESS, Call


def call_of(event: dict[str, Any]) -> Call:
    """The request of an HTTP API's event (payload format 2.0)."""
    place = event.get("pathParameters") or {}
    text = event.get("body") or ""
    body = _decoded(text) if event.get("isBase64Encoded") else text.encode("utf-8", "surrogatepass")
    secret = (event.get("queryStringParameters") or {}).get(IN_ADDRESS) or ""
    return Call(place.get("carrier", ""), id_of(event), headers_of(event), body, secret)


def id_of(event: dict[str, Any]) -> str:
    """The id in the path of an HTTP API's event, "" for none."""
    return (event.get("pathParameters") or {}).get("id") or ""


def headers_of(event: dict[str, Any]) -> dict[str, str]:
    """The headers of an HTTP API's event; names are lower case."""
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}


def variables(function: str, *names: str) -> list[str]:
    """The values of these variables. Raises Misconfigured naming each that is not set."""
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        said = "; ".join(f"{name}: is not set" for name in missing)
        hint = "the stack sets these variables; deploy it again with `cdk deploy`"
        raise Misconfigured(f"environment of {function}: {said}", field=missing[0], hint=hint)
    return [os.environ[name] for name in names]


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except ValueError:
        return b""
