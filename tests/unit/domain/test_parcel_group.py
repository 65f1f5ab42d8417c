"""Which parcel group keeps a line: the rule by which no line of a document is in two labels."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.order import Order
from shared.domain.parcel_group import (
    Claim,
    Regrouped,
    by_line,
    delivery_of,
    document_key,
    key_in,
    line_group,
    made_of_lines,
    regroup,
)
from tests.builders import a_line, an_order

KNOWN = frozenset("123456")


def group(*numbers: str, **changes: object) -> Order:
    """A group as the ERP gives it now; what it is called does not matter here."""
    return replace(an_order(), lines=tuple(a_line(number) for number in numbers), **changes)  # type: ignore[arg-type]


def claim(delivery: str, standing: str, *lines: str) -> Claim:
    return Claim(delivery, standing, frozenset(lines))  # type: ignore[arg-type]


def names(found: Regrouped) -> dict[str, list[str]]:
    return {order.delivery: [line.number for line in order.lines] for order, _ in found.groups}


@pytest.mark.parametrize(("delivery", "last"), [("", "-"), ("line-2", "line-2"), ("line-3/1", "line-3%2F1")])
def test_a_group_s_key_names_its_document_and_reads_back(delivery: str, last: str) -> None:
    key = replace(an_order(), delivery=delivery).key
    assert key == f"infor-m3:ACME_TST/100/1000001/{last}"
    assert (document_key(key), delivery_of(key)) == ("infor-m3:ACME_TST/100/1000001", delivery)
    assert key_in(document_key(key), delivery) == key


def test_lines_and_groups_are_sorted_as_people_count() -> None:
    assert sorted(["10", "2", "3/10", "3/2", "3"], key=by_line) == ["2", "3", "3/2", "3/10", "10"]
    assert sorted(["line-10", "", "line-2"], key=by_line) == ["", "line-2", "line-10"]


def test_groups_of_lines_are_told_from_delivery_notes() -> None:
    assert made_of_lines(["line-1", "line-2"])
    assert not made_of_lines(["", "80001", "L-1"])


def test_groups_are_named_by_their_lowest_line() -> None:
    assert names(regroup([group("3", "10"), group("2")], [], KNOWN)) == {"line-3": ["3", "10"], "line-2": ["2"]}


def test_a_line_stays_with_its_label_wherever_the_erp_moves_it() -> None:
    bought = claim("line-1", "bought", "1", "3")
    moved = regroup([group("1"), group("2", "3")], [bought, claim("line-2", "waiting", "2")], KNOWN)
    assert names(moved) == {"line-2": ["2"]}
    assert moved.groups[0][0].notes == ("line 3 has the same ship-to and stays with another parcel group",)
    assert (moved.losing, moved.ending, moved.settled) == ((), (), True)


def test_a_document_that_was_shipped_whole_is_not_shipped_again_when_its_lines_part() -> None:
    assert names(regroup([group("1"), group("2")], [claim("", "bought", "1", "2")], KNOWN)) == {}


def test_groups_that_come_together_are_one_group_without_what_was_shipped() -> None:
    claims = [claim("line-1", "bought", "1"), claim("line-2", "waiting", "2"), claim("line-3", "waiting", "3")]
    found = regroup([group("1", "2", "3")], claims, KNOWN)
    assert names(found) == {"line-2": ["2", "3"]}
    assert (found.losing, found.ending) == (("line-3",), ("line-3",))


def test_a_waiting_group_that_loses_a_line_is_stopped_first_and_one_that_only_gains_is_not() -> None:
    claims = [claim("line-1", "waiting", "1", "3"), claim("line-2", "waiting", "2")]
    found = regroup([group("1"), group("2", "3")], claims, KNOWN)
    assert (found.losing, found.ending) == (("line-1",), ())


def test_a_line_that_left_the_order_stops_nobody() -> None:
    assert regroup([group("1")], [claim("line-1", "waiting", "1", "3")], KNOWN).losing == ()


def test_a_cancelled_group_holds_nothing() -> None:
    found = regroup([group("1", "2")], [claim("line-1", "free", "1")], KNOWN)
    assert (names(found), found.losing, found.ending) == ({"line-1": ["1", "2"]}, (), ())


def test_what_another_connection_has_stays_there_until_it_lets_go() -> None:
    found = regroup([group("1"), group("2")], [claim("line-2", "elsewhere", "2")], KNOWN)
    assert (names(found), found.settled) == ({"line-1": ["1"]}, False)


def test_a_line_that_came_after_a_label_is_for_a_person_and_takes_its_group_along() -> None:
    claims = [claim("line-1", "bought", "1"), claim("line-2", "waiting", "2")]
    (one,) = regroup([group("1"), group("2", "5")], claims, frozenset({"1", "2"})).groups
    assert one[0].delivery == "line-2"
    assert one[1] == "line 5 came after a label of this document: is it one that was shipped already?"


def test_a_line_that_was_known_before_the_first_label_needs_nobody_though_its_claim_was_never_made() -> None:
    (one,) = regroup([group("2")], [claim("line-1", "bought", "1")], frozenset({"1", "2"})).groups
    assert one[1] == ""


def test_a_group_that_waits_for_a_person_does_not_vouch_for_its_own_lines() -> None:
    doubted = Claim("line-5", "waiting", frozenset({"5"}), doubted=True)
    bought, read = claim("line-1", "bought", "1"), [group("1"), group("5")]
    assert regroup(read, [bought, doubted], frozenset("1")).groups[0][1]
    assert not regroup(read, [bought, replace(doubted, doubted=False)], frozenset("1")).groups[0][1]


def test_what_was_shipped_and_is_kept_no_longer_leaves_everything_else_to_a_person() -> None:
    (one,) = regroup([group("2")], [Claim("line-1", "bought", None)], KNOWN).groups
    assert "kept no longer" in one[1]


standings = st.sampled_from(["free", "waiting", "elsewhere", "bought"])


@given(
    places=st.lists(st.integers(0, 3), min_size=1, max_size=8),
    before=st.lists(st.tuples(st.integers(0, 3), standings), min_size=8, max_size=8),
)
def test_no_line_is_in_two_groups_and_none_is_lost(places: list[int], before: list[tuple[int, str]]) -> None:
    lines = [str(number) for number in range(1, len(places) + 1)]
    read = [group(*(n for n, at in zip(lines, places, strict=True) if at == place)) for place in sorted(set(places))]
    standing = dict(before)
    held = {place: [n for n, (at, _) in zip(lines, before, strict=False) if at == place] for place in standing}
    claims = [claim(line_group(found[0]), standing[place], *found) for place, found in held.items() if found]
    found = regroup(read, claims, frozenset(lines))
    given_out = [number for numbers in names(found).values() for number in numbers]
    kept = [number for each in claims for number in each.keeps]
    assert sorted(given_out + kept) == sorted(lines)
    assert len(names(found)) == len(found.groups)
    stopped_or_same = {each.delivery for each in claims if each.standing == "waiting"}
    for each in claims:
        if each.delivery in stopped_or_same - {*found.losing}:
            elsewhere = [n for name, numbers in names(found).items() if name != each.delivery for n in numbers]
            assert not (each.lines or frozenset()) & set(elsewhere)
