"""Builders of a tenant's contents, pleasant to read in a seed or a test. What is not said gets M3's usual value.

tenant = Tenant(clock.now)
add_warehouse(tenant, "W01", place("Acme Distribution", "200 Dock Rd", "Chicago", "IL", "60601", phone="312-555-0100"))
add_supplier(tenant, "V100", place("Widget Works", "10 Mill Ln", "Dayton", "OH", "45402"), contact="Ann Lee")
add_item(tenant, "BOLT-10", "Bolts, box of 10", weight="1.2")
add_order(tenant, "4000001", supplier="V100", lines=[Line("BOLT-10", 12)])
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sandbox import faces as entered
from sandbox.erps.m3.tenant import PurchaseOrder, Row, Supplier, Tenant
from sandbox.places import place
from shared.domain.address import Party

__all__ = ["Line", "add_item", "add_order", "add_supplier", "add_unit", "add_warehouse", "delivery", "ionapi", "place"]


def ionapi(tenant: str = "ACME_TST", *, service_account: bool = True) -> dict[str, str]:
    """A fabricated credentials file with the real keys; without `service_account` an app of client credentials."""
    file = {
        "ti": tenant,
        "cn": "parcelbridge",
        "dt": "12",
        "ci": f"{tenant}~sandbox-client-id",
        "cs": "sandbox-client-secret",
        "iu": "https://mingle-ionapi.example.invalid",
        "pu": f"https://mingle-sso.example.invalid:443/{tenant}/as/",
        "oa": "authorization.oauth2",
        "ot": "token.oauth2",
        "or": "revoke_token.oauth2",
        "ev": "V0000000000",
        "v": "1.0",
    }
    account = {"saak": f"{tenant}#sandbox-access-key+1", "sask": "sandbox-secret-key/&=1"}
    return file | account if service_account else file


def add_warehouse(tenant: Tenant, code: str, party: Party) -> Row:
    address = _address(party, "CONM", "ADR", "TOWN", "ECAR", "PONO", "CSCD")
    tenant.warehouses[code] = {"WHLO": code, "FACI": "A01", "WHNM": party.name, "PHNO": party.phone} | address
    return tenant.warehouses[code]


def add_supplier(
    tenant: Tenant,
    number: str,
    party: Party,
    *,
    contact: str = "",
    contact_phone: str = "",
    delivery_method: str = "UPS",
    freight_terms: str = "COL",
) -> Supplier:
    """A supplier with one address of type 1 and, when `contact` is given, one reference (REF1)."""
    basic = {"SUNO": number, "SUNM": party.name, "PHNO": party.phone, "CSCD": party.address.country, "STAT": "20"}
    address = _address(party, "SUNM", "ADR", "TOWN", "ECAR", "PONO", "CSCD")
    supplier = Supplier(basic | {"MODL": delivery_method, "TEAF": freight_terms})
    supplier.addresses.append({"SUNO": number, "ADTE": "1", "ADID": "MAIN", "STDT": "20200101"} | address)
    if contact:
        reference = {"SUNO": number, "RFTY": "1", "RFID": "REF1", "YRE1": contact, "PHNO": contact_phone}
        supplier.references.append(reference)
    tenant.suppliers[number] = supplier
    return supplier


def add_item(  # noqa: PLR0913 - a builder's keywords
    tenant: Tenant,
    number: str,
    name: str,
    *,
    weight: str = "",
    size: tuple[str, str, str] = ("", "", ""),
    unit: str = "EA",
    hazardous: bool = False,
    stocked: bool = True,
    item_type: str = "FG",
) -> Row:
    """An item; `weight` (gross) and `size` (length, width, height) are per `unit` in the tenant's units, "" is none."""
    row = {"ITNO": number, "ITDS": name, "STAT": "20", "UNMS": unit, "ITTY": item_type, "GRWE": weight or "0"}
    row |= {field: value or "0" for field, value in zip(("ILEN", "IWID", "IHEI"), size, strict=True)}
    row |= {"NEWE": "0", "HAZI": "1" if hazardous else "0", "STCD": "1" if stocked else "0"}
    tenant.items[number] = row
    return row


