"""Oracle Fusion behind the face of an emulated ERP: purchase orders from a supplier to an organization, and, entered
with the source `shipments`, shipments of sales orders (outbound.py).

A document is the order's number, a warehouse an inventory organization at a location of HCM, a supplier the supplier by
its number. An address of a line's own is another location. What stands in our fields is read where both doors leave it:
in the order's flexfield, in the advices that live, and in their flexfield (facts/oracle.md, section 4).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from sandbox.erps.oracle import orders, seed
from sandbox.erps.oracle.engine import FusionEngine
from sandbox.erps.oracle.outbound import CANCELLED, LEFT, ORGANIZATION, Outbound
from sandbox.erps.oracle.pod import Pod, Row, documents_of
from sandbox.erps.oracle.requests import receive
from sandbox.erps.oracle.token_server import SCOPE
from sandbox.faces import EmulatedErp, Entered, GivenCredential, Goods, Line, Now, Written
from shared.domain.address import Party
from shared.domain.milestones import Milestone

HOST = "pod.fa.us2.oraclecloud.com"
IDENTITY = "idcs-x.identity.oraclecloud.com"
SEGMENTS = {
    "tracking_numbers": "trackingNumber",
    "tracking_url": "trackingUrl",
    "service": "carrierService",
    "currency": "freightCurrency",
    "eta": "eta",
    "milestone": "trackingStatus",
    "cost": "freightCost",
    "failure": "failureFlag",
}
"""Flexfield segments by canonical name, the same ones on orders and on advices."""
NAMES = {segment: name for name, segment in SEGMENTS.items()} | {
    "WaybillAirbillNumber": "tracking_numbers",
    "PackingSlip": "tracking_numbers",
    "NoteToReceiver": "tracking_numbers",
    "cancelASN": "tracking_numbers",
    "cancelASNLine": "tracking_numbers",
    "ShipmentNumber": "reference",
    "ChangeOrderDescription": "reference",
    "Carrier": "service",
    "ExpectedReceiptDate": "eta",
    "Comments": "milestone",
    "TrackingNumber": "tracking_numbers",
}
OTHERS = {"system": ("ediReference", "EDI-850"), "user": ("qualityNote", "QC-HOLD-7")}
"""Values of another system and of a user in the order's flexfield; the user also in the comments of an advice."""
FIRST = {"client_id": "sandbox-client", "client_secret": "sandbox-secret", "hosts": ",".join(sorted((HOST, IDENTITY)))}
SECOND = {**FIRST, "client_secret": "second-client-secret"}
THEIRS = frozenset({"PPD"})
"""Freight terms with which the buyer does not manage the transport."""
_NUMBER = re.compile(r"\b(?:1Z[0-9A-Z]+|\d{20,22})\b")
_MILESTONE = re.compile("|".join(Milestone))
_HARM = frozenset({"joined", "removed", "bypassed", "receipt", "put away", "invoice", "revenue", "submit", "cancel"})
"""Deeds that no connection may do: these facts of the ledger spoil the document."""


