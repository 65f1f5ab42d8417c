"""The lines of a dispatch note by SORQDN (facts/syspro.md, section 5): goods are called Merchandise, at whatever depth.

Whether such a line names its type and its sales order differs: goods are of type 1 then, of the note's own order.
"""

from __future__ import annotations

from shared.erp.syspro import documents
from shared.erp.syspro.answers import NOT_FOUND, Row, each_in, faults_in, name_of, row_in, said, shown
from shared.erp.syspro.client import Client
from shared.errors import Refused, Retry

NUMBERS = frozenset({"dispatchnoteline", "salesorderline"})


def lines_of(client: Client, note: Row) -> list[Row]:
    """The note's lines of goods. Raises Refused where neither a line nor the note names its sales order."""
    key = said(note, "DispatchNote")
    root = client.query("SORQDN", documents.note(key))
    faults = faults_in(root)
    if faults and all(each.number == NOT_FOUND for each in faults):
        return []
    if faults or name_of(root) != "dispatchnotedetail":
        what = "; ".join(map(str, faults[:3])) or name_of(root)[:40]
        if faults and not any(each.of_the_system for each in faults):
            raise Refused("refused", f"SORQDN: SYSPRO answered {what}", field="erp.detail")
        raise Retry(f"SORQDN: SYSPRO answered with {what}")
    order = said(note, "SalesOrder")
    lines: list[Row] = [
        {"dispatchnote": key, "salesorder": order, "linetype": "1"}
        | {name: _whole(name, value) for name, value in row_in(each).items() if value}
        for each in each_in(root, "Merchandise")
    ]
    if any(not said(line, "SalesOrder") for line in lines):
        raise Refused(
            "missing",
            f"SORQDN does not say which sales orders note {shown(key)} is of",
            field="SalesOrder",
            hint="set erp.detail: comfnd, which reads the lines' own table",
        )
    return lines


def _whole(name: str, value: str) -> str:
    """A line's number without the decimals of an edited one: 1.000 is line 1."""
    whole, _, decimals = value.partition(".")
    return whole if name in NUMBERS and not decimals.strip("0") else value
