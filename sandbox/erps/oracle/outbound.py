"""Shipments of sales orders behind the face: what a shipping department does with them, and what stands on their lines.

A document is a shipment. The fields of its address stand on it, and its organization on its lines: this pod has them
beside those of the reference, which lists none (facts/oracle.md, section 4, outbound).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sandbox.erps.oracle import seed
from sandbox.erps.oracle.pod import Pod, Row
from sandbox.faces import Entered, Goods, Line
from shared.domain.address import Party

ADDRESS = MappingProxyType(
    {
        "name": "ShipToCustomer",
        "phone": "ShipToPhone",
        "line1": "ShipToAddress1",
        "line2": "ShipToAddress2",
        "city": "ShipToCity",
        "state": "ShipToState",
        "postcode": "ShipToPostalCode",
        "country": "ShipToCountry",
    }
)
"""Fields of a shipment by the parts of its address, as `erp.shipment.address` names them."""
ORGANIZATION, NOTE = "OrganizationCode", "ShippingInstructions"
"""Fields of a line: where it leaves from, and what somebody else keeps there."""
STAGED, LEFT, CANCELLED = "STAGED", "SHIPPED", "CANCELLED"


class Outbound:
    """The shipments of one pod: their own rows, and those of their lines."""

    def __init__(self, pod: Pod) -> None:
        self._pod = pod
        self._headers: dict[str, Row] = {}
        self._lines: dict[str, list[Row]] = {}
        self._beside: dict[str, str] = {}

    def __contains__(self, document: str) -> bool:
        return document in self._headers

    def documents(self) -> list[str]:
        return list(self._headers)

    def add(self, entered: Entered, to: Party) -> None:
        self._pod.added["shipmentLines"] = (ORGANIZATION, NOTE)
        self._headers[entered.document] = seed.add_outbound_header(self._pod, entered.document, **_fields_of(to))
        self._lines[entered.document] = [self._add_line(entered, line) for line in entered.lines]

    def _add_line(self, entered: Entered, line: Line) -> Row:
        facts = {"Shipment": entered.document, "ShippingMethod": entered.service, ORGANIZATION: entered.warehouse}
        facts |= {"RequestedQuantityUOMCode": line.unit, "LineStatusCode": LEFT if entered.received else STAGED}
        return seed.add_outbound(self._pod, f"SO{entered.document}", line.item, int(line.quantity), **facts)

    def lines(self, document: str) -> list[Row]:
        return self._lines[document]

    def header(self, document: str) -> Row:
        return self._headers[document]

    def touch(self, document: str, **values: Any) -> None:
        """A change of all lines."""
        for row in self.lines(document):
            self._pod.touch(row, **values)

    def backdate(self, document: str, at: datetime) -> None:
        for row in self.lines(document):
            row.values["LastUpdateDate"] = at

    def change_quantity(self, document: str, line: str, quantity: int) -> None:
        self._pod.touch(self.lines(document)[int(line) - 1], RequestedQuantity=Decimal(quantity))

    def readdress(self, document: str, to: Party) -> None:
        self._pod.touch(self.header(document), **_fields_of(to))
        self.touch(document)

    def delete(self, document: str) -> None:
        for row in self._lines.pop(document):
            del self._pod.table("shipmentLines")[row.id]
        del self._pod.table("shipments")[self._headers.pop(document).id]

    def write_beside(self, document: str, value: str) -> None:
        self._beside[document] = value
        self.touch(document, **{NOTE: value})

    def fields_of(self, document: str) -> dict[str, str]:
        """The numbers on the lines; those of a parcel stand on each of them."""
        told = [str(row.values.get("TrackingNumber") or "") for row in self.lines(document)]
        numbers = " ".join(dict.fromkeys(word for each in told for word in each.replace(",", " ").split()))
        return {"tracking_numbers": numbers} if numbers else {}

    def spoilt(self, document: str) -> dict[str, str]:
        wanted = self._beside.get(document)
        found = {str(row.values.get(NOTE)) for row in self.lines(document)} if wanted else set()
        return {NOTE: " ".join(sorted(found))} if found - {wanted} else {}

    def goods(self, document: str, weights: dict[str, str]) -> Goods:
        """`weights` are kilograms by item, "" for none."""
        place = str(self.header(document).values.get("ShipToPostalCode") or "")
        pieces = [
            (row.values["RequestedQuantity"], Decimal(weights.get(str(row.values["Item"])) or 0) or None)
            for row in self.lines(document)
        ]
        return Goods(frozenset({place}), tuple(pieces))


def _fields_of(to: Party) -> dict[str, str | None]:
    at = to.address
    parts: dict[str, str] = {"name": to.name, "phone": to.phone, "city": at.city, "state": at.state}
    parts |= {"postcode": at.postcode, "country": at.country}
    parts |= {f"line{place}": line for place, line in enumerate(at.lines[:2], 1)}
    return {field: parts.get(part) or None for part, field in ADDRESS.items()}
