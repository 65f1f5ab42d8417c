"""Suppliers, places, items, orders and shipments as a buying department knows them, for tests and the demo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sandbox.erps.oracle.pod import Pod, Row
from sandbox.erps.oracle.requests import add_advice, add_advised
from shared.domain.address import Party

ENTITY = "US1 Legal Entity"
BUYER = "Jones, Barry"
UNITS = {"EA": "Each", "CS": "Case", "BX": "Box"}
SEGMENTS = {
    "trackingNumber": 150,
    "trackingUrl": 150,
    "carrierService": 150,
    "freightCost": 150,
    "freightCurrency": 150,
    "eta": 150,
    "trackingStatus": 150,
    "failureFlag": 150,
    "ediReference": 150,
    "qualityNote": 150,
}
"""The flexfield's segments: ours, and two of others."""


@dataclass(frozen=True)
class Wanted:
    """One line with one schedule. `to` is a location's id, `organization` one of receiving."""

    item: str
    quantity: int | Decimal
    to: int
    organization: str = "W01"
    unit: str = "EA"
    destination: str = "INVENTORY"
    receipt_required: bool = True


def add_location(pod: Pod, party: Party, code: str = "", kind: str = "hcm") -> int:
    """A place with an address: one of HCM, or a one-time location. Returns its id."""
    at = party.address
    lines: dict[str, Any] = {f"AddressLine{number}": line for number, line in enumerate(at.lines[:3], 1)}
    lines |= {"PostalCode": at.postcode or None, "Country": at.country}
    if kind == "hcm":
        names = {"LocationCode": code or party.name, "LocationName": party.name, "TownOrCity": at.city}
        row = pod.insert("locations", "LocationId", lines | names | {"Region2": at.state or None})
    else:
        row = pod.insert("requisitionOneTimeLocations", "LocationId", lines | {"City": at.city, "State": at.state})
    row.values["_name"], row.values["_text"] = party.name, one_line(party)
    listed = {"LocationId": row.id, "LocationName": party.name, "Address": one_line(party), "SetName": "Common Set"}
    pod.table("b2bShipToLocationsLOV")[row.id] = Row(row.id, listed, pod.next_version())
    return row.id


def one_line(party: Party) -> str:
    """An address as an order's header has it: street, city, state and postcode, county, country."""
    at = party.address
    country = "United States" if at.country == "US" else at.country
    return ", ".join(
        part for part in (*at.lines, at.city, f"{at.state} {at.postcode}".strip(), "King", country) if part
    )


def place_of(pod: Pod, location: int) -> Row:
    """A location of either kind."""
    return pod.table("locations").get(location) or pod.table("requisitionOneTimeLocations")[location]


def add_organization(pod: Pod, code: str, party: Party) -> Row:
    """An inventory organization at a location of its own."""
    location = add_location(pod, party, code)
    names = {"OrganizationCode": code, "OrganizationName": party.name, "LocationId": location, "Status": "Active"}
    return pod.insert("inventoryOrganizations", "OrganizationId", names)


def organization(pod: Pod, code: str) -> Row:
    return next(
        each for each in pod.table("inventoryOrganizations").values() if each.values["OrganizationCode"] == code
    )


def add_supplier(pod: Pod, code: str, party: Party, *, contact: str = "", contact_phone: str = "") -> Row:
    """A supplier with an address for ordering, one for payments, a site and a contact."""
    names = {"Supplier": party.name, "SupplierNumber": code, "Status": "ACTIVE", "SupplierType": "Supplier"}
    row = pod.insert("suppliers", "SupplierId", names | {"LastUpdateDate": pod.now()})
    for ordering in (False, True):
        number = pod.new_id()
        address = _address(party, number, ordering=ordering)
        row.child("addresses").append(Row(number, address, pod.next_version()))
    at, number = row.child("addresses")[-1].id, pod.new_id()
    site = {
        "SupplierSiteId": number,
        "SupplierSite": f"{code} US1",
        "SupplierAddressId": at,
        "SupplierAddressName": "ORDERS",
        "SitePurposePurchasingFlag": True,
        "Status": "ACTIVE",
    }
    row.child("sites").append(Row(number, site, pod.next_version()))
    if contact:
        first, _, last = contact.rpartition(" ")
        person: dict[str, Any] = {
            "SupplierContactId": pod.new_id(),
            "FirstName": first,
            "LastName": last,
            "Status": "ACTIVE",
        }
        row.child("contacts").append(
            Row(person["SupplierContactId"], person | _phone(contact_phone), pod.next_version())
        )
    return row


