"""The outside of a simulation: both emulated systems behind one transport, with outages, storms and lags."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sandbox.faces import Emulated
from sandbox.inprocess import Systems
from sandbox.ledger import LedgerShipment
from sandbox.simulation.choke import Manners
from sandbox.simulation.draws import Draws
from sandbox.simulation.quirks import LATE_BY, Quirk, not_written
from sandbox.simulation.scenario import Scenario
from sandbox.simulation.scheduler import MINUTE, SECOND
from shared.http import Lost, NotSent, Request, Response

LATE_WRITE = 4 * MINUTE
DOCUMENT = re.compile(r"(?<!\d)0*(4[09]\d{5})(?!\d)")
"""The number of an order of the simulation; some ERPs write zeros before it."""
SLOW = 12 * SECOND
"""The longest that a call takes in a slow world."""
WRITES = ("CUSEXTMI.AddFieldValue", "CUSEXTMI.ChgFieldValue")
FAILING = ("error", "busy", "reset", "nonsense")
"""The ways in which a document fails for good."""

Side = Literal["erp", "carrier"]


@dataclass(frozen=True)
class Trouble:
    """From `begin` to `end` a side does not answer (`outage`) or throttles (`storm`)."""

    side: Side
    kind: Literal["outage", "storm"]
    begin: datetime
    end: datetime


class Outside(Systems):
    """Both systems as one transport. `disturbed` is called when trouble of theirs meets a request, `answered` with each
    that came through. Documents of `failing` cannot be read, each in its way, and beside those of `locked` nothing can
    be written; `quirks` are met by single orders, and the first create for the supplier `late` has its effect hours
    later (`at` a time), with no answer."""

    def __init__(self, now: Callable[[], datetime], scenario: Scenario) -> None:
        super().__init__(now, scenario.erp, scenario.carrier, lean=True)
        self.now, self.slow, seed = now, scenario.slow, scenario.seed
        self.carrier.lag_by(lags(seed, scenario.lag))
        self.troubles: tuple[Trouble, ...] = ()
        self.disturbed: Callable[[], None] = lambda: None
        self.answered: Callable[[Request, Response], None] = lambda _, __: None
        self.failing: Mapping[str, str] = {}
        self.locked: frozenset[str] = frozenset()
        self.late, self.at = "", _never
        self._late_ones = set[str]()
        self.quirks: Mapping[str, Quirk] = {}
        self._draws = Draws(seed, "trouble")

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        for trouble in self.troubles:
            if self.system_of(request) is self.side(trouble.side) and trouble.begin <= self.now() < trouble.end:
                self.disturbed()
                answer = self._troubled(trouble, request)
                if answer is not None:
                    return answer
        self._maybe_late(request)
        response = self._oddly(request) or super().send(request, timeout=timeout, fresh=fresh)
        for name, quirk in self.quirks.items():
            if name.encode() in request.body and self._is(request, self.carrier, quirk.operation):
                response = quirk.answer(request, response)
        self.answered(request, response)
        return response

    def _maybe_late(self, request: Request) -> None:
        """Raises Lost for a create that comes late."""
        if not self.late or self.late.encode() not in request.body or not self._is(request, self.carrier, "ship"):
            return
        (order,) = set(DOCUMENT.findall(request.body.decode()))
        if order not in self._late_ones:
            self._late_ones.add(order)
            self.disturbed()
            self.at(LATE_BY, lambda: _ignore(self.carrier.engine.handle(request)))
            raise Lost("no answer")

    def _is(self, request: Request, system: Emulated, operation: str) -> bool:
        return self.system_of(request) is system and system.engine.operation(request) == operation

    def _oddly(self, request: Request) -> Response | None:
        """Return the answer to a document that fails for good: no connection, an error, a long wait, or nonsense."""
        if not (self.failing or self.locked) or self.system_of(request) is not self.erp:
            return None
        operation = self.erp.engine.operation(request)
        asked = f"{request.url} {request.body.decode(errors='replace')}"
        if operation in WRITES and any(document in asked for document in self.locked):
            return not_written(operation)
        if operation != self.erp.operations["read"]:
            return None
        way = next((way for document, way in self.failing.items() if document in asked), "")
        if way == "reset":
            raise Lost("no answer")
        answers = {
            "error": self.erp.engine.unavailable(500),
            "busy": self.erp.engine.too_many(3600),
            "nonsense": Response(200, {"content-type": "application/json"}, b"[[[["),
        }
        return answers.get(way)

    def side(self, side: Side) -> Emulated:
        return self.erp if side == "erp" else self.carrier

    def _troubled(self, trouble: Trouble, request: Request) -> Response | None:
        engine = self.system_of(request).engine
        if trouble.kind == "storm":
            return engine.too_many(self._draws.between(5, 90)) if self._draws.below(4) else None
        return (_no_connection, _no_answer, engine.unavailable)[self._draws.below(3)](503)

    def manners(self, late: int) -> Manners:
        """How HTTP calls fail, with effects up to `late` microseconds after the caller gave up; in the ERP within
        minutes, which is what a void waits for (desk/void.py)."""

        def latest(args: Sequence[Any]) -> int:
            return late if self.system_of(args[0]) is self.carrier else min(late, LATE_WRITE)

        spread = SLOW if self.slow else 400_000
        return Manners(40_000, spread, 30 * SECOND, latest, self._failed, self._lost, self._called)

    def _called(self, _: str, args: Sequence[Any]) -> str:
        """The side, and what is asked of it."""
        system = self.system_of(args[0])
        side = "erp" if system is self.erp else "carrier"
        return f"{side}.{system.engine.operation(args[0])}"

    def _failed(self, _: str, draws: Draws, args: Sequence[Any]) -> Response:
        """No connection, or throttled: either way nothing was done."""
        if draws.below(3):
            raise NotSent("no connection")
        return self.system_of(args[0]).engine.too_many(draws.between(1, 60))

    def _lost(self, _: str, draws: Draws, args: Sequence[Any]) -> Response:
        """No answer, an error in its place, or an empty one."""
        if draws.below(2):
            raise Lost("no answer")
        engine = self.system_of(args[0]).engine
        return engine.unavailable(504) if draws.below(2) else Response(200, {"content-length": "0"}, b"")


def lags(seed: str, longest: timedelta) -> Callable[[LedgerShipment], timedelta]:
    """A lag for each shipment, drawn from its number."""

    def lag(shipment: LedgerShipment) -> timedelta:
        share = Draws(seed, shipment.shipment_id).bits() / 4294967296
        return longest * share

    return lag


def _never(_: int, __: Callable[[], None]) -> None:
    """Nothing comes later."""


def _ignore(_: Response) -> None:
    """Nobody hears it."""


def _no_connection(_: int) -> Response:
    raise NotSent("no connection: outage")


def _no_answer(_: int) -> Response:
    raise Lost("no answer: outage")
