"""Addresses, contacts and phones as M3 keeps them."""

from __future__ import annotations

from datetime import date

import pytest

from shared.domain.address import Address, Party
from shared.erp.infor.parties import (
    address_of,
    choose_address,
    choose_contact,
    first_phone,
    has_address,
    party_of,
    phone_of,
)

TODAY = date(2026, 11, 2)
MILL = {"name": "Widget Works", "line1": "10 Mill Ln", "line3": "Unit 4", "city": "Dayton", "state": "OH"}
MILL |= {"postal_code": "45402", "country": "us", "address_type": "1", "address_id": "MAIN", "valid_from": "20200101"}


def test_blank_lines_close_up_and_the_country_is_in_capitals() -> None:
    assert address_of(MILL) == Address(("10 Mill Ln", "Unit 4"), "Dayton", "OH", "45402", "US")


def test_what_is_missing_stays_blank() -> None:
    assert party_of({"city": "Dayton"}) == Party("", Address((), "Dayton", "", "", ""))


@pytest.mark.parametrize(("text", "country", "digits"), [
    ("937-555-0101", "US", "9375550101"),
    ("(937) 555 0101 x12", "US", "9375550101"),
    ("937.555.0101ext3", "US", "9375550101"),
    ("+1 937 555 0101", "US", "9375550101"),
    ("19375550101", "CA", "9375550101"),
    ("+46 8 500 000 00", "SE", "+46850000000"),
    ("08-500 000 00", "SE", "0850000000"),
    ("+1 937 555 0101", "DE", "+19375550101"),
    ("555-0101/555-0102", "US", "5550101"),
    ("n/a", "US", ""),
    ("call Ann", "US", ""),
    ("123", "US", ""),
    ("", "US", ""),
])  # fmt: skip
def test_S16_q54_a_phone_is_its_digits_and_nothing_is_made_up(text: str, country: str, digits: str) -> None:
    assert phone_of(text, country) == digits


def test_an_address_not_yet_valid_is_not_taken_and_the_latest_valid_one_is() -> None:
    old, new = {**MILL, "line1": "old"}, {**MILL, "line1": "new", "valid_from": "20260101"}
    future = {**MILL, "line1": "future", "valid_from": "20270101"}
    assert choose_address([old, new, future], (), (), TODAY) == new
    assert choose_address([future], (), (), TODAY) is None


def test_preferred_types_and_ids_come_first() -> None:
    office = {**MILL, "address_type": "1"}
    dock = {**MILL, "address_type": "03", "address_id": "DOCK"}
    assert choose_address([office, dock], (), (), TODAY) == office
    assert choose_address([office, dock], ("3",), (), TODAY) == dock
    assert choose_address([office, dock], (), ("DOCK",), TODAY) == dock


def test_a_record_of_blanks_is_no_address() -> None:
    assert not has_address({"name": "Widget Works", "country": "US"})
    assert not has_address(None)
    assert choose_address([{"name": "Widget Works", "country": "US"}], (), (), TODAY) is None


def test_the_contact_that_the_order_names_is_taken_else_one_that_can_be_called() -> None:
    silent, ann, bob = {"id": "REF1"}, {"id": "REF2", "phone": "937-555-0101"}, {"id": "REF3", "phone": "937-555-0102"}
    assert choose_contact([silent, ann, bob], "REF3") == bob
    assert choose_contact([silent, ann, bob], "") == ann
    assert choose_contact([silent], "") == silent
    assert choose_contact([], "REF1") is None


def test_a_contact_whose_number_has_no_area_code_comes_after_one_whose_number_is_whole() -> None:
    local, whole = {"id": "REF1", "phone": "555-0102"}, {"id": "REF2", "phone": "937-555-0102"}
    assert choose_contact([local, whole], "", "US") == whole
    assert choose_contact([local], "", "US") == local
    assert choose_contact([local, whole], "", "SE") == local


@pytest.mark.parametrize(
    ("texts", "country", "number"),
    [
        (["555-0102", "716-555-0101"], "US", "7165550101"),
        (["555-0102", "", "n/a", "1 (716) 555-0101"], "CA", "7165550101"),
        (["555-0102"], "PR", "5550102"),
        (["08-500 000", "716-555-0101"], "SE", "08500000"),
        (["", "n/a"], "US", ""),
    ],
)
def test_the_first_number_that_is_whole_is_taken_not_the_first_that_is_there(
    texts: list[str], country: str, number: str
) -> None:
    assert first_phone(texts, country) == number


@pytest.mark.parametrize(
    ("lines", "fields", "street"),
    [
        (("1 Dock St", "", "12207 ALBANY", "UNITED STATES"), ("Albany", "NY", "12207", "US"), ("1 Dock St",)),
        (("1 Dock St", "Albany, NY 12207-1234", "USA"), ("Albany", "NY", "12207-1234", "US"), ("1 Dock St",)),
        (("1 Dock St", "ALBANY NY 12207"), ("Albany", "NY", "12207-1234", "US"), ("1 Dock St",)),
        (("Hauptstr. 1", "D-10115 Berlin", "Deutschland"), ("Berlin", "", "10115", "DE"), ("Hauptstr. 1",)),
        (("Hamngatan 1", "SE-111 47 Stockholm", "SVERIGE"), ("Stockholm", "", "111 47", "SE"), ("Hamngatan 1",)),
        (("Świętokrzyska 1", "Swinoujscie"), ("Świnoujście", "", "72-600", "PL"), ("Świętokrzyska 1",)),
        (("Albany",), ("Albany", "NY", "12207", "US"), ("Albany",)),
        (("", "Albany", "USA"), ("Albany", "NY", "12207", "US"), ("Albany",)),
        (("1 Albany", "Unit 12207"), ("Albany", "NY", "12207", "US"), ("1 Albany", "Unit 12207")),
        (("1 France Ave", "Paris Building"), ("Paris", "TX", "75460", "US"), ("1 France Ave", "Paris Building")),
    ],
)
def test_a_line_that_only_repeats_town_postcode_or_country_is_no_street(
    lines: tuple[str, ...], fields: tuple[str, str, str, str], street: tuple[str, ...]
) -> None:
    names = {f"line{n}": line for n, line in enumerate(lines, 1)}
    city, state, postcode, country = fields
    record = {**names, "city": city, "state": state, "postal_code": postcode, "country": country}
    assert address_of(record) == Address(street, city, state, postcode, country)


@pytest.mark.parametrize(("written", "code"), [("USA", "US"), ("deu", "DE"), ("US", "US"), ("UK", "UK"), ("", "")])
def test_a_country_of_three_letters_is_read_as_the_one_of_two(written: str, code: str) -> None:
    assert address_of({"line1": "1 Dock St", "country": written}).country == code