def _address(party: Party, number: int, *, ordering: bool) -> dict[str, Any]:
    """Payments go to a box elsewhere."""
    at = party.address
    lines = at.lines if ordering else ("PO Box 9",)
    found: dict[str, Any] = {f"AddressLine{n}": line for n, line in enumerate(lines[:4], 1)}
    flags = {"AddressPurposeOrderingFlag": ordering, "AddressPurposeRemitToFlag": not ordering}
    rest = {"CountryCode": at.country, "City": at.city, "State": at.state or None, "PostalCode": at.postcode or None}
    names = {"SupplierAddressId": number, "AddressName": "ORDERS" if ordering else "PAYMENTS", "Status": "ACTIVE"}
    return found | rest | flags | names | {"AddressPurposeRFQOrBiddingFlag": False} | _phone(party.phone)


def _phone(text: str) -> dict[str, Any]:
    digits = "".join(sign for sign in text if sign.isdigit())[-10:]
    if not digits:
        return {}
    return {"PhoneCountryCode": "1", "PhoneAreaCode": digits[:3], "PhoneNumber": digits[3:]}


def supplier(pod: Pod, code: str) -> Row:
    return next(each for each in pod.table("suppliers").values() if each.values["SupplierNumber"] == code)


def add_carrier(pod: Pod, name: str, *services: str) -> Row:
    row = pod.insert("carriers", "CarrierId", {"CarrierName": name, "CarrierNumber": name, "ActiveFlag": True})
    for service in services or ("Ground",):
        method = {"ShipMethodCode": f"{name}_{service}".upper(), "ActiveFlag": True, "ServiceLevel": service}
        row.child("shippingMethods").append(Row(pod.new_id(), method | {"ModeOfTransport": "Parcel"}))
    return row


def add_item(
    pod: Pod, code: str, name: str, *, weight: str = "", hazardous: bool = False, unit: str = "Kilogram"
) -> None:
    """An item in every organization that there is; `weight` of one, "" for none."""
    number = pod.new_id()
    for each in pod.table("inventoryOrganizations").values():
        stock(
            pod,
            each,
            {"ItemId": number, "ItemNumber": code, "ItemDescription": name},
            weight,
            unit,
            hazardous=hazardous,
        )


def stock(
    pod: Pod, at: Row, names: Mapping[str, Any], weight: str = "", unit: str = "Kilogram", *, hazardous: bool = False
) -> None:
    """An item's row in one organization."""
    values = {
        **names,
        "OrganizationId": at.id,
        "OrganizationCode": at.values["OrganizationCode"],
        "PrimaryUOMValue": "Each",
        "UnitWeightQuantity": Decimal(weight) if weight else None,
        "WeightUOMCode": {"Kilogram": "kg", "Pound": "lb"}[unit] if weight else None,
        "WeightUOMValue": unit if weight else None,
        "HazardousMaterialFlag": hazardous,
    }
    row = Row(pod.new_id(), values, pod.next_version())
    pod.table("itemsV2")[row.id] = row


def items(pod: Pod, code: str) -> list[Row]:
    """The rows of an item, one an organization."""
    return [each for each in pod.table("itemsV2").values() if each.values["ItemNumber"] == code]


def add_order(
    pod: Pod, number: str, vendor: str, lines: Sequence[Wanted], *, flexfield: bool = True, **facts: Any
) -> Row:
    """An open order; `facts` are fields of its header."""
    seller, first = supplier(pod, vendor), lines[0].to if lines else 0
    site = seller.children["sites"][0]
    key = pod.new_id()
    values: dict[str, Any] = {
        "POHeaderId": key,
        "OrderNumber": number,
        "StatusCode": "OPEN",
        "Status": "Open",
        "SoldToLegalEntity": ENTITY,
        "ProcurementBUId": 204,
        "ProcurementBU": "US1 Business Unit",
        "BuyerId": 7001,
        "Buyer": BUYER,
        "SupplierId": seller.id,
        "Supplier": seller.values["Supplier"],
        "SupplierSiteId": site.id,
        "SupplierSite": site.values["SupplierSite"],
        "CurrencyCode": "USD",
        "Currency": "US Dollar",
        "Revision": Decimal(0),
        "FrozenFlag": False,
        "ShippingMethod": "UPS",
        "ShipToLocationAddress": place_of(pod, first).values["_text"] if first else None,
        "BillToLocationAddress": "500 Oracle Parkway, Redwood City, CA 94065, San Mateo, United States",
        "BuyerManagedTransportFlag": True,
        "OrderDate": pod.now(),
        "CreationDate": pod.now(),
        "LastUpdateDate": pod.now(),
    }
    order = pod.orders[key] = Row(key, values | facts, pod.next_version())
    pod.numbers[number] = key
    for line in lines:
        add_line(pod, order, line)
    if flexfield:
        order.child("DFF").append(Row(key, {}, pod.next_version()))
    return order


