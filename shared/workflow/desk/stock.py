"""A person asks what differs now, of stock and of items. Both sides are read in full; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass

from shared.connection import Connection, receiving_rules
from shared.domain.stock import ItemDifference, StockDifference, item_differences
from shared.errors import Misconfigured, Refused
from shared.ports import Ports
from shared.ports.receiving import KeepsStock, ShelvesStock
from shared.workflow.receiving.stock import difference_at, shelves, under_way


@dataclass(frozen=True, slots=True)
class Compared:
    """How many SKUs were compared, those that differ, and what the ERP refuses to tell, in its words."""

    count: int
    differences: tuple[StockDifference, ...]
    refused: tuple[str, ...] = ()


def stock_now(ports: Ports, connection: Connection) -> Compared:
    """Compares the stock of all warehouses of the file. Raises what both sides raise."""
    with ports.erp(connection) as erp, ports.carrier(connection) as carrier:
        on = shelves(connection, erp, carrier)
        ahead = receiving_rules(connection).moment != "quantity_received"
        waiting, found, refused = under_way(ports, connection, ahead=ahead), [], []
        for place in on.pieces:
            try:
                found.append(difference_at(on, place, waiting))
            except Refused as error:
                refused.append(f"{place[1]} at {place[0]}: {error}")
    return Compared(len(on.pieces), tuple(filter(None, found)), tuple(refused))


def items_now(ports: Ports, connection: Connection) -> tuple[ItemDifference, ...]:
    """Compares all items in use with all products, by their numbers. Raises what both sides raise."""
    if getattr(connection, "items", None) is None:
        hint = "add items: {owner: erp} to the connection file, and apply it"
        raise Misconfigured(f"{connection.id} compares no items", field="items", hint=hint)
    with ports.erp(connection) as erp, ports.carrier(connection) as carrier:
        if not (isinstance(erp, KeepsStock) and isinstance(carrier, ShelvesStock)):
            raise Misconfigured("this ERP and this carrier tell no items", field="items")
        return tuple(item_differences(dict(erp.item_names()), carrier.products()))
