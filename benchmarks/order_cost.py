"""`python -m benchmarks.order_cost`: write units and vendor round trips of an order's happy path.

The production workflow runs over the ports on DynamoDB (emulated in this process) and the sandbox engines, with the
example connection file. What an order costs is the difference between a run of many and a run of few: what a poll or a
day costs once, however many orders it has, falls out and is shown apart.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
from moto import mock_aws

from benchmarks.write_units import CountingClient, lines_of
from cli.connections.files import read_connection
from sandbox.faces import Entered, Line
from sandbox.memory import ManualClock
from sandbox.places import place
from sandbox.silence import silent
from sandbox.simulation.by_hand import ByHand, settled
from sandbox.simulation.scenario import KINDS
from sandbox.table import make_table
from shared.aws.connections import DynamoConnectionStore
from shared.aws.documents import DynamoDocumentStore
from shared.aws.leases import DynamoLeases
from shared.aws.orders import DynamoOrderStore
from shared.aws.tracking import DynamoTrackingStore
from shared.domain.state import State

ROOT = Path(__file__).parent.parent
CONNECTION = ROOT / "connections" / "acme-infor-ups.yaml"
TABLE = "parcelbridge"
FEW, MANY = 2, 7
FIRST_NUMBER = 4000001
MOST_UNITS = 40
"""Write units of an order that are promised, the listing index included."""
MINIMUM: Mapping[str, int] = {"address_validation": 1, "rate": 1, "ship": 1}
"""Calls to the carrier that an order needs."""
WRITE_BACK = ("CUSEXTMI.GetFieldValue", "CUSEXTMI.AddFieldValue", "CUSEXTMI.ChgFieldValue")
"""The write-back's own: its fields are read, then written."""


@dataclass(frozen=True)
class Cost:
    """The cost of one order: write units by kind of item, calls by operation; `once` is what a run takes besides."""

    units: Mapping[str, float]
    carrier: Mapping[str, float]
    erp: Mapping[str, float]
    once: Mapping[str, int]

    def __str__(self) -> str:
        return (
            f"order_cost: write_units={self.write_units:g} carrier_calls={sum(self.carrier.values()):g} "
            f"erp_reads={self.erp_reads:g} write_back_calls={self.write_back_calls:g}"
        )

    @property
    def write_units(self) -> float:
        return sum(self.units.values())

    @property
    def write_back_calls(self) -> float:
        return sum(self.erp.get(name, 0) for name in WRITE_BACK)

    @property
    def erp_reads(self) -> float:
        return sum(self.erp.values()) - self.write_back_calls


def order_cost(packages: int = 1) -> Cost:
    """The cost of one order of so many packages that nothing goes wrong with."""
    few, many = _run(FEW, packages), _run(MANY, packages)
    units, carrier, erp = (slope(few[part], many[part]) for part in ("units", "carrier", "erp"))
    once: Counter[str] = Counter()
    for part, each in (("units", units), ("carrier", carrier), ("erp", erp)):
        once += Counter({f"{part} {name}": count - round(FEW * each[name]) for name, count in few[part].items()})
    return Cost(units, carrier, erp, once)


def slope(few: Mapping[str, int], many: Mapping[str, int]) -> dict[str, float]:
    return {name: (count - few.get(name, 0)) / (MANY - FEW) for name, count in many.items()}


def _run(orders: int, packages: int) -> dict[str, Counter[str]]:
    """So many orders from the poll to DONE; what was written and asked for on the way. Raises if one of them is not."""
    credential = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    with patch.dict(os.environ, credential), mock_aws():
        client = CountingClient(boto3.client("dynamodb"))
        make_table(client.client, TABLE)
        world = world_of(client)
        seed(world, orders, packages)
        world.run(timedelta(hours=1), done=settled)
        ends = Counter(head.state for head in world.heads())
        if ends != {State.DONE: orders} or world.failures:
            raise RuntimeError(f"not the happy path: {dict(ends)} {world.failures}")
        carrier, erp = (
            Counter(each.operation for each in engine.recorded) for engine in (world.carrier.engine, world.erp.engine)
        )
        return {"units": client.units, "carrier": carrier, "erp": erp}


def world_of(client: Any) -> ByHand:
    orders: Any = DynamoOrderStore(client, TABLE)
    connections: Any = DynamoConnectionStore(client, TABLE, KINDS)
    documents: Any = DynamoDocumentStore(client, TABLE)
    tracking: Any = DynamoTrackingStore(client, TABLE)
    clock = ManualClock()
    leases: Any = DynamoLeases(client, TABLE, clock)
    world = ByHand(
        read_connection(CONNECTION).connection,
        clock=clock,
        orders=orders,
        connections=connections,
        documents=documents,
        tracking=tracking,
        leases=leases,
    )
    world.start()
    return world


def seed(world: ByHand, orders: int, packages: int) -> None:
    """Orders from one supplier to one warehouse, each of so many packages of one item."""
    erp = world.erp
    erp.add_warehouse("W01", place("Acme", "1 Dock St", "Albany", "NY", "12207", phone="518-555-0100"))
    works = place("Valve Works", "77 Mill Rd", "Buffalo", "NY", "14201", phone="716-555-0101")
    erp.add_supplier("V100", works, contact="Ann Lee", contact_phone="716-555-0102")
    erp.add_item("VALVE-1", "Gate valve", weight="12")
    for number in range(orders):
        erp.add(Entered(str(FIRST_NUMBER + number), (Line("VALVE-1", packages),)))


def report(cost: Cost) -> str:
    """The figures as they are quoted."""
    calls = {**cost.carrier, **cost.erp}
    lines = ["write units of an order"]
    lines += [f"  {line}" for line in lines_of({kind: round(count) for kind, count in cost.units.items() if count})]
    lines += ["round trips of an order"]
    lines += [f"  {name:<26} {count:>4g}" for name, count in calls.items() if count]
    lines += ["once a run, however many orders"]
    lines += [f"  {name:<32} {count}" for name, count in sorted(cost.once.items())]
    return "\n".join([*lines, str(cost)])


if __name__ == "__main__":
    with silent():
        sys.stdout.write(report(order_cost()) + "\n")
