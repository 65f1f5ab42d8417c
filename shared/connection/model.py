"""The connection: one ERP, one carrier, and what moves between them. Its model is made of its kinds' parts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, TypeAdapter, create_model, model_validator

from shared.connection.customs import Customs
from shared.connection.kind_parts import CarrierPart, ErpPart, TrackingPart
from shared.connection.kinds import CarrierKind, ErpKind
from shared.connection.part import Part
from shared.connection.places import LabelSetting, Location
from shared.connection.policies import (
    Approval,
    BillingSetting,
    Defaults,
    Hazard,
    Limits,
    Packing,
    ShipWhen,
)
from shared.connection.select_part import SelectPart
from shared.connection.values import CURRENCY, Code, Duration, Instant, Schedule, Zone, shaped
from shared.connection.write_back import WriteBackPart
from shared.domain.money import Money
from shared.domain.order import Flow
from shared.domain.shipment import Accessorial

SEVERAL = "several services, of which one is picked for each order"
SERVICES = "the ERP's delivery method → carrier service"


class ServiceChoice(Part):
    """Several services, of which one is picked for each order: the cheapest that the carrier offers, or the cheapest of
    those that arrive by the needed date."""

    any: tuple[str, ...] = Field(min_length=1, description=SEVERAL)
    pick: Literal["cheapest", "cheapest_by_date"] = Field("cheapest", description="which of them")


class Connection(Part):
    """One ERP and one carrier, as the file has it. `write_back` and `limits` are normalised, defaults are filled in.

    The kinds fill in the types of their parts: `model_of` makes the model of a file, and each is a Connection.

    `flow` says who sends what to whom, and is never guessed: inbound, from a supplier to the line's delivery address or
    our warehouse; drop-ship, from a supplier to our customer; outbound, from us to our customer. The account's holder
    is the shipper of all three. `freight_terms` are asked for inbound, and apply to drop-ship where they are given.
    `accessorials` maps codes of an order (its delivery method, or what the ERP has as accessorials) to extra services,
    each of which is off unless it is mapped.
    """

    id: Annotated[str, shaped(r"[a-z0-9-]{3,40}", "3 to 40 of a-z, 0-9 and -")] = Field(
        description="the connection's name in every command; it never changes", examples=["acme-inbound"]
    )
    flow: Flow = Field(
        description="inbound: our purchase orders, shipped by the supplier on our account. Never guessed",
        examples=["inbound"],
    )
    erp: ErpPart
    carrier: CarrierPart
    start_from: Instant | None = Field(
        None,
        description="the cut-over line: what changed before is never taken. Absent: the moment of the first apply",
        examples=["2026-11-01T00:00:00Z"],
    )
    timezone: Zone = Field(
        "UTC", description="of the schedule, and of locations without their own", examples=["America/New_York"]
    )
    schedule: Schedule = Field(
        description="when the ERP is polled (EventBridge Scheduler)", examples=["rate(10 minutes)"]
    )
    select: SelectPart
    freight_terms: dict[Code, Literal["we_pay", "not_ours"]] = Field(
        {},
        description="the ERP's freight term → who pays the carrier; only we_pay is shipped. Required for inbound",
        examples=[{"COL": "we_pay"}],
    )
    ship_when: ShipWhen | None = None
    billing: BillingSetting = BillingSetting()
    packing: Packing = Packing(rule="one_per_order")
    defaults: Defaults = Defaults()
    hazard: Hazard | None = None
    services: dict[Code, str | ServiceChoice] = Field({}, description=SERVICES)
    accessorials: dict[Code, Accessorial] = Field(
        {},
        description="the ERP's code → what is added to the shipment; nothing is without it",
        examples=[{"SAT": "saturday"}],
    )
    customs: Customs | None = None
    approve: Approval = Approval()
    limits: Limits = Limits()
    address_check: Literal["strict", "lenient", "off"] = Field(
        "strict", description="strict holds an ambiguous address, lenient ships to the ERP's own words, off asks nobody"
    )
    address_not_covered: Literal["note", "hold"] = Field(
        "note", description="whether an address that the carrier does not validate is noted or held"
    )
    label: LabelSetting = LabelSetting()
    unknown: Literal["hold", "retry"] = Field(
        "hold", description="what follows when an answer was lost and no label is found: a person, or buying again"
    )
    settle: Duration = Field(
        timedelta(minutes=15),
        description="how long after a lost answer the carrier is asked what became of it; at least 5m with "
        "`unknown: retry`",
    )
    strays: Literal["report", "void"] = Field(
        "report", description="what follows when a second shipment has our reference"
    )
    void_window_days: Annotated[int, Field(strict=True, ge=1, le=120)] = Field(
        1, description="days for which strays are looked for"
    )
    tracking: TrackingPart = TrackingPart()
    write_back: WriteBackPart = WriteBackPart()
    locations: dict[Code, Location] = Field(
        {}, examples=[{"HQ": {"name": "Acme", "address": {"lines": ["1 A St"], "city": "Atlanta", "country": "US"}}}]
    )
    alerts: Annotated[str, shaped(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:\S+", "the ARN of an SNS topic")] | None = (
        Field(
            None,
            description="another topic for this connection's alarms",
            examples=["arn:aws:sns:eu-west-1:123456789012:acme"],
        )
    )
    retention: Duration = Field(timedelta(days=400), description="how long personal data of an order is kept")

    @model_validator(mode="before")
    @classmethod
    def _money_with_currency(cls, raw: Any) -> Any:
        """Gives a plain `limits.amount_per_day` (or its default) the currency that the file approves in."""
        if not isinstance(raw, dict) or not isinstance(raw.get("limits", {}), dict):
            return raw
        limits, approve = raw.get("limits", {}), raw.get("approve")
        named = approve.get("currency") if isinstance(approve, dict) else None
        currency = named if isinstance(named, str) and CURRENCY.fullmatch(named) else "USD"
        amount = limits.get("amount_per_day", "1000.00")
        if isinstance(amount, Mapping | Money) or amount is None:
            return raw
        return {**raw, "limits": {**limits, "amount_per_day": {"amount": amount, "currency": currency}}}

    @model_validator(mode="before")
    @classmethod
    def _label_to_who_ships(cls, raw: Any) -> Any:
        """Gives a label that names nobody to the supplier, where a supplier ships: the goods are there."""
        if not isinstance(raw, dict) or raw.get("flow") not in ("inbound", "drop-ship"):
            return raw
        label = raw.get("label", {})
        return {**raw, "label": {"to": "supplier", **label}} if isinstance(label, dict) else raw

    @property
    def company(self) -> str:
        return self.erp.company_code

    @property
    def receives(self) -> bool:
        """Tell if purchase orders go to a warehouse of the carrier's and receipts come back, instead of labels."""
        return self.carrier.receives

    @property
    def carrier_services(self) -> tuple[str, ...]:
        """Every carrier service that the file maps something to, once."""
        found: dict[str, None] = {}
        for service in self.services.values():
            found.update(dict.fromkeys(service.any if isinstance(service, ServiceChoice) else (service,)))
        return tuple(found)

    @property
    def shipper(self) -> Location | None:
        """The location that holds the carrier's account; None where the carrier asks for no holder."""
        return self.locations[self.carrier.holder] if self.carrier.holder else None


