"""Later events of an order: users of the ERP change or close it, clerks correct, dismiss, void and ship it again.

Each story says how it must end. Clerks look at our state to know what to do next, as people do; the verdict does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sandbox.faces import EmulatedErp, Line
from sandbox.seed import PLANT
from sandbox.simulation.draws import Draws
from sandbox.simulation.orders import DONE, End, Seeded, entered_with, simple
from sandbox.simulation.scheduler import HOUR
from shared.domain.record import Head
from shared.domain.state import DISMISSED, Reason, State
from shared.ports import Ports
from shared.workflow.desk.dismiss import dismiss
from shared.workflow.desk.fix import fix
from shared.workflow.desk.ship_again import propose, ship_again
from shared.workflow.desk.void import void
from shared.workflow.orders.standing import VOIDED, is_voided

CLERK = "ann"
LATER = 20 * HOUR
"""Within the days in which the ERP's word after a label is heard (void_window_days)."""
MADE = 4
"""Packages of an order of which one is voided."""
Command = Callable[[Ports], object]
CANCELLED, DISMISSED_END, VOIDED_END = (End(State.CANCELLED, reason) for reason in ("", DISMISSED, VOIDED))


@dataclass(frozen=True)
class Story:
    """`act` is what a user does in the ERP: as soon as the carrier has the label where the story is `labelled`, else at
    a time that is drawn. `decide` is the clerk's next command, None while there is nothing to do.

    `slack` are further ends of an order whose create was in doubt: what the ERP changed may then have come first. What
    happens after the label comes up to `later` microseconds after it.
    """

    ends: tuple[End, ...]
    decide: Callable[[Head], Command | None] = lambda _: None
    act: Callable[[EmulatedErp, str], None] | None = None
    labelled: bool = False
    slack: tuple[End, ...] = ()
    add: Callable[[EmulatedErp, str], None] | None = None
    later: int = 0

    @property
    def closes(self) -> bool:
        """Tell if the ERP lists the document no more."""
        return self.act in (_close, _delete)


# --- what users of the ERP do ----------------------------------------------------------------------------------------


def _close(erp: EmulatedErp, document: str) -> None:
    erp.close(document)


def _delete(erp: EmulatedErp, document: str) -> None:
    erp.delete(document)


def _empty(erp: EmulatedErp, document: str) -> None:
    erp.change_quantity(document, "1", 0)


def _raise(erp: EmulatedErp, document: str) -> None:
    erp.change_quantity(document, "1", 11)


def _readdress(erp: EmulatedErp, document: str) -> None:
    erp.readdress(document, PLANT)


# --- what clerks do --------------------------------------------------------------------------------------------------


def _fix(text: str, reason: Reason) -> Callable[[Head], Command | None]:
    def decide(head: Head) -> Command | None:
        if head.state != State.HELD or head.reason != reason:
            return None
        return lambda ports: fix(ports, head.key, [text], CLERK)

    return decide


def _dismiss(head: Head) -> Command | None:
    if head.state != State.HELD or head.in_doubt or head.reason in (Reason.STRAY, Reason.VOID):
        return None
    return lambda ports: dismiss(ports, head.key, "not wanted", CLERK)


def _void(head: Head) -> Command | None:
    """Of the first label only: the next one is wanted."""
    if head.generation > 1 or not head.shipment_id or is_voided(head) or head.reason == Reason.STRAY:
        return None
    return lambda ports: void(ports, head.key, CLERK)


def _void_one(head: Head) -> Command | None:
    """One package of the several that were made."""
    if head.packages_made < MADE or head.reason == Reason.STRAY or head.state not in (State.DONE, State.HELD):
        return None

    def one(ports: Ports) -> object:
        live = [each for each in ports.orders.packages(head.key, head.generation) if not each.voided]
        return void(ports, head.key, CLERK, packages=[live[0].tracking_number])

    return one


def _void_held(head: Head) -> Command | None:
    return _void(head) if head.state == State.HELD else None


def _ship(head: Head) -> Command | None:
    again = head.state == State.CANCELLED and head.reason == VOIDED
    if head.generation > 1 or not (again or (head.state == State.HELD and head.reason == Reason.REMAINING)):
        return None
    return lambda ports: ship_again(ports, propose(ports, head.key), CLERK)


def _void_and_ship(head: Head) -> Command | None:
    return _ship(head) or _void(head)


def _void_held_and_ship(head: Head) -> Command | None:
    return _ship(head) or _void_held(head)


# --- the stories -----------------------------------------------------------------------------------------------------


def _told(reason: Reason) -> End:
    return End(State.HELD, str(reason), 1)


_ONE_LINE = simple(Line("VALVE-2IN", 8))
_SEVERAL = simple(Line("VALVE-2IN", 20))
_CLOSED = Story((_told(Reason.CANCELLED),), act=_close, labelled=True, slack=(CANCELLED,))
_MORE = Story((_told(Reason.REMAINING),), act=_raise, labelled=True, slack=(DONE,), add=_ONE_LINE)
_MOVED = Story((_told(Reason.CHANGED),), act=_readdress, labelled=True, slack=(DONE,), add=_ONE_LINE)

