"""Items on the wire, and the versions of their formats. Loads nothing of the models that items hold."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Clamped, Context, Decimal, Inexact, Overflow, Rounded, Underflow
from typing import Any

from shared.errors import NewerFormat

FORMAT = 1
READABLE = frozenset({0, 1})
"""The format written now and the one before it."""
OLD_ENOUGH = "(attribute_not_exists(v) OR v <= :v)"
"""The condition under which an item may be changed in place: not one of a newer release."""

Item = dict[str, Any]

_NUMBERS = Context(Emin=-128, Emax=126, prec=38, traps=[Clamped, Overflow, Inexact, Rounded, Underflow])
"""Numbers as DynamoDB keeps them; whatever does not fit is refused and never rounded."""


def to_wire(item: Mapping[str, Any]) -> dict[str, Any]:
    """Python values as the low-level client takes them: the same as boto3's TypeSerializer makes, whose import alone
    takes a twelfth of a cold start. Raises TypeError for a value of another type, a float for one."""
    return {name: written(value) for name, value in item.items()}


def from_wire(item: Mapping[str, Any]) -> Item:
    """An item of the low-level client as Python values; numbers are Decimal."""
    return {name: _read(value) for name, value in item.items()}


def written(value: Any) -> dict[str, Any]:
    """One value as the low-level client takes it. Raises TypeError."""
    kind, content = "", value
    match value:
        case None:
            kind, content = "NULL", True
        case bool():
            kind = "BOOL"
        case int() | Decimal():
            kind, content = "N", _number(value)
        case str():
            kind = "S"
        case bytes():
            kind = "B"
        case set() | frozenset() if value and all(isinstance(each, str) for each in value):
            kind, content = "SS", sorted(value)
        case Mapping():
            kind, content = "M", to_wire(value)
        case list() | tuple():
            kind, content = "L", [written(each) for each in value]
        case _:
            raise TypeError(f"DynamoDB keeps no {type(value).__name__}")
    return {kind: content}


def _number(value: int | Decimal) -> str:
    number = _NUMBERS.create_decimal(value)
    if not number.is_finite():
        raise TypeError("DynamoDB keeps no number that is not finite")
    return str(number)


def _read(value: Mapping[str, Any]) -> Any:
    ((kind, content),) = value.items()
    match kind:
        case "S" | "BOOL" | "B":
            read = content
        case "N":
            read = _NUMBERS.create_decimal(content)
        case "NULL":
            read = None
        case "M":
            read = from_wire(content)
        case "L":
            read = [_read(each) for each in content]
        case "SS":
            read = set(content)
        case _:
            raise TypeError(f"nothing of ours has DynamoDB's type {kind}")
    return read


def readable(item: Item, kind: str, newest: int = FORMAT) -> Item:
    """The item itself when this release can read its format, of whatever kind it is. Raises NewerFormat.

    `newest` is the newest format of its kind."""
    version = int(item.get("v", 0))
    if version not in READABLE and version != newest:
        raise NewerFormat(f"{kind} of {item['pk']} has format {version}, this release reads up to {newest}")
    return item
