"""Errors that ShipStation tells: its envelopes, and whom they blame. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.carriers.shipstation.plain import inside, rows, text
from shared.domain.state import Reason


@dataclass(frozen=True, slots=True)
class ApiError:
    """One error of ShipStation's envelope; "" is what it does not say."""

    message: str
    code: str = ""
    kind: str = ""
    source: str = ""
    field: str = ""

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.code, self.field, self.message)))


def errors(body: Any) -> tuple[ApiError, ...]:
    """V2's envelope in either of its forms, V1's `message`, or the .NET form of it; empty when it is none (facts 2, 4).

    A void's answer has a `message` beside `approved`, which is no error of the call."""
    listed = tuple(_error(each) for each in rows(inside(body, "errors")))
    if listed or not isinstance(body, dict) or "approved" in body:
        return listed
    said = " ".join(filter(None, (text(body.get(name)) for name in ("message", "Message", "ExceptionMessage"))))
    return (ApiError(said),) if said else ()


def _error(row: dict[str, Any]) -> ApiError:
    names = ("message", "error_code", "error_type", "error_source")
    message, code, kind, source = (text(row.get(name)) for name in names)
    return ApiError(message, code, kind, source, text(row.get("field_name")) or text(row.get("field")))


def is_throttled(body: Any) -> bool:
    """Return whether a body says "too many", whatever its status: V1 does it with a 200 too (facts 4)."""
    return any(each.code == "rate_limit_exceeded" or each.message == "Too Many Requests" for each in errors(body))


def is_number_conflict(error: ApiError) -> bool:
    """Return whether the order's number stands already; that of our reference speaks of a label, this one does not."""
    return error.code == "identifier_conflict" and "shipment_number" in error.field


def request_id(body: Any) -> str:
    return text(inside(body, "request_id"))


_BLAMED = (
    ("ship_to.phone", Reason.MISSING, "ship_to.phone"),
    ("ship_from.phone", Reason.MISSING, "ship_from.phone"),
    ("ship_to", Reason.ADDRESS, "ship_to.address"),
    ("shipTo", Reason.ADDRESS, "ship_to.address"),
    ("ship_from", Reason.ADDRESS, "ship_from.address"),
    ("service", Reason.SERVICE, "service"),
    ("weight", Reason.WEIGHT, "packages.weight"),
    ("dimensions", Reason.FREIGHT, "packages"),
    ("carrier", Reason.CONNECTION, "carrier.accounts"),
)
_CODES = {
    "invalid_address": (Reason.ADDRESS, "ship_to.address"),
    "customs_items_required": (Reason.INTERNATIONAL, "ship_to.address.country"),
    "carrier_not_connected": (Reason.CONNECTION, "carrier.accounts"),
    "carrier_disconnected": (Reason.CONNECTION, "carrier.accounts"),
    "carrier_not_supported": (Reason.CONNECTION, "carrier.accounts"),
    "service_not_determined": (Reason.SERVICE, "service"),
}


def blamed(found: Sequence[ApiError]) -> tuple[Reason, str]:
    """For which reason a person is asked, and our name of the field: by the first code or field that is known."""
    for error in found:
        if error.code in _CODES:
            return _CODES[error.code]
        for part, reason, field in _BLAMED:
            if part in error.field:
                return reason, field
    return Reason.REFUSED, next((error.field for error in found if error.field), "shipment")