@lru_cache(maxsize=64)
def model_of(erp: ErpKind, carrier: CarrierKind, *, labels: bool = True) -> type[Connection]:
    """The model of a file with these kinds. With `labels`, what buying one needs is required."""
    code: Any = carrier.service
    several = Field(min_length=1, description=SEVERAL)
    choice: Any = create_model("ServiceChoice", __base__=ServiceChoice, any=(tuple[code, ...], several))
    told = Discriminator(lambda value: "several" if isinstance(value, dict | ServiceChoice) else "one")
    service: Any = Annotated[Annotated[code, Tag("one")] | Annotated[choice, Tag("several")], told]
    examples = TypeAdapter(code).json_schema().get("examples", [])
    services: dict[str, Any] = {"description": SERVICES, "examples": [{"GROUND": each} for each in examples[:1]]}
    parts: dict[str, Any] = {
        "erp": (erp.part, ...),
        "carrier": (carrier.part, ...),
        "select": (erp.select, ...),
        "label": (carrier.label, carrier.label()),
        "tracking": (carrier.tracking, carrier.tracking()),
        "write_back": (erp.write_back, erp.write_back()),
        "hazard": (erp.hazard | None, None),
        "services": (dict[Code, service], Field(min_length=1, **services) if labels else Field({}, **services)),
        **carrier.extras,
    }
    if labels:
        parts["packing"] = (erp.packing, ...)
    return create_model("Connection", __base__=Connection, __module__=__name__, **parts)
