"""Reads answers of the M3 API v2 and says what an MI error means. Pure (facts/infor.md, section 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from shared.http import Response

Kind = Literal["transient", "uncertain", "configuration", "business"]

_TRANSIENT = frozenset({"ServiceNotAvailable"})
_UNCERTAIN = frozenset({"BackendInternalError", "InternalError", "RequestIOError"})
_CONFIGURATION = frozenset(
    {
        "TransactionNotFound",
        "MandatoryInputFieldNotFound",
        "InputFieldTooLong",
        "InvalidUser",
        "InvalidUserConoDivi",
        "InvalidTenant",
        "InvalidLanguage",
        "InvalidPositionKey",
        "InvalidSystemConfiguration",
        "MalformedRequest",
        "RunAsNotAllowed",
        "RunAsTenantNotAllowed",
    }
)
_FORBIDDEN_CODES = frozenset({"XAU0008"})
"""The user may not use this company: nothing will work until somebody corrects that (seen in M3H5's sample answers)."""
_BUSY_CODES = frozenset({"XUP0001", "XO_1130"})
"""The record was changed by another user; please try again later."""
_BUSY_WORDS = ("lock", "busy")


@dataclass(frozen=True, slots=True)
class MiError:
    """An error as the MI program or the API server gave it."""

    type: str
    code: str
    message: str
    field: str

    @property
    def kind(self) -> Kind:
        """transient: it did not happen; uncertain: a write may have; configuration: never again as it is; business."""
        if self.type in _TRANSIENT or self.busy:
            return "transient"
        if self.type in _UNCERTAIN:
            return "uncertain"
        return "configuration" if self.type in _CONFIGURATION or self.code in _FORBIDDEN_CODES else "business"

    @property
    def busy(self) -> bool:
        """A record lock: it comes as a business refusal with words of its own."""
        words = self.message.lower()
        named = self.code in _BUSY_CODES or any(word in words for word in _BUSY_WORDS)
        return self.type in ("", "ServerReturnedNOK") and named

    def __str__(self) -> str:
        return " ".join(part for part in (self.type, self.code, self.message) if part)


@dataclass(frozen=True, slots=True)
class Answer:
    """The records of a single call (values without trailing blanks), or the error in their place.

    `listed` says that a list of records stood there: an empty one means that there are none, and none at all means
    nothing, as a write's answer may have it.
    """

    records: tuple[Mapping[str, str], ...] = ()
    error: MiError | None = None
    listed: bool = True


def read_answer(response: Response) -> Answer | None:
    """The answer in a body of status 200 or 400; None when there is none: an empty or foreign body.

    The error stands in results[0] or at the top level, with either status; flags may be strings.
    """
    body = response.json()
    if not isinstance(body, dict):
        return None
    results = _listed(body.get("results"))
    first = results[0] if results and isinstance(results[0], dict) else {}
    error = _error_in(first) or _error_in(body) or _termination(body, first)
    if error:
        return Answer(error=error)
    if not results:
        return None
    given = first.get("records")
    rows = [row for row in _listed(given) if isinstance(row, dict)]
    told = given is not None and len(rows) == len(_listed(given))
    return Answer(tuple({str(name): _text(value) for name, value in row.items()} for row in rows), listed=told)


_SAID = ("errorType", "errorCode", "errorMessage", "errorField")


def _error_in(part: Mapping[str, Any]) -> MiError | None:
    if part.keys().isdisjoint(_SAID):
        return None
    found = MiError(*(_text(part.get(name)) for name in _SAID))
    return found if found.type or found.code or found.message else None


def _termination(body: Mapping[str, Any], first: Mapping[str, Any]) -> MiError | None:
    if not (_true(body.get("wasTerminated")) or _true(first.get("notProcessed"))):
        return None
    kind = _text(body.get("terminationErrorType")) or "InternalError"
    return MiError(kind, "", _text(body.get("terminationReason")) or "the call was terminated", "")


def _true(value: object) -> bool:
    """JSON's true or the word: "false" as a string was seen, and is not true."""
    return str(value).strip().lower() == "true"


def _listed(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
