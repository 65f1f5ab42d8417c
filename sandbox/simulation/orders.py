"""The orders of a world, what people do about them, and how each must end. Declared before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sandbox.faces import EmulatedCarrier, EmulatedErp, Entered, Line
from sandbox.seed import NOWHERE, PLANT, add_master_data, add_ordinary
from sandbox.simulation.draws import Draws
from sandbox.simulation.scheduler import HOUR, MINUTE, SECOND
from shared.domain.state import Reason, State

FIRST_NUMBER = 4000001
NEEDED = "20261215"
"""The day on which orders are needed that do not wait for it."""


@dataclass(frozen=True)
class End:
    """A state with its reason, and how many generations of the parcel group have a live shipment at the carrier."""

    state: State
    reason: str = ""
    live: int = 0


DONE = End(State.DONE, "", 1)


@dataclass(frozen=True)
class Correction:
    """A person's correction of an order: in the ERP (`act`), or, where there is no act, by approving it."""

    after: int
    act: Callable[[EmulatedErp, str], None] | None = None


@dataclass(frozen=True)
class Seeded:
    """One purchase order: entered `at`, committed `late` (both microseconds), and the ends of which it must reach one;
    `groups` parcel groups. `edits` are the times at which another user touches it or its free fields. `slack` are
    further ends of an order whose create was in doubt; `story` is what befalls it (stories.py), `quirk` what it meets
    for good (quirks.py). It is of the world's first connection, or of its `second` one. What waits is
    `needed` on its day."""

    document: str
    at: int
    late: int
    add: Callable[[EmulatedErp, str], None]
    ends: tuple[End, ...]
    groups: int = 1
    correction: Correction | None = None
    edits: tuple[int, ...] = ()
    slack: tuple[End, ...] = ()
    story: str = ""
    quirk: str = ""
    second: bool = False
    needed: date | None = None


@dataclass(frozen=True)
class Sort:
    """A sort of order, as often as `weight` says."""

    weight: int
    add: Callable[[EmulatedErp, str], None]
    end: End
    groups: int = 1
    correct: Callable[[EmulatedErp, str], None] | None = None
    approvable: bool = False
    quirk: str = ""
    story: str = ""
    slack: tuple[End, ...] = ()


def furnish(erp: EmulatedErp) -> None:
    """Suppliers, warehouses and items."""
    add_master_data(erp)
    erp.add_item("PUMP-90", "Pump 90 kg, one piece", weight="90")
    erp.add_item("SOLVENT", "Solvent", weight="2", hazardous=True)


def seeded(
    draws: Draws, count: int, sorts: Sequence[Sort], *, spread: int, latest: int, behind: int = 0
) -> list[Seeded]:
    """`count` orders, entered within `spread`, committed within two minutes, one in 25 within `latest` (a day at most).
    A third was entered before, up to `behind` ago.

    Half of what a person can correct is corrected."""
    bag = [sort for sort in sorts for _ in range(sort.weight)]
    numbers = (str(FIRST_NUMBER + number) for number in range(count))
    return [_one(draws, number, draws.pick(bag), spread, latest, behind) for number in numbers]


def _one(draws: Draws, document: str, sort: Sort, spread: int, latest: int, behind: int) -> Seeded:
    at, late = draws.below(spread), draws.below(120 * SECOND)
    if latest and draws.below(25) == 0:
        late = draws.below(latest)
    correction = None
    if (sort.correct or sort.approvable) and draws.below(2):
        correction = Correction(at + late + 10 * MINUTE + draws.below(HOUR), sort.correct)
    touched = draws.below(10) == 0
    edits = tuple(at + late + draws.below(HOUR) for _ in range(2)) if touched else ()
    if behind and draws.below(3) == 0:
        at, late = -draws.below(behind), 0
        late = -at
    end = DONE if correction else sort.end
    return Seeded(
        document, at, late, sort.add, (end,), sort.groups, correction, edits, sort.slack, sort.story, sort.quirk
    )


