"""The address of a single call, built without anybody being asked."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from shared.erp.infor.bindings import Binding, default_bindings
from shared.erp.infor.build import Place, call_request, call_url

HERE = Place("https://gateway.example/part", "ACME TST", "100", "AAA")
HEAD = default_bindings()["po.head"]


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def test_q06_the_tenant_is_a_segment_of_its_own_and_the_product_path_follows() -> None:
    url = call_url(HERE, HEAD, "GetHead", {"PUNO": "1"})
    assert url.split("?")[0] == "https://gateway.example/part/ACME%20TST/M3/m3api-rest/v2/execute/PPS200MI/GetHead"


def test_q07_the_request_is_a_get_with_a_bearer_token_and_nothing_to_prove_but_that() -> None:
    request = call_request("https://gateway.example/x", "t")
    assert (request.method, request.body) == ("GET", b"")
    assert dict(request.headers) == {"Authorization": "Bearer t", "Accept": "application/json"}


def test_q08_q09_context_and_fields_stand_side_by_side() -> None:
    assert query(call_url(HERE, HEAD, "GetHead", {"PUNO": "1&2 ü"}, ["SUNO", "MODL", "SUNO"])) == {
        "PUNO": "1&2 ü",
        "maxrecs": "1",
        "dateformat": "YMD8",
        "righttrim": "true",
        "excludeempty": "true",
        "divi": "AAA",
        "cono": "100",
        "returncols": "SUNO,MODL",
    }


@pytest.mark.parametrize(("context", "divi", "cono"), [({}, "AAA", "100"), ({"divi": "", "cono": "200"}, "", "100")])
def test_q20_q39_an_entry_may_blank_the_division_and_never_change_the_company(
    context: dict[str, str], divi: str, cono: str
) -> None:
    entry = Binding(program="EXPORTMI", transaction="Select", kind="list", context=context)
    asked = query(call_url(HERE, entry, "Select", {}))
    assert (asked["divi"], asked["cono"], asked["maxrecs"]) == (divi, cono, "0")


def test_q09_a_bound_is_sent_where_one_is_asked_for() -> None:
    assert query(call_url(HERE, default_bindings()["po.lines"], "LstLine", {}, most=7))["maxrecs"] == "7"
