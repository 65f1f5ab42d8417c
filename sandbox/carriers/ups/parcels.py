"""Parcels on their way: which life each has, which scans it got by now, and where it truly is."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from sandbox.carriers.ups.ledger import Ledger, LedgerShipment
from sandbox.carriers.ups.lives import PICKUP, RECORD, RECORD_LATE, TEST, VOID, Life, Step, steps_of
from sandbox.carriers.ups.sites import Site, site_of
from sandbox.faces import Truth
from shared.domain.milestones import Milestone


@dataclass(frozen=True)
class Scan:
    """A step that was made, at its place."""

    number: str
    at: datetime
    step: Step
    site: Site

    @property
    def local(self) -> datetime:
        return self.site.local(self.at)


@dataclass(frozen=True)
class Journey:
    """A parcel's scans, those to come too, in the order in which they happen."""

    scans: tuple[Scan, ...]
    record: Scan
    """The label's record: dated later than the first scans, and listed before them (facts 14.18)."""

    def made(self, now: datetime) -> tuple[Scan, ...]:
        return tuple(each for each in self.scans if each.at <= now)

    def planned(self, now: datetime) -> tuple[date, bool] | None:
        """The day of the scheduled delivery as UPS knows it now, and whether it moved; None where it knows of none."""
        outs = [each for each in self.scans if each.step.status == "021"]
        if not outs:
            return None
        gone = [each for each in outs if each.at <= now]
        to_come = sum(each.step.slides for each in self.scans if each.at > now)
        moved = len(gone) > 1 or any(each.step.slides for each in self.scans if each.at <= now)
        return (gone or outs)[-1 if gone else 0].local.date() - timedelta(days=to_come), moved


@dataclass
class Parcels:
    """The parcels of the ledger, and of others (`outsiders`): a supplier's own labels, the numbers of the test
    environment. A parcel without a life has its label, its pickup and its void."""

    ledger: Ledger
    outsiders: dict[str, LedgerShipment] = field(default_factory=dict)
    journeys: dict[str, Journey] = field(default_factory=dict)
    _due: list[tuple[datetime, str, int]] = field(default_factory=list)

    def shipment_of(self, number: str) -> LedgerShipment | None:
        return self.ledger.of_number(number) or self.outsiders.get(number)

    def choose(self, number: str, life: Life, start: datetime, pace: float = 1) -> None:
        """The parcel is handed over at `start` and lives that life, its hours `pace` times as long. A parcel that
        moves already keeps its life. Raises KeyError for a number that nobody made."""
        shipment = self.shipment_of(number)
        if shipment is None:
            raise KeyError(number)
        if number in self.journeys:
            raise ValueError(f"{number} has a life already")
        steps = steps_of(life, shipment.tracking_numbers.index(number))
        scans = tuple(_scan(shipment, number, start + step.after * pace, step) for step in steps)
        record = _scan(shipment, number, start + RECORD_LATE * pace, RECORD)
        self.journeys[number] = Journey(scans, record)
        for serial, scan in enumerate((record, *scans), -1):
            heapq.heappush(self._due, (scan.at, number, serial))

    def advance(self, now: datetime) -> Iterator[Scan]:
        """The scans that were made since the last time, in order. A voided parcel gets none."""
        while self._due and self._due[0][0] <= now:
            at, number, serial = heapq.heappop(self._due)
            shipment, journey = self.shipment_of(number), self.journeys.get(number)
            if shipment is None or journey is None:
                continue
            if number in shipment.voided_numbers:
                del self.journeys[number]
                continue
            shipment.picked_up_at = shipment.picked_up_at or at
            yield journey.record if serial < 0 else journey.scans[serial]

    def planned(self, scan: Scan) -> date | None:
        """The scheduled day of delivery as UPS knew it at that scan."""
        journey = self.journeys.get(scan.number)
        known = journey.planned(scan.at) if journey else None
        return known[0] if known else None

    def void(self, shipment: LedgerShipment, numbers: tuple[str, ...], now: datetime) -> list[Scan]:
        """Voids those parcels; the scans of those that lived."""
        fresh = [each for each in numbers if each not in shipment.voided_numbers]
        shipment.void(numbers, now)
        return [_scan(shipment, each, now, VOID) for each in fresh]

    def play(self, number: str, now: datetime) -> None:
        """A parcel of the test environment: several scans, a second apart, each time that it is subscribed to."""
        if self.shipment_of(number) is None:
            self.outsiders[number] = _test_parcel(number, now)
        shipment = self.outsiders[number]
        self.journeys[number] = journey = Journey(
            tuple(
                _scan(shipment, number, now + timedelta(seconds=second), each) for second, each in enumerate(TEST, 1)
            ),
            _scan(shipment, number, now, RECORD),
        )
        for serial, scan in enumerate(journey.scans):
            heapq.heappush(self._due, (scan.at, number, serial))

    def next_due(self) -> datetime | None:
        return self._due[0][0] if self._due else None

    def scans(self, shipment: LedgerShipment, number: str, now: datetime) -> list[Scan]:
        """As Tracking keeps them, oldest first: the label's record comes first, whatever its time. `shipment` is the
        one that the index knows."""
        voided_at, journey = shipment.voided_numbers.get(number), self.journeys.get(number)
        record = _scan(shipment, number, shipment.created_at, RECORD)
        if voided_at:
            return [record, _scan(shipment, number, voided_at, VOID)]
        if journey is None:
            taken = self._taken(shipment)
            return [record, *([_scan(shipment, number, taken, PICKUP)] if taken else [])]
        told = [each for each in journey.made(now) if each.step.told]
        return [journey.record if journey.record.at <= now else record, *told]

    def _taken(self, shipment: LedgerShipment) -> datetime | None:
        """When a parcel without a life was picked up: with its shipment, unless others of it live by themselves."""
        alone = not any(each in self.journeys for each in shipment.tracking_numbers)
        return shipment.picked_up_at if alone else None

    def truth(self, number: str, now: datetime) -> Truth | None:
        """None for a number that nobody made."""
        shipment = self.shipment_of(number)
        if shipment is None:
            return None
        journey = self.journeys.get(number)
        if number in shipment.voided_numbers:
            return Truth(Milestone.VOIDED)
        if journey is None:
            return Truth(Milestone.PICKED_UP if self._taken(shipment) else Milestone.LABEL_CREATED)
        made = journey.made(now)
        milestone = made[-1].step.milestone if made else Milestone.LABEL_CREATED
        return Truth(milestone, made[-1].local.date() if milestone == Milestone.DELIVERED else None)

    def add_outsider(self, like: LedgerShipment, *numbers: str) -> None:
        """Parcels of someone else, which our ledger does not have."""
        shipment = replace(like, shipment_id=numbers[0], tracking_numbers=numbers, voided_numbers={}, references=())
        self.outsiders |= dict.fromkeys(numbers, shipment)


def _test_parcel(number: str, now: datetime) -> LedgerShipment:
    lines = ("UPS", "1 Test Street", "Timonium MD 21093", "US")
    return LedgerShipment(
        number, "CIETST", "03", (), (number,), now, lines, lines, ("21093", "US"), (), Decimal(0), "USD", ""
    )


def _scan(shipment: LedgerShipment, number: str, at: datetime, step: Step) -> Scan:
    return Scan(number, at.replace(microsecond=0), step, site_of(step.where, shipment))
