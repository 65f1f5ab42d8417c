"""The connection test: calls that change nothing, one for each fact that is unsure (facts/syspro.md, section 7)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.erp.syspro.answers import Row, each_in, plain, said, shown
from shared.erp.syspro.client import Client, SessionEnded
from shared.erp.syspro.documents import Where, equal
from shared.erp.syspro.forms import Forms
from shared.erp.syspro.orders import Found
from shared.erp.syspro.probes import form_checks, goods_check, note_check, receivers_check
from shared.erp.syspro.read import Reader
from shared.erp.syspro.settings import SysproSettings
from shared.erp.syspro.sources import CHANGED
from shared.erp.syspro.tables import Tables
from shared.errors import Misconfigured, ParcelbridgeError, Retry, hint_of
from shared.ports import Check

SAMPLES = 20
TYPES_OF = timedelta(days=30)
"""How far back the types of invoices are counted."""
OPEN = {
    "dispatch": ("0", "3", "5", "7", "8", "H", "S"),
    "order": ("1", "2", "3", "4", "8", "S", "F"),
    "purchase": ("0", "1", "4"),
}
"""Statuses that are counted beside the selected ones; the final ones have too many documents."""
_VERSION = re.compile(r"\d+(\.\d+)+")
_LAYERS = (
    ("TLS", re.compile(r"certificate|ssl|tls|handshake", re.IGNORECASE)),
    ("DNS", re.compile(r"resol|name or service|getaddrinfo|nodename", re.IGNORECASE)),
    ("TCP", re.compile(r"refused|timed out|timeout|unreachable|reset", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True)
class _Bench:
    """The parts that the checks use."""

    client: Client
    tables: Tables
    forms: Forms
    reader: Reader
    now: datetime

    @property
    def settings(self) -> SysproSettings:
        return self.client.settings


def checks(client: Client, tables: Tables, forms: Forms, reader: Reader, now: datetime) -> Iterator[Check]:
    """The service, the logon, what is in which status, one document, and each field that is written."""
    bench = _Bench(client, tables, forms, reader, now)
    service = _checked("service", _service, bench)
    if not service.ok:
        yield service
        return
    logon = _checked("logon", _logon, bench)
    if not logon.ok:
        yield from (logon, service)  # who sees the first one fail asks no further: accounts lock
        return
    yield from (service, logon)
    yield _checked("statuses", _statuses, bench)
    yield _checked("columns", _columns, bench)
    samples: list[Row] = []
    yield _checked("backlog", lambda each: _backlog(each, samples), bench)
    rows, sampled = list[Found](), samples[:1] or _any(bench)
    for row in sampled:
        yield _checked("goods", lambda each, row=row: _goods(each, row, rows), bench)  # type: ignore[misc]
    yield receivers_check(bench.settings, samples)
    for form in bench.settings.forms:
        for name, ask in form_checks(forms, tables, bench.settings, form, rows):
            yield _checked(name, lambda _, ask=ask: ask(), bench)  # type: ignore[misc]
    if bench.settings.on_note:
        yield _checked("SORTDH", lambda each: note_check(each.client, sampled, ready=bool(samples)), bench)


def _checked(name: str, probe: Callable[[_Bench], Check], bench: _Bench) -> Check:
    """The check, or the failure that it met."""
    try:
        return probe(bench)
    except ParcelbridgeError as error:
        layer = next(
            (f"{layer}: " for layer, words in _LAYERS if "not reached" in str(error) and words.search(str(error))), ""
        )
        return Check(name, False, layer + str(error), hint_of(error) or _hint(error))
    except SessionEnded as error:
        hint = "nobody else may log on with the connector's operator"
        return Check(name, False, f"SYSPRO ended the session: {error}", hint)


def _hint(error: ParcelbridgeError) -> str:
    if isinstance(error, Retry):
        return "see whether e.net answers at erp.url from this network, then test again"
    return "see the message in SYSPRO"


def _service(bench: _Bench) -> Check:
    version = bench.client.version()
    if not _VERSION.fullmatch(version):
        raise Misconfigured(
            f"version: GetVersion answered none: {version[:40]!r}",
            field="erp.url",
            hint="compare erp.url with the REST endpoint in SYSPRO's e.net Communications settings",
        )
    return Check("service", True, f"e.net {version} answers at {bench.settings.part.url}")


def _logon(bench: _Bench) -> Check:
    root = bench.client.profile()
    seen = {name: next((plain(each.text) for each in each_in(root, name)), "") for name in _PROFILE}
    if not any(seen.values()):
        raise Retry("GetLogonProfile answered with no profile")
    words = ", ".join(f"{name} {value}" for name, value in seen.items() if value)
    return Check("logon", True, f"{words}; orders are named {bench.settings.system}")


_PROFILE = ("SysproVersion", "EnetVersion", "CompanyName", "OperatorCode", "SystemSiteId")


def _statuses(bench: _Bench) -> Check:
    """Count the documents in each status, up to one page of each."""
    source, settings = bench.settings.source, bench.settings
    if not source.status:
        return _types(bench)
    asked = dict.fromkeys((*settings.statuses, *OPEN[source.name]))
    counts = []
    for status in asked:
        where = [equal(source.status, (status,))]
        rows, more = bench.tables.some(source.table, (source.key,), where, source.key, settings.part.page_rows)
        if rows:
            counts.append(f"{status}: {len(rows)}{' or more' if more else ''}")
    selected = ", ".join(settings.statuses)
    return Check("statuses", True, f"{'; '.join(counts) or 'no documents in any'}; selected: {selected}")


def _types(bench: _Bench) -> Check:
    """Count invoices by their type: credit notes are among them."""
    source, settings = bench.settings.source, bench.settings
    since = (bench.now.astimezone(settings.zone) - TYPES_OF).date().isoformat()
    columns, where = (source.key, "DocumentType"), [[Where(source.dated, "GE", since)]]
    rows, more = bench.tables.some(source.table, columns, where, source.key, settings.part.page_rows)
    counts = sorted(Counter(said(row, "DocumentType") or "blank" for row in rows).items())
    words = "; ".join(f"{kind}: {count}" for kind, count in counts) or "none"
    selected = ", ".join(settings.select.document_type) or "all, also credit notes (select.document_type)"
    many = " or more" if more else ""
    return Check("statuses", True, f"invoices of {TYPES_OF.days} days by type{many}: {words}; selected: {selected}")


def _columns(bench: _Bench) -> Check:
    """Compare the columns with those of this release."""
    settings = bench.settings
    source = settings.source
    asked = (*source.all_columns(settings.address if source.status else {}), CHANGED)
    missing = bench.tables.missing(source.table, asked)
    mapped = {column for columns in settings.part.address.parts().values() for column in columns}
    needed = sorted({source.key, source.status} & set(missing) | (mapped & set(missing)))
    if needed:
        raise Misconfigured(
            f"{source.table} has no {', '.join(needed)}", field="erp.address", hint="name the columns of this release"
        )
    if missing:
        return Check("columns", True, f"left out, this release has none of them: {', '.join(missing)}")
    return Check("columns", True, f"{len(asked)} columns of {source.table} as they are used")


def _backlog(bench: _Bench, samples: list[Row]) -> Check:
    """Count the documents in the set now: the first poll enters them as seen."""
    settings = bench.settings
    columns = (*settings.source.all_columns(settings.address if settings.source.status else {}), CHANGED)
    where = [equal(settings.source.status, settings.statuses)] if settings.source.status else []
    rows, more = bench.tables.some(
        settings.source.table, columns, where, settings.source.key, max(SAMPLES, settings.part.page_rows)
    )
    samples += rows[:SAMPLES]
    versions = sum(bool(said(row, CHANGED)) for row in rows)
    told = "by their version" if versions else "by what their rows say: no version is shown"
    return Check(
        "backlog",
        True,
        f"{len(rows)}{' or more' if more else ''} stand in the set, and are left alone unless start_from lies in the "
        f"past; changes are seen {told}",
    )


def _any(bench: _Bench) -> list[Row]:
    """A document of any status, where none is in the set: the objects are asked before the first order. None where that
    fails; what was asked before tells why."""
    source = bench.settings.source
    columns = (*source.all_columns(bench.settings.address), CHANGED)
    try:
        return bench.tables.some(source.table, columns, (), source.key, 1)[0] if source.status else []
    except (ParcelbridgeError, SessionEnded):
        return []


def _goods(bench: _Bench, row: Row, rows: list[Found]) -> Check:
    found = bench.reader.rows(row)
    rows.append(found)
    return goods_check(bench.settings, shown(said(row, bench.settings.source.key)), found)
