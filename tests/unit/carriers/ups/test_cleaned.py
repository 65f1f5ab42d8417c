"""The short ways for ordinary values give what the long ways give."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.carriers.ups.parties import address_lines, addressed, postcode
from shared.carriers.ups.phones import phone
from shared.carriers.ups.texts import as_typed, cleaned, country_code
from shared.errors import Refused
from tests.samples.ups.plans import WAREHOUSE, at

blanks = st.text(st.sampled_from(" \t\n\r\x00\x7f\x85\xa0\u2003ab\u00e9\u00df"), max_size=12)


@given(st.text(st.characters(max_codepoint=0x7F), max_size=20) | blanks)
def test_a_line_of_ordinary_text_is_that_text_with_single_blanks(value: str) -> None:
    assert cleaned(value) == " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", value).split())


@given(st.text(max_size=20) | blanks)
def test_a_line_has_no_control_character_and_single_blanks(value: str) -> None:
    line = cleaned(value)
    assert line == " ".join(line.split())
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", line)
    assert line == " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", as_typed(value)).split())


@given(st.text(st.characters(max_codepoint=0xFF, exclude_characters="\xad"), max_size=20))
def test_what_the_default_set_of_a_label_holds_is_sent_as_it_is(value: str) -> None:
    assert as_typed(value) == value


@given(st.text(st.sampled_from("0123456789 -+()x#."), max_size=14))
def test_a_phone_of_digits_alone_is_read_like_any_other(value: str) -> None:
    def sent(given_phone: str) -> object:
        party = at(WAREHOUSE, country="SE")
        try:
            return phone(type(party)(party.name, party.address, "", given_phone), "ship_to")
        except Refused as refusal:
            return refusal.field

    assert sent(value) == sent(f" {value} ")


@pytest.mark.parametrize("written", ["122071234", "12207-1234", " 12207 1234 "])
def test_a_postcode_is_its_letters_and_digits(written: str) -> None:
    assert postcode(at(WAREHOUSE, postcode=written).address, "ship_to") == "122071234"


@pytest.mark.parametrize("written", ["us", " US ", "U\tS"])
def test_a_country_is_two_letters_however_it_is_written(written: str) -> None:
    where = at(WAREHOUSE, country=written).address
    if written == "U\tS":
        with pytest.raises(Refused, match="no two-letter code"):
            country_code(where, "ship_to")
    else:
        assert country_code(where, "ship_to") == "US"


@pytest.mark.parametrize(("written", "said"), [("", "is empty"), ("\u00df", "no two-letter code"), ("USA", "no two")])
def test_a_wrong_country_is_refused_every_time(written: str, said: str) -> None:
    for _ in range(2):
        with pytest.raises(Refused, match=said) as refusal:
            country_code(at(WAREHOUSE, country=written).address, "ship_to")
        assert refusal.value.field == "ship_to.address.country"


def test_lines_without_an_attention_are_cleaned_and_blanks_left_out() -> None:
    party = at(WAREHOUSE, lines=("1  Dock\tSt", " ", "Suite 5"))
    assert addressed(party).address.lines == ("1 Dock St", "Suite 5")
    assert addressed(party).attention == WAREHOUSE.attention
    assert addressed(WAREHOUSE) is WAREHOUSE
    assert address_lines(party.address, "ship_to") == ["1 Dock St", "Suite 5"]
