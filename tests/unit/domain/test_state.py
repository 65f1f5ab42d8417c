"""The states and their order, and what a person is told about each hold."""

from __future__ import annotations

import pytest

from shared.domain.problem import Unshippable
from shared.domain.state import HINTS, OPEN, Reason, State, may_follow


def reachable(start: State) -> set[State]:
    found, edge = {start}, [start]
    while edge:
        here = edge.pop()
        new = {state for state in State if may_follow(here, state)} - found
        found |= new
        edge += new
    return found


@pytest.mark.parametrize("reason", Reason)
def test_s17_every_reason_for_a_hold_has_a_hint_of_what_to_do(reason: Reason) -> None:
    assert len(HINTS[reason].text) > 20
    assert HINTS[reason].acts


def test_every_state_is_reachable_from_received() -> None:
    assert reachable(State.RECEIVED) == set(State)


@pytest.mark.parametrize("state", sorted(OPEN | {State.HELD}))
def test_no_state_is_a_dead_end_on_the_way_to_done(state: State) -> None:
    assert State.DONE in reachable(state)


def test_s28_a_label_is_bought_behind_an_intent_and_never_twice_in_a_generation() -> None:
    assert {state for state in State if may_follow(state, State.INTENT)} == {State.READY}
    for bought in (State.SHIPPED, State.DONE):
        assert not any(may_follow(bought, state) for state in (State.READY, State.INTENT, State.RECEIVED))
    assert not may_follow(State.INTENT, State.INTENT)
    assert not may_follow(State.UNKNOWN, State.INTENT)


def test_nothing_is_cancelled_while_a_label_may_exist() -> None:
    cancelled_from = {state for state in State if may_follow(state, State.CANCELLED)}
    assert cancelled_from == {State.RECEIVED, State.READY, State.HELD}


def test_a_problem_names_reason_field_and_value() -> None:
    problem = Unshippable(Reason.WEIGHT, "line 1 has no weight", field="lines.1.unit_weight", value="0")
    assert (problem.reason, problem.field, problem.value) == (Reason.WEIGHT, "lines.1.unit_weight", "0")
    assert str(problem) == "line 1 has no weight"
