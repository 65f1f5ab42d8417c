"""Times and keys as all items have them, and the index of what is due. Pure; loads no model of what items hold."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime

from shared.aws.wire import Item

SHARDS = 8
ORDERS = "order"
"""The kind of what is due that an order is."""


def due_keys(key: str, due_at: datetime, kind: str = ORDERS) -> Item:
    """Where something stands in the index of what is due: in one of 8 shards, so that no partition gets hot."""
    return {"due_pk": due_partition(kind, zlib.crc32(key.encode()) % SHARDS), "due_sk": stamp_of(due_at)}


def due_partition(kind: str, shard: int) -> str:
    """A shard of what is due of a kind. Every kind has shards of its own; those of orders, the first kind, are named
    without it."""
    return f"DUE#{shard}" if kind == ORDERS else f"DUE#{kind}#{shard}"


def stamp_of(at: datetime) -> str:
    """A time as the items have it: short, of one length, and in UTC, so that texts sort as times do."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
