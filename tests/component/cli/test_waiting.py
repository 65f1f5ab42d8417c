"""`orders wait`: for scripts and for people who have just decided something."""

from __future__ import annotations

import pytest

from cli.orders import waiting
from shared.domain.state import State
from tests.component.cli.fakes import Desk


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    taken: list[float] = []
    monkeypatch.setattr(waiting.time, "sleep", taken.append)
    return taken


def test_an_order_that_is_done_is_told_with_its_number_and_nobody_waits(desk: Desk, naps: list[float]) -> None:
    desk.has()
    key = desk.takes("1000001")
    steps = (State.READY, State.INTENT, State.SHIPPED, State.DONE)
    desk.moves(key, *steps, tracking_number="1ZA1B2C30300000012")
    said = desk.run("orders", "wait", "1000001")
    assert (said.exit_code, said.output, naps) == (0, "1000001: DONE 1ZA1B2C30300000012\n", [])


def test_an_order_that_moves_is_looked_at_each_second_until_it_is_held(
    desk: Desk, naps: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.has()

    def nap(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 2:
            desk.takes("1000001")
        if len(naps) == 4:
            key = "infor-m3:ACME_TST/100/1000001/-"
            desk.moves(key, State.HELD, reason="weight")

    monkeypatch.setattr(waiting.time, "sleep", nap)
    said = desk.run("orders", "wait", "1000001")
    assert said.exit_code == 1
    assert "1000001: HELD weight" in said.output
    assert naps == [1.0] * 4


def test_patience_ends_with_what_the_order_waits_in_and_where_to_look(desk: Desk, naps: list[float]) -> None:
    desk.has()
    desk.takes("1000001")
    said = desk.run("orders", "wait", "1000001", "--for", "2")
    assert said.exit_code == 1
    assert "1000001 is still RECEIVED after 2 seconds" in said.output
    assert "parcelbridge orders show 1000001" in said.output
    assert len(naps) == 2


def test_an_order_that_never_comes_is_told_as_absent(desk: Desk, naps: list[float]) -> None:
    desk.has()
    said = desk.run("orders", "wait", "7", "--for", "1")
    assert said.exit_code == 1
    assert "there is no order 7" in said.output


def test_an_order_that_is_done_is_waited_for_until_its_erp_thinks_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.has()
    key = desk.takes("1000001")
    desk.moves(key, State.READY, State.INTENT, State.SHIPPED, State.DONE)
    monkeypatch.setattr(waiting.time, "sleep", lambda _: desk.moves(key, State.HELD, reason="changed"))
    said = desk.run("orders", "wait", "1000001", "--until", "held")
    assert said.exit_code == 0
    assert said.output.startswith("1000001: HELD changed")


def test_a_state_in_which_no_order_stays_can_not_be_waited_for(desk: Desk) -> None:
    said = desk.run("orders", "wait", "1000001", "--until", "ready")
    assert said.exit_code == 2
    assert "allowed: CANCELLED, DONE, HELD" in said.output
