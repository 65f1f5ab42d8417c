"""Where the reading of an account's events stands in the table: one item a connection, which its lease guards. Pure."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from shared.aws.wire import Item, readable, to_wire
from shared.domain.tracking import AccountReading

_TIMES = ("due_at", "read_until", "began", "since")
_NAMES = tuple(each.name for each in fields(AccountReading))


def reading_key(connection: str) -> dict[str, Any]:
    """The key of a connection's reading, as the low-level client takes it."""
    return to_wire({"pk": f"READING#{connection}", "sk": "READING"})


def reading_facts(reading: AccountReading) -> Item:
    """The attributes of a reading; what is blank is to be left out."""
    facts = {name: getattr(reading, name) for name in _NAMES}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()}


def read_reading(item: Item) -> AccountReading:
    """The reading of an item. Raises NewerFormat."""
    readable(item, "READING")
    facts = {name: item[name] for name in _NAMES if name in item}
    times = {name: datetime.fromisoformat(facts[name]) for name in _TIMES if name in facts}
    return AccountReading(**{**facts, **times, "failed": int(facts.get("failed", 0))})
