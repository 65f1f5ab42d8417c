"""The lives of a parcel: which events it gets, when after it was handed over, and where it truly is from then on.

`milestone` is the truth, written by hand and not folded from the codes: a judge compares the fold with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from shared.domain.milestones import Milestone

LABEL, PICKED_UP, IN_TRANSIT = Milestone.LABEL_CREATED, Milestone.PICKED_UP, Milestone.IN_TRANSIT
OUT, EXCEPTION, DELIVERED = Milestone.OUT_FOR_DELIVERY, Milestone.EXCEPTION, Milestone.DELIVERED
RETURNED = Milestone.RETURNED


class Life(StrEnum):
    """The lives of a parcel. One that is `attempted` is delivered the day after; a `lost` one is never told of
    again; `collected` waits at a pick-up point first; one that comes `apart` of its shipment is a day later for each
    package before it."""

    NORMAL = "normal"
    ATTEMPTED = "attempted"
    EXCEPTION = "exception"
    RETURNED = "returned"
    LOST = "lost"
    COLLECTED = "collected"
    APART = "apart"


@dataclass(frozen=True)
class Step:
    """One event, `after` the parcel was handed over. `code` is ShipStation's, `detail` its finer one, `own` the
    carrier's; `where` is "origin", "hub" or "destination"."""

    after: timedelta
    code: str
    detail: str
    own: str
    words: str
    where: str
    milestone: Milestone


def _step(hours: float, codes: str, words: str, where: str, milestone: Milestone) -> Step:
    code, detail, own = codes.split("/")
    return Step(timedelta(hours=hours), code, detail, own, words, where, milestone)


RECORD = _step(0, "NY/ELEC_ADVICE_RECD_BY_CARRIER/MP", "Accepted", "origin", LABEL)
"""The label's own record: NY with words that sound like more (facts 5)."""
_START = (
    _step(0, "AC/PICKED_UP/PU", "Pickup Scan", "origin", PICKED_UP),
    _step(3, "IT/IN_TRANSIT/DP", "Departed from Facility", "origin", IN_TRANSIT),
    _step(12, "IT/IN_TRANSIT/AR", "Arrived at Facility", "hub", IN_TRANSIT),
    _step(14, "IT/IN_TRANSIT/DP", "Departed from Facility", "hub", IN_TRANSIT),
    _step(30, "IT/IN_TRANSIT/AR", "Arrived at Facility", "destination", IN_TRANSIT),
)
_OUT = _step(43, "IT/OUT_FOR_DELIVERY/OT", "Out For Delivery", "destination", OUT)
_NORMAL = (*_START, _OUT, _step(50, "DE/DELIVERED/KB", "DELIVERED", "destination", DELIVERED))
_ATTEMPT = _step(49, "AT/ATTEMPTED_DELIVERY/X1", "Delivery attempted", "destination", EXCEPTION)
_AGAIN = (
    _step(67, "IT/OUT_FOR_DELIVERY/OT", "Out For Delivery", "destination", OUT),
    _step(74, "DE/DELIVERED/KB", "DELIVERED", "destination", DELIVERED),
)
_HELD = _step(36, "EX/ADDRESS_QUERY/A1", "The address is incorrect", "destination", EXCEPTION)
_LIVES: dict[Life, tuple[Step, ...]] = {
    Life.NORMAL: _NORMAL,
    Life.ATTEMPTED: (*_START, _OUT, _ATTEMPT, *_AGAIN),
    Life.EXCEPTION: (*_START, _HELD, *_AGAIN),
    Life.RETURNED: (
        *_START,
        _step(44, "EX/REFUSED_BY_CUSTOMER/RS", "The receiver refused the delivery", "destination", EXCEPTION),
        _step(110, "EX/RETURN_TO_SENDER/RT", "Returned to shipper", "origin", RETURNED),
    ),
    Life.LOST: (*_START[:3], _step(200, "EX/PARCEL_LOST/LS", "The package is lost", "hub", EXCEPTION)),
    Life.COLLECTED: (
        *_START,
        _step(46, "SP/DELIVERED_TO_PICKUP_POINT/ZP", "Delivered to an Access Point", "destination", OUT),
        _step(92, "DE/PARCEL_COLLECTED_FROM_PICKUP_POINT/KB", "DELIVERED", "destination", DELIVERED),
    ),
    Life.APART: _NORMAL,
}
_TURN = timedelta(hours=10)


def steps_of(life: Life, index: int = 0) -> tuple[Step, ...]:
    """Return all events in the order in which they happen. `index` is the package's place in its shipment, from 0."""
    late = timedelta(days=index) if life is Life.APART else timedelta(0)
    steps = _LIVES[life]
    return tuple(
        Step(
            step.after + late * (step.after > _TURN),
            step.code,
            step.detail,
            step.own,
            step.words,
            step.where,
            step.milestone,
        )
        for step in steps
    )
