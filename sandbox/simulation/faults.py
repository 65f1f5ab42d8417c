"""The five kinds of fault, which call of which task each one strikes, and what a struck worker sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, Protocol

from sandbox.simulation.draws import Draws


class Crashed(BaseException):
    """The worker is dead: no code of its own runs on, so it is no Exception that somebody might catch."""


class PortUnavailable(Exception):
    """An AWS call failed, or its answer was lost: to the caller both look alike."""


class Kind(StrEnum):
    """The mishaps of a port call, as the caller and the outside see them."""

    CRASH_BEFORE = "crash_before"
    CRASH_AFTER = "crash_after"
    FAILURE = "failure"
    LOST_ANSWER = "lost_answer"
    LATE_EFFECT = "late_effect"


KINDS = tuple(Kind)
MIXED = (*KINDS, *(Kind.FAILURE, Kind.LOST_ANSWER, Kind.LATE_EFFECT) * 5)
"""How often each kind is drawn: one crash in ten faults, since a poll that dies all the time gets nowhere."""


class Place(NamedTuple):
    """A call: the task's name and the number of the call in it. It stays the same when faults elsewhere are taken out
    of a plan, which is what makes plans short."""

    task: str
    call: int


@dataclass(frozen=True)
class Struck:
    """A fault that struck: where, at which port's method, how, and when (microseconds of the world)."""

    place: Place
    port: str
    kind: Kind
    at: int

    def __str__(self) -> str:
        return f"{self.kind} at call {self.place.call} of {self.place.task}: {self.port}"


class Plan(Protocol):
    """Decides at each call; `draws` is the task's own stream."""

    def strikes(self, place: tuple[str, int], draws: Draws, time: int) -> Kind | None: ...


SPELL = 180_000_000
"""Microseconds for which the weather stays as it is."""
ROUGH, CALM = 3.5, 0.6
LATELY = 100


@lru_cache(maxsize=4096)
def _weather(seed: str, spell: int) -> float:
    """By how much more or less the calls of this spell are struck. Real faults come in bursts; and where one call in
    ten fails all the time, a poll of fifty documents gets nowhere."""
    return ROUGH if Draws(seed, "weather", spell).below(2) else CALM


@dataclass(frozen=True)
class NoFaults:
    def strikes(self, place: tuple[str, int], draws: Draws, time: int) -> Kind | None:
        return None


@dataclass
class RandomFaults:
    """Strikes a `share` of all calls, more of them in rough weather than in a calm.

    Whoever is struck stops, and in rough weather few calls are made: what is missing to the share is made up for in
    the calls that follow, `LATELY` of them.
    """

    share: float
    seed: str = ""
    _owed: float = 0.0

    def strikes(self, place: tuple[str, int], draws: Draws, time: int) -> Kind | None:
        struck = draws.chance(self.share * _weather(self.seed, time // SPELL) + self._owed / LATELY)
        kind = draws.pick(MIXED)
        self._owed += self.share - struck
        return kind if struck else None


@dataclass(frozen=True)
class ChosenFaults:
    """Strikes where it is told to. Draws as RandomFaults does, so that all else goes as it went."""

    chosen: Mapping[Place, Kind] = field(default_factory=dict)

    def strikes(self, place: tuple[str, int], draws: Draws, time: int) -> Kind | None:
        draws.bits()
        draws.pick(MIXED)
        return self.chosen.get(Place(*place))
