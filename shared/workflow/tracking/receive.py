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
from shared.domain.tracking import Place, TrackingEvent
from shared.domain.webhook import Webhook, is_id

if TYPE_CHECKING:
    from shared.ports import Clock, Queue

MOST_BYTES = 1024 * 1024
MOST_DEPTH = 32
CHALLENGE = 'Bearer realm="webhook"'
KEPT_UNKNOWN = timedelta(days=14)
"""How long events of a number are kept that nobody watches: its label may come later."""
_NUMBER = re.compile(r"[A-Za-z0-9-]{5,40}")
_LONGEST = 300

Read = Callable[[Mapping[str, Any]], "tuple[str, TrackingEvent] | None"]
"""A carrier's own: the tracking number and the event of a body, None when there is nothing usable in it."""


class KnowsWebhooks(Protocol):
    """The part of Webhooks that is needed here."""

    def get(self, webhook: str) -> Webhook | None: ...


class KeepsEvents(Protocol):
    """The part of TrackingStore that is needed here."""

    def keep(self, carrier: str, number: str, events: Sequence[ParcelEvent], *, expires: datetime | None) -> int: ...


@dataclass(frozen=True, slots=True)
class Door:
    """The ports of a webhook: the webhooks, the store of events, the queue that hears of them, and each kind's
    reader."""

    webhooks: KnowsWebhooks
    tracking: KeepsEvents
    queue: Queue
    clock: Clock
    reader: Callable[[str], Read]


@dataclass(frozen=True, slots=True)
class Call:
    """A request at /webhooks/{carrier}/{webhook}; header names are lower case."""

    carrier: str
    webhook: str
    headers: Mapping[str, str]
    body: bytes


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
        webhook = _proven(door, call)
        number, event = _told(door, webhook, _parsed(call.body))
    except _Refused as refused:
        log.step("webhook_refused", status=refused.answer.status, why=refused.answer.words)
        return refused.answer
    new = door.tracking.keep(webhook.carrier, number, [event], expires=event.received_at + KEPT_UNKNOWN)
    # One that was told before may have been kept by a call that died here.
    door.queue.send(webhook.connection, [number], "parcel")
    log.step("event_received", connection=webhook.connection, parcel=number, new=bool(new))
    return Answer(200, "stored")


def _proven(door: Door, call: Call) -> Webhook:
    """The webhook of a call that carries its credential, or a token that was issued for it."""
    credential, token = (_bare(call.headers.get(name, "")) for name in ("credential", "authorization"))
    if not (credential or token):
        _refuse(401, "no credential")
    webhook = door.webhooks.get(call.webhook) if is_id(call.webhook) else None
    if webhook is None or webhook.carrier != call.carrier:
        _refuse(403, "wrong credential")
    if webhook.admits((credential or token).encode("utf-8", "surrogatepass")):
        return webhook
    if credential:
        _refuse(403, "wrong credential")
    if not is_valid(token, webhook, door.clock.now()):
        _refuse(401, "invalid token")
    client = call.headers.get("x-api-key", "")
    if client and not webhook.is_client(client.encode("utf-8", "surrogatepass")):
        _refuse(403, "wrong client")
    return webhook


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


def _told(door: Door, webhook: Webhook, body: Mapping[str, Any]) -> tuple[str, ParcelEvent]:
    """The parcel's number and its event, as it is kept. A photo is never part of it."""
    try:
        read = door.reader(webhook.carrier)(body)
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
