"""The OData feed: read only, version 4.0, Basic credentials of an operator (facts/syspro.md, section 4)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from sandbox.engine import reply
from sandbox.erps.syspro.company import Company, Operator, Row
from sandbox.erps.syspro.feed_filter import Filter, NotRead
from sandbox.erps.syspro.manners import Manners
from sandbox.erps.syspro.tables import Table, Value
from shared.http import Request, Response

ROOT = "/SysproOData/"
"""The customer's own; nothing is published."""
OPTIONS = frozenset({"$filter", "$select", "$orderby", "$top", "$skip", "$count", "$skiptoken", "$format"})
_KINDS = {"s": "Edm.String", "n": "Edm.Decimal", "d": "Edm.DateTimeOffset", "b": "Edm.Binary"}


class _Refused(Exception):
    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


@dataclass
class Feed:
    """The feed of a company. `passwords` are those made for it, which are not the operators' own; `permitted` is read
    when the service starts, so that a new operator is let in after `restart` only."""

    company: Company
    manners: Manners
    passwords: dict[str, str] = field(default_factory=dict)
    permitted: dict[str, str] = field(default_factory=dict)

    def restart(self) -> None:
        self.permitted = dict(self.passwords)

    def operation(self, request: Request) -> str:
        name = self._rest(request)
        return f"odata.{name or 'service'}"

    def answer(self, request: Request) -> Response:
        try:
            return self._answer(request)
        except _Refused as refused:
            headers = {"www-authenticate": 'Basic realm="SYSPRO"'} if refused.status == 401 else {}
            return reply(refused.status, {"error": {"code": "", "message": refused.text}}, headers)

    def _answer(self, request: Request) -> Response:
        if not self.manners.feed:
            raise _Refused(404, "Not Found")
        who = self._who(request)
        if request.method != "GET":
            raise _Refused(405, "The requested resource does not support http method")
        name = self._rest(request)
        if name == "$metadata":
            return Response(200, {"content-type": "application/xml"}, self._metadata().encode())
        names = self.names()
        if name == "":
            return reply(200, {"value": [{"name": each, "kind": "EntitySet", "url": each} for each in names]})
        if name not in names:
            raise _Refused(404, f"Resource not found for the segment '{name}'.")
        return reply(200, self._page(request, name, self.company.tables[names[name]], who))

    def _rest(self, request: Request) -> str:
        """The set's name; in a path a + is a +."""
        path = unquote(urlsplit(request.url).path)
        return path.removeprefix(ROOT).partition("/")[2].strip("/")

    def _who(self, request: Request) -> Operator | None:
        scheme, _, code = _header(request, "authorization").partition(" ")
        try:
            name, _, password = base64.b64decode(code).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            name = password = ""
        if scheme != "Basic" or not name or self.permitted.get(name) != password:
            raise _Refused(401, "Unauthorized")
        return self.company.operators.get(name)

    def names(self) -> dict[str, str]:
        """Tables by the names of their sets: how a + is spelt is not published."""
        plus = "+" if self.manners.plus == "kept" else "_"
        return {each.replace("+", plus): each for each in self.company.tables}

    def _page(self, request: Request, name: str, table: Table, who: Operator | None) -> dict[str, Any]:
        options = _options(urlsplit(request.url).query)
        columns = self._chosen(options, table)
        rows = list(self.company.visible(table.name, who))
        if text := options.get("$filter"):
            rows = [row for row in rows if self._test(text, table)(row)]
        rows = self._ordered(options, table, rows)
        skip, top = (_count(options, each) for each in ("$skip", "$top"))
        skip = skip or _count(options, "$skiptoken")
        body: dict[str, Any] = {"@odata.context": f"$metadata#{name}"}
        if options.get("$count") == "true":
            body["@odata.count"] = len(rows)
        most = self.manners.largest_page if top is None else min(top, self.manners.largest_page)
        page = rows[skip or 0 :][:most]
        body["value"] = [{each: _json(row.get(each), table.columns[each]) for each in columns} for row in page]
        cut = (skip or 0) + len(page) < len(rows) and (top is None or top > most)
        if cut and self.manners.next_link:
            body["@odata.nextLink"] = _next(request.url, options, (skip or 0) + len(page))
        for act in list(self.company.between_reads):
            act()
        return body

    def _test(self, text: str, table: Table) -> Callable[[Row], bool]:
        try:
            return Filter(text, table).read()
        except NotRead as error:
            raise _Refused(400, f"The query specified in the URI is not valid. {error}") from None

    def _chosen(self, options: dict[str, str], table: Table) -> list[str]:
        chosen = [each.strip() for each in options.get("$select", "").split(",") if each.strip()]
        for each in chosen:
            if each not in table.columns:
                raise _Refused(400, f"Could not find a property named '{each}' on type '{table.element}'.")
        return chosen or list(table.columns)

    def _ordered(self, options: dict[str, str], table: Table, rows: list[Row]) -> list[Row]:
        """Without $orderby the rows come as they like."""
        if "$orderby" not in options:
            return rows[::-1]
        for each in reversed(options["$orderby"].split(",")):
            name, _, way = each.strip().partition(" ")
            if name not in table.columns or way not in ("", "asc", "desc"):
                raise _Refused(400, f"Could not find a property named '{name}' on type '{table.element}'.")
            rows = sorted(rows, key=lambda row: _key(row.get(name)), reverse=way == "desc")
        return rows

    def _metadata(self) -> str:
        sets, types = "", ""
        for name, table in self.names().items():
            table_of = self.company.tables[table]
            keys = "".join(f'<PropertyRef Name="{escape(each)}"/>' for each in table_of.keys)
            properties = "".join(
                f'<Property Name="{escape(each)}" Type="{_KINDS[kind[0]]}"/>' for each, kind in table_of.columns.items()
            )
            types += f'<EntityType Name="{escape(name)}"><Key>{keys}</Key>{properties}</EntityType>'
            sets += f'<EntitySet Name="{escape(name)}" EntityType="Syspro.{escape(name)}"/>'
        inner = f'<Schema Namespace="Syspro" xmlns="http://docs.oasis-open.org/odata/ns/edm">{types}'
        inner += f'<EntityContainer Name="Container">{sets}</EntityContainer></Schema>'
        space = "http://docs.oasis-open.org/odata/ns/edmx"
        return (
            f'<edmx:Edmx Version="4.0" xmlns:edmx="{space}"><edmx:DataServices>{inner}</edmx:DataServices></edmx:Edmx>'
        )


