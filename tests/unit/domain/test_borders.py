"""Where customs begin, however an ERP writes a place; and where nobody but the post delivers."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.address import Address, Party
from shared.domain.borders import OUTSIDE, customs_area, place_of, with_own_country
from shared.domain.postal import only_by_post


def at(country: str, postcode: str = "10000", state: str = "") -> Address:
    return Address(("1 Main St",), "Town", state, postcode, country)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (at("US", "12207", "NY"), at("US", "94105", "CA")),
        (at("DE", "10115"), at("FR", "75001")),
        (at("FR", "06000"), at("MC", "98000")),
        (at("FR", "06000"), at("FR", "98000")),
        (at("US", "00901", "PR"), at("PR", "00716")),
        (at("ES", "35001"), at("ES", "38001")),
        (at("SE", "111 47"), at("FI", "00100")),
        (at("CA", "M5V3L9", "ON"), at("CA", "H2Y1C6", "QC")),
    ],
)
def test_inside_of_one_customs_area(one: Address, other: Address) -> None:
    assert customs_area(one) == customs_area(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (at("US"), at("CA")),
        (at("US"), at("US", "00901", "PR")),
        (at("US"), at("US", "96910", "gu")),
        (at("US", "00802", "VI"), at("PR", "00901")),
        (at("DE", "10115"), at("CH", "8001")),
        (at("DE", "10115"), at("GB", "EC1A 1BB")),
        (at("NO", "0150"), at("SE", "11147")),
        (at("ES", "28001"), at("ES", "35001")),
        (at("ES", "28001"), at("ES", "52001")),
        (at("FR", "75001"), at("FR", "97400")),
        (at("DE", "10115"), at("DE", "27498")),
        (at("IT", "00100"), at("IT", "23041")),
        (at("FI", "00100"), at("FI", "22100")),
        (at("DE", "10115"), at("GR", "63086")),
        (at("GR", "10431"), at("GR", "GR-630 87")),
        (at("IT", "00100"), at("IT", "22061")),
        (at("GB", "EC1A 1BB"), at("GB", "BT1 1AA")),
        (at("GB", "EC1A 1BB"), at("GB", "JE2 3AB")),
        (at("IE", "D02 AF30"), at("GB", "BT1 1AA")),
        (at("DK", "2100"), at("DK", "3900")),
        (at("ES", "28001"), at("ES", "ES-38001")),
    ],
)
def test_another_customs_area_also_inside_of_one_country(one: Address, other: Address) -> None:
    assert customs_area(one) != customs_area(other)


def test_a_postcode_that_is_outside_in_one_country_is_not_in_another() -> None:
    assert customs_area(at("SE", "22100")) == "EU", "Lund, not Mariehamn"
    assert customs_area(at("ES", "35001")) == "ES (Canary Islands)"


def test_a_territory_is_a_place_of_its_own() -> None:
    assert (place_of(at("US", state="PR")), place_of(at("PR")), place_of(at("US", state="NY"))) == ("PR", "PR", "US")


def test_only_puerto_rico_is_written_as_a_country() -> None:
    for state, country in (("PR", "PR"), ("GU", "US"), ("NY", "US")):
        assert with_own_country(Party("Acme", at("US", state=state))).address.country == country


@pytest.mark.parametrize(
    "line",
    [
        "PO Box 12", "P.O. Box 12", "P. O. BOX 12", "po box #4", "POBox 77", "POB 12", "P.O.B. 9", "Post Office Box 3",
        "P.O. Drawer 8", "GPO Box 1", "Postfach 10 20 30", "Postbus 11", "Boîte postale 5", "Apartado postal 4",
        "1 Dock St, PO Box 12", "Casella Postale 6", "Postboks 7",
    ],
)  # fmt: skip
def test_a_box_at_a_post_office_is_seen_however_it_is_written(line: str) -> None:
    assert only_by_post(Address(("Acme", line), "Albany", "NY", "12207", "US")) == "a PO box"


@pytest.mark.parametrize(
    "line",
    [
        "1 Dock St", "Box Canyon Rd 4", "12 Poplar Bend", "4 Boxwood Ln", "Suite 12 Box 3", "10 Pobjoy Way",
        "77 Post Office Rd", "9 Depot Blvd", "22 Apollo Dr", "PMB 12", "5 Postfachstrasse",
    ],
)  # fmt: skip
def test_a_street_that_sounds_like_it_is_none(line: str) -> None:
    assert only_by_post(Address((line,), "Albany", "NY", "12207", "US")) == ""


@pytest.mark.parametrize(
    "where",
    [
        Address(("PSC 3 Box 4120",), "APO", "AE", "09021", "US"),
        Address(("Unit 2050 Box 4190",), "FPO", "AP", "96278", "US"),
        Address(("Unit 8400",), "DPO", "AA", "34034", "US"),
        Address(("CMR 467",), "Heidelberg", "AE", "09096", "US"),
        Address(("CMR 467", "APO AE 09096"), "", "", "09096", "DE"),
    ],
)
def test_the_armed_forces_addresses_are_seen(where: Address) -> None:
    assert only_by_post(where) == "a military address (APO, FPO, DPO)"


def test_a_state_of_another_country_is_no_military_one() -> None:
    assert only_by_post(Address(("1 Rua X",), "Manaus", "AP", "68900", "BR")) == ""


def test_northern_ireland_is_named_for_what_it_is() -> None:
    assert customs_area(at("GB", "bt1 1aa")) == "GB (Northern Ireland)"


@pytest.mark.parametrize(
    "line",
    [
        "POBOX12", "PO BOX12", "P.O.BOX12", "P.O. BOX #12", "P. O. Box No. 7", "PO-Box 7", "Box 12", "POB 9",
        "Lock Box 44",
        "Postbox 12", "Postlokero 3", "Caixa Postal 99", "CP 1234", "BP 12",
    ],
)  # fmt: skip
def test_a_po_box_however_it_is_written(line: str) -> None:
    assert only_by_post(Address((line,), "Town", "NY", "12207", "US")) == "a PO box"


@pytest.mark.parametrize(
    ("country", "line"),
    [
        ("CH", "CP 1234"), ("BR", "C.P. 99"), ("FR", "BP 30014"), ("CA", "Case postale 12"), ("FI", "PL 12"),
        ("HU", "Pf. 100"), ("GR", "\u03a4.\u0398. 12"), ("ES", "Apdo. 12"), ("MX", "Apartado 44"), ("DE", "Pf 1020"),
        ("AU", "Locked Bag 12"), ("NZ", "Private Bag 93"), ("NO", "Pb 12 Sentrum"), ("GB", "P O Box 9"),
        ("DE", "Packstation 123"), ("DE", "Postfiliale 512"), ("IN", "Post Box 12"), ("AE", "Post Box No. 9"),
    ],
)  # fmt: skip
def test_a_box_is_seen_by_what_it_is_called_in_its_country(country: str, line: str) -> None:
    assert only_by_post(Address((line,), "Town", "", "12207", country)) == "a PO box"


@pytest.mark.parametrize(
    ("country", "line"),
    [
        ("MX", "C.P. 06600"), ("ES", "CP 28001"), ("AR", "CP 1425"), ("US", "PL 12"), ("US", "Apartado Way 7"),
        ("DE", "Apdo. 12"), ("SE", "Pf. 100"), ("PL", "ul. Skrzypcowa 4"), ("FR", "12 rue du BP"),
        ("GB", "12 Bag Lane"),
    ],
)  # fmt: skip
def test_what_is_a_box_in_another_country_is_none_here(country: str, line: str) -> None:
    assert only_by_post(Address((line,), "Town", "", "12207", country)) == ""


@pytest.mark.parametrize(
    ("country", "lines", "said"),
    [
        ("GB", ("Sgt A Smith", "BFPO 52"), "a military address (BFPO)"),
        ("CA", ("PO Box 5053 Stn Forces",), "a military address (CFPO)"),
        ("US", ("PSC 3 Box 4120",), "a military address (APO, FPO, DPO)"),
        ("GB", ("5 Forces Way",), ""),
        ("US", ("12 BFPO Rd",), ""),
    ],
)
def test_the_forces_of_each_country_have_addresses_of_their_own(country: str, lines: Any, said: str) -> None:
    assert only_by_post(Address(lines, "Town", "NY", "12207", country)) == said


EU_VAT_DIRECTIVE = {
    "GR": ("63086", "63087"),  # Mount Athos: article 6(1)(a)
    "ES": ("35001", "38001", "51001", "52001"),  # Canary Islands 6(1)(b); Ceuta, Melilla 6(2)(c), (d)
    "FR": ("97100", "97200", "97300", "97400", "97500", "97600", "98800"),  # territories of articles 349, 355: 6(1)(c)
    "FI": ("22100",),  # Åland: 6(1)(d)
    "IT": ("22061", "23041"),  # Campione 6(1)(f); Livigno 6(2)(e)
    "DE": ("27498", "78266"),  # Heligoland 6(2)(a); Büsingen 6(2)(b)
}
"""Directive 2006/112/EC, article 6, as amended by Directive (EU) 2019/475, with a postcode of each territory."""


def test_the_table_of_territories_is_that_of_the_directive() -> None:
    for country, postcodes in EU_VAT_DIRECTIVE.items():
        for postcode in postcodes:
            assert customs_area(at(country, postcode)) not in {"EU", country}, (country, postcode)
    assert {country for country, _, _ in OUTSIDE} == {*EU_VAT_DIRECTIVE, "DK", "GB"}
    assert customs_area(at("FR", "98000")) == "EU", "Monaco"


@pytest.mark.parametrize(
    "line",
    [
        "1 Box Canyon Rd",
        "HC 1 Box 23",
        "RR 2 Box 7",
        "22 Main St PMB 44",
        "3 Postbridge Rd",
        "12 Cp Rd",
        "7 Boxwood Ln",
        "PoBo Ln 3",
    ],
)
def test_a_street_that_looks_like_a_box_is_free(line: str) -> None:
    assert only_by_post(Address((line,), "Town", "NY", "12207", "US")) == ""
