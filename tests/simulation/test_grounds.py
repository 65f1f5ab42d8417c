"""The campaign's grounds meet every policy, and a campaign says what it never reached."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

from sandbox.faces import Entered
from sandbox.simulation import command
from sandbox.simulation.campaign import NOTHING_YET, policies
from sandbox.simulation.faults import NoFaults
from sandbox.simulation.parcels import wording
from sandbox.simulation.reached import ALL, LEFT_OUT, RARE, WANTED, missed
from sandbox.simulation.scenario import EVERY, drawn, grounds_of
from sandbox.simulation.world import World
from shared.domain.milestones import Milestone
from shared.domain.state import Reason

SOME = 500
"""Worlds: 25,000 orders."""


@pytest.mark.parametrize("ground", EVERY)
def test_each_ground_comes_as_often_as_is_said_and_under_every_policy(ground: str) -> None:
    met = [index for index in range(SOME) if ground in grounds_of(index)]
    of, _ = EVERY[ground]
    assert SOME / of * 0.6 <= len(met) <= SOME / of * 1.25  # weeks take some away, and bring after
    assert {policies()[index % len(policies())] for index in met} == set(policies())


def test_a_world_on_every_ground_has_its_connections_and_its_file_anew() -> None:
    scenario = drawn("all", 50, "hold", grounds=frozenset(EVERY))
    (second,) = scenario.others
    assert second.id != scenario.connection.id
    assert second.erp == scenario.connection.erp
    assert scenario.anew.id == scenario.connection.id
    assert scenario.anew != scenario.connection
    assert scenario.behind
    assert scenario.failing


def test_every_reason_of_a_hold_is_to_be_reached_or_is_left_out_with_its_cause() -> None:
    wanted = {each.removeprefix("held ") for each in WANTED if each.startswith("held ")}
    assert wanted | set(LEFT_OUT) == {str(each) for each in Reason}
    assert not wanted & set(LEFT_OUT)
    assert missed(WANTED, ALL) == []
    assert RARE <= WANTED


@pytest.mark.parametrize(
    ("orders", "faults", "reached", "well"),
    [(2000, 0.1, WANTED, True), (2000, 0.1, WANTED - {"held weight"}, False),
     (2000, 0.1, WANTED - RARE, True), (100_000, 0.1, WANTED - {"held stray"}, False),
     (100, 0.1, frozenset(), True), (2000, 0.0, frozenset(), True)],
    ids=["all", "one is missing", "a rare one is missing", "no longer rare", "a short run", "without faults"],
)  # fmt: skip
def test_a_long_campaign_fails_where_it_never_reached_something(
    orders: int,
    faults: float,
    reached: frozenset[str],
    well: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(command, "campaign", lambda *_: replace(NOTHING_YET, orders=orders, reached=reached))
    assert command.simulate(orders, 1, faults, 1) is well
    assert ("never reached: held" in capsys.readouterr().out) is not well


@pytest.mark.parametrize("grounds", [frozenset(), frozenset({"weeks", "after", "two"})], ids=["any", "weeks"])
def test_no_day_of_a_world_hangs_on_the_day_on_which_it_is_lived(grounds: frozenset[str]) -> None:
    scenario = drawn("a day", 50, "hold", grounds=grounds)
    world = World(scenario, NoFaults())
    entered, erp = list[Entered](), Mock(wraps=world.erp)
    erp.add = entered.append
    for order in world.seeded:
        order.add(erp, order.document)
    needed = {each.document: each.needed for each in entered}
    assert all(needed.values()), "a fixed day"
    for order in world.seeded:
        if order.needed:
            assert needed[order.document] == f"{order.needed:%Y%m%d}", order.story


@pytest.mark.parametrize(
    ("told", "by", "well"),
    [("03", "03", True), ("02 03", "03 02", True), ("02 03", "03", False), ("", "03", False), ("01", "03 02", False)],
)
def test_a_document_whose_groups_go_by_two_services_has_both(told: str, by: str, well: bool) -> None:
    live: list[Any] = [SimpleNamespace(service=service, currency="USD") for service in by.split()]
    fields = {"service": told, "currency": "USD", "milestone": str(Milestone.LABEL_CREATED)}
    assert (not list(wording(fields, live, frozenset()))) is well
