"""Items and balances: MMS200MI lists items and sums a warehouse, MMS060MI has stock by location, MMS310MI counts it.

A count sets what is on hand at a location, so that it may be repeated. Adjustments by a difference (MMS850MI) are not
here, since nothing of ours may call them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from sandbox.erps.m3.catalogue import nok
from sandbox.erps.m3.tenant import Row, StockCount, Tenant

Record = Mapping[str, str]


def list_items(tenant: Tenant, record: Record) -> Iterable[Row]:
    """MMS200MI.SelItem: ascending, from FRIT to TOIT, both included. It gives no time of change (facts 3)."""
    first, last = record.get("FRIT", "").strip(), record.get("TOIT", "").strip() or "~"
    since = int(record.get("LMTS", "").strip() or 0)
    for number in sorted(tenant.items):
        if first <= number <= last and tenant.item_stamps.get(number, 1) > since:
            yield tenant.items[number]


def get_balance(tenant: Tenant, record: Record) -> Iterable[Row]:
    """MMS200MI.GetItmWhsBal: the sum of a warehouse; an item that it never had is an error."""
    warehouse, item = _known(tenant, record)
    own = {place: at for (house, number, place), at in tenant.balances.items() if (house, number) == (warehouse, item)}
    inspected = tenant.inspected.get((warehouse, item), Decimal(0))
    if not own and not inspected:
        raise nok("XRE0103", "Record does not exist")
    total = _text(sum(own.values(), Decimal(0)))
    yield {"WHLO": warehouse, "ITNO": item, "STQT": total, "QUQT": _text(inspected), "AVAL": total, "ALQT": "0"}


def list_locations(tenant: Tenant, record: Record) -> Iterable[Row]:
    """MMS060MI.LstViaItem: one row a location that has the item, of one warehouse and location where they are named."""
    item = record["ITNO"].strip()
    _item(tenant, item)
    for (warehouse, number, location), quantity in sorted(tenant.balances.items()):
        named = {"WHLO": warehouse, "WHSL": location}
        wanted = all(record.get(name, "").strip() in ("", value) for name, value in named.items())
        if number == item and wanted:
            yield {"ITNO": item, **named, "STQT": _text(quantity), "UNMS": tenant.items[item]["UNMS"]}


def count(tenant: Tenant, record: Record, who: str) -> Iterable[Row]:
    """MMS310MI.Update: what was counted at a location is what is there."""
    warehouse, item = _known(tenant, record)
    location = record["WHSL"].strip()
    if location not in tenant.locations:
        raise nok("WWS0103", f"Location {location} does not exist", "WHSL")
    if not record.get("STQI", "").strip():
        raise nok("WST0102", "Physical inventory quantity must be entered", "STQI")
    left = tenant.locked.get(item, 0)
    if left:
        tenant.locked[item] = left - 1
        raise nok("XUP0001", "The record is locked by user STORE01")
    quantity = Decimal(record["STQI"])
    if quantity < 0:
        raise nok("WST0104", "Physical inventory quantity is invalid", "STQI")
    place = (warehouse, item, location)
    before = tenant.balances.get(place, Decimal(0))
    tenant.balances[place] = quantity
    tenant.counts.append(StockCount(tenant.now(), who, *place, before, quantity, record.get("BREM", "").strip()))
    return ()


def _known(tenant: Tenant, record: Record) -> tuple[str, str]:
    warehouse, item = record["WHLO"].strip(), record["ITNO"].strip()
    if warehouse not in tenant.warehouses:
        raise nok("WWH0103", f"Warehouse {warehouse} does not exist", "WHLO")
    _item(tenant, item)
    return warehouse, item


def _item(tenant: Tenant, item: str) -> None:
    if item not in tenant.items:
        raise nok("WIT0103", f"Item number {item} does not exist", "ITNO")


def _text(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"
