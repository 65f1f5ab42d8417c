"""Every ERP under the one suite."""

from __future__ import annotations

import pytest

from sandbox.systems import ERPS
from tests.contract.bench import ErpBench
from tests.contract.erp_suite import ErpSuite


@pytest.fixture(params=sorted(ERPS))
def bench(request: pytest.FixtureRequest) -> ErpBench:
    return ErpBench(request.param)


class TestErps(ErpSuite):
    """The whole suite for each kind."""
