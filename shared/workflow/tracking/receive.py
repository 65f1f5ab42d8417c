"""Receive a webhook's call: it is proven first, then parsed, stored, handed on, and only then acknowledged.

It runs at a public address, in a function that must start fast: it loads neither the connection's model nor the ports,
which stand here as types only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, Protocol

from shared import log
from shared.bearer import is_valid
from shared.domain.parcel import ParcelEvent, Source
from shared.domain.tracking import Place, Pointer, TrackingEvent
from shared.domain.webhook import Signed, Webhook, is_id

if TYPE_CHECKING:
    from shared.ports import Clock, Queue

MOST_BYTES = 1024 * 1024
MOST_DEPTH = 32
CHALLENGE = 'Bearer realm="webhook"'
KEPT_UNKNOWN = timedelta(days=14)
"""How long events of a number are kept that nobody watches: its label may come later."""
_NUMBER = re.compile(r"[A-Za-z0-9-]{5,40}")
_LONGEST = 300

IN_ADDRESS = "credential"
"""The part of an address's query that has the credential, for a carrier that can send no header of ours."""
POINTED, KEYS, SUBSCRIBE = "@", "@keys", "@subscribe"
"""Looks that are no parcel's: a resource stands behind the sign; the carrier's keys or its webhooks are wanted."""

Read = Callable[[Mapping[str, Any]], "tuple[str, TrackingEvent] | Pointer | None"]
"""A carrier's own: the tracking number and the event of a body, or where it points; None when none of it is usable."""
Verify = Callable[[Mapping[str, str], bytes, Mapping[str, str], datetime], Signed]
"""A carrier's own: how these headers and this body are signed, by keys of it (id → modulus), at this time."""


class KnowsWebhooks(Protocol):
    """The part of Webhooks that is needed here."""

    def get(self, webhook: str) -> Webhook | None: ...


class KeepsEvents(Protocol):
    """The part of TrackingStore that is needed here."""

    def keep(self, carrier: str, number: str, events: Sequence[ParcelEvent], *, expires: datetime | None) -> int: ...


@dataclass(frozen=True, slots=True)
class Door:
    """The ports of a webhook: the webhooks, the store of events, the queue that hears of them, each kind's reader, the
    queue of looks at a carrier, and what verifies the signature of a kind that signs."""

    webhooks: KnowsWebhooks
    tracking: KeepsEvents
    queue: Queue
    clock: Clock
    reader: Callable[[str], Read]
    looks: Queue
    verifier: Callable[[str], Verify | None]


@dataclass(frozen=True, slots=True)
class Call:
    """A request at /webhooks/{carrier}/{webhook}; header names are lower case. `secret` is the credential in the
    address."""

    carrier: str
    webhook: str
    headers: Mapping[str, str]
    body: bytes
    secret: str = ""


class Answer(NamedTuple):
    """The answer: a status and a few words; with a 401, how to prove oneself. It repeats nothing of the request."""

    status: int
    words: str
    challenge: str = ""


class _Refused(Exception):
    """The request ends here, with this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.words)
        self.answer = answer


def receive(door: Door, call: Call) -> Answer:
    """Keeps the event of a call and has its parcel looked at; 200 says that it is stored.

    401 and 403 come before anything of the body is looked at. What fails on our own side is raised: it is not
    acknowledged then.
    """
    try:
        webhook, whole = _proven(door, call)
        told = _told(door, webhook, _parsed(call.body), whole=whole)
    except _Refused as refused:
        log.step("webhook_refused", status=refused.answer.status, why=refused.answer.words)
        log.measure("WebhooksRefused")
        return refused.answer
    if isinstance(told, Pointer):
        door.looks.send(webhook.connection, [POINTED + told.resource], "look")
        log.step("pointer_received", connection=webhook.connection, resource=told.resource)
        log.measure("WebhooksAccepted", connection=webhook.connection)
        return Answer(200, "noted")
    number, event = told
    new = door.tracking.keep(webhook.carrier, number, [event], expires=event.received_at + KEPT_UNKNOWN)
    # One that was told before may have been kept by a call that died here.
    door.queue.send(webhook.connection, [number], "parcel")
    log.step("event_received", connection=webhook.connection, parcel=number, new=bool(new))
    log.measure("WebhooksAccepted", connection=webhook.connection)
    return Answer(200, "stored")


def _proven(door: Door, call: Call) -> tuple[Webhook, bool]:
    """The webhook of a call that carries its credential, or a token that was issued for it; and whether it is believed:
    else what it tells is a hint only."""
    credential, token = (_bare(call.headers.get(name, "")) for name in ("credential", "authorization"))
    if not (credential or token or call.secret):
        _refuse(401, "no credential")
    webhook = door.webhooks.get(call.webhook) if is_id(call.webhook) else None
    if webhook is None or webhook.carrier != call.carrier:
        _refuse(403, "wrong credential")
    if webhook.admits((credential or token or call.secret).encode("utf-8", "surrogatepass")):
        return webhook, _is_believed(door, webhook, call, by_header=bool(credential or token))
    if credential or not token:
        _refuse(403, "wrong credential")
    _check_token(door, webhook, call, token)
    return webhook, True


def _is_believed(door: Door, webhook: Webhook, call: Call, *, by_header: bool) -> bool:
    """Tell if a call with the right credential is also signed, where its carrier signs. A credential in the address,
    which is good for such a carrier alone, stands in other people's logs: what comes with it is a hint."""
    verify = door.verifier(webhook.carrier)
    if verify is None or not by_header:
        if not by_header and verify is None:
            _refuse(403, "wrong credential")
        return by_header
    if len(call.body) > MOST_BYTES:
        _refuse(413, f"more than {MOST_BYTES} bytes")
    signed = verify(call.headers, call.body, dict(webhook.keys), door.clock.now())
    if signed == Signed.BY_UNKNOWN_KEY:  # a new one, perhaps: it is asked for, and the carrier sends the event again
        door.looks.send(webhook.connection, [KEYS], "look")
    elif signed != Signed.WELL:
        log.count("EventsUnreadable", connection=webhook.connection)
    if signed != Signed.WELL:
        _refuse(*_UNSIGNED[signed])
    return True


