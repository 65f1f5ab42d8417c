"""A purchase order with its lines by PORQRY, in the names that a public recording of it has (specs/syspro, source a).

No table of its lines is known. Quantities are in the unit of the order, the mass is that of one stocking unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared.erp.syspro import documents
from shared.erp.syspro.answers import Row, each_in, faults_in, name_of, row_in, said, shown
from shared.erp.syspro.client import Client
from shared.erp.syspro.goods import decimal
from shared.erp.syspro.orders import Found
from shared.errors import Refused, Retry

COMPLETE = "Y"


def found_of(client: Client, head: Row) -> Found:
    """The order's own row with what PORQRY says of its supplier, and its lines of goods: what is still to come of
    each. Raises Refused where SYSPRO refuses it."""
    key = said(head, "PurchaseOrder")
    root = client.query("PORQRY", documents.purchase(key))
    faults = faults_in(root)
    if faults or name_of(root) != "pordetail":
        what = "; ".join(map(str, faults[:3])) or name_of(root)[:40]
        if faults and not any(each.of_the_system for each in faults):
            raise Refused("refused", f"PORQRY: SYSPRO answered {what}", field="erp.source")
        raise Retry(f"PORQRY: SYSPRO answered with {what}")
    filled = {name: value for name, value in head.items() if value}
    return Found({**row_in(root), **filled}, list(_lines(root, shown(key))), [])


def _lines(root: Any, document: str) -> Iterator[Row]:
    for each in each_in(root, "Merchandise"):
        row = row_in(each)
        complete = said(row, "MCompleteFlag") == COMPLETE
        open_ = "0" if complete else _in_stocking_units(row, document)
        yield {**row, "mstockqtytoshp": open_, "mstockunitmass": said(row, "Mass")}


def _in_stocking_units(row: Row, document: str) -> str:
    """The quantity of a line that is still to come. Raises Refused where it is ordered in another unit than it is
    weighed in: which way the factor goes is told nowhere."""
    ordered, stocked = said(row, "MOrderUom"), said(row, "MStockingUom")
    quantity = said(row, "MOutstandingQty")
    same = not stocked or ordered == stocked or decimal(said(row, "MConvFactOrdUm"), document, "MConvFactOrdUm") == 1
    if same or not decimal(quantity, document, "MOutstandingQty"):
        return quantity
    raise Refused(
        "units",
        f"line {said(row, 'Line')} of purchase order {document} is ordered in {ordered} and stocked in {stocked}",
        field="MOrderUom",
        value=ordered,
        hint="ship it by hand",
    )
