"""Parts of the file that are the same for every ERP and carrier: when, how packed, at what price, to which places."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from shared.connection.part import Part
from shared.connection.values import (
    CURRENCY,
    Allowed,
    Amount,
    Box,
    Code,
    Count,
    Country,
    Currency,
    PositiveWeight,
    Zone,
    shaped,
)
from shared.domain.address import Address, Party
from shared.domain.calendar import ShipRule
from shared.domain.measures import Weight
from shared.domain.money import Money
from shared.domain.packing import PackingRule, Rule
from shared.domain.shipment import LabelFormat, LabelSpec

_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class ShipWhen(Part):
    """When an order is bought: it is quoted at once, and bought on its ship date, in the ship-from's zone (the timezone
    of its location, else the connection's). Left out, orders are bought at once; a label that is made on a weekend is
    dated on the Monday.

    `confirmed: true` waits until the ERP has a confirmation of each line. `days_before_needed` are calendar days;
    a day off moves to the working day before. From `cutoff` on it is too late for the day.
    """

    confirmed: bool = False
    days_before_needed: Annotated[int, Field(strict=True, ge=0, le=365)] | None = None
    cutoff: Annotated[str, shaped(r"([01]\d|2[0-3]):[0-5]\d", 'HH:MM in quotes, such as "15:00"')] | None = None
    working_days: tuple[Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], ...] = (
        "Mon", "Tue", "Wed", "Thu", "Fri",
    )  # fmt: skip

    def rule(self) -> ShipRule:
        cutoff = time.fromisoformat(self.cutoff) if self.cutoff else None
        return ShipRule(self.days_before_needed, cutoff, frozenset(map(_WEEK.index, self.working_days)))


class BillingRule(Part):
    """Who pays when customer, supplier and cost centre (as far as they are named) are these.

    Of the rules that match, the one that names the most decides; of equals, the first. `postcode` and `country` are
    those of the paying account: the country is needed for a third party.
    """

    customer: Code | None = None
    supplier: Code | None = None
    cost_centre: Code | None = None
    bill: Literal["shipper", "receiver", "third_party"]
    account: Code
    postcode: str = ""
    country: Country | Literal[""] = ""

    @property
    def conditions(self) -> dict[str, str]:
        """What an order must have for the rule to match, by name."""
        named = {"customer": self.customer, "supplier": self.supplier, "cost_centre": self.cost_centre}
        return {name: value for name, value in named.items() if value}


class BillingSetting(Part):
    default: Literal["shipper", "receiver", "third_party"] = "shipper"
    rules: tuple[BillingRule, ...] = ()


class Packing(Part):
    """How lines become packages; `package` is the outer size of each when it is known.

    item_carton makes a package of each unit, with the item's own weight and size. handling_units takes the packages as
    the ERP packed them, where it packs. `divisor` is for the dimensional weight that people are shown: in³/lb where
    sizes are in inches, else cm³/kg; the usual 139 and 5000 when it is left out.
    """

    rule: Rule
    max_weight: PositiveWeight | None = None
    package: Box | None = None
    divisor: Annotated[Decimal, Field(gt=0)] | None = None

    def packing_rule(self, *, valued: bool = False) -> PackingRule:
        """`valued` packages know their share of what the order is worth."""
        return PackingRule(self.rule, self.max_weight, self.package, valued)


class WarehouseDefaults(Part):
    unit_weight: PositiveWeight | None = None


class Defaults(Part):
    """What is taken for a value that the ERP does not have; `unit_weight` is per unit, never per order."""

    unit_weight: PositiveWeight | None = None
    warehouse: dict[Code, WarehouseDefaults] = {}
    phone: tuple[Literal["supplier_contact", "supplier"], ...] = ("supplier_contact", "supplier")
    allow_automatic: bool = False

    def unit_weight_of(self, warehouse: str) -> Weight | None:
        """The default weight of one unit that goes to `warehouse`."""
        own = self.warehouse.get(warehouse, WarehouseDefaults())
        return own.unit_weight or self.unit_weight


class Hazard(Part):
    """Where the ERP says that an item is hazardous: a field and its values, or a list of items. Which field it is where
    none is named depends on the ERP; any value but 0 and blank means hazardous unless `values` are named."""

    field: Code | None = None
    values: tuple[str, ...] = ()
    items: tuple[Code, ...] = ()


class Approval(Part):
    """Which quotes a person approves; `price_rise` is how many percent more than that the carrier may charge without
    anybody being shown it."""

    mode: Literal["automatic", "below", "manual"] = "manual"
    amount: Amount | None = None
    currency: Currency | None = None
    price_rise: Annotated[Decimal, Allowed("percent, from 0 to 1000", lambda given: 0 <= given <= 1000)] = Decimal(5)

    @property
    def ceiling(self) -> Money | None:
        """The amount below which no person is asked; None for the modes that have none."""
        return Money(self.amount, self.currency) if self.amount and self.currency else None


_AMOUNT: dict[str, Any] = {
    "anyOf": [
        {"type": "number", "exclusiveMinimum": 0},
        {"type": "string", "pattern": r"^\d+(\.\d+)?$"},
        {
            "type": "object",
            "required": ["amount", "currency"],
            "additionalProperties": False,
            "properties": {"amount": {"type": ["number", "string"]}, "currency": {"type": "string"}},
        },
    ]
}
"""An amount as the file may write it: with its currency, or alone."""


def _checked_money(money: Money) -> Money:
    if money.amount <= 0 or not CURRENCY.fullmatch(money.currency):
        raise ValueError("allowed: an amount above 0, alone or as {amount: 1000.00, currency: USD}")
    return money


class Limits(Part):
    """What a connection may buy. A plain `amount_per_day` is in the currency of `approve`, or else in USD."""

    labels_per_hour: Count = 50
    labels_per_day: Count = 200
    amount_per_day: Annotated[Money, AfterValidator(_checked_money), WithJsonSchema(_AMOUNT)] = Money(
        Decimal("1000.00"), "USD"
    )


class LabelSetting(Part):
    """The label's image, its paper and who prints it. A carrier narrows the formats to those that it makes."""

    format: LabelFormat = "GIF"
    stock: Literal["4x6", "4x8"] = "4x6"
    to: Literal["warehouse", "supplier"] = "warehouse"

    def spec(self) -> LabelSpec:
        return LabelSpec(self.format, self.stock)


class AddressSetting(Part):
    lines: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1, max_length=3)]
    city: Annotated[str, Field(min_length=1)]
    state: str = ""
    postcode: str = ""
    country: Country


class Location(Part):
    """A warehouse (named by its code), a supplier (by its number) or the holder of the account.

    Where the ERP has no attention or phone for that supplier or warehouse, those of the location are taken.
    """

    name: Annotated[str, Field(min_length=1)]
    attention: str = ""
    phone: str = ""
    address: AddressSetting
    timezone: Zone | None = None

    def party(self) -> Party:
        at = self.address
        address = Address(at.lines, at.city, at.state, at.postcode, at.country)
        return Party(self.name, address, self.attention, self.phone)