_UNSIGNED = {
    Signed.NOT: (401, "no signature"),
    Signed.LONG_AGO: (400, "signed at another time"),
    Signed.BY_UNKNOWN_KEY: (503, "the key is not known yet"),
    Signed.WRONGLY: (403, "wrong signature"),
}


def _check_token(door: Door, webhook: Webhook, call: Call, token: str) -> None:
    if not is_valid(token, webhook, door.clock.now()):
        _refuse(401, "invalid token")
    client = call.headers.get("x-api-key", "")
    if client and not webhook.is_client(client.encode("utf-8", "surrogatepass")):
        _refuse(403, "wrong client")


def _bare(value: str) -> str:
    """The credential of a header's value, with or without the word for its type."""
    kind, _, rest = value.strip().partition(" ")
    return rest.strip() if kind.lower() == "bearer" else value


def _parsed(body: bytes) -> dict[str, Any]:
    """The object that a body is."""
    if len(body) > MOST_BYTES:
        _refuse(413, f"more than {MOST_BYTES} bytes")
    try:
        found = json.loads(body.decode(), parse_constant=_no_number)
        if _is_deep(found):
            _refuse(400, f"nested deeper than {MOST_DEPTH}")
        if b"\\u" in body:  # half of a surrogate pair is no text, and could not be stored
            found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        _refuse(400, "no JSON")
    if not isinstance(found, dict):
        _refuse(400, "no object")
    return found


def _no_number(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")


def _is_deep(found: Any) -> bool:
    level = [found] if isinstance(found, dict | list) else []
    for _ in range(MOST_DEPTH):
        groups = (each.values() if isinstance(each, dict) else each for each in level)
        level = [child for group in groups for child in group if isinstance(child, dict | list)]
    return bool(level)


def _told(door: Door, webhook: Webhook, body: Mapping[str, Any], *, whole: bool) -> tuple[str, ParcelEvent] | Pointer:
    """The parcel's number and its event, as it is kept, or where the body points. A photo is never part of it."""
    try:
        read = door.reader(webhook.carrier)(body)
        if isinstance(read, Pointer):
            return read
        read = read if whole else None
        kept = read and (read[0], ParcelEvent(_short(read[1]), Source.PUSH, webhook.connection, door.clock.now()))
        usable = kept and _NUMBER.fullmatch(kept[0]) and kept[1].id
    except Exception as error:  # noqa: BLE001 - whatever somebody sends is no failure of ours; the log has its stack
        log.failed("event_unreadable", error, connection=webhook.connection)
        usable = kept = None
    if not (kept and usable):
        log.count("EventsUnreadable", connection=webhook.connection)
        _refuse(400, "no tracking event")
    return kept


def _short(event: TrackingEvent) -> TrackingEvent:
    """The event with its texts bounded: an item has a largest size."""
    place = event.place
    return replace(
        event,
        type=event.type[:_LONGEST],
        code=event.code[:_LONGEST],
        status_code=event.status_code[:_LONGEST],
        description=event.description[:_LONGEST],
        place=Place(*(each[:_LONGEST] for each in (place.city, place.state, place.postcode, place.country))),
        received_by=event.received_by[:_LONGEST],
    )


def _refuse(status: int, words: str) -> NoReturn:
    raise _Refused(Answer(status, words, CHALLENGE if status == 401 else ""))
