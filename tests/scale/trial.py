"""A connector's adapter before its emulator, with a hand on the wire: what each operation does when things go wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from sandbox.engine import ConnectionDropped
from sandbox.memory import MemoryBudgets, MemoryTokens
from shared.domain.money import Money
from shared.domain.shipment import CreatedShipment
from shared.http import Lost, Request, Response
from shared.ports import Carrier, Erp, ErpActions, PushTarget, TracksParcels, WriteBack
from shared.registry import open_systems
from tests.contract.bench import ALBANY, DOCUMENT, CarrierBench, ErpBench, a_note
from tests.contract.carrier_suite import REFERENCE, a_plan
from tests.scale.connectors import Connector

USD_12 = Money(Decimal("12.30"), "USD")
NOTE = a_note("1ZONE", cost=USD_12, milestone="label_created", eta="2026-11-05")
TARGET = PushTarget("https://webhook.example.invalid/acme", "a-webhook-credential")
DANGEROUS = {"create", "write", "act"}
"""Operations that change something for good: only a proof says that nothing was changed."""
Spoil = Callable[[Request, Callable[[], Response]], Response]
"""A mishap of a request; the other argument has its effect and gives the answer."""


@dataclass
class Wire:
    """The transport. `spoil` strikes what is asked with a token, never the request for one: of these requests the one
    at place `only`, counted from 0, or all of them."""

    handle: Callable[[Request], Response]
    for_token: Callable[[Request], bool]
    spoil: Spoil | None = None
    only: int | None = None
    sent: list[tuple[Request, float, bool]] = field(default_factory=list)

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        self.sent.append((request, timeout, fresh))
        if self.spoil and not self.for_token(request) and self.only in (None, len(self.asked) - 1):
            return self.spoil(request, lambda: self.handle(request))
        return self.handle(request)

    @property
    def asked(self) -> list[tuple[Request, float, bool]]:
        """Return the requests that were sent, without those for a token."""
        return [each for each in self.sent if not self.for_token(each[0])]


class Broken(Exception):
    """An operation fails without being struck: what it does when it is cannot be seen."""


class Trial:
    """A bench with an order or a shipment on it. Each `port` is opened anew; tokens are kept from one to the next."""

    def __init__(self, connector: Connector, *, bare: bool = False) -> None:
        """`bare` leaves the bench empty: for what is looked at before the first call."""
        self.connector = connector
        self.bench: Any = ErpBench(connector.kind) if connector.side == "erp" else CarrierBench(connector.kind)
        self.tokens = MemoryTokens(self.bench.clock)
        engine = self.bench.system.engine
        token = self.bench.system.operations["token"]
        self.wire = Wire(self._handle, lambda request: bool(engine.operation(request) == token))
        self.made: CreatedShipment | None = None
        self.told = self.another = NOTE
        if bare:
            return
        if isinstance(self.bench, ErpBench):
            self.bench.enter()
            if self.bench.acts:  # its fields stand on what an action made
                half = self.half(NOTE)
                self.told, self.another = half, replace(half, reference=f"{REFERENCE}-2")
                self.bench.tell(replace(half, cost=None, eta=""))
        else:
            self.made = self.bench.carrier().create(a_plan(self.bench), REFERENCE)
            self.bench.clock.advance(timedelta(minutes=5))

    def _handle(self, request: Request) -> Response:
        response: Response = self.bench.systems.send(request, timeout=1)
        return response

    def half(self, note: WriteBack) -> WriteBack:
        """The note with half of what the document wants, so that another one has something to tell too."""
        lines = self.bench.noted(note).lines
        return replace(note, lines=tuple(replace(each, quantity=each.quantity / 2) for each in lines))

    def port(self, **changes: Any) -> Any:
        """The adapter as the registry opens it, for the sample connection with these parts changed."""
        connection = self.bench.connection(**changes)
        opened = open_systems(
            secrets=self.bench.secrets,
            tokens=self.tokens,
            budgets=MemoryBudgets(self.bench.clock),
            transport=self.wire,
            clock=self.bench.clock,
        )
        return opened[0 if self.connector.side == "erp" else 1](connection)

    @property
    def operations(self) -> dict[str, Callable[[], Any]]:
        """The operations of the port that ask the other side, each with arguments that succeed."""
        return self._erp() if self.connector.side == "erp" else self._carrier()

    def _erp(self) -> dict[str, Callable[[], Any]]:
        def erp() -> Erp:
            opened: Erp = self.port()
            return opened

        operations: dict[str, Callable[[], Any]] = {
            "changed": lambda: erp().changed("", self.bench.began),
            "listing": lambda: list(erp().listing(self.bench.today, self.bench.began)),
            "read": lambda: erp().read(DOCUMENT),
            "write": lambda: erp().write(NOTE),
            "lookup": lambda: erp().lookup("warehouses"),
            "ping": lambda: erp().ping(),
        }
        acting = erp()
        if isinstance(acting, ErpActions) and (asked := acting.actions(self.another)):
            operations["find_action"] = lambda: self.port().find_action(acting.actions(self.told)[0])
            operations["act"] = lambda: self.port().act(asked[0])
        return operations

    def _carrier(self) -> dict[str, Callable[[], Any]]:
        def carrier() -> Carrier:
            opened: Carrier = self.port()
            return opened

        plan, made = a_plan(self.bench), self.made
        assert made, "a bare trial has no operations"
        operations: dict[str, Callable[[], Any]] = {
            "check_address": lambda: carrier().check_address(ALBANY),
            "rate": lambda: carrier().rate(plan, [plan.service]),
            "create": lambda: carrier().create(plan, f"{REFERENCE}-2"),
            "find": lambda: carrier().find(REFERENCE, plan, self.bench.clock.now() - timedelta(days=1)),
            "labels": lambda: carrier().labels(made.shipment_id, plan),
            "void": lambda: carrier().void(made.shipment_id),
            "ping": lambda: carrier().ping(),
        }
        if isinstance(carrier(), TracksParcels):
            operations["track"] = lambda: self.port().track(made.tracking_numbers[0])
            operations["subscribe"] = lambda: self.port().subscribe(made.tracking_numbers, TARGET)
        return operations

    def books(self) -> object:
        """How much the other side's own books have."""
        if self.connector.side == "erp":
            return self.bench.writes()
        return [(each.shipment_id, each.live) for each in self.bench.emulated.ledger.shipments]


