"""Codes for whoever fills in a connection file: shipping instructions, delivery terms, warehouses."""

from __future__ import annotations

from collections.abc import Sequence

from shared.erp.syspro.answers import said
from shared.erp.syspro.tables import Tables
from shared.errors import Refused
from shared.ports import Entry, LookupKind

LISTS = {
    "methods": ("TblSoShipInst", "ShippingInstrs", "InstructionText"),
    "terms": ("TblSaDelTerms", "DeliveryTerms", "Description"),
    "warehouses": ("InvWhControl", "Warehouse", "Description"),
}


def lookup(tables: Tables, kind: LookupKind, like: str) -> Sequence[Entry]:
    """See Erp.lookup."""
    if kind not in LISTS:
        raise Refused("missing", "no list of SYSPRO's suppliers is read: a purchase order names its own", field="kind")
    table, code, name = LISTS[kind]
    found = [Entry(said(row, code), said(row, name)) for row in tables.each(table, (code, name), (), code)]
    wanted = like.casefold()
    fitting = [each for each in found if each.code and wanted in f"{each.code}\n{each.name}".casefold()]
    return sorted(fitting, key=lambda each: each.code)
