"""The side of UPS that tells of parcels: Tracking by number, subscriptions at Track Alert, Quantum View."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shared.carriers.ups import inquiries, proof, push, quantum_view, track
from shared.carriers.ups.calls import UpsCalls
from shared.carriers.ups.codes import Kind, kind_of
from shared.carriers.ups.settings import UpsSettings
from shared.domain.proof import Proof
from shared.domain.tracking import AccountEvents, TrackedParcel
from shared.ports import Clock, PushTarget, Subscribed


class UpsTracking:
    """UPS Tracking for one connection; part of its carrier."""

    most_numbers = push.MOST
    account_reach = quantum_view.REACH

    def __init__(self, settings: UpsSettings, calls: UpsCalls, *, clock: Clock) -> None:
        self._settings, self._calls, self._clock = settings, calls, clock

    def track(self, number: str) -> tuple[TrackedParcel, ...]:
        """A number that UPS does not know is a 200 without a package (facts 7); by the document it is a 404."""
        answer = self._calls.read("GET", inquiries.track_path(number))
        found = track.parcels(answer.body) if answer.readable else None
        if found is None and {kind_of(error.code) for error in answer.envelope} == {Kind.NOT_FOUND}:
            return ()
        if found is None:
            raise self._calls.failed(answer)
        return found

    def proof(self, number: str) -> Proof | None:
        """Only for a party to the parcel and within 120 days (facts/ups-extras.md, 5)."""
        answer = self._calls.read("GET", proof.path(number))
        if not answer.readable and {kind_of(error.code) for error in answer.envelope} == {Kind.NOT_FOUND}:
            return None
        if not answer.readable or track.parcels(answer.body) is None:
            raise self._calls.failed(answer)
        return proof.read(answer.body, number)

    def subscribe(self, numbers: Sequence[str], target: PushTarget) -> Subscribed:
        """Numbers of another form are not sent: UPS might refuse the whole request for them."""
        version, now = self._settings.push, self._clock.now()
        sent = [each for each in numbers if push.NUMBER.fullmatch(each)]
        others = {each: push.NOT_TAKEN for each in numbers if each not in sent}
        if not sent:
            return Subscribed((), now + push.VALID, others)
        answer = self._calls.read("POST", push.path(version), push.request(version, sent, target))
        found = push.answered(answer.body, sent, now) if answer.readable or answer.response.status == 400 else None
        if found is None:
            raise self._calls.failed(answer)
        return Subscribed(found.taken, found.until, {**found.refused, **others})

    def account_events(self, since: datetime, page: str = "") -> AccountEvents:
        """By the date range of the file's subscription: asking for unread files might mark them as read (facts 9)."""
        name = self._settings.quantum_view
        answer = self._calls.read("POST", quantum_view.PATH, quantum_view.request(name, since, page))
        found = quantum_view.read(answer.body, name) if answer.readable else None
        if found is None:
            raise self._calls.failed(answer)
        return found
