"""An order as the ERP has it: one parcel group, what becomes one shipment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal
from urllib.parse import quote

from shared.domain.address import Party
from shared.domain.customs import CustomsData
from shared.domain.measures import Dimensions, Weight
from shared.domain.money import Money
from shared.domain.shipment import Package

Flow = Literal["inbound", "outbound", "drop-ship"]


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line to be shipped. `quantity` counts units of `unit`, the unit that `unit_weight` is for.

    `unit_weight` is None when the ERP has none (zero is missing). `weight_defaulted` says that a default was taken.
    `weight_per` names the unit that weights are for where it is another than `unit` and nothing says how many of the
    one make the other: then no weight is right. `value` is what the line's quantity is worth, None when nobody says.
    `customs` is what the ERP knows of the item for customs, None where nobody looked.
    """

    number: str
    item: str
    description: str
    quantity: Decimal
    unit: str
    unit_weight: Weight | None = None
    unit_dimensions: Dimensions | None = None
    weight_defaulted: bool = False
    weight_per: str = ""
    value: Money | None = None
    customs: CustomsData | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A line that is not shipped, and why: an item of no weight class, already received, a return."""

    line: str
    reason: str


@dataclass(frozen=True, slots=True)
class Order:
    """The goods that one ERP document (or one delivery of it) wants shipped to one place.

    `service` is the ERP's own delivery method code, `freight_terms` its code for who pays, `changed` its change stamp.
    `cancelled` says that the ERP has closed or deleted it. `notes` names what was defaulted or left out while reading.
    `customer` and `cost_centre` are codes, "" where the ERP has no field for them. `accessorials` are the ERP's own
    codes of extra services. `confirmed` is False where the ERP knows of confirmations and has none for it yet.
    `handling_units` are the packages as the ERP packed them, none where it does not. `shipped_as` is what stands in the
    field of the ERP that our tracking numbers go to. `export_filing` is the number under which the export was filed or
    declared (ITN, MRN), or the exemption from it, "" for none.
    """

    system: str
    company: str
    document: str
    delivery: str
    flow: Flow
    status: str
    changed: str
    ship_from: Party
    ship_to: Party
    lines: tuple[OrderLine, ...]
    service: str = ""
    freight_terms: str = ""
    supplier: str = ""
    warehouse: str = ""
    order_type: str = ""
    needed: date | None = None
    bill_to: Party | None = None
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    cancelled: bool = False
    extra: tuple[tuple[str, str], ...] = field(default=())
    customer: str = ""
    cost_centre: str = ""
    accessorials: tuple[str, ...] = ()
    confirmed: bool = True
    handling_units: tuple[Package, ...] = ()
    shipped_as: str = ""
    export_filing: str = ""

    @property
    def key(self) -> str:
        return order_key(self.system, self.company, self.document, self.delivery)


def only(order: Order, lines: Collection[str]) -> Order:
    """The order with those of its lines alone, by their numbers; all of it when none is named."""
    if not lines:
        return order
    return replace(order, lines=tuple(line for line in order.lines if line.number in lines))


def order_key(system: str, company: str, document: str, delivery: str = "") -> str:
    """The name of a claim: ERP system, company, document and delivery, never the connection.

    Two connections that select the same order, or a connection that was renamed, meet at the same key.
    """
    return "/".join(quote(part, safe=" :") or "-" for part in (system, company, document, delivery))


def of_company(key: str, system: str, company: str) -> bool:
    """Tell if an order's key is one of this ERP system and company."""
    return key.split("/")[:2] == order_key(system, company, "").split("/")[:2]
