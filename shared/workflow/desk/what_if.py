"""Which of the last orders would go otherwise under a changed connection file. Nothing is bought and nothing written.

Each order is tried under the file as applied and under the changed one, as if it came today: what was read of it, with
its fixes, and its needed date as far ahead as it was then. The carrier is asked for addresses and prices only, each
question once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from shared.connection import Connection
from shared.domain.address import Party
from shared.domain.money import Money
from shared.domain.order import Order
from shared.domain.problem import Unshippable
from shared.domain.record import Fix, Head, Snapshot
from shared.domain.shipment import AddressCheck, Quote, ShipmentPlan
from shared.domain.state import State
from shared.domain.windows import BUCKETS
from shared.ports import Carrier, Ports, StoredConnection
from shared.workflow.desk.listing import newest, snapshot_of
from shared.workflow.planning.dry_run import Tried, tried_with
from shared.workflow.planning.fixes import confirmed, order_of
from shared.workflow.planning.plan import Planned, plan_shipment

GOES = frozenset({"bought", "later", "approval"})
"""The outcomes of an order that can be shipped."""
_DECIDING = (
    *("carrier", "approve", "limits", "defaults", "address_check", "address_not_covered", "ship_when", "timezone"),
    "locations",
)
"""The parts of the file that decide beside the plan; under the same ones an equal plan goes alike."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One order under both files. `differs` names what is otherwise, nothing for an order that goes alike; both tries
    are None for one that is surely alike, and for one whose content has expired."""

    head: Head
    before: Tried | None = None
    after: Tried | None = None
    differs: tuple[str, ...] = ()
    expired: bool = False


def what_if(ports: Ports, stored: StoredConnection, changed: Connection, since: datetime) -> Iterator[Compared]:
    """Compares the orders of the connection that were taken in since, the newest first; not those that were cancelled.

    Raises Misconfigured when a credential or a set-up is refused."""
    asking, trials = ports.with_carriers(lambda opener: _Once(opener).open), (stored.connection, changed)
    for head in newest(ports, [stored.connection.id], BUCKETS, page=50):
        if head.created_at < since:
            return
        if head.state == State.CANCELLED:
            continue
        snapshot = snapshot_of(ports, head)
        if snapshot is None:
            yield Compared(head, expired=True)
            continue
        yield _compared(asking, head, snapshot, *trials)


def _compared(ports: Ports, head: Head, snapshot: Snapshot, now: Connection, then: Connection) -> Compared:
    order = _as_if_today(head, snapshot, ports.clock.now())
    if _surely_alike(order, now, then, ports.clock.now()):
        return Compared(head)
    fixes: tuple[Fix, ...] = tuple(each for each in snapshot.fixes if confirmed([each]))
    before, after = (tried_with(ports, each, order, fixes) for each in (now, then))
    return Compared(head, before, after, _differences(before, after))


def _as_if_today(head: Head, snapshot: Snapshot, now: datetime) -> Order:
    """The order as it is shipped, needed as far ahead as it was when it was read."""
    order, age = order_of(snapshot), now.date() - (snapshot.read_at or head.created_at).date()
    return replace(order, needed=order.needed + age) if order.needed else order


def _surely_alike(order: Order, now: Connection, then: Connection, at: datetime) -> bool:
    """Tell if both files make the same shipment of it, and decide alike about that: then the carrier is not asked."""
    if any(getattr(now, name) != getattr(then, name) for name in _DECIDING):
        return False
    return _planned(order, now, at) == _planned(order, then, at)


def _planned(order: Order, connection: Connection, at: datetime) -> Planned | tuple[str, str]:
    try:
        return plan_shipment(order, connection, at)
    except Unshippable as problem:
        return str(problem.reason), str(problem)


def _differences(before: Tried, after: Tried) -> tuple[str, ...]:
    """The names of what is otherwise."""
    return tuple(name for name, of in _SEEN.items() if of(before) != of(after))


_SEEN: dict[str, Callable[[Tried], object]] = {
    "outcome": lambda tried: tried.outcome,
    "reason": lambda tried: (tried.reason, tried.field),
    "service": lambda tried: tried.plan and tried.plan.service,
    "packages": lambda tried: tried.plan and tuple(each.weight for each in tried.plan.packages),
    "price": lambda tried: tried.quote and tried.quote.price,
    "payer": lambda tried: tried.plan and tried.plan.billing,
    "account": lambda tried: tried.plan and tried.plan.account,
    "ship date": lambda tried: tried.plan and tried.plan.ship_date,
    "places": lambda tried: tried.plan and (tried.plan.ship_from, tried.plan.ship_to),
    "extra services": lambda tried: tried.plan and tried.plan.accessorials,
}


def cost_of(tried: Tried | None) -> Money | None:
    """The cost to our own account; None for what does not go, and where another account pays."""
    if tried is None or tried.outcome not in GOES or tried.plan is None or tried.quote is None:
        return None
    return tried.quote.price if tried.plan.billing.kind == "shipper" else None


Question = tuple[Literal["address", "rate"], Hashable, Hashable]


@dataclass
class _Once:
    """Opens carriers that can only be asked, and remember what they answered under the same carrier part of a file."""

    opener: Callable[[Connection], Carrier]
    answers: list[tuple[object, dict[Question, Any]]] = field(default_factory=list)

    def open(self, connection: Connection) -> Any:
        known = next((kept for part, kept in self.answers if part == connection.carrier), None)
        if known is None:
            known = {}
            self.answers.append((connection.carrier, known))
        return _Asked(self.opener(connection), known)


class _Asked:
    """The three questions of a preparation, and nothing that buys."""

    def __init__(self, carrier: Carrier, answers: dict[Question, Any]) -> None:
        self._carrier, self._answers = carrier, answers

    def check_plan(self, plan: ShipmentPlan) -> None:
        self._carrier.check_plan(plan)

    def check_address(self, party: Party) -> AddressCheck:
        check: AddressCheck = self._once(("address", party, None), lambda: self._carrier.check_address(party))
        return check

    def rate(self, plan: ShipmentPlan, services: Sequence[str]) -> tuple[Quote, ...]:
        asked = ("rate", plan, tuple(services))
        quotes: tuple[Quote, ...] = self._once(asked, lambda: self._carrier.rate(plan, services))  # type: ignore[arg-type]
        return quotes

    def close(self) -> None:
        close = getattr(self._carrier, "close", None)
        if close:
            close()

    def _once(self, question: Question, ask: Callable[[], Any]) -> Any:
        if question not in self._answers:
            self._answers[question] = ask()
        return self._answers[question]