def of_second(order: Seeded, method: str) -> Seeded:
    """The order with the delivery method of the second connection."""
    return replace(order, add=entered_with(order.add, service=method), second=True)


def entered_with(add: Callable[[EmulatedErp, str], None], **facts: Any) -> Callable[[EmulatedErp, str], None]:
    """Enters what `add` enters, with these facts of the document."""

    def enter(erp: EmulatedErp, number: str) -> None:
        add(_Entering(erp, facts), number)  # type: ignore[arg-type]

    return enter


class _Entering:
    """An ERP in which whatever is entered has these facts."""

    def __init__(self, erp: EmulatedErp, facts: Mapping[str, Any]) -> None:
        self._erp, self._facts = erp, facts

    def __getattr__(self, name: str) -> Any:
        return getattr(self._erp, name)

    def add(self, entered: Entered) -> None:
        self._erp.add(replace(entered, **self._facts))


def sorts_of(erp: EmulatedErp, carrier: EmulatedCarrier) -> Sequence[Sort]:
    """The sorts that these two can have. Where the carrier validates no addresses, there is no order to a place that is
    not there."""
    without = [
        (carrier.validates, _held(Reason.ADDRESS)),
        (erp.names_terms, _held(Reason.FREIGHT_TERMS)),
        (erp.knows_hazards, _held(Reason.HAZARD)),
        (erp.lists_empty, _held(Reason.LINES)),
    ]
    missing = [end for there, end in without if not there]
    return [each for each in SORTS if each.end not in missing and (each.groups == 1 or erp.several_places)]


def edit(erp: EmulatedErp, document: str) -> None:
    """Another user stores the order again as it is, and notes something in a field of their own."""
    if document in erp.documents():
        erp.edit(document)
        erp.write_beside(document, "user")


def _ordinary(erp: EmulatedErp, number: str) -> None:
    """As the demo has them; heavier ones make several packages."""
    entered_with(lambda to, document: add_ordinary(to, document, int(document)), needed=NEEDED)(erp, number)


def simple(*lines: Line, **facts: Any) -> Callable[[EmulatedErp, str], None]:
    """Enters these lines; `facts` are those of the document."""

    def add(erp: EmulatedErp, number: str) -> None:
        erp.add(Entered(number, lines, **{"needed": NEEDED, **facts}))

    return add


def _foreign(erp: EmulatedErp, number: str) -> None:
    _ordinary(erp, number)
    erp.write_beside(number, "system")


def _unweighed(erp: EmulatedErp, number: str) -> None:
    erp.add_item(f"NEW-{number}", "Gasket, new item")
    erp.add(Entered(number, (Line(f"NEW-{number}", 4),), supplier="V300"))


def _weigh(erp: EmulatedErp, number: str) -> None:
    erp.weigh(f"NEW-{number}", "0.8")


def _readdress(erp: EmulatedErp, number: str) -> None:
    erp.readdress(number, PLANT)


def _held(reason: Reason) -> End:
    return End(State.HELD, str(reason))


SORTS: Sequence[Sort] = (
    Sort(60, _ordinary, DONE),
    Sort(6, _foreign, DONE),
    Sort(4, simple(Line("VALVE-2IN", 20)), DONE),
    Sort(4, simple(Line("GAUGE-1", 1), Line("GAUGE-1", 1, to=PLANT), Line("BOLT-10", 2)), DONE, groups=2),
    Sort(6, simple(Line("CAST-07", 18)), _held(Reason.APPROVAL), approvable=True),
    Sort(6, _unweighed, _held(Reason.WEIGHT), correct=_weigh),
    Sort(6, simple(Line("BOLT-10", 3), to=NOWHERE), _held(Reason.ADDRESS), correct=_readdress),
    Sort(2, simple(Line("PUMP-90", 1)), _held(Reason.FREIGHT)),
    Sort(2, simple(Line("GAUGE-1", 2), freight_terms="EXW"), _held(Reason.FREIGHT_TERMS)),
    Sort(2, simple(Line("SOLVENT", 2)), _held(Reason.HAZARD)),
    Sort(2, simple(), _held(Reason.LINES)),
)