AFTER: Mapping[str, Story] = {
    "voided": Story((VOIDED_END,), _void),
    "voided, shipped again": Story((DONE,), _void_and_ship),
    "closed early": Story((CANCELLED, _told(Reason.CANCELLED)), act=_close),
    "closed": _CLOSED,
    "closed late": replace(_CLOSED, later=LATER),
    "moved late": replace(_MOVED, later=LATER),
    "one package voided": Story((DONE,), _void_one, add=_SEVERAL),
    "closed, let pass": replace(_CLOSED, ends=(DONE,), decide=_dismiss, slack=(CANCELLED, DISMISSED_END)),
    "closed, voided": replace(_CLOSED, ends=(VOIDED_END,), decide=_void_held),
    "more": _MORE,
    "more, let pass": replace(_MORE, ends=(DONE,), decide=_dismiss, slack=(DISMISSED_END,)),
    "more, shipped": replace(_MORE, ends=(End(State.DONE, "", 2),), decide=_ship),
    "more early": Story((DONE, _told(Reason.REMAINING)), act=_raise, add=_ONE_LINE),
    "moved": _MOVED,
    "moved, let pass": replace(_MOVED, ends=(DONE,), decide=_dismiss, slack=(DISMISSED_END,)),
    "moved, shipped again": replace(_MOVED, ends=(DONE,), decide=_void_held_and_ship),
}
"""Of ordinary orders, after or shortly before their label."""

WAITING: Mapping[str, Story] = {
    "closed waiting": Story((CANCELLED,), act=_close),
    "emptied waiting": Story((End(State.HELD, str(Reason.LINES)),), act=_empty),
    "split waiting": Story((DONE,), act=_readdress),
}
"""Of orders that wait for their ship date; and what befalls those that are done."""
LATE = {"late, voided": Story((VOIDED_END,), _void)}
"""Of an order whose first label comes hours late, beside the second one."""
UNQUOTED = {"unquoted, closed": Story((CANCELLED,), act=_close)}
"""Of an order that the carrier gives no price for."""

_UNWANTED = {
    "dismissed": Story((DISMISSED_END,), _dismiss),
    "closed unshipped": Story((CANCELLED,), act=_close),
    "deleted unshipped": Story((CANCELLED,), act=_delete),
}
BEFORE: Mapping[str, Mapping[str, Story]] = {
    Reason.WEIGHT: {"weighed by hand": Story((DONE,), _fix("weight=2.5 lb", Reason.WEIGHT)), **_UNWANTED},
    Reason.ADDRESS: {"address kept": Story((DONE,), _fix("address=as-is", Reason.ADDRESS)), **_UNWANTED},
    Reason.LINES: {name: _UNWANTED[name] for name in ("dismissed", "deleted unshipped")},
}
"""Of held orders, by what they are held for; for any other reason, nobody wants them."""

RARE = frozenset({"closed late", "moved late", "one package voided"})
"""Stories of odd worlds alone."""
OF_LINES = frozenset({"weighed by hand", "more, shipped"})
"""Stories that are about lines, not about parcels."""

OF_CLOSED = frozenset(name for name in AFTER if name.startswith("closed"))
OF_VOIDED = frozenset(name for name in AFTER if "voided" in name or "again" in name)
"""Stories in which a label counts no more."""

STORIES: Mapping[str, Story] = {**AFTER, **WAITING, **LATE, **UNQUOTED} | {
    name: story for each in BEFORE.values() for name, story in each.items()
}


def befallen(draws: Draws, orders: Sequence[Seeded], *, after: bool, without: frozenset[str]) -> list[Seeded]:
    """A third of what nobody corrects in the ERP gets a story; ordinary orders only where time is left for it. No
    story is one of those `without`."""
    return [_befallen(draws, order, after, without) for order in orders]


def untold_at(erp: EmulatedErp) -> frozenset[str]:
    """Stories that cannot happen at this ERP: parcels that it packed have no lines that are weighed by hand or shipped
    later, one that takes nothing once a document is cancelled cannot be told what became of the label, and one that is
    told once not that a label counts no more."""
    cannot = ((erp.weighs_lines, OF_LINES), (erp.takes_when_closed, OF_CLOSED), (not erp.told_once, OF_VOIDED))
    return frozenset(name for can, names in cannot if not can for name in names)


def _befallen(draws: Draws, order: Seeded, after: bool, without: frozenset[str]) -> Seeded:
    (end,) = order.ends
    stories = AFTER if end == DONE else BEFORE.get(end.reason, _UNWANTED)
    odd = order.quirk or order.story or order.correction or order.groups > 1 or order.edits
    if odd or draws.below(3) or (end == DONE and not after):
        return order
    name = draws.pick(sorted(stories.keys() - without))
    story = stories[name]
    add = story.add or order.add
    if order.needed:
        add = entered_with(add, needed=f"{order.needed:%Y%m%d}")
    return replace(order, story=name, ends=story.ends, slack=story.slack, add=add)
