"""Facts that a trail tells beside the head."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.domain.record import AuditEntry, Stray, Way
from shared.domain.replayed import (
    Asked,
    Attempt,
    Made,
    Standing,
    asked_alike,
    attempts,
    shipments_made,
    standing_before,
    strays_accepted,
    strays_asked_to_void,
    strays_reported,
)
from shared.domain.state import State
from tests.builders import usd

AT = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)


def a_trail(*steps: tuple[str, State, dict[str, str]]) -> list[AuditEntry]:
    return [
        AuditEntry(number, AT, "ann", what, state, changes=tuple(changes.items()))
        for number, (what, state, changes) in enumerate(steps, 1)
    ]


def test_the_standing_before_a_hold_is_found_behind_every_step_of_it() -> None:
    trail = a_trail(
        ("received", State.RECEIVED, {}),
        ("refused", State.HELD, {"reason": "write_back"}),
        ("void_asked", State.HELD, {"reason": "void"}),
        ("void_in_doubt", State.HELD, {}),
        ("changed_meanwhile", State.HELD, {"content": "stale"}),
    )
    assert standing_before(trail, "void") == Standing(State.HELD, "write_back", "")
    assert standing_before(trail[:2], "void") == Standing(State.HELD, "write_back", "")


def test_a_reason_that_was_taken_away_is_none_of_the_standing() -> None:
    trail = a_trail(
        ("write_back_failed", State.SHIPPED, {"reason": "retry"}),
        ("written_back", State.DONE, {"reason": ""}),
        ("stray_found", State.HELD, {"reason": "stray"}),
    )
    assert standing_before(trail, "stray") == Standing(State.DONE, "", "")


def test_each_generation_s_shipment_is_told_as_it_was_bought_whatever_a_void_took_away() -> None:
    trail = a_trail(
        ("received", State.RECEIVED, {"generation": "1"}),
        ("intent", State.INTENT, {"reference": "D-O-1"}),
        ("created", State.SHIPPED, {"shipment_id": "1Z1", "service": "03", "cost": "12.50 USD"}),
        ("voided", State.HELD, {"tracking_number": "", "cost": ""}),
        ("ship_again", State.RECEIVED, {"generation": "2", "shipment_id": "", "service": "", "reference": ""}),
        ("intent", State.INTENT, {"reference": "D-O-2"}),
        ("adopted", State.SHIPPED, {"shipment_id": "1Z2", "service": "02", "cost_estimated": "True"}),
    )
    assert shipments_made(trail) == {
        1: Made("D-O-1", "1Z1", "03", usd("12.50"), cost_estimated=False),
        2: Made("D-O-2", "1Z2", "02", None, cost_estimated=True),
    }


def test_each_create_call_is_an_attempt_with_what_it_asked_for() -> None:
    trail = a_trail(
        ("received", State.RECEIVED, {"generation": "1", "fingerprint": "a"}),
        ("intent", State.INTENT, {"reference": "D-O-1"}),
        ("not_sent", State.READY, {}),
        ("fixed", State.RECEIVED, {}),
        ("intent", State.INTENT, {"attempt": "2"}),
        ("ship_again", State.RECEIVED, {"generation": "2", "fingerprint": "b"}),
    )
    assert attempts(trail) == (
        [Attempt("D-O-1", Asked(1, "a", 0), made_nothing=True), Attempt("D-O-1", Asked(1, "a", 1))],
        Asked(2, "b", 1),
    )


RECEIVED = ("received", State.RECEIVED, {"generation": "1", "fingerprint": "a"})
INTENT = ("intent", State.INTENT, {"attempt": "1"})
READ_AGAIN = ("read_again", State.RECEIVED, {"fingerprint": "b"})
FIXED = ("fixed", State.RECEIVED, {})
LOST = ("outcome_unknown", State.UNKNOWN, {})
AGAIN = ("ship_again", State.RECEIVED, {"generation": "2"})


@pytest.mark.parametrize(
    ("steps", "alike"),
    [
        ((RECEIVED,), True),
        ((RECEIVED, READ_AGAIN, FIXED, INTENT, LOST), True),
        ((RECEIVED, INTENT, LOST, READ_AGAIN), False),
        ((RECEIVED, INTENT, LOST, FIXED), False),
        ((RECEIVED, INTENT, LOST, READ_AGAIN, RECEIVED), True),
        ((RECEIVED, INTENT, LOST, READ_AGAIN, INTENT, LOST), False),
        ((RECEIVED, INTENT, ("not_sent", State.READY, {}), READ_AGAIN, INTENT, LOST), True),
        ((RECEIVED, INTENT, LOST, READ_AGAIN, INTENT, ("refused", State.HELD, {})), False),
        ((RECEIVED, INTENT, LOST, ("adopted", State.SHIPPED, {}), AGAIN, READ_AGAIN, INTENT, LOST), True),
    ],
)
def test_creates_asked_alike_where_nothing_was_changed_since_one_that_may_have_been_made(
    steps: tuple[tuple[str, State, dict[str, str]], ...], alike: bool
) -> None:
    assert asked_alike(a_trail(*steps)) is alike


def stray(what: str, state: State, reason: str | None, why: str = "", ways: dict[str, str] | None = None) -> AuditEntry:
    changes = () if reason is None else (("reason", reason),)
    return AuditEntry(
        1,
        AT,
        "ann",
        what,
        state,
        why=why,
        changes=changes,
        strays=tuple(Stray(each, Way(way)) for each, way in (ways or {}).items()),
    )


FOUND = stray("stray_found", State.HELD, "stray", "any words", {"1Z2": "not_picked_up"})
FOUND_IN_PROSE = stray("stray_found", State.HELD, "stray", "1Z2")
GONE = stray("stray_gone", State.DONE, "", "only 1Z1 stands under D-O-1")
CHANGED = stray("changed_after_label", State.HELD, "changed", "changed")
ACCEPTED = stray("accepted", State.DONE, "", "they want both")


@pytest.mark.parametrize("found", [FOUND, FOUND_IN_PROSE])
def test_a_stray_is_let_pass_only_by_what_a_person_lets_pass_of_its_own_hold(found: AuditEntry) -> None:
    assert strays_accepted([found, ACCEPTED]) == {"1Z2"}
    assert strays_accepted([found, GONE, CHANGED, ACCEPTED]) == set(), "it was gone: who accepts a change knows it not"
    assert strays_accepted([found, ACCEPTED, CHANGED, ACCEPTED]) == {"1Z2"}
    assert strays_accepted([found, GONE, found, ACCEPTED]) == {"1Z2"}


def test_what_a_hold_tells_of_is_known_by_ids_whatever_the_words() -> None:
    assert strays_reported([FOUND]) == {"1Z2": "not_picked_up"}
    assert strays_reported([FOUND_IN_PROSE]) == {"1Z2": ""}
    assert strays_reported([FOUND, GONE]) == {}
    asked = stray("stray_void_asked", State.HELD, None, "", {"1Z2": "not_picked_up"})
    assert strays_reported([FOUND, asked]) == {}


def test_what_the_carrier_was_asked_to_void_is_known_with_its_answer() -> None:
    asked = stray("stray_void_asked", State.HELD, "stray", "1Z2", {"1Z2": "not_picked_up"})
    voided, failed = stray("stray_voided", State.DONE, ""), stray("stray_void_failed", State.HELD, None)
    refused = stray("stray_void_refused", State.HELD, None)
    assert strays_asked_to_void([FOUND]) == {}
    assert strays_asked_to_void([asked]) == strays_asked_to_void([asked, failed]) == {"1Z2": False}
    assert strays_asked_to_void([asked, failed, asked, voided]) == {"1Z2": True}
    assert strays_asked_to_void([asked, refused]) == {}, "it lives"
    assert strays_asked_to_void([asked, voided, asked, refused]) == {"1Z2": True}, "what is dead stays so"
    assert strays_asked_to_void([stray("stray_void_asked", State.HELD, "stray", "1Z2")]) == {"1Z2": False}
