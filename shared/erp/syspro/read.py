"""One document with its lines, its sales orders, its customer and what its form says (facts/syspro.md, section 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from shared.domain.order import Order
from shared.erp.syspro import detail, purchases
from shared.erp.syspro.answers import Row, said, shown, stored
from shared.erp.syspro.changes import invoiced_since, of_customer
from shared.erp.syspro.client import Client
from shared.erp.syspro.documents import text
from shared.erp.syspro.forms import Forms
from shared.erp.syspro.goods import CUSTOMS_COLUMNS, without_mass
from shared.erp.syspro.orders import Found, cancelled_order, is_cancelled, is_ready, order_of, service_of
from shared.erp.syspro.sources import (
    CHANGED,
    DISPATCH,
    INVOICE,
    LINE_COLUMNS,
    NOTE_COLUMNS,
    ORDER,
    ORDER_COLUMNS,
    PURCHASE,
)
from shared.erp.syspro.tables import Tables
from shared.errors import Refused

LONGEST_KEY = 20
LONGEST_CUSTOMER = 16  # with its stroke
NUMBERS = "tracking_numbers"


class Reader:
    """Reads documents for one connection."""

    def __init__(self, tables: Tables, forms: Forms, client: Client) -> None:
        self._tables, self._forms, self._client, self._settings = tables, forms, client, client.settings

    def read(self, document: str, now: datetime) -> tuple[Order, ...]:
        """See Erp.read."""
        settings = self._settings
        if settings.source is INVOICE and "/" in document and self._is_shared(document):
            raise _shared_number(document)
        head = self.head(document)
        if head is None or is_cancelled(settings, head):
            return (cancelled_order(settings, document),)
        if not is_ready(settings, head, invoiced_since(settings, now)):
            return ()
        found = self.rows(head)
        if settings.select.ship_via and service_of(settings, found) not in settings.select.ship_via:
            return ()
        order = order_of(settings, document, self._with_more(document, found))
        return (order,) if order else ()

    def head(self, document: str) -> Row | None:
        """The document's own row; None where there is none. Raises Refused for what is no number of a document."""
        source = self._settings.source
        longest = LONGEST_KEY + (LONGEST_CUSTOMER if source is INVOICE else 0)
        if not document.strip() or len(document) > longest or document != document.strip():
            raise Refused("missing", f"{document!r} is no number of a document", field="document", value=document)
        text(document)
        if source is INVOICE:
            return self._invoice(document)
        columns = (*source.all_columns(self._settings.address), CHANGED)
        return self._tables.one(source.table, columns, source.key, document)

    def _is_shared(self, document: str) -> bool:
        """Tell if the name is one customer's of an invoice number that several have."""
        rows, _ = self._meant(document.rpartition("/")[0])
        names = {of_customer(row) for row in rows}
        return len(names) > 1 and document in names

    def _meant(self, document: str) -> tuple[list[Row], list[Row]]:
        """The rows of an invoice's number that the selection means, and all of them."""
        columns = (*INVOICE.columns, CHANGED)
        rows = self._tables.of_keys(INVOICE.table, columns, INVOICE.key, stored(document), lines=True)
        types = self._settings.select.document_type
        wanted = (row for row in rows if not types or said(row, "DocumentType") in types)
        return list({(said(row, "Customer"), said(row, "DocumentType")): row for row in wanted}.values()), rows

    def _invoice(self, document: str) -> Row | None:
        """The one row of an invoice: its key is customer, number and type, and a credit note may have the same number.
        Raises Refused where several rows are meant."""
        meant, rows = self._meant(document)
        if len(meant) > 1:
            told = (f"{said(row, 'DocumentType')} of customer {shown(said(row, 'Customer'))}" for row in meant)
            raise Refused(
                "lines",
                f"invoice {document} stands {len(meant)} times: {', '.join(sorted(told))}",
                field="select.document_type",
                hint="name the types that are shipped under select.document_type, or ship it by hand",
            )
        found = meant or rows
        return found[0] if found else None

    def rows(self, head: Row) -> Found:
        """The lines, and the sales orders behind them."""
        source = self._settings.source
        if source is ORDER:
            return Found(head, self._lines("SorDetail", "SalesOrder", [said(head, "SalesOrder")]), [head])
        if source is PURCHASE:
            return purchases.found_of(self._client, head)
        if source is DISPATCH:
            return self._of_notes(head, [head])
        return self._of_invoice(head)

    def _of_notes(self, head: Row, notes: Sequence[Row]) -> Found:
        if self._settings.part.detail == "sorqdn":
            lines = [line for row in notes for line in detail.lines_of(self._client, row)]
        else:
            lines = self._lines("MdnDetail", "DispatchNote", (said(row, "DispatchNote") for row in notes))
        keys = [said(row, "SalesOrder") for row in (*lines, *notes)]
        return Found(head, lines, self._orders(keys))

    def _of_invoice(self, invoice: Row) -> Found:
        """The notes that were invoiced by it."""
        address = {column for columns in self._settings.address.values() for column in columns}
        columns = tuple(dict.fromkeys((*NOTE_COLUMNS, *sorted(address))))
        keys = [said(invoice, "Invoice")]
        notes = self._tables.of_keys("MdnMaster", columns, "Invoice", keys, lines=True)
        if not notes:
            raise Refused(
                "lines",
                f"invoice {shown(keys[0])} has no dispatch note: it does not say where its goods go",
                field="lines",
                hint="take sales orders instead: erp.source: order",
            )
        places = {tuple(said(row, column) for column in sorted(address)) for row in notes}
        if len(places) > 1:
            raise Refused("ship_tos", f"invoice {shown(keys[0])} is of notes to {len(places)} places", field="address")
        return self._of_notes({**notes[0], **invoice}, notes)

    def _lines(self, table: str, key: str, values: Iterable[str]) -> list[Row]:
        number = "SalesOrderLine" if table == "SorDetail" else "DispatchNoteLine"
        columns = tuple(dict.fromkeys((key, number, *LINE_COLUMNS)))
        return self._tables.of_keys(table, columns, key, values, lines=True)

    def _orders(self, keys: Iterable[str]) -> list[Row]:
        found = self._tables.of_keys("SorMaster", ORDER_COLUMNS, "SalesOrder", keys, lines=False)
        return list({said(row, "SalesOrder"): row for row in found}.values())

    def _with_more(self, document: str, found: Found) -> Found:
        """With the stock codes where a weight, a hazard or customs data are asked for, the customer and the number
        that stands."""
        more = (*([self._settings.hazard.column] if self._settings.hazard.column else ()), *self._of_customs())
        codes = [said(row, "MStockCode") for row in found.lines] if more else without_mass(document, found.lines)
        columns = tuple(dict.fromkeys(("StockCode", "Mass", *more)))
        items = self._tables.of_keys("InvMaster", columns, "StockCode", codes, lines=False)
        return replace(
            found,
            items={said(row, "StockCode").upper(): row for row in items},
            customer=self._party(found),
            standing=self._standing(found),
        )

    def _of_customs(self) -> tuple[str, ...]:
        """The columns of a stock code for customs, where the file asks for them."""
        return CUSTOMS_COLUMNS if self._settings.customs else ()

    def _party(self, found: Found) -> Row:
        """The customer, of a purchase order its supplier."""
        table, *columns = ("ArCustomer", "Customer", "Name", "Telephone")
        if self._settings.source is PURCHASE:
            table, *columns = ("ApSupplier", "Supplier", "Telephone")
        key = columns[0]
        found_ones = self._tables.of_keys(table, columns, key, [said(found.head, key)], lines=False)
        return found_ones[0] if found_ones else {}

    def _standing(self, found: Found) -> str:
        """The number of somebody else's in our field: only where the field is this document's alone. An order that has
        several notes has the numbers of all of them in one field."""
        on_note = self._settings.on_note.get(NUMBERS)
        if on_note and self._settings.source is DISPATCH:
            return said(found.head, on_note.field)
        for form, targets in self._settings.forms.items():
            if NUMBERS in targets:
                keys = self._forms.keys_of(form, found)
                alone = len(keys) == 1 and all(notes_of(row) <= 1 for row in found.orders)
                return self._forms.value(form, keys[0], targets[NUMBERS].field) if alone else ""
        return ""


def _shared_number(document: str) -> Refused:
    number, _, customer = document.rpartition("/")
    return Refused(
        "lines",
        f"invoice {number} of customer {customer} has a number that another customer's invoice has too",
        field="Invoice",
        value=number,
        hint=f"see whether {number} has its label, and for whom; ship the others by hand, and dismiss them here",
    )


def notes_of(order: Row) -> int:
    """The number of an order's dispatch notes, 0 where nothing says it."""
    written = said(order, "NumDispatches").partition(".")[0]
    return int(written) if written.isdigit() else 0
