"""The lives of a parcel: which scans it gets, when after it was handed over, and where it truly is from then on.

`milestone` is the truth, written by hand and not folded from the codes: a judge compares the fold with it. The pairs of
code and status code are those that were seen (facts 14.20); a scan without a known pair has no code, as UPS's newest
activity can have none (14.16).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from shared.domain.milestones import Milestone

LABEL, PICKED_UP, IN_TRANSIT = Milestone.LABEL_CREATED, Milestone.PICKED_UP, Milestone.IN_TRANSIT
OUT, EXCEPTION, DELIVERED = Milestone.OUT_FOR_DELIVERY, Milestone.EXCEPTION, Milestone.DELIVERED
RETURNED, VOIDED = Milestone.RETURNED, Milestone.VOIDED


class Life(StrEnum):
    """The fate of a parcel. Of a shipment that comes `apart`, each package is a day later than the one before. A parcel
    that is `returned` is told so to the end; one that is `sent_back` is told so once, and then it moves and is
    delivered as any other, to its sender. Nobody has seen which of the two UPS does."""

    NORMAL = "normal"
    DELAYED = "delayed"
    EXCEPTION = "exception"
    RETURNED = "returned"
    SENT_BACK = "sent_back"
    LOST = "lost"
    APART = "apart"
    CUSTOMS = "customs"


@dataclass(frozen=True)
class Step:
    """One scan, `after` the parcel was handed over. `where` is "shipper", "origin", "hub", "border" or "destination";
    `pushed` the type in a Track Alert where it differs. `told` is False for what Tracking does not list. `slides` are
    the days by which the scheduled delivery moves."""

    after: timedelta
    type: str
    code: str
    status: str
    words: str
    where: str
    milestone: Milestone
    pushed: str = ""
    told: bool = True
    slides: int = 0

    @property
    def delivers(self) -> bool:
        return self.type == "D"

    @property
    def manifest(self) -> bool:
        """The label's record, or its end."""
        return self.type in {"M", "MV"}


def _step(hours: float, codes: str, words: str, where: str, milestone: Milestone, pushed: str = "") -> Step:
    type_, code, status = codes.split("/")
    return Step(timedelta(hours=hours), type_, code, status, f"{words} ", where, milestone, pushed)


RECORD = _step(0, "M/MP/003", "Shipper created a label, UPS has not received the package yet.", "shipper", LABEL)
VOID = _step(0, "MV/VP/007", "Shipment information voided", "shipper", VOIDED)
PICKUP = _step(0, "P/PU/038", "Pickup Scan", "origin", PICKED_UP)
RECORD_LATE = timedelta(minutes=19)
"""How long after the first scan the label's record is dated (facts 14.18)."""

