"""One order: its selection, schedules, places, parties and weights."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shared.domain.address import Address
from shared.domain.customs import CustomsData
from shared.domain.measures import Dimensions, Weight
from shared.domain.order import Order
from shared.domain.shipment import Billing
from shared.erp.oracle.oneline import split
from shared.errors import Misconfigured, Refused
from shared.workflow.planning.plan import billing_of
from tests.unit.erp.oracle.bench import DOCUMENT, ID, REFERENCE, a_connection, a_line, a_schedule, open_on
from tests.unit.erp.oracle.pod import Pod, answer

Make = Callable[..., Pod]
PATH = "purchaseOrders/00020000000EACED/child"
LIFE = f"purchaseOrderLifeCycleDetails/{ID}/child"
ITEM = {
    "ItemId": 901,
    "ItemNumber": "ITEM-1",
    "OrganizationId": 204,
    "PrimaryUOMValue": "Each",
    "UnitWeightQuantity": "3.5",
    "WeightUOMCode": "LBS",
    "UnitLengthQuantity": 10,
    "UnitWidthQuantity": 8,
    "UnitHeightQuantity": 4,
    "DimensionUOMValue": "Inch",
}


def only(pod: Pod, **changes: Any) -> Order:
    (order,) = open_on(pod, **changes).read(DOCUMENT)
    return order


def test_an_order_is_read_with_its_parties_lines_and_day(pod: Pod) -> None:
    order = only(pod)
    assert (order.system, order.company) == ("oracle-fusion:pod.fa.us2.oraclecloud.com", "fusion")
    assert (order.document, order.delivery, order.service, order.supplier) == (DOCUMENT, "", "UPS", "V100")
    assert order.ship_to.name == "Acme"
    assert order.ship_to.address == Address(("12 Dock Rd",), "Albany", "NY", "12207", "US")
    assert (order.ship_from.name, order.ship_from.phone) == ("Valve Works", "+17165550100")
    (line,) = order.lines
    assert (line.number, line.item, line.quantity, line.unit) == ("1", "ITEM-1", 2, "Each")
    assert (order.needed, order.warehouse, order.cancelled) == (date(2026, 11, 20), "204", False)


def test_the_country_of_origin_is_read_where_goods_go_abroad_and_the_file_asks_for_it(pod: Pod) -> None:
    pod.rows["purchaseOrderSchedules"] = [a_schedule(1, CountryOfOriginCode="DE")]
    assert only(pod, customs={"terms": "DAP"}).lines[0].customs is None, "inside the country nothing is asked"
    pod.rows["locations"][0] |= {"TownOrCity": "Toronto", "Region2": "ON", "PostalCode": "M5V 3L9", "Country": "CA"}
    assert only(pod).lines[0].customs is None
    assert only(pod, customs={"terms": "DAP"}).lines[0].customs == CustomsData(origin="DE")


def test_q08_hashed_keys_are_taken_from_the_item_s_own_link_and_its_host_never_is(pod: Pod) -> None:
    only(pod)
    assert ("GET", f"{PATH}/lines") in pod.calls()
    assert {each.url.split("/")[2] for each in pod.sent} == {
        "pod.fa.us2.oraclecloud.com",
        "idcs-x.identity.oraclecloud.com",
    }


def test_q08_without_links_the_id_is_the_key(pod: Pod) -> None:
    pod.rows[f"purchaseOrders/{ID}/child/lines"] = pod.rows[f"{PATH}/lines"]
    row = dict(pod.rows["purchaseOrders"][0])
    row.pop("key")
    page = {"items": [row], "hasMore": False}
    pod.hooks.append(lambda request: answer(200, page) if "purchaseOrders?" in request.url else None)
    assert only(pod).lines


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize("limit", [25, 500])
def test_q09_children_are_never_cut(a_judged_pod: Make, limit: int, bare: bool) -> None:
    pod = a_judged_pod(60)
    pod.limit, pod.bare = limit, bare
    if bare and limit == 25:
        pod.bare = False  # a bare array says nothing of another page
    assert len(only(pod, erp={"framework": 2 if bare else 4}).lines) == 60


@pytest.mark.parametrize(
    ("method", "service"),
    [("UPS", "UPS"), ("UPS-Ground-Parcel", "UPS"), ("UPS Next Day-Air", "UPS Next Day"), ("UPSX", ""), ("DHL", "")],
)
def test_s12_a_shipping_method_is_meant_by_its_carrier_or_more_of_it(pod: Pod, method: str, service: str) -> None:
    pod.rows["purchaseOrders"][0]["ShippingMethod"] = method
    found = open_on(pod, services={"UPS": "03", "UPS Next Day": "01"}).read(DOCUMENT)
    assert [each.service for each in found] == ([service] if service else [])


@pytest.mark.parametrize(
    ("select", "taken"),
    [
        ({"supplier_codes": ["V100"]}, True),
        ({"supplier_codes": ["Valve Works"]}, True),
        ({"supplier_codes": ["88"]}, True),
        ({"supplier_codes": ["V200"]}, False),
        ({"business_units": ["US1 Business Unit"]}, True),
        ({"business_units": ["EU1"]}, False),
        ({"buyer_managed": True}, True),
        ({"buyer_managed": False}, False),
        ({"field": {"Supplier": "Valve Works"}}, True),
        ({"field": {"DFF.shipVia": "UPS"}}, True),
        ({"field": {"DFF.shipVia": "DHL"}}, False),
        ({"organizations": ["204"]}, True),
        ({"organizations": ["205"]}, False),
    ],
)
def test_s12_the_selection_is_by_supplier_unit_flag_field_or_organization(
    pod: Pod, select: dict[str, Any], taken: bool
) -> None:
    pod.rows[f"{PATH}/DFF"] = [{"__FLEX_Context": "", "shipVia": "UPS"}]
    assert bool(open_on(pod, select=select).read(DOCUMENT)) == taken


def test_q10_who_arranges_transport_is_asked_of_the_draft_side_where_the_order_does_not_say_it(pod: Pod) -> None:
    pod.rows["purchaseOrders"][0].pop("BuyerManagedTransportFlag")
    erp = open_on(pod, select={"buyer_managed": True})
    pod.rows["draftPurchaseOrders"] = []
    with pytest.raises(Misconfigured) as missing:
        erp.read(DOCUMENT)
    assert missing.value.field == "erp.buyer_managed_field"
    pod.rows["draftPurchaseOrders"] = [{"POHeaderId": ID, "BuyerManagedTransportFlag": "true"}]
    assert erp.read(DOCUMENT)


@pytest.mark.parametrize("status", ["CLOSED", "CANCELED", "FINALLY CLOSED"])
def test_what_has_ended_is_cancelled(pod: Pod, status: str) -> None:
    pod.rows["purchaseOrders"][0]["StatusCode"] = status
    assert only(pod).cancelled


@pytest.mark.parametrize("status", ["INCOMPLETE", "PENDING APPROVAL", "CLOSED FOR RECEIVING"])
def test_what_is_no_open_order_is_not_wanted(pod: Pod, status: str) -> None:
    pod.rows["purchaseOrders"][0]["StatusCode"] = status
    assert open_on(pod).read(DOCUMENT) == ()


def test_q11_what_may_not_be_seen_is_an_empty_list_and_said_so(pod: Pod) -> None:
    pod.rows["purchaseOrders"] = []
    order = only(pod)
    assert order.cancelled
    assert order.notes == ("Fusion has no such order, or shows none",)


@pytest.mark.parametrize("document", ["1;2", "../1", "%27", ""])
def test_g20_no_name_of_an_order_becomes_a_condition(pod: Pod, document: str) -> None:
    orders = open_on(pod).read(document)
    assert all(each.cancelled for each in orders)


@pytest.mark.parametrize("document", ["O'Neill", "1' or '1'='1", 'x"y', "a\nb", "'"])
def test_g20_an_order_whose_number_has_a_quote_is_not_asked_for_and_not_gone(pod: Pod, document: str) -> None:
    with pytest.raises(Refused, match="cannot be looked up"):
        open_on(pod).read(document)
    assert pod.calls() == []


def test_two_orders_of_one_number_are_refused(pod: Pod) -> None:
    pod.rows["purchaseOrders"].append({**pod.rows["purchaseOrders"][0], "POHeaderId": 7, "ProcurementBU": "EU1"})
    with pytest.raises(Refused, match="2 times"):
        open_on(pod).read(DOCUMENT)
    assert open_on(pod, select={"business_units": ["US1 Business Unit"]}).read(DOCUMENT)


def test_an_order_without_lines_is_refused(pod: Pod) -> None:
    pod.rows[f"{PATH}/lines"] = []
    with pytest.raises(Refused) as refused:
        open_on(pod).read(DOCUMENT)
    assert (refused.value.reason, refused.value.field) == ("lines", "lines")


def test_several_ship_tos_are_several_groups_named_by_their_lowest_line(a_judged_pod: Make) -> None:
    pod = a_judged_pod(3)
    pod.rows["locations"].append(
        {**pod.rows["locations"][0], "LocationId": 2, "TownOrCity": "Troy", "PostalCode": "12180"}
    )
    pod.rows["purchaseOrderSchedules"][1]["ShipToLocationId"] = 2
    groups = open_on(pod).read(DOCUMENT)
    assert [(each.delivery, each.ship_to.address.city) for each in groups] == [("line-1", "Albany"), ("line-2", "Troy")]
    assert [[line.number for line in each.lines] for each in groups] == [["1", "3"], ["2"]]


def test_what_is_needed_on_another_day_travels_by_itself_unless_days_do_not_matter(a_judged_pod: Make) -> None:
    pod = a_judged_pod(2)
    pod.rows["purchaseOrderSchedules"][1]["PromisedDeliveryDate"] = "2026-12-20"
    assert len(open_on(pod).read(DOCUMENT)) == 2
    assert only(pod, erp={"group_by": "place"}).needed == date(2026, 11, 20)


WAITING = {"ship_when": {"confirmed": True}}


def test_an_order_is_confirmed_once_each_of_its_schedules_has_a_promised_day(a_judged_pod: Make) -> None:
    pod = a_judged_pod(2)
    first, second = pod.rows["purchaseOrderSchedules"]
    second["RequestedDeliveryDate"] = first["PromisedDeliveryDate"]
    for none in (None, "", "4712-12-31"):
        second["PromisedDeliveryDate"] = none
        groups = open_on(pod, erp={"group_by": "place"}, **WAITING).read(DOCUMENT)
        assert [each.confirmed for each in groups] == [False]
    assert only(pod).confirmed, "where nothing waits for it, nobody looks"
    second["PromisedDeliveryDate"] = "2026-11-20"
    assert only(pod, **WAITING).confirmed


def test_of_several_parcels_each_waits_for_its_own_confirmation(a_judged_pod: Make) -> None:
    pod = a_judged_pod(2)
    pod.rows["purchaseOrderSchedules"][1] |= {"PromisedDeliveryDate": None, "RequestedDeliveryDate": "2026-12-20"}
    assert [each.confirmed for each in open_on(pod, **WAITING).read(DOCUMENT)] == [True, False]


def test_where_schedules_have_no_such_day_nothing_waits_for_ever(pod: Pod) -> None:
    for schedule in pod.rows["purchaseOrderSchedules"]:
        del schedule["PromisedDeliveryDate"]
    with pytest.raises(Misconfigured) as silent:
        only(pod, **WAITING)
    assert silent.value.field == "erp.confirmed_field"
    pod.rows["purchaseOrderSchedules"][0]["AcknowledgedDate"] = "2026-11-20"
    assert only(pod, erp={"confirmed_field": "AcknowledgedDate"}, **WAITING).confirmed


def test_q12_the_year_4712_is_never(pod: Pod) -> None:
    pod.rows["purchaseOrderSchedules"][0]["PromisedDeliveryDate"] = "4712-12-31"
    assert only(pod).needed is None


def test_a_second_schedule_of_a_line_is_a_line_of_its_own(pod: Pod) -> None:
    pod.rows["purchaseOrderSchedules"].append(a_schedule(1, LineLocationId=7100, ScheduleNumber=2, Quantity=5))
    assert [(line.number, line.quantity) for line in only(pod).lines] == [("1", 2), ("1/2", 5)]


def test_q13_schedules_are_read_below_their_lines_where_the_flat_list_cannot_be_filtered(pod: Pod) -> None:
    row = {name: value for name, value in a_schedule(1).items() if name not in ("POLineId", "LineNumber")}
    pod.rows[f"{PATH}/lines/5001/child/schedules"] = [row]
    pod.rows.pop("purchaseOrderSchedules")
    assert only(pod, erp={"schedules": "nested"}).lines[0].quantity == 2


@pytest.mark.parametrize(
    ("shipments", "receipts", "left"),
    [
        ([], [], "10"),
        ([{"ShippedQuantity": 4}], [], "6"),
        ([{"ShippedQuantity": "4", "ReceiptDate": "2026-11-01"}], [4], "6"),
        ([{"ShippedQuantity": 4, "ReceiptDate": "2026-11-01"}], [7], "3"),
        ([{"ShippedQuantity": 4}], [3], "3"),
        ([{"ShippedQuantity": 4, "ReceiptDate": "2026-11-01"}], [2], "6"),
    ],
)
def test_q14_what_is_open_is_what_nobody_advised_or_received(
    pod: Pod, shipments: list[dict[str, Any]], receipts: list[int], left: str
) -> None:
    pod.rows["purchaseOrderSchedules"][0]["Quantity"] = 10
    pod.rows[f"{LIFE}/shipments"] = [{"LineLocationId": 7001, **each} for each in shipments]
    pod.rows[f"{LIFE}/receipts"] = [{"LineLocationId": 7001, "ReceivedQuantity": each} for each in receipts]
    assert only(pod).lines[0].quantity == Decimal(left)


def test_our_own_advice_makes_no_other_order_of_it(pod: Pod) -> None:
    before = only(pod)
    ours = {"LineLocationId": 7001, "ShippedQuantity": 2, "Shipment": f"{REFERENCE}.1"}
    pod.rows[f"{LIFE}/shipments"] = [ours]
    assert only(pod) == before


def test_what_was_advised_as_a_whole_is_skipped_and_what_was_received_is_not_wanted(pod: Pod) -> None:
    pod.rows[f"{LIFE}/shipments"] = [{"LineLocationId": 7001, "ShippedQuantity": 2}]
    order = only(pod)
    assert (order.lines, [each.line for each in order.skipped]) == ((), ["1"])
    pod.rows[f"{LIFE}/receipts"] = [{"LineLocationId": 7001, "ReceivedQuantity": 2}]
    assert open_on(pod).read(DOCUMENT) == ()


def test_a_life_cycle_that_may_not_be_seen_is_no_open_quantity(pod: Pod) -> None:
    pod.refused["purchaseOrderLifeCycleDetails"] = answer(403, b"Forbidden")
    with pytest.raises(Misconfigured) as refused:
        open_on(pod).read(DOCUMENT)
    assert refused.value.field == "erp.open_quantity"
    assert only(pod, erp={"open_quantity": "ordered"}).lines[0].quantity == 2


def test_drop_shipments_are_of_the_other_flow(a_judged_pod: Make) -> None:
    pod = a_judged_pod(2)
    pod.rows["purchaseOrderSchedules"][1]["DestinationTypeCode"] = "DROP SHIP"
    order = only(pod)
    assert [line.number for line in order.lines] == ["1"]
    assert "to a customer" in order.skipped[0].reason
    (dropped,) = open_on(pod, flow="drop-ship").read(DOCUMENT)
    assert ([line.number for line in dropped.lines], dropped.flow) == (["2"], "drop-ship")


# --- addresses -------------------------------------------------------------------------------------------------------


def test_q15_where_hcm_refuses_the_next_source_is_asked(pod: Pod) -> None:
    pod.refused["locations"] = answer(403, b"")
    pod.rows["requisitionOneTimeLocations"] = [
        {
            "LocationId": 1,
            "AddressLine1": "9 Site Rd",
            "City": "Utica",
            "State": "NY",
            "PostalCode": "13501",
            "Country": "US",
        }
    ]
    assert only(pod).ship_to.address.city == "Utica"


def test_the_file_s_locations_are_a_source(pod: Pod) -> None:
    place = {
        "name": "Dock",
        "address": {"lines": ["1 B St"], "city": "Rome", "state": "NY", "postcode": "13440", "country": "US"},
    }
    assert only(pod, erp={"address": ["file"]}, locations={"1": place}).ship_to.address.city == "Rome"


def test_the_text_of_one_line_is_split_from_the_right_and_noted(pod: Pod) -> None:
    order = only(pod, erp={"address": ["text"]})
    assert order.ship_to.address == Address(("411 University Street",), "Seattle", "WA", "98101", "US")
    assert any("one line" in note for note in order.notes)


@pytest.mark.parametrize("check", ["lenient", "off"])
def test_a_text_that_nobody_would_check_is_held(pod: Pod, check: str) -> None:
    with pytest.raises(Refused) as held:
        open_on(pod, erp={"address": ["text"]}, address_check=check).read(DOCUMENT)
    assert held.value.reason == "address"


@pytest.mark.parametrize(
    "junk",
    ["", "see attachment", "Dock 4, ask for Joe", "a, b, c, d", ", , ,", "1 A St, Paris, 75001, France",
     "1 A St, Atlanta, GA 3030, United States", "GA 30301, United States", "1 A St, At1anta, GA 30301, United States"],
)  # fmt: skip
def test_q16_junk_is_held_and_never_guessed(pod: Pod, junk: str) -> None:
    pod.rows["purchaseOrders"][0]["ShipToLocationAddress"] = junk
    with pytest.raises(Refused) as held:
        open_on(pod, erp={"address": ["text"]}).read(DOCUMENT)
    assert (held.value.reason, held.value.field) == ("address", "ship_to.address")


def test_one_line_with_and_without_a_county_and_with_two_lines() -> None:
    assert split("1 A St, Suite 2, Atlanta, GA 30301-1234, US") == Address(
        ("1 A St", "Suite 2"), "Atlanta", "GA", "30301-1234", "US"
    )
    assert split("1 King St W, Toronto, ON M5H 1A1, Canada") == Address(
        ("1 King St W",), "Toronto", "ON", "M5H 1A1", "CA"
    )


def test_the_header_s_text_is_not_that_of_schedules_whose_location_is_not_told(a_judged_pod: Make) -> None:
    """They may go to several places: nothing is guessed."""
    for lines, held in ((1, False), (2, True)):
        pod = a_judged_pod(lines)
        for row in pod.rows["purchaseOrderSchedules"]:
            row["ShipToLocationId"] = None
        erp = open_on(pod, address_check="strict")
        if held:
            with pytest.raises(Refused, match="no whole address"):
                erp.read(DOCUMENT)
        else:
            (order,) = erp.read(DOCUMENT)
            assert order.ship_to.address.city == "Seattle"


def test_the_header_s_text_is_not_that_of_several_locations(a_judged_pod: Make) -> None:
    pod = a_judged_pod(2)
    pod.rows["purchaseOrderSchedules"][1]["ShipToLocationId"] = 2
    with pytest.raises(Refused):
        open_on(pod, erp={"address": ["text"]}).read(DOCUMENT)
    pod.rows["b2bShipToLocationsLOV"] = [
        {"LocationId": place, "Address": f"{place} A St, Atlanta, GA 3030{place}, United States"} for place in (1, 2)
    ]
    assert len(open_on(pod, erp={"address": ["text"]}).read(DOCUMENT)) == 2


# --- parties, cost centre, items -------------------------------------------------------------------------------------


def test_s19_bill_to_and_cost_centre_are_read_where_they_are_asked_for(pod: Pod) -> None:
    pod.rows[f"{PATH}/lines/5001/child/schedules"] = [a_schedule(1)]
    pod.rows[f"{PATH}/lines/5001/child/schedules/7001/child/distributions"] = [{"POChargeAccount": "01-4100-7530-000"}]
    rules = {"rules": [{"supplier": "V100", "cost_centre": "4100", "bill": "shipper", "account": "D4E5F6"}]}
    order = only(pod, billing=rules, erp={"billing_address": "BillToLocationAddress"})
    assert order.cost_centre == "4100"
    assert order.bill_to is not None
    assert order.bill_to.address == Address(("1 A St",), "Atlanta", "GA", "30301", "US")


def test_s24_several_cost_centres_are_none(pod: Pod) -> None:
    pod.rows[f"{PATH}/lines/5001/child/schedules"] = [a_schedule(1)]
    pod.rows[f"{PATH}/lines/5001/child/schedules/7001/child/distributions"] = [
        {"POChargeAccount": "01-4100-7530"}, {"POChargeAccount": "01-4200-7530"}
    ]  # fmt: skip
    rules = {"rules": [{"cost_centre": "4100", "bill": "shipper", "account": "D4E5F6"}]}
    order = only(pod, billing=rules)
    assert (order.cost_centre, order.notes) == ("", ("the cost centres of this parcel are: 4100, 4200",))


def test_s24_the_supplier_and_its_cost_centre_decide_the_account(pod: Pod) -> None:
    schedules = f"{PATH}/lines/5001/child/schedules"
    pod.rows[schedules] = [a_schedule(1)]
    pod.rows[f"{schedules}/7001/child/distributions"] = [{"POChargeAccount": "01-4100-7530"}]
    rules = [
        {"supplier": "V100", "cost_centre": "4100", "bill": "shipper", "account": "D4E5F6"},
        {"supplier": "V100", "cost_centre": "4200", "bill": "receiver", "account": "G7H8I9"},
    ]
    changes = {"billing": {"rules": rules}}
    assert billing_of(only(pod, **changes), a_connection(**changes)) == Billing("shipper", "D4E5F6")
    pod.rows[f"{schedules}/7001/child/distributions"] = [{"POChargeAccount": "01-4200-7530"}]
    assert billing_of(only(pod, **changes), a_connection(**changes)) == Billing("receiver", "G7H8I9")


def test_nobody_asks_for_distributions_without_a_rule(pod: Pod) -> None:
    only(pod)
    assert not any("distributions" in path for _, path in pod.calls())


def test_of_several_addresses_none_is_taken_without_the_order_s_site(pod: Pod) -> None:
    addresses = pod.rows["suppliers/88/child/addresses"]
    addresses.append({**addresses[0], "SupplierAddressId": 2, "City": "Dunkirk"})
    pod.rows["suppliers/88/child/sites"] = []
    order = only(pod)
    assert order.ship_from.name == ""
    assert any("no address for orders" in note for note in order.notes)


def test_the_site_decides_between_addresses(pod: Pod) -> None:
    addresses = pod.rows["suppliers/88/child/addresses"]
    addresses.append({**addresses[0], "SupplierAddressId": 2, "City": "Dunkirk"})
    pod.rows["suppliers/88/child/sites"] = [{"SupplierSiteId": 881, "SupplierAddressId": 2}]
    assert only(pod).ship_from.address.city == "Dunkirk"


def test_q17_weights_come_as_texts_too_in_the_item_s_own_unit(pod: Pod) -> None:
    pod.rows["itemsV2"] = [dict(ITEM)]
    packing = {"rule": "one_per_order", "unit_weight_from": "items"}
    (line,) = only(pod, packing=packing).lines
    assert line.unit_weight == Weight(Decimal("3.5"), "lb")
    assert line.unit_dimensions == Dimensions(Decimal(10), Decimal(8), Decimal(4), "in")


def test_an_item_counted_in_another_unit_has_no_right_weight(pod: Pod) -> None:
    pod.rows["itemsV2"] = [{**ITEM, "PrimaryUOMValue": "Box"}]
    (line,) = only(pod, packing={"rule": "one_per_order", "unit_weight_from": "items"}).lines
    assert (line.unit_weight, line.weight_per) == (None, "Box")


def test_a_unit_that_nobody_explains_is_refused_and_the_file_may_explain_it(pod: Pod) -> None:
    pod.rows["itemsV2"] = [{**ITEM, "WeightUOMCode": "QQ"}]
    packing = {"rule": "one_per_order", "unit_weight_from": "items"}
    with pytest.raises(Refused, match="QQ"):
        open_on(pod, packing=packing).read(DOCUMENT)
    (line,) = only(pod, packing=packing, erp={"uom": {"QQ": "kg"}}).lines
    assert line.unit_weight == Weight(Decimal("3.5"), "kg")


def test_g20_an_item_s_number_with_a_quote_is_looked_up_by_its_id(pod: Pod) -> None:
    pod.rows[f"{PATH}/lines"] = [a_line(1, Item="5' PIPE")]
    pod.rows["itemsV2"] = [dict(ITEM)]
    (line,) = only(pod, packing={"rule": "one_per_order", "unit_weight_from": "items"}).lines
    assert line.unit_weight
    assert not any("PIPE" in each.url for each in pod.sent)


def test_without_packing_by_items_no_item_is_asked_for_unless_hazards_matter(pod: Pod) -> None:
    pod.rows["itemsV2"] = [{**ITEM, "HazardousMaterialFlag": True}]
    assert only(pod).extra == ()
    assert only(pod, hazard={}).extra == (("hazard", "line 1, item ITEM-1"),)
