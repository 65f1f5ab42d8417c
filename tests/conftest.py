"""What tests of every kind share: where the vendors' contracts are, and which of them count the lines that they run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")  # how fast examples come is the machine's affair: no test fails for it

ROOT = Path(__file__).resolve().parent.parent
UNCOUNTED = (
    "e2e/",
    "infra/",
    "scale/",
    "simulation/",
    "component/test_order_cost.py",
    "component/workflow/test_demo_seed.py",
    "contract/test_m3_any_order.py",
    "contract/test_m3_judge.py",
    "contract/test_ups_properties.py",
    "contract/test_ups_requests.py",
)
"""Tests whose lines no coverage counts. Counting takes as long again as they do, and other tests count these lines; a
single long test says it by the mark no_cover."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(ROOT / "tests").as_posix().startswith(UNCOUNTED):
            item.add_marker("no_cover")


@pytest.fixture(scope="session")
def contracts() -> Path:
    """The folder with specs/ and tools/: PARCELBRIDGE_CONTRACTS, default ../shared. Missing: skipped, failed in CI."""
    folder = Path(os.environ.get("PARCELBRIDGE_CONTRACTS") or ROOT.parent / "shared")
    if (folder / "tools" / "judge.py").is_file():
        return folder
    reason = f"no contracts at {folder}: set PARCELBRIDGE_CONTRACTS to the folder with specs/ and tools/"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