class OracleErp(EmulatedErp):
    """A pod with its identity domain, where changes of orders are approved by themselves. `lean` keeps no traffic."""

    kind = "oracle-fusion"
    name = "oracle"
    hosts = frozenset({HOST, IDENTITY})
    operations = MappingProxyType(
        {
            "token": "token",
            "changed": "purchaseOrders.GET",
            "read": "purchaseOrderSchedules.GET",
            "write": "receivingReceiptRequests.POST",
        }
    )
    user = orders.OURS
    token_life = timedelta(minutes=55)
    names_terms = takes_when_closed = False
    most_numbers = 7  # of UPS, within 150 characters
    engine: FusionEngine
    source: ClassVar[str] = ""
    """The source of a document that names none."""

    def __init__(self, now: Now, *, lean: bool = False) -> None:
        self.pod = Pod(now, segments=dict(seed.SEGMENTS))
        self.pod.manners.approval = timedelta(0)
        self.outbound = Outbound(self.pod)
        self.engine = FusionEngine(now, pod=self.pod)
        if lean:
            nothing: Any = deque(maxlen=0)
            self.engine.recorded = nothing
        self._items: dict[str, tuple[str, str, bool]] = {}
        self._places: dict[Party, int] = {}
        self._partners: dict[str, Party] = {}
        self._beside: dict[str, dict[str, str]] = {}
        self.add_methods({"UPS": "Ground"})

    @classmethod
    def file(cls) -> dict[str, Any]:
        """Door A is switched on and confirmed, and tells at the label; no lag, since the clocks stand still."""
        return {
            "erp": {
                "kind": cls.kind,
                "url": f"https://{HOST}",
                "login": "oauth",
                "token_url": f"https://{IDENTITY}/oauth2/v1/token",
                "scope": SCOPE,
                "test_system": True,
                "lag": "0s",
            },
            "select": {"shipping_method": ["UPS"], "buyer_managed": True},
            "freight_terms": {},
            "packing": {
                "rule": "max_weight",
                "max_weight": {"value": "50", "unit": "lb"},
                "unit_weight_from": "items",
            },
            "write_back": {
                "advice": {
                    "enabled": True,
                    "confirmed": True,
                    "moment": "label",
                    "segments": {name: SEGMENTS[name] for name in ("service", "cost", "currency")},
                }
            },
        }

    # --- credentials ---------------------------------------------------------------------------------------------

    @property
    def credential(self) -> Mapping[str, str]:
        return FIRST

    def rotate(self) -> dict[str, str]:
        self.engine.token_server.clients.add((SECOND["client_id"], SECOND["client_secret"]))
        return dict(SECOND)

    def withdraw_first(self) -> None:
        """Also where there is no second one."""
        self.engine.token_server.clients.discard((FIRST["client_id"], FIRST["client_secret"]))

    def expire_tokens(self) -> None:
        self.engine.expire_tokens()

    @property
    def sessions(self) -> int:
        return self.engine.token_server.issued

    def credential_in(self, folder: Path) -> GivenCredential:
        name, secret = FIRST["client_id"], FIRST["client_secret"]
        hosts = ("--host", HOST, "--host", IDENTITY)
        return GivenCredential(
            ("--client-id", name, "--client-secret-stdin", *hosts), f"{secret}\n", f"{name}, {secret}"
        )

    def vendor_url(self, operation: str) -> str:
        return f"https://{IDENTITY if operation == 'token' else HOST}"

    @classmethod
    def shown_in_the_demo(cls) -> Sequence[str]:
        doors = ("inboundShipments:cancelASN", "draftPurchaseOrders/{}:submit", "shipmentLineChangeRequests.POST")
        return ("token", *sorted(set(cls.operations.values()) - {"token"}), "itemsV2.GET", "shipmentLines.GET", *doors)

    # --- master data ---------------------------------------------------------------------------------------------

    def add_warehouse(self, code: str, party: Party) -> None:
        at = seed.add_organization(self.pod, code, party)
        for item, (name, weight, hazardous) in self._items.items():
            known = seed.items(self.pod, item)
            names = {"ItemId": known[0].values["ItemId"] if known else self.pod.new_id(), "ItemNumber": item}
            seed.stock(self.pod, at, {**names, "ItemDescription": name}, weight, hazardous=hazardous)

    def add_supplier(self, code: str, party: Party, *, contact: str = "", contact_phone: str = "") -> None:
        self._partners[code] = party
        seed.add_supplier(self.pod, code, party, contact=contact, contact_phone=contact_phone)

    def add_item(self, code: str, name: str, *, weight: str = "", hazardous: bool = False) -> None:
        """Entered again it is another item of the same number."""
        for row in seed.items(self.pod, code):
            del self.pod.table("itemsV2")[row.id]
        self._items[code] = name, weight, hazardous
        seed.add_item(self.pod, code, name, weight=weight, hazardous=hazardous)

    def weigh(self, item: str, weight: str) -> None:
        name, _, hazardous = self._items[item]
        self._items[item] = name, weight, hazardous
        for row in seed.items(self.pod, item):
            self.pod.touch(row, UnitWeightQuantity=Decimal(weight), WeightUOMCode="kg", WeightUOMValue="Kilogram")

    # --- what users do to documents ------------------------------------------------------------------------------

    def add(self, entered: Entered) -> None:
        """A shipment goes to the customer, who has the supplier's code."""
        if (entered.source or self.source) == "shipments":
            self.outbound.add(entered, entered.to or self._partners[entered.supplier])
            return
        at = seed.organization(self.pod, entered.warehouse)
        dock = at.values["LocationId"] if entered.to is None else self._place(entered.to)
        status = ("CLOSED FOR RECEIVING", "Closed for Receiving") if entered.received else ("OPEN", "Open")
        order = seed.add_order(
            self.pod,
            entered.document,
            entered.supplier,
            [self._wanted(each, dock, entered.warehouse) for each in entered.lines],
            StatusCode=status[0],
            Status=status[1],
            ShippingMethod=entered.service,
            Carrier=entered.service,
            FreightTerms=entered.freight_terms,
            BuyerManagedTransportFlag=entered.freight_terms not in THEIRS,
        )
        needed = entered.needed_by(self.engine.now())
        for (_, schedule), line in zip(orders.schedules_of(order), entered.lines, strict=True):
            schedule.values["RequestedDeliveryDate"] = needed
            if Decimal(line.received):
                receive(self.pod, order, schedule, Decimal(line.received))

    def _wanted(self, line: Line, dock: int, warehouse: str) -> seed.Wanted:
        to = dock if line.to is None else self._place(line.to)
        return seed.Wanted(line.item, Decimal(line.quantity), to, warehouse, line.unit)

    def _place(self, party: Party) -> int:
        if party not in self._places:
            self._places[party] = seed.add_location(self.pod, party)
        return self._places[party]

    def backdate(self, document: str, at: datetime) -> None:
        if document in self.outbound:
            self.outbound.backdate(document, at)
            return
        self._order(document).values.update(CreationDate=at, LastUpdateDate=at, OrderDate=at)

    def edit(self, document: str) -> None:
        if document in self.outbound:
            self.outbound.touch(document)
            return
        self.pod.touch(self._order(document))

    def change_quantity(self, document: str, line: str, quantity: int) -> None:
        if document in self.outbound:
            self.outbound.change_quantity(document, line, quantity)
            return
        order = self._order(document)
        row = order.child("lines")[int(line) - 1]
        self.pod.touch(row, Quantity=Decimal(quantity))
        self.pod.touch(row.child("schedules")[0], Quantity=Decimal(quantity))
        self.edit(document)

    def readdress(self, document: str, to: Party) -> None:
        if document in self.outbound:
            self.outbound.readdress(document, to)
            return
        seed.send_to(self.pod, self._schedules(document)[0], self._place(to))
        self.edit(document)

    def close(self, document: str) -> None:
        if document in self.outbound:
            self.outbound.touch(document, LineStatusCode=CANCELLED)
            return
        order = self._order(document)
        for line, schedule in orders.schedules_of(order):
            for row in (line, schedule):
                self.pod.touch(row, StatusCode="CANCELED", Status="Canceled")
        self.pod.touch(order, StatusCode="CANCELED", Status="Canceled")

    def leave(self, document: str) -> None:
        if document in self.outbound:
            self.outbound.touch(document, LineStatusCode=LEFT)
            return
        closed = {"StatusCode": "CLOSED FOR RECEIVING", "Status": "Closed for Receiving"}
        for row in (
            *(row for pair in orders.schedules_of(self._order(document)) for row in pair),
            self._order(document),
        ):
            self.pod.touch(row, **closed)

    def delete(self, document: str) -> None:
        if document in self.outbound:
            self.outbound.delete(document)
            return
        del self.pod.orders[self.pod.numbers.pop(document)]

    def write_beside(self, document: str, who: str) -> None:
        """A user also notes it in the comments of the advices that live."""
        field, value = OTHERS[who]
        if document in self.outbound:
            self.outbound.write_beside(document, value)
            return
        self._by_hand(document, field, value)
        self._beside.setdefault(document, {})[field] = value
        for advice in self._ours(document) if who == "user" else ():
            self.pod.touch(advice, Comments=f"{advice.values.get('Comments') or ''}\n{value}".strip())
            self._beside[document][f"Comments of {advice.values['ShipmentNumber']}"] = value

    def overwrite(self, document: str, name: str, value: str) -> None:
        """In the order's flexfield, or on the lines of a shipment, which have a number only."""
        if document in self.outbound:
            self.outbound.touch(document, TrackingNumber=value)
            return
        self._by_hand(document, SEGMENTS[name], value)

    def _by_hand(self, document: str, segment: str, value: str) -> None:
        """A buyer's own change, approved at once."""
        order = self._order(document)
        for row in order.child("DFF"):
            self.pod.touch(row, **{segment: value})
        self.pod.touch(order)

    def add_unit(self, item: str, unit: str, factor: str) -> None:
        """The factor is no part of what the pod tells."""

    def add_methods(self, methods: Mapping[str, str]) -> None:
        for code, text in methods.items():
            seed.add_carrier(self.pod, code, text)

    def change_warehouse(self, document: str, code: str) -> None:
        if document in self.outbound:
            self.outbound.touch(document, **{ORGANIZATION: code})
            return
        at = seed.organization(self.pod, code)
        for schedule in self._schedules(document):
            names = {"ShipToOrganizationId": at.id, "ShipToOrganizationCode": code, "_organization_code": code}
            self.pod.touch(schedule, **names, ShipToOrganization=at.values["OrganizationName"])
            seed.send_to(self.pod, schedule, at.values["LocationId"])
        self.edit(document)

    def after_write(self, document: str, act: Callable[[], object]) -> None:
        self.pod.afterwards[document] = act

    def _order(self, document: str) -> Row:
        return self.pod.orders[self.pod.numbers[document]]

    def _schedules(self, document: str) -> list[Row]:
        return [schedule for _, schedule in orders.schedules_of(self._order(document))]

    def _ours(self, document: str) -> list[Row]:
        """Our advices of an order that live."""
        order = self.pod.order(document)
        return [each for each in self.pod.advices_of(order) if each.values["_who"] == self.user] if order else []

    # --- what is seen --------------------------------------------------------------------------------------------

    def documents(self) -> Sequence[str]:
        return [*self.pod.numbers, *self.outbound.documents()]

    def fields_of(self, document: str) -> dict[str, str]:
        """The order's flexfield goes before the advices. A deleted order has none."""
        if document in self.outbound:
            return self.outbound.fields_of(document)
        orders.settle_changes(self.pod)
        order = self.pod.order(document)
        if order is None:
            return {}
        found: dict[str, str] = {}
        for row in [each for advice in self._ours(document) for each in advice.child(self._header)]:
            found |= _segments(row)
        for advice in self._ours(document):
            found = _advised(advice) | found
        for row in order.child("DFF"):
            found |= _segments(row)
        numbers = [each for advice in self._ours(document) for each in _numbers(advice)]
        numbers += found.get("tracking_numbers", "").replace(",", " ").split()
        found["tracking_numbers"] = " ".join(dict.fromkeys(numbers))
        return {name: value for name, value in found.items() if value}

    @property
    def _header(self) -> str:
        return self.pod.manners.header_flexfield

    def spoilt(self, document: str) -> Mapping[str, str]:
        """Also what no connection may do: a change order joined, a receipt posted, an approval passed over."""
        if document in self.outbound:
            return self.outbound.spoilt(document)
        order = self.pod.order(document)
        beside = self._beside.get(document, {}) if order else {}
        standing = {name: value for row in (order.child("DFF") if order else []) for name, value in row.values.items()}
        texts = {f"Comments of {each.values['ShipmentNumber']}": each for each in self._ours(document)}
        found: dict[str, str] = {}
        for field, value in beside.items():
            if field.startswith("Comments of "):
                text = str(texts[field].values.get("Comments") or "") if field in texts else value
                found |= {} if value in text else {field: text}
            elif standing.get(field) != value:
                found[field] = str(standing.get(field))
        return found | {f"Fusion: {fact}": subject for fact, subject in self._harm(document)}

    def _harm(self, document: str) -> Iterator[tuple[str, str]]:
        """A fact whose document cannot be told is told of each."""
        for fact, subject in self.pod.facts:
            named = [subject] if subject in self.pod.numbers else self._documents_of(subject)
            if fact in _HARM and (document in named or not named):
                yield fact, subject

    def _documents_of(self, number: str) -> list[str]:
        found = [each for each in self.pod.advices() if each.values["ShipmentNumber"] == number]
        return [document for advice in found for document in documents_of(self.pod, advice).split()]

    def written(self) -> Sequence[Written]:
        """Only our account comes through the API."""
        return [
            Written(
                each.at, self.user, document, each.field, NAMES.get(each.field, ""), _text(each.old), _text(each.new)
            )
            for each in list(self.engine.writes)
            for document in each.document.split()
        ]

    def goods(self, document: str) -> Goods:
        if document in self.outbound:
            return self.outbound.goods(document, {item: weight for item, (_, weight, _) in self._items.items()})
        schedules = self._schedules(document)
        locations = [seed.place_of(self.pod, each.values["ShipToLocationId"]) for each in schedules]
        places = frozenset(str(each.values["PostalCode"] or "") for each in locations)
        arrived = {each["LineLocationId"]: each["ReceivedQuantity"] for _, each in self.pod.receipts}
        pieces = []
        for line, schedule in orders.schedules_of(self._order(document)):
            weight = Decimal(self._items[str(line.values["Item"])][1] or 0)
            pieces.append((schedule.values["Quantity"] - arrived.get(schedule.id, 0), weight or None))
        return Goods(places, tuple(pieces))


def _segments(row: Row) -> dict[str, str]:
    return {name: str(value) for name, segment in SEGMENTS.items() if (value := row.values.get(segment))}


def _numbers(advice: Row) -> list[str]:
    """The waybill, or the packing slip where the number is too long for it; then what the comments say."""
    values = advice.values
    lead = values.get("WaybillAirbillNumber") or values.get("PackingSlip")
    return ([str(lead)] if lead else []) + _NUMBER.findall(str(values.get("Comments") or ""))


def _advised(advice: Row) -> dict[str, str]:
    """Our fields as an advice has them; the newest milestone stands first in the comments."""
    due, told = advice.values.get("ExpectedReceiptDate"), _MILESTONE.search(str(advice.values.get("Comments") or ""))
    return {"eta": f"{due:%Y-%m-%d}" if due else "", "milestone": told[0] if told else ""}


def _text(value: Any) -> str:
    return "" if value is None else str(value)
