"""Try an order as if it were taken now: it is read, planned, checked and priced, and nothing is written.

Address checks and prices are asked for real, since only the carrier knows them; neither costs anything or leaves
anything behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from shared.connection import Connection
from shared.domain.hints import Advice, about
from shared.domain.order import Order
from shared.domain.problem import Unshippable
from shared.domain.record import Fix, Head
from shared.domain.shipment import AddressCheck, Quote, ShipmentPlan
from shared.domain.state import HINTS, Reason, State
from shared.errors import Refused, Retry
from shared.ports import Erp, Ports
from shared.workflow.planning.fixes import carried, confirmed, fixed
from shared.workflow.planning.prepare import AddressDoubted, prepared

Outcome = Literal["bought", "later", "approval", "held", "known", "cancelled", "not_tried"]
"""The outcome of a try: bought at once, or later; a person's approval; held; nothing, since it is known and past that,
or cancelled; not tried, since the carrier did not answer."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One parcel group and what would become of it. `why` is the sentence behind the outcome, `field` and `hint` are
    those of a hold. `order` is None for a document that could not be read at all."""

    document: str
    outcome: Outcome
    order: Order | None = None
    reason: str = ""
    why: str = ""
    field: str = ""
    hint: Advice = ""
    plan: ShipmentPlan | None = None
    quote: Quote | None = None
    check: AddressCheck | None = None
    notes: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()


def dry_run(ports: Ports, connection: Connection, documents: Iterable[str]) -> Iterator[Tried]:
    """Tries each document's parcel groups; nothing for one that the selection does not want. Raises Misconfigured, and
    Retry when the ERP cannot be asked."""
    with ports.erp(connection) as erp:
        for document in documents:
            yield from _document(ports, erp, connection, document)


def _document(ports: Ports, erp: Erp, connection: Connection, document: str) -> Iterator[Tried]:
    try:
        orders = erp.read(document)
    except Refused as error:
        yield _held(Tried(document, "held"), error.reason, error, error.field, error.hint)
        return
    for order in orders:
        yield tried(ports, connection, order)


def tried(ports: Ports, connection: Connection, order: Order) -> Tried:
    """Return the outcome that an order that was just read would have. Raises Misconfigured."""
    bare = Tried(order.document, "held", order, notes=order.notes)
    head = ports.orders.head(order.key)
    past = _past(head, connection)
    if past:
        return replace(bare, outcome="known", why=past)
    if order.cancelled:
        return replace(bare, outcome="cancelled", why="closed or deleted in the ERP")
    return tried_with(ports, connection, order, _fixes(ports, head, order))


def tried_with(ports: Ports, connection: Connection, order: Order, fixes: tuple[Fix, ...]) -> Tried:
    """Return the outcome that the order would have under these fixes, whatever it is now. Raises Misconfigured."""
    bare = Tried(order.document, "held", order, notes=order.notes)
    try:
        return _prepared(ports, connection, order, replace(bare, fixes=fixes))
    except Unshippable as problem:
        return _held(bare, problem.reason, problem, problem.field, "")
    except Refused as error:
        doubted = replace(bare, check=error.check if isinstance(error, AddressDoubted) else None)
        return _held(doubted, error.reason, error, error.field, error.hint)
    except Retry as error:
        return replace(bare, outcome="not_tried", why=str(error))


def _prepared(ports: Ports, connection: Connection, order: Order, bare: Tried) -> Tried:
    """As the workflow prepares it, under the fixes that a person has made."""
    shipped, now = fixed(order, bare.fixes), ports.clock.now()
    with ports.carrier(connection) as carrier:
        found = prepared(carrier, shipped, connection, now, address_as_is=confirmed(bare.fixes))
    later = found.wait and not found.ask
    return replace(
        bare,
        outcome="approval" if found.ask else "later" if later else "bought",
        reason=str(Reason.APPROVAL) if found.ask else found.wait.reason if found.wait else "",
        why=found.ask or (found.wait.why if found.wait else ""),
        plan=found.plan,
        quote=found.quote,
        check=found.check,
        notes=found.notes,
    )


def _fixes(ports: Ports, head: Head | None, order: Order) -> tuple[Fix, ...]:
    """The fixes that still lie over what was just read."""
    if head is None:
        return ()
    try:
        return carried(ports.orders.snapshot(head.key, head.generation).fixes, order)[0]
    except Refused:
        return ()


def _held(bare: Tried, reason: str, error: Exception, field: str, hint: Advice) -> Tried:
    known: dict[str, Advice] = {str(each): advice for each, advice in HINTS.items()}
    advice = about(hint or known.get(str(reason), ""), bare.document)
    return replace(bare, outcome="held", reason=str(reason), why=str(error), field=field, hint=advice)


def _past(head: Head | None, connection: Connection) -> str:
    """Why a poll would leave a known order as it is, "" when it would prepare it like a new one."""
    if head is None or head.state == State.CANCELLED:
        return ""
    if head.shipment_id:
        return f"shipped already as {head.shipment_id}"
    if head.in_doubt or head.state in (State.INTENT, State.UNKNOWN):
        return "a label may exist: what became of its create call is not known"
    return "" if head.connection == connection.id else f"taken by {head.connection}"
