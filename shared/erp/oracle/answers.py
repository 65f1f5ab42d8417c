"""The meaning of an answer of Fusion, and its values as text and numbers.

An error is JSON where Fusion was asked for it, plain text or nothing where another part of it answered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from shared.domain.hints import Action, Hint, do
from shared.domain.state import Reason
from shared.errors import Misconfigured, Refused, Retry, Unknown
from shared.http import Response

Row = Mapping[str, Any]
_LONGEST = 300
_PAGE = re.compile(r"(?i)^\s*<(!doctype|html|\?xml)")
ROLES = "give the integration user the duties of the page of this ERP, with access to the business units' data"


class Stale(Exception):
    """Somebody else changed the item since it was read: read it again."""


class NotOpen(Misconfigured):
    """A resource, or a field of it, is not there for this user: another source may answer the same."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The error of an answer: its status, the sentence for a person, and whether it came as a page, as of a gateway."""

    status: int
    said: str
    page: bool = False

    def __str__(self) -> str:
        return f"{self.status} {self.said}".strip()


def fault_of(response: Response) -> Fault:
    """The error of an answer: of JSON its detail and those below it, else the text as it is; a page says nothing."""
    body = response.json()
    if isinstance(body, dict):
        below = body.get("o:errorDetails")
        details = [each for each in below if isinstance(each, dict)] if isinstance(below, list) else []
        words = [text(body.get("detail")) or text(body.get("title")), *(text(each.get("detail")) for each in details)]
        found = "; ".join(dict.fromkeys(each for each in words if each))
    else:
        found = response.body[:2000].decode("utf-8", "replace")
        if _PAGE.match(found):
            return Fault(response.status, "with a page", page=True)
    return Fault(response.status, " ".join(found.split())[:_LONGEST])


def error_of(fault: Fault, what: str, *, writing: bool, keyed: bool, after: float | None) -> Exception:
    """The error behind an answer that is not what was asked for. `keyed` says that one item was asked for: then a 404
    says that it is gone, or that it may not be seen."""
    message, status = f"{what}: Fusion answered {fault}", fault.status
    if status == 412:
        return Stale(message)
    if status == 429 or (not writing and (status >= 500 or status == 408)):
        return Retry(message, after)
    if status >= 500 or status == 408:
        return Unknown(message)
    if fault.page and status != 401:
        return Unknown(message) if writing else Retry(message, after)  # whoever this was, it was not Fusion
    return _by_person(message, status, writing=writing, keyed=keyed)


def _by_person(message: str, status: int, *, writing: bool, keyed: bool) -> Exception:
    if status == 401:
        again = Hint(
            "is the credential right, and the user not locked? Then {0}", (do(Action.SET_CREDENTIAL, side="erp"),)
        )
        return Misconfigured(message, field="erp secret", hint=again)
    if status == 403:
        return NotOpen(message, field="erp secret", hint=ROLES, general=not keyed)
    if status == 404 and keyed:
        return Refused("gone", message, field="document")
    if writing:
        return Refused(Reason.WRITE_BACK, message, field="write_back", hint="see the message of Fusion")
    named = "compare the names with the pod's own: a connection test names those that are missing"
    kind = NotOpen if status in (400, 404) else Misconfigured
    return kind(message, field="erp or select", hint=named, general=False)


def body_of(response: Response, what: str) -> Any:
    """The body with its numbers as exact as they were sent. Raises Retry where it cannot be read."""
    try:
        return json.loads(response.body, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise Retry(f"{what}: Fusion answered {response.status} without a body that can be read") from None


def text(value: Any) -> str:
    """A value as text, "" for none and for what is no plain value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value.is_finite() and value else "0"
    return str(value).strip() if isinstance(value, str | int) else ""


def flag(value: Any) -> bool | None:
    """True, false, or None for a field that is not there. Fusion writes true, "true", "Y" and "Yes"."""
    written = text(value).casefold()
    return None if not written else written in ("true", "y", "yes")


def number(row: Row, name: str, what: str) -> Decimal:
    """A number, given as a number or as its text; nothing is 0. Raises Refused for what is none."""
    written = text(row.get(name))
    try:
        found = Decimal(written or "0")
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise Refused("missing", f"{name} of {what} is {written!r}, which is no number", field=name, value=written)
    return found


def items_of(body: Any, *, arrays: bool) -> list[Row] | None:
    """The rows of a collection, None for what is none. With `arrays` they may be a bare list (framework 2)."""
    found = body.get("items") if isinstance(body, dict) else body if arrays else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else None


def self_link(row: Row) -> tuple[str, str]:
    """The item's own link and its change indicator, "" for what is not there."""
    links = row.get("links")
    for each in links if isinstance(links, list) else []:
        if isinstance(each, dict) and each.get("rel") == "self":
            properties = each.get("properties")
            tag = text(properties.get("changeIndicator")) if isinstance(properties, dict) else ""
            return text(each.get("href")), tag
    return "", ""
