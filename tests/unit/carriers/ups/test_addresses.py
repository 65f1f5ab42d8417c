"""Accept rules: what counts as the same address, and what is shown to a person instead."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.carriers.ups import parse
from shared.carriers.ups.addresses import Candidate, Opinion, difference, judged
from shared.domain.address import Address
from tests.samples.address_pairs import PAIRS, read
from tests.samples.ups import answers
from tests.unit.carriers.ups.quirks import keeps

HERE = Address(("1 Dock Street", "Suite 5"), "Albany", "NY", "12207", "US")


def at(*lines: str, **changes: str) -> Address:
    return replace(HERE, lines=lines, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "candidate"),
    [
        (("1 Dock Street", "Suite 5"), ("1 DOCK ST", "STE 5")),
        (("1 Dock St., Ste. 5",), ("1 DOCK ST STE 5",)),
        (("Suite 5", "1 Dock Street"), ("1 DOCK ST STE 5",)),
        (("1 Dock St # 5",), ("1 DOCK ST STE 5",)),
        (("1 Dock St Suite #5",), ("1 DOCK ST STE 5",)),
        (("1 Dock", "Suite 05"), ("1 DOCK ST STE 5",)),
        (("1300 North Canterbury Road",), ("1300 N CANTERBURY RD",)),
        (("37-10 114th Street",), ("37-10 114TH ST",)),
        (("1 Dock St", "Dock 12"), ("1 DOCK ST DOCK 12",)),
        (("1 Dock St", "Apt B"), ("1 DOCK ST APT B",)),
    ],
)
def test_s20_case_punctuation_suffix_and_the_writing_of_a_unit_make_no_other_address(
    asked: tuple[str, ...], candidate: tuple[str, ...]
) -> None:
    assert difference(at(*asked), at(*candidate)) == ""


def test_s20_a_zip_plus_4_and_the_case_of_the_town_make_no_other_address() -> None:
    assert difference(HERE, at("1 DOCK ST STE 5", city="ALBANY", postcode="12207-1234")) == ""
    assert difference(replace(HERE, postcode="122079999"), at("1 DOCK ST STE 5", postcode="12207-1234")) == ""


def test_puerto_rico_has_no_state_of_the_erps_to_differ() -> None:
    isla = Address(("1 Calle Sol",), "San Juan", "", "00901", "PR")
    assert difference(isla, replace(isla, lines=("1 CALLE SOL",), state="PR", postcode="00901-1234")) == ""


@pytest.mark.parametrize(("asked", "candidate", "same"), PAIRS)
def test_two_writings_of_one_place_are_told_from_two_places(asked: str, candidate: str, same: bool) -> None:
    assert (difference(read(asked), read(candidate)) == "") is same


def test_a_candidate_without_the_line_that_names_the_place_is_valid() -> None:
    asked = at("Empire Logistics Park", "1 Dock Street", "Suite 5")
    assert judged(Opinion("valid", (Candidate(at("1 DOCK ST STE 5")),)), asked).outcome == "valid"
    assert judged(Opinion("valid", (Candidate(at("1 DOCK ST")),)), asked).outcome == "ambiguous"


@keeps(117)
@pytest.mark.parametrize("candidate", ["1 DOCK ST", "1 DOCK ST STE 6", "1 DOCK ST APT 5", "1 DOCK ST STE 5 FL 2"])
def test_s20_a_candidate_that_loses_changes_or_adds_a_unit_is_another_address(candidate: str) -> None:
    assert difference(HERE, at(candidate))


@keeps(98)
@pytest.mark.parametrize("asked", ["1 Dock St", "1300 Canterbury Rd N", "Canterbury Rd N"])
def test_s20_a_range_of_house_numbers_is_no_address(asked: str) -> None:
    assert difference(at(asked), at("1300-1398 CANTERBURY RD N")).startswith("a range of house numbers")


@pytest.mark.parametrize(
    ("candidate", "why"),
    [
        (at("2 DOCK ST STE 5"), "another house number"),
        (at("1 DOCK AVE STE 5"), "another street"),
        (at("1 PORT ST STE 5"), "another street"),
        (at("1 N DOCK ST STE 5"), "another street"),
        (at("1 DOCK ST STE 5", city="TROY"), "another city"),
        (at("1 DOCK ST STE 5", postcode="12208"), "another ZIP"),
        (at("1 DOCK ST STE 5", state="NJ"), "another state"),
    ],
)
def test_another_house_street_town_or_zip_is_another_address_and_is_named(candidate: Address, why: str) -> None:
    assert difference(HERE, candidate).startswith(why)


def test_a_valid_answer_about_another_address_is_ambiguous_and_says_why() -> None:
    lost = at("1 DOCK ST")
    check = judged(Opinion("valid", (Candidate(lost),), residential=True), HERE)
    assert (check.outcome, check.candidates, check.residential) == ("ambiguous", (lost,), True)
    assert "STE 5" in check.note


def test_of_several_candidates_the_one_that_is_the_address_makes_it_valid_with_its_classification() -> None:
    same, other = at("1 DOCK ST STE 5"), at("100-198 DOCK ST")
    check = judged(Opinion("ambiguous", (Candidate(other, False), Candidate(same, True))), HERE)
    assert (check.outcome, check.candidates, check.residential) == ("valid", (other, same), True)


def test_two_candidates_that_are_both_written_like_it_leave_it_open() -> None:
    two = tuple(Candidate(at(f"1 DOCK {suffix} STE 5")) for suffix in ("ST", "AVE"))
    check = judged(Opinion("ambiguous", two), at("1 Dock", "Suite 5"))
    assert (check.outcome, check.note) == ("ambiguous", "several candidates are written like it")


def test_a_valid_answer_without_a_candidate_is_valid_and_none_stays_none() -> None:
    assert judged(Opinion("valid"), HERE).outcome == "valid"
    assert judged(Opinion("none"), HERE).outcome == "none"
    assert judged(Opinion("ambiguous"), HERE).outcome == "ambiguous"


@keeps(96, 97)
@pytest.mark.parametrize(
    ("body", "outcome", "residential"),
    [(answers.VALID, "valid", True), (answers.AMBIGUOUS, "ambiguous", None), (answers.NO_CANDIDATES, "none", None)],
)
def test_valid_ambiguous_and_unknown_are_told_by_their_indicator(
    body: object, outcome: str, residential: bool | None
) -> None:
    opinion = parse.address_opinion(body)
    assert opinion is not None
    check = judged(opinion, at("1 Dock St"))
    assert (check.outcome, check.residential) == (outcome, residential)


street_words = st.sampled_from(["Dock", "Old Mill", "Canterbury", "5th", "Elm"])
suffixes = st.sampled_from([("Street", "ST"), ("Road", "RD"), ("Avenue", "AVE"), ("Way", "WAY")])
units = st.sampled_from([("", ""), ("Suite 7", "STE 7"), ("Apt 2B", "APT 2B"), ("# 12", "UNIT 12")])


@given(st.integers(1, 99999), street_words, suffixes, units, st.from_regex(r"\A\d{4}\Z"))
def test_whatever_ups_normalises_stays_the_same_address_and_losing_the_unit_never_does(
    number: int, street: str, suffix: tuple[str, str], unit: tuple[str, str], extended: str
) -> None:
    asked = at(f"{number} {street} {suffix[0]}", *filter(None, [unit[0]]))
    bare = f"{number} {street.upper()} {suffix[1]}"
    assert difference(asked, at(f"{bare} {unit[1]}", postcode=f"12207-{extended}")) == ""
    assert bool(difference(asked, at(bare))) is bool(unit[0])
    assert difference(asked, at(f"{number}-{number + 98} {street.upper()} {suffix[1]}"))
