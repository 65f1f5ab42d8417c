"""A stack in memory, and the two systems as the commands see them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from cli.main import app
from cli.operations.queues import Depth
from cli.operations.redriving import Letter
from cli.wiring import Stack
from sandbox.memory import (
    LeaseBook,
    ManualClock,
    MemoryConnectionStore,
    MemoryDocumentStore,
    MemoryLabels,
    MemoryLeases,
    MemoryOrderStore,
    MemoryQueue,
    MemorySecrets,
)
from sandbox.memory_bills import MemoryBills
from sandbox.memory_pickups import MemoryPickups
from sandbox.memory_receiving import MemoryReceivingStore
from sandbox.memory_tracking import MemoryPages, MemoryTrackingStore, MemoryWebhooks
from shared.connection import Connection
from shared.domain.address import Party
from shared.domain.money import Money
from shared.domain.order import Order
from shared.domain.record import Snapshot
from shared.domain.shipment import AddressCheck, Quote, ShipmentPlan
from shared.domain.state import State
from shared.domain.steps import Step
from shared.domain.webhook import Credential, Webhook, digest_of, new_id
from shared.http import Request, Response
from shared.ports import Change, Check, Entry, PollState, Ports, StoredConnection
from shared.pushes import SIGNATURES, reader_of, verifier_of
from shared.workflow.orders.step import held, move
from shared.workflow.tracking.issue_token import Office, issue_token
from shared.workflow.tracking.receive import Call, Door, receive
from tests.builders import NOW, a_connection, a_received

ME = "arn:aws:sts::123456789012:assumed-role/Clerk/ann"


@dataclass
class FakeSystem:
    """An ERP or a carrier: answers its ping, and lists what has changed; `fault` is raised instead."""

    checks: tuple[Check, ...] = (Check("token", True, "accepted"),)
    changes: list[Change] = field(default_factory=list)
    fault: Exception | None = None
    asked: list[tuple[str, datetime]] = field(default_factory=list)
    codes: tuple[str, ...] = ("UPS", "COL", "PPD")
    address: AddressCheck = field(default_factory=lambda: AddressCheck("valid"))
    offers: tuple[str, ...] = ("02", "03")

    changes_have_time = True

    def ping(self) -> tuple[Check, ...]:
        self._fail()
        return self.checks

    def changed(self, cursor: str, floor: datetime) -> Sequence[Change]:
        self._fail()
        self.asked.append((cursor, floor))
        return self.changes

    def read(self, document: str) -> tuple[Order, ...]:
        self._fail()
        return ()

    def lookup(self, kind: str, like: str = "") -> list[Entry]:
        self._fail()
        return [Entry(code) for code in self.codes]

    def check_address(self, party: Party) -> AddressCheck:
        self._fail()
        return self.address

    def check_plan(self, plan: ShipmentPlan) -> None:
        return None

    def rate(self, plan: ShipmentPlan, services: Sequence[str]) -> tuple[Quote, ...]:
        self._fail()
        return tuple(Quote(service, Money(Decimal("12.34"), "USD")) for service in services if service in self.offers)

    def _fail(self) -> None:
        if self.fault:
            raise self.fault


@dataclass
class FakeSchedules:
    """Poll schedules in a dictionary: connection → (expression, running)."""

    standing: dict[str, tuple[str, bool]] = field(default_factory=dict)

    def converge(self, connection: Connection, *, running: bool) -> str:
        before = self.standing.get(connection.id)
        self.standing[connection.id] = (connection.schedule, running)
        return "created" if before is None else "unchanged" if before == (connection.schedule, running) else "updated"

    def drift(self, connection: Connection, *, running: bool) -> list[str]:
        standing = self.standing.get(connection.id)
        return [] if standing == (connection.schedule, running) else [f"it is {standing}"]


@dataclass
class FakeCredentials:
    kept: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    def put(self, connection_id: str, side: str, fields: Mapping[str, str]) -> str:
        done = "replaced" if (connection_id, side) in self.kept else "stored"
        self.kept[(connection_id, side)] = dict(fields)
        return done

    def stored(self, connection_id: str, side: str, field: str) -> str:
        return self.kept.get((connection_id, side), {}).get(field, "")


@dataclass
class FakeQueues:
    dead: int = 0
    lying: list[Letter] = field(default_factory=list)

    def depths(self) -> list[Depth]:
        return [Depth("orders", 2, 1, dead=False), Depth("orders dead letters", self.dead, 0, dead=True)]

    def letters(self, name: str, limit: int) -> list[Letter]:
        return self.lying[:limit] if name == "orders" else []

    def replay(self, name: str, limit: int) -> Iterator[int]:
        """Pages of 10, of the orders' dead letters."""
        moved = min(limit, self.dead) if name == "orders" else 0
        self.dead -= moved
        yield from [10] * (moved // 10) + ([moved % 10] if moved % 10 else [])


HOOKS = "https://hooks.example"


class FakeHooks:
    """The deployed webhooks: both public functions over the ports of a desk, without the net between."""

    def __init__(self, ports: Callable[[], Ports], credentials: FakeCredentials) -> None:
        self._ports, self._credentials = ports, credentials
        self.requests: list[Request] = []

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        assert request.url.startswith(f"{HOOKS}/webhooks/")
        self.requests.append(request)
        carrier, webhook, *rest = request.url.removeprefix(f"{HOOKS}/webhooks/").split("/")
        headers = {name.lower(): value for name, value in request.headers.items()}
        call, ports = Call(carrier, webhook, headers, request.body), self._ports()
        if rest:
            secrets: Any = MemorySecrets(self._credentials.kept)
            grant = issue_token(Office(ports.webhooks, secrets, ports.clock, SIGNATURES), call)
            return Response(grant.status, {}, json.dumps(grant.body).encode())
        door = Door(
            ports.webhooks, ports.tracking, ports.tracking_queue, ports.clock, reader_of, ports.looks_queue, verifier_of
        )
        answer = receive(door, call)
        return Response(answer.status, {}, answer.words.encode())


def give_webhook(ports: Ports, credentials: FakeCredentials, connection: Connection) -> None:
    """The webhook that a connection has once it is applied."""
    if connection.tracking.pushes:
        known = Credential(digest_of(b"s3cret"))
        assert ports.webhooks.begin(Webhook(new_id(), connection.id, connection.carrier.kind, (known,)))
        credentials.put(connection.id, "webhook", {"credential": "s3cret"})


class Desk:
    """A deployment with everything in memory, and a terminal to it."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW)
        self.erp, self.carrier = FakeSystem(), FakeSystem()
        self.schedules, self.credentials, self.queues = FakeSchedules(), FakeCredentials(), FakeQueues()
        self.polls, self.order_queue = MemoryQueue("poll"), MemoryQueue("order")
        self.hooks = FakeHooks(lambda: self.ports, self.credentials)
        self.who: Callable[[], str] = lambda: ME
        self.network = "public"
        names = count(1)
        book: LeaseBook = {}
        systems: Any = {"open_erp": lambda _: self.erp, "open_carrier": lambda _: self.carrier}
        self.ports = Ports(
            orders=MemoryOrderStore(),
            connections=MemoryConnectionStore(book),
            documents=MemoryDocumentStore(book),
            leases=MemoryLeases(self.clock, book),
            order_queue=self.order_queue,
            write_back_queue=MemoryQueue("order"),
            poll_queue=self.polls,
            tracking=MemoryTrackingStore(book),
            tracking_queue=MemoryQueue("parcel"),
            looks_queue=MemoryQueue("look"),
            receiving=MemoryReceivingStore(),
            receiving_queue=MemoryQueue("receiving"),
            webhooks=MemoryWebhooks(),
            pages=MemoryPages(),
            bills=MemoryBills(),
            pickups=MemoryPickups(),
            public_base=HOOKS,
            labels=MemoryLabels(),
            clock=self.clock,
            deployment="0a1b2c3d",
            unique=lambda: f"w{next(names)}",
            **systems,
        )

    def run(self, *arguments: str, given: str | None = None) -> Result:
        """Runs the command as a person would type it."""
        stack = Stack(
            "test",
            self.ports,
            self.schedules,
            self.credentials,
            self.queues,
            self.who,
            "s3://labels/",
            network=self.network,
            webhook_base=HOOKS,
            transport=self.hooks,
        )
        return CliRunner().invoke(app, list(arguments), input=given, obj=lambda: stack)

    def has(self, status: str = "running", *, webhook: bool = True, **changes: Any) -> StoredConnection:
        """Applies a connection and puts it into `status`; one that runs has polled."""
        connection = a_connection(**changes)
        if webhook:
            give_webhook(self.ports, self.credentials, connection)
        store = self.ports.connections
        store.apply(connection, NOW, ME, NOW)
        self.schedules.converge(connection, running=status == "running")
        if status != "paused":
            store.set_status(connection.id, status, f"made {status}", ME, NOW)
            state = PollState(scope="infor-m3:ACME_TST/100", polled=NOW, outcome="3 taken", succeeded=NOW)
            with self.ports.lease("poll", connection.id, timedelta(minutes=1)) as owner:
                store.save_poll(connection.id, owner, state)
        stored = store.get(connection.id)
        assert stored
        return stored

    def holds(self, document: str, reason: str, problem: str, **facts: Any) -> str:
        """An order that waits for a person; gives its key."""
        key = self.takes(document)
        head = self.ports.orders.head(key)
        assert head
        held(self.ports, head, reason, problem, **facts)
        return key

    def takes(self, document: str, connection: str = "acme-infor-ups", **changes: Any) -> str:
        head, snapshot, entry = a_received(document, connection=connection, **changes)
        assert self.ports.orders.create(head, snapshot, entry)
        return head.key

    def moves(self, key: str, *states: State, snapshot: Snapshot | None = None, **facts: Any) -> None:
        """Takes the order through `states`; the facts belong to the last one, those of the label to SHIPPED too."""
        label = {name: facts.get(name) or "1Z1" for name in ("shipment_id", "tracking_number")}
        there: dict[State, dict[str, Any]] = {state: {"in_doubt": True} for state in (State.INTENT, State.UNKNOWN)}
        there[State.SHIPPED] = {"in_doubt": False, **label}
        for state in states:
            head = self.ports.orders.head(key)
            assert head
            last: dict[str, Any] = {"snapshot": snapshot, **facts} if state == states[-1] else {}
            move(self.ports, head, state, what=Step.TRY_AGAIN, **{**there.get(state, {}), **last})


def written(folder: Path, text: str, name: str = "acme.yaml") -> str:
    """A file with `text`, as a path to type."""
    path = folder / name
    path.write_text(text)
    return str(path)