def add_line(pod: Pod, order: Row, wanted: Wanted) -> Row:
    """A line with its schedule and distribution."""
    there = items(pod, wanted.item)
    number, name = pod.new_id(), there[0].values["ItemDescription"] if there else wanted.item
    values: dict[str, Any] = {
        "POLineId": number,
        "POHeaderId": order.id,
        "LineNumber": Decimal(len(order.child("lines")) + 1),
        "LineType": "Goods",
        "ItemId": there[0].values["ItemId"] if there else None,
        "Item": wanted.item if there else None,
        "Description": name,
        "Quantity": Decimal(wanted.quantity),
        "UOMCode": wanted.unit,
        "UOM": UNITS.get(wanted.unit, wanted.unit),
        "Price": Decimal(10),
        "StatusCode": "OPEN",
        "Status": "Open",
        "LastUpdateDate": pod.now(),
    }
    line = Row(number, values, pod.next_version())
    order.child("lines").append(line)
    add_schedule(pod, order, line, wanted)
    return line


def add_schedule(pod: Pod, order: Row, line: Row, wanted: Wanted) -> Row:
    """A schedule: what of the line goes where, and when."""
    number, at = pod.new_id(), organization(pod, wanted.organization)
    values: dict[str, Any] = {
        "LineLocationId": number,
        "POLineId": line.id,
        "POHeaderId": order.id,
        "ScheduleNumber": Decimal(len(line.child("schedules")) + 1),
        "StatusCode": "OPEN",
        "Status": "Open",
        "Quantity": Decimal(wanted.quantity),
        "DestinationTypeCode": wanted.destination,
        "ReceiptRequiredFlag": wanted.receipt_required,
        "RequestedDeliveryDate": (pod.now() + timedelta(days=14)).date(),
        "ShipToOrganizationId": at.id,
        "ShipToOrganizationCode": wanted.organization,
        "ShipToOrganization": at.values["OrganizationName"],
        "_organization_code": wanted.organization,
    }
    row = Row(number, values, pod.next_version())
    line.child("schedules").append(row)
    send_to(pod, row, wanted.to)
    account: dict[str, Any] = {
        "PODistributionId": pod.new_id(),
        "DistributionNumber": Decimal(1),
        "POChargeAccount": "01-4100-5300-000",
    }
    row.child("distributions").append(Row(account["PODistributionId"], account))
    row.child("DFF").append(Row(number, {}, pod.next_version()))
    return row


def send_to(pod: Pod, schedule: Row, location: int) -> None:
    """The schedule goes to another place."""
    found = place_of(pod, location).values
    names = {"ShipToLocationId": location, "ShipToLocationAddress": found["_text"]}
    pod.touch(schedule, **names, ShipToLocation=found["_name"], ShipToLocationCode=found.get("LocationCode"))


def approve(pod: Pod, order: Row) -> None:
    """A draft becomes an open order: its creation is older than its change."""
    pod.touch(order, StatusCode="OPEN", Status="Open")


def supplier_advice(pod: Pod, order: Row, number: str, *, age: timedelta = timedelta(0), quantity: int = 1) -> Row:
    """The supplier tells of a shipment in the portal."""
    vendor = {"VendorName": order.values["Supplier"], "VendorSiteCode": order.values["SupplierSite"]}
    line = order.child("lines")[0]
    schedule = line.child("schedules")[0]
    at = {name: schedule.values[f"ShipTo{name}"] for name in ("OrganizationId", "OrganizationCode")}
    when = {"ShippedDate": pod.now() - age}
    advice = add_advice(pod, {"ShipmentNumber": number, **vendor, **at, **when}, "SUPPLIER")
    advice.values["CreationDate"] = pod.now() - age
    add_advised(pod, advice, (order, line, schedule), Decimal(quantity))
    return advice


def add_outbound(pod: Pod, order: str, item: str, quantity: int, **facts: Any) -> Row:
    """A line of an outbound shipment of a sales order."""
    values = {
        "OrderTypeCode": "SALES_ORDER",
        "OrderType": "Sales order",
        "Order": order,
        "OrderLine": "1",
        "Item": item,
        "RequestedQuantity": Decimal(quantity),
        "RequestedQuantityUOMCode": "EA",
        "LineStatusCode": "STAGED",
        "ShippingMethod": "UPS",
        "LastUpdateDate": pod.now(),
    }
    return pod.insert("shipmentLines", "ShipmentLine", values | facts)


def add_outbound_header(pod: Pod, shipment: str, **facts: Any) -> Row:
    """An outbound shipment. Its `facts` are fields that this pod has beside those of the reference."""
    pod.added["shipments"] = tuple(dict.fromkeys((*pod.added.get("shipments", ()), *facts)))
    row = Row(pod.new_id(), {"Shipment": shipment, "ShipmentStatus": "Open", **facts}, pod.next_version())
    pod.table("shipments")[row.id] = row
    return row
