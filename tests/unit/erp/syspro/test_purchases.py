"""Purchase orders, from a supplier to us: heads by their table, lines by PORQRY, our values in the form POR."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.erps.syspro import seed
from sandbox.erps.syspro.company import FormField
from sandbox.inprocess import Systems
from shared.connection import ConnectionFileError
from shared.erp.syspro.adapter import Syspro
from shared.errors import Misconfigured, Refused
from shared.http import Request, Response
from tests.contract.bench import ErpBench, a_note
from tests.unit.erp.syspro.bench import a_connection, judge

WRITTEN = {
    "tracking_numbers": {"form": "POR", "field": "TRACK1", "max": 60},
    "cost": {"form": "POR", "field": "FRTCST"},
}
OFF = dict.fromkeys(("service", "milestone", "eta", "currency", "failure"), "off")


@pytest.fixture
def bench() -> ErpBench:
    bench = ErpBench("syspro")
    fields = (FormField("TRACK1", "PoTrack", "A"), FormField("FRTCST", "PoCost", "N"))
    seed.add_purchase_form(company(bench), *fields)
    return bench


def company(bench: ErpBench) -> Any:
    return bench.emulated.company  # type: ignore[attr-defined]


def opened(bench: ErpBench, **erp: Any) -> Any:
    part = {**bench.emulated.file()["erp"], "source": "purchase", **erp}
    select = {"status": ["4"], "ship_via": ["UPS"]}
    if erp.get("read") == "odata":
        feed = bench.emulated.engine.feed  # type: ignore[attr-defined]
        feed.passwords[seed.OPERATOR] = seed.FEED_PASSWORD
        feed.restart()
        credential = {"odata_user": seed.OPERATOR, "odata_password": seed.FEED_PASSWORD}
        connection = bench.connection(erp=part, select=select, flow="inbound", write_back={**OFF, **WRITTEN})
        bench.secrets.fields[connection.id, "erp"] = {**bench.emulated.credential, **credential}
    return bench.erp(erp=part, select=select, flow="inbound", write_back={**OFF, **WRITTEN})


def a_purchase(bench: ErpBench, *lines: seed.Goods, **fields: Any) -> str:
    seed.add_purchase(company(bench), "7001", *(lines or (seed.Goods("VALVE-1", 2, "3.5"),)), **fields)
    return "7001"


def test_s08_purchase_orders_are_read_with_their_lines_from_the_supplier_to_us(bench: ErpBench) -> None:
    number = a_purchase(bench, seed.Goods("VALVE-1", 2000, "3.5"), seed.Goods("NOTE", 1, kind="6"))
    erp = opened(bench)
    assert isinstance(erp, Syspro)
    assert [each.document for each in erp.changed("", bench.began)] == [number]
    (order,) = erp.read(number)
    assert (order.flow, order.supplier, order.warehouse, order.service) == ("inbound", "S100", "W01", "UPS")
    assert order.system.endswith(":purchase")
    assert (order.ship_from.name, order.ship_from.phone) == ("Nordic Castings", "5855550100")
    assert order.ship_from.address.lines == ("9 Foundry Road",)
    assert (order.ship_to.name, order.ship_to.address.city, order.ship_to.address.postcode) == (
        "Hansen Works",
        "Boston",
        "02110",
    )
    (line,) = order.lines
    assert (line.number, line.item, line.quantity) == ("1", "VALVE-1", 2000)
    assert line.unit_weight
    assert line.unit_weight.value == Decimal("3.5")
    assert [each.reason for each in order.skipped] == ["type 6"]


def test_s08_purchase_orders_are_read_by_the_feed_too(bench: ErpBench) -> None:
    number = a_purchase(bench)
    erp = opened(bench, read="odata", odata_url="https://syspro.example.invalid:30001/SysproOData/A")
    assert [each.document for each in erp.changed("", bench.began)] == [number]
    assert erp.read(number)[0].lines


def test_s35_a_purchase_order_is_told_in_its_own_form(bench: ErpBench) -> None:
    number = a_purchase(bench)
    opened(bench).write(a_note("1ZONE", document=number))
    assert company(bench).value("POR", number, "TRACK1") == "1ZONE"
    (order,) = opened(bench).read(number)
    assert order.shipped_as == "1ZONE"


def test_what_has_come_or_is_cancelled_is_shipped_no_more(bench: ErpBench) -> None:
    number = a_purchase(bench)
    company(bench).purchases[number.zfill(15)][1][0]["MCompleteFlag"] = "Y"
    with pytest.raises(Refused, match="nothing to ship"):
        opened(bench).read(number)
    company(bench).change("PorMasterHdr", number, OrderStatus="9")
    assert opened(bench).read(number) == ()
    company(bench).change("PorMasterHdr", number, OrderStatus="*")
    assert opened(bench).read(number)[0].cancelled


def test_a_line_that_is_ordered_in_another_unit_than_it_is_weighed_in_is_held(bench: ErpBench) -> None:
    number = a_purchase(bench, seed.Goods("VALVE-1", 2, "3.5", order="BX"))
    with pytest.raises(Refused, match="ordered in BX and stocked in EA") as held:
        opened(bench).read(number)
    assert held.value.reason == "units"


def test_a_supplier_without_an_address_is_held_until_the_file_has_its_place(bench: ErpBench) -> None:
    number = a_purchase(bench, SupplierAddr3="", SupPostalCode="")
    with pytest.raises(Refused, match="has no city in its address") as held:
        opened(bench).read(number)
    assert held.value.field == "ship_from.address"
    assert "locations" in str(held.value.hint)


def test_a_purchase_order_without_a_delivery_address_goes_to_the_place_of_its_warehouse(bench: ErpBench) -> None:
    here, place = next(iter(bench.emulated.file()["locations"].items()))
    blank: dict[str, Any] = dict.fromkeys(("DeliveryAddr1", "DeliveryAddr3", "PostalCode"), "")
    number = a_purchase(bench, Warehouse=here, **blank)
    assert opened(bench).read(number)[0].ship_to.address.city == place["address"]["city"]
    company(bench).change("PorMasterHdr", number, Warehouse="W99")
    with pytest.raises(Refused, match="has no city"):
        opened(bench).read(number)


def test_the_connection_test_shows_the_lines_of_a_purchase_order(bench: ErpBench) -> None:
    a_purchase(bench)
    checks = {each.name: each for each in opened(bench).ping()}
    assert [name for name, each in checks.items() if not each.ok] == []
    assert checks["goods"].detail.startswith("7001 has 1 lines of types 1, 7.0")
    company(bench).operators[seed.OPERATOR].areas.discard("Purchase Orders Primary Query")
    assert not {each.name: each for each in opened(bench).ping()}["goods"].ok
    with pytest.raises(Misconfigured, match="PORQRY"):
        opened(bench).read("7001")


def test_an_order_entered_before_the_line_is_not_listed_and_what_is_ready_is_accounted_for(bench: ErpBench) -> None:
    number = a_purchase(bench)
    assert opened(bench).changed("", bench.began + timedelta(days=4)) == []
    assert [(each.document, each.ready) for each in opened(bench).listing(bench.today, bench.began)] == [(number, True)]


def test_s08_every_request_for_purchase_orders_is_accepted_by_the_judge(
    bench: ErpBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    judging = judge()
    if judging is None:
        pytest.skip("the contracts are not beside the project")
    run, send = judging.SysproRun(), Systems.send

    def seen(self: Systems, request: Request, **how: Any) -> Response:
        response = send(self, request, **how)
        answer = response.body.decode("cp1252")
        run.see(request.method, request.url, dict(request.headers), request.body, answer=answer)
        return response

    monkeypatch.setattr(Systems, "send", seen)
    number = a_purchase(bench)
    erp = opened(bench)
    assert erp.changed("", bench.began)
    assert erp.read(number)
    assert list(erp.listing(bench.today, bench.began))
    erp.write(a_note("1ZONE", document=number))
    assert all(each.ok for each in erp.ping())
    erp.close()
    assert run.sessions
    assert run.finish() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"flow": "outbound"}, "inbound"),
        ({"select": {"status": []}}, "is required: which purchase orders wait"),
        ({"select": {"status": ["4"], "ship_via": ["UPS"], "branch": ["10"]}}, "a purchase order has none"),
        ({"write_back": {"tracking_numbers": "TRACK1"}}, "name the purchase order.s form"),
    ],
)
def test_a_file_that_reads_purchase_orders_otherwise_is_refused_by_name(changes: dict[str, Any], said: str) -> None:
    well = {
        "erp": {"source": "purchase"},
        "flow": "inbound",
        "select": {"status": ["4"]},
        "write_back": {**OFF, **WRITTEN},
    }
    a_connection(**well)
    with pytest.raises(ConnectionFileError, match=said):
        a_connection(**{**well, **changes})
