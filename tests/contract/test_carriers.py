"""Every carrier under the one suite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.systems import CARRIERS
from tests.contract.bench import CarrierBench
from tests.contract.carrier_suite import CarrierSuite
from tests.made_up import registered


@pytest.fixture(params=[*sorted(CARRIERS), "snail"])
def bench(request: pytest.FixtureRequest) -> Iterator[CarrierBench]:
    with registered():
        yield CarrierBench(request.param)


class TestCarriers(CarrierSuite):
    """The whole suite for each kind."""
