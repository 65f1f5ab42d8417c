"""The connection file's part for Oracle Fusion Cloud: the pod, the selection of purchase orders or shipments, and the
doors by which they are told of their parcels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from shared.connection import (  # isort: skip
    BaseUrl, Code, Duration, ErpKind, ErpPart, FieldPath, OrderFact, Packing, Part, Problem, SelectPart, Target,
    WriteBackPart, as_part, shaped,
)  # fmt: skip
from shared.domain.measures import LengthUnit, WeightUnit
from shared.domain.order import Flow

Name = Annotated[str, shaped(r"[A-Za-z_][A-Za-z0-9_]{0,79}", "a name of Fusion: letters, digits and _")]
_Path = Annotated[
    str, shaped(r"(DFF\.)?[A-Za-z_][A-Za-z0-9_]{0,79}", "a field of the order's header, or DFF. and a segment's name")
]
_TokenUrl = Annotated[str, shaped(r"https://[A-Za-z0-9.\-:]{1,253}/[A-Za-z0-9/._\-]{1,100}", "https:// and a path")]
Canonical = Literal["tracking_numbers", "service", "cost", "currency", "eta", "milestone", "tracking_url"]
Cursor = Literal["LastUpdateDate", "CreationDate", "key"]
Source = Literal["hcm", "one_time", "file", "text"]
AddressPart = Literal["name", "attention", "phone", "line1", "line2", "line3", "city", "state", "postcode", "country"]


class CostCentre(Part):
    """The place of the cost centre: a segment of the charge account of an order's distributions."""

    field: Name = Field("POChargeAccount", description="the distribution's field with the account")
    segment: Annotated[int, Field(strict=True, ge=1, le=30)] = Field(2, description="which segment it is, from 1")
    separator: Literal["-", ".", "_", "|", "/"] = Field("-", description="what stands between segments")


class ShipmentLines(Part):
    """Sales-order shipments: where their lines, or they themselves, have what no reference lists for all releases."""

    document: Literal["Shipment", "Order"] = Field("Shipment", description="the field that names a document")
    status: Name = Field("LineStatusCode", description="field with a line's status")
    statuses: tuple[Code, ...] = Field(("STAGED", "Y"), description="statuses of lines that are ready to be shipped")
    organization: Name | None = Field(None, description="field with our warehouse", examples=["OrganizationCode"])
    customer: Name | None = Field(None, description="field with the customer of `billing` rules", examples=["SoldTo"])
    location: Name | None = Field(None, description="field with a key of `locations`", examples=["ShipToLocationId"])
    address: dict[AddressPart, Name] = Field({}, description="fields of the address", examples=[{"city": "ShipToCity"}])
    address_on: Literal["line", "shipment"] = Field("line", description="which of both has these fields")
    units: dict[Code, Code] = Field({}, description="codes of units → their names on items", examples=[{"EA": "Each"}])