def _options(query: str) -> dict[str, str]:
    """By name; a + stays a +, which no grammar takes for a blank."""
    found: dict[str, str] = {}
    for each in query.split("&") if query else []:
        name, _, text = each.partition("=")
        name, text = unquote(name), unquote(text)
        if name in found or (name.startswith("$") and name not in OPTIONS):
            raise _Refused(400, f"The query parameter '{name}' is not supported.")
        found[name] = text
    return found


def _count(options: dict[str, str], name: str) -> int | None:
    if name not in options:
        return None
    if not re.fullmatch(r"\d{1,9}", options[name]):
        raise _Refused(400, f"Invalid value '{options[name]}' for {name} query option.")
    return int(options[name])


def _next(url: str, options: dict[str, str], at: int) -> str:
    kept = {name: text for name, text in options.items() if name not in ("$skip", "$skiptoken")}
    query = "&".join(f"{name}={quote(text)}" for name, text in {**kept, "$skiptoken": str(at)}.items())
    return f"{url.partition('?')[0]}?{query}"


def _json(value: Value, kind: str) -> Any:
    if kind.startswith("n"):
        return float(Decimal(str(value or 0)))
    if kind == "b8":
        return base64.urlsafe_b64encode(int(str(value or 0)).to_bytes(8, "big")).decode()
    if kind == "d":
        return f"{value}T00:00:00Z" if value else None
    return value


def _key(value: Value) -> tuple[int, Decimal, str]:
    return (0, Decimal(value), "") if isinstance(value, int | Decimal) else (1, Decimal(0), str(value or ""))


def _header(request: Request, name: str) -> str:
    return next((value for given, value in request.headers.items() if given.lower() == name), "")
