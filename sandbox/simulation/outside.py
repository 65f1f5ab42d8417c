"""The outside world of a simulation: the sandbox UPS and M3 behind one transport, with outages, storms and lags."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sandbox.engine import Engine
from sandbox.simulation.choke import Manners
from sandbox.simulation.draws import Draws
from sandbox.simulation.engines import M3_FILE, SimulatedM3, SimulatedTenant, SimulatedUps, lags
from sandbox.simulation.scheduler import MINUTE, SECOND
from shared.http import Lost, NotSent, Request, Response

M3_HOSTS = frozenset({"mingle-ionapi.example.invalid", "mingle-sso.example.invalid"})
UPS_HOSTS = frozenset({"wwwcie.ups.com", "onlinetools.ups.com"})
UPS_CREDENTIAL = {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}

LATE_WRITE = 4 * MINUTE

Side = Literal["m3", "ups"]


@dataclass(frozen=True)
class Trouble:
    """From `begin` to `end` a side does not answer (`outage`) or throttles (`storm`)."""

    side: Side
    kind: Literal["outage", "storm"]
    begin: datetime
    end: datetime


class Outside:
    """Both systems as one transport. `disturbed` is called when trouble of theirs meets a request."""

    def __init__(self, now: Callable[[], datetime], seed: str, longest_lag: timedelta) -> None:
        self.now, self.tenant = now, SimulatedTenant(now)
        self.m3 = SimulatedM3(now, tenant=self.tenant, ionapi=M3_FILE)
        self.ups = SimulatedUps(now)
        self.ups.lag_of = lags(seed, longest_lag)
        self.troubles: tuple[Trouble, ...] = ()
        self.disturbed: Callable[[], None] = lambda: None
        self._draws = Draws(seed, "trouble")

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        host = host_of(request)
        for trouble in self.troubles:
            if side_of(host) == trouble.side and trouble.begin <= self.now() < trouble.end:
                self.disturbed()
                answer = self._troubled(trouble, request)
                if answer is not None:
                    return answer
        return self.engine(host).handle(request)

    def engine(self, host: str) -> Engine:
        return self.m3 if host in M3_HOSTS else self.ups

    def _troubled(self, trouble: Trouble, request: Request) -> Response | None:
        engine = self.engine(host_of(request))
        if trouble.kind == "storm":
            return engine.too_many(self._draws.between(5, 90)) if self._draws.below(4) else None
        return (_no_connection, _no_answer, engine.unavailable)[self._draws.below(3)](503)

    def manners(self, late: int) -> Manners:
        """How HTTP calls fail, with effects up to `late` microseconds after the caller gave up; in M3 within minutes,
        which is what voiding.py waits for."""

        def latest(args: Sequence[Any]) -> int:
            return late if host_of(args[0]) in UPS_HOSTS else min(late, LATE_WRITE)

        return Manners(40_000, 400_000, 30 * SECOND, latest, self._failed, self._lost)

    def _failed(self, _: str, draws: Draws, args: Sequence[Any]) -> Response:
        """No connection, or throttled: either way nothing was done."""
        if draws.below(3):
            raise NotSent("no connection")
        return self.engine(host_of(args[0])).too_many(draws.between(1, 60))

    def _lost(self, _: str, draws: Draws, args: Sequence[Any]) -> Response:
        """No answer, an error in its place, or an empty one."""
        if draws.below(2):
            raise Lost("no answer")
        engine = self.engine(host_of(args[0]))
        return engine.unavailable(504) if draws.below(2) else Response(200, {"content-length": "0"}, b"")

    def rotate(self, side: Side) -> dict[str, str]:
        """A second credential, valid beside the first one."""
        if side == "ups":
            self.ups.clients["second-client"] = "second-secret"
            return {"client_id": "second-client", "client_secret": "second-secret"}
        second = {**M3_FILE, "cs": "second-client-secret", "sask": "second-secret-key"}
        self.m3.tokens.accepted = (second, M3_FILE)
        return second

    def withdraw_first(self, side: Side) -> None:
        """The first credential is no longer valid."""
        if side == "ups":
            del self.ups.clients["sandbox-client"]
        else:
            self.m3.tokens.accepted = self.m3.tokens.accepted[:1]


def host_of(request: Request) -> str:
    """The host's name in https://host:port/path."""
    return request.url.split("/", 3)[2].partition(":")[0]


def side_of(host: str) -> Side:
    return "m3" if host in M3_HOSTS else "ups"


def _no_connection(_: int) -> Response:
    raise NotSent("no connection: outage")


def _no_answer(_: int) -> Response:
    raise Lost("no answer: outage")
