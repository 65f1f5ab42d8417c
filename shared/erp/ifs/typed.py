"""The values that a property takes, by its type in `$metadata`: a number gets a number, and no other type one. Pure."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from shared.domain.state import Reason
from shared.erp.ifs.metadata import Property
from shared.errors import Refused

TEXT, DAY = "Edm.String", "Edm.Date"
_WHOLE = frozenset({"Edm.Byte", "Edm.SByte", "Edm.Int16", "Edm.Int32", "Edm.Int64"})
NUMBERS = _WHOLE | {"Edm.Decimal", "Edm.Double", "Edm.Single"}
_TAKEN = {"cost": NUMBERS | {TEXT}, "eta": frozenset({TEXT, DAY})}
"""Canonical name → the types that take it; a text takes every one."""


def takes(canonical: str, found: Property) -> bool:
    """Tell if a property can hold the values of that name."""
    return found.type in _TAKEN.get(canonical, frozenset({TEXT}))


def typed(value: str, found: Property, document: str) -> Any:
    """The value as the property has it: a number for a number; null empties. Raises Refused for one that it cannot
    hold: it is never rounded."""
    if not value:
        return None
    if found.type in NUMBERS:
        return _number(value, found, document)
    if found.type == DAY and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise _unfit(value, found, document, "a day")
    if found.type not in (TEXT, DAY):
        raise _unfit(value, found, document, found.type)
    return value


def _number(value: str, found: Property, document: str) -> Decimal:
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise _unfit(value, found, document, "a number") from None
    if not number.is_finite():
        raise _unfit(value, found, document, "a number")
    scale = 0 if found.type in _WHOLE else found.scale
    if scale is not None and -int(number.normalize().as_tuple().exponent) > scale:
        raise _unfit(value, found, document, f"a number with {scale} decimals")
    if found.precision and scale is not None and abs(number) >= Decimal(10) ** (found.precision - scale):
        raise _unfit(value, found, document, f"a number of {found.precision} digits")
    return number


def _unfit(value: str, found: Property, document: str, kind: str) -> Refused:
    return Refused(
        Reason.WRITE_BACK,
        f"{found.name} of shipment {document} is {kind}: it cannot hold {value!r}",
        field=found.name,
        value=value,
        hint="map it to a property of type text under write_back",
    )
