"""Every carrier under the one suite."""

from __future__ import annotations

import pytest

from sandbox.systems import CARRIERS
from tests.contract.bench import CarrierBench
from tests.contract.carrier_suite import CarrierSuite


@pytest.fixture(params=sorted(CARRIERS))
def bench(request: pytest.FixtureRequest) -> CarrierBench:
    return CarrierBench(request.param)


class TestCarriers(CarrierSuite):
    """The whole suite for each kind."""
