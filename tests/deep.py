"""Tests of two sizes: small in `make test`, whole in `make test-deep`."""

from __future__ import annotations

import os

import pytest

WHOLE = "PARCELBRIDGE_DEEP"

deep = pytest.mark.deep
"""Marks a test that `make test-deep` runs in its whole size."""


def size(small: int, whole: int) -> int:
    """The size of a test here and now; `make test-deep` sets the variable."""
    return whole if os.environ.get(WHOLE) else small
