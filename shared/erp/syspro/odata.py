"""Rows of SYSPRO's OData feed, version 4, read only, with Basic credentials of its own (facts/syspro.md, section 4).

Pages go by the key, as for COMFND: a link to a next page says that there are more, and is never followed.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from shared.domain.hints import Action, Hint, do
from shared.erp.syspro.answers import Row, plain
from shared.erp.syspro.documents import Group, Where
from shared.erp.syspro.wire import Wire
from shared.errors import Misconfigured, Retry

_OPERATORS = {"EQ": "eq", "GE": "ge", "LE": "le"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SAFE = "'(),:-._~"
DATES = frozenset({"InvoiceCreatedDate", "InvoiceDate", "EntrySystemDate", "OrderEntryDate"})
"""Columns that are dates: their literals have no quotes."""


class Feed:
    """The feed of one company."""

    def __init__(self, wire: Wire, credential: Mapping[str, str]) -> None:
        self._wire, self._credential = wire, credential
        self._known: dict[str, frozenset[str]] = {}

    def page(
        self, table: str, columns: Sequence[str], groups: Sequence[Group], key: str, rows: int
    ) -> tuple[list[Row], bool]:
        """See Reader.page."""
        options = {
            "$select": ",".join(columns),
            "$filter": " and ".join(_any_of(group) for group in groups if group),
            "$orderby": key,
            "$top": str(rows),
        }
        query = "&".join(f"{name}={quote(value, safe=_SAFE)}" for name, value in options.items() if value)
        response = self._wire.feed(f"{quote(table, safe='')}?{query}", table, self._authorization())
        body = response.json()
        found = body.get("value") if isinstance(body, dict) else None
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise Retry(f"{table}: the feed answered with no list")
        if any(key not in each for each in found):
            raise Misconfigured(
                f"{table}: the feed answered with no rows of {table}",
                field="erp.odata_url",
                hint="give the feed's full address, the company included: what follows it is the name of a table",
            )
        return [_row(each) for each in found], len(found) >= rows or bool(body.get("@odata.nextLink"))

    def has(self, table: str) -> frozenset[str]:
        """By the feed's `$metadata`."""
        if not self._known:
            self._known = _types(self._wire.feed("$metadata", "$metadata", self._authorization()).body)
        return self._known.get(table.lower(), frozenset())

    def _authorization(self) -> str:
        user, password = (self._credential.get(each, "") for each in ("odata_user", "odata_password"))
        if not (user and password):
            raise Misconfigured(
                "the feed has a user and a password of its own, and none is stored",
                field="odata_user, odata_password",
                hint=Hint("store them with the operator: {0}", (do(Action.SET_CREDENTIAL, side="erp"),)),
            )
        return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _any_of(group: Group) -> str:
    parts = [f"{each.column} {_OPERATORS[each.condition]} {_literal(each)}" for each in group]
    return f"({' or '.join(parts)})"


def _literal(where: Where) -> str:
    """A day as a moment; anything else as text, a quote doubled."""
    if where.column in DATES and _DAY.fullmatch(where.value):
        return f"{where.value}T00:00:00Z"
    return "'" + where.value.replace("'", "''") + "'"


def _row(found: Mapping[str, Any]) -> Row:
    """Columns in lower case; a moment of a date is its day."""
    texts = {name.lower(): "" if value is None else str(value) for name, value in found.items()}
    return {name: plain(_day(value)) for name, value in texts.items()}


def _day(value: str) -> str:
    return value[:10] if _DAY.match(value) and value[10:11] == "T" else value


def _types(document: bytes) -> dict[str, frozenset[str]]:
    """Type, and set, in lower case → its properties in lower case."""
    try:
        root = fromstring(document, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Retry(f"$metadata cannot be read: {error}") from error
    types, sets = dict[str, frozenset[str]](), dict[str, str]()
    for each in root.iter():
        kind = each.tag.rpartition("}")[2]
        if kind == "EntityType":
            names = (child.get("Name", "") for child in each if child.tag.rpartition("}")[2] == "Property")
            types[each.get("Name", "").lower()] = frozenset(name.lower() for name in names)
        elif kind == "EntitySet":
            sets[each.get("Name", "").lower()] = each.get("EntityType", "").rpartition(".")[2].lower()
    return {**types, **{name: types.get(kind, frozenset()) for name, kind in sets.items()}}