class OracleErp(ErpPart):
    """One pod of Oracle Fusion. Facts that are not sure are keys, each with a probe in the test."""

    kind: Literal["oracle-fusion"]
    url: BaseUrl = Field(description="the pod's address", examples=["https://pod.fa.us2.oraclecloud.com"])
    login: Literal["oauth", "assertion", "jwt", "basic"] = Field(
        "oauth", description="client credentials, a signed assertion, a token that we sign, or user and password"
    )
    token_url: _TokenUrl | None = Field(
        None, description="the token server", examples=["https://idcs-x.identity.oraclecloud.com/oauth2/v1/token"]
    )
    scope: str = Field("", description="the scope as the console shows it", examples=["urn:opc:resource:consumer::all"])
    user: str = Field("", description="the user of a signed assertion", examples=["PARCELBRIDGE"])
    issuer: str = Field("", description="the trusted issuer of login jwt", examples=["parcelbridge.acme"])
    version: Literal["11.13.18.05", "latest"] = Field("11.13.18.05", description="version of the resources")
    framework: Annotated[int, Field(strict=True, ge=2, le=9)] = Field(4, description="REST framework version")
    source: Literal["purchase_orders", "shipments"] = Field("purchase_orders", description="what is read")
    cursor: Cursor = Field("LastUpdateDate", description="by which field changes are listed: releases differ")
    lag: Duration = Field(timedelta(minutes=1), description="how long before now the window of a poll ends")
    order_id: Literal["OrderNumber", "POHeaderId"] = Field("OrderNumber", description="what names an order for us")
    supplier_id: Literal["number", "name"] = Field("number", description="what names a supplier in rules")
    address: tuple[Source, ...] = Field(
        ("hcm", "one_time", "file", "text"), description="sources of a ship-to, in order"
    )
    billing_address: Name | None = Field(None, description="field with the bill-to", examples=["BillToLocationAddress"])
    method_fields: tuple[Name, ...] = Field(
        ("ShippingMethod", "Carrier"), description="fields of the header with the shipping method; the first counts"
    )
    buyer_managed_field: Name = Field("BuyerManagedTransportFlag", description="field: the buyer arranges transport")
    schedules: Literal["flat", "nested"] = Field("flat", description="nested where the flat list cannot be filtered")
    open_quantity: Literal["life_cycle", "ordered"] = Field("life_cycle", description="what is left of what is ordered")
    group_by: Literal["place_and_day", "place"] = Field("place_and_day", description="which schedules travel together")
    confirmed_field: Name = Field("PromisedDeliveryDate", description="a schedule's field with its confirmed day")
    cost_centre: CostCentre = CostCentre()
    shipment: ShipmentLines = ShipmentLines()
    uom: dict[Code, WeightUnit | LengthUnit] = Field({}, description="the pod's units → ours", examples=[{"LBS": "lb"}])

    customs_places: ClassVar[Mapping[str, str]] = {"origin": "the schedule's country of origin", "value": "the price"}
    flows: ClassVar[tuple[Flow, ...]] = ("inbound", "drop-ship", "outbound")
    documents: ClassVar[str] = "purchase orders (inbound, drop-ship), or shipments of sales orders (outbound)"
    names_freight_terms: ClassVar[bool] = False

    @model_validator(mode="after")
    def _login_is_whole(self) -> OracleErp:
        needed = {"oauth": ("token_url", "scope"), "assertion": ("token_url", "scope", "user"), "jwt": ("issuer",)}
        missing = [name for name in needed.get(self.login, ()) if not getattr(self, name)]
        if missing:
            raise ValueError(f"login {self.login} needs {' and '.join(missing)}")
        return self

    @property
    def company_code(self) -> str:
        """A pod's business units are no companies of their own; its shipments have numbers of their own."""
        return "fusion" if self.source == "purchase_orders" else "fusion-shipments"

    @property
    def flows_read(self) -> tuple[Flow, ...]:
        return ("outbound",) if self.source == "shipments" else ("inbound", "drop-ship")

    def gives(self, fact: OrderFact) -> bool:
        has = {"purchase_orders": "cost_centre", "shipments": "customer" if self.shipment.customer else ""}
        return fact == has[self.source]

    def problems(self, select: SelectPart, write_back: WriteBackPart, packing: Packing) -> Iterator[Problem]:  # noqa: ARG002
        doors, chosen = as_part(write_back, OracleWriteBack), as_part(select, OracleSelect)
        if self.source == "purchase_orders":
            if doors.shipment.enabled:
                yield Problem(("write_back", "shipment"), "is for source shipments: an order has advice and order")
            return
        for name in ("advice", "order"):
            if getattr(doors, name).enabled:
                yield Problem(("write_back", name), "is for purchase orders: a shipment is told by write_back.shipment")
        unread = ["buyer_managed", "supplier_codes", "business_units"]
        for name in unread if self.shipment.organization else [*unread, "organizations"]:
            if getattr(chosen, name):
                yield Problem(("select", name), "no line has it: leave it out, or name erp.shipment.organization")
        if self.cursor != "LastUpdateDate":
            yield Problem(("erp", "cursor"), "shipments are listed by LastUpdateDate only", self.cursor)


class OracleSelect(SelectPart):
    """Purchase orders by shipping method, buyer-managed transport, supplier, business unit, or a field."""

    shipping_method: tuple[Code, ...] = Field(
        (), description="whole, or the carrier at their beginning; each needs a service", examples=[["UPS"]]
    )
    buyer_managed: bool | None = Field(None, description="true: where the buyer arranges transport", examples=[True])
    supplier_codes: tuple[Code, ...] = Field((), description="suppliers by number, id or name", examples=[["V100"]])
    business_units: tuple[Code, ...] = Field((), description="procurement business units", examples=[["US1"]])
    organizations: tuple[Code, ...] = Field((), description="organizations by code or id", examples=[["001"]])
    field: dict[_Path, str] | None = Field(
        None, description="fields of the header, or segments, and what they hold", examples=[{"DFF.shipVia": "UPS"}]
    )

    @property
    def looked_up(self) -> Mapping[str, str]:
        return {"methods": "shipping_method", "suppliers": "supplier_codes", "warehouses": "organizations"}

    def codes(self) -> Iterator[tuple[FieldPath, str]]:
        yield from ((("select", "shipping_method", place), code) for place, code in enumerate(self.shipping_method))


