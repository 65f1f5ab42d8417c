"""The outside of a simulation: both emulated systems behind one transport, with outages, storms and lags."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sandbox.faces import Emulated
from sandbox.inprocess import Systems
from sandbox.ledger import LedgerShipment
from sandbox.simulation.choke import Manners
from sandbox.simulation.draws import Draws
from sandbox.simulation.scenario import Scenario
from sandbox.simulation.scheduler import MINUTE, SECOND
from shared.http import Lost, NotSent, Request, Response

LATE_WRITE = 4 * MINUTE

Side = Literal["erp", "carrier"]


@dataclass(frozen=True)
class Trouble:
    """From `begin` to `end` a side does not answer (`outage`) or throttles (`storm`)."""

    side: Side
    kind: Literal["outage", "storm"]
    begin: datetime
    end: datetime


class Outside(Systems):
    """Both systems as one transport. `disturbed` is called when trouble of theirs meets a request."""

    def __init__(self, now: Callable[[], datetime], scenario: Scenario) -> None:
        super().__init__(now, scenario.erp, scenario.carrier, lean=True)
        self.now, seed = now, scenario.seed
        self.carrier.lag_by(lags(seed, scenario.lag))
        self.troubles: tuple[Trouble, ...] = ()
        self.disturbed: Callable[[], None] = lambda: None
        self._draws = Draws(seed, "trouble")

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        for trouble in self.troubles:
            if self.system_of(request) is self.side(trouble.side) and trouble.begin <= self.now() < trouble.end:
                self.disturbed()
                answer = self._troubled(trouble, request)
                if answer is not None:
                    return answer
        return super().send(request, timeout=timeout, fresh=fresh)

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

        return Manners(40_000, 400_000, 30 * SECOND, latest, self._failed, self._lost, self._called)

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


def _no_connection(_: int) -> Response:
    raise NotSent("no connection: outage")


def _no_answer(_: int) -> Response:
    raise Lost("no answer: outage")
