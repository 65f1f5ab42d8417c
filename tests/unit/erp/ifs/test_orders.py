"""Customer orders as the source: what a file has to name, what is listed, read and written, and what is data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.erps.ifs import seed
from sandbox.erps.ifs.reading import Reader
from shared.connection import ConnectionFileError, overlaps
from shared.domain.address import Address
from shared.errors import Refused, Retry
from shared.ports import WriteBack
from tests.builders import NOW
from tests.corpus import CONTROLS, CORPUS
from tests.unit.erp.ifs.bench import Bench, a_connection, judged
from tests.unit.erp.ifs.quirks import keeps

ONE = "1ZA1B2C30300000012"
PLACE = {"Street": "12 Harbor Street", "City": "Boston", "State": "MA", "Zip": "02110", "Country": "US"}
NAMES = {
    "ReceiverAddress1": "Cf_Street", "ReceiverCity": "Cf_City", "ReceiverState": "Cf_State",
    "ReceiverZipCode": "Cf_Zip", "ReceiverCountry": "Cf_Country",
}  # fmt: skip
FILE: dict[str, Any] = {
    "erp": {"source": "customer_orders", "fields": NAMES, "service_field": "Cf_Carrier"},
    "select": {"state": ["Released", "Reserved"]},
    "packing": {"rule": "one_per_order"},
    "write_back": {"tracking_numbers": {"to": "Cf_Tracking", "mode": "if_empty", "max": 60}},
}


@pytest.fixture
def bench() -> Iterator[Bench]:
    """Every request of a test passes the judge, where the contracts are beside the project."""
    made = Bench(**FILE)
    for name in (*NAMES.values(), "Cf_Carrier", "Cf_Tracking", "Cf_TrackingStatus", "Cf_Eta"):
        made.tenant.add_custom_field(name, "T", 60, of_orders=True)
    made.tenant.granted["CustomerOrderHandling"] = {"read", "update"}
    yield made
    assert judged(made) == {}


def an_order(bench: Bench, number: str, *parts: str, **fields: Any) -> str:
    own = {f"Cf_{name}": value for name, value in PLACE.items()}
    seed.add_customer_order(
        bench.tenant, number, "1", *(parts or ("BIKE-1",)), **{**own, "Cf_Carrier": "UPS", **fields}
    )
    return number


def test_s07_orders_in_the_selected_states_are_listed(bench: Bench) -> None:
    an_order(bench, "P100")
    an_order(bench, "*200", state="Reserved")
    an_order(bench, "P300", state="Planned")
    an_order(bench, "P400", Cf_Carrier="DHL")
    assert sorted(each.document for each in bench.erp().changed("", NOW)) == ["*200", "P100"]


def test_orders_are_listed_by_their_moment_of_entry_where_the_file_looks_back(bench: Bench) -> None:
    an_order(bench, "P100")
    bench.passes(timedelta(days=90))
    an_order(bench, "P200")
    erp = bench.erp(erp={**FILE["erp"], "lookback": "60d"})
    assert [each.document for each in erp.changed("", NOW)] == ["P200"]
    assert [each.document for each in erp.listing(bench.clock.now().date(), NOW)] == ["P200"]


def test_hundreds_of_orders_are_listed_whole(bench: Bench) -> None:
    for number in range(450):
        an_order(bench, f"P{number}")
    assert len(bench.erp().changed("", NOW)) == 450


def test_s07_an_order_has_the_address_that_the_file_names_and_its_lines(bench: Bench) -> None:
    an_order(bench, "P100", "BIKE-1", "BELL-2")
    (order,) = bench.erp().read("P100")
    assert (order.system, order.document) == ("ifs-cloud:acme.ifs.cloud:acmetst:customer-orders", "P100")
    assert (order.ship_to.name, order.customer, order.warehouse) == ("Hansen Bikes", "C100", "1")
    assert order.ship_to.address == Address(("12 Harbor Street",), "Boston", "MA", "02110", "US")
    assert [(line.number, line.item, line.quantity) for line in order.lines] == [
        ("1-1-0", "BIKE-1", Decimal(1)),
        ("2-1-0", "BELL-2", Decimal(1)),
    ]
    assert order.handling_units == ()


@keeps(41)
def test_hundreds_of_lines_are_read_whole_by_a_key_of_three(bench: Bench) -> None:
    an_order(bench, "P100", *(f"PART-{number}" for number in range(450)))
    (order,) = bench.erp().read("P100")
    assert len({line.number for line in order.lines}) == 450


def test_a_line_that_has_left_is_skipped_and_one_that_has_left_in_part_holds_the_order(bench: Bench) -> None:
    an_order(bench, "P100", "BIKE-1", "BELL-2")
    key = ("P100", "1", "1", Decimal(0))
    bench.tenant.change("CustomerOrderLineSet", key, Objstate="Delivered")
    (order,) = bench.erp().read("P100")
    assert [line.item for line in order.lines] == ["BELL-2"]
    bench.tenant.change("CustomerOrderLineSet", key, Objstate="PartiallyDelivered")
    with pytest.raises(Refused, match="line 1-1-0 of customer order P100 is delivered in part"):
        bench.erp().read("P100")


def test_an_order_without_an_address_is_held(bench: Bench) -> None:
    an_order(bench, "P100", **{f"Cf_{name}": None for name in PLACE})
    with pytest.raises(Refused, match="customer order P100 has no address"):
        bench.erp().read("P100")


def test_cancelled_and_gone_are_cancelled(bench: Bench) -> None:
    an_order(bench, "P100", state="Cancelled")
    assert [bench.erp().read(each)[0].cancelled for each in ("P100", "P999")] == [True, True]


def test_s33_numbers_go_to_the_field_that_the_file_names(bench: Bench) -> None:
    an_order(bench, "P100")
    note = WriteBack("P100", "r", ONE, (ONE,), "11", None, milestone="label_created")
    assert bench.erp().write(note) == ("Cf_Tracking", "Cf_TrackingStatus")
    assert bench.tenant.table("CustomerOrderSet")["P100",].values["Cf_Tracking"] == ONE
    assert bench.erp().read("P100")[0].shipped_as == ONE


@pytest.mark.parametrize("number", CORPUS)
def test_g20_a_number_of_an_order_is_data(bench: Bench, number: str) -> None:
    an_order(bench, number)
    an_order(bench, "P100")
    assert [each.document for each in bench.erp().read(number)] == [number]
    assert bench.erp().read("y' or '1' eq '1")[0].cancelled


@pytest.mark.parametrize("number", ["", " P1", "x" * 51, *CONTROLS])
def test_g20_what_is_no_number_of_an_order_is_refused_before_anybody_is_asked(bench: Bench, number: str) -> None:
    with pytest.raises(Refused):
        bench.erp().read(number)
    assert bench.wire.sent == []


def test_a_tenant_that_sorts_texts_by_a_language_is_never_read_in_part(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(201):
        an_order(bench, f"{'pP'[number % 2]}{number:03}")
    in_a_language = lambda _self, rows, *_: sorted(rows, key=lambda row: str(row[0]).casefold())  # noqa: E731
    monkeypatch.setattr(Reader, "_ordered", in_a_language)
    with pytest.raises(Retry, match="do not ascend by OrderNo"):
        bench.erp().changed("", NOW)


def test_the_connection_test_is_green_where_all_is_there(bench: Bench) -> None:
    an_order(bench, "P100")
    assert [(each.name, each.detail) for each in bench.erp().ping() if not each.ok] == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"select": {"state": ["Completed"]}}, "select.state.0: customer_orders are in one of: Planned, Released"),
        ({"write_back": {"tracking_numbers": "AirwayBillNo"}}, "write_back.tracking_numbers: a customer order has no"),
        ({"packing": {"rule": "handling_units"}}, "packing.rule: a customer order has no handling units"),
        ({"erp": {"source": "shipments", "fields": {}}}, "select.state.0: shipments are in one of: Preliminary"),
    ],
)
def test_s04_what_does_not_fit_customer_orders_is_refused_by_name(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ConnectionFileError) as refused:
        Bench(**{**FILE, **changes}).erp()
    assert str(refused.value).startswith(said)


def test_orders_and_shipments_of_one_site_stand_not_side_by_side() -> None:
    orders = a_connection(**FILE)
    assert overlaps(orders, a_connection())
    assert not overlaps(orders, a_connection(select={"site": ["2"]}))


def test_codes_of_forwarders_keep_orders_and_shipments_of_one_site_not_apart() -> None:
    """An order's code is not its shipment's: the same goods would get two labels."""
    other = {"select": {"forwarder": ["GROUND"]}, "services": {"GROUND": "11"}}
    orders = a_connection(
        **{**FILE, "select": {**FILE["select"], "forwarder": ["GROUND"]}, "services": {"GROUND": "11"}}
    )
    assert overlaps(orders, a_connection())
    assert overlaps(a_connection(), orders)
    assert not overlaps(a_connection(**other), a_connection())
    assert overlaps(a_connection(**other, erp={"service_field": "ShipViaCode"}), a_connection())
