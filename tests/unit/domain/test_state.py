"""The states and their order, and what a person is told about each hold."""

from __future__ import annotations

from typing import get_args, get_type_hints

import pytest

from shared.domain.problem import Unshippable
from shared.domain.state import HINTS, Position, Reason, State, may_follow

POSITIONS = [
    Position(state, in_doubt, label, generation)
    for state in State
    for in_doubt in (False, True)
    for label in get_args(get_type_hints(Position)["label"])
    for generation in (1, 2)
]


def after(*before: Position) -> set[Position]:
    return {each for each in POSITIONS for here in before if may_follow(here, each)}


def reachable(start: State | Position) -> set[Position]:
    first = start if isinstance(start, Position) else Position(start)
    found, edge = {first}, {first}
    while edge:
        edge = after(*edge) - found
        found |= edge
    return found


KNOWN = reachable(State.RECEIVED)


def states(positions: set[Position]) -> set[State]:
    return {each.state for each in positions}


@pytest.mark.parametrize("reason", Reason)
def test_s17_every_reason_for_a_hold_has_a_hint_of_what_to_do(reason: Reason) -> None:
    assert len(HINTS[reason].text) > 20
    assert HINTS[reason].acts


def test_every_state_is_reachable_from_received() -> None:
    assert states(KNOWN) == set(State)


def test_from_every_position_an_order_comes_to_its_end() -> None:
    for each in KNOWN:
        if each.generation == 1:
            assert State.DONE in states(reachable(each)), each


def test_s28_a_label_is_bought_behind_an_intent_and_never_twice_in_a_generation() -> None:
    assert states({each for each in KNOWN if State.INTENT in states(after(each))}) == {State.READY}
    for each in KNOWN:
        for then in after(each):
            if then.label == "live" and each.label != "live":
                assert each.in_doubt
                assert each.state in (State.INTENT, State.UNKNOWN, State.HELD)
            if then.state == State.INTENT:
                assert (each.label, each.in_doubt) == ("", False)


def test_a_doubt_ends_by_a_label_or_leaves_for_another_try_or_for_a_person_and_is_never_forgotten() -> None:
    doubted = {each for each in KNOWN if each.in_doubt}
    assert states(doubted) == {State.INTENT, State.UNKNOWN, State.HELD}
    ended = {(then.state, then.label) for each in doubted for then in after(each) if not then.in_doubt}
    assert ended == {
        (State.SHIPPED, "live"), (State.HELD, "live"), (State.READY, ""), (State.HELD, ""),
    }  # fmt: skip


def test_what_has_a_live_label_is_shipped_done_or_held_until_it_is_voided() -> None:
    for each in KNOWN:
        same = {then for then in after(each) if then.generation == each.generation}
        if each.label == "live":
            assert states(same) <= {State.SHIPPED, State.DONE, State.HELD}
            assert {then.label for then in same} <= {"live", "voided"}
        if each.label == "voided":
            assert states(same) <= {State.HELD, State.CANCELLED}
            assert {then.label for then in same} == {"voided"}


def test_a_further_generation_begins_after_a_void_or_where_a_person_was_asked_and_never_in_doubt() -> None:
    before = {each for each in KNOWN if 2 in {then.generation for then in after(each)} and each.generation == 1}
    assert {(each.state, each.label) for each in before} == {
        (State.CANCELLED, "voided"), (State.HELD, ""), (State.HELD, "live"), (State.HELD, "voided"),
    }  # fmt: skip
    assert not any(each.in_doubt for each in before)


def test_nothing_is_cancelled_while_a_label_may_exist() -> None:
    before = {each for each in KNOWN if State.CANCELLED in states(after(each))}
    assert states(before) == {State.RECEIVED, State.READY, State.HELD}
    assert {(each.in_doubt, each.label) for each in before} == {(False, ""), (False, "voided")}


def test_a_problem_names_reason_field_and_value() -> None:
    problem = Unshippable(Reason.WEIGHT, "line 1 has no weight", field="lines.1.unit_weight", value="0")
    assert (problem.reason, problem.field, problem.value) == (Reason.WEIGHT, "lines.1.unit_weight", "0")
    assert str(problem) == "line 1 has no weight"
