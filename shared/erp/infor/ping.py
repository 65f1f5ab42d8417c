"""The connection test: real calls that change nothing (S66)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from shared.erp.infor.auth import Auth
from shared.erp.infor.bindings import Bindings
from shared.erp.infor.changes import stamp_of, unit_of
from shared.erp.infor.client import M3Client, Record
from shared.erp.infor.health import Fields, explanation, problems_of, read_fields, unfit
from shared.erp.infor.settings import InforSettings
from shared.errors import ParcelbridgeError, hint_of
from shared.ports import Check

_SHOWN = 8
"""Faults of one program in a line; the others follow once these are corrected."""


def checks(client: M3Client, auth: Auth, settings: InforSettings, now: datetime) -> Iterator[Check]:
    """The token, each bound entry against the tenant's repository (MRS001MI), one listed order.

    A line a program, naming every missing transaction, field, excess length and missing mandatory input. Without a
    token, no more.
    """
    try:
        auth.token()
    except ParcelbridgeError as error:
        yield _failed("token", error)
        return
    yield Check("token", True, f"tenant accepted the credentials, company {settings.cono}")
    for program, transactions in sorted(bound(settings.bindings).items()):
        yield _program(client, settings, program, transactions)
    yield _listing(client, settings, now)


def bound(bindings: Bindings) -> dict[str, list[str]]:
    """The programs that orders need, each with its transactions; lists for people (lookup) are none of them."""
    programs: dict[str, set[str]] = defaultdict(set)
    for job, binding in bindings.items():
        if job.startswith("lookup."):
            continue
        programs[binding.program] |= {binding.transaction, *([binding.change] if binding.change else [])}
    return {program: sorted(names) for program, names in programs.items()}


def _program(client: M3Client, settings: InforSettings, program: str, transactions: list[str]) -> Check:
    try:
        known = {row["transaction"] for row in client.records("health.transactions", {"program": program})}
        if not known:
            why = f"this tenant has no such program{explanation(program)}: bind another one under erp.bindings"
            return Check(program, False, why)
        faults = list(_faults(client, settings, program, transactions, known))
    except ParcelbridgeError as error:
        return _failed(program, error)
    if not faults:
        return Check(program, True, ", ".join(transactions))
    more = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
    return Check(
        program, False, "; ".join(faults[:_SHOWN]) + more + "; correct or replace the entry under erp.bindings"
    )


def _faults(
    client: M3Client, settings: InforSettings, program: str, transactions: list[str], known: set[str]
) -> Iterator[str]:
    for name in transactions:
        jobs = [job for job, each in settings.bindings.items() if each.program == program]
        using = [job for job in jobs if name in (settings.bindings[job].transaction, settings.bindings[job].change)]
        if name not in known:
            yield f"{', '.join(using)}: no such transaction: {name}{explanation(program)}"
            continue
        inputs, outputs = (_fields(client, program, name, direction) for direction in ("I", "O"))
        targets = {target.field: target.longest for target in settings.write_back.values()}
        for job in using:
            yield from problems_of(job, settings.bindings[job], name, inputs, outputs, targets)
        if "shipment.write_back" in using and name == settings.bindings["shipment.write_back"].transaction:
            yield from unfit(settings.write_back, inputs)


def _fields(client: M3Client, program: str, transaction: str, direction: str) -> Fields:
    asked = {"program": program, "transaction": transaction, "direction": direction}
    return read_fields(client.records("health.fields", asked))


def _listing(client: M3Client, settings: InforSettings, now: datetime) -> Check:
    """Seeing a program in the repository is not being allowed to call it: one real listing of at most one order."""
    select = settings.selection
    values = {"status_from": select.status_from, "status_to": select.status_to}
    values |= {"since": "0", "since_date": "20000101"}
    try:
        rows = client.records("po.list_changed", values, most=1)
    except ParcelbridgeError as error:
        return _failed("orders", error)
    if not rows:
        return Check("orders", True, f"company {settings.cono}: no order between these statuses now")
    wrong = _wrong_stamp(rows[0], settings, now)
    if wrong:
        return Check("orders", False, wrong)
    return Check("orders", True, f"company {settings.cono}: order {rows[0]['po_number']} is visible")


def _wrong_stamp(row: Record, settings: InforSettings, now: datetime) -> str:
    """Return the problem of a change stamp in another unit than the connection's, "" for none: with the wrong unit
    nothing, or all, is new."""
    if settings.bindings["po.list_changed"].cursor == "date":
        return ""
    stamp = row["changed"]
    seen = unit_of(int(stamp), now) if stamp.isdigit() else ""
    said = unit_of(stamp_of(now, settings.units_per_second), now)
    if seen == said:
        return ""
    hint = f"it looks like erp.cursor_unit: {seen}" if seen else "bind another field, such as LMTS"
    return f"order {row['po_number']} has the change stamp {stamp!r}, no moment in the unit {said}: {hint}"


def _failed(name: str, error: ParcelbridgeError) -> Check:
    return Check(name, False, str(error), hint_of(error))
