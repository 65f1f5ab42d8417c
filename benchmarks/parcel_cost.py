"""`python -m benchmarks.parcel_cost`: write units and round trips of a tracked parcel, from its label to its end.

The production workflow runs over the tables emulated in this process and the sandbox's UPS, which pushes every event of
a normal life of two days. What a parcel costs is the difference between many parcels and few: what a sweep or a token
costs, however many parcels there are, falls out. `--polls` leaves the pushes out, so that parcels are asked for alone.
The writes of their orders count as well: the ERP is told of each milestone.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from unittest.mock import patch

import boto3
from moto import mock_aws

from benchmarks.order_cost import TABLE, seed, world_of
from benchmarks.write_units import CountingClient, lines_of
from sandbox.carriers.ups.lives import Life
from sandbox.memory_tracking import MemoryWebhooks
from sandbox.silence import silent
from sandbox.simulation.by_hand import CALLED, ByHand, a_minute, settled
from sandbox.simulation.deployed import Message, use
from sandbox.table import make_table
from shared.carriers.ups.push import read
from shared.domain.webhook import Credential, Webhook, digest_of
from shared.http import Response
from shared.ports import PushTarget
from shared.workflow.desk.label_sent import mark_sent
from shared.workflow.tracking.receive import Call, Door, receive
from shared.workflow.upkeep.sweep import sweep

PUSHED = "pushed"
ID, SECRET = "abcdefghijklmnopqrstuv", "s3cret"
FEW, MANY = 1, 3
HOUR = timedelta(hours=1)
SWEEPS = (HOUR, *(HOUR * each for each in range(4, 24 * 6 + 1, 4)))
"""When the parcels are swept after their labels: whenever a parcel's own times come. They end on the sixth day."""
OPERATIONS = ("subscription", "track")


@dataclass(frozen=True)
class ParcelCost:
    """The cost of one parcel: write units by kind of item, calls to the carrier, events that were pushed, and calls by
    which the ERP was told."""

    units: Mapping[str, float]
    calls: Mapping[str, float]
    pushed: float
    told: float

    @property
    def write_units(self) -> float:
        return sum(self.units.values())

    def __str__(self) -> str:
        calls = " ".join(f"{name}={self.calls.get(name, 0):g}" for name in OPERATIONS)
        return f"parcel_cost: write_units={self.write_units:g} pushed={self.pushed:g} {calls} erp_calls={self.told:g}"


def parcel_cost(*, pushes: bool = True) -> ParcelCost:
    """The cost of one parcel that is delivered after two days. Each order has one."""
    few, many = (_run(count, pushes=pushes) for count in (FEW, MANY))
    units, calls, erp = (_slope(*pair) for pair in zip(few, many, strict=True))
    return ParcelCost(units, calls, calls.get(PUSHED, 0), sum(erp.values()))


def _slope(few: Counter[str], many: Counter[str]) -> dict[str, float]:
    return {name: (count - few.get(name, 0)) / (MANY - FEW) for name, count in many.items()}


def _run(orders: int, *, pushes: bool) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Write units, calls to the carrier and to the ERP of so many parcels after their labels. Raises if one of them has
    not come to its end."""
    credential = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    with patch.dict(os.environ, credential), mock_aws():
        client = CountingClient(boto3.client("dynamodb"))
        make_table(client.client, TABLE)
        world = world_of(client)
        seed(world, orders, 1)
        pushed = _pushing(world) if pushes else []
        world.run(timedelta(hours=1), done=settled)
        for head in world.heads():
            mark_sent(world.ports, head.key, "benchmark")
        before = Counter(client.units), *_calls(world)
        _live(world)
        finished = list(world.ports.tracking.listing(world.connection.id, "finished"))
        if len(finished) != orders or world.failures:
            raise RuntimeError(f"{len(finished)} of {orders} parcels have ended: {world.failures}")
        units, calls, erp = (now - then for now, then in zip((client.units, *_calls(world)), before, strict=True))
        return units, calls + Counter({PUSHED: len(pushed)}), erp


def _calls(world: ByHand) -> tuple[Counter[str], Counter[str]]:
    carrier, erp = (
        Counter(each.operation for each in engine.recorded) for engine in (world.carrier.engine, world.erp.engine)
    )
    return carrier, erp


def _pushing(world: ByHand) -> list[bytes]:
    """The carrier posts to the webhook, as it stands behind the public address; gives what was posted."""
    webhooks, posted = MemoryWebhooks(), list[bytes]()
    webhooks.begin(Webhook(ID, world.connection.id, "ups", (Credential(digest_of(SECRET.encode())),)))
    ports = world.ports
    door = Door(
        webhooks, ports.tracking, ports.tracking_queue, ports.clock, lambda _: read, ports.looks_queue, lambda _: None
    )

    def post(_: str, headers: Mapping[str, str], body: bytes) -> Response:
        posted.append(body)
        lower = {name.lower(): value for name, value in headers.items()}
        return Response(receive(door, Call("ups", ID, lower, body)).status, {}, b"")

    world.ports = replace(ports, webhook=lambda _: PushTarget(f"https://hooks.example/webhooks/ups/{ID}", SECRET))
    world.carrier.push_to(post)
    return posted


def _live(world: ByHand) -> None:
    for number in [each for shipment in world.carrier.ledger.shipments for each in shipment.tracking_numbers]:
        world.carrier.choose_life(number, Life.NORMAL, start=world.clock.now() + timedelta(hours=2))
    began = world.clock.now()
    for at in SWEEPS:
        world.clock.advance(began + at - world.clock.now())
        world.carrier.advance()
        sweep(world.ports, a_minute)
        _work(world)


def _work(world: ByHand) -> None:
    """Uses every message that waits, and those that follow from it."""
    ports = {called: name for name, called in CALLED.items()}
    while messages := [(name, *each) for name, queue in world.queues.items() for each in queue.take()]:
        for name, connection, key in messages:
            use(ports[name], world.ports, Message(connection, key), a_minute)


def report(cost: ParcelCost) -> str:
    lines = ["write units of a parcel"]
    lines += [f"  {line}" for line in lines_of({kind: round(count) for kind, count in cost.units.items() if count})]
    return "\n".join([*lines, str(cost)])


@silent()
def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.parcel_cost", description=__doc__)
    parser.add_argument("--polls", action="store_true", help="nothing is pushed")
    sys.stdout.write(report(parcel_cost(pushes=not parser.parse_args(arguments).polls)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
