"""The base of all tests: the contracts, who counts lines, which worker runs what, and in which order."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

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
    "component/workflow/test_after_label.py",
    "component/workflow/test_demo_pairs.py",
    "component/workflow/test_demo_seed.py",
    "component/workflow/test_many_packages.py",
    "component/workflow/test_open_documents.py",
    "component/workflow/test_parcel_groups.py",
    "component/workflow/test_preparing.py",
    "component/workflow/test_receiving_faults.py",
    "component/workflow/test_strays.py",
    "component/workflow/test_taking_in.py",
    "contract/test_m3_any_order.py",
    "contract/test_m3_judge.py",
    "contract/test_many_packages.py",
    "contract/test_newer_formats.py",
    "contract/test_ups_properties.py",
    "contract/test_ups_requests.py",
)
"""Tests whose lines no coverage counts. Counting takes as long again as they do, and other tests count these lines; a
single long test says it by the mark no_cover."""


DEPLOYED = tuple(f"e2e/test_{name}.py" for name in ("demo", "local_stack", "pages", "webhooks", "console_on_the_stack"))
"""Files of one stack: the same worker runs them, since a stack is deployed once for each."""
FIRST = ("e2e/test_first_hour.py", "e2e/test_faults_on_the_stack.py", *DEPLOYED, "e2e/")
"""The tests that wait most begin first: the others use the time."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if file_of(item).startswith(UNCOUNTED):
            item.add_marker("no_cover")
    items.sort(key=turn_of)


def turn_of(item: pytest.Item) -> int:
    return next((turn for turn, first in enumerate(FIRST) if file_of(item).startswith(first)), len(FIRST))


def file_of(item: pytest.Item) -> str:
    return item.path.relative_to(ROOT / "tests").as_posix()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Under `--dist loadfile` a file is run by one worker, and so are files that share a stack."""
    from xdist.scheduler import LoadFileScheduling

    class Files(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return DEPLOYED[0] if file.endswith(DEPLOYED) else file

    return Files(config, log) if config.getvalue("dist") == "loadfile" else None


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
