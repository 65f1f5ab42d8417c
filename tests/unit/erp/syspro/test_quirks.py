"""The particulars of e.net, kept one by one; and the secrets of its addresses, which stand nowhere else."""

from __future__ import annotations

import io
import json
import logging
import socket
import traceback
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit
from uuid import uuid4

import pytest
from aws_lambda_powertools import Logger

from shared import log
from shared.connection import ConnectionFileError, overlaps
from shared.domain.milestones import Milestone
from shared.erp.syspro.answers import document_in, error_in, faults_in, is_not_licensed, peeled, row_in, shown, stored
from shared.errors import Misconfigured, ParcelbridgeError, Refused, Retry, Unknown
from shared.http import Lost, NotSent, Request, RequestsTransport, Response
from tests.builders import NOW
from tests.unit.erp.syspro.bench import FEED, NOT_LICENSED, OPERATOR, PASSWORD, Bench, a_connection, an_error
from tests.unit.erp.syspro.test_adapter import ONE, ORDER, note


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    assert made.judged() == []


def queries(bench: Bench) -> list[dict[str, str]]:
    """The parameters of each call."""
    return [
        {name: values[0] for name, values in parse_qs(urlsplit(each.url).query, keep_blank_values=True).items()}
        for each, _ in bench.fake.sent
    ]


@pytest.mark.parametrize("url", ["https://acme.syspro-cloud.example", "https://syspro01.corp.example:30001"])
def test_s10_the_customer_s_own_server_is_asked_with_the_operator_s_credential(bench: Bench, url: str) -> None:
    bench.run(lambda erp: erp.read("D1"), erp={"url": url})
    asked = [each for each, _ in bench.fake.sent]
    assert asked
    assert all(each.url.startswith(f"{url}/") for each in asked)
    logon = next(each for each in asked if "/Logon?" in each.url)
    assert parse_qs(urlsplit(logon.url).query)["Operator"] == [OPERATOR]


def test_q02_q04_the_session_goes_back_as_it_came_and_empty_passwords_are_sent(bench: Bench) -> None:
    bench.note()
    bench.run(lambda erp: erp.changed("", NOW))
    logon, query, _ = bench.fake.sent
    assert query[0].url.partition("UserId=")[2].startswith(f"{1:034d}%20%20&")
    given = parse_qs(urlsplit(logon[0].url).query, keep_blank_values=True)
    assert given["CompanyPassword"] == [""]
    assert given["OperatorPassword"] == [PASSWORD]


@pytest.mark.parametrize(
    "body",
    [
        b"1234567890  ",
        b'"1234567890  "',
        b"<string>1234567890  </string>",
        b'<?xml version="1.0"?>\n<string xmlns="x">1234567890  </string>',
    ],
)
def test_q03_quotes_and_wrappers_are_peeled_and_blanks_stay(body: bytes) -> None:
    assert peeled(body) == "1234567890  "


def test_q03_a_wrapped_document_is_a_document(bench: Bench) -> None:
    bench.note()
    bench.fake.after = lambda call, _given, answer: json.dumps(answer) if "Query" in call else answer
    assert bench.run(lambda erp: erp.read("346"))[0].document == "346"


def test_q07_a_general_error_inside_a_document_ends_no_session_and_is_no_licence_matter(bench: Bench) -> None:
    bench.note()
    answer = f"<MdnMaster>{an_error('Query', '100000', 'General')}</MdnMaster>"
    bench.fake.after = lambda call, given, said: answer if given.get("BusinessObject") == "COMFND" else said
    with pytest.raises(Refused, match="100000 General"):
        bench.run(lambda erp: erp.changed("", NOW))
    assert bench.calls().count("Logon") == 1


def test_q10_names_are_read_in_any_capitals_with_a_prefix_and_twice() -> None:
    root = document_in(
        '<t xmlns:SALSLS="SALSLS"><SALSLS:Name>Ann</SALSLS:Name><SALSORDER>1</SALSORDER><x>1</x><x>2</x>'
        "<Qty>38,400.000</Qty><Unedited_Qty>38400.000</Unedited_Qty></t>\n "
    )
    assert row_in(root) == {"name": "Ann", "salsorder": "1", "x": "1", "qty": "38400.000", "unedited_qty": "38400.000"}


