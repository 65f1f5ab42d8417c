"""Parcels on their way, and how ShipStation tells of them (facts 2 and 5)."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.carriers.shipstation.book import Address, Book, Label
from sandbox.carriers.shipstation.call import Answer, Call
from sandbox.carriers.shipstation.lives import RECORD, Life, Step, steps_of
from sandbox.carriers.shipstation.wire import instant, missing, not_found
from sandbox.faces import Truth
from shared.domain.milestones import Milestone

EASTERN = ZoneInfo("America/New_York")
"""Where the sandbox's carriers have their clocks."""
TWICE = timedelta(hours=7)
"""How far occurred_at of a USPS parcel is from the truth (facts 5)."""
_WORDS = {
    "UN": "Unknown", "AC": "Accepted", "IT": "In Transit", "DE": "Delivered", "EX": "Exception",
    "AT": "Delivery Attempt", "NY": "Not Yet In System", "SP": "Delivered To Collection Location",
}  # fmt: skip
_HUB: Address = {"city_locality": "Syracuse", "state_province": "NY", "postal_code": "13206", "country_code": "US"}


@dataclass(frozen=True)
class Event:
    """A step that was made by a parcel."""

    number: str
    at: datetime
    step: Step


@dataclass
class Parcels:
    """Which life each parcel has. One without a life has its label's record, and its pick-up."""

    book: Book
    journeys: dict[str, tuple[Event, ...]] = field(default_factory=dict)
    outside: dict[str, tuple[str, tuple[Event, ...]]] = field(default_factory=dict)
    _due: list[tuple[datetime, str, int]] = field(default_factory=list)

    def choose(self, number: str, life: Life, start: datetime, pace: float) -> None:
        """Give a parcel its life. Raises KeyError for an unknown number, ValueError for a second life."""
        made = self.book.ledger.of_number(number)
        if made is None:
            raise KeyError(number)
        if number in self.journeys:
            raise ValueError(f"{number} has a life already")
        steps = steps_of(life, made.tracking_numbers.index(number))
        events = tuple(Event(number, (start + step.after * pace).replace(microsecond=0), step) for step in steps)
        self.journeys[number] = events
        for serial, event in enumerate(events):
            heapq.heappush(self._due, (event.at, number, serial))

    def of_another(self, number: str, code: str, start: datetime, life: Life = Life.NORMAL) -> None:
        """Give a parcel that another shipper sends its life: its carrier knows it, and no label here has its number."""
        steps = (RECORD, *steps_of(life))
        self.outside[number] = (code, tuple(Event(number, start + step.after, step) for step in steps))

    def advance(self, now: datetime) -> Iterator[Event]:
        """Return the events since the last time, in order. A voided parcel has none."""
        while self._due and self._due[0][0] <= now:
            at, number, serial = heapq.heappop(self._due)
            made = self.book.ledger.of_number(number)
            if made is None or number not in self.journeys:
                continue
            if number in made.voided_numbers:
                del self.journeys[number]
                continue
            made.picked_up_at = made.picked_up_at or at
            yield self.journeys[number][serial]

    def next_due(self) -> datetime | None:
        return self._due[0][0] if self._due else None

    def events(self, number: str, now: datetime) -> list[Event]:
        """Return the events, oldest first, the label's record before all."""
        made = self.book.ledger.of_number(number)
        if made is None:
            return []
        record = Event(number, made.created_at.replace(microsecond=0), RECORD)
        journey = self.journeys.get(number)
        if journey is None:
            pickup = steps_of(Life.NORMAL)[0]
            return [record, *([Event(number, made.picked_up_at, pickup)] if made.picked_up_at else [])]
        return [record, *(each for each in journey if each.at <= now)]

    def truth(self, number: str, now: datetime) -> Truth | None:
        """Return where the parcel is; None for an unknown number."""
        made = self.book.ledger.of_number(number)
        if made is None:
            return None
        if number in made.voided_numbers:
            return Truth(Milestone.VOIDED)
        last = self.events(number, now)[-1]
        delivered = last.step.milestone == Milestone.DELIVERED
        return Truth(last.step.milestone, last.at.astimezone(EASTERN).date() if delivered else None)


