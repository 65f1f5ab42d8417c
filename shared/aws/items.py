"""How orders stand in the table: pure, and the only place that knows attribute names and formats.

An order's items share a partition: HEAD, SNAP#generation, AUDIT#sequence, and PKG (`packages.py`). Every item
carries `v`, the version of its format; readers take this one and the last, and leave newer ones alone.
"""

from __future__ import annotations

import zlib
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from types import NoneType
from typing import Any, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError

from shared.aws.keys import due_keys, stamp_of
from shared.aws.wire import FORMAT, Item, readable
from shared.domain.money import Money
from shared.domain.record import AuditEntry, Head, Snapshot, Stray, Way
from shared.domain.state import State
from shared.domain.steps import step_of
from shared.domain.windows import bucket_of
from shared.errors import NewerFormat, Refused

HEAD_FORMAT = 2
"""Also raised by a release that adds a rule on which safety stands: workers of the former one, which do not know it,
leave alone what this one wrote. 2: what was voided as a stray is never adopted, and `settle` counts from the call."""
LARGEST = 100 * 1024
"""Bytes that no item may exceed: the table's own limit is 400 KB, ours leaves no order without room."""
ROOM_TO_HOLD = 4 * 1024
"""Bytes of a snapshot that are left for the sentence of a hold: what was kept can also be held."""
SMALL = 1024
"""Bytes of an item that costs one write unit, two in a transaction: a HEAD and an audit entry stay within."""
_SNAPSHOT = TypeAdapter(Snapshot)
_KINDS = {name: (set(get_args(hint)) - {NoneType} or {hint}).pop() for name, hint in get_type_hints(Head).items()}
"""By field of the head its type, without the None of one that may be empty."""


def partition(key: str) -> str:
    """The partition of an order."""
    return f"ORDER#{key}"


def key_of(partition_key: str) -> str:
    """The order that a partition is of."""
    return partition_key.removeprefix("ORDER#")


_IN_KEYS = frozenset({"key", "connection", "created_at", "due_at"})
"""Facts of a head that its keys say already: written once, so that the longest head stays small."""


def head_item(head: Head) -> Item:
    """The HEAD: blank facts are left out, so that it stays below 1 KB and a transition costs two small writes."""
    item = {f.name: _plain(getattr(head, f.name)) for f in fields(Head) if f.name not in _IN_KEYS}
    item = {name: value for name, value in item.items() if value not in ("", None, False)}
    item |= {"pk": partition(head.key), "sk": "HEAD", "v": HEAD_FORMAT, **listing_keys(head)}
    if head.due_at:
        item |= due_keys(head.key, head.due_at)
    return item


def listing_keys(head: Head) -> Item:
    """Where the head stands in the listing: by connection, then bucket and time of creation."""
    return {
        "listing_pk": head.connection,
        "listing_sk": f"{bucket_of(head.state)}#{stamp_of(head.created_at)}#{head.key}",
    }


def listing_between(bucket: str, newest_first: bool, after: tuple[datetime, str] | None) -> tuple[str, str]:
    """The sort keys between which a bucket's orders stand, or those beyond a time and key; both ends belong to it."""
    first, last = f"{bucket}#", f"{bucket}$"  # the sign that follows the separator
    if after is None:
        return first, last
    place = f"{bucket}#{stamp_of(after[0])}#{after[1]}"
    return (first, place) if newest_first else (place, last)


def read_head(item: Item) -> Head:
    """The head of an item. Raises NewerFormat, also for one that is otherwise unreadable: who reads many heads then
    goes on with the others."""
    readable(item, "HEAD", HEAD_FORMAT)
    try:
        facts = {f.name: _typed(f.name, item[f.name]) for f in fields(Head) if f.name in item}
        created = datetime.fromisoformat(item["listing_sk"].split("#")[1])
        due = datetime.fromisoformat(item["due_sk"]) if "due_sk" in item else None
        return Head(key=key_of(item["pk"]), connection=item["listing_pk"], created_at=created, due_at=due, **facts)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise NewerFormat(f"HEAD of {item['pk']} is not what this release reads: {error!r}") from error


