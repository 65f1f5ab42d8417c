"""A connection file that is not finished yet, as far as a look into the ERP needs it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cli.connections.files import read_connection, read_yaml
from cli.errors import BadFile
from shared.connection import CarrierPart, Connection, ConnectionFileError, model_of, parse
from shared.connection.checks import CHECKS
from shared.registry import KINDS

NEEDED = frozenset({"id", "erp"})


def readable(file: Path) -> tuple[Connection, list[str]]:
    """The file's connection, and which of its parts could not be used: those that are wrong, or not filled in yet.

    Only `id` and `erp` must be right. Raises BadFile otherwise, with the lines as `connections apply` has them.
    """
    content = read_yaml(file).content
    raw = content if isinstance(content, dict) else {}
    try:
        return parse(raw, KINDS), []
    except ConnectionFileError as error:
        wrong = {str(problem.path[0]) for problem in error.problems if problem.path}
    for left_out in (wrong - NEEDED, {*raw, *wrong} - NEEDED):
        found = _without(raw, left_out)
        if found:
            return found, sorted(left_out)
    read_connection(file)
    raise BadFile(f"{file}: id and erp must be filled in before the ERP can be asked")


def _without(raw: Mapping[str, Any], left_out: Collection[str]) -> Connection | None:
    """The connection of the other parts; None where one of them is wrong. What is left out is as if it were empty:
    nothing of that is stored, sent or shown as mapped."""
    erp = KINDS.erps.get(_kind(raw, "erp"))
    if erp is None:
        return None
    carrier = KINDS.carriers.get(_kind(raw, "carrier")) or next(iter(KINDS.carriers.values()))
    if "carrier" in left_out:
        carrier = replace(carrier, part=CarrierPart)
    empty = {"flow": erp.part.flows[0], "carrier": {"kind": carrier.name}, "schedule": "rate(1 day)", "select": {}}
    usable = {key: value for key, value in raw.items() if key not in left_out}
    try:
        connection = model_of(erp, carrier, labels=False).model_validate({**empty, **usable})
    except ValidationError:
        return None
    problems = (problem for check in CHECKS for problem in check(connection))
    return None if any(str(problem.path[0]) not in left_out for problem in problems) else connection


def _kind(raw: Mapping[str, Any], side: str) -> str:
    part = raw.get(side)
    return str(part.get("kind")) if isinstance(part, dict) else ""
