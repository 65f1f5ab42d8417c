"""A release in the middle: what the former one wrote as items is read by the new one."""

from __future__ import annotations

from typing import Any

from shared.aws import items
from shared.aws.packages import package_item, read_package
from shared.aws.wire import from_wire, to_wire
from shared.domain.record import AuditEntry, Head, Snapshot
from shared.ports import ShippedPackage


def reread(key: str, kept: Head | Snapshot | AuditEntry | ShippedPackage) -> Any:
    """Return a stored object as it comes back, through the table's codec and the wire's types."""
    match kept:
        case Head():
            return items.read_head(_wired(items.head_item(kept)))
        case Snapshot():
            return items.read_snapshot(_wired(items.snapshot_item(key, kept)))
        case AuditEntry():
            return items.read_audit(_wired(items.audit_item(key, kept)))
        case ShippedPackage():
            return read_package(_wired(package_item(items.partition(key), 1, kept)))


def _wired(item: items.Item) -> items.Item:
    return from_wire(to_wire(item))
