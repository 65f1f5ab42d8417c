"""Tests of two sizes: small in `make test`, whole in `make test-deep`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest

WHOLE = "PARCELBRIDGE_DEEP"

T = TypeVar("T")

deep = pytest.mark.deep
"""Marks a test that `make test-deep` runs in its whole size."""


def whole(test: Callable[..., None]) -> Callable[..., None]:
    """Marks a test that `make test-deep` alone runs, since `make test` has a smaller one beside it."""
    return deep(pytest.mark.skipif(not size(0, 1), reason="in make test-deep")(test))


def size(small: int, whole: int) -> int:
    """The size of a test here and now; `make test-deep` sets the variable."""
    return whole if os.environ.get(WHOLE) else small


def one_in(step: int, cases: Iterable[T], shift: int = 0) -> list[T]:
    """Every `step`th case from `shift` on, all of them in `make test-deep`.

    With a shift for each kind of fault, say, every case is still taken by one of them."""
    found = list(cases)
    return found if size(0, 1) else found[shift % step :: step]
