"""The look-up after a create with an unknown end: Label Recovery and Track by reference, both, every time (facts 5).

"Not found" right after a create proves nothing; the workflow waits and asks again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shared.carriers.ups import findings, inquiries
from shared.carriers.ups.calls import Answer, UpsCalls
from shared.carriers.ups.codes import CODES, Kind, kind_of
from shared.carriers.ups.elements import shipper_number
from shared.carriers.ups.settings import UpsSettings
from shared.domain.shipment import CreatedShipment, Found, Label, LabelSpec, ShipmentPlan
from shared.errors import ParcelbridgeError, Refused, Retry, hint_of
from shared.ports import Check

SOURCES = ("label_recovery", "track_by_reference")
NOBODY = "PARCELBRIDGE-TEST"
"""A reference that no shipment has: a connection test looks it up."""


@dataclass(frozen=True, slots=True)
class _Told:
    """The result of one recovery call: a shipment, numbers to choose from, or how many shipments it leaves unnamed."""

    shipment: CreatedShipment | None = None
    candidates: tuple[str, ...] = ()
    unnamed: int = 0
    voided: bool = False


class Lookup:
    """Finds a plan's shipments again. Raises Retry whenever a source did not answer: then nothing is known."""

    def __init__(self, calls: UpsCalls, settings: UpsSettings, plan: ShipmentPlan) -> None:
        self._calls, self._settings, self._plan = calls, settings, plan

    def find(self, reference: str, since: datetime, now: datetime) -> Found:
        """Live shipments with exactly `reference`; one that Tracking knows under another reference, or as voided, is
        left out. One that it shows without any reference is neither ours nor another's until recovery names it."""
        account = shipper_number(self._plan)
        told = self._recover(inquiries.recovery_by_reference(reference, account, self._plan.label))
        parcels = self._track(reference, since, now)
        mine = {parcel.tracking_number for parcel in parcels if reference in parcel.references and not parcel.voided}
        unnamed = {parcel.tracking_number for parcel in parcels if not parcel.references and not parcel.voided}
        others = {parcel.tracking_number for parcel in parcels} - mine - unnamed
        found: dict[str, CreatedShipment] = {}
        if told.shipment and not others.intersection(told.shipment.tracking_numbers):
            found[told.shipment.shipment_id] = told.shipment
        for number in sorted(mine.union(told.candidates) - others):
            if not any(number in shipment.tracking_numbers for shipment in found.values()):
                found.update({shipment.shipment_id: shipment for shipment in self._by_number(number)})
        if unnamed.difference(*(shipment.tracking_numbers for shipment in found.values())):
            raise Retry("UPS shows a parcel for our reference without its references")
        if len(found) < told.unnamed:
            raise Retry("UPS has shipments under our reference that it does not name yet")
        voided = frozenset(
            parcel.tracking_number for parcel in parcels if parcel.voided and reference in parcel.references
        )
        return Found(tuple(_with_way(each, parcels) for each in found.values()), SOURCES, voided)

    def labels(self, shipment_id: str) -> tuple[Label, ...]:
        """The images, in the plan's format. Raises Retry while UPS has not processed the shipment, Refused when it is
        voided or older than 30 days (facts 4)."""
        answer = self._ask(inquiries.recovery_by_number(shipment_id, self._plan.label))
        read = _read(answer)
        if read and read.shipment and read.shipment.labels:
            return read.shipment.labels
        if read or any(CODES[code].soon for code in _codes(answer) & CODES.keys()):
            raise Retry(f"UPS has no label of {shipment_id} yet", answer.retry_after)
        raise self._calls.failed(answer)

    def _ask(self, request: dict[str, Any]) -> Answer:
        return self._calls.read("POST", inquiries.recovery_path(self._settings), request)

    def _recover(self, request: dict[str, Any]) -> _Told:
        answer = self._ask(request)
        if read := _read(answer):
            return _Told(read.shipment, read.candidates)
        codes = _codes(answer)
        kinds = set(map(kind_of, codes))
        if kinds == {Kind.NOT_FOUND}:
            return _Told()
        if kinds == {Kind.VOIDED}:
            return _Told(voided=True)
        if kinds == {Kind.UNNAMED}:
            return _Told(unnamed=max(CODES[code].at_least for code in codes))
        raise self._unanswered(answer)

    def _track(self, reference: str, since: datetime, now: datetime) -> tuple[findings.Tracked, ...]:
        until = max(now.date(), self._plan.ship_date or now.date())
        account = shipper_number(self._plan)
        path = inquiries.track_by_reference_path(reference, account, self._settings, since.date(), until)
        answer = self._calls.read("GET", path)
        parcels = findings.tracked(answer.body) if answer.readable else None
        if parcels is not None:
            return parcels
        if set(map(kind_of, _codes(answer))) == {Kind.NOT_FOUND}:  # the document's 404; seen was a 200 (facts 7)
            return ()
        raise self._unanswered(answer)

    def _by_number(self, number: str) -> tuple[CreatedShipment, ...]:
        """The shipment of a parcel. A single parcel's number is the shipment's (facts 4); more need recovery's word."""
        told = self._recover(inquiries.recovery_by_number(number, self._plan.label))
        if told.shipment:
            return (told.shipment,)
        if told.voided:
            return ()
        if len(self._plan.packages) == 1:
            return (CreatedShipment(number, (number,), cost=None, source="track_by_reference"),)
        raise Retry(f"UPS knows {number} under our reference, and does not say yet of which shipment it is")

    def _unanswered(self, answer: Answer) -> ParcelbridgeError:
        """A refused look-up is no answer either: it must never pass for "not found"."""
        error = self._calls.failed(answer)
        return Retry(str(error), answer.retry_after) if isinstance(error, Refused) else error


def sources(calls: UpsCalls, settings: UpsSettings, now: datetime) -> Iterator[Check]:
    """Asks both sources for a reference that nobody has: "not found" is the good answer.

    Otherwise a product that the app lacks, or a form of the dates that UPS does not take (facts 5: no document names
    it), would show only when the answer to a create was lost.
    """
    recovery = inquiries.recovery_by_reference(NOBODY, settings.account, LabelSpec("GIF", "4x6"))
    track = inquiries.track_by_reference_path(NOBODY, settings.account, settings, now.date(), now.date())
    yield _source(calls, "UPS label recovery", "POST", inquiries.recovery_path(settings), recovery)
    yield _source(calls, "UPS tracking by reference", "GET", track, None)


def _source(calls: UpsCalls, name: str, method: str, path: str, body: object) -> Check:
    try:
        answer = calls.read(method, path, body)
        tells = answer.readable and (_read(answer) or findings.tracked(answer.body) is not None)
        if not tells and set(map(kind_of, _codes(answer))) != {Kind.NOT_FOUND}:
            raise calls.failed(answer)
    except ParcelbridgeError as error:
        return Check(name, False, str(error), hint_of(error))
    return Check(name, True, "answers")


def _with_way(shipment: CreatedShipment, parcels: tuple[findings.Tracked, ...]) -> CreatedShipment:
    """Picked up when one of its parcels was; surely not when Tracking tells so of each of them."""
    moved = {parcel.tracking_number: parcel.moved for parcel in parcels}
    ways = [moved.get(number) for number in shipment.tracking_numbers]
    return replace(shipment, picked_up=True if any(ways) else None if None in ways else False)


def _read(answer: Answer) -> findings.Recovered | None:
    return findings.recovered(answer.body, request_id=answer.request_id) if answer.readable else None


def _codes(answer: Answer) -> set[str]:
    return {error.code for error in answer.envelope}
