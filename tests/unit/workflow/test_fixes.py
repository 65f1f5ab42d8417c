"""A person's words become fixes, and fixes lie over the ERP's order: pure, so tested alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from shared.domain.address import Address
from shared.domain.digest import content_of, fingerprint_of
from shared.domain.measures import Weight
from shared.domain.order import Order
from shared.domain.packing import PackingRule, pack
from shared.domain.record import Fix
from shared.domain.shipment import AddressCheck, Package
from shared.errors import Refused
from shared.workflow.planning.fixable import in_words
from shared.workflow.planning.fixes import carried, confirmed, fixed, read_fixes, together
from tests.builders import NOW, WAREHOUSE, a_line, an_order

CANDIDATE = Address(("1 Dock St", "Suite 4"), "Albany", "NY", "12207-1234", "US")
OTHER = Address(("1 Dock Rd",), "Albany", "NY", "12208", "US")
CHECK = AddressCheck("ambiguous", (CANDIDATE, OTHER))


def typed(
    *texts: str, order: Order | None = None, check: AddressCheck | None = CHECK, packed: bool = False
) -> tuple[Fix, ...]:
    return read_fixes(order or an_order(), texts, ("UPS", "UPS2"), check, "ann", NOW, packed=packed)


def with_fix(*texts: str, **order: Any) -> Order:
    made = an_order(**order)
    return fixed(made, typed(*texts, order=made))


def refused(
    *texts: str, order: Order | None = None, check: AddressCheck | None = CHECK, packed: bool = False
) -> Refused:
    with pytest.raises(Refused) as raised:
        typed(*texts, order=order, check=check, packed=packed)
    return raised.value


@pytest.mark.parametrize(
    ("text", "role", "expected"),
    [
        ("ship_to.name=New Dock", "ship_to", {"name": "New Dock"}),
        ("ship_to.attention=Bo  Li", "ship_to", {"attention": "Bo Li"}),
        ("ship_to.attention=", "ship_to", {"attention": ""}),
        ("ship_to.phone=(518) 555-0199 x12", "ship_to", {"phone": "(518) 555-0199 x12"}),
        ("ship_from.phone=+49 30 1234567", "ship_from", {"phone": "+49 30 1234567"}),
        ("ship_to.residential=yes", "ship_to", {"residential": True}),
        ("ship_to.residential=Unknown", "ship_to", {"residential": None}),
        ("ship_from.name=Valves Ltd", "ship_from", {"name": "Valves Ltd"}),
    ],
)
def test_a_field_of_a_party_is_fixed(text: str, role: str, expected: dict[str, Any]) -> None:
    assert getattr(with_fix(text), role) == replace(getattr(an_order(), role), **expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ship_to.address.city=Troy", {"city": "Troy"}),
        ("ship_to.city=Troy", {"city": "Troy"}),
        ("ship_to.state=nj", {"state": "NJ"}),
        ("ship_to.postcode=k1a 0b1", {"postcode": "K1A 0B1"}),
        ("ship_to.country=ca", {"country": "CA"}),
        ("ship_to.lines.1=2 Dock St", {"lines": ("2 Dock St",)}),
        ("ship_to.address.lines.2=Suite 4", {"lines": ("1 Dock St", "Suite 4")}),
        ("ship_to.address.lines.3=Gate 7", {"lines": ("1 Dock St", "Gate 7")}),
    ],
)
def test_a_part_of_an_address_is_fixed_under_its_long_name_or_its_short_one(text: str, expected: Any) -> None:
    assert with_fix(text).ship_to.address == replace(WAREHOUSE.address, **expected)


def test_address_lines_keep_their_numbers_while_one_of_them_is_emptied() -> None:
    where = replace(WAREHOUSE, address=replace(WAREHOUSE.address, lines=("Acme", "1 Dock St", "Gate 7")))
    order = an_order(ship_to=where)
    made = typed("ship_to.lines.1=", "ship_to.lines.3=Gate 8", order=order)
    assert fixed(order, made).ship_to.address.lines == ("1 Dock St", "Gate 8")


def test_s20_a_candidate_is_chosen_by_its_number_and_replaces_the_whole_address() -> None:
    order = with_fix("address=candidate:1")
    assert order.ship_to == replace(WAREHOUSE, address=CANDIDATE)
    (made,) = typed("ship_to.address=candidate:2")
    assert made.field == "ship_to.address"
    assert in_words(made.field, made.value) == "1 Dock Rd, Albany NY 12208, US"
    assert in_words(made.field, made.over) == "1 Dock St, Albany NY 12207, US"


@pytest.mark.parametrize("weight", ["2.5 lb", "2.5lb", "2.50 LB"])
def test_s16_a_line_s_weight_is_fixed_with_its_unit(weight: str) -> None:
    (made,) = typed(f"lines.1.unit_weight={weight}")
    assert (made.value, made.over) == ("2.5 lb", "3.5 kg")
    (line,) = fixed(an_order(), (made,)).lines
    assert str(line.unit_weight) == "2.5 lb"
    assert not line.weight_defaulted


def test_s16_a_weight_for_all_lines_goes_to_those_that_miss_one() -> None:
    order = an_order(lines=(a_line("1", unit_weight=None), a_line("2"), a_line("10", unit_weight=None)))
    made = typed("weight=2 kg", order=order)
    assert [(each.field, each.over) for each in made] == [("lines.1.unit_weight", ""), ("lines.10.unit_weight", "")]
    assert [str(line.unit_weight) for line in fixed(order, made).lines] == ["2 kg", "3.5 kg", "2 kg"]


def test_s16_a_weight_for_all_handling_units_goes_to_those_that_miss_one() -> None:
    none = Weight(Decimal(0), "kg")
    units = (Package(none, handling_unit="70"), Package(Weight(Decimal(3), "kg")), Package(none))
    order = an_order(handling_units=units, lines=(a_line(unit_weight=None),))
    made = typed("weight=2 kg", order=order, packed=True)
    assert [(each.field, each.over) for each in made] == [
        ("handling_units.70.weight", ""),
        ("handling_units.3.weight", ""),
    ]
    healed = fixed(order, made)
    assert [str(each.weight) for each in healed.handling_units] == ["2 kg", "3 kg", "2 kg"]
    assert healed.lines == order.lines
    assert pack(healed.lines, PackingRule("handling_units"), healed.handling_units)
    assert "every handling unit has one" in str(refused("weight=2 kg", order=healed, packed=True))


def test_a_weight_of_a_handling_unit_leaves_it_when_somebody_packs_anew() -> None:
    none = Weight(Decimal(0), "kg")
    order = an_order(handling_units=(Package(none, handling_unit="70"),))
    made = typed("handling_units.70.weight=2 kg", order=order, packed=True)
    anew = replace(order, handling_units=(Package(none, handling_unit="71"),))
    assert carried(made, order) == (made, ())
    assert carried(made, anew) == ((), ("handling_units.70.weight",))
    assert fixed(anew, made) == anew


def test_lines_are_weighed_where_the_erp_s_handling_units_are_not_the_parcels() -> None:
    order = an_order(handling_units=(Package(Weight(Decimal(0), "kg")),), lines=(a_line(unit_weight=None),))
    assert [each.field for each in typed("weight=2 kg", order=order)] == ["lines.1.unit_weight"]


def test_the_service_is_the_erp_s_code_as_the_file_maps_it() -> None:
    assert with_fix("service=UPS2").service == "UPS2"
    error = refused("service=DHL")
    assert str(error) == 'service "DHL" is not mapped in the connection file; allowed: UPS, UPS2'
    assert (error.field, error.value) == ("service", "DHL")


@pytest.mark.parametrize(
    ("text", "field", "message"),
    [
        ("ship_to.phone", "fix", '"ship_to.phone" is no fix'),
        ("=x", "fix", '"=x" is no fix'),
        ("ship_to.phone=call Bo", "ship_to.phone", 'ship_to.phone "call Bo": allowed is 7 to 15 digits'),
        ("ship_to.phone=12", "ship_to.phone", "7 to 15 digits"),
        ("ship_to.name=", "ship_to.name", "a name of at most 100 characters"),
        ("ship_to.name=Acme\x1b[2J", "ship_to.name", "a name of at most 100 characters"),
        ("ship_to.country=USA", "ship_to.address.country", "two letters, such as US"),
        ("ship_to.residential=maybe", "ship_to.residential", "yes, no or unknown"),
        ("ship_to.lines.9=x", "ship_to.lines.9", "cannot be fixed on this order"),
        ("lines.1.unit_weight=2.5", "lines.1.unit_weight", "a weight above 0 with its unit (lb, kg, oz, g)"),
        ("lines.1.unit_weight=0 lb", "lines.1.unit_weight", "a weight above 0"),
        ("lines.7.unit_weight=1 lb", "lines.7.unit_weight", "cannot be fixed on this order"),
        ("lines.1.quantity=7", "lines.1.quantity", "cannot be fixed on this order"),
        ("supplier=V7", "supplier", "cannot be fixed on this order"),
        ("bill_to.name=x", "bill_to.name", "cannot be fixed on this order"),
        ("weight=1 lb", "weight", "every line has one: lines.1.unit_weight is 3.5 kg"),
        ("address=candidate:3", "address", "allowed is candidate:1 to candidate:2 or as-is"),
        ("address=candidate:0", "address", "allowed is candidate:1 to candidate:2 or as-is"),
        ("address=1 Dock Rd", "address", "allowed is candidate:1 to candidate:2 or as-is"),
    ],
)
def test_s17_what_can_not_be_names_the_field_the_value_and_what_is_allowed(text: str, field: str, message: str) -> None:
    error = refused(text)
    assert message in str(error)
    assert error.field == field
    assert error.reason == "fix"


def test_an_unknown_field_says_which_there_are_and_which_lines() -> None:
    assert "ship_to.name, .attention, .phone" in refused("colour=red").hint
    assert refused("lines.7.unit_weight=1 lb").hint.endswith("(lines 1)")


def test_s20_a_candidate_that_is_a_range_of_house_numbers_is_no_place() -> None:
    ranges = AddressCheck("ambiguous", (replace(OTHER, lines=("100-198 MAIN ST",)),))
    assert "is a range of house numbers, which no driver finds" in str(refused("address=candidate:1", check=ranges))
    queens = an_order(ship_to=replace(WAREHOUSE, address=replace(WAREHOUSE.address, lines=("37-45 80th Street",))))
    own = AddressCheck("ambiguous", (replace(OTHER, lines=("37-45 80TH ST",)),))
    assert fixed(queens, typed("address=candidate:1", order=queens, check=own)).ship_to.address.lines == (
        "37-45 80TH ST",
    )


def test_s20_a_person_may_confirm_the_erp_s_own_address() -> None:
    assert not confirmed(typed("ship_to.city=Troy"))
    lying = together((), typed("address=as-is"))
    assert confirmed(lying)
    assert fixed(an_order(), lying) == an_order()


def test_without_a_candidate_its_parts_are_offered() -> None:
    error = refused("address=candidate:1", check=None)
    assert 'address "candidate:1": allowed is as-is, for the carrier has no candidate' in str(error)
    assert "ship_to.address.lines.1=" in error.hint


def test_without_fixes_the_order_is_the_erp_s_own() -> None:
    order = an_order(ship_to=replace(WAREHOUSE, address=replace(WAREHOUSE.address, lines=("", "1 Dock St"))))
    assert fixed(order, ()) is order


def test_a_fix_changes_neither_digest_nor_fingerprint_of_what_the_erp_said() -> None:
    order = an_order()
    before = (content_of(order), fingerprint_of(order))
    fixed(order, typed("ship_to.city=Troy", "service=UPS2"))
    assert (content_of(order), fingerprint_of(order)) == before


def test_a_fix_lies_over_a_re_read_until_the_erp_changes_that_very_field() -> None:
    fixes = typed("ship_to.phone=5185550199", "ship_to.city=Troy")
    elsewhere = an_order(service="UPS2", ship_to=replace(WAREHOUSE, attention="Night shift"))
    assert carried(fixes, elsewhere) == (fixes, ())
    called = an_order(ship_to=replace(WAREHOUSE, phone="5185550177"))
    assert carried(fixes, called) == (fixes[1:], ("ship_to.phone",))


def test_a_chosen_candidate_ends_when_any_part_of_the_address_changes() -> None:
    fixes = typed("address=candidate:1")
    moved = an_order(ship_to=replace(WAREHOUSE, address=replace(WAREHOUSE.address, postcode="12208")))
    assert carried(fixes, moved) == ((), ("ship_to.address",))
    renamed = an_order(ship_to=replace(WAREHOUSE, name="Dock 1"))
    assert carried(fixes, renamed) == (fixes, ())


def test_the_weight_of_a_line_that_is_gone_ends_and_so_does_one_that_the_erp_now_has() -> None:
    order = an_order(lines=(a_line("1", unit_weight=None), a_line("2", unit_weight=None)))
    fixes = typed("weight=2 kg", order=order)
    kept, ended = carried(fixes, an_order(lines=(a_line("1"),)))
    assert (kept, ended) == ((), ("lines.1.unit_weight", "lines.2.unit_weight"))


def test_a_later_fix_of_a_field_replaces_the_earlier_one() -> None:
    first, second = typed("ship_to.city=Troy"), typed("ship_to.city=Utica")
    assert together(first, second) == second


def test_a_whole_address_replaces_the_fixes_of_its_parts_but_not_of_the_phone() -> None:
    parts, whole = typed("ship_to.city=Troy", "ship_to.phone=5185550199"), typed("address=candidate:2")
    assert together(parts, whole) == (parts[1], *whole)


def test_a_part_may_be_fixed_over_a_chosen_candidate_even_to_what_the_erp_has() -> None:
    whole, part = typed("address=candidate:1"), typed("ship_to.postcode=12207")
    lying = together(whole, part)
    assert fixed(an_order(), lying).ship_to.address == replace(CANDIDATE, postcode="12207")


def test_a_fix_to_the_erp_s_own_value_takes_the_fix_away() -> None:
    assert together(typed("ship_to.city=Troy"), typed("ship_to.city=Albany")) == ()


def test_a_fix_of_a_later_release_is_not_shipped_past() -> None:
    odd = Fix("ship_to.colour", "red", "", "ann", NOW)
    with pytest.raises(Refused, match="cannot be fixed"):
        fixed(an_order(), (odd,))
    with pytest.raises(Refused, match="colour cannot be fixed"):
        fixed(an_order(), (replace(odd, field="colour"),))
