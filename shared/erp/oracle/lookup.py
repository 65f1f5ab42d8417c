"""Codes for whoever fills in a connection file: suppliers, shipping methods, receiving organizations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shared.erp.oracle.answers import Row, text
from shared.erp.oracle.client import Client, as_item
from shared.erp.oracle.query import number
from shared.errors import Refused
from shared.ports import Entry, LookupKind


def lookup(client: Client, kind: LookupKind, like: str) -> Sequence[Entry]:
    """See Erp.lookup."""
    if kind == "terms":
        raise Refused(
            "missing", "Fusion says who pays by the buyer-managed flag: there is no list of terms", field="kind"
        )
    lists = {"suppliers": _suppliers, "methods": _methods, "warehouses": _organizations}
    wanted = like.casefold()
    found = {each.code: each for each in lists[kind](client) if wanted in f"{each.code}\n{each.name}".casefold()}
    return [each for _, each in sorted(found.items())]


def _suppliers(client: Client) -> Iterator[Entry]:
    for row in client.rows("suppliers", key="SupplierId"):
        code = text(row.get("SupplierNumber"))
        if code:
            yield Entry(code, text(row.get("Supplier")), text(row.get("Status")))


def _methods(client: Client) -> Iterator[Entry]:
    """A carrier, and each of its methods: orders write a method with the carrier's name at its beginning."""
    for row in client.rows("carriers", key="CarrierId"):
        name = text(row.get("CarrierName"))
        if name:
            yield Entry(name, name, "carrier")
            yield from _of_carrier(client, row, name)


def _of_carrier(client: Client, row: Row, name: str) -> Iterator[Entry]:
    path = as_item(row, "carriers").path or f"carriers/{number(text(row.get('CarrierId')))}"
    for method in client.rows(f"{path}/child/shippingMethods", key="ShipMethodCode"):
        code = text(method.get("ShipMethodCode"))
        words = (text(method.get(each)) for each in ("ServiceLevel", "ModeOfTransport"))
        if code:
            yield Entry(code, " ".join(filter(None, (name, *words))))


def _organizations(client: Client) -> Iterator[Entry]:
    for row in client.rows("inventoryOrganizations", key="OrganizationId"):
        code = text(row.get("OrganizationCode")) or text(row.get("OrganizationId"))
        if code:
            yield Entry(code, text(row.get("OrganizationName")))
