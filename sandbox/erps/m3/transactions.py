"""The emulated MI transactions: each takes the tenant and an input record, and gives output records or a refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from sandbox.erps.m3.catalogue import nok
from sandbox.erps.m3.export import select
from sandbox.erps.m3.free_fields import add_free_fields, change_free_fields, get_free_fields
from sandbox.erps.m3.receipts import advise, list_transactions_of_order, receive
from sandbox.erps.m3.stock import count, get_balance, list_items, list_locations
from sandbox.erps.m3.tenant import PurchaseOrder, Row, Tenant

Record = Mapping[str, str]
Read = Callable[[Tenant, Record], Iterable[Row]]
Write = Callable[[Tenant, Record, str], Iterable[Row]]
T = TypeVar("T")


def _list_orders(tenant: Tenant, record: Record) -> Iterable[Row]:
    """PPSSPPMI.LstSupHead: LMTS is taken as "greater than", the statuses as bounds of the lowest one."""
    since = int(record.get("LMTS") or 0)
    low, high = record.get("SLFR") or "00", record.get("SLTO") or "99"
    for order in sorted(tenant.orders.values(), key=lambda order: order.head["PUNO"]):
        wanted = all(not record.get(name) or record[name] == order.head.get(name) for name in ("SUNO", "POTC"))
        if wanted and order.stamp > since and low <= order.lowest <= high:
            yield _head(order) | {"LMTS": str(order.stamp)}


def _get_head(tenant: Tenant, record: Record) -> Iterable[Row]:
    yield _head(_order(tenant, record))


def _list_lines(tenant: Tenant, record: Record) -> Iterable[Row]:
    order = _order(tenant, record)
    shared = {name: order.head.get(name, "") for name in ("PUNO", "SUNO", "FACI")}
    return [shared | line for line in order.lines]


def _get_delivery_address(tenant: Tenant, record: Record) -> Iterable[Row]:
    order = _order(tenant, record)
    line = str(int(record["PNLI"]))
    if line not in {row["PNLI"] for row in order.lines}:
        raise nok("WPN0103", f"Purchase order line {line} does not exist", "PNLI")
    if line not in order.deliveries:
        raise nok("XRE0103", "Record does not exist")
    yield {"PUNO": record["PUNO"], "PNLI": line} | order.deliveries[line]


def _get_addresses(tenant: Tenant, record: Record) -> Iterable[Row]:
    """PPS200MI.GetAddresses: of the order as a whole; here the invoice receiver is all that it has."""
    order = _order(tenant, record)
    yield {"PUNO": record["PUNO"]} | tenant.invoicing.get(order.head.get("PYAD", ""), {})


def _get_warehouse(tenant: Tenant, record: Record) -> Iterable[Row]:
    yield _found(tenant.warehouses, record["WHLO"], "WWH0103", "Warehouse", "WHLO")


def _list_warehouses(tenant: Tenant, record: Record) -> Iterable[Row]:
    """Ascending, from FWHL to TWHL, both included."""
    first, last = record.get("FWHL", ""), record.get("TWHL") or "~"
    return [tenant.warehouses[code] for code in sorted(tenant.warehouses) if first <= code <= last]


def _list_suppliers(tenant: Tenant, record: Record) -> Iterable[Row]:
    """Ascending, from FRSU to TOSU, both included."""
    first, last = record.get("FRSU", ""), record.get("TOSU") or "~"
    return [tenant.suppliers[number].basic for number in sorted(tenant.suppliers) if first <= number <= last]


def _get_supplier(tenant: Tenant, record: Record) -> Iterable[Row]:
    yield _found(tenant.suppliers, record["SUNO"], "WSU0103", "Supplier number", "SUNO").basic


def _list_references(tenant: Tenant, record: Record) -> Iterable[Row]:
    rows = _found(tenant.suppliers, record["SUNO"], "WSU0103", "Supplier number", "SUNO").references
    return [row for row in rows if all(not record.get(n) or record[n] == row.get(n) for n in ("RFTY", "RFID"))]


def _list_addresses(tenant: Tenant, record: Record) -> Iterable[Row]:
    return _found(tenant.suppliers, record["SUNO"], "WSU0103", "Supplier number", "SUNO").addresses


def _get_item(tenant: Tenant, record: Record) -> Iterable[Row]:
    yield _found(tenant.items, record["ITNO"], "WIT0103", "Item number", "ITNO")


def _get_item_facility(tenant: Tenant, record: Record) -> Iterable[Row]:
    """MMS200MI.GetItmFac: of one item in one facility."""
    _found(tenant.items, record["ITNO"], "WIT0103", "Item number", "ITNO")
    row = tenant.facilities.get((record["FACI"], record["ITNO"]))
    if row is None:
        raise nok("XRE0103", "Record does not exist")
    yield row


def _list_units(tenant: Tenant, record: Record) -> Iterable[Row]:
    """MMS015MI.Lst: of one item, by type (1: alternate units); an item without any is an empty list."""
    rows = tenant.units.get(record.get("ITNO", ""), [])
    return [row for row in rows if all(not record.get(n) or record[n] == row.get(n) for n in ("AUTP", "ALUN"))]


def _list_agreements(_: Tenant, __: Record) -> Iterable[Row]:
    """PPS100MI: this tenant has no purchase agreements."""
    return []


def _list_transactions(tenant: Tenant, record: Record) -> Iterable[Row]:
    known = tenant.programs.get(record["MINM"], {})
    return [{"MINM": record["MINM"], "TRNM": name, "SIMU": "M" if entry.many else "S"} for name, entry in known.items()]


def _list_fields(tenant: Tenant, record: Record) -> Iterable[Row]:
    entry = tenant.programs.get(record["MINM"], {}).get(record["TRNM"])
    if entry is None:
        raise nok("XRE0103", "Record does not exist")
    for name, field in (entry.inputs if record["TRTP"] == "I" else entry.outputs).items():
        row = {"MINM": record["MINM"], "TRNM": record["TRNM"], "TRTP": record["TRTP"], "FLNM": name}
        yield row | {"LENG": str(field.length), "TYPE": field.type, "MAND": "1" if field.mandatory else "0"}


READS: dict[str, Read] = {
    "PPSSPPMI.LstSupHead": _list_orders,
    "PPS200MI.GetHead": _get_head,
    "PPS200MI.LstLine": _list_lines,
    "PPS200MI.GetAddresses": _get_addresses,
    "PPS200MI.GetDelAddress": _get_delivery_address,
    "MMS005MI.GetWarehouse": _get_warehouse,
    "MMS005MI.LstWarehouses": _list_warehouses,
    "CRS620MI.GetBasicData": _get_supplier,
    "CRS620MI.LstSuppliers": _list_suppliers,
    "CRS620MI.LstSupplierRef": _list_references,
    "CRS620MI.LstAddresses": _list_addresses,
    "MMS200MI.GetItmBasic": _get_item,
    "MMS200MI.GetItmFac": _get_item_facility,
    "MMS200MI.SelItem": list_items,
    "MMS200MI.GetItmWhsBal": get_balance,
    "MMS060MI.LstViaItem": list_locations,
    "MMS015MI.Lst": _list_units,
    "EXPORTMI.Select": select,
    "PPS100MI.LstAgrHead": _list_agreements,
    "PPS330MI.ListPOTrans": list_transactions_of_order,
    "CUSEXTMI.GetFieldValue": get_free_fields,
    "MRS001MI.LstTransactions": _list_transactions,
    "MRS001MI.LstFields": _list_fields,
}
WRITES: dict[str, Write] = {
    "CUSEXTMI.AddFieldValue": add_free_fields,
    "CUSEXTMI.ChgFieldValue": change_free_fields,
    "PPS001MI.Receipt": receive,
    "PPS001MI.AdviseLine": advise,
    "MMS310MI.Update": count,
}
"""By operation; between them they have every transaction of programs.json (tested)."""


def run(operation: str, tenant: Tenant, record: Record, who: str) -> list[Row]:
    """Has the effect and gives the records. Raises MiFault."""
    operation = tenant.behaves_as.get(operation, operation)
    if operation in WRITES:
        return list(WRITES[operation](tenant, record, who))
    return list(READS[operation](tenant, record))


def _order(tenant: Tenant, record: Record) -> PurchaseOrder:
    return _found(tenant.orders, record["PUNO"], "WPU0803", "Purchase order number", "PUNO")


def _found(table: Mapping[str, T], key: str, code: str, what: str, field: str) -> T:
    if key not in table:
        raise nok(code, f"{what} {key} does not exist", field)
    return table[key]


def _head(order: PurchaseOrder) -> Row:
    warehouses = {line["WHLO"] for line in order.lines}
    several = {"MTWP": "1" if len(warehouses) > 1 else "0", "NOLN": str(len(order.lines))}
    return order.head | several | {"PUSL": order.lowest, "PUST": order.highest}
