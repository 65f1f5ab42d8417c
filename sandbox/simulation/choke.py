"""The one place where faults strike: before and after every call that leaves the workflow.

A call waits (others run meanwhile), then a fault strikes or it has its effect. A dead task calls nothing any more, not
even in `finally`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from inspect import isroutine
from typing import Any, Protocol

from sandbox.simulation.draws import Draws
from sandbox.simulation.faults import Crashed, Kind, NoFaults, Place, Plan, PortUnavailable, Struck
from sandbox.simulation.scheduler import SECOND, Task
from shared.domain.state import State

Call = Callable[..., Any]
Answer = Callable[[], Any]
"""Gives the port's answer, or raises what the caller sees instead."""


def aws_failed(name: str, _: Draws, __: Sequence[Any]) -> Any:
    raise PortUnavailable(f"{name} failed")


def aws_lost(name: str, _: Draws, __: Sequence[Any]) -> Any:
    raise PortUnavailable(f"the answer of {name} was lost")


@dataclass(frozen=True)
class Manners:
    """How a port behaves, in microseconds: `least` to `least + spread` until the effect, `patience` until a caller
    gives up, `late` of the call's arguments at most from then until a late effect. `failed` and `lost` tell the caller
    of a fault, `called` names who is called where one port leads to several."""

    least: int
    spread: int
    patience: int
    late: Callable[[Sequence[Any]], int]
    failed: Callable[[str, Draws, Sequence[Any]], Any] = aws_failed
    lost: Callable[[str, Draws, Sequence[Any]], Any] = aws_lost
    called: Callable[[str, Sequence[Any]], str] = lambda name, _: name


AWS = Manners(3_000, 30_000, 15 * SECOND, lambda _: 60 * SECOND)
"""Clients of ours wait 15 seconds (shared/aws/session.py)."""


class Agenda(Protocol):
    """Who calls, and when, in microseconds; `pause` lets others run, `at` does something later."""

    @property
    def current(self) -> Task | None: ...

    @property
    def time(self) -> int: ...

    def pause(self, span: int) -> None: ...

    def at(self, time: int, action: Callable[[], None]) -> None: ...


class Choke:
    """Counts and numbers the calls, and lets `plan` strike. `trace` tells the run, `struck` its faults, `doubtful` the
    orders whose create may have been made without our knowing, `exposed` counts the calls that `plan` might have
    struck."""

    def __init__(self, scheduler: Agenda, plan: Plan, seed: str) -> None:
        self.scheduler, self.plan, self.seed = scheduler, plan, seed
        self.calls, self.exposed, self.trace = 0, 0, list[str]()
        self.places: list[Place] | None = None
        self.struck, self.doubtful = list[Struck](), set[str]()

    def through(self, name: str, target: Call, manners: Manners) -> Call:
        """`target` behind the choke."""
        scheduler, least, spread = self.scheduler, manners.least, manners.spread
        trace = self.trace

        def call(*args: Any, **kwargs: Any) -> Any:
            task = scheduler.current
            if task is None or task.dead:
                raise Crashed(name)
            number = task.calls
            task.calls = number + 1
            scheduler.pause(least + (task.draws.bits() * spread >> 32))
            if scheduler.time > task.deadline:
                self._die(task, f"{name} after its time")
            self.calls += 1
            if self.places is not None:
                self.places.append(Place(task.name, number))
            kind = self.plan.strikes((task.name, number), task.draws, scheduler.time)
            self.exposed += not isinstance(self.plan, NoFaults)
            if kind is None:
                trace.append(f"{scheduler.time} {task.name} {name}")
                return target(*args, **kwargs)
            trace.append(f"{scheduler.time} {task.name} {name} {kind}")
            return self._strike(
                kind,
                Struck(Place(task.name, number), manners.called(name, args), kind, scheduler.time),
                task,
                (target, args, kwargs),
                manners,
            )

        return call

    def _strike(self, kind: Kind, what: Struck, task: Task, call: tuple[Call, Any, Any], manners: Manners) -> Any:
        self.struck.append(what)
        draws = Draws(self.seed, *what.place)
        self.doubt(task)
        if kind is Kind.CRASH_BEFORE:
            self._die(task, what.port)
        if kind is Kind.FAILURE:
            return manners.failed(what.port, draws, call[1])
        if kind is Kind.LATE_EFFECT:
            self._late(call, self.scheduler.time + manners.patience + draws.below(manners.late(call[1])), draws)
        else:
            _quietly(call)
        if kind is Kind.CRASH_AFTER:
            self._die(task, what.port)
        self.scheduler.pause(manners.patience)
        return manners.lost(what.port, draws, call[1])

    def doubt(self, task: Task) -> None:
        """Something went wrong between an INTENT and its outcome."""
        if task.buying:
            self.doubtful.add(task.buying)

    def _late(self, call: tuple[Call, Any, Any], time: int, draws: Draws) -> None:
        """One of four never arrives at all, which to the caller looks the same."""
        if draws.below(4):
            self.scheduler.at(time, lambda: _quietly(call))

    def _die(self, task: Task, where: str) -> None:
        task.dead = True
        self.doubt(task)
        raise Crashed(where)


def _quietly(call: tuple[Call, Any, Any]) -> None:
    """The effect, whose outcome nobody hears."""
    target, args, kwargs = call
    with suppress(Exception):
        target(*args, **kwargs)


class Choked:
    """A port behind the choke: its public methods, made once, since a world makes a hundred thousand calls."""

    def __init__(self, port: Any, name: str, choke: Choke, manners: Manners = AWS) -> None:
        for attribute in _methods(port):
            setattr(self, attribute, choke.through(f"{name}.{attribute}", _method(port, attribute), manners))


class ChokedOrders(Choked):
    """The order store; notes which order a task is about to buy."""

    def __init__(self, port: Any, choke: Choke, manners: Manners = AWS) -> None:
        super().__init__(port, "orders", choke, manners)
        self.transition: Call = noting(self.transition, choke.scheduler)


def noting(write: Call, scheduler: Agenda) -> Call:
    """The order store's transition, which notes for a task what it is about to buy, from its INTENT to what became of
    it."""

    def transition(after: Any, entry: Any, **facts: Any) -> None:
        task = scheduler.current
        if task is not None and after.state == State.INTENT:
            task.buying = after.key
        write(after, entry, **facts)
        if task is not None and after.state != State.INTENT:
            task.buying = ""

    return transition


def _method(port: Any, name: str) -> Call:
    """The method that the port has when it is called: a test may have given it another one."""
    return lambda *args, **kwargs: getattr(port, name)(*args, **kwargs)  # noqa: PLW0108 - looked up at each call


def _methods(port: Any) -> Iterator[str]:
    return (name for name in dir(port) if not name.startswith("_") and isroutine(getattr(port, name)))
