"""Random draws that depend on names and on nothing else: the same in every process, whatever ran before."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_FACTOR, _STEP, _MASK = 6364136223846793005, 1442695040888963407, (1 << 64) - 1  # Knuth's MMIX


class Draws:
    """A stream of 32-bit draws. Two streams of one name are equal; two names have nothing in common."""

    __slots__ = ("_state",)

    def __init__(self, *name: object) -> None:
        digest = hashlib.blake2b("\n".join(map(str, name)).encode(), digest_size=8).digest()
        self._state = int.from_bytes(digest, "big")

    def bits(self) -> int:
        """The next 32 bits: the upper half of the state, since the lower half repeats itself soon."""
        self._state = state = (self._state * _FACTOR + _STEP) & _MASK
        return state >> 32

    def below(self, bound: int) -> int:
        return self.bits() * bound >> 32

    def between(self, low: int, high: int) -> int:
        """Both included."""
        return low + self.below(high - low + 1)

    def chance(self, share: float) -> bool:
        return self.bits() < share * 4294967296.0

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]
