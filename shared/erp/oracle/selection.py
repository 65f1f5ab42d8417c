"""The selection of orders, as far as no condition compares it, or must not."""

from __future__ import annotations

from shared.erp.oracle.answers import NotOpen, Row, flag, text
from shared.erp.oracle.client import Client, Item
from shared.erp.oracle.orders import draft, path_of
from shared.erp.oracle.settings import OracleSettings, is_carrier_of
from shared.erp.oracle.suppliers import codes_of
from shared.errors import Misconfigured

OPEN = "OPEN"
_LIVING = frozenset({OPEN, "PENDING CHANGE APPROVAL"})
"""Statuses of an order that is approved. Some pods call it otherwise while a change of it waits for its approval: what
was approved before is in force until then (facts/oracle.md, 4 B), and our own change must not end the order."""
_ENDED = frozenset({"CLOSED", "FINALLY CLOSED", "CANCELED", "CANCELLED", "REJECTED", "WITHDRAWN"})


def status_of(order: Row) -> str:
    """The order's status as a code."""
    return (text(order.get("StatusCode")) or text(order.get("Status"))).upper().replace("_", " ")


def is_open(order: Row) -> bool:
    """Return whether it is approved and not fulfilled: orders are drafts first."""
    return status_of(order) in _LIVING


def is_ended(order: Row) -> bool:
    """Return whether it is closed or cancelled for good."""
    return status_of(order) in _ENDED


def method_of(settings: OracleSettings, order: Row) -> str:
    """The shipping method as the order writes it: the first of its fields that has one."""
    return next((found for found in (text(order.get(name)) for name in settings.part.method_fields) if found), "")


def method_wanted(settings: OracleSettings, order: Row) -> bool:
    """Return whether the selection wants the order's shipping method."""
    codes, method = settings.select.shipping_method, method_of(settings, order)
    return not codes or any(is_carrier_of(code, method) for code in codes)


def wanted(client: Client, order: Item) -> bool:
    """Return whether the selection wants the order by its header."""
    settings, select = client.settings, client.settings.select
    if not method_wanted(settings, order):
        return False
    if select.business_units and text(order.get("ProcurementBU")) not in select.business_units:
        return False
    if select.field and not _has_fields(client, order, select.field):
        return False
    return select.buyer_managed is None or _is_buyer_managed(client, order) == select.buyer_managed


def supplier_wanted(settings: OracleSettings, supplier: Row) -> bool:
    """Return whether the selection wants the supplier, by whichever of its names."""
    codes = settings.select.supplier_codes
    return not codes or not set(codes).isdisjoint(codes_of(supplier))


def _has_fields(client: Client, order: Item, fields: dict[str, str]) -> bool:
    plain = {name: value for name, value in fields.items() if not name.startswith("DFF.")}
    if any(text(order.get(name)) != value for name, value in plain.items()):
        return False
    segments = {name.removeprefix("DFF."): value for name, value in fields.items() if name not in plain}
    if not segments:
        return True
    row = next(client.rows(f"{path_of(order)}/child/DFF", most=1), {})
    return all(text(row.get(name)) == value for name, value in segments.items())


def _is_buyer_managed(client: Client, order: Item) -> bool:
    """Return whether the buyer arranges and pays transport. Where the order does not say it, its draft side does."""
    name = client.settings.part.buyer_managed_field
    said = flag(order.get(name))
    if said is None and name not in order:
        try:
            found = draft(client, order)
        except NotOpen:
            found = None
        said = flag(found.get("BuyerManagedTransportFlag")) if found else None
        if said is None and not (found and "BuyerManagedTransportFlag" in found):
            raise Misconfigured(
                f"order {text(order.get('OrderNumber'))} does not say who arranges its transport: it has no {name}",
                field="erp.buyer_managed_field",
                hint="name the field that has it, or leave select.buyer_managed out",
                general=False,
            )
    return bool(said)
