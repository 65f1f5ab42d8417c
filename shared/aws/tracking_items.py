"""How a parcel's watch and its events stand in the table, in the parcel's partition: WATCH and EVT#time#id. Pure.

Loads neither pydantic nor the models of orders, for the function that a webhook calls writes events.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from shared.aws.keys import due_keys, stamp_of
from shared.aws.wire import FORMAT, Item, readable
from shared.domain.milestones import Milestone
from shared.domain.parcel import ParcelEvent, ParcelFacts, Promise, Source, Watch
from shared.domain.tracking import Place, TrackingEvent

PARCELS = "parcel"
"""The kind of what is due that a watched parcel is."""
MOST_PROMISES = 20
"""Changes of the day of arrival that a watch keeps; all stand in its events."""
_EVENT = "EVT#"
_WATCH_TEXTS = ("connection", "order", "refused", "finished")
_WATCH_COUNTS = ("generation", "package", "tries", "polls_failed", "version")
_WATCH_TIMES = ("since", "subscribe_at", "poll_at", "subscribed_until", "polled_at")


def partition(carrier: str, number: str) -> str:
    """The partition of a carrier's parcel."""
    return f"PARCEL#{carrier}:{number}"


def parcel_of(key: str) -> tuple[str, str]:
    """The carrier and the number of a partition."""
    carrier, number = key.removeprefix("PARCEL#").split(":", 1)
    return carrier, number


def event_sort(each: ParcelEvent) -> str:
    """An event's place among those of its parcel: by time, then by its id."""
    told = each.event
    when = stamp_of(told.at) if told.at else f"-{told.local:%Y%m%dT%H%M%S}" if told.local else "-"
    return f"{_EVENT}{when}#{each.id}"


def event_item(carrier: str, number: str, each: ParcelEvent, expires: datetime | None) -> Item:
    """One event; what is blank is left out."""
    told, place = each.event, each.event.place
    facts: Item = {
        "at": told.at.isoformat() if told.at else "",
        "local": told.local.isoformat() if told.local else "",
        "type": told.type,
        "code": told.code,
        "status_code": told.status_code,
        "description": told.description[:300],
        "place": {k: v for k, v in zip(_PLACE, _place(place), strict=True) if v},
        "milestone": str(told.milestone or ""),
        "expected": told.expected.isoformat() if told.expected else "",
        "received_by": told.received_by[:100],
        "returning": told.returning,
    }
    return {
        "pk": partition(carrier, number),
        "sk": event_sort(each),
        "v": FORMAT,
        "source": str(each.source),
        "connection": each.connection,
        "received_at": each.received_at.isoformat(),
        **{name: value for name, value in facts.items() if value},
        **({"expires": int(expires.timestamp())} if expires else {}),
    }


_PLACE = ("city", "state", "postcode", "country")


def _place(place: Place) -> tuple[str, ...]:
    return tuple(getattr(place, name) for name in _PLACE)


def read_event(item: Item) -> ParcelEvent:
    """The event of an item. Raises NewerFormat."""
    readable(item, "EVT")
    event = TrackingEvent(
        at=_time(item.get("at")),
        local=_time(item.get("local")),
        type=item.get("type", ""),
        code=item.get("code", ""),
        status_code=item.get("status_code", ""),
        description=item.get("description", ""),
        place=Place(**item.get("place", {})),
        milestone=_milestone(item.get("milestone")),
        expected=_day(item.get("expected")),
        received_by=item.get("received_by", ""),
        returning=bool(item.get("returning")),
    )
    return ParcelEvent(event, Source(item["source"]), item["connection"], datetime.fromisoformat(item["received_at"]))


def watch_item(watch: Watch) -> Item:
    """A watch. It stands among what is due until it is finished, and in the listing of its connection's parcels."""
    counts = {name: getattr(watch, name) for name in _WATCH_COUNTS}
    times = {name: getattr(watch, name) for name in _WATCH_TIMES}
    item: Item = {
        "pk": partition(watch.carrier, watch.number),
        "sk": "WATCH",
        "v": FORMAT,
        **{name: getattr(watch, name) for name in _WATCH_TEXTS if getattr(watch, name)},
        **counts,
        **{name: at.isoformat() for name, at in times.items() if at},
        "facts": _facts_item(watch.facts),
        "listing_pk": listing_partition(watch.connection),
        "listing_sk": f"{watch.bucket}#{stamp_of(watch.since)}#{watch.carrier}:{watch.number}",
    }
    if watch.silent:
        item["silent"] = True
    key = f"{watch.carrier}:{watch.number}"
    return item | (due_keys(key, watch.due_at, PARCELS) if watch.due_at else {})


def listing_partition(connection: str) -> str:
    """Where a connection's parcels are listed, apart from its orders."""
    return f"PARCELS#{connection}"


def read_watch(item: Item) -> Watch:
    """The watch of an item. Raises NewerFormat."""
    readable(item, "WATCH")
    carrier, number = parcel_of(item["pk"])
    times: dict[str, Any] = {name: _time(item.get(name)) for name in _WATCH_TIMES}
    texts: dict[str, Any] = {name: item.get(name, "") for name in _WATCH_TEXTS}
    counts: dict[str, Any] = {name: int(item.get(name, 0)) for name in _WATCH_COUNTS}
    return Watch(
        carrier=carrier,
        number=number,
        due_at=_time(item.get("due_sk")),
        facts=_read_facts(item.get("facts", {})),
        silent=bool(item.get("silent")),
        **times,
        **texts,
        **counts,
    )


def _facts_item(facts: ParcelFacts) -> Item:
    times = {"at": facts.at, "heard": facts.heard, "delivered": facts.delivered}
    item: Item = {
        "milestone": str(facts.milestone or ""),
        "problem": facts.problem[:300],
        "received_by": facts.received_by,
        "place": facts.place,
        "promises": [_promise_item(each) for each in facts.promises[-MOST_PROMISES:]],
        **{name: value.isoformat() for name, value in times.items() if value},
    }
    return {name: value for name, value in item.items() if value}


def _promise_item(promise: Promise) -> list[str]:
    return [promise.day.isoformat(), promise.told.isoformat() if promise.told else ""]


def _read_facts(item: Item) -> ParcelFacts:
    return ParcelFacts(
        milestone=_milestone(item.get("milestone")),
        at=_time(item.get("at")),
        promises=tuple(Promise(date.fromisoformat(day), _time(told)) for day, told in item.get("promises", ())),
        problem=item.get("problem", ""),
        delivered=_day(item.get("delivered")),
        received_by=item.get("received_by", ""),
        place=item.get("place", ""),
        heard=_time(item.get("heard")),
    )


def _milestone(text: str | None) -> Milestone | None:
    return Milestone(text) if text else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _time(text: str | None) -> datetime | None:
    """A time as it was written: with its offset, or without one where none was told."""
    found = datetime.fromisoformat(text) if text else None
    return found.astimezone(UTC) if found and found.tzinfo and text and text.endswith(("Z", "+00:00")) else found