class OraclePacking(Packing):
    """Weights come from the items, or from the rules of this file."""

    unit_weight_from: Literal["items", "rules"] = Field(
        "rules", description="items reads weights and sizes of the items; rules takes those of `defaults`"
    )


class Advice(Part):
    """The advance shipment notice. The first of a connection waits until a person has seen it and sets `confirmed`."""

    enabled: bool = Field(False, description="whether advices are made")
    confirmed: bool = Field(False, description="a person has seen what an advice would say, and lets them be made")
    moment: Literal["label", "picked_up"] = Field("picked_up", description="when the advice is made")
    drop_ship: bool = Field(False, description="also for lines to a customer: there it recognises revenue in Fusion")
    expense: bool = Field(False, description="also for expense lines, where the pod receives them")
    number: Literal["WaybillAirbillNumber", "PackingSlip"] = Field("WaybillAirbillNumber", description="its number")
    milestones: Literal["Comments", "off"] = Field("Comments", description="where the newest milestone is written")
    carrier: str = Field("", description="the carrier's name on the advice", examples=["UPS"], max_length=360)
    segments: dict[Canonical, Target | Name] = Field(
        {}, description="our facts → segments", examples=[{"cost": "cost"}]
    )
    flexfield: Name = Field("shipmentHeaderDFFs", description="the child of an advice with its header's flexfield")
    cancel: dict[Name, Name] = Field(
        {}, description="parameters of cancelASN → fields", examples=[{"id": "ShipmentHeaderId"}]
    )
    process: Literal["at_once", "job"] = Field("at_once", description="job: the pod's own job processes requests")


class Segment(Part):
    """A segment of the order's flexfield, or a field of its header."""

    segment: Name | None = Field(None, description="a segment of the flexfield", examples=["trackingNumber"])
    field: Literal["NoteToReceiver", "SupplierOrder", "Description"] | None = Field(
        None, description="a field of the header, in the place of a segment", examples=["NoteToReceiver"]
    )
    mode: Literal["if_empty", "overwrite"] = Field("if_empty", description="what becomes of another's value")
    context: str = Field("", description="the flexfield's context, if any", examples=["Shipping"], max_length=30)

    @model_validator(mode="after")
    def _one_of_both(self) -> Segment:
        if bool(self.segment) == bool(self.field):
            raise ValueError("name either a segment or a field")
        return self


class OrderChange(Part):
    """The order itself, by a change order that goes through the pod's approval: once per order."""

    enabled: bool = Field(False, description="whether orders are changed")
    tracking_numbers: Segment | None = Field(
        None, description="where numbers go", examples=[{"segment": "trackingNumber"}]
    )
    tracking_url: Segment | None = Field(None, description="where its page goes", examples=[{"segment": "trackingUrl"}])
    failure_flag: Segment | Literal["off"] = Field("off", description="where it is said that an order is held")


class ShipmentNumber(Part):
    """The tracking number on the lines of a shipment, by a change request for them."""

    enabled: bool = Field(False, description="whether lines of shipments get the number")
    field: Name = Field("TrackingNumber", description="the line's field for it, which has 30 characters")
    mode: Literal["if_empty", "overwrite"] = Field("if_empty", description="what becomes of another's number")


class OracleWriteBack(WriteBackPart):
    """Doors that are off until they are switched on: two for purchase orders, one for shipments."""

    advice: Advice = Advice()
    order: OrderChange = OrderChange()
    shipment: ShipmentNumber = ShipmentNumber()

    def targets(self) -> Mapping[str, Target]:
        """The segments of an advice, by our names; or the field of a shipment's lines."""
        if self.shipment.enabled:
            return {"tracking_numbers": Target(to=self.shipment.field, mode=self.shipment.mode)}
        said = self.advice.segments.items() if self.advice.enabled else ()
        return {name: each if isinstance(each, Target) else Target(to=each) for name, each in said}

    def writes(self, name: str) -> bool:
        advice, order = self.advice, self.order
        by_advice = advice.enabled and name in ("tracking_numbers", "milestone", "eta")
        told = {"tracking_numbers": order.tracking_numbers, "tracking_url": order.tracking_url}
        told["failure"] = order.failure_flag if order.failure_flag != "off" else None
        return by_advice or name in self.targets() or (order.enabled and told.get(name) is not None)


KIND = ErpKind(
    name="oracle-fusion",
    title="Oracle Fusion Cloud ERP",
    adapter="shared.erp.oracle.adapter",
    setup="shared.erp.oracle.setup",
    part=OracleErp,
    select=OracleSelect,
    write_back=OracleWriteBack,
    packing=OraclePacking,
)
