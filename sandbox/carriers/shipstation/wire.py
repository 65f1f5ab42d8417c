"""The wire format of both versions: refusals and their envelopes, pages, instants."""

from __future__ import annotations

import hashlib
import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

V2_HOST = "https://api.shipstation.com"
"""The beginning of every address in an answer, wherever it was asked (facts 5)."""


class Refusal(Exception):
    """The request is refused. `type` and `code` are those of V2; V1 has the message alone."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        field: str | None = None,
        type: str = "validation",  # noqa: A002 - the envelope's own word
        source: str = "shipengine",
        carrier: tuple[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.field, self.type, self.source = status, code, field, type, source
        self.carrier, self.headers = carrier, dict(headers or {})


def invalid(name: str, message: str) -> Refusal:
    return Refusal(400, "invalid_field_value", message, field=name)


def missing(name: str) -> Refusal:
    return Refusal(400, "field_value_required", f"'{name}' is required.", field=name)


def not_found(what: str, identifier: str) -> Refusal:
    return Refusal(404, "invalid_identifier", f"No {what} found with identifier {identifier}", type="business_rules")


def conflict(code: str, message: str, name: str | None = None, status: int = 400) -> Refusal:
    return Refusal(status, code, message, field=name, type="business_rules")


def error_of(refusal: Refusal) -> dict[str, Any]:
    """Write one error as V2 does; members without a value are left out."""
    told: dict[str, Any] = {
        "error_source": refusal.source,
        "error_type": refusal.type,
        "error_code": refusal.code,
        "message": str(refusal),
    }
    if refusal.field:
        told["field_name"] = refusal.field
    if refusal.carrier:
        told["carrier_id"], told["carrier_code"] = refusal.carrier
    return told


def uuid_of(*words: object) -> str:
    """Return a UUID, the same for the same words."""
    return str(uuid.UUID(hashlib.blake2b(":".join(map(str, words)).encode(), digest_size=16).hexdigest()))


def instant(at: datetime | None) -> str | None:
    """Write ISO 8601 in UTC, as V2 mostly does (facts 1)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z" if at else None


def instant_of(name: str, value: str) -> datetime:
    """Read ISO 8601; without an offset it is UTC. Raises Refusal."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise invalid(name, f"'{name}' is not a valid date.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def money(amount: Any, currency: str = "usd") -> dict[str, Any]:
    return {"currency": currency, "amount": float(amount)}


@dataclass(frozen=True)
class Pager:
    """Cuts lists into pages. `largest` caps page_size without a word: its maximum is not known (facts 2). Lists of
    `cursors` go by a cursor and do not read `page` (facts 2 [H])."""

    largest: int = 100
    refuses: bool = False
    cursors: frozenset[str] = field(default_factory=lambda: frozenset({"purchase_orders"}))

    def page(self, path: str, plural: str, rows: Sequence[Any], query: Mapping[str, str]) -> dict[str, Any]:
        """Return one page. Raises Refusal for numbers that are none."""
        size = self._size(query)
        if plural in self.cursors:
            return self._by_cursor(path, plural, rows, query, size)
        number = _number("page", query.get("page", "1"))
        pages = math.ceil(len(rows) / size)
        others = {name: value for name, value in query.items() if name != "page"}

        def link(page: int, *, there: bool = True) -> dict[str, str]:
            return {"href": f"{V2_HOST}{path}?{urlencode({**others, 'page': page})}"} if there else {}

        return {
            plural: list(rows[(number - 1) * size : number * size]),
            "total": len(rows),
            "page": number,
            "pages": pages,
            "links": {
                "first": link(1),
                "last": link(max(pages, 1)),
                "prev": link(number - 1, there=number > 1),
                "next": link(number + 1, there=number < pages),
            },
        }

    def _by_cursor(
        self, path: str, plural: str, rows: Sequence[Any], query: Mapping[str, str], size: int
    ) -> dict[str, Any]:
        given = query.get("cursor", "o0")
        if not (given.startswith("o") and given[1:].isdecimal()):
            raise invalid("cursor", "The cursor is not valid.")
        start = int(given[1:])
        others = {name: value for name, value in query.items() if name not in {"cursor", "page"}}
        following = urlencode({**others, "cursor": f"o{start + size}"})
        more = start + size < len(rows)
        return {
            plural: list(rows[start : start + size]),
            "links": {"next": {"href": f"{V2_HOST}{path}?{following}"} if more else {}},
        }

    def _size(self, query: Mapping[str, str]) -> int:
        name = "limit" if "limit" in query and "page_size" not in query else "page_size"
        size = _number(name, query.get(name, "25"))
        if size > self.largest and self.refuses:
            raise invalid(name, f"'{name}' must be between 1 and {self.largest}.")
        return min(size, self.largest)


def _number(name: str, value: str) -> int:
    if not (value.isascii() and value.isdecimal() and int(value) > 0):
        raise invalid(name, f"'{name}' must be a positive number.")
    return int(value)
