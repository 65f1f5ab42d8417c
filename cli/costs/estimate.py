"""`parcelbridge costs estimate`: what AWS asks for one's own volumes, from counted operations and a price table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

import typer

from cli import rendering
from cli.rendering import say

PRICED = "2025, us-east-1, without free tiers"
"""The date and the region of the price table."""
PRICES: Mapping[str, Decimal] = {
    name: Decimal(price)
    for name, price in {
        "alarm metric, a month": "0.10",
        "key, a month": "1.00",
        "secret, a month": "0.40",
        "custom metric, a month": "0.30",
        "Lambda, a GB-second (Arm)": "0.0000133334",
        "Lambda, a call": "0.0000002",
        "DynamoDB, a write unit": "0.000000625",
        "DynamoDB, a read unit": "0.000000125",
        "SQS, a request": "0.0000004",
        "S3, a put": "0.000005",
        "KMS, a call": "0.000003",
        "X-Ray, a trace": "0.000005",
        "Scheduler, a call": "0.000001",
        "logs, a kB": "0.0000005",
        "EventBridge, an event": "0.000001",
        "API Gateway, a call": "0.000001",
    }.items()
}
"""USD by what is paid for."""
ALARM_METRICS, FED_QUEUES, KEYS = 38, 6, 1
"""Parts of the stack that cost without any order (a test holds them against the template)."""
WRITE_UNITS = 40
"""Write units of an order (a test holds it against `benchmarks.order_cost`)."""
MINUTES = 43_200
SWEEP_READS = 20
"""Read units of a sweep that finds nothing: each kind of what is due, in 8 shards."""
EMPTY_RECEIVES = 5 * 3 * MINUTES
"""Of a queue that feeds a function: 5 pollers, each of which waits 20 seconds."""

IDLE: Mapping[str, Decimal] = {
    "alarm metric, a month": Decimal(ALARM_METRICS),
    "key, a month": Decimal(KEYS),
    "custom metric, a month": Decimal(1),
    "SQS, a request": Decimal(FED_QUEUES * EMPTY_RECEIVES),
    "Lambda, a GB-second (Arm)": Decimal(MINUTES) * Decimal("0.125"),
    "Lambda, a call": Decimal(MINUTES),
    "DynamoDB, a read unit": Decimal(MINUTES * SWEEP_READS),
    "X-Ray, a trace": Decimal(MINUTES),
    "Scheduler, a call": Decimal(MINUTES),
    "logs, a kB": Decimal(MINUTES) / 2,
}
"""Of a stack in 30 days: the sweep runs each minute for half a second with 256 MB."""
POLLS = 4_320
CONNECTION: Mapping[str, Decimal] = {
    "secret, a month": Decimal(3),
    "Lambda, a GB-second (Arm)": Decimal(POLLS),
    "Lambda, a call": Decimal(POLLS),
    "SQS, a request": Decimal(3 * POLLS),
    "DynamoDB, a write unit": Decimal(5 * POLLS),
    "DynamoDB, a read unit": Decimal(10 * POLLS),
    "X-Ray, a trace": Decimal(POLLS),
    "Scheduler, a call": Decimal(POLLS),
    "logs, a kB": Decimal(POLLS),
}
"""Of a connection in 30 days: a poll every 10 minutes, of 2 seconds with 512 MB."""
ORDER: Mapping[str, Decimal] = {
    "Lambda, a GB-second (Arm)": Decimal("3.2"),
    "Lambda, a call": Decimal(7),
    "DynamoDB, a write unit": Decimal(WRITE_UNITS),
    "DynamoDB, a read unit": Decimal(24),
    "SQS, a request": Decimal(8),
    "S3, a put": Decimal(1),
    "KMS, a call": Decimal(1),
    "X-Ray, a trace": Decimal(6),
    "EventBridge, an event": Decimal(2),
    "logs, a kB": Decimal("13.6"),
}
"""Of an order of one package: 6 seconds with 512 MB, the vendors' waiting time, and its events in three batches."""
PARCEL: Mapping[str, Decimal] = {
    "Lambda, a GB-second (Arm)": Decimal("4.5"),
    "Lambda, a call": Decimal(40),
    "DynamoDB, a write unit": Decimal("72.5"),
    "DynamoDB, a read unit": Decimal(60),
    "SQS, a request": Decimal(40),
    "API Gateway, a call": Decimal(12),
    "X-Ray, a trace": Decimal(40),
    "EventBridge, an event": Decimal(5),
    "logs, a kB": Decimal(25),
}
"""Of a parcel that is tracked by pushes: 12 scans, three milestones in the ERP (`benchmarks.parcel_cost`)."""


@dataclass(frozen=True, slots=True)
class Estimated:
    """USD a month: idle, by connections, by orders, by tracked parcels."""

    idle: Decimal
    connections: Decimal
    orders: Decimal
    parcels: Decimal

    @property
    def month(self) -> Decimal:
        return self.idle + self.connections + self.orders + self.parcels


def usd(operations: Mapping[str, Decimal], times: int = 1) -> Decimal:
    """Return the price of these operations."""
    return sum((PRICES[name] * count for name, count in operations.items()), Decimal(0)) * times


def estimated(orders: int, connections: int = 1, parcels: int = 0) -> Estimated:
    """Return the cost of a month with so many orders, connections and tracked parcels."""
    return Estimated(usd(IDLE), usd(CONNECTION, connections), usd(ORDER, orders), usd(PARCEL, parcels))


def estimate(
    orders: Annotated[int, typer.Option("--orders", min=1, help="Orders a month.")],
    connections: Annotated[int, typer.Option("--connections", min=1, help="Connections that run.")] = 1,
    parcels: Annotated[int, typer.Option("--parcels", min=0, help="Parcels a month that are tracked.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Estimate what AWS asks a month, from counted operations and list prices. Asks nobody."""
    found = estimated(orders, connections, parcels)
    thousand = found.month / orders * 1000
    if json:
        rendering.as_json({**rendering.plain(found), "month": str(found.month), "per_1000_orders": str(thousand)})
        return
    rows = [
        ("a stack without orders", found.idle),
        (f"{connections} connection{'s' if connections != 1 else ''}", found.connections),
        (f"{orders} orders", found.orders),
        (f"{parcels} tracked parcels", found.parcels),
        ("a month", found.month),
        ("per 1,000 orders", thousand),
    ]
    rendering.table(("", "USD"), [(name, f"{amount:.2f}") for name, amount in rows])
    say(f"list prices of {PRICED}; docs/costs.md has what is counted. Look prices up before you count on them")
