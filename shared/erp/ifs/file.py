"""The connection file's part for IFS Cloud: the tenant, the selection of shipments, and the fields that are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field, model_validator

from shared.connection import (
    Code,
    Duration,
    ErpKind,
    ErpPart,
    FieldPath,
    Mapped,
    OrderFact,
    Packing,
    Part,
    Problem,
    SelectPart,
    Target,
    WriteBackPart,
    Zone,
    as_part,
    shaped,
)
from shared.domain.measures import LengthUnit, WeightUnit
from shared.domain.order import Flow

Name = Annotated[str, shaped(r"[A-Za-z][A-Za-z0-9_]{0,59}", "a name of IFS: letters, digits and _")]
Host = Annotated[str, shaped(r"[A-Za-z0-9.\-]{1,253}(:\d{1,5})?", "a host without https://, such as acme.ifs.cloud")]
ShipmentState = Literal["Preliminary", "Completed", "Closed"]
OrderState = Literal["Planned", "Released", "Reserved", "Picked", "PartiallyDelivered", "Delivered"]
State = ShipmentState | OrderState
STATES = {"shipments": get_args(ShipmentState), "customer_orders": get_args(OrderState)}
Receiver = Literal["Customer", "Supplier", "Site", "RemoteWarehouse"]


class IfsErp(ErpPart):
    """One company of an IFS Cloud tenant. Facts that are not sure are keys, each with a probe in the test."""

    kind: Literal["ifs-cloud"]
    host: Host = Field(description="the tenant's host", examples=["acme.ifs.cloud"])
    endpoint: Literal["main", "int"] = Field("main", description="the endpoint that has the projection")
    realm: Code = Field(description="the realm in the token's address", examples=["acme1"])
    company: Code = Field(description="company of the sites", examples=["10"])
    source: Literal["shipments", "customer_orders"] = Field("shipments", description="the documents that are read")
    projection: Name = Field(
        "ShipmentHandling", description="the projection of the shipments; CustomerOrderHandling for customer orders"
    )
    service_field: Name = Field(
        "ForwardAgentId", description="the field whose code `services` maps", examples=["ShipViaCode"]
    )
    weight_unit: WeightUnit = Field("kg", description="the company's unit of weight, which no row says")
    length_unit: LengthUnit = Field("cm", description="the unit of sizes whose row names none")
    filter_state: Literal["server", "client"] = Field(
        "server", description="who compares states: client where the site refuses the filter"
    )
    use_select: bool = Field(
        False, description="ask for the compared properties only when shipments are listed; some projections refuse it"
    )
    database_timezone: Zone = Field("UTC", description="zone of the versions in ETags")
    lookback: Duration | None = Field(
        None, description="only shipments created within it, for sites that never close any", examples=["60d"]
    )
    fields: dict[Name, Name] = Field(
        {}, description="our name of a property → the tenant's", examples=[{"ReceiverCity": "ReceiverTown"}]
    )
    uom: dict[Code, WeightUnit | LengthUnit] = Field(
        {}, description="the tenant's codes of units → ours", examples=[{"KGM": "kg"}]
    )
    weight_fields: tuple[Name, ...] = Field(
        ("OperativeGrossWeight", "GrossWeight", "ManualGrossWeight"),
        description="properties of a handling unit with its weight; the first that has one counts",
    )
    receivers: tuple[Receiver, ...] = Field(("Customer",), description="kinds of receiver that are shipped to")
    consolidated: Literal["hold", "each"] = Field("hold", description="members of a consolidated shipment")
    parcel_level: Literal["top", "leaf"] = Field("top", description="which handling units are parcels")
    approved_only: bool = Field(False, description="take no shipment that waits for an approval")
    cost_centre_field: Name | None = Field(
        None, description="property with the cost centre of `costs export`", examples=["Cf_CostCentre"]
    )
    phone_field: Name | None = Field(None, description="property with the receiver's phone", examples=["Cf_Phone"])
    phone: str = Field("", description="phone of receivers that have none", examples=["+46850000000"])
    accept_warnings: bool = Field(False, description="let writes pass that IFS warns of")

    customs_places: ClassVar[Mapping[str, str]] = {"value": "the shipment line's customs value"}
    flows: ClassVar[tuple[Flow, ...]] = ("outbound",)
    documents: ClassVar[str] = "shipments: what goes out to customers"
    handling_units: ClassVar[bool] = True
    details_change_alone: ClassVar[bool] = True
    listed_by: ClassVar[tuple[str, ...]] = ("receivers", "approved_only")
    names_freight_terms: ClassVar[bool] = False

    @property
    def company_code(self) -> str:
        return self.company

    def meets(self, other: ErpPart, mine: SelectPart, theirs: SelectPart) -> bool:
        """Codes of forwarders keep apart what they are read from alike: an order's code is not its shipment's."""
        there = as_part(other, IfsErp)
        if (self.source, self.service_field) != (there.source, there.service_field):
            mine = mine.model_copy(update={"forwarder": ()})
        return mine.meets(theirs)

    def gives(self, fact: OrderFact) -> bool:
        return bool(self.cost_centre_field) if fact == "cost_centre" else super().gives(fact)

    def how_to_give(self, fact: OrderFact) -> str:
        return "name its property in erp.cost_centre_field" if fact == "cost_centre" else super().how_to_give(fact)

    def problems(self, select: SelectPart, write_back: WriteBackPart, packing: Packing) -> Iterator[Problem]:
        states = STATES[self.source]
        for place, state in enumerate(as_part(select, IfsSelect).state):
            if state not in states:
                yield Problem(("select", "state", place), f"{self.source} are in one of: {', '.join(states)}", state)
        numbers = write_back.targets().get("tracking_numbers")
        if self.source != "shipments" and numbers and not numbers.to.startswith("Cf_"):
            message = "a customer order has no field for it: map it to a Cf_ field of yours, or off"
            yield Problem(("write_back", "tracking_numbers"), message, numbers.to)
        if self.source != "shipments" and as_part(write_back, IfsWriteBack).charge.enabled:
            yield Problem(("write_back", "charge"), "a customer order has no freight charges: leave it off")
        if self.source != "shipments" and packing.rule == "handling_units":
            yield Problem(("packing", "rule"), "a customer order has no handling units: choose another", packing.rule)


class IfsSelect(SelectPart):
    """Shipments or customer orders by site, state and forwarder."""

    site: tuple[Code, ...] = Field((), description="sites whose shipments are taken", examples=[["1"]])
    state: tuple[State, ...] = Field(("Completed",), description="states that are ready to be shipped")
    forwarder: tuple[Code, ...] = Field(
        (), description="codes of `erp.service_field` that are taken; each must stand in `services`", examples=[["UPS"]]
    )

    @property
    def looked_up(self) -> Mapping[str, str]:
        return {"methods": "forwarder", "warehouses": "site"}

    def meets(self, other: SelectPart) -> bool:
        """A state keeps no two apart: a document goes from one to the next, and an order's goods are its shipment's."""
        return SelectPart.meets(self.model_copy(update={"state": ()}), other)

    def codes(self) -> Iterator[tuple[FieldPath, str]]:
        yield from ((("select", "forwarder", place), code) for place, code in enumerate(self.forwarder))


class Charge(Part):
    """A freight charge of the shipment with our cost. After a void its cost becomes 0."""

    enabled: bool = Field(False, description="whether a charge is made, once a label")
    set: Name = Field("ShipmentFreightChargeSet", description="the set of the charges in `erp.projection`")
    charge_type: str = Field(
        "", description="the charge's type; one of that type is never made twice", examples=["FREIGHT"], max_length=25
    )
    currency: str = Field("", description="the currency of charges; a cost in another one is refused", examples=["USD"])

    @model_validator(mode="after")
    def _whole(self) -> Charge:
        if self.enabled and not (self.charge_type and self.currency):
            raise ValueError("needs charge_type and currency")
        return self


class IfsWriteBack(WriteBackPart):
    """Properties of the shipment. A number in AirwayBillNo takes back its "printed" marks."""

    charge: Charge = Charge()

    tracking_numbers: Mapped = Target(to="AirwayBillNo", mode="if_empty", max=50)
    service: Mapped = Field(None, examples=["Cf_CarrierService"])
    milestone: Mapped = Field(None, examples=["Cf_TrackingStatus"])
    eta: Mapped = Field(None, examples=["Cf_Eta"])
    cost: Mapped = Field(None, examples=["Cf_FreightCost"])
    currency: Mapped = Field(None, examples=["Cf_FreightCurrency"])
    failure: Mapped = Field(None, examples=["Cf_ShippingProblem"])
    tracking_url: Mapped = Field(None, examples=["Cf_TrackingLink"])

    def writes(self, name: str) -> bool:
        return super().writes(name) or (name == "cost" and self.charge.enabled)


KIND = ErpKind(
    name="ifs-cloud",
    title="IFS Cloud",
    adapter="shared.erp.ifs.adapter",
    setup="shared.erp.ifs.setup",
    part=IfsErp,
    select=IfsSelect,
    write_back=IfsWriteBack,
)
