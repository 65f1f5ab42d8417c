"""Lines into parcel groups: what goes to one place together, under names that last."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.address import Address, Party
from shared.domain.parcel_group import by_line
from shared.erp.infor.contents import Content
from shared.erp.infor.groups import parcel_groups
from shared.erp.infor.lines import PoLine
from tests.builders import a_line


def content(number: str, *, needed: date | None = None, warehouse: str = "W01", notes: tuple[str, ...] = ()) -> Content:
    one = Decimal(1)
    line = PoLine(number, number, "A1", "", one, one, "EA", one, "EA", warehouse, "20", needed)
    return Content(line, a_line(number), "", notes)


def at(street: str, *, phone: str = "", note: str = "") -> tuple[Party, tuple[str, ...]]:
    party = Party("Acme", Address((street,), "Albany", "NY", "12207", "US"), phone=phone)
    return party, (note,) if note else ()


def test_a_single_place_is_a_group_without_a_name() -> None:
    (group,) = parcel_groups([content("2"), content("1")], {"1": at("a"), "2": at("a")}, by_day=False)
    assert (group.delivery, [each.line.number for each in group.contents]) == ("", ["1", "2"])


def test_the_phone_of_whoever_has_one_and_each_note_once() -> None:
    places = {"1": at("a", note="no phone"), "2": at("a", phone="5185550100", note="no phone")}
    (group,) = parcel_groups([content("1", notes=("half left",)), content("2")], places, by_day=False)
    assert (group.ship_to.phone, group.notes) == ("5185550100", ("half left", "no phone"))


def test_days_part_a_place_only_when_they_decide_when_it_ships() -> None:
    early, late = date(2026, 12, 1), date(2026, 12, 24)
    lines = [content("1", needed=late), content("2", needed=early), content("3", needed=late)]
    places = {number: at("a") for number in "123"}
    (together,) = parcel_groups(lines, places, by_day=False)
    assert together.needed == early
    assert [(each.delivery, each.needed) for each in parcel_groups(lines, places, by_day=True)] == [
        ("line-1", late),
        ("line-2", early),
    ]


@given(st.dictionaries(st.integers(1, 99).map(str), st.tuples(st.sampled_from("abc"), st.integers(0, 2)), min_size=1))
def test_S15_groups_are_a_partition_in_the_order_of_their_lines(placed: dict[str, tuple[str, int]]) -> None:
    lines = [content(number, needed=date(2026, 12, 1 + day)) for number, (_, day) in placed.items()]
    places = {number: at(street) for number, (street, _) in placed.items()}
    groups = parcel_groups(lines, places, by_day=True)
    members = [[each.line.number for each in group.contents] for group in groups]
    assert sorted(number for each in members for number in each) == sorted(placed)
    assert members == sorted((sorted(each, key=by_line) for each in members), key=lambda each: by_line(each[0]))
    assert len({group.delivery for group in groups}) == len(groups) == len(set(placed.values()))