class Tracking:
    """The desk for tracking. A record is kept of what is tracked without a label here."""

    def __init__(self, book: Book, parcels: Parcels) -> None:
        self.book, self.parcels = book, parcels
        self.started: set[tuple[str, str]] = set()

    def of_label(self, call: Call) -> Answer:
        label = self.book.label(call.id)
        if self.book.now() < label.ready:
            raise not_found("tracking information for label", call.id)
        return 200, self.record(label, label.made.tracking_numbers[0])

    def of_number(self, call: Call) -> Answer:
        number, code = self._asked(call)
        label = self.book.of_number(number)
        if self.parcels.outside.get(number, ("", ()))[0] == code:
            return 200, self._of_another(number, code)
        if label is None or label.carrier.code != code:
            return 200, self._unknown(number, code)
        return 200, self.record(label, number)

    def start(self, call: Call) -> Answer:
        self.started.add(self._asked(call))
        return 204, None

    def stop(self, call: Call) -> Answer:
        self.started.discard(self._asked(call))
        return 204, None

    def _asked(self, call: Call) -> tuple[str, str]:
        for name in ("tracking_number", "carrier_code"):
            if not call.query.get(name):
                raise missing(name)
        return call.query["tracking_number"], call.query["carrier_code"]

    def _unknown(self, number: str, code: str) -> dict[str, Any]:
        """Return the record of a number that the carrier does not know, which is no error."""
        return {
            "tracking_number": number,
            "tracking_url": None,
            "status_code": "UN",
            "status_detail_code": None,
            "carrier_code": code,
            "carrier_id": None,
            "status_description": "Unknown",
            "status_detail_description": None,
            "carrier_status_code": None,
            "carrier_detail_code": None,
            "carrier_status_description": None,
            self._shipped: None,
            "estimated_delivery_date": None,
            "actual_delivery_date": None,
            "exception_description": None,
            "events": [],
        }

    def _of_another(self, number: str, code: str) -> dict[str, Any]:
        """Return the record of another shipper's parcel. It has no account, and no date of a label of ours."""
        made = [each for each in self.parcels.outside[number][1] if each.at <= self.book.now()][::-1]
        if not made:
            return self._unknown(number, code)
        last = made[0]
        known = {
            "status_code": last.step.code,
            "status_detail_code": detail(code, last.step),
            "status_description": "Accepted" if last.step is RECORD else _WORDS[last.step.code],
            "carrier_status_code": last.step.own,
            "carrier_status_description": last.step.words,
            "actual_delivery_date": instant(last.at) if last.step.code == "DE" else None,
            "events": [self._event(None, code, each) for each in made],
        }
        return {**self._unknown(number, code), **known}

    @property
    def _shipped(self) -> str:
        return "shipped_date" if self.book.manners.shipped_date else "ship_date"

    def record(self, label: Label, number: str) -> dict[str, Any]:
        """Return the tracking record of a parcel, the newest event first (facts 2)."""
        events = self.parcels.events(number, self.book.now())[::-1]
        last, code = events[0], label.carrier.code
        journey = self.parcels.journeys.get(number, ())
        planned = journey[-1].at.astimezone(EASTERN) if journey else None
        delivered = last.at if last.step.code == "DE" else None
        return {
            "tracking_number": number,
            "tracking_url": f"https://track.example/{code}/{number}",
            "status_code": last.step.code,
            "status_detail_code": detail(code, last.step),
            "carrier_code": code,
            "carrier_id": label.carrier.number,
            "status_description": "Accepted" if last.step is RECORD else _WORDS[last.step.code],
            "status_detail_description": None,
            "carrier_status_code": last.step.own,
            "carrier_detail_code": None,
            "carrier_status_description": last.step.words,
            self._shipped: instant(label.made.created_at),
            "estimated_delivery_date": f"{planned:%Y-%m-%d}T00:00:00" if planned else None,
            "actual_delivery_date": instant(delivered),
            "exception_description": last.step.words if last.step.code == "EX" else None,
            "events": [self._event(label, code, each) for each in events],
        }

    def _event(self, label: Label | None, code: str, event: Event) -> dict[str, Any]:
        """Write an event. One carrier's occurred_at is converted twice, and its local time ends in Z (facts 5)."""
        step, twice = event.step, code == "stamps_com"
        where = self._where(label, step) if label else _HUB
        local = f"{event.at.astimezone(EASTERN):%Y-%m-%dT%H:%M:%S}"
        return {
            "occurred_at": instant(event.at + TWICE if twice else event.at),
            "carrier_occurred_at": f"{local}Z" if twice else local,
            "description": step.words,
            "city_locality": where["city_locality"],
            "state_province": where["state_province"],
            "postal_code": where["postal_code"] if step.code == "DE" else None,
            "country_code": where["country_code"],
            "company_name": None,
            "signer": None,
            "event_code": step.own,
            "carrier_detail_code": None,
            "status_code": step.code,
            "status_detail_code": detail(code, step),
            "status_description": "Accepted" if step is RECORD else _WORDS[step.code],
            "status_detail_description": None,
            "carrier_status_code": step.own,
            "carrier_status_description": step.words,
            "latitude": None,
            "longitude": None,
        }

    def _where(self, label: Label, step: Step) -> Address:
        asked = label.shipment.asked
        if step.where == "hub":
            return _HUB
        address: Address = self.book.origin(asked) if step.where == "origin" else asked["ship_to"]
        return address


def detail(carrier: str, step: Step) -> str | None:
    """Return the finer code of a step. UPS has none once the parcel moves (facts 5)."""
    return None if carrier == "ups" and step.code != "NY" else step.detail
