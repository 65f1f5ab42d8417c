"""Webhooks out: events posted to a system of the customer's, signed as Standard Webhooks say (standardwebhooks.com).

The address stands in the deployment's settings, and its host may be anything in the internet: what it resolves to is
looked at when the connection is made, and no private or local address is ever written to.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from shared import log
from shared.errors import Misconfigured, Retry
from shared.hosts import host_of, is_here
from shared.http import Lost, NotSent, Request, RequestsTransport, Transport
from shared.ports import Clock

PREFIX = "whsec_"
"""How Standard Webhooks mark a secret; what follows is Base64 of 24 to 64 bytes."""
SECONDS = 10.0
"""How long the receiver may take for its answer."""
WAITS = (30, 300, 1800, 7200, 18000, 36000, 36000)
"""Seconds between the tries of one event, some 27 hours in all; after the last one it is a dead letter."""
_LONGEST = 39600
_FEWEST_BYTES = 16
_SUCCESS = range(200, 300)


class Post:
    """Posts events to one address. `secrets` gives the secret's fields; `secret` holds one secret, or several separated
    by blanks while a new one takes over from an old one: the event then has a signature by each."""

    def __init__(self, transport: Transport, url: str, secrets: Callable[[], Mapping[str, str]], clock: Clock) -> None:
        self._transport, self._url, self._secrets, self._clock = transport, url, secrets, clock

    def send(self, body: str) -> None:
        """Posts one event. Raises Retry when the receiver did not answer with a 2xx, Misconfigured without a secret."""
        told = json.loads(body)
        id_, now = str(told["id"]), self._clock.now()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": id_,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature(self._secrets().get("secret", ""), id_, now, body),
        }
        host, facts = host_of(self._url), {"id": id_, "type": told.get("type"), "connection": told.get("connection")}
        try:
            answer = self._transport.send(
                Request("POST", self._url, headers, body.encode()), timeout=SECONDS, fresh=False
            )
        except (NotSent, Lost) as error:
            raise Retry(f"the event {id_} was not taken: {error}") from error
        log.step("event_posted", host=host, outcome=answer.status, **facts)
        if answer.status not in _SUCCESS:
            raise Retry(f"the event {id_} was not taken: {host} answered {answer.status}", answer.retry_after(now))


def signature(secrets: str, id_: str, at: datetime, body: str) -> str:
    """The header `webhook-signature`: HMAC-SHA256 over id, time in seconds and body, by each of the secrets.

    Raises Misconfigured for a secret that is none, without repeating it."""
    signed = f"{id_}.{int(at.timestamp())}.{body}".encode()
    made = [hmac.new(_key(each), signed, hashlib.sha256).digest() for each in secrets.split()]
    if not made:
        raise Misconfigured("the secret of the webhooks is empty", field="secret", hint=_HINT)
    return " ".join(f"v1,{base64.b64encode(each).decode()}" for each in made)


_HINT = f"it is {PREFIX} and the Base64 of 24 to 64 random bytes; docs/events.md"


def _key(secret: str) -> bytes:
    text = secret.removeprefix(PREFIX)
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < _FEWEST_BYTES:
        raise Misconfigured("the secret of the webhooks is no Base64, or too short", field="secret", hint=_HINT)
    return key


def wait_before(tries: int, asked: float | None) -> int:
    """Seconds until the next try, after so many: what the receiver asked for, if that is longer."""
    planned = WAITS[min(max(tries, 1), len(WAITS)) - 1]
    return min(max(planned, int(asked or 0)), _LONGEST)


def open_transport(url: str) -> Transport:
    """The transport to an address: to public hosts alone. This machine may be one where AWS itself runs on it, as in
    the local stack. Raises Misconfigured for an address that is not https."""
    if is_here(url) and is_here(os.environ.get("AWS_ENDPOINT_URL", "")):
        return RequestsTransport()
    if urlsplit(url).scheme != "https":
        raise Misconfigured("webhooks go to https addresses", field="events_webhook")
    return RequestsTransport(public=True)
