"""The one place where the simulation strikes: before or after any call that leaves the workflow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from shared.http import Lost, NotSent

StrikeKind = Literal["crash_before", "crash_after", "failure", "lost_answer"]
STRIKES: tuple[StrikeKind, ...] = ("crash_before", "crash_after", "failure", "lost_answer")


class Crashed(BaseException):
    """The worker is dead: no code of its own runs on, so it is no Exception that somebody might catch."""


class PortUnavailable(Exception):
    """An AWS call failed, or its answer was lost: to the caller both look alike."""


@dataclass
class Choke:
    """Counts the calls of a run and strikes at one of them. `trace` names each call, so that a run can be told."""

    strike_at: int | None = None
    kind: StrikeKind = "failure"
    trace: list[str] = field(default_factory=list)
    dead: bool = False

    def call(self, name: str, function: Callable[[], Any], *, failure: type[Exception], lost: type[Exception]) -> Any:
        """Makes the call, unless a fault strikes here. A dead worker makes no call at all."""
        if self.dead:
            raise Crashed(name)
        number = len(self.trace)
        self.trace.append(name)
        if number != self.strike_at:
            return function()
        if self.kind in ("crash_after", "lost_answer"):
            function()
        if self.kind == "failure":
            raise failure(f"{name} failed")
        if self.kind == "lost_answer":
            raise lost(f"the answer of {name} was lost")
        self.dead = True
        raise Crashed(name)


class Choked:
    """Any port, with each of its calls going through the choke."""

    def __init__(self, port: Any, name: str, choke: Choke) -> None:
        self._port, self._name, self._choke = port, name, choke

    def __getattr__(self, attribute: str) -> Any:
        target = getattr(self._port, attribute)
        if not callable(target):
            return target
        transport = self._name == "http"

        def through(*args: Any, **kwargs: Any) -> Any:
            return self._choke.call(
                f"{self._name}.{attribute}",
                lambda: target(*args, **kwargs),
                failure=NotSent if transport else PortUnavailable,
                lost=Lost if transport else PortUnavailable,
            )

        return through
