"""IFS's errors as the facts give them (facts/ifs.md, section 7). An UNSEEN code is ours: the vendor's is not known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

UNSEEN_REQUEST = "BAD_REQUEST"
UNSEEN_DATABASE = "DATABASE_ERROR"
_GENERAL = {
    "en": "The request could not be processed",
    "de": "Die Anforderung konnte nicht verarbeitet werden",
    "sv": "Begäran kunde inte behandlas",
}


class IfsFault(Exception):
    """A refusal: HTTP status, code and the useful text, which stands in details[0]."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class PlainFault(Exception):
    """A refusal in plain text, as 401 and 403 may be."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


def unsupported(what: str) -> IfsFault:
    """The URL cannot be read."""
    return IfsFault(400, "ODP_UNSUPPORTED_URL", f"Unsupported URL: {what}")


def unknown_property(name: str, entity: str) -> IfsFault:
    return IfsFault(400, "EXPRESSION_PROPERTY_NOT_IN_TYPE", f"The property '{name}' is not defined in type '{entity}'")


def not_implemented(what: str) -> IfsFault:
    """The facts give the code; 501 is our assumption."""
    return IfsFault(501, "ODP_NOT_IMPLEMENTED", f"Not implemented: {what}")


def bad_value(name: str, why: str) -> IfsFault:
    return IfsFault(400, UNSEEN_REQUEST, f"{name}: {why}")


def gone(what: str) -> IfsFault:
    return IfsFault(404, "NOT_FOUND", f"{what} does not exist")


@dataclass
class Envelopes:
    """Writes errors. `shape` "mixed" goes through the shapes in turn: code outside, inside, message an object, bare."""

    shape: str = "mixed"
    language: str = "en"
    _count: int = 0

    def body(self, fault: IfsFault) -> dict[str, Any]:
        self._count += 1
        shapes = ("outer", "inner", "object", "bare")
        shape = shapes[self._count % 4] if self.shape == "mixed" else self.shape
        general = _GENERAL.get(self.language, _GENERAL["en"])
        if shape == "bare":
            return {"error": {"code": fault.code, "message": fault.message}}
        detail = {"code": fault.code if shape == "inner" else "ERROR_DETAIL", "message": fault.message}
        message: Any = {"lang": self.language, "value": general} if shape == "object" else general
        return {"error": {"code": "ERROR" if shape == "inner" else fault.code, "message": message, "details": [detail]}}
