"""The second half of the campaign of test_campaign.py: a file of its own, so that both run side by side."""

from __future__ import annotations

from sandbox.simulation.campaign import ORDERS_OF_A_WORLD
from tests.simulation.test_campaign import ORDERS, check_campaign, in_its_own_process


def test_g1_two_thousand_orders_more_under_faults_end_as_declared() -> None:
    half = ORDERS // 2
    tally = in_its_own_process(ORDERS, half // ORDERS_OF_A_WORLD)
    assert tally.orders == half
    check_campaign(tally)