_START = (
    PICKUP,
    _step(2, "I/OC/005", "We have your package", "origin", IN_TRANSIT),
    _step(3, "I/OR/005", "Origin Scan", "origin", IN_TRANSIT),
    _step(3, "I/DP/005", "Departed from Facility", "origin", IN_TRANSIT),
)
_HUB = (
    _step(12, "I/AR/005", "Arrived at Facility", "hub", IN_TRANSIT),
    _step(14, "I/DP/005", "Departed from Facility", "hub", IN_TRANSIT),
)
_ARRIVED = (
    _step(30, "I/AR/005", "Arrived at Facility", "destination", IN_TRANSIT),
    _step(38, "I/YP/071", "Processing at UPS Facility", "destination", IN_TRANSIT),
)
_LOADED = (
    _step(43, "I/OF/072", "Loaded on Delivery Vehicle", "destination", IN_TRANSIT, "D"),
    _step(44, "I/OT/021", "Out For Delivery Today", "destination", OUT),
)
_AGAIN = (
    _step(60, "I/AR/005", "Arrived at Facility", "destination", OUT),
    _step(67, "I/OF/072", "Loaded on Delivery Vehicle", "destination", OUT, "D"),
    _step(68, "I/OT/021", "Out For Delivery Today", "destination", OUT),
)
_CLEARED = (
    _step(20, "X/RZ/012", "Your package is pending release from a Government Agency.", "border", IN_TRANSIT),
    _step(20, "X/RZ/014", "Your package was released by the customs agency.", "border", IN_TRANSIT),
    _step(21, "X/BB/058", "The sender has been contacted.", "border", IN_TRANSIT),
    _step(21, "X/BB/014", "The information has been received.", "border", IN_TRANSIT),
    _step(22, "X//092", "Your package is at the clearing agency.", "border", IN_TRANSIT),
    _step(22.5, "X/DA/014", "Your package is on the way.", "border", IN_TRANSIT),
)
_DELAY = Step(timedelta(hours=16), "U", "", "", "Scheduled delivery updated ", "hub", IN_TRANSIT, told=False, slides=1)
_NORMAL = (*_START, *_HUB, *_ARRIVED, *_LOADED, _step(50, "D/FS/011", "DELIVERED", "destination", DELIVERED))
_REFUSED = (
    _step(50, "X//023", "The receiver was not available at the second attempt.", "destination", EXCEPTION),
    _step(52, "X//035", "Your package is being returned to the sender.", "destination", EXCEPTION),
)


def _later(steps: tuple[Step, ...], by: timedelta) -> tuple[Step, ...]:
    return tuple(Step(**{**vars(each), "after": each.after + by}) for each in steps)


_LIVES: dict[Life, tuple[Step, ...]] = {
    Life.NORMAL: _NORMAL,
    Life.APART: _NORMAL,
    Life.LOST: (*_START, *_HUB),
    Life.DELAYED: (*_START, *_HUB, _DELAY, *_later(_NORMAL[len(_START) + len(_HUB) :], timedelta(days=1))),
    Life.EXCEPTION: (
        *_START,
        _HUB[0],
        _step(18, "X//029", "A mechanical failure has delayed delivery.", "hub", EXCEPTION),
        _step(20, "I/DP/005", "Departed from Facility", "hub", IN_TRANSIT),
        *_ARRIVED,
        *_LOADED,
        _step(50, "X//022", "The receiver was not available for delivery.", "destination", EXCEPTION),
        *_AGAIN,
        _step(74, "D/F4/011", "DELIVERED", "destination", DELIVERED),
    ),
    Life.RETURNED: (
        *_START,
        *_HUB,
        *_ARRIVED,
        *_LOADED,
        *_REFUSED,
        _step(70, "I/DP/036", "Departed from Facility", "destination", EXCEPTION),
        _step(94, "I/AR/036", "Arrived at Facility", "origin", EXCEPTION),
        _step(100, "X//034", "Your package was returned to the sender.", "origin", RETURNED),
    ),
    Life.SENT_BACK: (
        *_START,
        *_HUB,
        *_ARRIVED,
        *_LOADED,
        *_REFUSED,
        _step(70, "I/DP/005", "Departed from Facility", "destination", EXCEPTION),
        _step(94, "I/AR/005", "Arrived at Facility", "origin", EXCEPTION),
        _step(100, "D/FS/011", "DELIVERED", "origin", RETURNED),
    ),
    Life.CUSTOMS: (*_START, *_HUB, *_CLEARED, *_ARRIVED, *_LOADED, _NORMAL[-1]),
}
TEST = (_START[2], _HUB[0], _LOADED[1], _NORMAL[-1])
"""The events that the test environment plays for its two numbers."""
_TURN = timedelta(hours=10)


def steps_of(life: Life, index: int = 0) -> tuple[Step, ...]:
    """All scans in the order in which they happen, the label's record not among them. `index` is the package's place
    in its shipment, from 0."""
    steps = _LIVES[life]
    if life is not Life.APART or not index:
        return steps
    return tuple(each for step in steps for each in _later((step,), timedelta(days=index) * (step.after > _TURN)))
