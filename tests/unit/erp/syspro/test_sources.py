"""Every source by every way of reading, against the sandbox's SYSPRO; and a site whose operator may be shared."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sandbox.erps.syspro import seed
from sandbox.memory import MemoryLeases
from shared.domain.order import Order
from shared.erp.syspro.adapter import Syspro, open_erp
from shared.errors import Misconfigured, Refused, Retry
from tests.contract.bench import DOCUMENT, ErpBench, a_note
from tests.unit.erp.syspro.bench import ORDER, OTHER, Bench

READS = ("comfnd", "odata")
FEED = {"odata_url": "https://syspro.example.invalid:30001/SysproOData/A"}


@pytest.fixture
def bench() -> ErpBench:
    return ErpBench("syspro")


def opened(bench: ErpBench, source: str, read: str = "comfnd", **erp: Any) -> Any:
    """The adapter on a source, read in one of the two ways."""
    file = bench.emulated.file()
    part = {**file["erp"], "source": source, "read": read, **(FEED if read == "odata" else {}), **erp}
    select = file["select"] if source == "dispatch" else {"ship_via": ["UPS"]}
    connection = bench.connection(erp=part, select=select)
    bench.emulated.engine.feed.passwords[seed.OPERATOR] = seed.FEED_PASSWORD  # type: ignore[attr-defined]
    bench.emulated.engine.feed.restart()  # type: ignore[attr-defined]
    feed = {"odata_user": seed.OPERATOR, "odata_password": seed.FEED_PASSWORD}
    bench.secrets.fields[connection.id, "erp"] = {**bench.emulated.credential, **feed}
    return bench.erp(erp=part, select=select)


def only(erp: Any, document: str) -> Order:
    (order,) = erp.read(document)
    return order


@pytest.mark.parametrize("read", READS)
def test_s08_dispatch_notes_are_read_by_e_net_and_by_the_feed(bench: ErpBench, read: str) -> None:
    bench.enter()
    erp = opened(bench, "dispatch", read)
    assert [each.document for each in erp.changed("", bench.began)] == [DOCUMENT]
    assert only(erp, DOCUMENT).lines[0].item == "VALVE-1"


def test_a_feed_s_address_that_leads_elsewhere_is_no_empty_list(bench: ErpBench) -> None:
    """One step too short, it answers with its own list of sets."""
    bench.enter()
    erp = opened(bench, "dispatch", "odata", odata_url="https://syspro.example.invalid:30001/SysproOData")
    with pytest.raises(Misconfigured, match="no rows of MdnMaster") as refused:
        erp.changed("", bench.began)
    assert refused.value.field == "erp.odata_url"


@pytest.mark.parametrize("read", READS)
def test_s08_s09_sales_orders_that_are_ready_are_read_by_e_net_and_by_the_feed(bench: ErpBench, read: str) -> None:
    bench.enter()
    erp = opened(bench, "order", read)
    (change,) = erp.changed("", bench.began)
    order = only(erp, change.document)
    assert (order.service, order.lines[0].item, order.ship_to.address.postcode) == ("UPS", "VALVE-1", "14201")
    assert erp.read(DOCUMENT)[0].cancelled, "a note's number is no order's"


@pytest.mark.parametrize("read", READS)
def test_s08_invoices_are_read_by_e_net_and_by_the_feed_by_their_date(bench: ErpBench, read: str) -> None:
    bench.enter()
    bench.emulated.leave(DOCUMENT)
    erp = opened(bench, "invoice", read)
    (change,) = erp.changed("", bench.began)
    order = only(erp, change.document)
    assert (order.document, order.lines[0].item, order.ship_to.address.postcode) == (
        change.document,
        "VALVE-1",
        "14201",
    )
    assert next(erp.listing(bench.today, bench.began)).document == change.document


def test_s08_credit_notes_among_the_invoices_are_left_out_where_the_types_are_named(bench: ErpBench) -> None:
    bench.enter()
    bench.emulated.leave(DOCUMENT)
    company = bench.emulated.company  # type: ignore[attr-defined]
    credit = {"Customer": "V100", "Invoice": "C1", "DocumentType": "C", "InvoiceDate": company.today()}
    company.insert("ArInvoice", **credit)
    erp = opened(bench, "invoice")
    assert len(erp.changed("", bench.began)) == 2
    checks = {each.name: each.detail for each in erp.ping()}
    assert "C: 1; I: 1" in checks["statuses"]
    select = {"ship_via": ["UPS"], "document_type": ["I"]}
    part = {**bench.emulated.file()["erp"], "source": "invoice"}
    narrowed = bench.erp(erp=part, select=select)
    assert [each.document for each in narrowed.changed("", bench.began)] != ["C1"]
    assert len(narrowed.changed("", bench.began)) == 1


def test_s08_a_credit_note_with_the_number_of_its_invoice_is_not_read_in_its_place(bench: ErpBench) -> None:
    bench.enter()
    bench.emulated.leave(DOCUMENT)
    company = bench.emulated.company  # type: ignore[attr-defined]
    (change,) = opened(bench, "invoice").changed("", bench.began)
    credit = {"Customer": "V100", "Invoice": change.document, "DocumentType": "C", "InvoiceDate": company.today()}
    company.insert("ArInvoice", **credit)
    erp = opened(bench, "invoice")
    assert [each.document for each in erp.changed("", bench.began)] == [change.document]
    with pytest.raises(Refused, match="stands 2 times: C of customer V100, I of customer"):
        erp.read(change.document)
    part = {**bench.emulated.file()["erp"], "source": "invoice"}
    of_type = {kind: bench.erp(erp=part, select={"ship_via": ["UPS"], "document_type": [kind]}) for kind in "ICD"}
    assert only(of_type["I"], change.document).lines
    assert of_type["I"].changed("", bench.began) == [change]
    assert of_type["D"].read(change.document) == ()


def test_s08_an_invoice_whose_key_is_found_in_both_its_forms_stands_there_once() -> None:
    """Whether e.net compares a key with its zeros or without them is not known; one that does both is no second row."""
    bench = Bench()
    row = {"Invoice": "000000000000501", "DocumentType": "I", "SalesOrder": ORDER, "Customer": "C1", "TimeStamp": "1"}
    row |= {"InvoiceDate": "2026-11-02", "Branch": ""}
    both = [row, row | {"Invoice": "501"}]
    bench.fake.tables["ArInvoice"] = both
    head = bench.run(lambda erp: erp._reader.head("501"), erp={"source": "invoice"})
    assert head["documenttype"] == "I"


def test_s08_an_invoice_that_is_dated_before_the_line_is_not_listed(bench: ErpBench) -> None:
    bench.enter()
    bench.emulated.leave(DOCUMENT)
    assert opened(bench, "invoice").changed("", bench.began + timedelta(days=1)) == []


def test_q21_notes_that_were_invoiced_between_two_polls_are_taken_where_the_file_says_so(bench: ErpBench) -> None:
    bench.enter()
    bench.emulated.leave(DOCUMENT)
    assert opened(bench, "dispatch").changed("", bench.began) == []
    erp = opened(bench, "dispatch", also_invoiced_days=2)
    assert [each.document for each in erp.changed("", bench.began)] == [DOCUMENT]
    assert only(erp, DOCUMENT).lines


def test_the_account_of_a_day_has_consolidated_notes_and_orders_by_their_invoices(bench: ErpBench) -> None:
    for number in ("4000001", "4000002", "4000003"):
        bench.enter(number)
    bench.enter("4000004", service="TRK")
    company = bench.emulated.company  # type: ignore[attr-defined]
    seed.move(company, "4000001", "8")
    for number in ("4000002", "4000004"):
        bench.emulated.leave(number)
    listed = opened(bench, "dispatch").listing(bench.today, bench.began)
    assert {(each.document, each.ready, each.status) for each in listed} == {
        ("4000001", False, "8"),
        ("4000002", False, "9"),
        ("4000003", True, "5"),
    }
    orders = list(opened(bench, "order").listing(bench.today, bench.began))
    assert {(each.ready, each.status) for each in orders} == {(True, "4"), (False, "9")}
    assert len(orders) == 3


def test_s35_q30_two_notes_of_one_order_keep_their_values_apart_in_its_form(bench: ErpBench) -> None:
    """Against the sandbox, which counts the notes of an order as SYSPRO does."""
    bench.enter()
    company = bench.emulated.company  # type: ignore[attr-defined]
    order = bench.emulated._orders[DOCUMENT]  # type: ignore[attr-defined]
    first = a_note("1ZONE", milestone="label_created")
    bench.tell(first)
    seed.add_note(company, "4000009", order, seed.Goods("VALVE-1", 1, "3.5"))
    opened(bench, "dispatch").write(a_note("1ZTWO", document="4000009", milestone="label_created"))
    bench.tell(a_note("1ZONE", milestone="delivered", before=first))
    assert company.value("ORD", order, "TRKSTS") == "4000009:label_created 4000001:delivered"
    assert company.value("ORD", order, "TRACK1") == "1ZONE, 1ZTWO"


# --- detail: sorqdn --------------------------------------------------------------------------------------------------


def test_the_lines_by_sorqdn_are_those_of_the_table(bench: ErpBench) -> None:
    bench.enter()
    by_table, by_object = opened(bench, "dispatch"), opened(bench, "dispatch", detail="sorqdn")
    assert only(by_object, DOCUMENT).lines == only(by_table, DOCUMENT).lines
    assert "SORQDN" in [each.operation for each in bench.emulated.engine.recorded]
    assert all(each.ok for each in by_object.ping())


def test_q22_lines_of_sorqdn_that_name_no_order_are_those_of_the_note_s_own() -> None:
    bench = Bench(erp={"detail": "sorqdn"})
    bench.note()
    bench.fake.bare = True
    (order,) = bench.run(lambda erp: erp.read("346"))
    assert (order.service, order.lines[0].item, order.lines[0].quantity) == ("UPS", "VALVE-1", 2)
    bench.fake.tables["MdnMaster"][0]["SalesOrder"] = ""
    with pytest.raises(Refused, match="which sales orders note 346"):
        bench.run(lambda erp: erp.read("346"))
    bench.fake.bare = False
    bench.note("000000000000350", orders=(ORDER, OTHER), SalesOrder="")
    assert bench.run(lambda erp: erp.read("350"))[0].service == "UPS"
    assert bench.judged() == []


# --- a shared operator -----------------------------------------------------------------------------------------------


def workers(bench: ErpBench, **erp: Any) -> list[Syspro]:
    """Two workers of one connection at once."""
    leases = MemoryLeases(bench.clock, {})
    connection = bench.connection(erp={**bench.emulated.file()["erp"], **erp})
    made = [
        open_erp(
            connection,
            secrets=bench.secrets,
            transport=bench.systems,
            clock=bench.clock,
            leases=leases,
            sleep=lambda _: None,
        )
        for _ in range(2)
    ]
    return [each for each in made if isinstance(each, Syspro)]


def test_s53_where_the_site_allows_it_workers_share_the_operator_and_take_no_turns(bench: ErpBench) -> None:
    bench.enter()
    bench.emulated.engine.manners.one_session = False  # type: ignore[attr-defined]
    first, second = workers(bench, operator_shared=True)
    assert first.changed("", bench.began)
    assert second.changed("", bench.began)
    assert first.read(DOCUMENT)
    assert second.read(DOCUMENT)
    first.close()
    second.close()
    assert bench.emulated.sessions == 2
    assert bench.emulated.engine.sessions.living == {}  # type: ignore[attr-defined]


def test_s53_a_shared_operator_on_a_site_that_allows_one_session_costs_logons_and_no_order(bench: ErpBench) -> None:
    """The file says what is not so: each logon ends the other worker's session, which logs on again, once."""
    bench.enter()
    first, second = workers(bench, operator_shared=True)
    assert first.changed("", bench.began)
    assert second.changed("", bench.began)
    assert first.read(DOCUMENT)
    first.close()
    second.close()
    assert bench.emulated.sessions == 3


def test_s53_without_it_the_second_worker_waits_for_its_turn(bench: ErpBench) -> None:
    bench.enter()
    first, second = workers(bench)
    assert first.changed("", bench.began)
    with pytest.raises(Retry, match="another worker"):
        second.changed("", bench.began)
    first.close()
    assert second.changed("", bench.began)
    second.close()
