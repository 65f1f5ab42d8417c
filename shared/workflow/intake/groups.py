"""A document that goes to several places: its parcel groups are divided under its lease, and no line is in two labels.

The rule itself is pure (domain/parcel_group.py). Here is its order of steps: groups that lose a line are stopped, then
the names are noted, then what is new is claimed. A worker that dies in between leaves groups that are held, and held
orders are read again at each poll, so the next one ends what was begun.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from shared import log
from shared.domain.hints import Action, Hint, do
from shared.domain.order import Order
from shared.domain.parcel_group import (
    Claim,
    Regrouped,
    Standing,
    by_line,
    delivery_of,
    document_key,
    key_in,
    made_of_lines,
    regroup,
)
from shared.domain.record import Head
from shared.domain.state import Reason, State
from shared.domain.steps import Step
from shared.errors import Refused
from shared.ports import Conflict, DocumentGroups, Ports
from shared.workflow.intake.run import Poll
from shared.workflow.orders.after_label import follow_shipped
from shared.workflow.orders.step import LEASE, held, move

Store = Callable[[Order, Refused | None], bool]
"""Claims an order, or lets an unshipped one follow; False while that is not settled."""

_UNSHIPPED = frozenset({State.RECEIVED, State.READY, State.HELD})
_HINT = Hint("check at the carrier and in the ERP what is under way; then {0} ships it", (do(Action.RETRY),))


def take_groups(running: Poll, orders: Sequence[Order], store: Store) -> bool:
    """Stores what was read of one document; False when it must be read again by a later poll. Raises NewerFormat.

    A document for one place takes no lease as long as no other connection could read it divided meanwhile: its poll
    is the only one that claims it.
    """
    ports, connection = running.ports, running.stored.connection.id
    document = document_key(orders[0].key)
    split = _is_split(ports, document, orders)
    if any(order.cancelled for order in orders):
        settled = [store(each, None) for order in orders for each in (each_group(ports, order) if split else (order,))]
        return all(settled)
    if not split and not running.has_rivals:
        return _whole(orders, store)
    with ports.lease("document", document, LEASE) as owner:
        try:
            if owner and _is_split(ports, document, orders):
                return _divide(ports, connection, orders, store, owner)
            return bool(owner) and _whole(orders, store)
        except Conflict as error:
            log.step("groups_left_for_later", document=document, why=str(error))
            return False


def _is_split(ports: Ports, document: str, orders: Sequence[Order]) -> bool:
    return bool(ports.documents.groups(document).groups) or made_of_lines(order.delivery for order in orders)


def _whole(orders: Sequence[Order], store: Store) -> bool:
    settled = [store(order, None) for order in orders]
    return all(settled)


def each_group(ports: Ports, order: Order) -> tuple[Order, ...]:
    """`order` under the name of each group of its document that is known and not let go: one that waits, one in doubt,
    which must not be bought again as it was, and one that has its label. Itself for a document without groups."""
    document = document_key(order.key)
    names = ports.documents.groups(document).groups
    heads = [ports.orders.head(key_in(document, name)) for name in ("", *names)] if names else []
    open_ones = [delivery_of(head.key) for head in heads if head and standing_of(head, head.connection) != "free"]
    return tuple(replace(order, delivery=name) for name in open_ones) or (order,)


def group_keys(ports: Ports, document: str) -> list[str]:
    """The keys under which parcel groups of a document may be known, in the order of their lines."""
    return [key_in(document, name) for name in ("", *sorted(ports.documents.groups(document).groups, key=by_line))]


def standing_of(head: Head, connection: str) -> Standing:
    """Return the meaning of a group for the lines of its document, as `connection` sees it."""
    if head.shipment_id or head.in_doubt or head.state not in (*_UNSHIPPED, State.CANCELLED) or head.generation > 1:
        return "bought"
    if head.state == State.CANCELLED:
        return "free"
    return "waiting" if head.connection == connection else "elsewhere"


def _divide(ports: Ports, connection: str, orders: Sequence[Order], store: Store, owner: str) -> bool:
    """Under the lease."""
    document = document_key(orders[0].key)
    kept = ports.documents.groups(document)
    heads = _heads(ports, document, kept)
    claims = [_claim(ports, head, connection) for head in heads.values()]
    divided = regroup(orders, claims, kept.lines)
    _stop(ports, [heads[name] for name in divided.losing])
    if not ports.documents.add_groups(document, owner, *_to_note(divided, orders, claims)):
        return False
    settled = [store(order, _fault(why)) for order, why in divided.groups]
    for name in divided.ending:
        head = ports.orders.head(heads[name].key)
        if head and head.state != State.CANCELLED:
            move(ports, head, State.CANCELLED, what=Step.REGROUPED, why="no line is left in this parcel group")
    for name, head in heads.items():
        if head.shipment_id and not head.in_doubt:
            if head.connection == connection:
                follow_shipped(ports, head, _with_lines(orders, name, claims))
        elif standing_of(head, connection) == "bought":
            settled.append(store(_as_read(orders, name, claims), None))
    return divided.settled and all(settled)


def _with_lines(orders: Sequence[Order], name: str, claims: Sequence[Claim]) -> tuple[Order, ...]:
    """Every order of the document that has a line of the group now, with those lines; the first one without any, when
    all of them are gone."""
    lines = next((claim.lines for claim in claims if claim.delivery == name), None) or frozenset()
    parts = [
        replace(order, delivery=name, lines=tuple(each for each in order.lines if each.number in lines))
        for order in orders
    ]
    return tuple(part for part in parts if part.lines) or (parts[0],)


def _as_read(orders: Sequence[Order], name: str, claims: Sequence[Claim]) -> Order:
    """A group in doubt as the ERP has its lines now: when they differ, or are apart, it is not bought again as it was.

    A group without a name had the whole document.
    """
    lines = next((claim.lines for claim in claims if claim.delivery == name), None) or frozenset()
    found = [(order, tuple(line for line in order.lines if line.number in lines)) for order in orders]
    order, here = max(found, key=lambda each: len(each[1]))
    return replace(order, delivery=name, lines=here)


def _heads(ports: Ports, document: str, kept: DocumentGroups) -> dict[str, Head]:
    """By delivery. Read one by one: a head of a newer format must not look like none."""
    found = {name: ports.orders.head(key_in(document, name)) for name in ("", *kept.groups)}
    return {name: head for name, head in found.items() if head}


def _claim(ports: Ports, head: Head, connection: str) -> Claim:
    """The head as the rule sees it; a group that waits for a person because of its lines vouches for none of them."""
    doubted = head.state == State.HELD and head.reason == Reason.SHIP_TOS
    name, standing = delivery_of(head.key), standing_of(head, connection)
    try:
        order = ports.orders.snapshot(head.key, head.generation).order
    except Refused:
        return Claim(name, standing, None, doubted)
    return Claim(name, standing, frozenset(line.number for line in order.lines), doubted)


def _stop(ports: Ports, heads: Sequence[Head]) -> None:
    """Holds groups that lose a line, without their lines: what is bought meanwhile raises Conflict, and nothing moves.

    A blank `content` differs from everything that is read, so the next reading lets them go on.
    """
    for head in heads:
        snapshot = ports.orders.snapshot(head.key, head.generation)
        emptied = replace(snapshot, order=replace(snapshot.order, lines=()), plan=None, quote=None)
        held(
            ports,
            head,
            Reason.SHIP_TOS,
            "its lines go to another parcel group now; the next poll goes on with what is left",
            field="lines",
            snapshot=emptied,
            what=Step.REGROUPING,
            content="",
        )


def _to_note(divided: Regrouped, orders: Sequence[Order], claims: Sequence[Claim]) -> tuple[list[str], list[str]]:
    """The names, before anything is claimed under them; the lines only as long as nothing of the document is bought.

    Those that are skipped too: a line for another connection's warehouse was there before the label as well.
    """
    bought = any(claim.standing == "bought" for claim in claims)
    there = [line.number for order in orders for line in order.lines]
    there += [skipped.line for order in orders for skipped in order.skipped]
    return [order.delivery for order, _ in divided.groups], [] if bought else there


def _fault(why: str) -> Refused | None:
    return Refused(Reason.SHIP_TOS, why, field="lines", hint=_HINT) if why else None
