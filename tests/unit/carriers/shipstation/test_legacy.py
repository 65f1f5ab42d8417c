"""The Carrier port on V1: an order under our reference, then its label; Pacific time; what V1 cannot do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.carriers.shipstation import legacy_wire as wire
from shared.domain.milestones import Milestone
from shared.domain.money import Money
from shared.domain.shipment import Billing, Package
from shared.errors import Misconfigured, Refused, Retry, Unknown
from shared.http import Lost, NotSent, Response
from shared.ports import Carrier, PushTarget, TracksParcels
from tests.samples.shipstation.answers import NUMBER, V1_LABEL, WAREHOUSES, a_shipment, an_order, shipments
from tests.samples.shipstation.wire import KEY, REFERENCE, SECOND, a_plan, legacy, said
from tests.samples.ups.plans import TORONTO, lb

V1 = "https://ssapi.shipstation.com"
SINCE = datetime(2026, 11, 1, tzinfo=UTC)
BEFORE = (said(WAREHOUSES), said(an_order()))


def test_it_is_a_carrier_that_tells_of_parcels() -> None:
    carrier, _ = legacy()
    port: Carrier = carrier
    assert isinstance(port, TracksParcels)


def test_a_label_is_bought_of_an_order_that_has_our_reference_q33_() -> None:
    carrier, script = legacy(*BEFORE, said(V1_LABEL))
    made = carrier.create(a_plan(ship_date=date(2026, 11, 3)), REFERENCE)
    assert [each.line for each in script.sent] == [
        f"GET {V1}/warehouses",
        f"POST {V1}/orders/createorder",
        f"POST {V1}/orders/createlabelfororder",
    ]
    assert [each.fresh for each in script.sent] == [False, False, True]
    order, label = script.sent[1].json, script.sent[2].json
    assert (order["orderKey"], order["orderNumber"], order["orderStatus"]) == (
        REFERENCE,
        "1000001",
        "awaiting_shipment",
    )
    assert order["advancedOptions"] == {"warehouseId": 17977, "customField1": REFERENCE}
    assert order["shipTo"]["street1"] == "1 Dock St"
    assert (label["orderId"], label["testLabel"], label["shipDate"]) == (94113592, False, "2026-11-03")
    assert (label["carrierCode"], label["serviceCode"]) == ("ups", "ups_ground")
    assert (made.shipment_id, made.tracking_numbers) == ("72513480", (NUMBER,))
    assert made.cost == Money(Decimal("7.3"), "USD")


def test_the_image_comes_once_and_one_package_is_a_label_q35_() -> None:
    carrier, _ = legacy(*BEFORE, said(V1_LABEL))
    (label,) = carrier.create(a_plan(), REFERENCE).labels
    assert label.image.startswith(b"%PDF-")
    with pytest.raises(Refused) as refused:
        carrier.labels("72513480", a_plan())
    assert refused.value.reason == "label"
    carrier, _ = legacy(*BEFORE, said({**V1_LABEL, "labelData": "no base64"}))
    assert carrier.create(a_plan(), REFERENCE).labels == ()
    with pytest.raises(Refused) as refused:
        carrier.check_plan(a_plan(packages=(Package(lb("1")), Package(lb("2")))))
    assert refused.value.field == "packages"


def test_v1_takes_a_key_and_its_secret_by_basic_and_never_the_key_alone() -> None:
    carrier, script = legacy(said([]))
    carrier.ping()
    assert "API-Key" not in script.sent[0].request.headers
    assert script.sent[0].request.headers["Authorization"].startswith("Basic ")
    assert KEY not in script.sent[0].request.headers["Authorization"]


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("answer", [Lost("x"), NotSent("x"), Response(502, {}, b"<html>"), said(None), said({})])
def test_before_the_label_nothing_is_bought_whatever_happens(place: int, answer: Any) -> None:
    carrier, _ = legacy(*BEFORE[:place], answer)
    with pytest.raises((Retry, Refused)):
        carrier.create(a_plan(), REFERENCE)


@pytest.mark.parametrize("answer", [Lost("x"), Response(502, {}, b"<html>"), said(None), said({}), said([])])
def test_what_proves_nothing_about_the_label_is_unknown(answer: Any) -> None:
    carrier, _ = legacy(*BEFORE, answer)
    with pytest.raises(Unknown):
        carrier.create(a_plan(), REFERENCE)


def test_an_order_that_is_shipped_already_was_bought_before() -> None:
    carrier, script = legacy(said(WAREHOUSES), said(an_order(orderStatus="shipped")))
    with pytest.raises(Unknown):
        carrier.create(a_plan(), REFERENCE)
    assert len(script.sent) == 2


def test_an_order_that_is_locked_was_bought_before_and_one_that_is_not_is_refused() -> None:
    locked = said({"message": "The order is shipped and cannot be updated."}, 400)
    for key, raised in ((REFERENCE, Unknown), (f"{REFERENCE}0", Refused)):
        carrier, script = legacy(said(WAREHOUSES), locked, said({"orders": [an_order(orderKey=key)]}))
        with pytest.raises(raised):
            carrier.create(a_plan(), REFERENCE)
        assert script.sent[2].request.url == f"{V1}/orders?orderNumber=1000001&orderStatus=shipped"


def test_a_sender_that_is_no_ship_from_location_is_refused_with_those_that_are() -> None:
    carrier, script = legacy(said(WAREHOUSES[:1]))
    with pytest.raises(Refused) as refused:
        carrier.create(a_plan(), REFERENCE)
    assert refused.value.field == "ship_from.address"
    assert "Austin" in str(refused.value.hint)
    assert len(script.sent) == 1


def test_errors_are_a_message_or_dot_net_s_own_q36_() -> None:
    net = {"Message": "An error has occurred.", "ExceptionMessage": "orderDate is invalid"}
    for body, words in ((net, "orderDate is invalid"), ({"message": "No such carrier"}, "No such carrier")):
        carrier, _ = legacy(*BEFORE, said(body, 400))
        with pytest.raises(Refused, match=words):
            carrier.create(a_plan(), REFERENCE)
    carrier, _ = legacy(said({"message": "Unauthorized"}, 401))
    with pytest.raises(Misconfigured) as refused:
        carrier.create(a_plan(), REFERENCE)
    assert SECOND not in f"{refused.value!s}{vars(refused.value)}"


def test_too_many_requests_may_come_with_a_200_and_without_a_wait_q05_() -> None:
    carrier, script = legacy(*BEFORE, said({"message": "Too Many Requests"}))
    with pytest.raises(Retry) as retry:
        carrier.create(a_plan(), REFERENCE)
    assert retry.value.after == 60
    with pytest.raises(Retry, match="paused"):
        carrier.void("72513480")
    assert len(script.sent) == 3


def test_the_minute_s_end_is_waited_for_once_it_is_used_up_q04_() -> None:
    used = {"x_rate_limit_limit": "40", "x_rate_limit_remaining": "0", "x_rate_limit_reset": "21"}
    carrier, script = legacy(said({"approved": True, "message": "ok"}, **used))
    assert carrier.void("72513480") == "ok"
    with pytest.raises(Retry) as retry:
        carrier.void("72513480")
    assert retry.value.after == 21
    assert len(script.sent) == 1


# --- rate ------------------------------------------------------------------------------------------------------------


def test_prices_are_asked_for_by_account_in_the_currency_of_the_file_q37_() -> None:
    ups = [
        {"serviceName": "UPS Ground", "serviceCode": "ups_ground", "shipmentCost": 12.3, "otherCost": 0.7},
        {"serviceName": "UPS Air", "serviceCode": "ups_air", "shipmentCost": 1, "otherCost": 0},
    ]
    usps = [{"serviceCode": "usps_priority_mail", "shipmentCost": 9, "otherCost": 0}]
    carrier, script = legacy(said(ups), said(usps), currency="CAD")
    quotes = carrier.rate(a_plan(), ["ups_ground", "usps_priority_mail", "usps_other"])
    assert [(each.service, str(each.price)) for each in quotes] == [
        ("ups_ground", "13.00 CAD"),
        ("usps_priority_mail", "9.00 CAD"),
    ]
    assert [each.json["carrierCode"] for each in script.sent] == ["ups", "stamps_com"]
    assert script.sent[0].json["weight"] == {"value": 12.34, "units": "pounds"}
    assert script.sent[0].json["dimensions"]["units"] == "inches"


def test_what_customs_ask_for_is_not_sent_yet() -> None:
    carrier, _ = legacy()
    with pytest.raises(Refused) as refused:
        carrier.check_plan(a_plan(ship_to=TORONTO))
    assert refused.value.reason == "international"


def test_options_and_payers_are_v1_s() -> None:
    carrier, script = legacy(*BEFORE, said(V1_LABEL))
    parcel = Package(lb("1"), value=Money(Decimal(120), "USD"))
    extras = ("adult_signature", "declared_value", "saturday")
    billing = Billing("receiver", "D4E5F6")
    carrier.create(a_plan(packages=(parcel,), accessorials=extras, billing=billing), REFERENCE)
    label = script.sent[2].json
    assert label["confirmation"] == "adult_signature"
    assert label["insuranceOptions"] == {"provider": "carrier", "insureShipment": True, "insuredValue": 120.0}
    assert label["advancedOptions"] == {
        "warehouseId": 17977,
        "customField1": REFERENCE,
        "saturdayDelivery": True,
        "billToParty": "recipient",
        "billToAccount": "D4E5F6",
        "billToPostalCode": "12207",
        "billToCountryCode": "US",
    }


# --- find, void, track -----------------------------------------------------------------------------------------------


def test_a_label_is_found_by_the_key_of_its_order_and_by_no_beginning_q34_() -> None:
    other = a_shipment(orderKey=f"{REFERENCE}0", orderNumber="10000012")
    gone = a_shipment(shipmentId=3, voided=True, trackingNumber="1ZGONE")
    back = a_shipment(shipmentId=4, isReturnLabel=True)
    carrier, script = legacy(
        said(shipments(other, gone, pages=2)), said(shipments(back, a_shipment(), page=2, pages=2))
    )
    found = carrier.find(REFERENCE, a_plan(), SINCE)
    assert [each.shipment_id for each in found.shipments] == ["72513480"]
    assert found.voided == frozenset({"1ZGONE"})
    assert script.sent[0].request.url == f"{V1}/shipments?orderNumber=1000001&page=1"
    carrier, _ = legacy(said(shipments(a_shipment(trackingNumber=None))))
    with pytest.raises(Retry):
        carrier.find(REFERENCE, a_plan(), SINCE)


def test_a_void_says_in_words_what_became_of_it() -> None:
    carrier, script = legacy(said({"approved": True, "message": "Label voided successfully"}))
    assert carrier.void("72513480") == "Label voided successfully"
    assert script.sent[0].json == {"shipmentId": 72513480}
    carrier, _ = legacy(said({"approved": False, "message": "The label is already voided"}))
    assert carrier.void("72513480")
    carrier, _ = legacy(said({"approved": False, "message": "Too late"}))
    with pytest.raises(Refused, match="Too late"):
        carrier.void("72513480")
    for packages, shipment in (([NUMBER], "72513480"), ([], "se-1")):
        with pytest.raises(Refused):
            carrier.void(shipment, packages)


def test_v1_writes_and_reads_pacific_time_without_an_offset_q31_() -> None:
    assert wire.pacific(datetime(2015, 6, 6, 7, 29, 35, tzinfo=UTC)) == "2015-06-06T00:29:35.0000000"
    assert wire.instant("2015-06-06T00:29:35.0000000") == datetime(2015, 6, 6, 7, 29, 35, tzinfo=UTC)
    assert wire.instant("2026-03-08T01:59:59") == datetime(2026, 3, 8, 9, 59, 59, tzinfo=UTC)
    assert wire.instant("2026-03-08T03:00:00") == datetime(2026, 3, 8, 10, 0, tzinfo=UTC)
    assert wire.instant("2026-11-01T00:59:59") == datetime(2026, 11, 1, 7, 59, 59, tzinfo=UTC)
    assert wire.instant("2026-11-01T02:00:00") == datetime(2026, 11, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("written", ["2026-11-01T01:30:00.0000000", "", None, "soon"])
def test_the_hour_that_comes_twice_is_no_instant_q32_(written: Any) -> None:
    assert wire.instant(written) is None


@pytest.mark.parametrize(
    ("night", "hours", "twice"),
    [(datetime(2026, 11, 1, 5, tzinfo=UTC), 25, 120), (datetime(2027, 3, 14, 5, tzinfo=UTC), 23, 0)],
)
def test_s58_each_minute_of_both_nights_of_a_clock_change_is_right_or_none(
    night: datetime, hours: int, twice: int
) -> None:
    """From ten in the evening on, for a local day: what we write is what is read, but for the hour that comes twice."""
    minutes = [night + timedelta(minutes=minute) for minute in range(hours * 60)]
    written = [wire.pacific(each) for each in minutes]
    read = [wire.instant(each) for each in written]
    assert all(found in (None, meant) for found, meant in zip(read, minutes, strict=True))
    assert read.count(None) == twice
    assert len(minutes) - len(set(written)) == twice / 2
    assert written == sorted(written) if not twice else written != sorted(written)
    assert {each[:10] for each in written} == {f"{night - timedelta(hours=8):%Y-%m-%d}", f"{night:%Y-%m-%d}"}


def test_the_hour_that_no_clock_shows_is_no_instant_q32_() -> None:
    for minute in range(60):
        assert wire.instant(f"2027-03-14T02:{minute:02}:00.0000000") is None
    around = [datetime(2027, 3, 14, 9, tzinfo=UTC) + timedelta(minutes=each) for each in range(120)]
    assert not any(wire.pacific(each)[11:13] == "02" for each in around)


def test_a_parcel_is_told_as_made_and_as_voided() -> None:
    carrier, _ = legacy(said(shipments(a_shipment(voided=True, voidDate="2026-11-02T07:00:00.0000000"))))
    (parcel,) = carrier.track(NUMBER)
    assert [each.milestone for each in parcel.events] == [Milestone.VOIDED, Milestone.LABEL_CREATED]
    assert parcel.events[1].at == datetime(2026, 11, 2, 14, 0, 1, tzinfo=UTC)
    carrier, _ = legacy(said(shipments(a_shipment(trackingNumber="1ZOTHER"))), said({"webhooks": []}), said({"id": 1}))
    assert carrier.track(NUMBER) == ()
    told = carrier.subscribe([NUMBER], PushTarget("https://x.example", "c"))
    assert (told.taken, list(told.refused)) == ((), [NUMBER])