def add_facility(tenant: Tenant, item: str, code: str, origin: str, facility: str = "A01") -> Row:
    """An item's customs statistical number and country of origin in a facility."""
    row = {"FACI": facility, "ITNO": item, "CSNO": code, "ORCO": origin}
    tenant.facilities[facility, item] = row
    return row


def add_unit(tenant: Tenant, item: str, unit: str, factor: str, *, form: str = "1") -> Row:
    """An alternate unit of an item: `factor` basic units make one (form 1), or the other way round (form 2)."""
    row = {"ITNO": item, "AUTP": "1", "ALUN": unit, "COFA": factor, "DMCF": form}
    tenant.units.setdefault(item, []).append(row)
    return row


@dataclass(frozen=True)
class Line(entered.Line):
    """A purchase order line. `amount` is what the line costs, `confirmed` the day (yyyymmdd) that the supplier has
    confirmed."""

    warehouse: str = ""
    status: str = ""
    advised: int | str = 0
    notified: int | str = 0
    amount: str = "0"
    confirmed: str = ""


def add_order(  # noqa: PLR0913 - a builder's keywords
    tenant: Tenant,
    number: str,
    *,
    supplier: str,
    lines: Sequence[Line],
    warehouse: str = "W01",
    to: Party | None = None,
    status: str = "20",
    delivery_method: str = "UPS",
    freight_terms: str = "COL",
    order_type: str = "N10",
    needed: str = "20261215",
    reference: str = "",
    bill_to: Party | None = None,
) -> PurchaseOrder:
    """A purchase order with lines 1, 2, 3 ...; `to` is the delivery address of every line that names none. `bill_to`
    becomes our invoicing address INV."""
    places = [each.to or to for each in lines]
    head = {
        "PUNO": number,
        "SUNO": supplier,
        "ORTY": order_type,
        "MODL": delivery_method,
        "TEAF": freight_terms,
        "WHLO": warehouse,
        "FACI": "F01",
        "DWDT": needed,
        "RFID": reference,
        "PUSL": status,
        "CUCD": "USD",
        "BUYE": "BUYER01",
        "PYAD": "INV" if bill_to else "",
        "MTDP": "1" if len(set(places)) > 1 else "0",
    }
    if bill_to:
        tenant.invoicing["INV"] = _address(bill_to, "INAM", "IAD", "ITOW", "IECA", "IPON", "ICSC")
    rows = [_line(tenant, n, each, warehouse, status, needed) for n, each in enumerate(lines, 1)]
    deliveries = {str(n): delivery(party) for n, party in enumerate(places, 1) if party}
    tenant.orders[number] = PurchaseOrder(head, rows, deliveries, tenant.stamp())
    return tenant.orders[number]


def delivery(party: Party) -> Row:
    """A delivery address in the fields of PPS200MI.GetDelAddress, for Tenant.change_delivery."""
    return _address(party, "DNAM", "DAD", "DTOW", "DECA", "DPON", "DCSC")


def _line(tenant: Tenant, number: int, each: Line, warehouse: str, status: str, needed: str) -> Row:
    item = tenant.items.get(each.item, {})
    state = each.status or status
    basic = Decimal(str(each.quantity)) * Decimal(str(each.per_unit))
    return {
        "PNLI": str(number),
        "PNLS": "0",
        "ITNO": each.item,
        "PITD": item.get("ITDS", ""),
        "ORQA": str(each.quantity),
        "ADQA": str(each.advised),
        "TNQA": str(each.notified),
        "RVQA": str(each.received),
        "PUUN": each.unit,
        "ORQT": f"{basic:f}",
        "UNMS": item.get("UNMS", each.unit),
        "WHLO": each.warehouse or warehouse,
        "DWDT": needed,
        "PUSL": state,
        "PUST": state,
        "CODT": each.confirmed,
        "LNAM": each.amount,
    }


def _address(party: Party, name: str, line_prefix: str, *places: str) -> Row:
    """MI's address fields; a fifth line would have none."""
    city, state, postcode, country = places
    at = party.address
    lines = {f"{line_prefix}{n}": text for n, text in enumerate(at.lines, 1)}
    return {name: party.name, city: at.city, state: at.state, postcode: at.postcode, country: at.country} | lines
