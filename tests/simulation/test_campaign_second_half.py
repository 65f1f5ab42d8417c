"""The other half of the twenty thousand orders of each test run: in a file of its own, for another worker to live."""

from __future__ import annotations

from tests.simulation.test_campaign import ends_as_declared


def test_g1_the_second_ten_thousand_of_twenty_thousand_orders_under_faults_end_as_declared() -> None:
    ends_as_declared(seed=2)
