"""A supplier: who it is, and the address that its goods come from."""

from __future__ import annotations

from collections.abc import Sequence

from shared.domain.address import Address, Party
from shared.erp.oracle.answers import Row, flag, text
from shared.erp.oracle.client import Client
from shared.erp.oracle.places import address_of
from shared.erp.oracle.query import number

NOBODY = Party("", Address((), "", "", "", ""))
_ENDED = ("INACTIVE", "I")


class Suppliers:
    """Reads suppliers for one reading."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def of(self, order: Row) -> Row:
        """The order's supplier; of one that may not be seen, what the order says of it."""
        found = None
        if text(order.get("SupplierId")):
            found = self._client.item(f"suppliers/{number(text(order.get('SupplierId')))}")
        return {"Supplier": text(order.get("Supplier")), "SupplierId": text(order.get("SupplierId")), **(found or {})}

    def ship_from(self, order: Row, supplier: Row) -> tuple[Party, tuple[str, ...]]:
        """The sender: the supplier's place in the connection file, else its address for orders; with notes.

        Of several addresses for orders that of the order's own site counts; without it, none does.
        """
        places, name = self._client.settings.places, text(supplier.get("Supplier"))
        for code in (*codes_of(supplier), text(order.get("SupplierSite"))):
            if code and code in places:
                return places[code], ()
        if not text(supplier.get("SupplierNumber")):
            return NOBODY, (f"supplier {name} may not be read: give the user the right, or name it under locations",)
        path = f"suppliers/{number(text(supplier.get('SupplierId')))}"
        rows = list(self._client.rows(f"{path}/child/addresses", key="SupplierAddressId"))
        ordering = [row for row in rows if flag(row.get("AddressPurposeOrderingFlag")) and _lives(row)]
        row = ordering[0] if len(ordering) == 1 else self._of_site(path, order, ordering or rows)
        address = address_of(row) if row else None
        if row is None or address is None:
            return NOBODY, (f"supplier {name} has no address for orders that is surely the one of this order",)
        return Party(name, address, text(order.get("SupplierContact")), _phone(row)), ()

    def _of_site(self, path: str, order: Row, rows: Sequence[Row]) -> Row | None:
        """The address of the order's site."""
        if not rows:
            return None
        site = text(order.get("SupplierSiteId"))
        sites = self._client.rows(f"{path}/child/sites", key="SupplierSiteId")
        wanted = {
            text(each.get("SupplierAddressId")) for each in sites if site and text(each.get("SupplierSiteId")) == site
        }
        return next((row for row in rows if text(row.get("SupplierAddressId")) in wanted), None)


def codes_of(supplier: Row) -> tuple[str, str, str]:
    """Return the names that a person may call a supplier by: its number, its name, its id."""
    number_, name, id_ = (text(supplier.get(each)) for each in ("SupplierNumber", "Supplier", "SupplierId"))
    return number_, name, id_


def _lives(row: Row) -> bool:
    return text(row.get("Status")).upper() not in _ENDED


def _phone(row: Row) -> str:
    parts = (text(row.get(f"Phone{name}")) for name in ("CountryCode", "AreaCode", "Number"))
    country, area, local = parts
    return f"{'+' if country and not country.startswith('+') else ''}{country}{area}{local}" if local else ""
