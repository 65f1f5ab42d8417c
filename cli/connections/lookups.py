"""`parcelbridge connections lookup`: the ERP's own codes, and what the connection file makes of each (S23)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, get_args

import typer

from cli import rendering
from cli.connections.names import applied
from cli.connections.unfinished import readable
from cli.errors import BadUsage
from cli.rendering import say
from cli.wiring import stack_of
from shared.connection import Connection
from shared.ports import Entry, LookupKind
from shared.workflow.desk.mappings import mapped, named

COLUMNS = ("code", "name", "in the file", "detail")
PARTS: Mapping[LookupKind, tuple[str, ...]] = {
    "methods": ("services", "select"),
    "terms": ("freight_terms",),
    "suppliers": ("select", "billing"),
    "warehouses": ("select", "defaults"),
}
"""The parts of the file that say what becomes of a code."""


def lookup(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="ID", help="The connection's id.")],
    kind: Annotated[str, typer.Argument(metavar="KIND", help=" | ".join(get_args(LookupKind)))],
    like: Annotated[str, typer.Option(help="Only codes and names that contain this text.")] = "",
    file: Annotated[
        Path | None, typer.Option(help="Ask for a file that is not applied yet, with the credential stored for its id.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="The most codes to show.")] = 200,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """List the ERP's own codes, and how the connection file maps each of them."""
    wanted = _kind(kind)
    stack = stack_of(context)
    if file is None:
        connection, left_out = applied(stack, name).connection, list[str]()
    else:
        connection, left_out = readable(file)
        if connection.id != name:
            raise BadUsage(f"{file} is the file of {connection.id}, not of {name}")
    with stack.ports.erp(connection) as erp:
        found = erp.lookup(wanted, like)
    known = not any(part in left_out for part in PARTS[wanted])
    rows = [(each, mapped(connection, wanted, each.code) if known else "") for each in found[:limit]]
    if json:
        rendering.as_json([{**rendering.plain(each), "mapped": mapping} for each, mapping in rows])
        return
    rendering.table(COLUMNS, [(each.code, each.name, mapping, each.detail) for each, mapping in rows])
    _say_more(connection if known and not like else None, wanted, found, limit)
    if left_out:
        say(f"{file} is not finished: {', '.join(left_out)} cannot be used yet, and was left out of account here")


def _kind(word: str) -> LookupKind:
    known: tuple[LookupKind, ...] = get_args(LookupKind)
    found: Sequence[LookupKind] = [each for each in known if each == word]
    if not found:
        raise BadUsage(f"{word}: no list of codes; allowed: {', '.join(known)}")
    return found[0]


def _say_more(connection: Connection | None, kind: LookupKind, found: Sequence[Entry], limit: int) -> None:
    """Print what the table lacks: the count of codes beyond the limit, and the file's codes unknown to the ERP."""
    if len(found) > limit:
        say(f"{len(found) - limit} more; --like narrows, --limit {len(found)} shows all")
    if not found:
        say(f"the ERP has no such {kind}")
    codes = {each.code for each in found}
    for each in named(connection) if connection else ():
        if each.kind == kind and each.code not in codes:
            say(f"{each.key}: {each.code} is not among the ERP's {kind}")
