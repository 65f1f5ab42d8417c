"""The table of lanes, row by row: on the day before its date and on the day itself."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import pytest

from shared.domain.address import Address
from shared.domain.borders import OUTSIDE
from shared.domain.customs import ReceiverKind
from shared.domain.lanes import RULES, UNSURE, Lane, LaneRule, Need, lane_of, needs_of, rules_of

TODAY = date(2026, 12, 1)


def at(country: str, postcode: str = "10000", state: str = "") -> Address:
    return Address(("1 Main St",), "Town", state, postcode, country)


US, PR, CA, MX = at("US", "12207", "NY"), at("US", "00901", "PR"), at("CA", "M5V3L9", "ON"), at("MX", "64000")
GB, NI, DE, FR, CH, LI, NO = (
    at("GB", "EC1A 1BB"), at("GB", "BT1 1AA"), at("DE", "10115"), at("FR", "69001"), at("CH", "8001"),
    at("LI", "9490"), at("NO", "0150"),
)  # fmt: skip
CAMPIONE, CUBA = at("IT", "22061"), at("CU")


class Row(NamedTuple):
    """A row of the table as facts/ups-international.md has it: a lane, for whom, its days and needs."""

    lane: tuple[Address, Address]
    since: date | None = None
    until: date | None = None
    to: ReceiverKind | None = None
    needs: frozenset[Need] = frozenset()
    waives: frozenset[Need] = frozenset()


def needs(*names: Need) -> frozenset[Need]:
    return frozenset(names)


ROWS: dict[str, Row] = {
    "border": Row((US, GB), needs=needs(Need.FORMS, Need.CONTACT)),
    "us_pr": Row((US, PR), needs=needs(Need.TOTAL), waives=needs(Need.FORMS)),
    "us_ca": Row((US, CA), needs=needs(Need.TOTAL)),
    "pr_us": Row((PR, US), waives=needs(Need.FORMS)),
    "ch_li": Row((LI, CH), waives=needs(Need.FORMS)),
    "gb_ni_before": Row((GB, NI), until=date(2025, 5, 1), waives=needs(Need.FORMS)),
    "gb_ni": Row((GB, NI), date(2025, 5, 1), to="business", needs=needs(Need.RISK, Need.UKIMS)),
    "gb_ni_consumer": Row((GB, NI), date(2025, 5, 1), to="consumer", needs=needs(Need.RISK), waives=needs(Need.FORMS)),
    "ni_gb": Row((NI, GB), waives=needs(Need.FORMS)),
    "ni_eu": Row((NI, DE), waives=needs(Need.FORMS)),
    "us_entry": Row((DE, US), date(2025, 8, 29), needs=needs(Need.CODE_10)),
    "us_cpsc": Row((DE, US), date(2026, 7, 8)),
    "us_metals_fda": Row((CH, US), date(2025, 1, 1)),
    "mx_tax_id": Row((US, MX), date(2025, 8, 15), needs=needs(Need.RECEIVER_TAX_ID)),
    "ca_courier": Row((MX, CA), date(2020, 7, 1)),
    "ics2": Row((US, NO), date(2023, 3, 1), needs=needs(Need.NET_WEIGHT)),
    "ics2_eori": Row((US, DE), date(2023, 3, 1), to="business", needs=needs(Need.RECEIVER_EORI)),
    "ics2_text": Row((GB, CH), date(2026, 2, 2), needs=needs(Need.EXACT_TEXT)),
    "eu_small": Row((GB, FR), to="consumer", needs=needs(Need.SMALL)),
    "eu_relief": Row((US, DE), date(2026, 7, 1)),
    "eu_flat_duty": Row((GB, FR), date(2026, 7, 1), date(2028, 7, 1), to="consumer"),
    "eu_flat_duty_without_ioss": Row((GB, FR), date(2026, 7, 1), date(2028, 7, 1), to="consumer"),
    "eu_product_ids": Row((GB, FR), date(2026, 11, 1), to="consumer", needs=needs(Need.PRODUCT_IDS)),
    "eu_handling_fee": Row((US, DE), date(2026, 11, 1)),
    "eu_consumer_unpaid": Row((US, DE), to="consumer", needs=needs(Need.DUTY_PAID)),
    "eu_export": Row((DE, US), needs=needs(Need.EXPORT_DECLARATION)),
    "gb_small": Row((DE, GB), until=date(2029, 3, 1)),
    "no_voec": Row((DE, NO), date(2024, 1, 1)),
    "ch_duty": Row((DE, LI), date(2024, 1, 1)),
    "us_eei": Row((US, PR), needs=needs(Need.EXPORT_FILING)),
    "us_eei_always": Row((US, CUBA), needs=needs(Need.EXPORT_FILING_ALWAYS)),
}
ON = dict.fromkeys(UNSURE, True)
DAY = timedelta(days=1)


def found(name: str, row: Row, day: date, to: ReceiverKind) -> bool:
    return name in {rule.name for rule in rules_of(lane_of(*row.lane), day, to, ON)}


def test_every_row_is_tried_and_no_name_stands_twice() -> None:
    assert [rule.name for rule in RULES] == list(dict.fromkeys(rule.name for rule in RULES))
    assert {rule.name for rule in RULES} == set(ROWS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_row_asks_for_what_the_facts_say_and_names_its_source(rule: LaneRule) -> None:
    row = ROWS[rule.name]
    assert (rule.needs, rule.waives, rule.to) == (row.needs, row.waives, row.to)
    assert rule.source
    assert rule.told


@pytest.mark.parametrize("name", ROWS)
def test_a_row_holds_from_its_day_on_and_not_on_the_day_before(name: str) -> None:
    row, to = ROWS[name], ROWS[name].to or "business"
    if row.since:
        assert not found(name, row, row.since - DAY, to)
        assert found(name, row, row.since, to)
    if row.until:
        assert found(name, row, row.until - DAY, to)
        assert not found(name, row, row.until, to)
    if not row.until and not row.since:
        assert found(name, row, date(2000, 1, 1), to)
        assert found(name, row, date(2099, 1, 1), to)


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.to])
def test_a_row_for_one_kind_of_receiver_is_none_for_the_other(name: str) -> None:
    row = ROWS[name]
    assert not found(name, row, row.since or TODAY, "business" if row.to == "consumer" else "consumer")


def test_what_is_not_sure_is_a_setting_and_decides_nothing_by_itself_that_asks_for_less() -> None:
    for rule in (rule for rule in RULES if rule.sure == "c"):
        row, to, day = ROWS[rule.name], rule.to or "business", rule.since or TODAY
        for chosen in (True, False):
            names = {each.name for each in rules_of(lane_of(*row.lane), day, to, {rule.name: chosen})}
            assert (rule.name in names) is chosen
        assert not (rule.waives and rule.default), "a guess never does without papers"


def asked(ship_from: Address, ship_to: Address, day: date = TODAY, to: ReceiverKind = "business") -> frozenset[Need]:
    lane = lane_of(ship_from, ship_to)
    return needs_of(lane, rules_of(lane, day, to))


@pytest.mark.parametrize(
    ("ship_from", "ship_to"), [(US, at("US", "94105", "CA")), (PR, at("PR", "00716")), (GB, at("GB", "M1 1AE"))]
)
def test_inside_of_one_area_nothing_is_asked(ship_from: Address, ship_to: Address) -> None:
    assert asked(ship_from, ship_to) == frozenset()


def test_inside_the_eu_the_carrier_asks_whom_to_ask() -> None:
    assert asked(DE, FR) == {Need.CONTACT}
    assert asked(DE, at("MC", "98000")) == {Need.CONTACT}


@pytest.mark.parametrize(
    "place",
    [
        at("US", "00802", "VI"), at("US", "96910", "GU"), at("US", "96799", "AS"), at("US", "96950", "MP"),
        at("VI", "00802"),
    ],
)  # fmt: skip
def test_a_territory_other_than_puerto_rico_needs_an_invoice(place: Address) -> None:
    assert Need.FORMS in asked(US, place)
    assert (Need.EXPORT_FILING in asked(US, place)) is (lane_of(US, place).destination == "VI")


def test_canada_needs_an_invoice_beside_the_value_and_no_filing() -> None:
    assert asked(US, CA) == {Need.FORMS, Need.TOTAL, Need.CONTACT}


def test_puerto_rico_needs_the_value_and_above_the_limit_a_filing() -> None:
    assert asked(US, PR) == {Need.TOTAL, Need.CONTACT, Need.EXPORT_FILING}


def test_northern_ireland_on_the_day_before_and_on_the_day() -> None:
    assert Need.FORMS not in asked(GB, NI, date(2025, 4, 30))
    assert {Need.FORMS, Need.RISK, Need.UKIMS} <= asked(GB, NI, date(2025, 5, 1))
    assert Need.FORMS not in asked(GB, NI, date(2025, 5, 1), "consumer")
    assert Need.FORMS not in asked(NI, GB)
    assert Need.FORMS in asked(NI, DE), "inferred only: an invoice unless the file says otherwise"


@pytest.mark.parametrize(
    "place",
    [
        CAMPIONE, at("IT", "23041"), at("ES", "35001"), at("ES", "38001"), at("IC", "35001"), at("ES", "51001"),
        at("ES", "52001"), at("GR", "63086"), at("FI", "22100"), at("AX", "22100"), at("DE", "27498"),
        at("DE", "78266"), at("FR", "97400"), at("RE", "97400"), at("DK", "3900"), at("FO", "100"), at("SM", "47890"),
    ],
)  # fmt: skip
def test_the_exceptions_of_the_eu_need_an_invoice_both_ways(place: Address) -> None:
    assert Need.FORMS in asked(DE, place)
    assert Need.FORMS in asked(place, DE)
    assert Need.RECEIVER_EORI not in asked(FR, place)


def test_a_place_under_a_code_of_its_own_is_the_same_as_under_its_country() -> None:
    for one, other in ((at("AX", "22100"), at("FI", "22100")), (at("RE", "97400"), at("FR", "97400"))):
        assert not lane_of(one, other).crosses
    assert lane_of(at("FR", "97110"), at("FR", "97400")).crosses, "from one overseas part to another"


def test_no_exception_of_the_table_of_places_is_inland() -> None:
    for area in {f"{country} ({name})" for country, _, name in OUTSIDE}:
        rules = rules_of(Lane(area.split(" ")[0].replace("GB", "IE"), area), TODAY)
        assert Need.FORMS in needs_of(Lane("DE", area), rules)
