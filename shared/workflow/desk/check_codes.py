"""Check that the ERP knows each code that the connection file names, and tell where a wrong one stands (S23, S66)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from shared.connection import Connection
from shared.domain.hints import Action, Hint, do
from shared.errors import ParcelbridgeError, Retry
from shared.ports import Check, Erp, LookupKind
from shared.workflow.desk.mappings import Named, named


def code_checks(erp: Erp, connection: Connection) -> Iterator[Check]:
    """A check for each kind of which the file names codes. A list that the ERP does not give fails nothing: no order
    needs it; one that it did not give just now does."""
    for kind in get_args(LookupKind):
        wanted = [each for each in named(connection) if each.kind == kind]
        if wanted:
            yield _checked(erp, connection.id, kind, wanted)


def _checked(erp: Erp, connection_id: str, kind: LookupKind, wanted: list[Named]) -> Check:
    try:
        known = {entry.code for entry in erp.lookup(kind)}
    except ParcelbridgeError as error:
        return Check(kind, not isinstance(error, Retry), f"not checked: {error}")
    missing = [each for each in wanted if each.code not in known]
    if not missing:
        codes = sorted({each.code for each in wanted})
        return Check(kind, True, f"the ERP has {', '.join(codes)}")
    said = "; ".join(f"{each.key}: {each.code} is not among the ERP's {kind}" for each in missing)
    there = Hint("those there are: {0}", (do(Action.LOOK_UP_CODES, connection=connection_id, codes=kind),))
    return Check(kind, False, said, there)
