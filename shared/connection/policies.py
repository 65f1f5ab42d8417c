"""Parts of the file that are the same for every ERP and carrier: when, how packed, at what price, to which places."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from shared.connection.part import Part
from shared.connection.values import (
    ALLOWED,
    CURRENCY,
    Allowed,
    Amount,
    Box,
    Code,
    Count,
    Country,
    Currency,
    Positive,
    PositiveWeight,
    shaped,
)
from shared.domain.calendar import ShipRule
from shared.domain.measures import Weight
from shared.domain.money import Money
from shared.domain.packing import PackingRule, Rule

_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


Payer = Literal["shipper", "receiver", "third_party"]


class ShipWhen(Part):
    """When an order is bought: it is quoted at once, and bought on its ship date, in the ship-from's zone (the timezone
    of its location, else the connection's). Left out, orders are bought at once; a label that is made on a weekend is
    dated on the Monday.

    `confirmed: true` waits until the ERP has a confirmation of each line. `days_before_needed` are calendar days;
    a day off moves to the working day before. From `cutoff` on it is too late for the day.
    """

    confirmed: bool = Field(False, description="only once the order is confirmed", examples=[True])
    days_before_needed: Annotated[int, Field(strict=True, ge=0, le=365)] | None = Field(
        None, description="ship this number of days before the goods are needed", examples=[5]
    )
    cutoff: Annotated[str, shaped(r"([01]\d|2[0-3]):[0-5]\d", 'HH:MM in quotes, such as "15:00"')] | None = Field(
        None, description="after this time it is the next working day", examples=["15:00"]
    )
    working_days: tuple[Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], ...] = Field(
        ("Mon", "Tue", "Wed", "Thu", "Fri"), description="days on which parcels are bought"
    )

    def rule(self) -> ShipRule:
        cutoff = time.fromisoformat(self.cutoff) if self.cutoff else None
        return ShipRule(self.days_before_needed, cutoff, frozenset(map(_WEEK.index, self.working_days)))


class BillingRule(Part):
    """Who pays when customer, supplier and cost centre (as far as they are named) are these.

    Of the rules that match, the one that names the most decides; of equals, the first. `postcode` and `country` are
    those of the paying account: the country is needed for a third party.
    """

    customer: Code | None = Field(
        None, description="a rule for this customer, where the ERP's orders name one", examples=["C7"]
    )
    supplier: Code | None = Field(
        None, description="a rule for this supplier; the first rule that matches counts", examples=["V100"]
    )
    cost_centre: Code | None = Field(
        None, description="a rule for this cost centre, where the ERP's orders name one", examples=["4100"]
    )
    bill: Payer = Field(description="who pays", examples=["receiver"])
    account: Code = Field(description="the paying account", examples=["X1Y2Z3"])
    postcode: str = Field("", description="the paying account's postcode", examples=["10001"])
    country: Country | Literal[""] = Field("", description="the paying account's country", examples=["US"])

    @property
    def conditions(self) -> dict[str, str]:
        """Return the values that an order must have for the rule to match, by name."""
        named = {"customer": self.customer, "supplier": self.supplier, "cost_centre": self.cost_centre}
        return {name: value for name, value in named.items() if value}


class BillingSetting(Part):
    default: Payer = Field("shipper", description="who pays when no rule matches")
    rules: tuple[BillingRule, ...] = ()


class Packing(Part):
    """How lines become packages; `package` is the outer size of each when it is known.

    item_carton makes a package of each unit, with the item's own weight and size. handling_units takes the packages as
    the ERP packed them, where it packs. `divisor` is for the dimensional weight that people are shown: in³/lb where
    sizes are in inches, else cm³/kg; the usual 139 and 5000 when it is left out.
    """

    rule: Rule = Field(description="how order lines become packages", examples=["max_weight"])
    max_weight: PositiveWeight | None = Field(
        None,
        description="heaviest package of rule max_weight, which needs it; a single unit that is heavier goes alone, "
        "with a note",
        examples=[{"value": 50, "unit": "lb"}],
    )
    package: Box | None = Field(
        None,
        description="outer size of each package, where it is always the same",
        examples=[{"length": 20, "width": 15, "height": 10, "unit": "in"}],
    )
    divisor: Positive | None = Field(
        None,
        description="dimensional weight: 139 in³/lb for a size in inches, 5000 cm³/kg for a metric one, unless given "
        "here",
        examples=[139],
    )

    def packing_rule(self, *, valued: bool = False) -> PackingRule:
        """`valued` packages know their share of what the order is worth."""
        return PackingRule(self.rule, self.max_weight, self.package, valued)


class WarehouseDefaults(Part):
    unit_weight: PositiveWeight | None = Field(
        None, description="the same for orders to one warehouse", examples=[{"value": 2, "unit": "lb"}]
    )


class Defaults(Part):
    """Values in place of those that the ERP does not have; `unit_weight` is per unit, never per order."""

    unit_weight: PositiveWeight | None = Field(
        None,
        description="weight of one unit of an item that has none; needs approval unless `allow_automatic`",
        examples=[{"value": 1, "unit": "lb"}],
    )
    warehouse: dict[Code, WarehouseDefaults] = Field(
        {}, examples=[{"W01": {"unit_weight": {"value": 2, "unit": "lb"}}}]
    )
    phone: tuple[Literal["supplier_contact", "supplier"], ...] = Field(
        ("supplier_contact", "supplier"), description="where a supplier's phone is looked for, in this order"
    )
    allow_automatic: bool = Field(
        False, description="whether an order with a default weight may be bought without a person"
    )

    def unit_weight_of(self, warehouse: str) -> Weight | None:
        """The default weight of one unit that goes to `warehouse`."""
        own = self.warehouse.get(warehouse, WarehouseDefaults())
        return own.unit_weight or self.unit_weight


class Hazard(Part):
    """Where the ERP says that an item is hazardous: a field and its values, or a list of items. Which field it is where
    none is named depends on the ERP; any value but 0 and blank means hazardous unless `values` are named."""

    field: Code | None = Field(
        None, description="field of the item that says what is hazardous", examples=["HAZARDOUS"]
    )
    values: tuple[str, ...] = Field(
        (), description="its values that mean so; without any, all but 0 and blank", examples=[["1"]]
    )
    items: tuple[Code, ...] = Field(
        (), description="items that are hazardous whatever the field says", examples=[["SOLVENT"]]
    )


class Approval(Part):
    """Which quotes a person approves; `price_rise` is how many percent more than that the carrier may charge without
    anybody being shown it."""

    mode: Literal["automatic", "below", "manual"] = Field(
        "manual",
        description="automatic, manual (a person for each quote), below (a person from `amount` on)",
        examples=["below"],
    )
    amount: Amount | None = Field(
        None, description="up to this price nobody is asked (mode below)", examples=["150.00"]
    )
    currency: Currency | None = Field(
        None, description="its currency; a quote in another one waits for a person", examples=["USD"]
    )
    price_rise: Annotated[Decimal, Allowed("percent, from 0 to 1000", lambda given: 0 <= given <= 1000)] = Field(
        Decimal(5),
        description="percent by which the charge may be above the quote; beyond, the parcel goes and the order waits "
        "for a person",
    )

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
    ],
    ALLOWED: "an amount, or {amount, currency}",
}
"""An amount as the file may write it: with its currency, or alone."""


def _checked_money(money: Money) -> Money:
    if money.amount <= 0 or not CURRENCY.fullmatch(money.currency):
        raise ValueError("allowed: an amount above 0, alone or as {amount: 1000.00, currency: USD}")
    return money


class Limits(Part):
    """The limits on purchases. A plain `amount_per_day` is in the currency of `approve`, or else in USD."""

    labels_per_hour: Count = Field(50, description="buying stops for the rest of the hour, and an alarm says so")
    labels_per_day: Count = Field(200, description="buying stops for the rest of the UTC day")
    amount_per_day: Annotated[Money, AfterValidator(_checked_money), WithJsonSchema(_AMOUNT)] = Field(
        Money(Decimal("1000.00"), "USD"),
        description="buying stops for the rest of the UTC day; a plain amount is in the currency of `approve`, or else "
        "in USD",
    )
