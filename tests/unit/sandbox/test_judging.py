"""The demo's traffic under the vendors' hosts, before contracts that others wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from sandbox import judging
from sandbox.erps.m3.face import NOT_IN_THE_DEMO, M3Erp
from sandbox.erps.m3.seed import ionapi
from sandbox.judging import Judged, NoContracts, judge_traffic, missing, vendors
from sandbox.memory import ManualClock
from shared.erp.infor.bindings import default_bindings

TENANT = ionapi()["ti"]
XAV = {
    "XAVRequest": {
        "AddressKeyFormat": {
            "AddressLine": ["1 Dock St"],
            "PoliticalDivision2": "Albany",
            "PoliticalDivision1": "NY",
            "PostcodePrimaryLow": "12207",
            "CountryCode": "US",
        }
    }
}
UPS = {
    "system": "ups",
    "operation": "address_validation",
    "status": 200,
    "answer": "{}",
    "method": "POST",
    "url": "/api/addressvalidation/v2/1",
    "headers": {
        "Authorization": "Bearer t",
        "Content-Type": "application/json",
        "transId": "T1",
        "transactionSrc": "parcelbridge",
        "Host": "127.0.0.1:40000",
    },
    "body": json.dumps(XAV),
}
M3 = {
    "system": "m3",
    "operation": "PPS200MI.GetHead",
    "status": 200,
    "answer": "{}",
    "method": "GET",
    "url": f"/{TENANT}/M3/m3api-rest/v2/execute/PPS200MI/GetHead?cono=100&PUNO=4000001&maxrecs=1",
    "headers": {"Authorization": "Bearer t", "Accept": "application/json"},
    "body": "",
}

Traffic = Callable[..., Path]


@pytest.fixture
def traffic(tmp_path: Path, contracts: Path, monkeypatch: pytest.MonkeyPatch) -> Traffic:
    """Writes a file of recorded requests."""
    monkeypatch.setenv("PARCELBRIDGE_CONTRACTS", str(contracts))

    def write(*lines: dict[str, Any]) -> Path:
        place = tmp_path / "traffic.jsonl"
        place.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return place

    return write


def test_good_requests_are_counted_by_operation(traffic: Traffic) -> None:
    judged = judge_traffic(traffic(UPS, M3, UPS))
    assert judged == [
        Judged("m3", "PPS200MI.GetHead", 1, 0, ()),
        Judged("ups", "address_validation", 2, 0, ()),
    ]


def test_what_is_wrong_with_a_request_is_told_once(traffic: Traffic) -> None:
    wrong = {**UPS, "body": json.dumps({"XAVRequest": {}})}
    (judged,) = judge_traffic(traffic(UPS, wrong, wrong))
    assert judged.requests == 3
    assert judged.problems
    assert len(set(judged.problems)) == len(judged.problems)


def test_a_wrong_method_path_header_or_parameter_is_a_problem(traffic: Traffic) -> None:
    for wrong in (
        {**UPS, "method": "PUT"},
        {**UPS, "url": "/api/addressvalidation/v2"},
        {**UPS, "headers": {}},
        {**M3, "url": M3["url"].replace("PUNO", "PUNOX")},
        {**M3, "url": M3["url"].replace("GetHead", "GetHeads")},
    ):
        (judged,) = judge_traffic(traffic(wrong))
        assert judged.problems, wrong


def test_the_token_of_m3_is_judged_under_its_own_host(traffic: Traffic) -> None:
    file = ionapi()
    basic = "Basic QUNNRV9UU1R+c2FuZGJveC1jbGllbnQtaWQ6c2FuZGJveC1jbGllbnQtc2VjcmV0"
    line = {
        **M3,
        "operation": "token",
        "method": "POST",
        "url": f"/{TENANT}/as/token.oauth2",
        "headers": {"Authorization": basic, "Content-Type": "application/x-www-form-urlencoded"},
        "body": "grant_type=password&username=u&password=p",
    }
    erp = M3Erp(ManualClock().now)
    assert erp.vendor_url("token") == file["pu"]
    assert erp.vendor_url("PPS200MI.GetHead") == file["iu"]
    (judged,) = judge_traffic(traffic(line))
    assert judged.problems == ()


def test_a_request_that_the_sandbox_could_not_name_is_skipped_and_counted(traffic: Traffic) -> None:
    (judged,) = judge_traffic(traffic({**UPS, "operation": "unknown", "url": "/what"}))
    assert (judged.requests, judged.skipped) == (1, 1)


def test_each_vendor_has_a_line_and_all_have_one() -> None:
    judged = [Judged("m3", "a", 2, 0, ()), Judged("m3", "b", 1, 1, ("wrong",)), Judged("ups", "ship", 4, 0, ())]
    assert list(vendors(judged)) == [
        "m3: operations=2 requests=3 skipped=1 problems=1",
        "ups: operations=1 requests=4 skipped=0 problems=0",
        "judge: operations=3 requests=7 skipped=1 problems=1",
    ]


def test_a_request_that_is_in_no_contract_may_only_read_and_has_no_credential(traffic: Traffic) -> None:
    keys = {**M3, "system": "shipstation", "operation": "jwks", "url": "/jwks", "headers": {"Accept": "*/*"}}
    (well,) = judge_traffic(traffic(keys))
    assert well.problems == ()
    (told,) = judge_traffic(traffic({**keys, "headers": {"API-Key": "k"}}))
    assert told.problems == ("GET https://api.shipengine.com/jwks is in no contract, and has API-Key",)
    (changes,) = judge_traffic(traffic({**keys, "method": "PUT", "body": "{}"}))
    assert changes.problems == ("PUT https://api.shipengine.com/jwks is in no contract, and has a body",)


def syspro(call: str, answer: str, **given: str) -> dict[str, Any]:
    url = f"/SYSPROWCFService/Rest/{call}?{urlencode(given, quote_via=quote)}"
    return {**UPS, "system": "syspro", "operation": call, "method": "GET", "url": url, "headers": {}, "body": ""} | {
        "answer": answer
    }


def test_s22_the_order_of_syspro_s_calls_is_judged_with_their_answers(traffic: Traffic) -> None:
    logon = {"Operator": "LINK", "OperatorPassword": "p", "CompanyId": "A", "CompanyPassword": ""}
    one, other = ("1" * 34 + "  ", "2" * 34 + "  ")
    first, second = syspro("Logon", one, **logon), syspro("Logon", other, **logon)
    logoff = syspro("Logoff", "0", UserId=one)
    logoff_again = syspro("Logoff", "0", UserId=other)
    well = judge_traffic(traffic(first, logoff, second, logoff_again))
    assert [each.problems for each in well] == [(), ()]
    _, logons = judge_traffic(traffic(first, second, logoff_again))
    assert logons.problems == ("LINK logs on while its session is open: the first one ends",)


def test_s22_a_session_of_syspro_that_stays_open_at_the_end_is_a_problem(traffic: Traffic) -> None:
    one = "1" * 34 + "  "
    logon = syspro("Logon", one, Operator="LINK", OperatorPassword="p", CompanyId="A", CompanyPassword="")
    (left,) = judge_traffic(traffic(logon))
    assert left.problems == ("LINK was not logged off: a licence seat stays taken",)


def test_no_traffic_is_no_operation_and_everything_is_missing(traffic: Traffic) -> None:
    judged = judge_traffic(traffic())
    assert judged == []
    assert len(missing(judged)) == len(set(missing(judged))) > 10


def test_what_must_occur_is_all_of_ups_and_every_transaction_of_m3_that_is_bound_to_a_job_of_the_demo() -> None:
    bound = {job: each for job, each in default_bindings().items() if not job.startswith(NOT_IN_THE_DEMO)}
    assert len(bound) == len(default_bindings()) - 5
    names = {f"{b.program}.{name}" for b in bound.values() for name in (b.transaction, b.change) if name}
    wanted = {("m3", name) for name in names | {"token"}}
    wanted |= {
        ("ups", name) for name in ("token", "address_validation", "rate", "ship", "recovery", "track_by_reference")
    }
    assert missing([Judged(system, name, 1, 0, ()) for system, name in wanted], {"m3", "ups"}) == []
    for absent in sorted(wanted):
        rest = [Judged(system, name, 1, 0, ()) for system, name in wanted - {absent}]
        assert missing(rest, {"m3", "ups"}) == [" ".join(absent)]


def test_a_folder_without_contracts_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARCELBRIDGE_CONTRACTS", str(tmp_path))
    with pytest.raises(NoContracts, match=f"no contracts in {tmp_path}.*PARCELBRIDGE_CONTRACTS"):
        judging.contracts()
