"""Orders: find them, read them."""

from __future__ import annotations

from http import HTTPStatus
from itertools import islice
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.operator_api import sheets
from functions.operator_api.answers import Answer, Failed
from functions.operator_api.fields import Cursor, Key, Limit, Of, cursor_of, instant_of, position, store_key
from functions.operator_api.people import Role
from functions.operator_api.room import Room
from functions.operator_api.sheets import OrderList, Sheet, Step
from shared.domain.record import Head
from shared.domain.state import State
from shared.domain.windows import BUCKETS, bucket_of
from shared.workflow.desk.finding import orders_named
from shared.workflow.desk.listing import newest, snapshot_of

room = Room("orders")
LOOKED_AT = 1000
"""The most heads that one page looks at: where few of many are wanted, a page may be short and its cursor go on."""


class Trail(Answer):
    """The whole trail of an order, the oldest step first."""

    steps: list[Step]


class Candidate(Answer):
    """An address that the carrier proposes; a fix `address` = `candidate:NUMBER` takes it."""

    number: int
    lines: list[str]
    city: str
    state: str
    postcode: str
    country: str


class Candidates(Answer):
    """The carrier's opinion of the ship-to's address when it was asked last, and what it proposes."""

    outcome: str
    candidates: list[Candidate]


@room.allows(Role.VIEWER, "GET", "/orders", "List orders, the newest first, or find one by its numbers.")
def list_orders(
    connection: Of = None,
    state: Annotated[State | None, Query(description="Only orders in this state.")] = None,
    reason: Annotated[str | None, Query(max_length=32, description="Only orders held for this reason.")] = None,
    q: Annotated[
        str | None,
        Query(min_length=1, max_length=300, description="A document's number, a full key or a tracking number."),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> OrderList:
    """Orders, the newest first. With `q` those that it names, whatever their number."""
    stored = room.office.stored(connection)
    if q is not None:
        found = orders_named(room.office.ports, q.strip(), stored, connection)
        wanted = [head for head in found if state in (None, head.state) and reason in (None, head.reason)]
        return OrderList(orders=[_row(head) for head in wanted[:limit]], cursor=None)
    names = [each.connection.id for each in stored]
    buckets = ["held"] if reason else [bucket_of(state)] if state else list(BUCKETS)
    place = position("orders", cursor, 2)
    after = (instant_of(place[0]), place[1]) if place else None
    heads = newest(room.office.ports, names, buckets, page=limit + 1, after=after)
    found, last = _page(islice(heads, LOOKED_AT + 1), state, reason, limit)
    following = cursor_of("orders", last.created_at.isoformat(), last.key) if last else None
    return OrderList(orders=[_row(head) for head in found], cursor=following)


def _page(heads: islice[Head], state: State | None, reason: str | None, limit: int) -> tuple[list[Head], Head | None]:
    """The wanted heads of a page, and the last one that was looked at; None for that at the end of the list."""
    found: list[Head] = []
    last: Head | None = None
    for looked, head in enumerate(heads):
        if len(found) == limit or looked == LOOKED_AT:
            return found, last
        last = head
        if state in (None, head.state) and reason in (None, head.reason):
            found.append(head)
    return found, None


def _row(head: Head) -> sheets.OrderRow:
    snapshot = snapshot_of(room.office.ports, head) if head.state == State.HELD else None
    return sheets.row(head, snapshot, room.caller.role)


@room.allows(Role.VIEWER, "GET", "/orders/<key>", "Show an order.")
def show_order(key: Key) -> Sheet:
    """One order: its content, state, packages, and what to do next."""
    return sheet_of(existing(key))


def sheet_of(head: Head) -> Sheet:
    """An order as it is answered, also after a change."""
    ports, role = room.office.ports, room.caller.role
    snapshot = snapshot_of(ports, head)
    return Sheet(
        order=sheets.row(head, snapshot, role),
        content=sheets.content(snapshot, role) if snapshot else None,
        packages=[sheets.package(each) for each in ports.orders.packages(head.key, head.generation)],
        shipment_id=head.shipment_id,
        reference=head.reference,
        approved_by=head.approved_by,
        tries=head.tries,
        generation=head.generation,
        in_the_erp=head.written_back,
    )


def existing(key: str) -> Head:
    """The head of an order. Raises Failed when there is none."""
    head = room.office.ports.orders.head(store_key(key))
    if head is None:
        raise Failed(HTTPStatus.NOT_FOUND, "there is no such order", field="key")
    return head


@room.allows(Role.VIEWER, "GET", "/orders/<key>/trail", "Show who did what with an order, when and why.")
def show_trail(key: Key) -> Trail:
    """The whole trail."""
    return Trail(steps=[sheets.step(each) for each in room.office.ports.orders.audit(existing(key).key)])


@room.allows(Role.CLERK, "GET", "/orders/<key>/candidates", "Show the addresses that the carrier proposes.")
def list_candidates(key: Key) -> Candidates:
    """The result of the last check; the carrier is not asked."""
    snapshot = snapshot_of(room.office.ports, existing(key))
    check = snapshot.address_check if snapshot else None
    proposed = enumerate(check.candidates if check else (), start=1)
    return Candidates(
        outcome=check.outcome if check else "",
        candidates=[
            Candidate(
                number=number,
                lines=list(each.lines),
                city=each.city,
                state=each.state,
                postcode=each.postcode,
                country=each.country,
            )
            for number, each in proposed
        ],
    )
