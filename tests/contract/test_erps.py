"""Every ERP under the one suite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.systems import ERPS
from tests.contract.bench import ErpBench
from tests.contract.erp_suite import ErpSuite
from tests.made_up import registered


@pytest.fixture(params=[*sorted(ERPS), "burrow"])
def bench(request: pytest.FixtureRequest) -> Iterator[ErpBench]:
    with registered():
        yield ErpBench(request.param)


class TestErps(ErpSuite):
    """The whole suite for each kind."""