def snapshot_item(key: str, snapshot: Snapshot) -> Item:
    """The order as read and as shipped, compressed. Raises Refused when even so it is too large to be kept, with what
    a hold adds."""
    content = zlib.compress(_SNAPSHOT.dump_json(snapshot, exclude_defaults=True), level=6)
    if len(content) > LARGEST - 1024 - (0 if snapshot.problem else ROOM_TO_HOLD):
        raise Refused("size", f"order {key} takes {len(content)} bytes, {LARGEST} can be kept", field="lines")
    item: Item = {"pk": partition(key), "sk": f"SNAP#{snapshot.generation:04}", "v": FORMAT, "content": content}
    if snapshot.expires_at:
        item["expires"] = int(snapshot.expires_at.timestamp())
    return item


def read_snapshot(item: Item) -> Snapshot:
    """The snapshot of an item. Raises NewerFormat, also for one that is otherwise unreadable: its error would repeat
    personal data."""
    readable(item, "SNAP")
    try:
        return _SNAPSHOT.validate_json(zlib.decompress(bytes(item["content"])))
    except ValidationError as error:
        where = "; ".join(".".join(map(str, each["loc"])) for each in error.errors(include_input=False))
    raise NewerFormat(f"SNAP of {item['pk']} is not what this release reads: {where}")


def audit_item(key: str, entry: AuditEntry) -> Item:
    """One audit entry, at the sequence number that is the head's version after the step.

    A `why` that would make it cost more is cut, and ends in "…": the whole sentence stands in the snapshot.
    """
    item: Item = {
        "pk": partition(key),
        "sk": f"AUDIT#{entry.sequence:06}",
        "v": FORMAT,
        "at": entry.at.isoformat(),
        "who": entry.who,
        "what": str(entry.what),
        "state": str(entry.state),
        "why": "",
        "field": entry.field,
        "request_ids": list(entry.request_ids),
        "changes": dict(entry.changes),
        **({"shipments": {each.shipment_id: str(each.way) for each in entry.strays}} if entry.strays else {}),
    }
    return {**item, "why": _cut(entry.why, SMALL - _bytes_of(item))}


def read_audit(item: Item) -> AuditEntry:
    """The audit entry of an item. Raises NewerFormat."""
    readable(item, "AUDIT")
    return AuditEntry(
        sequence=int(item["sk"].removeprefix("AUDIT#")),
        at=datetime.fromisoformat(item["at"]),
        who=item["who"],
        what=step_of(item["what"]),
        state=State(item["state"]),
        why=item["why"],
        field=item["field"],
        request_ids=tuple(item["request_ids"]),
        changes=tuple(sorted(item["changes"].items())),
        strays=tuple(sorted(Stray(each, Way(way)) for each, way in item.get("shipments", {}).items())),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return stamp_of(value)
    if isinstance(value, Money):
        return f"{value.amount} {value.currency}"
    return str(value) if isinstance(value, State) else value


def _typed(name: str, value: Any) -> Any:
    """The attribute as the head's field of that name has it."""
    kind = _KINDS[name]
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is Money:
        amount, currency = value.split(" ")
        return Money(Decimal(amount), currency)
    if kind is State:
        return State(value)
    return int(value) if isinstance(value, Decimal) else value


def _bytes_of(value: Any) -> int:
    """Return the bytes that DynamoDB counts for texts, lists and maps, names included."""
    if isinstance(value, dict):
        return 3 + sum(len(name.encode()) + _bytes_of(each) + 1 for name, each in value.items())
    if isinstance(value, list):
        return 3 + sum(_bytes_of(each) + 1 for each in value)
    return len(str(value).encode())


def _cut(text: str, room: int) -> str:
    """The text in at most `room` bytes; what is cut shows."""
    if len(text.encode()) <= room:
        return text
    return text.encode()[: max(0, room - len("…".encode()))].decode(errors="ignore") + "…"
