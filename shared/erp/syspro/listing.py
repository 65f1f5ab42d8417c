"""SYSPRO's own account of its documents: those in the selected statuses, and those that were invoiced on a day.

A dispatch note has the day of its invoice, and one that is consolidated (8) waits for one: its goods have left. Of a
sales order the invoices tell the day (facts/syspro.md, section 5).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from shared.erp.syspro.answers import Row, said, shown
from shared.erp.syspro.changes import INVOICED, of_customer, rows, types_of
from shared.erp.syspro.documents import Group, Where, equal
from shared.erp.syspro.settings import SysproSettings
from shared.erp.syspro.sources import DISPATCH, INVOICE, ORDER, PURCHASE, Source
from shared.erp.syspro.tables import Tables
from shared.ports import Listed

CONSOLIDATED = "8"
AT_ONCE = 100
"""Documents whose sales orders are looked at together."""


def listing(tables: Tables, settings: SysproSettings, day: date, floor: datetime, now: datetime) -> Iterator[Listed]:
    """See Erp.listing. Of invoices, those of the day: an invoice has no status."""
    source = settings.source
    if source is not INVOICE:
        ready = (row for row in rows(tables, settings, floor, now) if said(row, source.status) in settings.statuses)
        yield from _listed(tables, settings, ready, ready=True)
    yield from _listed(tables, settings, _left(tables, settings, day), ready=source is INVOICE)


def _left(tables: Tables, settings: SysproSettings, day: date) -> Iterator[Row]:
    source = settings.source
    if source is DISPATCH:
        invoiced = [equal(source.status, (INVOICED,)), _on("InvoiceCreatedDate", day)]
        yield from _each(tables, settings, source, invoiced)
        if CONSOLIDATED not in settings.statuses:
            yield from _each(tables, settings, source, [equal(source.status, (CONSOLIDATED,))])
        return
    if source is PURCHASE:
        return  # no column of its table says when its goods came
    invoices = _each(tables, settings, INVOICE, [_on("InvoiceDate", day), *types_of(settings)])
    if source is not ORDER:
        yield from invoices
        return
    orders = list(dict.fromkeys(said(row, "SalesOrder") for row in invoices))
    found = tables.of_keys(source.table, source.columns, source.key, orders, lines=False)
    yield from (row for row in found if said(row, source.status) not in {*settings.statuses, *source.cancelled})


def _each(tables: Tables, settings: SysproSettings, source: Source, where: Sequence[Group]) -> Iterator[Row]:
    branch: list[Group] = [equal("Branch", settings.select.branch)] if settings.select.branch else []
    return tables.each(source.table, source.columns, [*where, *branch], source.key)


def _on(column: str, day: date) -> Group:
    return [Where(column, "EQ", day.isoformat())]


def _listed(tables: Tables, settings: SysproSettings, found: Iterator[Row], *, ready: bool) -> Iterator[Listed]:
    batch = list[Row]()
    for row in found:
        batch.append(row)
        if len(batch) == AT_ONCE:
            yield from _wanted(tables, settings, batch, ready=ready)
            batch = []
    yield from _wanted(tables, settings, batch, ready=ready)


def _wanted(tables: Tables, settings: SysproSettings, batch: Sequence[Row], *, ready: bool) -> Iterator[Listed]:
    """Those of our carrier codes, as far as the one sales order tells that the row names."""
    source, codes = settings.source, dict[str, str]()
    if settings.select.ship_via and source is not ORDER:
        orders = [said(row, "SalesOrder") for row in batch]
        columns = ("SalesOrder", "ShippingInstrsCod")
        found = tables.of_keys("SorMaster", columns, "SalesOrder", orders, lines=False)
        codes = {said(row, "SalesOrder"): said(row, "ShippingInstrsCod") for row in found}
    shared = _shared(tables, settings, batch) if source is INVOICE else frozenset()
    for row in batch:
        code = said(row, "ShippingInstrsCod") if source is ORDER else codes.get(said(row, "SalesOrder"), "")
        document = of_customer(row) if said(row, source.key) in shared else shown(said(row, source.key))
        if document and (not code or not settings.select.ship_via or code in settings.select.ship_via):
            yield Listed(document, ready, said(row, source.status) if source.status else "invoiced")


def _shared(tables: Tables, settings: SysproSettings, batch: Sequence[Row]) -> frozenset[str]:
    """The invoice numbers that several customers have, whatever the day of the others."""
    numbers, types = [said(row, INVOICE.key) for row in batch], settings.select.document_type
    found = tables.of_keys(INVOICE.table, INVOICE.columns, INVOICE.key, numbers, lines=True)
    customers = dict[str, set[str]]()
    for row in found:
        if not types or said(row, "DocumentType") in types:
            customers.setdefault(said(row, INVOICE.key), set()).add(said(row, "Customer"))
    return frozenset(number for number, each in customers.items() if len(each) > 1)
