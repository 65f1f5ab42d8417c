"""Purchase orders at a carrier's warehouse and their receipts, and the labels of which nobody knows."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from itertools import islice
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from functions.operator_api import sheets
from functions.operator_api.answers import Advised, Answer, Failed, advised
from functions.operator_api.fields import (
    Asked,
    Cursor,
    Key,
    Limit,
    Of,
    Version,
    cursor_of,
    key_text,
    position,
    store_key,
)
from functions.operator_api.people import Role
from functions.operator_api.room import Room
from functions.operator_api.sheets import OrderRow
from shared.domain.receiving import InboundOrder, Receipt
from shared.ports import Conflict
from shared.workflow.desk import receipts as desk
from shared.workflow.desk.unknown import InDoubt, in_doubt, settled_at

room = Room("receipts")
USUAL = ("held", "open")


class ReceiptShown(Answer):
    """A receipt: what came in, and whether it is booked in the ERP."""

    number: int
    line: str
    sku: str
    quantity: str
    unit: str
    state: str
    held: str
    why: str
    tries: int
    in_the_erp: str


class Purchase(Answer):
    """A purchase order at a warehouse."""

    key: str
    version: int
    document: str
    connection: str
    warehouse: str
    supplier: str
    stage: str
    hold: str
    why: str
    hint: Advised | None
    at_the_warehouse: str
    receipts: list[ReceiptShown]


class Purchases(Answer):
    """A page of purchase orders: those that wait for a person first."""

    purchases: list[Purchase]
    cursor: str | None


class Again(Asked):
    """The version that the person saw, and the receipt that is tried again; 0 for all that waits."""

    version: Version
    receipt: Annotated[int, Field(ge=0, le=100_000)] = 0


class Doubtful(Answer):
    """An order of which nobody knows whether its label was made. Before `settled_at` a look-up proves nothing."""

    order: OrderRow
    reference: str
    asked_at: datetime | None
    settled_at: datetime | None


class Doubts(Answer):
    """The orders in doubt; the first of them, where there are very many."""

    doubts: list[Doubtful]


@room.allows(Role.VIEWER, "GET", "/receipts", "List purchase orders at a warehouse.")
def list_receipts(
    connection: Of = None,
    bucket: Annotated[
        Literal["held", "open", "done"] | None, Query(description="Only these; else held and open.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Purchases:
    """Those that wait for a person first, then those under way, the oldest first."""
    store, place = room.office.ports.receiving, position("receipts", cursor, 1)
    buckets = (bucket,) if bucket else USUAL
    stored = room.office.stored(connection)
    keys = (key for each in buckets for one in stored for key in store.listing(one.connection.id, each))
    once = dict.fromkeys(keys)
    if place:
        names = list(once)
        start = names.index(place[0]) + 1 if place[0] in once else 0
        once = dict.fromkeys(names[start:])
    chosen = list(islice(once, limit + 1))
    found = [each for each in map(store.get, chosen[:limit]) if each]
    following = cursor_of("receipts", chosen[limit - 1]) if len(chosen) > limit else None
    return Purchases(purchases=[_purchase(each) for each in found], cursor=following)


@room.allows(Role.OPERATOR, "POST", "/receipts/<key>/retry", "Try again what waits for a person.")
def retry_receipt(key: Key, asked: Again) -> Purchase:
    """A receipt that may be booked is looked up first."""
    ports = room.office.ports
    found = ports.receiving.get(store_key(key))
    if found is None:
        raise Failed(HTTPStatus.NOT_FOUND, "there is no such purchase order", field="key")
    if found.version != asked.version:
        raise Conflict(found.key)
    return _purchase(desk.replay(ports, found.key, room.caller.who, asked.receipt))


def _purchase(order: InboundOrder) -> Purchase:
    return Purchase(
        key=key_text(order.key),
        version=order.version,
        document=order.document,
        connection=order.connection,
        warehouse=order.warehouse,
        supplier=order.supplier,
        stage=order.stage,
        hold=order.hold,
        why=order.sentence,
        hint=advised(order.hint) if order.hint and order.hold else None,
        at_the_warehouse=order.remote_number or order.remote_id,
        receipts=[_receipt(each) for each in room.office.ports.receiving.receipts(order.key)],
    )


def _receipt(each: Receipt) -> ReceiptShown:
    return ReceiptShown(
        number=each.number,
        line=each.line,
        sku=each.sku,
        quantity=f"{each.quantity.normalize():f}",
        unit=each.unit,
        state=each.state,
        held=each.held,
        why=each.why,
        tries=each.tries,
        in_the_erp=each.found,
    )


@room.allows(Role.VIEWER, "GET", "/unknown", "List the orders of which nobody knows whether their label was made.")
def list_unknown(connection: Of = None, limit: Limit = 50) -> Doubts:
    """Those that move and those that wait for a person."""
    stored = room.office.stored(connection)
    found = (each for one in stored for each in in_doubt(room.office.ports, one.connection.id))
    return Doubts(doubts=[_doubt(each) for each in islice(found, limit)])


def _doubt(each: InDoubt) -> Doubtful:
    return Doubtful(
        order=sheets.row(each.head, each.snapshot, room.caller.role),
        reference=each.head.reference,
        asked_at=each.head.intent_at,
        settled_at=settled_at(room.office.ports, each.head),
    )
