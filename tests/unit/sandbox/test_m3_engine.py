"""The emulated M3: strict as the vendor, stateful, with a ledger of its own."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from sandbox.engine import ConnectionDropped, Fault
from sandbox.erps.m3.catalogue import Field, programs
from sandbox.erps.m3.releases import change_inputs, have, lack
from sandbox.erps.m3.seed import Line, add_unit, ionapi
from sandbox.erps.m3.transactions import READS, WRITES
from shared.http import Request, Response
from tests.samples.m3.world import AUSTIN, World

GATEWAY = "https://anywhere.example/ACME_TST/M3/m3api-rest/v2/execute/"
TOKEN = "https://anywhere.example/ACME_TST/as/token.oauth2"


@pytest.fixture
def world() -> World:
    world = World()
    world.order()
    return world


def grant(world: World, form: dict[str, str] | None = None, basic: str = "") -> Response:
    file = ionapi()
    form = form or {"grant_type": "password", "username": file["saak"], "password": file["sask"]}
    credentials = base64.b64encode((basic or f"{file['ci']}:{file['cs']}").encode()).decode()
    return world.engine.handle(
        Request("POST", TOKEN, {"authorization": f"Basic {credentials}"}, urlencode(form).encode())
    )


def call(world: World, place: str, method: str = "GET", **query: str) -> Response:
    token = grant(world).json()["access_token"]
    url = f"{GATEWAY}{place}?{urlencode({'cono': '100', **query})}"
    return world.engine.handle(Request(method, url, {"Authorization": f"Bearer {token}"}))


def error(response: Response) -> Any:
    body = response.json()
    return (body.get("results") or [body])[0]


def records(response: Response) -> list[dict[str, str]]:
    found: list[dict[str, str]] = response.json()["results"][0]["records"]
    return found


def test_a_token_lasts_two_hours_and_ends_then(world: World) -> None:
    granted = grant(world).json()
    assert granted | {"token_type": "Bearer", "expires_in": 7200} == granted
    request = Request(
        "GET",
        f"{GATEWAY}PPS200MI/GetHead?cono=100&PUNO=4000001",
        {"Authorization": f"Bearer {granted['access_token']}"},
    )
    assert world.engine.handle(request).status == 200
    world.clock.advance(timedelta(hours=2))
    assert world.engine.handle(request).status == 401


@pytest.mark.parametrize(("form", "basic", "status", "says"), [
    ({"grant_type": "password", "username": "ACME_TST#sandbox-access-key+1"}, "", 400, "invalid_grant"),
    ({"grant_type": "client_credentials"}, "", 400, "invalid_grant"),
    ({"grant_type": "refresh_token"}, "", 400, "unsupported_grant_type"),
    (None, "ACME_TST~sandbox-client-id:no", 401, "invalid_client"),
])  # fmt: skip
def test_wrong_credentials_get_the_server_s_own_errors(
    world: World, form: dict[str, str] | None, basic: str, status: int, says: str
) -> None:
    refused = grant(world, form, basic)
    assert (refused.status, refused.json()) == (status, {"error": says})


def test_q02_a_form_that_was_not_percent_encoded_is_refused(world: World) -> None:
    file = ionapi()
    basic = base64.b64encode(f"{file['ci']}:{file['cs']}".encode()).decode()
    raw = f"grant_type=password&username={file['saak']}&password={file['sask']}".encode()
    assert world.engine.handle(Request("POST", TOKEN, {"Authorization": f"Basic {basic}"}, raw)).status == 400


def test_revoked_tokens_are_refused(world: World) -> None:
    token = grant(world).json()["access_token"]
    world.engine.expire_tokens()
    request = Request("GET", f"{GATEWAY}PPS200MI/GetHead?cono=100&PUNO=4000001", {"Authorization": f"Bearer {token}"})
    assert world.engine.handle(request).status == 401


@pytest.mark.parametrize(("place", "query", "kind", "field"), [
    ("PPS300MI/GetHead", {}, "TransactionNotFound", ""),
    ("PPS200MI/GetHeads", {}, "TransactionNotFound", ""),
    ("PPS200MI/GetHead", {}, "MandatoryInputFieldNotFound", "PUNO"),
    ("PPS200MI/GetHead", {"PUNO": " "}, "MandatoryInputFieldNotFound", "PUNO"),
    ("PPS200MI/GetHead", {"PUNO": "40000000001"}, "InputFieldTooLong", "PUNO"),
    ("PPS200MI/GetHead", {"PUNO": "4000001", "ORNO": "1"}, "MalformedRequest", "ORNO"),
    ("PPS200MI/GetHead", {"PUNO": "4000001", "lanc": "GB"}, "MalformedRequest", "lanc"),
    ("PPS200MI/GetHead", {"PUNO": "4000001", "returncols": "PUNO,NOPE"}, "MalformedRequest", "NOPE"),
    ("PPS200MI/GetHead", {"PUNO": "4000001", "maxrecs": "all"}, "MalformedRequest", "maxrecs"),
    ("PPS200MI/GetHead", {"PUNO": "4000001", "cono": "200"}, "ServerReturnedNOK", "CONO"),
    ("PPS200MI/GetHead", {"PUNO": "4000001", "cono": ""}, "ServerReturnedNOK", "CONO"),
    ("PPS200MI/GetHead", {"PUNO": "4999999"}, "ServerReturnedNOK", "PUNO"),
    ("PPS200MI/GetDelAddress", {"PUNO": "4000001", "PNLI": "one"}, "ServerReturnedNOK", "PNLI"),
    ("CUSEXTMI/AddFieldValue", {"FILE": "MPHEAD", "PK01": "4000001", "A230": "x" * 31}, "InputFieldTooLong", "A230"),
    ("CUSEXTMI/AddFieldValue", {"FILE": "MPHEAD", "PK01": "4000001", "N096": "1,5"}, "ServerReturnedNOK", "N096"),
    ("CUSEXTMI/ChgFieldValue", {"FILE": "MPHEAD", "PK01": "4000001", "A230": "x"}, "ServerReturnedNOK", ""),
])  # fmt: skip
def test_a_wrong_request_gets_m3_s_own_error_whatever_its_shape(
    world: World, place: str, query: dict[str, str], kind: str, field: str
) -> None:
    for style in ("results_200", "results_400"):
        world.engine.error_style = style  # type: ignore[assignment]
        found = error(call(world, place, **query))
        assert (found["errorType"], found["errorField"]) == (kind, field)
    assert not world.engine.field_writes


def test_q11_q12_errors_come_in_three_shapes_in_turn(world: World) -> None:
    answers = [call(world, "PPS200MI/GetHead", PUNO="4999999") for _ in range(3)]
    assert sorted((each.status, "results" in each.json()) for each in answers) == [
        (200, True),
        (400, False),
        (400, True),
    ]


def test_q13_an_unknown_transaction_may_get_a_bare_400(world: World) -> None:
    world.engine.error_style = "top_400"
    bare = call(world, "PPS200MI/GetHeads")
    assert (bare.status, bare.body) == (400, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_q07_single_calls_are_get_only(world: World, method: str) -> None:
    assert call(world, "CUSEXTMI/AddFieldValue", method, FILE="MPHEAD", PK01="4000001", A230="03").status == 405
    assert not world.engine.field_writes


def test_the_context_shapes_the_answer(world: World) -> None:
    (full,) = records(call(world, "PPS200MI/GetHead", PUNO="4000001"))
    assert full["YRE1"] == ""
    assert set(full) == set(programs()["PPS200MI"]["GetHead"].outputs)
    (short,) = records(call(world, "PPS200MI/GetHead", PUNO="4000001", returncols="PUNO,YRE1", excludeempty="true"))
    assert short == {"PUNO": "4000001"}
    (padded,) = records(call(world, "PPS200MI/GetHead", PUNO="4000001", returncols="SUNO", righttrim="false"))
    assert padded == {"SUNO": "V100      "}


def test_q09_a_list_is_cut_at_maxrecs_without_a_word_and_zero_is_all(world: World) -> None:
    world.order("4000002", lines=[Line("BOLT-10", n) for n in range(1, 151)])
    for asked, given in (({}, 100), ({"maxrecs": "7"}, 7), ({"maxrecs": "0"}, 150)):
        assert len(records(call(world, "PPS200MI/LstLine", PUNO="4000002", **asked))) == given


def test_q14_the_flag_of_termination_is_sometimes_a_word(world: World) -> None:
    flags = [call(world, "PPS200MI/GetHead", PUNO="4000001").json()["wasTerminated"] for _ in range(4)]
    assert {json.dumps(flag) for flag in flags} == {"false", '"false"'}


def test_every_edit_of_an_order_moves_its_stamp_and_writing_free_fields_does_not(world: World) -> None:
    edits = [
        lambda: world.tenant.change_line("4000001", "1", ORQA="3"),
        lambda: world.tenant.change_head("4000001", MODL="DHL"),
        lambda: world.tenant.change_delivery("4000001", "1", None),
        lambda: world.tenant.set_status("4000001", "25"),
        lambda: world.tenant.cancel("4000001"),
    ]
    for edit in edits:
        before = world.tenant.orders["4000001"].stamp
        edit()
        assert world.tenant.orders["4000001"].stamp > before
    before = world.tenant.orders["4000001"].stamp
    call(world, "CUSEXTMI/AddFieldValue", FILE="MPHEAD", PK01="4000001", A230="03")
    assert world.tenant.orders["4000001"].stamp == before


def test_the_ledger_says_who_wrote_what_over_what(world: World) -> None:
    call(world, "CUSEXTMI/AddFieldValue", FILE="MPHEAD", PK01="4000001", A230="03", N096="12.50", A530="")
    call(world, "CUSEXTMI/ChgFieldValue", FILE="MPHEAD", PK01="4000001", A230="02")
    ledger = [(w.transaction, w.document, w.field, w.old, w.new) for w in world.engine.field_writes]
    assert ledger == [
        ("AddFieldValue", "4000001", "A230", "", "03"),
        ("AddFieldValue", "4000001", "N096", "", "12.5"),
        ("ChgFieldValue", "4000001", "A230", "03", "02"),
    ]
    assert {w.who for w in world.engine.field_writes} == {"ACME_TST#sandbox-access-key+1"}


def test_adding_twice_and_adding_beside_an_order_that_is_not_there_are_refused(world: World) -> None:
    key = {"FILE": "MPHEAD", "PK01": "4000001", "A230": "03"}
    world.engine.error_style = "results_200"
    assert "errorType" not in error(call(world, "CUSEXTMI/AddFieldValue", **key))
    assert error(call(world, "CUSEXTMI/AddFieldValue", **key))["errorCode"] == "XRE0104"
    assert error(call(world, "CUSEXTMI/AddFieldValue", **{**key, "PK01": "4999999"}))["errorCode"] == "WPU0803"
    assert error(call(world, "CUSEXTMI/GetFieldValue", FILE="MPHEAD", PK01="4999999"))["errorCode"] == "XRE0103"


def test_a_fault_before_the_effect_has_none_and_one_after_it_has(world: World) -> None:
    key = {"FILE": "MPHEAD", "PK01": "4000001", "A230": "03"}
    world.engine.faults += [
        Fault("CUSEXTMI.AddFieldValue", "error_before"),
        Fault("CUSEXTMI.ChgFieldValue", "reset_after"),
    ]
    assert call(world, "CUSEXTMI/AddFieldValue", **key).status == 503
    assert not world.engine.field_writes
    call(world, "CUSEXTMI/AddFieldValue", **key)
    with pytest.raises(ConnectionDropped):
        call(world, "CUSEXTMI/ChgFieldValue", **{**key, "A230": "02"})
    assert world.tenant.free_fields("4000001") == {"A230": "02"}


def test_every_transaction_with_a_field_table_behaves_and_no_other() -> None:
    named = {f"{program}.{name}" for program, transactions in programs().items() for name in transactions}
    assert named == READS.keys() | WRITES.keys()


def test_the_repository_lists_transactions_and_their_fields(world: World) -> None:
    names = [row["TRNM"] for row in records(call(world, "MRS001MI/LstTransactions", MINM="PPS200MI"))]
    assert names == ["GetHead", "LstLine", "GetAddresses", "GetDelAddress"]
    assert records(call(world, "MRS001MI/LstTransactions", MINM="PPS300MI")) == []
    fields = records(call(world, "MRS001MI/LstFields", MINM="PPS200MI", TRNM="GetHead", TRTP="I"))
    assert [(f["FLNM"], f["LENG"], f["TYPE"], f["MAND"]) for f in fields] == [
        ("PUNO", "10", "A", "1"),
        ("CONO", "3", "N", "0"),
    ]


def test_the_list_gives_what_changed_after_a_stamp(world: World) -> None:
    stamp = world.tenant.orders["4000001"].stamp
    world.order("4000002")
    listed = records(call(world, "PPSSPPMI/LstSupHead", LMTS=str(stamp)))
    assert [row["PUNO"] for row in listed] == ["4000002"]


def test_statuses_bound_the_lowest_status_of_an_order(world: World) -> None:
    world.order("4000002", lines=[Line("BOLT-10", 1), Line("BOLT-10", 1, status="50")], to=AUSTIN)
    listed = records(call(world, "PPSSPPMI/LstSupHead", SLFR="20", SLTO="35", maxrecs="0"))
    assert [(row["PUNO"], row["PUSL"], row["PUST"]) for row in listed] == [
        ("4000001", "20", "20"),
        ("4000002", "20", "50"),
    ]


def select(world: World, query: str, **more: str) -> list[str]:
    given = {"QERY": query, "SEPC": "^", "HDRS": "1", "maxrecs": "0", **more}
    return [row["REPL"] for row in records(call(world, "EXPORTMI/Select", **given))]


def test_an_export_has_a_heading_and_a_packed_row_for_each_order(world: World) -> None:
    world.order("4000002", status="35")
    assert select(world, "IAPUNO,IAPUSL,IALMDT from MPHEAD where IALMDT >= 20261102") == [
        "IAPUNO^IAPUSL^IALMDT",
        "4000001^20^20261102",
        "4000002^35^20261102",
    ]
    assert select(world, "IAPUNO from MPHEAD where IAPUSL = '35' or IASUNO = 'V9'") == ["IAPUNO", "4000002"]
    assert select(world, "IAPUNO from MPHEAD where IAPUSL >= 20 and IALMDT > 20261102") == ["IAPUNO"]
    assert select(world, "IAPUNO from MPHEAD", HDRS="0") == ["4000001", "4000002"]
    assert select(world, "IAPUNO,IASUNO from MPHEAD", SEPC="")[1] == "4000001   V100      "


@pytest.mark.parametrize("query", [
    "IAPUNO FROM MPHEAD",
    "IAPUNO from MPHEAD WHERE IALMDT >= 20261102",
    "IAPUNO from MPHEAD where IALMDT >= 20261102 AND IAPUSL = 20",
    "IAPUNO from MPHEAD where IACONO = 100",
    "IAPUNO from MPHEAD where not IAPUSL = 20",
    "PUNO from MPHEAD",
    "IANOPE from MPHEAD",
    "IAPUNO from MITMAS",
    "drop table MPHEAD",
])  # fmt: skip
def test_a_query_that_the_manual_does_not_allow_is_refused(world: World, query: str) -> None:
    world.engine.error_style = "results_200"
    found = error(call(world, "EXPORTMI/Select", QERY=query, SEPC="^", HDRS="1"))
    assert (found["errorType"], found["errorField"]) == ("ServerReturnedNOK", "QERY")


def test_alternate_units_are_listed_by_item_and_type(world: World) -> None:
    add_unit(world.tenant, "BOLT-10", "CS", "12")
    listed = records(call(world, "MMS015MI/Lst", ITNO="BOLT-10", AUTP="1", returncols="ALUN,COFA,DMCF"))
    assert listed == [{"ALUN": "CS", "COFA": "12", "DMCF": "1"}]
    assert records(call(world, "MMS015MI/Lst", ITNO="BOLT-10", AUTP="2")) == []
    assert records(call(world, "MMS015MI/Lst", ITNO="NUT-10", AUTP="1")) == []


def test_a_tenant_may_lack_a_program_or_have_one_of_its_own(world: World) -> None:
    have(world.tenant, "PPS300MI", "GetTransLine", like="PPS200MI.LstLine")
    assert records(call(world, "PPS300MI/GetTransLine", PUNO="4000001"))[0]["ITNO"] == "BOLT-10"
    lack(world.tenant, "PPS200MI", "LstLine")
    lack(world.tenant, "MMS015MI")
    world.engine.error_style = "results_200"
    for place in ("PPS200MI/LstLine", "MMS015MI/Lst"):
        assert error(call(world, place, PUNO="4000001"))["errorType"] == "TransactionNotFound"
    assert "PPS300MI" not in programs()
    assert "LstLine" in World().tenant.programs["PPS200MI"]


def test_a_release_with_other_fields_is_strict_about_its_own(world: World) -> None:
    other = {"PUNO": Field("A", 6, mandatory=True), "FACI": Field("A", 3), "CONO": None}
    change_inputs(world.tenant, "PPS200MI", "GetHead", **other)
    world.engine.error_style = "results_200"
    assert error(call(world, "PPS200MI/GetHead", PUNO="4000001"))["errorType"] == "InputFieldTooLong"
    asked = {"MINM": "PPS200MI", "TRNM": "GetHead", "TRTP": "I"}
    assert [row["FLNM"] for row in records(call(world, "MRS001MI/LstFields", **asked))] == ["PUNO", "FACI"]


@pytest.mark.parametrize(
    "path", ["/", "/ACME_TST/M3/m3api-rest/v2/execute", "/OTHER_TST/M3/m3api-rest/v2/execute/PPS200MI/GetHead"]
)
def test_paths_that_lead_nowhere_are_404(world: World, path: str) -> None:
    assert world.engine.handle(Request("GET", f"https://anywhere.example{path}")).status == 404