MOST = 3
"""So many calls of an operation are struck at its beginning and at its end."""


@cache
def calls_of(connector: Connector) -> dict[str, int]:
    """The operations of the port that ask the other side, each with the number of its calls. A carrier may have no
    opinion of addresses, and asks nobody. Raises Broken when one does not even succeed."""
    calls = {}
    for name in Trial(connector).operations:
        trial = Trial(connector)
        kind, error = outcome(trial.operations[name])
        if kind:
            raise Broken(f"{name} does not succeed to begin with: {error}")
        calls[name] = len(trial.wire.asked)
    return {name: count for name, count in calls.items() if count}


def operations_of(connector: Connector) -> list[str]:
    """The operations of the port that ask the other side."""
    return list(calls_of(connector))


@dataclass(frozen=True)
class Struck:
    """The outcome of an operation of which one call was spoilt. `changed` says that the call had changed the books."""

    trial: Trial
    operation: str
    kind: str
    error: Any
    changed: bool
    where: str
    same: bool = False


def struck(connector: Connector, spoil: Spoil) -> Iterator[Struck]:
    """Each call of each operation, spoilt in turn; of many calls the first and the last ones."""
    for name, count in calls_of(connector).items():
        for place in range(count):
            if min(place, count - 1 - place) < MOST:
                yield _strike(Trial(connector), spoil, name, place, f"{name}, call {place + 1} of {count}")


def _strike(trial: Trial, spoil: Spoil, name: str, place: int, where: str) -> Struck:
    changed, own, told = False, list[bytes](), list[bytes]()

    def noting(request: Request, effect: Callable[[], Response]) -> Response:
        nonlocal changed
        before = trial.books()

        def heard() -> Response:
            response = effect()
            own.append(response.body)
            return response

        try:
            answer = spoil(request, heard)
            told.append(answer.body)
            return answer
        finally:
            changed = trial.books() != before

    trial.wire.spoil, trial.wire.only = noting, place
    kind, error = outcome(trial.operations[name])
    trial.wire.spoil = None
    return Struck(trial, name, kind, error, changed, where, same=bool(told) and told == own)


def outcome(act: Callable[[], Any]) -> tuple[str, Any]:
    """The name of the kind of error that an operation raises, with the error; else "" with its result. A connection
    test that fails counts as a failed Check."""
    try:
        result = act()
    except Exception as error:  # noqa: BLE001 - the scale judges whatever an adapter raises
        return type(error).__name__, error
    if isinstance(result, tuple) and result and all(hasattr(each, "ok") for each in result):
        failed = [each for each in result if not each.ok]
        return ("Check", failed[0]) if failed else ("", result)
    return "", result


def lost(_: Request, effect: Callable[[], Response]) -> Response:
    """The effect is made and its answer does not come back."""
    with suppress(ConnectionDropped):
        effect()
    raise Lost("connection reset")


def answered(status: int, body: bytes, **headers: str) -> Spoil:
    """The effect is made and something else comes back."""

    def spoil(_: Request, effect: Callable[[], Response]) -> Response:
        effect()
        return Response(status, {"content-type": "application/json", **headers}, body)

    return spoil


def instead(status: int, body: bytes) -> Spoil:
    """Nothing is done, and something that is not of the vendor's own making comes back."""
    return lambda _request, _effect: Response(status, {"content-type": "text/html"}, body)


@contextmanager
def logged() -> Iterator[list[str]]:
    """Whatever is logged meanwhile, by every logger, at every level and with every stack."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(_whole(record))  # type: ignore[method-assign]
    apart = [each for each in logging.root.manager.loggerDict.values() if isinstance(each, logging.Logger)]
    ours = [logging.root, *(each for each in apart if not each.propagate)]
    levels, disabled = [each.level for each in ours], logging.root.manager.disable
    logging.disable(logging.NOTSET)
    for each in ours:
        each.addHandler(handler)
        each.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        logging.disable(disabled)
        for each, level in zip(ours, levels, strict=True):
            each.removeHandler(handler)
            each.setLevel(level)


def _whole(record: logging.LogRecord) -> str:
    return f"{logging.Formatter().format(record)} {vars(record)}"
