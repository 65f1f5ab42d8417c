"""Tracking numbers in one field."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.erp.fields.numbers import joined, numbers_in, rest_of

NINE = [f"1Z12345E029198{n:04}" for n in range(9)]
numbers = st.lists(st.sampled_from(NINE), min_size=1, max_size=9, unique=True)


def test_q47_six_ups_numbers_fit_into_a121_and_the_rest_is_counted() -> None:
    assert joined(NINE[:6], 120) == " ".join(NINE[:6])
    assert joined(NINE, 120) == " ".join(NINE[:6]) + " +3"


def test_q58_numbers_of_22_digits_fit_too_and_are_never_cut() -> None:
    long = [f"92055901755477000000{n:02}" for n in range(6)]
    assert joined(long, 120) == " ".join(long[:5]) + " +1"
    assert joined(long[:1], 20) is None


def test_a_count_is_told_apart_from_a_text_that_holds_a_plus() -> None:
    assert rest_of(f"{NINE[0]} +3") == " (3 more numbers are kept in our store)"
    assert rest_of("ask +46850000000") == ""
    assert numbers_in(f"{NINE[0]} {NINE[1]} +3") == NINE[:2]


def test_one_number_fits_into_thirty_characters() -> None:
    assert joined(NINE[:2], 30) == f"{NINE[0]} +1"


def test_a_field_that_is_too_short_for_one_takes_none() -> None:
    assert joined(NINE[:1], 10) is None
    assert joined(NINE[:2], 19) is None


def test_without_a_known_length_all_are_joined() -> None:
    assert joined(NINE, None) == " ".join(NINE)


def test_appending_keeps_what_is_there_and_adds_ours_once() -> None:
    assert joined(NINE[1:3], 120, NINE[0]) == " ".join(NINE[:3])
    assert joined(NINE[1:3], 120, " ".join(NINE[:3])) == " ".join(NINE[:3])
    assert joined(NINE[:1], 120, "PO 7 part") == f"PO 7 part {NINE[0]}"


def test_numbers_stand_apart_as_the_erp_wants_it_and_are_found_again() -> None:
    text = joined(NINE[:3], 45, separator=", ")
    assert text == ", ".join([*NINE[:2], "+1"])
    assert numbers_in(text) == NINE[:2]
    assert joined(NINE[:3], 45, text, separator=", ") == text


def test_appending_to_a_full_field_counts_the_rest() -> None:
    assert joined(NINE[6:8], 120, " ".join(NINE[:6])) == " ".join(NINE[:6]) + " +2"


@given(numbers, st.integers(18, 130))
def test_the_text_fits_and_its_numbers_and_rest_are_all_of_them(ours: list[str], longest: int) -> None:
    text = joined(ours, longest)
    if text is not None:
        words = text.split()
        rest = int(words.pop()[1:]) if words[-1].startswith("+") else 0
        assert len(text) <= longest
        assert words == ours[: len(words)]
        assert len(words) + rest == len(ours)


@given(numbers, numbers, st.integers(18, 130))
def test_appending_twice_is_appending_once(standing: list[str], ours: list[str], longest: int) -> None:
    before = joined(standing, longest)
    once = joined(ours, longest, before or "")
    if once is not None:
        assert joined(ours, longest, once) == once
        assert len(once) <= longest
