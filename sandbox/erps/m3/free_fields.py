"""CUSEXTMI: free fields beside any table's record, each change of one kept in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from sandbox.erps.m3.catalogue import nok
from sandbox.erps.m3.tenant import ExtensionKey, FieldWrite, Row, Tenant

Record = Mapping[str, str]


def get_free_fields(tenant: Tenant, record: Record) -> Iterable[Row]:
    key = _key(record)
    if key not in tenant.extensions:
        raise nok("XRE0103", "Record does not exist")
    names = {f"PK{n:02}": value for n, value in enumerate(key.keys, 1)}
    yield {"FILE": key.file} | names | tenant.extensions[key]


def add_free_fields(tenant: Tenant, record: Record, who: str) -> Iterable[Row]:
    key = _key(record)
    _unlocked(tenant, key)
    if key in tenant.extensions:
        raise nok("XRE0104", "Record already exists")
    if key.file == "MPHEAD" and record.get("VEXI") != "1" and key.keys[0] not in tenant.orders:
        raise nok("WPU0803", f"Purchase order number {key.keys[0]} does not exist", "PK01")
    return _store(tenant, key, record, who, "AddFieldValue")


def change_free_fields(tenant: Tenant, record: Record, who: str) -> Iterable[Row]:
    key = _key(record)
    _unlocked(tenant, key)
    if key not in tenant.extensions:
        raise nok("XRE0103", "Record does not exist")
    return _store(tenant, key, record, who, "ChgFieldValue")


def _key(record: Record) -> ExtensionKey:
    keys = [record.get(f"PK{n:02}", "").strip() for n in range(1, 9)]
    while keys and not keys[-1]:
        keys.pop()
    return ExtensionKey(record["FILE"].strip(), tuple(keys))


def _unlocked(tenant: Tenant, key: ExtensionKey) -> None:
    left = tenant.locked.get(key.keys[0], 0)
    if left:
        tenant.locked[key.keys[0]] = left - 1
        raise nok("XUP0001", "The record is locked by user BUYER01")


def _store(tenant: Tenant, key: ExtensionKey, record: Record, who: str, transaction: str) -> Iterable[Row]:
    """Blank input leaves a field as it is, which is MI's way, and a question mark empties a text; every field given is
    noted in the ledger."""
    row = tenant.extensions.setdefault(key, {})
    for name, value in record.items():
        if name in ("FILE", "VEXI", "MIGR", "TXID") or name.startswith("PK") or not value.strip():
            continue
        new = (
            f"{Decimal(value).normalize():f}"
            if name.startswith("N")
            else ""
            if value.strip() == "?"
            else value.rstrip()
        )
        write = FieldWrite(tenant.now(), who, transaction, key.file, key.keys[0], name, row.get(name, ""), new)
        tenant.field_writes.append(write)
        row[name] = new
    tenant.written(key.keys[0])
    return ()