def test_q12_no_date_is_blank(bench: Bench) -> None:
    bench.note(PlannedDeliverDate="0000-00-00")
    assert bench.run(lambda erp: erp.read("346"))[0].needed is None


def test_q13_keys_are_compared_as_stored_and_shown_without_zeros(bench: Bench) -> None:
    assert (shown(" 000000000000346 "), shown("000346/0001"), shown("100-7"), shown("000")) == (
        "346",
        "000346/0001",
        "100-7",
        "0",
    )
    assert stored("346") == ("000000000000346", "346")
    bench.note("346")
    assert bench.run(lambda erp: erp.read("346"))[0].document == "346"


@pytest.mark.parametrize("value", ["漢字", "\u202ex", "a\x00b", "a\tb"])
def test_q15_what_windows_1252_does_not_have_is_refused_before_anything_is_written(bench: Bench, value: str) -> None:
    bench.note()
    with pytest.raises(Refused, match="cannot hold"):
        bench.run(lambda erp: erp.write(note("346", ONE, service=value)))
    assert bench.fake.written == []


def test_q15_letters_of_windows_1252_arrive(bench: Bench) -> None:
    bench.note(DispatchCustName="Müller & Söhne <GmbH>")
    assert bench.run(lambda erp: erp.read("346"))[0].ship_to.name == "Müller & Söhne <GmbH>"
    bench.run(lambda erp: erp.write(note("346", ONE, service="Ü<&>€")))
    assert bench.fake.forms["ORD", ORDER]["TRKSVC"] == "Ü<&>€"


def test_q17_validate_only_is_always_sent(bench: Bench) -> None:
    bench.note()
    bench.run(lambda erp: erp.write(note("346", ONE)))
    bench.run(lambda erp: erp.ping())
    sent = [each["XmlParameters"] for each in queries(bench) if "XmlParameters" in each]
    assert sent
    assert all("<ValidateOnly>" in each for each in sent)


@pytest.mark.parametrize(
    "answer",
    [
        "<MdnMaster><HeaderDetails/><RowsReturned>  0</RowsReturned></MdnMaster>",
        f"<x>{an_error('K', '240004', 'not found')}</x>",
    ],
)
def test_q19_no_row_and_a_key_that_is_not_found_are_the_same(bench: Bench, answer: str) -> None:
    bench.fake.after = lambda call, _given, said: answer if "Query" in call else said
    assert bench.run(lambda erp: erp.read("346"))[0].cancelled


@pytest.mark.parametrize("answer", ["<MdnMaster/>", "<html><body>x</body></html>", "<a", "[]", ""])
def test_q01_an_answer_with_neither_rows_nor_a_count_is_no_empty_list(bench: Bench, answer: str) -> None:
    bench.fake.after = lambda call, _given, said: answer if "Query" in call else said
    with pytest.raises(Retry):
        bench.run(lambda erp: erp.changed("", NOW))


def test_q29_a_value_that_came_up_meanwhile_is_updated(bench: Bench) -> None:
    bench.note()

    def meanwhile(call: str, _given: dict[str, str]) -> str | None:
        if call == "Setup/Add":
            bench.fake.forms.setdefault(("ORD", ORDER), {}).setdefault("TRKSVC", "")
        return None

    bench.fake.before = meanwhile
    only_service = {"write_back": {"tracking_numbers": "off", "milestone": "off", "cost": "off"}}
    bench.run(lambda erp: erp.write(note("346", ONE)), **only_service)
    assert bench.fake.forms["ORD", ORDER]["TRKSVC"] == "03"


