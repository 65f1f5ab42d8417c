from __future__ import annotations

import pytest

from tests.samples.m3.world import World


@pytest.fixture
def world() -> World:
    return World()
