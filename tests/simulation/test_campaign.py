"""The simulation itself: nothing is duplicated, lost, stuck or unexpected, and the same seed is the same run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from sandbox.simulation.campaign import campaign, live, plan_of, scenario_of
from sandbox.simulation.faults import ChosenFaults
from sandbox.simulation.reached import missed
from tests.deep import deep, size

ROOT = Path(__file__).resolve().parents[2]
ORDERS = size(1_600, 4_000)
"""Every ground four times, and in `make test-deep` ten. `make simulate` lives the many."""
SHARE = 0.15
"""Of the calls that are made while faults go on, so that a tenth of all is struck: a world lives on without."""
NOTHING = {"duplicated": 0, "lost": 0, "stuck": 0, "unexpected": 0}
LINE = re.compile(
    r"simulate: seed=3 orders=51 ios=\d+ faults=\d+ share=0.\d+ "
    r"duplicated=0 lost=0 stuck=0 held=\d+ unexpected=0 orders_per_s=\d+"
)


def simulate(*options: str, hash_seed: str = "0") -> list[str]:
    command = [sys.executable, "-m", "sandbox", "simulate", *options]
    ran = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": hash_seed}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout.splitlines()


@deep
def test_g1_orders_under_faults_end_as_declared() -> None:
    """In a process whose lines no coverage counts: that would take longer than the campaign."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        tally = process.submit(campaign, 1, ORDERS, SHARE, 1, _unheard).result()
    assert tally.orders == ORDERS
    assert tally.counts == NOTHING, f"python -m sandbox simulate --orders {ORDERS} --world {tally.failed[0]}"
    assert tally.faults / tally.ios >= 0.1
    assert tally.faults / tally.exposed == pytest.approx(SHARE, rel=0.02)
    assert 0.02 < tally.held / tally.orders < 0.4
    assert missed(tally.reached, tally.orders) == []


def _unheard(worlds: int, well: bool) -> None:
    """Nobody watches."""


def test_g3_the_same_seed_is_the_same_run_whatever_the_process_hashes() -> None:
    options = ("--orders", "51", "--seed", "3")
    once, again = simulate(*options, "--processes", "1"), simulate(*options, "--processes", "2", hash_seed="7")
    assert once[-2] == again[-2]
    assert once[-2].startswith("trace ")
    assert LINE.fullmatch(once[-1])


@deep
@pytest.mark.parametrize("processes", range(1, size(2, 3)))
def test_a_campaign_that_is_stopped_tells_of_the_worlds_up_to_then(processes: int) -> None:
    def stopped(worlds: int, well: bool) -> None:
        assert well
        if worlds == 3:
            raise KeyboardInterrupt

    tally = campaign(1, ORDERS, SHARE, processes, stopped, 1)
    assert (tally.orders, tally.counts) == (100, NOTHING)
    assert tally.ios > tally.faults > 0


@deep
@pytest.mark.parametrize("share", [0.02, 0.1, 0.3])
def test_the_share_of_the_faults_is_the_one_that_was_asked_for(share: float) -> None:
    lived = [live(scenario_of(7, size(30, 100), index), plan_of(7, share, index)) for index in range(size(1, 2))]
    assert sum(len(each.faults) for each in lived) / sum(each.exposed for each in lived) == pytest.approx(
        share, rel=0.1
    )


def test_a_run_is_told_again_by_its_faults_alone() -> None:
    scenario = scenario_of(5, 25, 0)
    random = live(scenario, plan_of(5, 0.1, 0))
    chosen = ChosenFaults({each.place: each.kind for each in random.faults})
    assert len(random.faults) > 100
    assert live(scenario, chosen).trace == random.trace
