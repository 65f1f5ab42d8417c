"""One purchase order in Fusion: found by its number, with its lines, schedules and life cycle. Reads only."""

from __future__ import annotations

from collections.abc import Sequence

from shared.erp.oracle.answers import NotOpen, Row, text
from shared.erp.oracle.client import Client, Item, as_item
from shared.erp.oracle.query import number, segment
from shared.erp.oracle.query import text as quoted
from shared.erp.oracle.schedules import Schedule, moved_of, schedules_of
from shared.errors import Misconfigured, Refused

ORDERS, DRAFTS = "purchaseOrders", "draftPurchaseOrders"
_BY_ID = "name orders by their id, erp.order_id: POHeaderId, or ship this one by hand"


def find(client: Client, document: str) -> Item | None:
    """The order of this name, None where there is none or it may not be seen.

    Raises Refused where two orders have the number, since each business unit may count by itself, and for a number that
    cannot be asked for: an order that cannot be found is not gone.
    """
    name = client.settings.part.order_id
    if name == "POHeaderId":
        if not (document.isascii() and document.isdigit() and len(document) <= 19):
            return None
        where = f"POHeaderId = {number(document)}"
    else:
        where = f"OrderNumber = {quoted(document, field='document', hint=_BY_ID)}"
    rows = [as_item(row, ORDERS) for row in client.rows(ORDERS, where, most=3)]
    units = client.settings.select.business_units
    found = [row for row in rows if not units or text(row.get("ProcurementBU")) in units] or rows
    if len(found) > 1:
        units_of = ", ".join(text(row.get("ProcurementBU")) for row in found)
        raise Refused(
            "missing",
            f"order {document} is there {len(found)} times: {units_of}",
            field="document",
            hint="select one business unit, or set erp.order_id: POHeaderId",
        )
    return found[0] if found else None


def path_of(order: Item) -> str:
    """The order's own path: by its link, else by its id."""
    return order.path or f"{ORDERS}/{number(text(order.get('POHeaderId')))}"


def lines_of(client: Client, order: Item) -> list[Row]:
    """All lines of the order, however many."""
    return list(client.rows(f"{path_of(order)}/child/lines", key="POLineId"))


def read_schedules(client: Client, order: Item, lines: Sequence[Row]) -> list[Schedule]:
    """All schedules with what is left of each."""
    id_ = number(text(order.get("POHeaderId")))
    if client.settings.part.schedules == "flat":
        rows = list(client.rows("purchaseOrderSchedules", f"POHeaderId = {id_}", key="LineLocationId"))
    else:
        rows = [row for line in lines for row in _nested(client, order, line)]
    shipments, receipts = list[Row](), list[Row]()
    if client.settings.part.open_quantity == "life_cycle":
        shipments = _life_cycle(client, id_, "shipments", "ShipmentId:asc,LineLocationId:asc")
        receipts = _life_cycle(client, id_, "receipts", "Receipt:asc,LineLocationId:asc")
    return schedules_of(lines, rows, moved_of(shipments, receipts))


def _nested(client: Client, order: Item, line: Row) -> list[Row]:
    """The schedules below one line, each with its line's id."""
    path = f"{line_path(order, line)}/child/schedules"
    return [{"POLineId": line.get("POLineId"), **row} for row in client.rows(path, key="LineLocationId")]


def line_path(order: Item, line: Row) -> str:
    """The path of a line: by its own link, else by its id."""
    own = as_item(line, f"{ORDERS}/lines").path
    return own or f"{path_of(order)}/child/lines/{segment(text(line.get('POLineId')))}"


def _life_cycle(client: Client, id_: str, child: str, order: str) -> list[Row]:
    try:
        return list(client.rows(f"purchaseOrderLifeCycleDetails/{id_}/child/{child}", order=order))
    except NotOpen as error:
        raise Misconfigured(
            f"what is advised or received cannot be seen: {error}",
            field="erp.open_quantity",
            hint="give the user the right to see the life cycle of orders, or ship what is ordered: erp.open_quantity: "
            "ordered",
            general=False,
        ) from None


def draft(client: Client, order: Row) -> Item | None:
    """The order's draft side, by which it is changed; None where it may not be seen.

    The id serves as its key; where it does not, the collection is asked for it.
    """
    id_ = number(text(order.get("POHeaderId")))
    found = client.item(f"{DRAFTS}/{id_}")
    if found is None:
        rows = list(client.rows(DRAFTS, f"POHeaderId = {id_}", most=1))
        found = as_item(rows[0], DRAFTS) if rows else None
        found = client.item(found.path) if found and found.path else found
    if found is not None and not found.path:
        found.path = f"{DRAFTS}/{id_}"
    return found
