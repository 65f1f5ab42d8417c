"""Who sends what to whom: by the connection's flow, never guessed from the order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.connection import Connection
from shared.domain.address import Address, Party
from shared.domain.order import Flow, Order
from shared.domain.problem import Unshippable
from shared.domain.state import Reason
from shared.workflow.planning.plan import plan_shipment
from shared.workflow.planning.route import origin_zone, route
from tests.builders import FILE, NOW, SUPPLIER, WAREHOUSE, a_connection, an_order, parse

CUSTOMER = Party("Jo Doe", Address(("5 Elm St",), "Troy", "NY", "12180", "US"), "", "5185550199")
NOBODY = Party("", Address((), "", "", "", ""))
HOLDER = a_connection().shipper.party()


def location(party: Party, **facts: Any) -> dict[str, Any]:
    at = party.address
    address = {"lines": at.lines, "city": at.city, "state": at.state, "postcode": at.postcode, "country": at.country}
    return {"name": party.name, "attention": party.attention, "phone": party.phone, "address": address, **facts}


def connection(flow: Flow = "inbound", **locations: dict[str, Any]) -> Connection:
    """Any flow: which of them an ERP takes is for `apply` to say."""
    return parse({**FILE, "locations": {**FILE["locations"], **locations}}).model_copy(update={"flow": flow})


def parties(order: Order, file: Connection) -> tuple[Party, Party, Party]:
    plan = plan_shipment(order, file, NOW).plan
    return plan.shipper, plan.ship_from, plan.ship_to


def problem_of(order: Order, file: Connection) -> Unshippable:
    with pytest.raises(Unshippable) as problem:
        plan_shipment(order, file, NOW)
    return problem.value


def test_inbound_the_holder_of_the_account_ships_from_the_supplier_to_the_order_s_place() -> None:
    assert parties(an_order(), connection()) == (HOLDER, SUPPLIER, WAREHOUSE)


def test_drop_ship_goes_from_the_supplier_to_the_customer_on_our_account() -> None:
    order = an_order(flow="drop-ship", ship_to=CUSTOMER, freight_terms="COL")
    assert parties(order, connection("drop-ship")) == (HOLDER, SUPPLIER, CUSTOMER)


def test_s17_a_drop_ship_without_a_customer_is_held_and_never_sent_to_our_own_warehouse() -> None:
    described = connection("drop-ship", W01=location(WAREHOUSE))
    problem = problem_of(an_order(flow="drop-ship", ship_to=NOBODY), described)
    assert (problem.reason, problem.field) == (Reason.MISSING, "ship_to.address")
    assert "goes to its customer, never to our own warehouse" in str(problem)
    home = replace(WAREHOUSE, name="Acme", address=replace(WAREHOUSE.address, lines=("1 DOCK ST.",)))
    problem = problem_of(an_order(flow="drop-ship", ship_to=home), described)
    assert (problem.reason, problem.field) == (Reason.MISSING, "ship_to.address")
    assert "is our own warehouse W01" in str(problem)


def test_drop_ship_asks_for_freight_terms_only_where_the_file_maps_some() -> None:
    order = an_order(flow="drop-ship", ship_to=CUSTOMER, freight_terms="EXW")
    assert problem_of(order, connection("drop-ship")).reason == Reason.FREIGHT_TERMS
    unmapped = connection("drop-ship").model_copy(update={"freight_terms": {}})
    assert parties(order, unmapped)[2] == CUSTOMER


def outbound(**facts: Any) -> Order:
    return an_order(flow="outbound", **{"ship_from": NOBODY, "ship_to": CUSTOMER, "freight_terms": "", **facts})


def test_outbound_goes_from_the_order_s_own_warehouse_to_the_customer() -> None:
    file = connection("outbound", W01=location(WAREHOUSE))
    assert parties(outbound(), file) == (HOLDER, replace(WAREHOUSE, residential=None), CUSTOMER)


def test_outbound_without_a_warehouse_leaves_the_account_s_registered_location() -> None:
    assert parties(outbound(warehouse=""), connection("outbound")) == (HOLDER, HOLDER, CUSTOMER)


def test_outbound_takes_the_erp_s_own_sender_where_it_names_one() -> None:
    file = connection("outbound", W01=location(WAREHOUSE))
    assert parties(outbound(ship_from=SUPPLIER), file)[1] == SUPPLIER


def test_s17_outbound_from_a_warehouse_that_nobody_described_is_held_and_not_sent_from_elsewhere() -> None:
    problem = problem_of(outbound(warehouse="W07"), connection("outbound"))
    assert (problem.reason, problem.field) == (Reason.MISSING, "locations.W07")
    assert str(problem).startswith("warehouse W07 is not described")


def test_no_terms_are_asked_of_an_outbound_order() -> None:
    file = connection("outbound", W01=location(WAREHOUSE))
    assert parties(outbound(freight_terms="EXW"), file)[2] == CUSTOMER


# --- what locations stand in for ---------------------------------------------------------------------------------


def test_s16_attention_and_phone_that_the_erp_lacks_are_those_of_the_location_and_are_noted() -> None:
    bare = an_order(ship_from=replace(SUPPLIER, attention="", phone=""), ship_to=replace(WAREHOUSE, attention=""))
    file = connection(V100=location(SUPPLIER), W01=location(WAREHOUSE, phone="5185550123"))
    going = route(bare, file)
    assert (going.ship_from, going.ship_to) == (SUPPLIER, WAREHOUSE), "what the ERP has stays"
    assert going.notes == (
        "ship_from.attention is that of location V100",
        "ship_from.phone is that of location V100",
        "ship_to.attention is that of location W01",
    )
    assert plan_shipment(bare, file, NOW).notes == going.notes


def test_s16_a_place_that_the_erp_has_no_address_for_is_its_location() -> None:
    bare = an_order(ship_from=NOBODY, ship_to=NOBODY)
    going = route(bare, connection(V100=location(SUPPLIER), W01=location(WAREHOUSE)))
    assert (going.ship_from, going.ship_to) == (SUPPLIER, replace(WAREHOUSE, residential=None))


def test_another_delivery_address_takes_nothing_from_the_warehouse() -> None:
    site = replace(CUSTOMER, attention="", phone="")
    going = route(an_order(ship_to=site), connection(W01=location(WAREHOUSE)))
    assert (going.ship_to, going.notes) == (site, ())


# --- the zone of the day -----------------------------------------------------------------------------------------


def test_the_ship_from_s_zone_is_its_location_s_else_the_connection_s() -> None:
    file = connection(
        V100=location(SUPPLIER, timezone="America/Chicago"), W01=location(WAREHOUSE, timezone="Asia/Tokyo")
    )
    file = file.model_copy(update={"timezone": "America/New_York"})
    assert origin_zone(an_order(), file) == ZoneInfo("America/Chicago")
    assert origin_zone(an_order(supplier="V200"), file) == ZoneInfo("America/New_York")
    assert origin_zone(outbound(), file) == ZoneInfo("Asia/Tokyo")
    assert origin_zone(outbound(warehouse=""), file) == ZoneInfo("America/New_York")
