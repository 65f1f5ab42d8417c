"""The documents that are there: a complete scan of the selected statuses at each poll (facts/syspro.md, 5 and 7).

A dispatch note has no time of creation and its number is in no order of time, so the ledger tells new from old. The
stamp is the row's version, which is compared and orders nothing; without it, a digest of what the row says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from shared.erp.syspro.answers import Row, said, shown
from shared.erp.syspro.documents import Group, Where, equal
from shared.erp.syspro.settings import SysproSettings
from shared.erp.syspro.sources import CHANGED, DISPATCH, INVOICE
from shared.erp.syspro.tables import Tables
from shared.ports import Change

INVOICED = "9"
LEFT = ("7", "8")
"""Statuses before the invoice in which the goods of a note may have left: ready to invoice, consolidated."""
LOOKBACK = timedelta(days=2)
"""A day is no moment: sales orders of two days before the line are listed, and the ledger knows those that stood there.
An invoice that is dated before the line is of goods that left without us."""


def changed(tables: Tables, settings: SysproSettings, floor: datetime, now: datetime) -> Sequence[Change]:
    """All documents that the selection wants as far as their own row says."""
    return _changes(settings, rows(tables, settings, floor, now))


def behind(tables: Tables, settings: SysproSettings) -> Sequence[Change]:
    """The notes that stand between the selected statuses and their invoice, where invoiced ones are taken too: goods of
    theirs have left, and the invoice, which comes later, would be taken for that of goods that nobody labelled."""
    source = settings.source
    left = tuple(each for each in LEFT if all(each > status for status in settings.statuses))
    if source is not DISPATCH or not settings.part.also_invoiced_days or not left:
        return ()
    branch = [equal("Branch", settings.select.branch)] if settings.select.branch else []
    columns = (*source.columns, CHANGED)
    return _changes(settings, tables.each(source.table, columns, [equal(source.status, left), *branch], source.key))


def _changes(settings: SysproSettings, rows: Iterator[Row]) -> Sequence[Change]:
    found, of_customers = dict[str, set[str]](), dict[str, dict[str, set[str]]]()
    for row in rows:
        document = shown(said(row, settings.source.key))
        found.setdefault(document, set()).add(stamp_of(row))
        if settings.source is INVOICE:
            name = of_customer(row)
            of_customers.setdefault(document, {}).setdefault(name, set()).add(stamp_of(row))
    for names in of_customers.values():
        found |= names if len(names) > 1 else {}
    changes = [Change(document, "+".join(sorted(stamps))) for document, stamps in found.items() if document]
    return sorted(changes, key=lambda each: (len(each.stamp), each.stamp, each.document))


def of_customer(invoice: Row) -> str:
    """The name of an invoice whose number another customer has too. Its number alone is the document of whichever came
    first, which may have its label: under it nobody would hear of the other one."""
    return f"{shown(said(invoice, INVOICE.key))}/{shown(said(invoice, 'Customer'))}"


def rows(tables: Tables, settings: SysproSettings, floor: datetime, now: datetime) -> Iterator[Row]:
    """The rows of the set, and those that were invoiced lately where the connection wants them."""
    source = settings.source
    columns = (*source.columns, CHANGED)
    narrowed: list[Group] = [equal(source.status, settings.statuses)] if source.status else []
    if settings.select.branch:
        narrowed.append(equal("Branch", settings.select.branch))
    narrowed += types_of(settings)
    if source.dated:
        first = (floor - (timedelta() if source is INVOICE else LOOKBACK)).astimezone(settings.zone).date()
        narrowed.append([Where(source.dated, "GE", first.isoformat())])
    yield from tables.each(source.table, columns, narrowed, source.key)
    if source is DISPATCH and settings.part.also_invoiced_days:
        began = floor.astimezone(settings.zone).date().isoformat()  # what was invoiced before the line went without us
        lately = [Where("InvoiceCreatedDate", "GE", max(invoiced_since(settings, now), began))]
        branch = [equal("Branch", settings.select.branch)] if settings.select.branch else []
        wanted = [equal(source.status, (INVOICED,)), lately, *branch]
        yield from tables.each(source.table, columns, wanted, source.key)


def types_of(settings: SysproSettings) -> list[Group]:
    """The selected types of invoices, where invoices are the source."""
    types = settings.select.document_type
    return [equal("DocumentType", types)] if settings.source is INVOICE and types else []


def invoiced_since(settings: SysproSettings, now: datetime) -> str:
    """The first day whose invoiced notes are taken too."""
    return (now.astimezone(settings.zone).date() - timedelta(days=settings.part.also_invoiced_days)).isoformat()


def stamp_of(row: Row) -> str:
    """The row's version, or a digest of the row where the release shows none."""
    version = said(row, CHANGED)
    if version:
        return version
    content = "\n".join(f"{name}={value}" for name, value in sorted(row.items()))
    return hashlib.sha256(content.encode()).hexdigest()[:24]
