"""Read the meaning of an IFS answer by status, code and ORA number, never by words (facts/ifs.md, section 7).

Texts come in the service user's language, and a code can stand in the outer error or in its details.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from shared.domain.state import Reason
from shared.errors import Misconfigured, ParcelbridgeError, Refused, Retry, Unknown
from shared.http import Response

_ORA = re.compile(r"ORA-(\d{5})")
LOCKED = frozenset({"20113"})
CONFLICT = frozenset({"20114"})
FORBIDDEN = frozenset({"20107", "20119"})
RELOADED, CSRF, TIMED_OUT = "MI_MODIFIED_ERROR", "CSRF_ERROR", "ODP_OPERATION_TIMEOUT"
NO_SERVICE = "MI_METADATA_NOTFOUND"
_LONGEST = 300


class Stale(Exception):
    """Somebody else changed the row since it was read: read it again."""


class NotTaken(Misconfigured):
    """IFS itself said, by a code, that it does not take a name or an option."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The error of an answer: its codes, its ORA numbers, and the sentence for a person."""

    status: int
    codes: frozenset[str]
    ora: frozenset[str]
    said: str

    @property
    def is_of_ifs(self) -> bool:
        """Tell if IFS itself answered, and no gateway before it: a page in HTML says nothing of a row."""
        return bool(self.codes or self.said)

    def __str__(self) -> str:
        return f"{self.status} {' '.join(sorted(self.codes))} {self.said}".replace("  ", " ").strip()


def fault_of(response: Response) -> Fault:
    """The error of an answer. A 401 or 403 may be plain text; a message may be an object; details may be missing."""
    body = response.json()
    error = body.get("error") if isinstance(body, dict) else None
    parts = [error, *_details(error)] if isinstance(error, dict) else []
    codes = frozenset(str(each["code"]) for each in parts if each.get("code"))
    words = [_words(each.get("message")) for each in parts]
    said = next((each for each in reversed(words) if each), "")
    ora = frozenset(found for each in words for found in _ORA.findall(each))
    return Fault(response.status, codes, ora, said[:_LONGEST])


def _details(error: dict[str, Any]) -> list[dict[str, Any]]:
    found = error.get("details")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _words(message: Any) -> str:
    if isinstance(message, dict):
        message = next((each for each in message.values() if isinstance(each, str)), "")
    return " ".join(str(message).split()) if message else ""


def error_of(fault: Fault, what: str, *, writing: bool, keyed: bool, after: float | None) -> Exception:
    """The error behind an answer that is not what was asked for: one of the four kinds, or Stale. `keyed` says that one
    row was asked for: then a 404 says that it is gone."""
    text = f"{what}: IFS answered {fault}"
    if fault.status == 412 or fault.ora & CONFLICT or (fault.status == 409 and writing and fault.is_of_ifs):
        return Stale(text)
    if fault.status == 404 and keyed and fault.is_of_ifs and NO_SERVICE not in fault.codes:
        return Refused("gone", text, field="document")
    return _by_time(fault, text, writing=writing, after=after) or _by_person(fault, text, writing=writing)


def _by_time(fault: Fault, text: str, *, writing: bool, after: float | None) -> ParcelbridgeError | None:
    """Return the error of a fault that passes by itself, or leaves open if a write was made; None for another one."""
    if writing and fault.status in (409, 503) and not fault.is_of_ifs:
        return Unknown(text)  # the change may have reached it
    if fault.ora & LOCKED or RELOADED in fault.codes or fault.status in (429, 503):
        return Retry(text, after)
    if fault.status in (408, 502, 504) or 300 <= fault.status < 400 or TIMED_OUT in fault.codes:
        return Unknown(text) if writing else Retry(text, after)
    return None


def _by_person(fault: Fault, text: str, *, writing: bool) -> ParcelbridgeError:
    reason = Reason.WRITE_BACK if writing else Reason.REFUSED
    if fault.ora & FORBIDDEN or fault.status in (401, 403):
        return Misconfigured(
            text,
            field="erp secret",
            hint="grant the projection to the service user's permission set, and add the sites to its allowed sites",
        )
    named = fault.status in (400, 404, 501) and not fault.ora
    if named or "ODP_ILLEGAL_STATE" in fault.codes:
        hint = "compare the names with the tenant's own: a connection test names those that are missing"
        kind = NotTaken if fault.codes else Misconfigured
        return kind(text, field="erp.projection or erp.fields", hint=hint, general=False)
    if fault.status >= 500 and not fault.ora:
        return Unknown(text) if writing else Retry(text)
    # A rule of IFS (20110, 20105, 20111, 20124, 12899) or of the tenant's own business logic said no.
    return Refused(reason, text, field="write_back" if writing else "", hint="see the message in IFS")
