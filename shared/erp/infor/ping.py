"""The connection test: real calls that change nothing (S66)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from shared.erp.infor.auth import Auth
from shared.erp.infor.bindings import Bindings
from shared.erp.infor.client import M3Client
from shared.erp.infor.settings import InforSettings
from shared.errors import ParcelbridgeError
from shared.ports import Check


def checks(client: M3Client, auth: Auth, settings: InforSettings) -> Iterator[Check]:
    """The token, each bound program with its transactions (MRS001MI), one listed order. Without a token, no more."""
    try:
        auth.token()
    except ParcelbridgeError as error:
        yield _failed("token", error)
        return
    yield Check("token", True, f"tenant accepted the credentials, company {settings.cono}")
    for program, transactions in sorted(bound(settings.bindings).items()):
        yield _program(client, program, transactions)
    yield _listing(client, settings)


def bound(bindings: Bindings) -> dict[str, list[str]]:
    """The programs in use, each with its transactions."""
    programs: dict[str, set[str]] = defaultdict(set)
    for binding in bindings.values():
        programs[binding.program] |= {binding.transaction, *([binding.change] if binding.change else [])}
    return {program: sorted(names) for program, names in programs.items()}


def _program(client: M3Client, program: str, transactions: Iterable[str]) -> Check:
    try:
        rows = client.records("health.transactions", {"program": program})
    except ParcelbridgeError as error:
        return _failed(program, error)
    known = {row["transaction"] for row in rows}
    missing = [name for name in transactions if name not in known]
    if not known:
        return Check(program, False, "this tenant has no such program: bind another one under erp.bindings")
    if missing:
        return Check(
            program, False, "no such transaction: " + ", ".join(missing) + "; bind another one under erp.bindings"
        )
    return Check(program, True, ", ".join(transactions))


def _listing(client: M3Client, settings: InforSettings) -> Check:
    """Seeing a program in the repository is not being allowed to call it: one real listing of at most one order."""
    select = settings.selection
    values = {"since": "0", "status_from": select.status_from, "status_to": select.status_to}
    try:
        rows = client.records("po.list_changed", values, most=1)
    except ParcelbridgeError as error:
        return _failed("orders", error)
    seen = f"order {rows[0]['po_number']} is visible" if rows else "no order between these statuses now"
    return Check("orders", True, f"company {settings.cono}: {seen}")


def _failed(name: str, error: ParcelbridgeError) -> Check:
    hint = getattr(error, "hint", "")
    return Check(name, False, f"{error}" + (f" ({hint})" if hint else ""))
