"""Single calls: the request, the address, the answer and the error of each operation, and what each failure means."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from sandbox.erps.m3.seed import ionapi
from sandbox.memory import ManualClock, MemoryTokens
from shared.erp import infor
from shared.erp.infor.auth import Auth
from shared.erp.infor.bindings import default_bindings
from shared.erp.infor.client import M3Client, RecordExists
from shared.erp.infor.ionapi import ionapi_of
from shared.erp.infor.settings import settings_of
from shared.errors import Misconfigured, Refused, Retry, Unknown
from shared.http import Lost, NotSent, Request, Response
from tests.samples.m3.world import connection

Answering = Callable[[Request], Response]


class Scripted:
    """A Transport that gives tokens and answers every call with one canned answer or error."""

    def __init__(self, answer: Response | Exception) -> None:
        self.answer, self.requests = answer, list[Request]()

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        if request.method == "POST":
            return Response(200, {}, b'{"access_token":"t","expires_in":7200}')
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def client(answer: Response | Exception, **changes: Any) -> tuple[M3Client, Scripted]:
    transport, clock, credentials = Scripted(answer), ManualClock(), ionapi_of(ionapi())
    auth = Auth(credentials, MemoryTokens(clock), transport, clock)
    return M3Client(settings_of(connection(**changes)), credentials, auth, transport, clock), transport


def answer(records: list[Mapping[str, str]] | None = None, status: int = 200, **error: str) -> Response:
    return Response(status, {}, json.dumps({"results": [{"records": records or [], **error}]}).encode())


OPERATIONS = [
    ("po.list_changed", {"since": "17", "status_from": "20", "status_to": "35"}, "PPSSPPMI/LstSupHead",
     {"LMTS": "17", "SLFR": "20", "SLTO": "35"},
     {"PUNO": "4000001", "LMTS": "18"}, {"po_number": "4000001", "changed": "18"}),
    ("po.head", {"po_number": "4000001"}, "PPS200MI/GetHead",
     {"PUNO": "4000001"}, {"SUNO": "V100", "MTDP": "0"}, {"supplier": "V100", "several_addresses": "0"}),
    ("po.lines", {"po_number": "4000001"}, "PPS200MI/LstLine",
     {"PUNO": "4000001"}, {"PNLI": "1", "ORQA": "12"}, {"line": "1", "ordered_qty": "12"}),
    ("po.delivery_address", {"po_number": "4000001", "line": "1"}, "PPS200MI/GetDelAddress",
     {"PUNO": "4000001", "PNLI": "1"}, {"DNAM": "Site", "DECA": "TX"}, {"name": "Site", "state": "TX"}),
    ("warehouse.address", {"warehouse": "W01"}, "MMS005MI/GetWarehouse",
     {"WHLO": "W01"}, {"CONM": "Acme", "PHNO": "1"}, {"name": "Acme", "phone": "1"}),
    ("supplier.basic", {"supplier": "V100"}, "CRS620MI/GetBasicData",
     {"SUNO": "V100"}, {"SUNM": "Widget"}, {"name": "Widget"}),
    ("supplier.contact", {"supplier": "V100"}, "CRS620MI/LstSupplierRef",
     {"SUNO": "V100"}, {"YRE1": "Ann", "PHNO": "2"}, {"contact": "Ann", "phone": "2"}),
    ("supplier.address", {"supplier": "V100"}, "CRS620MI/LstAddresses",
     {"SUNO": "V100"}, {"TOWN": "Dayton", "STDT": "20200101"}, {"city": "Dayton", "valid_from": "20200101"}),
    ("item.basic", {"item": "BOLT 10/&?"}, "MMS200MI/GetItmBasic",
     {"ITNO": "BOLT 10/&?"}, {"GRWE": "1.2", "HAZI": "0"}, {"gross_weight": "1.2", "hazardous": "0"}),
    ("item.units", {"item": "BOLT-10"}, "MMS015MI/Lst",
     {"ITNO": "BOLT-10", "AUTP": "1"}, {"ALUN": "CS", "COFA": "12", "DMCF": "1"},
     {"unit": "CS", "factor": "12", "form": "1"}),
    ("po.bill_to", {"po_number": "4000001"}, "PPS200MI/GetAddresses",
     {"PUNO": "4000001"}, {"INAM": "Acme", "ITOW": "Atlanta"}, {"name": "Acme", "city": "Atlanta"}),
    ("lookup.suppliers", {"after": "V1"}, "CRS620MI/LstSuppliers",
     {"FRSU": "V1"}, {"SUNO": "V100", "SUNM": "Widget"}, {"code": "V100", "name": "Widget"}),
    ("lookup.warehouses", {"after": "W0"}, "MMS005MI/LstWarehouses",
     {"FWHL": "W0"}, {"WHLO": "W01", "TOWN": "Albany"}, {"code": "W01", "city": "Albany"}),
    ("health.transactions", {"program": "PPS200MI"}, "MRS001MI/LstTransactions",
     {"MINM": "PPS200MI"}, {"TRNM": "GetHead"}, {"transaction": "GetHead"}),
    ("health.fields", {"program": "PPS200MI", "transaction": "GetHead", "direction": "I"}, "MRS001MI/LstFields",
     {"MINM": "PPS200MI", "TRNM": "GetHead", "TRTP": "I"}, {"FLNM": "PUNO", "LENG": "10", "MAND": "1"},
     {"field": "PUNO", "length": "10", "mandatory": "1"}),
]  # fmt: skip
each_read = pytest.mark.parametrize(
    ("job", "values", "place", "sent", "row", "read"), OPERATIONS, ids=[o[0] for o in OPERATIONS]
)


def test_every_job_that_is_read_has_its_four_tests() -> None:
    """The read-back and the write have theirs below, for their columns are the connection's; the lists that EXPORTMI
    gives have theirs in test_lookup.py, for their rows are packed into one field."""
    reads = {job for job, binding in default_bindings().items() if binding.kind != "write"}
    theirs = {"shipment.read_back", "lookup.methods", "lookup.terms"}
    assert {operation[0] for operation in OPERATIONS} == reads - theirs


def test_builders_and_readers_have_at_most_60_lines_and_most_have_half_of_that() -> None:
    lengths = {
        f"{path.name}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in sorted(Path(infor.__file__).parent.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    }
    assert max(lengths.values()) <= 60, max(lengths, key=lambda name: lengths[name])
    assert sorted(lengths.values())[len(lengths) * 9 // 10] <= 30


@each_read
def test_q08_q09_the_request_has_the_fields_and_the_context(
    job: str, values: dict[str, str], place: str, sent: dict[str, str], row: dict[str, str], read: dict[str, str]
) -> None:
    calls, transport = client(answer([row]))
    calls.records(job, values)
    query = dict(parse_qsl(urlsplit(transport.requests[0].url).query, keep_blank_values=True))
    assert {name: value for name, value in query.items() if name.isupper()} == sent
    assert (query["cono"], query["dateformat"], query["righttrim"]) == ("100", "YMD8", "true")
    assert query["maxrecs"] == ("0" if "Lst" in place else "1")
    assert set(row) <= set(query["returncols"].split(","))


@each_read
def test_q06_q07_the_address_is_the_tenant_s_single_call(
    job: str, values: dict[str, str], place: str, sent: dict[str, str], row: dict[str, str], read: dict[str, str]
) -> None:
    calls, transport = client(answer([row]))
    calls.records(job, values)
    request = transport.requests[0]
    assert (
        request.url.split("?")[0] == f"https://mingle-ionapi.example.invalid/ACME_TST/M3/m3api-rest/v2/execute/{place}"
    )
    assert (request.method, request.body, request.headers["Authorization"]) == ("GET", b"", "Bearer t")


@each_read
def test_q10_the_answer_is_read_under_our_names(
    job: str, values: dict[str, str], place: str, sent: dict[str, str], row: dict[str, str], read: dict[str, str]
) -> None:
    record = client(answer([row]))[0].record(job, values)
    assert record is not None
    assert {name: value for name, value in record.items() if value} == read


@each_read
def test_the_error_names_the_transaction(
    job: str, values: dict[str, str], place: str, sent: dict[str, str], row: dict[str, str], read: dict[str, str]
) -> None:
    refusing = answer(
        errorType="ServerReturnedNOK", errorCode="XX00001", errorMessage="No", errorField=next(iter(sent))
    )
    with pytest.raises(Refused, match=place.replace("/", ".") + ": ServerReturnedNOK XX00001 No") as caught:
        client(refusing)[0].records(job, values)
    assert (caught.value.reason, caught.value.value) == ("refused", next(iter(sent.values())))


def test_q07_a_write_sends_the_key_and_the_fields_by_get() -> None:
    calls, transport = client(answer())
    calls.write("shipment.write_back", "AddFieldValue", {"po_number": "4000001"}, {"A121": "1Z 2Z", "N096": "12.5"})
    place, _, query = transport.requests[0].url.partition("?")
    assert place.endswith("/CUSEXTMI/AddFieldValue")
    assert {
        k: v for k, v in parse_qsl(query) if k not in ("cono", "maxrecs", "dateformat", "righttrim", "excludeempty")
    } == {
        "FILE": "MPHEAD",
        "PK01": "4000001",
        "A121": "1Z 2Z",
        "N096": "12.5",
    }


def test_q46_a_written_record_that_exists_is_told_apart() -> None:
    exists = answer(errorType="ServerReturnedNOK", errorCode="XRE0104", errorMessage="Record already exists")
    with pytest.raises(RecordExists):
        client(exists)[0].write("shipment.write_back", "AddFieldValue", {"po_number": "1"}, {"A121": "1Z"})


def test_a_refused_write_is_refused_as_a_write_back() -> None:
    refusing = answer(errorType="ServerReturnedNOK", errorCode="XX1", errorMessage="No", errorField="A121")
    with pytest.raises(Refused) as caught:
        client(refusing)[0].write("shipment.write_back", "AddFieldValue", {"po_number": "1"}, {"A121": "1Z"})
    assert (caught.value.reason, caught.value.field, caught.value.value) == ("write_back", "A121", "1Z")


def test_S03_q20_cono_and_a_division_go_with_every_call() -> None:
    calls, transport = client(answer(), erp={"divi": "AAA"})
    calls.records("supplier.address", {"supplier": "V100"})
    assert "cono=100" in transport.requests[0].url
    assert "divi=AAA" in transport.requests[0].url


def test_a_customer_s_context_is_sent_but_never_another_company() -> None:
    entry = {
        "program": "CMS100MI", "transaction": "LstOrders", "kind": "list", "context": {"maxrecs": "500", "cono": "200"},
        "output": {"po_number": "IAPUNO", "changed": "IALMTS"},
    }  # fmt: skip
    calls, transport = client(answer(), erp={"bindings": {"po.list_changed": entry}})
    calls.records("po.list_changed", {})
    query = dict(parse_qsl(urlsplit(transport.requests[0].url).query))
    assert (query["maxrecs"], query["cono"]) == ("500", "100")


@pytest.mark.parametrize("code", ["WPU0803", "WRI0103", "XRE0103"])
def test_q16_what_m3_does_not_have_is_no_record_and_no_error(code: str) -> None:
    missing = answer(status=400, errorType="ServerReturnedNOK", errorCode=code, errorMessage="does not exist")
    assert client(missing)[0].record("po.head", {"po_number": "1"}) is None


def test_the_read_back_asks_for_the_fields_that_are_mapped_by_their_own_names() -> None:
    calls, transport = client(answer([{"A121": "1Z"}]))
    assert calls.record("shipment.read_back", {"po_number": "4000001"}, ["A121", "N096"]) == {"A121": "1Z", "N096": ""}
    query = dict(parse_qsl(urlsplit(transport.requests[0].url).query))
    assert (query["FILE"], query["PK01"], query["returncols"]) == ("MPHEAD", "4000001", "A121,N096")


def test_q22_a_429_without_a_word_about_when_is_retried_too() -> None:
    with pytest.raises(Retry, match="quota") as caught:
        client(Response(429, {}, b""))[0].record("po.head", {"po_number": "1"})
    assert caught.value.after is None


def test_q31_a_list_that_its_program_cuts_is_never_taken_for_the_whole() -> None:
    entry = {
        "program": "CMS100MI", "transaction": "LstOrders", "kind": "list",
        "output": {"po_number": "IAPUNO", "changed": "IALMTS"},
    }  # fmt: skip
    full = answer([{"IAPUNO": "1", "IALMTS": "2"}] * 10_000)
    with pytest.raises(Misconfigured, match="10000 records, and never gives more") as caught:
        client(full, erp={"bindings": {"po.list_changed": entry}})[0].records("po.list_changed", {})
    assert caught.value.field == "erp.bindings.po.list_changed"
    short = answer([{"IAPUNO": "1", "IALMTS": "2"}] * 9_999)
    assert len(client(short, erp={"bindings": {"po.list_changed": entry}})[0].records("po.list_changed", {})) == 9_999


FAILURES = [
    (NotSent("no route"), Retry, Retry),
    (Lost("reset"), Retry, Unknown),
    (Response(429, {"retry-after": "9"}, b""), Retry, Retry),
    (Response(408, {}, b""), Retry, Unknown),
    (Response(500, {}, b""), Retry, Unknown),
    (Response(503, {}, b"busy"), Retry, Unknown),
    (Response(504, {}, b""), Retry, Unknown),
    (Response(200, {}, b""), Retry, Unknown),
    (Response(200, {}, b"<html>"), Retry, Unknown),
    (Response(400, {}, b""), Misconfigured, Misconfigured),
    (Response(401, {}, b""), Misconfigured, Misconfigured),
    (Response(403, {}, b""), Misconfigured, Misconfigured),
    (Response(404, {}, b""), Misconfigured, Misconfigured),
    (Response(302, {}, b""), Misconfigured, Misconfigured),
    (answer(errorType="ServiceNotAvailable"), Retry, Retry),
    (answer(errorType="InternalError"), Retry, Unknown),
    (answer(errorType="RequestIOError"), Retry, Unknown),
    (answer(errorType="TransactionNotFound"), Misconfigured, Misconfigured),
    (answer(status=400, errorType="MandatoryInputFieldNotFound", errorField="PUNO"), Misconfigured, Misconfigured),
    (answer(errorType="ServerReturnedNOK", errorMessage="Record locked by user BUYER01"), Retry, Retry),
    (answer(errorType="ServerReturnedNOK", errorMessage="Status is not valid"), Refused, Refused),
]


@pytest.mark.parametrize(("failure", "reading", "writing"), FAILURES)
def test_q13_q17_q18_q21_q23_each_failure_is_one_of_the_four_kinds(
    failure: Response | Exception, reading: type[Exception], writing: type[Exception]
) -> None:
    with pytest.raises(reading) as caught:
        client(failure)[0].record("po.head", {"po_number": "1"})
    assert type(caught.value) is reading
    with pytest.raises(writing) as caught:
        client(failure)[0].write("shipment.write_back", "ChgFieldValue", {"po_number": "1"}, {"A121": "1Z"})
    assert type(caught.value) is writing


def test_S55_q22_a_429_is_retried_when_the_gateway_says() -> None:
    with pytest.raises(Retry) as caught:
        client(Response(429, {"retry-after": "9"}, b""))[0].record("po.head", {"po_number": "1"})
    assert caught.value.after == 9


def test_q43_a_missing_mandatory_field_is_named_in_the_binding() -> None:
    failure = answer(errorType="MandatoryInputFieldNotFound", errorField="PNLI")
    with pytest.raises(Misconfigured) as caught:
        client(failure)[0].record("po.delivery_address", {"po_number": "1", "line": "1"})
    assert caught.value.field == "erp.bindings.po.delivery_address.input.PNLI"


@pytest.mark.parametrize("records", ["null", '"none"', "[null]"])
def test_an_order_is_not_gone_because_an_answer_has_no_list_of_records(records: str) -> None:
    body = f'{{"nrOfFailedTransactions":0,"results":[{{"records":{records}}}]}}'
    asked, _ = client(Response(200, {}, body.encode()))
    with pytest.raises(Retry, match="unreadable"):
        asked.record("po.head", {"po_number": "4000001"})


def test_a_write_needs_no_list_of_records_in_its_answer() -> None:
    asked, sent = client(Response(200, {}, b'{"results":[{"transaction":"ChgFieldValue","records":null}]}'))
    asked.write("shipment.write_back", "ChgFieldValue", {"po_number": "4000001"}, {"A121": "1Z"})
    assert len(sent.requests) == 1
