"""The requests as they are written: what stands in every one of them, and what in none."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from sandbox.erps.ifs import seed
from shared.ports import WriteBack
from tests.builders import NOW
from tests.unit.erp.ifs.bench import Bench, judged
from tests.unit.erp.ifs.quirks import keeps

ONE = "1ZA1B2C30300000012"


@pytest.fixture
def bench() -> Bench:
    """A tenant of which everything was asked once."""
    made = Bench()
    number = made.shipment()
    erp = made.erp()
    erp.changed("", NOW)
    erp.read(number)
    erp.write(WriteBack(number, "r", ONE, (ONE,), "11", None, milestone="label_created"))
    erp.ping()
    return made


@keeps(6, 7, 8, 12, 17)
def test_every_read_names_its_size_waits_no_longer_than_the_server_and_expands_nothing(bench: Bench) -> None:
    reads = [each for each in bench.wire.sent if each.method == "GET" and "$metadata" not in each.url]
    assert reads
    for each in reads:
        query = urlsplit(each.url).query
        assert each.headers["Prefer"] == "wait=20"
        assert "+" not in query
        assert "$expand" not in query
        assert "(" in each.url.partition("?")[0] or "$top=200" in query
    assert any("Objstate%20eq%20IfsApp.ShipmentHandling.ShipmentState'Completed'" in each.url for each in reads)
    assert judged(bench) == {}


@keeps(26, 27)
def test_a_change_has_the_etag_as_it_was_decoded(bench: Bench) -> None:
    (change,) = [each for each in bench.wire.sent if each.method == "PATCH"]
    etag = change.headers["If-Match"]
    assert etag.startswith('W/"')
    assert etag.endswith('"')
    assert "\\" not in etag
    assert not [each for each in bench.tenant.writes if each.kind == "upsert"]


@keeps(10, 14)
def test_short_pages_and_missing_values_lose_no_row() -> None:
    bench = Bench()
    bench.engine.manners.largest_page, bench.engine.manners.next_link = 50, "present"
    for _ in range(120):
        seed.add_shipment(bench.tenant, "1")
    assert len(bench.erp().changed("", NOW)) == 120


@keeps(2, 3)
def test_a_realm_of_its_own_and_the_other_endpoint_are_settings() -> None:
    bench = Bench(erp={"endpoint": "int"})
    bench.engine.manners.endpoint = "int"
    assert bench.erp().read(bench.shipment())
    assert all("/int/" in each.url or "/realms/acmetst/" in each.url for each in bench.wire.sent)


@keeps(42)
def test_a_listing_asks_for_what_it_compares_where_the_file_says_so() -> None:
    bench = Bench(erp={"use_select": True})
    number = bench.shipment()
    bench.shipment(ReceiverType="Supplier")
    bench.shipment(ForwardAgentId="DHL")
    assert [each.document for each in bench.erp().changed("", NOW)] == [number]
    (listing,) = [each.url for each in bench.wire.sent if "ShipmentSet?" in each.url]
    assert "$select=ShipmentId,Contract,Objstate," in listing
    assert "ReceiverCity" not in listing
    assert bench.erp().changed("", NOW) == bench.erp(erp={"use_select": False}).changed("", NOW)
    assert judged(bench) == {}


def test_a_listing_asks_for_everything_by_default(bench: Bench) -> None:
    bench.wire.sent.clear()
    bench.erp().changed("", NOW)
    assert not [each for each in bench.wire.sent if "$select" in each.url]


@pytest.mark.parametrize(
    ("used", "works", "ok", "said"),
    [
        (False, True, True, "works; erp.use_select: true would make listings smaller"),
        (False, False, True, "erp.use_select is false, and must stay so"),
        (True, True, True, "listings ask for what they compare"),
        (True, False, False, "ODP_NOT_IMPLEMENTED"),
    ],
)
def test_the_connection_test_tries_a_choice_of_properties(used: bool, works: bool, ok: bool, said: str) -> None:
    bench = Bench(erp={"use_select": used})
    bench.engine.manners.select = works
    bench.shipment()
    (found,) = [each for each in bench.erp().ping() if each.name == "choice of properties"]
    assert found.ok is ok
    assert said in found.detail
    assert (found.hint == "set erp.use_select: false") is not ok
