"""A purchase order is read as it stands in M3: what is shipped, from where, to where, and what is not taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from sandbox.engine import Fault
from sandbox.erps.m3.seed import Line, add_facility, add_item, add_supplier, add_unit, add_warehouse, delivery, place
from shared.domain.customs import CustomsData
from shared.domain.digest import content_of
from shared.domain.measures import Weight
from shared.domain.money import Money
from shared.domain.order import Order, Skipped
from shared.erp.infor.bindings import default_bindings
from shared.errors import Misconfigured, Refused, Retry
from tests.samples.m3.world import AUSTIN, CHICAGO, DAYTON, World


def one(world: World, number: str = "4000001", **changes: object) -> Order:
    (order,) = world.erp(**changes).read(number)
    return order


def test_S01_S15_an_order_is_read_with_its_lines_sender_and_recipient(world: World) -> None:
    world.order(lines=[Line("BOLT-10", 12), Line("NUT-10", 3)])
    order = one(world)
    assert order.key == "infor-m3:ACME_TST/100/4000001/-"
    assert (order.flow, order.status, order.service, order.freight_terms) == ("inbound", "20", "UPS", "COL")
    assert (order.supplier, order.warehouse, order.order_type) == ("V100", "W01", "N10")
    assert order.needed == date(2026, 12, 15)
    assert [(line.number, line.item, line.quantity) for line in order.lines] == [
        ("1", "BOLT-10", Decimal(12)),
        ("2", "NUT-10", Decimal(3)),
    ]
    assert order.lines[0].unit_weight == Weight(Decimal("1.2"), "kg")
    assert order.lines[0].description == "Bolts, box of 10"
    assert (order.notes, order.skipped, order.extra, order.cancelled) == ((), (), (), False)


def test_q53_q57_the_goods_go_from_the_supplier_to_the_warehouse(world: World) -> None:
    world.order()
    order = one(world)
    assert order.ship_from.address == DAYTON.address
    assert order.ship_to.address == CHICAGO.address
    assert (order.ship_to.name, order.ship_to.phone) == ("Acme Distribution", "3125550100")


def test_S19_q53_q57_a_delivery_address_on_the_order_comes_before_the_warehouse_s(world: World) -> None:
    world.order(to=AUSTIN)
    order = one(world)
    assert (order.ship_to.name, order.ship_to.address) == (AUSTIN.name, AUSTIN.address)
    assert order.ship_to.phone == "3125550100"
    assert "the ship-to phone is that of warehouse W01" in order.notes


TORONTO = place("Acme Canada", "1 King St", "Toronto", "ON", "M5V 3L9", country="CA")


def test_customs_data_are_read_of_items_that_go_abroad_where_the_file_asks_for_them(world: World) -> None:
    add_facility(world.tenant, "BOLT-10", "7318.15.90", "GER")
    world.tenant.items["BOLT-10"]["NEWE"] = "1.1"
    world.order(lines=[Line("BOLT-10", 12), Line("NUT-10", 3)], to=TORONTO)
    bolts, nuts = one(world, customs={"terms": "DAP"}).lines
    assert bolts.customs == CustomsData("7318.15.90", "GER", net_weight=Weight(Decimal("1.1"), "kg"))
    assert nuts.customs == CustomsData(), "an item that its facility does not have"
    assert world.calls().count("MMS200MI.GetItmFac") == 2


def test_nobody_asks_for_customs_data_at_home_or_without_a_word_in_the_file(world: World) -> None:
    world.order()
    assert one(world, customs={"terms": "DAP"}).lines[0].customs is None
    world.order("4000002", to=TORONTO)
    assert one(world, "4000002").lines[0].customs is None
    assert "MMS200MI.GetItmFac" not in world.calls()


def test_a_blank_delivery_address_is_none(world: World) -> None:
    world.order()
    world.tenant.change_delivery("4000001", "1", {"DNAM": " ", "DAD1": "", "DCSC": "US"})
    assert one(world).ship_to.address == CHICAGO.address


def test_a_drop_ship_never_falls_back_to_the_warehouse(world: World) -> None:
    world.order(to=AUSTIN)
    world.order("4000002")
    assert one(world, flow="drop-ship").ship_to.address == AUSTIN.address
    order = one(world, "4000002", flow="drop-ship")
    assert order.ship_to.address.lines == ()
    assert any("no delivery address" in note for note in order.notes)


def test_a_drop_ship_whose_delivery_address_m3_filled_in_from_the_warehouse_has_no_customer(world: World) -> None:
    home = replace(CHICAGO, name="Acme", address=replace(CHICAGO.address, lines=("200 DOCK RD.",)))
    world.order(to=home)
    order = one(world, flow="drop-ship")
    assert order.ship_to.address.lines == ()
    assert "line 1 has the address of warehouse W01: no customer's" in order.notes
    assert one(world).ship_to.name == "Acme", "inbound it is where the goods belong"


WAITING = {"ship_when": {"confirmed": True}}


def test_an_order_is_confirmed_once_each_of_its_lines_has_a_confirmed_day(world: World) -> None:
    world.order(lines=[Line("BOLT-10", 12, confirmed="20261120"), Line("NUT-10", 3)])
    assert not one(world, **WAITING).confirmed
    world.tenant.change_line("4000001", "2", CODT="20261121")
    assert one(world, **WAITING).confirmed
    assert one(world, **WAITING).needed == date(2026, 12, 15), "the requested day stays the needed one"


def test_where_confirmations_do_not_matter_they_change_nothing_of_an_order(world: World) -> None:
    world.order()
    before = one(world)
    assert before.confirmed
    world.tenant.change_line("4000001", "1", CODT="20261121")
    assert content_of(one(world)) == content_of(before)


def test_S19_the_bill_to_is_our_own_invoicing_address_asked_for_once_a_poll(world: World) -> None:
    for number in ("4000001", "4000002"):
        world.order(number, bill_to=AUSTIN)
    erp = world.erp()
    orders = [erp.read(number)[0] for number in ("4000001", "4000002")]
    assert [(order.bill_to.name, order.bill_to.address) for order in orders if order.bill_to] == [
        (AUSTIN.name, AUSTIN.address)
    ] * 2
    assert world.calls().count("PPS200MI.GetAddresses") == 1
    world.order("4000003")
    assert erp.read("4000003")[0].bill_to is None
    assert "PPS200MI.GetAddresses" not in world.calls(), "no code, no question"


def test_S19_S24_customer_cost_centre_and_accessorials_are_what_a_binding_reads_and_else_blank(world: World) -> None:
    world.order()
    world.tenant.change_head("4000001", OURR="C7", PROJ="4100", TEPA="SIG")
    plain = one(world)
    assert (plain.customer, plain.cost_centre, plain.accessorials) == ("", "", ())
    entry = default_bindings()["po.head"].model_dump(exclude_defaults=True, mode="json")
    entry["output"] |= {"customer": "OURR", "cost_centre": "PROJ", "accessorials": "TEPA"}
    read = one(world, erp={"bindings": {"po.head": entry}})
    assert (read.customer, read.cost_centre, read.accessorials) == ("C7", "4100", ("SIG",))


def test_what_lines_cost_is_read_across_borders_and_where_it_is_declared_and_nowhere_else(world: World) -> None:
    world.order(lines=[Line("BOLT-10", 12, amount="240")])
    assert one(world).lines[0].value is None
    declared = one(world, accessorials={"INS": "declared_value"})
    assert declared.lines[0].value == Money(Decimal(240), "USD")
    toronto = place("Acme Canada", "1 King St", "Toronto", "ON", "M5V3L9", country="CA")
    world.order("4000002", lines=[Line("BOLT-10", 12, amount="240", received=6)], to=toronto)
    assert one(world, "4000002").lines[0].value == Money(Decimal(120), "USD")


def test_S16_the_phone_is_the_contact_s_then_the_supplier_s_in_the_connection_s_order(world: World) -> None:
    world.order()
    assert (one(world).ship_from.attention, one(world).ship_from.phone) == ("Ann Lee", "9375550199")
    world.calls()
    assert one(world, defaults={"phone": ["supplier"]}).ship_from.phone == "9375550101"
    assert "CRS620MI.LstSupplierRef" not in world.calls()
    world.tenant.suppliers["V100"].references[0]["PHNO"] = "ask Ann"
    assert one(world).ship_from.phone == "9375550101"


def test_a_supplier_without_a_phone_is_noted_and_none_is_invented(world: World) -> None:
    add_supplier(world.tenant, "V200", place("Quiet Ltd", "1 Low St", "Dayton", "OH", "45402"))
    world.order(supplier="V200")
    order = one(world)
    assert order.ship_from.phone == ""
    assert "supplier V200 has no phone number that could be dialled" in order.notes


def test_a_supplier_without_an_address_stays_blank_and_is_noted(world: World) -> None:
    world.tenant.suppliers["V100"].addresses.clear()
    world.order()
    order = one(world)
    assert (order.ship_from.name, order.ship_from.address.lines) == ("Widget Works", ())
    assert "supplier V100 has no address" in order.notes


def test_a_supplier_that_is_not_in_the_file_is_noted(world: World) -> None:
    world.order(supplier="V999")
    order = one(world)
    assert order.ship_from.name == ""
    assert "supplier V999 is not in the supplier file" in order.notes


def test_S19_q52_only_what_is_left_is_shipped(world: World) -> None:
    world.order(lines=[Line("BOLT-10", 12, received=5, notified=8), Line("NUT-10", 3, received=3)])
    order = one(world)
    assert [(line.number, line.quantity) for line in order.lines] == [("1", Decimal(4))]
    assert order.skipped == (Skipped("2", "nothing left of 3 EA: advised, notified or received"),)
    assert "line 1: 4 of 12 left" in order.notes


def test_S17_negative_lines_and_services_are_skipped_with_a_reason(world: World) -> None:
    add_item(world.tenant, "FREIGHT", "Freight charge", stocked=False)
    world.order(lines=[Line("BOLT-10", 12), Line("BOLT-10", -2), Line("FREIGHT", 1)])
    order = one(world)
    assert [line.number for line in order.lines] == ["1"]
    assert [each.line for each in order.skipped] == ["2", "3"]


def test_an_order_with_nothing_left_is_given_with_its_skipped_lines(world: World) -> None:
    world.order(lines=[Line("BOLT-10", 12, advised=12)])
    order = one(world)
    assert (order.lines, len(order.skipped), order.cancelled) == ((), 1, False)


def test_S17_an_item_without_a_weight_has_none(world: World) -> None:
    add_item(world.tenant, "FEATHER", "Feather")
    world.order(lines=[Line("FEATHER", 1)])
    assert one(world).lines[0].unit_weight is None


def test_an_item_that_is_not_in_the_file_is_noted_and_has_no_weight(world: World) -> None:
    world.order(lines=[Line("GHOST", 1)])
    order = one(world)
    assert order.lines[0].unit_weight is None
    assert "line 1: item GHOST is not in the item file" in order.notes


def test_a_hazardous_item_is_named(world: World) -> None:
    add_item(world.tenant, "PAINT", "Paint", weight="4", hazardous=True)
    world.order(lines=[Line("BOLT-10", 1), Line("PAINT", 2)])
    assert one(world).extra == (("hazard", "line 2, item PAINT"),)


def test_q50_purchase_units_become_basic_units(world: World) -> None:
    world.order(lines=[Line("BOLT-10", 2, unit="PAL", per_unit=40)])
    line = one(world).lines[0]
    assert (line.quantity, line.unit) == (Decimal(80), "EA")


def test_a_line_whose_unit_has_no_ratio_says_why_it_has_no_weight(world: World) -> None:
    world.order(lines=[Line("BOLT-10", 2, unit="PAL", per_unit=0)])
    order = one(world)
    assert order.lines[0].unit_weight is None
    assert "line 1: no ratio from PAL to EA, so no weight" in order.notes


def test_a_warehouse_without_an_address_leaves_the_ship_to_blank(world: World) -> None:
    world.order(warehouse="W77")
    order = one(world)
    assert order.ship_to.address.lines == ()
    assert any("warehouse W77 has no address" in note for note in order.notes)


def test_S15_lines_to_several_addresses_are_several_parcel_groups_named_by_their_lowest_line(world: World) -> None:
    world.order(lines=[Line("BOLT-10", 1), Line("NUT-10", 1, to=AUSTIN), Line("NUT-10", 2), Line("BOLT-10", -1)])
    near, far = world.erp().read("4000001")
    assert (near.delivery, [line.number for line in near.lines]) == ("line-1", ["1", "3"])
    assert (far.delivery, [line.number for line in far.lines]) == ("line-2", ["2"])
    assert (near.ship_to.address, far.ship_to.address) == (CHICAGO.address, AUSTIN.address)
    assert near.ship_from == far.ship_from
    assert ([each.line for each in near.skipped], far.skipped) == (["4"], ())
    assert (near.key, far.key) == (
        "infor-m3:ACME_TST/100/4000001/line-1",
        "infor-m3:ACME_TST/100/4000001/line-2",
    )


def test_S15_lines_for_several_warehouses_are_several_parcel_groups(world: World) -> None:
    add_warehouse(world.tenant, "W02", AUSTIN)
    world.order(lines=[Line("BOLT-10", 1), Line("NUT-10", 1, warehouse="W02")])
    orders = world.erp().read("4000001")
    assert [(order.delivery, order.warehouse) for order in orders] == [("line-1", "W01"), ("line-2", "W02")]


def test_two_warehouses_that_answer_for_one_delivery_address_are_one_parcel_group(world: World) -> None:
    add_warehouse(world.tenant, "W02", place("Acme", "9 Dock Rd", "Gary", "IN", "46401", phone="219-555-0100"))
    world.order(lines=[Line("BOLT-10", 1), Line("NUT-10", 1, warehouse="W02")], to=AUSTIN)
    assert one(world).delivery == ""


def test_a_connection_for_one_warehouse_takes_its_groups_under_the_names_that_all_connections_give_them(
    world: World,
) -> None:
    add_warehouse(world.tenant, "W02", AUSTIN)
    world.order(lines=[Line("BOLT-10", 1), Line("NUT-10", 1, warehouse="W02")])
    (order,) = world.erp(select={"warehouses": ["W02"]}).read("4000001")
    assert order.delivery == "line-2"
    assert order.skipped == (Skipped("1", "for warehouse W01, which this connection does not select"),)


def test_a_group_keeps_its_name_when_its_address_is_corrected(world: World) -> None:
    world.order(lines=[Line("BOLT-10", 1), Line("NUT-10", 1, to=AUSTIN)])
    before = [order.key for order in world.erp().read("4000001")]
    world.tenant.change_delivery("4000001", "2", {**delivery(AUSTIN), "DAD1": "79 Quarry Rd"})
    assert [order.key for order in world.erp().read("4000001")] == before


def test_the_notes_of_a_line_stay_with_its_group(world: World) -> None:
    world.order(lines=[Line("BOLT-10", 4, received=1), Line("GHOST", 1, to=AUSTIN)])
    near, far = world.erp().read("4000001")
    assert near.notes == ("line 1: 3 of 4 left",)
    assert "line 2: item GHOST is not in the item file" in far.notes


def test_S17_return_types_are_skipped_with_a_reason(world: World) -> None:
    world.order(order_type="R10")
    head = {**default_bindings()["po.head"].model_dump(), "settings": {"return_types": "R10 R20"}}
    order = one(world, erp={"bindings": {"po.head": head}})
    assert (order.lines, order.skipped) == ((), (Skipped("1", "a return: order type R10"),))
    assert one(world).lines


@pytest.mark.parametrize(("factor", "form", "quantity"), [("12", "1", "24"), ("0.5", "2", "4")])
def test_S18_q51_a_line_without_a_ratio_has_that_of_the_item_s_alternate_units(
    world: World, factor: str, form: str, quantity: str
) -> None:
    add_unit(world.tenant, "BOLT-10", "CS", factor, form=form)
    world.order(lines=[Line("BOLT-10", 2, unit="CS", per_unit=0)])
    order = one(world)
    assert (order.lines[0].quantity, order.lines[0].unit) == (Decimal(quantity), "EA")
    assert order.lines[0].unit_weight == Weight(Decimal("1.2"), "kg")
    assert "line 1: from CS to EA by the alternate units of item BOLT-10" in order.notes


def test_q51_the_item_s_units_are_asked_for_only_where_the_line_has_no_ratio(world: World) -> None:
    add_unit(world.tenant, "BOLT-10", "PAL", "40")
    world.order(lines=[Line("BOLT-10", 2, unit="PAL", per_unit=40), Line("NUT-10", 1)])
    assert one(world).lines[0].quantity == Decimal(80)
    assert "MMS015MI.Lst" not in world.calls()


def test_q51_a_form_that_the_entry_does_not_know_gives_no_ratio(world: World) -> None:
    add_unit(world.tenant, "BOLT-10", "CS", "12", form="3")
    world.order(lines=[Line("BOLT-10", 2, unit="CS", per_unit=0)])
    assert one(world).lines[0].unit_weight is None


def test_S17_what_is_hazardous_can_be_another_field_and_its_values_or_a_list_of_items(world: World) -> None:
    world.tenant.items["BOLT-10"]["CFI3"] = "UN9"
    world.order(lines=[Line("BOLT-10", 1), Line("NUT-10", 2)])
    assert one(world).extra == ()
    assert one(world, hazard={"field": "CFI3", "values": ["UN3", "UN9"]}).extra == (("hazard", "line 1, item BOLT-10"),)
    assert one(world, hazard={"field": "CFI3", "values": ["UN3"]}).extra == ()
    assert one(world, hazard={"items": ["NUT-10"]}).extra == (("hazard", "line 2, item NUT-10"),)


def test_a_line_that_is_done_with_does_not_make_a_second_ship_to(world: World) -> None:
    world.order(lines=[Line("BOLT-10", 1), Line("NUT-10", 1, to=AUSTIN, received=1)])
    assert one(world).ship_to.address == CHICAGO.address


def test_an_order_without_lines_is_refused_by_name(world: World) -> None:
    world.order(lines=[])
    with pytest.raises(Refused, match="order 4000001 has no lines") as caught:
        world.erp().read("4000001")
    assert (caught.value.reason, caught.value.field, caught.value.value) == ("lines", "lines", "4000001")


def test_q36_a_deleted_order_is_cancelled(world: World) -> None:
    world.order()
    world.tenant.delete("4000001")
    order = one(world)
    assert order.cancelled
    assert order.key == "infor-m3:ACME_TST/100/4000001/-"


def test_q36_an_order_whose_lines_are_all_deleted_is_cancelled(world: World) -> None:
    world.order()
    world.tenant.cancel("4000001")
    assert one(world).cancelled


def test_one_deleted_line_does_not_cancel_the_order(world: World) -> None:
    world.order(lines=[Line("BOLT-10", 1), Line("NUT-10", 1)])
    world.tenant.set_status("4000001", "99", line="2")
    order = one(world)
    assert not order.cancelled
    assert order.skipped == (Skipped("2", "received or closed: status 99"),)


@pytest.mark.parametrize(("facts", "select"), [
    ({"delivery_method": "DHL"}, {}),
    ({"status": "15"}, {}),
    ({"status": "50"}, {}),
    ({"freight_terms": "PPD"}, {}),
    ({}, {"suppliers": ["V900"]}),
    ({}, {"warehouses": ["W09"]}),
])  # fmt: skip
def test_S12_q56_an_order_that_is_not_selected_is_not_ours(
    world: World, facts: dict[str, str], select: dict[str, list[str]]
) -> None:
    world.order(**facts)
    assert world.erp(select=select).read("4000001") == ()


def test_freight_terms_that_nobody_mapped_are_left_to_the_workflow(world: World) -> None:
    world.order(freight_terms="XXX")
    assert one(world).freight_terms == "XXX"


def test_S13_q56_an_order_without_a_delivery_method_has_its_supplier_s_and_says_so(world: World) -> None:
    world.order(delivery_method="")
    order = one(world)
    assert order.service == "UPS"
    assert "delivery method UPS is the supplier's, the order has none" in order.notes
    world.tenant.suppliers["V100"].basic["MODL"] = "DHL"
    assert world.erp().read("4000001") == ()


def test_another_division_s_order_is_not_ours(world: World) -> None:
    world.order()
    world.tenant.change_head("4000001", DIVI="BBB")
    assert world.erp(erp={"divi": "AAA"}).read("4000001") == ()


def test_the_change_stamp_of_the_last_listing_goes_with_the_order(world: World) -> None:
    world.order()
    erp = world.erp()
    (change,) = erp.changed("", world.clock.now() - timedelta(days=1))
    assert erp.read("4000001")[0].changed == change.stamp
    assert one(world).changed == ""


def test_a_first_order_takes_eight_calls_and_the_next_of_the_same_supplier_three(world: World) -> None:
    world.order("4000001", lines=[Line("BOLT-10", 1), Line("BOLT-10", 2)])
    world.order("4000002")
    erp = world.erp()
    erp.read("4000001")
    assert world.calls() == [
        "PPS200MI.GetHead", "PPS200MI.LstLine", "MMS200MI.GetItmBasic", "CRS620MI.GetBasicData",
        "CRS620MI.LstAddresses", "CRS620MI.LstSupplierRef", "PPS200MI.GetDelAddress", "MMS005MI.GetWarehouse",
    ]  # fmt: skip
    erp.read("4000002")
    assert world.calls() == ["PPS200MI.GetHead", "PPS200MI.LstLine", "PPS200MI.GetDelAddress"]


def test_an_order_that_is_not_ours_takes_one_call(world: World) -> None:
    world.order(delivery_method="DHL")
    world.erp().read("4000001")
    assert world.calls() == ["PPS200MI.GetHead"]


def test_the_lines_of_an_order_with_several_addresses_are_asked_one_by_one(world: World) -> None:
    world.order(lines=[Line("BOLT-10", 1, to=AUSTIN), Line("NUT-10", 1, to=AUSTIN)])
    world.tenant.change_head("4000001", MTDP="1")
    assert one(world).ship_to.address == AUSTIN.address
    assert world.calls().count("PPS200MI.GetDelAddress") == 2


def test_what_was_corrected_in_the_item_file_is_seen_at_the_next_poll_and_after_five_minutes(world: World) -> None:
    add_item(world.tenant, "FEATHER", "Feather")
    world.order(lines=[Line("FEATHER", 1)])
    erp = world.erp()
    assert erp.read("4000001")[0].lines[0].unit_weight is None
    world.tenant.change_item("FEATHER", GRWE="0.5")
    assert erp.read("4000001")[0].lines[0].unit_weight is None
    erp.changed("", world.clock.now() - timedelta(days=1))
    assert erp.read("4000001")[0].lines[0].unit_weight == Weight(Decimal("0.5"), "kg")
    world.tenant.change_item("FEATHER", GRWE="0.7")
    world.clock.advance(timedelta(minutes=6))
    assert erp.read("4000001")[0].lines[0].unit_weight == Weight(Decimal("0.7"), "kg")


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "error_before", "error_after", "throttled", "empty"])
@pytest.mark.parametrize(
    "call", ["PPS200MI.GetHead", "PPS200MI.LstLine", "PPS200MI.GetDelAddress", "MMS200MI.GetItmBasic"]
)
def test_a_call_that_fails_on_the_way_is_a_retry_and_never_half_an_order(world: World, kind: str, call: str) -> None:
    world.order()
    world.engine.faults.append(Fault(call, kind))  # type: ignore[arg-type]
    with pytest.raises(Retry):
        world.erp().read("4000001")
    assert one(world).lines


def test_a_company_that_the_user_may_not_use_closes_the_connection(world: World) -> None:
    world.order()
    with pytest.raises(Misconfigured, match="Not authorized for company 200"):
        world.erp(erp={"cono": "200"}).read("4000001")


def test_the_ship_to_follows_an_edit_in_m3(world: World) -> None:
    world.order()
    world.tenant.change_delivery("4000001", "1", delivery(AUSTIN))
    assert one(world).ship_to.address == AUSTIN.address
