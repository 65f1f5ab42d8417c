"""A connection file that is not finished yet, as far as a look into the ERP needs it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cli.connections.files import read_connection, read_yaml
from cli.errors import BadFile
from shared.connection import Connection, ConnectionFileError, parse
from shared.registry import KINDS

NEEDED = frozenset({"id", "erp"})
STAND_IN: dict[str, Any] = {
    "flow": "inbound",
    "carrier": {"kind": "ups", "account": "AAAAAA", "environment": "production", "shipper": {"location": "HQ"}},
    "schedule": "rate(1 day)",
    "select": {"suppliers": ["NONE"]},
    "freight_terms": {"NONE": "not_ours"},
    "packing": {"rule": "one_per_order"},
    "services": {"NONE": "03"},
    "locations": {"HQ": {"name": "-", "address": {"lines": ["-"], "city": "-", "country": "US"}}},
}
"""Parts that stand where the file's own cannot be used yet; nothing of them is stored, sent or shown as mapped."""


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
        try:
            usable = {key: value for key, value in raw.items() if key not in left_out}
            return parse({**STAND_IN, **usable}, KINDS), sorted(left_out)
        except ConnectionFileError:
            continue
    read_connection(file)
    raise BadFile(f"{file}: id and erp must be filled in before the ERP can be asked")
