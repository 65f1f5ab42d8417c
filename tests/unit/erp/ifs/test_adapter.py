"""The adapter of IFS Cloud against the emulated tenant: what is listed, read and written, and what is never sent."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sandbox.engine import Fault
from sandbox.erps.ifs import seed
from sandbox.erps.ifs.tables import ENUMS, Property
from shared.domain.address import Address
from shared.domain.measures import Dimensions, Weight
from shared.domain.money import Money
from shared.errors import Misconfigured, Refused, Retry, Unknown
from shared.http import Request
from shared.ports import WriteBack
from tests.builders import NOW
from tests.corpus import CONTROLS, CORPUS
from tests.unit.erp.ifs.bench import SECRET, Bench, judged
from tests.unit.erp.ifs.quirks import keeps

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
ONE, TWO, THREE = "1ZA1B2C30300000012", "1ZA1B2C30300000021", "1ZA1B2C30300000030"


@pytest.fixture
def bench() -> Iterator[Bench]:
    """Every request of a test passes the judge, where the contracts are beside the project."""
    made = Bench()
    yield made
    assert judged(made) == {}


def note(document: str, *numbers: str, **changes: Any) -> WriteBack:
    facts: dict[str, Any] = {
        "reference": "r",
        "shipment_id": numbers[0] if numbers else "",
        "tracking_numbers": numbers,
        "service": "11",
        "cost": None,
        "milestone": "label_created",
        **changes,
    }
    return WriteBack(document=document, **facts)


# --- reading ---------------------------------------------------------------------------------------------------------


@keeps(18)
def test_s05_completed_shipments_of_the_sites_are_listed_by_their_versions(bench: Bench) -> None:
    first = bench.shipment()
    bench.passes(MINUTE)
    second = bench.shipment()
    bench.shipment(state="Preliminary")
    bench.shipment(ForwardAgentId="DHL")
    bench.shipment(ReceiverType="Supplier")
    bench.shipment(ShipmentCategory="Consolidated")
    bench.passes(MINUTE)
    changes = bench.erp().changed("", NOW)
    assert [each.document for each in changes] == [first, second]
    assert [each.stamp for each in changes] == ["20261102140000", "20261102140100"]


@keeps(18)
def test_an_edit_moves_the_stamp_and_the_cursor_leaves_older_ones_out(bench: Bench) -> None:
    first, second = bench.shipment(), bench.shipment()
    cursor = bench.erp().changed("", NOW)[-1].stamp
    bench.passes(DAY)
    seed.edit(bench.tenant, int(first), ReceiverCity="Albany")
    assert [each.document for each in bench.erp().changed(cursor, NOW)] == [second, first]
    after = bench.erp().changed(bench.erp().changed("", NOW)[-1].stamp, NOW)
    assert [each.document for each in after] == [first]


@keeps(18)
def test_s05_g8_a_document_that_is_edited_again_in_the_second_of_its_reading_is_listed_as_another_change(
    bench: Bench,
) -> None:
    number = bench.shipment()
    (seen,) = bench.erp().changed("", NOW)
    seed.edit(bench.tenant, int(number), ReceiverCity="Albany")
    bench.passes(MINUTE)
    (again,) = bench.erp().changed(seen.stamp, NOW)
    assert (again.document, again.stamp == seen.stamp) == (number, False)
    bench.passes(MINUTE)
    assert bench.erp().changed(again.stamp, NOW) == [again]


def test_s05_g8_the_hour_that_a_clock_goes_through_twice_loses_no_shipment(bench: Bench) -> None:
    bench.tenant.database_timezone = ZoneInfo("Europe/Stockholm")
    erp = bench.erp(erp={"database_timezone": "Europe/Stockholm"})
    bench.clock.at = datetime(2026, 10, 25, 0, 59, tzinfo=UTC)  # 02:59, for the first time
    start = bench.clock.now()
    bench.shipment()
    bench.passes(5 * MINUTE)
    cursor = erp.changed("", start)[-1].stamp
    later = bench.shipment()  # 02:04, for the second time
    assert later in [each.document for each in erp.changed(cursor, start)]


def test_s05_g8_a_clock_that_was_ahead_once_hides_no_shipment_that_comes_after(bench: Bench) -> None:
    ahead = bench.shipment()
    bench.tenant.shipment(int(ahead)).version = "20261103140000"
    cursor = bench.erp().changed("", NOW)[-1].stamp
    bench.passes(HOUR)
    later = bench.shipment()
    assert later in [each.document for each in bench.erp().changed(cursor, NOW)]


def test_what_is_older_than_the_line_is_not_listed(bench: Bench) -> None:
    bench.shipment()
    bench.passes(HOUR)
    line = bench.clock.now()
    later = bench.shipment()
    assert [each.document for each in bench.erp().changed("", line)] == [later]


def test_what_stood_in_the_state_before_the_line_and_was_not_delivered_is_told_for_the_first_poll(bench: Bench) -> None:
    bench.shipment(ActualShipDate="2026-11-01T12:00:00Z")
    stood = bench.shipment()
    bench.shipment(state="Preliminary")
    bench.passes(HOUR)
    line = bench.clock.now()
    bench.shipment()
    assert [each.document for each in bench.erp().older(line)] == [stood]


@keeps(8, 9)
def test_hundreds_of_shipments_are_listed_whole_without_a_next_link(bench: Bench) -> None:
    for _ in range(450):
        seed.add_shipment(bench.tenant, "1")
    assert len(bench.erp().changed("", NOW)) == 450


@keeps(11)
def test_states_are_compared_after_reading_where_the_tenant_refuses_the_filter(bench: Bench) -> None:
    bench.engine.manners.state_filter = False
    wanted = bench.shipment()
    bench.shipment(state="Preliminary")
    with pytest.raises(Misconfigured):
        bench.erp().changed("", NOW)
    found = bench.erp(erp={"filter_state": "client"}).changed("", NOW)
    assert [each.document for each in found] == [wanted]


def test_s18_a_shipment_is_an_order_with_its_address_lines_and_parcels(bench: Bench) -> None:
    number = bench.shipment()
    (order,) = bench.erp().read(number)
    assert (order.system, order.company, order.document) == ("ifs-cloud:acme.ifs.cloud:acmetst", "10", number)
    assert order.ship_to.name == "Hansen Bikes"
    assert order.ship_to.attention == "Ann Hansen"
    assert order.ship_to.address == Address(("12 Harbor Street",), "Boston", "MA", "02110", "US")
    assert order.ship_from.name == "Acme"
    assert (order.warehouse, order.service, order.customer, order.flow) == ("1", "UPS", "C100", "outbound")
    assert [(line.item, line.quantity, line.unit) for line in order.lines] == [("BIKE-1", Decimal(2), "PCS")]
    (parcel,) = order.handling_units
    assert parcel.weight == Weight(Decimal("2.5"), "kg")
    assert parcel.dimensions == Dimensions(Decimal(40), Decimal(30), Decimal(20), "cm")


def test_customs_values_are_read_where_a_shipment_goes_abroad_and_the_file_asks_for_them(bench: Bench) -> None:
    shipment = seed.add_shipment(bench.tenant, "1", ReceiverCountry="CA", CustomsValueCurrency="EUR")
    seed.add_line(bench.tenant, shipment, "BIKE-1", 2, CustomsValue=Decimal("80.50"))
    number = str(shipment)
    assert bench.erp().read(number)[0].lines[0].value is None
    (order,) = bench.erp(customs={"terms": "DAP"}).read(number)
    assert order.lines[0].value == Money(Decimal("80.50"), "EUR")


def test_s06_the_company_and_the_tenant_s_host_stand_in_the_file_and_in_every_order_s_identity(bench: Bench) -> None:
    number = bench.shipment()
    erp = bench.erp(erp={"host": "globex.ifs.cloud", "realm": "globex", "company": "77"})
    with pytest.raises(Misconfigured):  # the sandbox has another realm: the address is asked all the same
        erp.read(number)
    assert (erp.system, erp.company) == ("ifs-cloud:globex.ifs.cloud:globex", "77")
    assert [each.url for each in bench.wire.sent] == [
        "https://globex.ifs.cloud/auth/realms/globex/protocol/openid-connect/token"
    ]


@keeps(15)
def test_a_moment_is_the_time_on_the_wall_of_its_site(bench: Bench) -> None:
    late = bench.tenant.site_time("1").replace(hour=23, minute=30)
    (order,) = bench.erp().read(bench.shipment(PlannedDeliveryDate=late))
    assert order.needed == date(2026, 11, 2)


@keeps(24)
def test_s18_the_top_of_a_tree_of_handling_units_is_the_parcel_or_its_leaves(bench: Bench) -> None:
    number = int(bench.shipment())
    inside = seed.add_handling_unit(bench.tenant, number, weight=1, inside=1)
    seed.add_handling_unit(bench.tenant, number, weight=0.5, inside=inside)
    weights = [each.weight.value for each in bench.erp().read(str(number))[0].handling_units]
    assert weights == [Decimal("2.5")]
    (order,) = bench.erp(erp={"parcel_level": "leaf"}).read(str(number))
    assert [each.weight.value for each in order.handling_units] == [Decimal("0.5")]


@keeps(25)
def test_a_weight_of_zero_is_missing(bench: Bench) -> None:
    number = seed.add_shipment(bench.tenant, "1")
    seed.add_line(bench.tenant, number, "BIKE-1", 1)
    seed.add_handling_unit(bench.tenant, number, weight=0)
    (order,) = bench.erp().read(str(number))
    assert order.handling_units[0].weight.value == 0


@keeps(22)
def test_a_line_of_quantity_zero_is_skipped_and_what_was_picked_counts(bench: Bench) -> None:
    number = seed.add_shipment(bench.tenant, "1")
    seed.add_line(bench.tenant, number, "NONE", 0)
    seed.add_line(bench.tenant, number, "PART", 5, QtyPicked=Decimal(3))
    (order,) = bench.erp().read(str(number))
    assert [(line.item, line.quantity) for line in order.lines] == [("PART", Decimal(3))]
    assert [each.line for each in order.skipped] == ["1"]


@keeps(21)
def test_a_member_of_a_consolidated_shipment_is_held(bench: Bench) -> None:
    number = bench.shipment()
    seed.consolidate(bench.tenant, "1", int(number))
    with pytest.raises(Refused, match="consolidated") as caught:
        bench.erp().read(number)
    assert caught.value.reason == "ship_tos"
    assert bench.erp(erp={"consolidated": "each"}).read(number)


@keeps(23)
def test_a_shipment_without_an_address_is_held(bench: Bench) -> None:
    number = bench.shipment(ReceiverAddress1=None, ReceiverCity=None, ReceiverCountry=None)
    with pytest.raises(Refused, match="no address"):
        bench.erp().read(number)


@keeps(16, 20)
def test_cancelled_and_gone_are_cancelled_and_closed_is_wanted_no_more(bench: Bench) -> None:
    cancelled, closed = bench.shipment(), bench.shipment()
    seed.cancel(bench.tenant, int(cancelled))
    seed.close(bench.tenant, int(closed))
    assert bench.erp().read(cancelled)[0].cancelled
    assert bench.erp().read("4711")[0].cancelled
    assert bench.erp().read(closed) == ()


def test_a_number_in_the_mapped_field_is_told(bench: Bench) -> None:
    (order,) = bench.erp().read(bench.shipment(AirwayBillNo="1ZBYHAND"))
    assert order.shipped_as == "1ZBYHAND"


@pytest.mark.parametrize("document", ["1)", "", "NaN", "-1", "1e5", "\uff11", *CORPUS, *CONTROLS])
def test_g20_a_document_that_is_no_number_is_refused_before_anybody_is_asked(bench: Bench, document: str) -> None:
    with pytest.raises(Refused):
        bench.erp().read(document)
    assert bench.wire.sent == []


@pytest.mark.parametrize("site", CORPUS)
@keeps(13)
def test_g20_a_code_of_a_site_is_data(bench: Bench, site: str) -> None:
    seed.add_site(bench.tenant, site)
    seed.add_shipment(bench.tenant, site)
    bench.shipment()
    assert len(bench.erp(select={"site": [site]}).changed("", NOW)) == 1


# --- tokens and answers ----------------------------------------------------------------------------------------------


@keeps(1)
def test_s51_a_token_lives_as_long_as_it_is_told_and_is_renewed_after_a_401(bench: Bench) -> None:
    erp, number = bench.erp(), bench.shipment()
    erp.read(number)
    bench.engine.expire_tokens()
    erp.read(number)
    tokens = [each for each in bench.wire.sent if "/auth/realms/" in each.url]
    assert len(tokens) == 2
    bench.passes(timedelta(seconds=181))
    erp.read(number)
    assert len([each for each in bench.wire.sent if "/auth/realms/" in each.url]) == 3


def test_a_refused_client_closes_the_connection_and_its_secret_is_in_no_error(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.engine.token_server.client_secret = "another"
    with caplog.at_level(logging.DEBUG), pytest.raises(Misconfigured) as caught:
        bench.erp().read("1")
    assert SECRET not in str(caught.value) + repr(caught.value.__cause__) + caplog.text


@keeps(36)
def test_the_service_being_loaded_anew_is_met_by_the_same_read(bench: Bench) -> None:
    number = bench.shipment()
    bench.engine.manners.reloads = 1
    assert bench.erp().read(number)


@keeps(5)
def test_a_missing_permission_is_told_as_one_in_plain_text_or_not(bench: Bench) -> None:
    bench.tenant.granted["ShipmentHandling"] = set()
    for _ in range(2):
        with pytest.raises(Misconfigured, match="403") as caught:
            bench.erp().read("1")
        assert "permission set" in str(caught.value.hint)


@keeps(19)
def test_what_is_committed_late_is_listed_by_the_overlap(bench: Bench) -> None:
    late, other = bench.shipment(state="Preliminary"), bench.shipment()
    bench.passes(MINUTE)
    seed.commit_late(bench.tenant, int(late), 3 * MINUTE, Objstate="Completed")
    bench.passes(MINUTE)
    seed.edit(bench.tenant, int(other), NoteText="ring twice")
    cursor = bench.erp().changed("", NOW)[-1].stamp
    bench.passes(5 * MINUTE)
    assert late in [each.document for each in bench.erp().changed(cursor, NOW)]


@pytest.mark.parametrize("kind", ["reset_before", "error_before", "throttled"])
def test_a_read_that_has_no_answer_is_tried_later(bench: Bench, kind: Any) -> None:
    number = bench.shipment()
    bench.engine.faults.append(Fault("ShipmentHandling.ShipmentSet.GET", kind))
    with pytest.raises(Retry):
        bench.erp().read(number)


# --- writing ---------------------------------------------------------------------------------------------------------


@keeps(26, 28)
def test_s33_numbers_and_milestone_are_written_against_the_etag(bench: Bench) -> None:
    number = bench.shipment()
    fields = bench.erp().write(note(number, ONE, TWO, eta="2026-11-05"))
    stored = bench.stored(number)
    assert stored["AirwayBillNo"] == f"{ONE}, {TWO}"
    assert (stored["Cf_TrackingStatus"], stored["Cf_Eta"]) == ("label_created", "2026-11-05")
    assert fields == ("AirwayBillNo", "Cf_TrackingStatus", "Cf_Eta")
    patches = [each for each in bench.wire.sent if each.method == "PATCH"]
    assert all(each.headers["If-Match"].startswith('W/"') for each in patches)


def test_a_note_that_stands_already_is_one_read(bench: Bench) -> None:
    number, erp = bench.shipment(), bench.erp()
    erp.write(note(number, ONE))
    bench.wire.sent.clear()
    erp.write(note(number, ONE))
    assert [each.method for each in bench.wire.sent] == ["GET"]


def test_g4_another_s_number_is_never_overwritten(bench: Bench) -> None:
    number = bench.shipment(AirwayBillNo="BY HAND")
    bench.erp().write(note(number, ONE))
    assert bench.stored(number)["AirwayBillNo"] == "BY HAND"


@keeps(30)
def test_s33_g4_an_edit_between_read_and_write_is_kept(bench: Bench) -> None:
    number = bench.shipment()
    edits = iter([True])

    def somebody_edits(request: Request) -> None:
        if request.method == "PATCH" and next(edits, False):
            bench.passes(timedelta(seconds=2))
            seed.edit(bench.tenant, int(number), NoteText="ring twice")

    bench.wire.before = somebody_edits
    bench.erp().write(note(number, ONE))
    assert (bench.stored(number)["AirwayBillNo"], bench.stored(number)["NoteText"]) == (ONE, "ring twice")


def test_who_is_met_by_others_again_and_again_is_refused_after_three_tries(bench: Bench) -> None:
    number = bench.shipment()

    def somebody_edits(request: Request) -> None:
        if request.method == "PATCH":
            bench.passes(timedelta(seconds=2))
            seed.edit(bench.tenant, int(number), NoteText=f"{bench.clock.now()}")

    bench.wire.before = somebody_edits
    with pytest.raises(Refused, match="3 times in a row"):
        bench.erp().write(note(number, ONE))
    assert sum(each.method == "PATCH" for each in bench.wire.sent) == 3


@keeps(29)
def test_a_value_that_is_accepted_and_not_stored_is_refused(bench: Bench) -> None:
    number = bench.shipment()
    bench.engine.manners.dropped = {"Cf_TrackingStatus"}
    with pytest.raises(Refused, match="Cf_TrackingStatus of shipment 1 and did not store it"):
        bench.erp().write(note(number, ONE))


@keeps(31)
def test_a_closed_shipment_takes_its_number_by_itself_first(bench: Bench) -> None:
    number = bench.shipment()
    seed.close(bench.tenant, int(number))
    with pytest.raises(Refused):
        bench.erp().write(note(number, ONE))
    assert bench.stored(number)["AirwayBillNo"] == ONE


@keeps(31)
def test_a_cancelled_or_missing_shipment_takes_nothing(bench: Bench) -> None:
    number = bench.shipment()
    seed.cancel(bench.tenant, int(number))
    for document in (number, "4711"):
        with pytest.raises(Refused, match="it takes nothing"):
            bench.erp().write(note(document, ONE))


@keeps(31)
def test_what_was_told_of_a_voided_label_stays_on_a_dead_shipment_and_stops_nobody(bench: Bench) -> None:
    number = bench.shipment()
    bench.erp().write(note(number, ONE))
    seed.cancel(bench.tenant, int(number))
    for document in (number, "4711"):
        voided = note(document, milestone="voided", withdrawn=(ONE,), before=note(document, ONE))
        assert bench.erp().write(voided) == ()


@keeps(37)
def test_a_lost_answer_to_a_write_is_unknown_and_may_be_repeated(bench: Bench) -> None:
    number = bench.shipment()
    bench.engine.faults.append(Fault("ShipmentHandling.ShipmentSet.PATCH", "reset_after"))
    with pytest.raises(Unknown):
        bench.erp().write(note(number, ONE))
    bench.erp().write(note(number, ONE))
    assert bench.stored(number)["AirwayBillNo"] == ONE


@keeps(35)
def test_a_locked_row_is_tried_later(bench: Bench) -> None:
    number = bench.shipment()
    bench.tenant.locked[int(number)] = 1
    with pytest.raises(Retry):
        bench.erp().write(note(number, ONE))
    bench.erp().write(note(number, ONE))


@keeps(32)
def test_a_protected_endpoint_gets_its_cookie_back(bench: Bench) -> None:
    number = bench.shipment()
    bench.engine.manners.csrf = True
    bench.erp().write(note(number, ONE))
    assert bench.stored(number)["AirwayBillNo"] == ONE


@keeps(34)
def test_errors_are_told_apart_in_any_language_and_shape(bench: Bench) -> None:
    bench.engine.manners.language = "sv"
    for shape in ("outer", "inner", "object"):
        bench.engine.manners.error_shape = shape  # type: ignore[assignment]
        number = bench.shipment()
        bench.tenant.locked[int(number)] = 1
        with pytest.raises(Retry):
            bench.erp().write(note(number, THREE))


COST = Money(Decimal("12.50"), "USD")


@keeps(33)
def test_s34_an_empty_number_field_gets_a_number_and_an_empty_text_a_text(bench: Bench) -> None:
    bench.tenant.add_custom_field("Cf_Freight", "N")
    bench.tenant.add_custom_field("Cf_FreightText", "T", 20)
    number = bench.shipment()
    for field in ("Cf_Freight", "Cf_FreightText"):
        bench.erp(write_back={"cost": field}).write(note(number, ONE, cost=COST))
    assert (bench.stored(number)["Cf_Freight"], bench.stored(number)["Cf_FreightText"]) == (Decimal("12.5"), "12.5")


@pytest.mark.parametrize("standing", [None, Decimal(7)])
def test_a_number_field_gets_no_text(bench: Bench, standing: Decimal | None) -> None:
    bench.tenant.add_custom_field("Cf_Freight", "N")
    number = bench.shipment(Cf_Freight=standing)
    with pytest.raises(Refused, match="Cf_Freight of shipment 1 is a number: it cannot hold 'label_created'"):
        bench.erp(write_back={"milestone": "Cf_Freight"}).write(note(number, ONE))
    assert all(each.method == "GET" for each in bench.wire.sent if "ShipmentSet" in each.url)


def test_the_connection_test_names_a_field_of_another_type(bench: Bench) -> None:
    for field in ("Cf_Freight", "Cf_Other"):
        bench.tenant.add_custom_field(field, "N")
    erp = bench.erp(write_back={"milestone": "Cf_Freight", "cost": "Cf_Other", "eta": "PlannedShipDate"})
    (told,) = [each.detail for each in erp.ping() if each.name == "ShipmentHandling"]
    assert "write_back.milestone: Cf_Freight is Decimal, not a text" in told
    assert "write_back.eta: PlannedShipDate is DateTimeOffset, not a text" in told
    assert "write_back.cost" not in told


def test_a_property_that_the_shipment_does_not_have_is_named(bench: Bench) -> None:
    number = bench.shipment()
    with pytest.raises((Refused, Misconfigured), match="Cf_Nowhere"):
        bench.erp(write_back={"milestone": "Cf_Nowhere"}).write(note(number, ONE))


# --- the connection test ---------------------------------------------------------------------------------------------


def test_the_connection_test_is_green_where_all_is_there(bench: Bench) -> None:
    bench.shipment()
    checks = bench.erp().ping()
    assert [each.name for each in checks if not each.ok] == []


@keeps(4, 39)
def test_s23_the_connection_test_names_what_is_missing_and_what_is_near(bench: Bench) -> None:
    bench.shipment()
    erp = bench.erp(
        erp={"fields": {"ReceiverCity": "RecieverCity"}, "weight_fields": ["Nothing"]},
        write_back={"milestone": "Cf_TrackingState"},
        select={"site": ["1", "2"]},
    )
    checks = erp.ping()
    told = {each.name: each.detail for each in checks if not each.ok}
    assert "ShipmentSet has no RecieverCity (is it ReceiverCity?)" in told["ShipmentHandling"]
    assert "no Cf_TrackingState (is it Cf_TrackingStatus?)" in told["ShipmentHandling"]
    assert "OperativeGrossWeight" in told["HandlingUnitsHandling"]
    (site,) = [each for each in checks if each.name == "site 2"]
    assert site.warns
    assert "allowed sites" in site.detail


def test_the_connection_test_names_a_field_that_is_too_short_and_a_state_that_there_is_not(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.tenant.redefine("ShipmentHandling", "ShipmentSet", add=Property("AirwayBillNo", "T", 20))
    monkeypatch.setitem(ENUMS, "ShipmentState", ("Preliminary", "Complete", "Closed", "Cancelled"))  # type: ignore[arg-type]
    (told,) = [each.detail for each in bench.erp().ping() if each.name == "ShipmentHandling"]
    assert "write_back.tracking_numbers: AirwayBillNo takes 20 characters, not 50" in told
    assert "no state Completed (is it Complete?)" in told


def test_s23_the_connection_test_names_types_keys_and_members_of_what_is_read(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, entity, added in (
        ("ShipmentHandling", "ShipmentSet", Property("PlannedShipDate", "T", 20)),
        ("ShipmentHandling", "ShipmentLineSet", Property("InventoryQty", "T", 20)),
        ("ShipmentHandling", "ShipmentLineSet", Property("ShipmentLineNo", "T", 20)),
        ("HandlingUnitsHandling", "HandlingUnits", Property("OperativeGrossWeight", "T", 20)),
        ("HandlingUnitsHandling", "HandlingUnits", Property("Width", "B")),
    ):
        bench.tenant.redefine(name, entity, add=added)
    monkeypatch.setitem(ENUMS, "ShipmentCategory", ("Norm", "Consolidated"))  # type: ignore[arg-type]
    monkeypatch.setitem(ENUMS, "SenderReceiverType", ("Customers", "Supplier"))  # type: ignore[arg-type]
    told = {each.name: each.detail for each in bench.erp().check_names()}
    assert told["ShipmentHandling"].split("; ") == [
        "ShipmentSet: PlannedShipDate is String, not a moment or a day",
        "ShipmentLineSet: InventoryQty is String, not a number",
        "ShipmentLineSet: ShipmentLineNo is String, and is asked for as a number",
        "no category Normal (is it Norm?)",
        "no kind of receiver Customer (is it Customers?)",
    ]
    assert told["HandlingUnitsHandling"].split("; ") == [
        "HandlingUnits: Width is Boolean, not a number",
        "HandlingUnits: OperativeGrossWeight is String, not a number",
    ]
    assert all("$metadata" in each.url or "/token" in each.url for each in bench.wire.sent)


def test_s23_an_enumeration_of_another_name_is_told_where_the_tenant_filters_by_it(bench: Bench) -> None:
    bench.tenant.redefine("ShipmentHandling", "ShipmentSet", add=Property("Objstate", "T", 20))
    (told, _) = bench.erp().check_names()
    assert "Objstate is String, not ShipmentState: set erp.filter_state: client" in told.detail
    assert all(each.ok for each in bench.erp(erp={"filter_state": "client"}).check_names())


def test_a_refused_state_filter_is_proposed_to_be_ours(bench: Bench) -> None:
    bench.shipment()
    bench.engine.manners.state_filter = False
    (found,) = [each for each in bench.erp().ping() if each.name == "filter by state"]
    assert (found.ok, found.hint) == (False, "set erp.filter_state: client")


@keeps(40)
def test_s23_lookups_give_forwarders_terms_and_sites(bench: Bench) -> None:
    bench.shipment()
    erp = bench.erp()
    assert [each.code for each in erp.lookup("methods")] == ["DHL", "UPS"]
    assert [each.code for each in erp.lookup("terms")] == ["DAP"]
    assert [each.code for each in erp.lookup("warehouses")] == ["1"]
    with pytest.raises(Refused):
        erp.lookup("suppliers")


def test_s34_the_cost_centre_is_read_from_the_property_that_the_file_names(bench: Bench) -> None:
    bench.tenant.add_custom_field("Cf_CostCentre", "T", 20)
    number = bench.shipment(Cf_CostCentre="4100")
    assert bench.erp().read(number)[0].cost_centre == ""
    erp = bench.erp(erp={"cost_centre_field": "Cf_CostCentre"})
    assert erp.read(number)[0].cost_centre == "4100"
    assert all(each.ok for each in erp.ping())
    (told,) = [each for each in bench.erp(erp={"cost_centre_field": "Cf_Center"}).ping() if not each.ok]
    assert "Cf_Center (is it Cf_CostCentre?)" in told.detail
