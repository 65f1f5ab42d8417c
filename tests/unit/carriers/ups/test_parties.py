"""Names and addresses: nothing cut, nothing invented, what does not fit is named."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.carriers.ups.parties import address, address_lines, party, postcode, state
from shared.carriers.ups.phones import phone
from shared.carriers.ups.texts import cleaned
from shared.domain.address import Address, Party
from shared.errors import Refused
from tests.samples.ups.plans import SWEDEN, WAREHOUSE, at
from tests.unit.carriers.ups.quirks import keeps


def lines(*given: str) -> list[str]:
    return address_lines(replace(WAREHOUSE.address, lines=given), "ship_to")


def test_lines_that_fit_are_left_as_they_are() -> None:
    assert lines("1 Dock St", "", "Suite 5") == ["1 Dock St", "Suite 5"]


@keeps(51, 62)
def test_a_line_of_36_characters_is_broken_at_a_word_border() -> None:
    assert lines("1 Old Country Road North, Building 77") == ["1 Old Country Road North, Building", "77"]


def test_four_short_lines_are_poured_into_three() -> None:
    assert lines("Dock 12", "North Gate", "Building 7", "1 Dock St") == ["Dock 12 North Gate Building 7 1", "Dock St"]


@pytest.mark.parametrize(
    "given",
    [("X" * 36,), tuple(f"Gate {n} of the northern entrance, then" for n in range(1, 5))],
    ids=["one word too long", "too much for three lines"],
)
def test_what_does_not_fit_into_three_lines_is_held_and_named(given: tuple[str, ...]) -> None:
    with pytest.raises(Refused) as refusal:
        lines(*given)
    assert (refusal.value.reason, refusal.value.field) == ("address", "ship_to.address.lines")
    assert refusal.value.value


words = st.text(st.characters(whitelist_categories=("Lu", "Nd"), max_codepoint=127), min_size=1, max_size=35)


@given(st.lists(st.lists(words, min_size=1, max_size=8).map(" ".join), min_size=1, max_size=6))
def test_no_word_is_lost_added_or_moved_by_the_re_flow(given: list[str]) -> None:
    try:
        flowed = lines(*given)
    except Refused:
        return
    assert " ".join(flowed).split() == " ".join(given).split()
    assert len(flowed) <= 3
    assert all(len(line) <= 35 for line in flowed)


@keeps(10)
def test_a_control_character_becomes_a_blank_since_ups_answers_it_with_an_empty_200() -> None:
    assert cleaned("1 Dock\tSt\x0b\r\n Suite") == "1 Dock St Suite"


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"lines": ()}, "missing", "ship_to.address.lines"),
        ({"city": " "}, "missing", "ship_to.address.city"),
        ({"city": "C" * 31}, "address", "ship_to.address.city"),
        ({"state": ""}, "missing", "ship_to.address.state"),
        ({"state": "New York"}, "address", "ship_to.address.state"),
        ({"postcode": ""}, "missing", "ship_to.address.postcode"),
        ({"postcode": "1220"}, "address", "ship_to.address.postcode"),
        ({"country": ""}, "missing", "ship_to.address.country"),
        ({"country": "USA"}, "address", "ship_to.address.country"),
        ({"country": "DE", "state": "Bayern"}, "address", "ship_to.address.state"),
        ({"country": "DE", "postcode": "1234567890"}, "address", "ship_to.address.postcode"),
    ],
)
@keeps(53)
def test_what_is_missing_or_malformed_is_refused_by_its_field(
    changes: dict[str, object], reason: str, field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        address(at(WAREHOUSE, **changes).address, "ship_to")
    assert (refusal.value.reason, refusal.value.field) == (reason, field)


@pytest.mark.parametrize(
    ("country", "given", "sent"),
    [("US", "12207-1234", "122071234"), ("CA", "k1a 0b1", "K1A0B1"), ("SE", "111 47", "11147"), ("GB", "", "")],
)
def test_a_postcode_loses_its_blanks_and_hyphens(country: str, given: str, sent: str) -> None:
    assert postcode(Address(("1 A St",), "X", "", given, country), "ship_to") == sent


@keeps(41)
def test_a_state_is_two_capitals_in_the_us_and_may_be_absent_elsewhere() -> None:
    assert state(replace(WAREHOUSE.address, state="ny"), "ship_to") == "NY"
    assert "StateProvinceCode" not in address(SWEDEN.address, "ship_to")


@keeps(52)
def test_a_name_or_attention_over_35_characters_is_held_and_not_cut() -> None:
    for field in ("name", "attention"):
        with pytest.raises(Refused) as refusal:
            party(replace(WAREHOUSE, **{field: "N" * 36}), "ship_to")
        assert (refusal.value.reason, refusal.value.field) == ("address", f"ship_to.{field}")


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("(404) 555-0100", {"Number": "4045550100"}),
        ("+1 404 555 0100", {"Number": "4045550100"}),
        ("404-555-0100 ext. 12", {"Number": "4045550100", "Extension": "12"}),
        ("404-555-0100 x7", {"Number": "4045550100", "Extension": "7"}),
        ("", {}),
        ("n/a", {}),
    ],
)
def test_s16_a_phone_is_digits_only_and_never_invented(given: str, sent: dict[str, str]) -> None:
    assert phone(replace(WAREHOUSE, phone=given), "ship_to") == sent


@pytest.mark.parametrize(
    ("party_", "given"),
    [(WAREHOUSE, "555-0100"), (WAREHOUSE, "1234567890123"), (SWEDEN, "1234567890123456")],
)
@keeps(54)
def test_a_phone_of_another_layout_is_held_and_not_cut(party_: Party, given: str) -> None:
    with pytest.raises(Refused) as refusal:
        phone(replace(party_, phone=given), "ship_to")
    assert (refusal.value.field, refusal.value.value) == ("ship_to.phone", given)
    assert "leave it empty" in refusal.value.hint


@pytest.mark.parametrize(
    ("country", "given", "sent"),
    [
        ("SE", "+46 8 50 00 00 00", {"Number": "46850000000"}),
        ("SE", "08-50 00 00 00", {"Number": "46850000000"}),
        ("SE", "0046 8 50000000", {"Number": "46850000000"}),
        ("DE", "030 / 5550100", {"Number": "49305550100"}),
        ("DE", "+46 8 50 00 00 00", {"Number": "46850000000"}),
        ("IT", "06 555 0100", {"Number": "39065550100"}),
        ("GB", "(0)20 7946 0018 x12", {"Number": "442079460018", "Extension": "12"}),
        ("GB", "020 7946 0018 #12", {"Number": "442079460018", "Extension": "12"}),
    ],
)
def test_a_foreign_phone_is_sent_with_its_country_code(country: str, given: str, sent: dict[str, str]) -> None:
    assert phone(replace(at(SWEDEN, country=country), phone=given), "ship_to") == sent


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("1" * 15, "too many digits"),
        ("12", "too few digits"),
        ("+999 123456", "no number"),
        ("ask 1 for Ann", "no number"),
    ],
)
def test_a_phone_that_cannot_be_dialled_is_held_with_the_reason(given: str, why: str) -> None:
    with pytest.raises(Refused, match=why) as refusal:
        phone(replace(SWEDEN, phone=given), "ship_to")
    assert (refusal.value.field, refusal.value.value) == ("ship_to.phone", given)


@pytest.mark.parametrize(
    ("attention", "given", "sent", "street"),
    [
        ("", ("Attn: Bob Ray", "1 Dock St"), "Bob Ray", ["1 Dock St"]),
        ("", ("ATTN BOB RAY", "1 Dock St"), "BOB RAY", ["1 Dock St"]),
        ("", ("1 Dock St, Attention: Bob Ray",), "Bob Ray", ["1 Dock St"]),
        ("", ("1 Dock St (attn. Bob Ray)",), "Bob Ray", ["1 Dock St"]),
        ("Bob Ray", ("Attn: Bob Ray", "1 Dock St"), "Bob Ray", ["1 Dock St"]),
        ("Receiving", ("Attn: Bob Ray", "1 Dock St"), "Receiving, Bob Ray", ["1 Dock St"]),
        ("Receiving", ("1 Attention Rd", "Attn"), "Receiving", ["1 Attention Rd", "Attn"]),
    ],
)
@keeps(116)
def test_an_attention_in_a_line_goes_to_attention_name_and_nothing_is_lost(
    attention: str, given: tuple[str, ...], sent: str, street: list[str]
) -> None:
    built = party(at(replace(WAREHOUSE, attention=attention), lines=given), "ship_to")
    assert (built["AttentionName"], built["Address"]["AddressLine"]) == (sent, street)


def test_an_attention_that_grows_over_35_characters_is_held() -> None:
    with pytest.raises(Refused) as refusal:
        party(at(replace(WAREHOUSE, attention="R" * 30), lines=("Attn: Bob Ray", "1 Dock St")), "ship_to")
    assert refusal.value.field == "ship_to.attention"


def test_what_a_caller_takes_out_of_a_party_is_in_the_next_one() -> None:
    """Parties are kept by value, and Rating takes the phone and some states out."""
    first = party(WAREHOUSE, "ship_to")
    whole = {**first, "Address": dict(first["Address"])}
    del first["Phone"], first["Address"]["StateProvinceCode"]
    first["Address"]["ResidentialAddressIndicator"] = ""
    assert party(WAREHOUSE, "ship_to") == whole
