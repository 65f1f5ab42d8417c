"""The handlers over a world in memory, and the events that AWS gives them."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from functions.apply_tracking import handler as apply_tracking
from functions.poll_orders import handler as poll_orders
from functions.poll_tracking import handler as poll_tracking
from functions.process_order import handler as process_order
from functions.receive_goods import handler as receive_goods
from functions.run_errands import handler as run_errands
from functions.sweep import handler as sweep
from functions.write_back import handler as write_back
from infra.functions import SIZES
from sandbox.erps.m3.seed import Line, add_item, add_order, add_supplier, add_warehouse, place
from sandbox.memory_errands import MemoryErrands
from tests.builders import a_connection
from tests.worlds import World

EVENTS = Path(__file__).resolve().parents[2] / "samples" / "events"
HANDLERS: dict[str, ModuleType] = {
    "poll_orders": poll_orders,
    "process_order": process_order,
    "write_back": write_back,
    "sweep": sweep,
    "apply_tracking": apply_tracking,
    "poll_tracking": poll_tracking,
    "receive_goods": receive_goods,
    "run_errands": run_errands,
}
PUBLIC = {"receive_webhook", "issue_token", "show_page", "open_label", "operator_api", "console"}
"""Those that a request calls, not a message: they reach less than the ports, and have tests of their own."""

OUT = {"publish_events", "post_events"}
"""Those that tell other systems of events: they reach no port, and have tests of their own."""


@dataclass
class Context:
    """The facts that Lambda tells a handler about its invocation."""

    seconds_left: float = 120.0
    function_name: str = "parcelbridge"
    aws_request_id: str = "6bc28136-xmpl-4365-b021-0ce6b2e64ab0"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds_left * 1000)


Invoke = Callable[..., Any]


def event(name: str) -> dict[str, Any]:
    """An event as it arrives."""
    loaded: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return loaded


def with_bodies(name: str, *bodies: str) -> dict[str, Any]:
    """The event with these bodies instead; its records repeat."""
    given = event(name)
    first = given["Records"][0]
    records = []
    for number, body in enumerate(bodies, start=1):
        record = deepcopy(first)
        records.append({**record, "messageId": f"message-{number}", "body": body})
    return {"Records": records}


def failed(answer: dict[str, Any]) -> list[str]:
    """The messages that SQS shall bring again."""
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


@pytest.fixture
def world() -> World:
    """Ten purchase orders that wait in M3, and a connection that runs."""
    world = World(a_connection())
    add_warehouse(world.tenant, "W01", place("Acme", "1 Dock St", "Albany", "NY", "12207", phone="518-555-0100"))
    works = place("Valve Works", "77 Mill Rd", "Buffalo", "NY", "14201", phone="716-555-0101")
    add_supplier(world.tenant, "V100", works, contact="Ann Lee", contact_phone="716-555-0102")
    add_item(world.tenant, "VALVE-1", "Gate valve", weight="3.5")
    world.start()
    for number in range(1, 11):
        add_order(world.tenant, str(4000000 + number), supplier="V100", lines=[Line("VALVE-1", 2)])
    return world


@pytest.fixture
def errands() -> MemoryErrands:
    return MemoryErrands()


@pytest.fixture
def invoke(world: World, errands: MemoryErrands, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Calls a function's handler with its event file, or another event, over the world's ports, its whole time left."""
    for module in HANDLERS.values():
        monkeypatch.setattr(module, "ports_of", lambda _: world.ports)
    monkeypatch.setattr(run_errands, "errands", lambda: errands)

    def call(name: str, given: dict[str, Any] | None = None, **context: Any) -> Any:
        whole = {"seconds_left": float(SIZES[name].timeout)}
        return HANDLERS[name].handler(event(name) if given is None else given, Context(**{**whole, **context}))

    return call
