"""The contract suite of the ports once more, against the local AWS: the very same tests (G26).

So the fakes, the emulator in this process and the emulator that the demo deploys into all keep one contract.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from tests.contract import (
    test_connection_store,
    test_deployment,
    test_label_store,
    test_newer_formats,
    test_order_store,
    test_queue,
    test_races,
    test_secrets,
    test_tokens,
)

pytestmark = pytest.mark.e2e

SUITES = (
    test_connection_store,
    test_deployment,
    test_label_store,
    test_newer_formats,
    test_order_store,
    test_queue,
    test_races,
    test_secrets,
    test_tokens,
)


def taken_over(suite: ModuleType) -> dict[str, Any]:
    """The tests of a module, under names of their own, and the fixtures that it has for itself."""
    stem = suite.__name__.rsplit("test_", 1)[-1]
    fixture = type(pytest.fixture(lambda: None))
    tests = {f"test_{stem}_{name[5:]}": each for name, each in vars(suite).items() if name.startswith("test_")}
    return tests | {name: each for name, each in vars(suite).items() if isinstance(each, fixture)}


for _suite in SUITES:
    globals().update(taken_over(_suite))
