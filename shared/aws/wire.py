"""Items on the wire, and the versions of their formats. Loads nothing of the models that items hold."""

from __future__ import annotations

from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from shared.errors import NewerFormat

FORMAT = 1
READABLE = frozenset({0, 1})
"""The format written now and the one before it."""
OLD_ENOUGH = "(attribute_not_exists(v) OR v <= :v)"
"""The condition under which an item may be changed in place: not one of a newer release."""

Item = dict[str, Any]

_to_wire, _from_wire = TypeSerializer(), TypeDeserializer()


def to_wire(item: Item) -> dict[str, Any]:
    """Python values as the low-level client takes them."""
    return {name: _to_wire.serialize(value) for name, value in item.items()}


def from_wire(item: dict[str, Any]) -> Item:
    """An item of the low-level client as Python values."""
    return {name: _from_wire.deserialize(value) for name, value in item.items()}


def readable(item: Item, kind: str, newest: int = FORMAT) -> Item:
    """The item itself when this release can read its format, of whatever kind it is. Raises NewerFormat.

    `newest` is the newest format of its kind."""
    version = int(item.get("v", 0))
    if version not in READABLE and version != newest:
        raise NewerFormat(f"{kind} of {item['pk']} has format {version}, this release reads up to {newest}")
    return item