def test_q32_a_text_of_the_system_leaves_a_write_open_and_a_read_to_be_repeated(bench: Bench) -> None:
    bench.note()
    said = f"<setupcustomform>{an_error('item', '100000', 'SQL error: deadlock')}</setupcustomform>"
    bench.fake.after = lambda call, _given, answer: said if call.startswith("Setup") else answer
    with pytest.raises(Unknown):
        bench.run(lambda erp: erp.write(note("346", ONE)))
    bench.fake.after = lambda call, _given, answer: said if "Query" in call else answer
    with pytest.raises(Retry):
        bench.run(lambda erp: erp.read("346"))


def test_q33_many_stock_codes_are_asked_for_in_several_queries(bench: Bench) -> None:
    bench.note()
    for number in range(2, 60):
        bench.line("000000000000346", str(number), ORDER, MStockCode=f"ITEM-{number:025}", MStockUnitMass="0")
        bench.fake.tables["InvMaster"].append({"StockCode": f"ITEM-{number:025}", "Mass": "2", "StorageHazard": ""})
    (order,) = bench.run(lambda erp: erp.read("346"))
    assert all(each.unit_weight for each in order.lines)
    assert max(len(each.url) for each, _ in bench.fake.sent) < 8_000


# --- secrets ---------------------------------------------------------------------------------------------------------


def _spoil(kind: str, bench: Bench) -> None:
    def lost(call: str, _given: dict[str, str]) -> str | Response | None:
        address = f"https://erp.example:30001/SYSPROWCFService/Rest/{call}?UserId={bench.fake.session}"
        if kind == "lost" and call != "Logon":
            raise Lost(f"reset while reading {address}&OperatorPassword={quote(PASSWORD)}")
        if kind == "not sent":
            raise NotSent(f"no route to {address}&OperatorPassword={quote(PASSWORD)}")
        if kind == "echo" and call != "GetVersion":
            return f"ERROR: cannot serve {address}&OperatorPassword={PASSWORD}"
        if kind in ("error", "page") and call != "Logon":
            return "ERROR: x" if kind == "error" else Response(500, {}, b"<html/>")
        return NOT_LICENSED if kind == "licence" and call.startswith("Setup") else None

    bench.fake.before = lost


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """The lines of the log, as CloudWatch gets them."""
    lines = io.StringIO()
    monkeypatch.setattr(log, "_logger", Logger(service=uuid4().hex, stream=lines, level="DEBUG"))
    return lines


@pytest.mark.parametrize("kind", ["lost", "not sent", "error", "echo", "page", "licence", "well"])
@pytest.mark.parametrize("operation", ["changed", "listing", "read", "write", "ping", "lookup"])
def test_q34_password_and_session_stand_in_no_error_no_trace_and_no_log(
    kind: str, operation: str, caplog: pytest.LogCaptureFixture, logged: io.StringIO
) -> None:
    bench = Bench()
    bench.note()
    bench.fake.tables["InvWhControl"] = [{"Warehouse": "FG", "Description": "Finished goods"}]
    erp, told = bench.erp(), ""
    asked: dict[str, Any] = {
        "changed": lambda: erp.changed("", NOW),
        "listing": lambda: list(erp.listing(NOW.date(), NOW)),
        "read": lambda: erp.read("346"),
        "write": lambda: erp.write(note("346", ONE)),
        "ping": erp.ping,
        "lookup": lambda: erp.lookup("warehouses"),
    }
    _spoil(kind, bench)
    with caplog.at_level(logging.DEBUG):
        try:
            told = repr(asked[operation]())
        except ParcelbridgeError as error:
            told = "".join(traceback.format_exception(error)) + repr(vars(error))
    assert '"call":' in logged.getvalue()
    told += caplog.text + logged.getvalue()
    for secret in (PASSWORD, quote(PASSWORD), "0000000000000000000000000000000001", "UserId=", "OperatorPassword"):
        assert secret not in told
    assert bench.fake.sent or kind == "not sent"


def test_q01_an_address_in_the_words_of_an_error_is_cut_off_and_its_meaning_stays() -> None:
    assert error_in("ERROR: no call https://erp.example/Logon?OperatorPassword=a b c") == "ERROR: no call ..."
    assert error_in("ERROR: Logon?UserId=1  &x=2, e.net exception raised: 100000").startswith("ERROR: ...")
    assert is_not_licensed(error_in("ERROR: Logon?UserId=1  &x=2, e.net exception raised: 100000"))
    assert error_in("ERROR: Invalid operator password") == "ERROR: Invalid operator password"


