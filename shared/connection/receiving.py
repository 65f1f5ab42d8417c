"""The parts of a file that say how goods are received at a carrier's warehouse, and what the workflow needs of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from shared.connection.part import Part
from shared.connection.problem import Problem
from shared.connection.values import Code, shaped

if TYPE_CHECKING:
    from shared.connection.model import Connection

POST, OFF = "receipt.post", "off"
"""The job that posts a receipt where nothing else is named, and the word for none."""


Moment = Literal["in_transit", "quantity_received", "delivered"]


class Receipts(Part):
    """When a receipt is posted, and by which job."""

    moment: Moment = Field("quantity_received", description="what a receipt is posted for")
    in_transit: Literal["off", "advise"] = Field(
        "off", description="whether the ERP is told of goods once their carrier has the parcels", examples=["advise"]
    )
    by_order_type: dict[str, Code] = Field(
        {},
        description="order type → the job that posts its receipt, or off; default is for all others",
        examples=[{"default": "receipt.post"}],
    )


_RATE = r"rate\(([1-9]\d{0,3}) (minute|hour|day)s?\)"
Rate = Annotated[str, shaped(_RATE, "rate(...) of minutes, hours or days, such as rate(1 hour)")]
Side = Literal["erp", "carrier"]
"""Whose word counts."""


class Stock(Part):
    """Who owns the stock of which warehouse, and how often both sides are compared."""

    owner: Side | dict[Code, Side] = Field(
        description="whose stock counts, for all of `warehouses` or by warehouse; those not named are not compared",
        examples=[{"W01": "erp"}],
    )
    schedule: Rate = Field("rate(1 hour)", description="how often it is compared", examples=["rate(6 hours)"])
    write: Literal["on", "off"] = Field(
        "off", description="whether the other side's stock is set to its owner's, or differences only reported"
    )


class Items(Part):
    """Who owns the item master."""

    owner: Literal["erp"] = Field(description="whose items count: the ERP's", examples=["erp"])
    write: Literal["off"] = Field(
        "off", description="off: no API of the carrier makes or changes products, so differences are only reported"
    )


@dataclass(frozen=True, slots=True)
class StockRules:
    """The owner of the stock of each warehouse that is compared, how often, and if it is written."""

    owners: Mapping[str, Side]
    every: timedelta
    writes: bool


def stock_rules(connection: Connection) -> StockRules | None:
    """The rules of a connection that compares stock; None where the file says nothing of it."""
    part: Stock | None = getattr(connection, "stock", None)
    if part is None or not connection.receives:
        return None
    warehouses = tuple(getattr(connection, "warehouses", {}))
    named = part.owner if isinstance(part.owner, dict) else dict.fromkeys(warehouses, part.owner)
    owners = {each: named[each] for each in warehouses if each in named}
    return StockRules(owners, span_of(part.schedule), part.write == "on")


def span_of(rate: str) -> timedelta:
    """The span of a rate(...). Raises ValueError for anything else."""
    found = re.fullmatch(_RATE, rate)
    if not found:
        raise ValueError(f"{rate!r} is no rate")
    return timedelta(**{f"{found[2]}s": int(found[1])})


def stock_problems(connection: Connection) -> Iterator[Problem]:
    """Yield the problems of `stock` and `items` with the rest of the file."""
    warehouses, stock = getattr(connection, "warehouses", {}), getattr(connection, "stock", None)
    rules = stock_rules(connection)
    for key in ("stock", "items"):
        if getattr(connection, key, None) and not connection.carrier.keeps_stock:
            yield Problem((key,), "allowed with carrier.inbound_as: purchase_order")
    owner = stock.owner if stock and isinstance(stock.owner, dict) else {}
    for code in owner:
        if code not in warehouses:
            allowed = ", ".join(warehouses) or "none"
            yield Problem(("stock", "owner", code), f"is none of `warehouses`: {allowed}", code)
    for code, side in rules.owners.items() if rules and rules.writes else ():
        if side == "carrier" and not warehouses[code].erp_location:
            message = "is required where the carrier owns the stock and it is written: the ERP's location that is set"
            yield Problem(("warehouses", code, "erp_location"), message)
    taken: dict[str, str] = {}
    for code in rules.owners if rules else ():
        location = getattr(warehouses[code], "inventory_location", code)
        if taken.setdefault(location, code) != code:
            message = f"is that of {taken[location]} too: both would set its stock, so each needs one of its own"
            yield Problem(("warehouses", code, "inventory_location"), message, location)


@dataclass(frozen=True, slots=True)
class ReceivingRules:
    """The rules that the workflow needs: if drafts are opened once all lines are confirmed, the jobs by order type, and
    the moment of a receipt, and if the ERP is told of goods on their way."""

    opens: bool
    jobs: Mapping[str, str]
    moment: Moment = "quantity_received"
    advises: bool = False

    @property
    def follows(self) -> bool:
        """Tell if it matters where a supplier's parcels are."""
        return self.advises or self.moment != "quantity_received"

    def job_of(self, order_type: str) -> str:
        """The job that posts a receipt of this order type; "off" for none."""
        return self.jobs.get(order_type) or self.jobs.get("default") or POST


def receiving_rules(connection: Connection) -> ReceivingRules:
    """The rules of a connection that receives; its kind of carrier brings the keys."""
    receipts = getattr(connection, "receipts", None) or Receipts()
    opens = getattr(connection, "send_to_open", "never") == "on_confirmation"
    return ReceivingRules(opens, receipts.by_order_type, receipts.moment, receipts.in_transit == "advise")