def test_q34_a_malformed_header_puts_no_address_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """The library would warn of it with the whole address."""
    with socket.create_server(("127.0.0.1", 0)) as server, caplog.at_level(logging.DEBUG):

        def answer() -> None:
            taken, _ = server.accept()
            with taken:
                taken.recv(65536)
                taken.sendall(b"HTTP/1.1 200 OK\r\nno header\r\nContent-Length: 1\r\n\r\n0")

        Thread(target=answer, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/Logon?OperatorPassword={quote(PASSWORD, safe='')}"
        assert RequestsTransport().send(Request("GET", url), timeout=2).status == 200
    assert caplog.text == ""


def test_each_call_has_a_line_in_the_log_with_what_can_be_counted_and_nothing_of_the_request(
    bench: Bench, logged: io.StringIO
) -> None:
    bench.note()
    bench.note("000000000000347")
    bench.run(lambda erp: erp.changed("", NOW))
    lines = [json.loads(line) for line in logged.getvalue().splitlines() if "syspro_call" in line]
    assert [(each["call"], each.get("object"), each.get("rows")) for each in lines] == [
        ("Logon", None, None),
        ("Query/Query", "COMFND", 2),
        ("Logoff", None, None),
    ]
    usual = {"level", "location", "message", "timestamp", "service"}
    assert set().union(*lines) - usual == {"connection", "call", "object", "milliseconds", "rows"}


# --- the feed --------------------------------------------------------------------------------------------------------


class FeedOf:
    """The fake's tables as an OData feed; pages of two rows, whatever is asked for."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.e_net, self.asked = bench, bench.fake.send, list[str]()

    def send(self, request: Any, *, timeout: float, fresh: bool = False) -> Response:
        if not request.url.startswith(FEED):
            return self.e_net(request, timeout=timeout, fresh=fresh)
        assert request.headers["Authorization"] == "Basic ZmVlZDpmMzNk"
        self.bench.fake.sent.append((request, ""))
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
        table = unquote(urlsplit(request.url).path.rpartition("/")[2])
        self.asked.append(query["$filter"])
        rows = [
            row
            for row in self.bench.fake.tables.get(table, [])
            if all(_holds(part, row) for part in query["$filter"].split(" and "))
        ]
        rows = sorted(rows, key=lambda row: row[query["$orderby"]])
        body: dict[str, Any] = {
            "value": [{name: row.get(name) for name in query["$select"].split(",")} for row in rows[:2]]
        }
        if len(rows) > 2:
            body["@odata.nextLink"] = "https://elsewhere.example/next"
        return Response(200, {}, json.dumps(body).encode())


def _holds(group: str, row: dict[str, str]) -> bool:
    for each in group.strip("()").split(" or "):
        column, operator, literal = each.split(" ", 2)
        value = literal.strip("'").replace("''", "'")
        if row.get(column, "") == value or (operator == "ge" and row.get(column, "") >= value):
            return True
    return False


def test_q36_the_feed_is_read_by_pages_of_the_key_and_its_links_are_never_followed(bench: Bench) -> None:
    for number in range(1, 6):
        bench.note(f"{number:015}", DispatchCustName="O'Neill")
    feed = FeedOf(bench)
    bench.fake.send = feed.send  # type: ignore[method-assign]
    on = {"erp": {"read": "odata", "odata_url": FEED}}
    changes = bench.run(lambda erp: erp.changed("", NOW), **on)
    assert sorted(each.document for each in changes) == list("12345")
    assert "Logon" not in bench.calls()
    (order,) = bench.run(lambda erp: erp.read("3"), **on)
    assert (order.document, order.ship_to.name, order.lines[0].quantity) == ("3", "O'Neill", Decimal(2))


def test_q36_a_document_s_quotes_are_doubled_in_the_feed(bench: Bench) -> None:
    feed = FeedOf(bench)
    bench.fake.send = feed.send  # type: ignore[method-assign]
    (order,) = bench.run(lambda erp: erp.read("x'or'1"), erp={"read": "odata", "odata_url": FEED})
    assert order.cancelled
    assert feed.asked == ["(DispatchNote eq 'x''or''1')"]


def test_the_feed_needs_its_address_and_its_own_credential(bench: Bench) -> None:
    with pytest.raises(ConnectionFileError, match="odata_url"):
        a_connection(erp={"read": "odata"})
    bench.fake.before = lambda _call, _given: Response(401, {}, b"")
    with pytest.raises(Misconfigured) as refused:
        bench.run(lambda erp: erp.changed("", NOW), erp={"read": "odata", "odata_url": FEED})
    assert "odata_user" in refused.value.field


# --- the connection test ---------------------------------------------------------------------------------------------


def test_the_test_names_the_layer_that_fails_and_asks_no_further(bench: Bench) -> None:
    def unreachable(_call: str, _given: dict[str, str]) -> str | None:
        raise NotSent("erp.example:30001: certificate verify failed")

    bench.fake.before = unreachable
    (check,) = bench.run(lambda erp: erp.ping())
    assert (check.name, check.ok) == ("service", False)
    assert check.detail.startswith("TLS: ")


def _plain_http() -> Iterator[int]:
    """A port that answers in plain HTTP, where TLS is expected."""
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def _nobody() -> int:
    """A port at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


plain_http = pytest.fixture(_plain_http)


def test_s10_the_test_names_dns_tcp_and_tls_by_what_a_real_network_says(plain_http: int) -> None:
    """An installation on premises: the customer's own address, behind his own network."""
    for url, layer in {
        "https://syspro.nowhere.invalid:30001": "DNS",
        f"https://127.0.0.1:{_nobody()}": "TCP",
        f"https://127.0.0.1:{plain_http}": "TLS",
    }.items():
        bench = Bench(erp={"url": url})
        bench.fake.send = RequestsTransport().send  # type: ignore[method-assign]
        (check,) = bench.run(lambda erp: erp.ping())
        assert (check.name, check.ok, check.detail.partition(":")[0]) == ("service", False, layer), check.detail


def test_the_test_names_the_address_the_version_and_the_logon(bench: Bench) -> None:
    bench.fake.before = lambda call, _given: Response(404, {}, b"<html/>") if call == "GetVersion" else None
    (check,) = bench.run(lambda erp: erp.ping())
    assert "answered 404" in check.detail
    assert "erp.url" in str(check.hint)
    bench.fake.before = lambda call, _given: "<html>Welcome</html>" if call == "GetVersion" else None
    (check,) = bench.run(lambda erp: erp.ping())
    assert (check.name, check.ok, check.detail.partition(":")[0]) == ("service", False, "version")
    bench.fake.before = lambda _call, _given: None
    bench.fake.password = "another"
    (check, service) = bench.run(lambda erp: erp.ping())
    assert (check.name, check.ok, service.ok) == ("logon", False, True)
    assert "Invalid operator password" in check.detail


def test_the_test_names_a_field_that_is_missing_with_the_nearest_that_exists(bench: Bench) -> None:
    bench.note()
    checks = {each.name: each for each in bench.run(lambda erp: erp.ping(), write_back={"service": "TRKSVX"})}
    assert not checks["form ORD"].ok
    assert "no ORD.TRKSVX (is it TRKSVC?)" in checks["form ORD"].detail


def test_the_test_names_an_object_that_is_not_licensed(bench: Bench) -> None:
    bench.note()
    bench.fake.absent.add("COMSFM")
    checks = {each.name: each for each in bench.run(lambda erp: erp.ping())}
    assert "COMSFM is not installed" in checks["COMSFM ORD"].detail
    assert [name for name, each in checks.items() if not each.ok] == ["COMSFM ORD"]
    assert bench.fake.written == []


def test_the_test_asks_the_form_s_objects_before_the_first_order_is_ready(bench: Bench) -> None:
    bench.note(DispatchNoteStatus="9")
    bench.fake.absent = {"COMSFM"}
    checks = {each.name: each for each in bench.run(lambda erp: erp.ping())}
    assert checks["form ORD"].detail.startswith("by 15574: TRACK1 A60")
    assert not checks["COMSFM ORD"].ok
    assert "not licensed for operator LINK" in checks["COMSFM ORD"].detail


def test_the_test_asks_sortdh_before_the_first_note_is_ready(bench: Bench) -> None:
    on = {"dispatch": {"enabled": True, "tracking_numbers": "UserField1"}}
    bench.note(DispatchNoteStatus="9")
    well = {each.name: each for each in bench.run(lambda erp: erp.ping(), write_back=on)}["SORTDH"]
    assert (well.ok, well.detail) == (True, "a change of note 346 would be taken (validated only)")
    bench.fake.absent = {"SORTDH"}
    absent = {each.name: each for each in bench.run(lambda erp: erp.ping(), write_back=on)}["SORTDH"]
    assert not absent.ok
    assert "not licensed for operator LINK" in absent.detail
    assert bench.fake.written == []


def test_a_long_run_renews_its_lease(bench: Bench) -> None:
    bench.note()
    erp = bench.erp()
    for _ in range(4):
        erp.changed("", NOW)
        bench.clock.advance(timedelta(minutes=3))
    with pytest.raises(Retry):
        bench.erp().changed("", NOW)
    erp.close()
    assert bench.calls().count("Logon") == 1


def test_errors_of_a_document_are_found_at_any_depth() -> None:
    root = document_in(f"<a><item><key>{an_error('fieldname', '120001', 'Duplicate key')}</key></item></a>")
    assert [str(each) for each in faults_in(root)] == ["fieldname 120001 Duplicate key"]


def test_q08_a_session_that_somebody_took_is_counted_for_an_alarm_and_told_in_words(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted, told = list[str](), list[str]()
    monkeypatch.setattr("shared.log.count", lambda metric, **_: counted.append(metric))
    monkeypatch.setattr("shared.log.trouble", lambda event, **facts: told.append(f"{event} {facts['why']}"))
    bench.note()
    erp = bench.erp()
    erp.changed("", NOW)
    bench.fake.session = ""
    erp.read("346")
    erp.close()
    assert counted == ["SessionsTaken"]
    assert "a second logon by a person ends ours" in told[0]


def test_a_refused_logon_is_the_first_line_of_the_test_so_that_nothing_asks_a_second_time(bench: Bench) -> None:
    bench.fake.password = "another"
    checks = bench.run(lambda erp: erp.ping())
    assert [(each.name, each.ok) for each in checks] == [("logon", False), ("service", True)]


def test_the_test_shows_the_allowed_values_of_a_field_and_names_the_words_that_it_does_not_take(bench: Bench) -> None:
    bench.note()
    row = {"FormType": "ORD", "FieldName": "TRKSTS"}
    bench.fake.tables["AdmFormValidation"] = [{**row, "Item": item} for item in ("D", "label_created")]
    checks = {each.name: each for each in bench.run(lambda erp: erp.ping())}
    assert not checks["form ORD"].ok
    assert "ORD.TRKSTS does not take" in checks["form ORD"].detail
    assert "in_transit" in checks["form ORD"].detail
    everything = [{**row, "Item": item} for item in ("D", *Milestone)]
    bench.fake.tables["AdmFormValidation"] = everything
    checks = {each.name: each for each in bench.run(lambda erp: erp.ping())}
    assert "TRKSTS A20 of D|" in checks["form ORD"].detail


def test_two_installations_are_never_the_same_whatever_their_companies_are_called() -> None:
    here, there = a_connection(), a_connection(erp={"url": "https://other.example:30001"})
    assert overlaps(here, a_connection(id="acme-syspro-two"))
    assert not overlaps(here, there)
    assert (here.erp.system_code, there.erp.system_code) == ("erp.example:30001", "other.example:30001")
    assert a_connection(erp={"system_id": "acme"}).erp.system_code == "acme"
