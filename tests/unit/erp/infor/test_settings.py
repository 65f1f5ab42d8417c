"""A wrong .ionapi file says which key, what the file is and where to get it."""

from __future__ import annotations

import json

import pytest

from cli.hints import worded
from sandbox.erps.m3.seed import ionapi
from shared.connection import ShipWhen
from shared.erp.infor.adapter import read_ionapi
from shared.erp.infor.ionapi import ionapi_of
from shared.erp.infor.settings import settings_of
from shared.errors import Misconfigured
from tests.samples.m3.world import World, connection


def test_S01_the_ionapi_file_gives_gateway_tenant_and_token_address() -> None:
    read = ionapi_of(read_ionapi(json.dumps(ionapi())))
    assert (read.tenant, read.gateway) == ("ACME_TST", "https://mingle-ionapi.example.invalid")
    assert read.token_url == "https://mingle-sso.example.invalid:443/ACME_TST/as/token.oauth2"


@pytest.mark.parametrize(
    ("pu", "ot"), [("https://sso.example/T/as", "/token.oauth2"), ("https://sso.example/T/as/", "token.oauth2")]
)
def test_q03_the_token_address_is_joined_without_doubled_slashes(pu: str, ot: str) -> None:
    assert ionapi_of({**ionapi(), "pu": pu, "ot": ot}).token_url == "https://sso.example/T/as/token.oauth2"


def test_base_url_replaces_scheme_and_authority_of_gateway_and_token_server_only() -> None:
    read = ionapi_of({**ionapi(), "iu": "https://gateway.example/part"}, "http://127.0.0.1:8080")
    assert read.gateway == "http://127.0.0.1:8080/part"
    assert read.token_url == "http://127.0.0.1:8080/ACME_TST/as/token.oauth2"


@pytest.mark.parametrize("key", ["ti", "ci", "cs", "iu", "pu", "ot"])
def test_a_missing_key_is_named_with_what_the_file_is_and_where_to_get_it(key: str) -> None:
    fields = {name: value for name, value in ionapi().items() if name != key}
    with pytest.raises(Misconfigured, match=f"'{key}' is missing.*Authorized Apps.*Create Service Account") as caught:
        read_ionapi(json.dumps(fields))
    assert caught.value.field == key
    assert "secrets set" in worded(caught.value.hint)


@pytest.mark.parametrize(("one", "other"), [("saak", "sask"), ("sask", "saak")])
def test_half_a_service_account_is_named(one: str, other: str) -> None:
    fields = {**ionapi(service_account=False), one: "x"}
    with pytest.raises(Misconfigured, match=f"'{other}' is missing beside '{one}'"):
        read_ionapi(json.dumps(fields))


@pytest.mark.parametrize("text", ["", "ti=ACME", "[]", '"text"'])
def test_a_file_that_is_no_ionapi_at_all_is_refused_kindly(text: str) -> None:
    with pytest.raises(Misconfigured, match="ionapi file cannot be used"):
        read_ionapi(text)


def test_an_address_without_https_is_refused_by_key() -> None:
    with pytest.raises(Misconfigured, match=r"'iu' is 'gateway\.example'"):
        read_ionapi(json.dumps({**ionapi(), "iu": "gateway.example"}))


def test_q05_a_byte_order_mark_and_null_values_do_no_harm() -> None:
    assert read_ionapi("\ufeff" + json.dumps({**ionapi(), "sc": None}))["sc"] == ""


def test_S49_secrets_do_not_show_in_a_printed_credential() -> None:
    printed = repr(ionapi_of(ionapi()))
    assert "sandbox-client-secret" not in printed
    assert "sandbox-secret-key" not in printed


def test_an_outbound_flow_is_refused_since_purchase_orders_are_what_is_shipped() -> None:
    with pytest.raises(Misconfigured, match="flow outbound is not served by infor-m3"):
        settings_of(connection(flow="outbound"))


def test_a_connection_without_write_back_writes_nothing() -> None:
    assert settings_of(connection(write_back={"enabled": False})).write_back == {}
    off = dict.fromkeys(("tracking_numbers", "service", "cost", "currency", "eta", "milestone"), "off")
    assert settings_of(connection(write_back=off)).write_back == {}


def test_opening_an_erp_with_a_wrong_file_calls_nobody_and_names_the_key(world: World) -> None:
    world.secrets.fields[("acme-infor-ups", "erp")].pop("ot")
    with pytest.raises(Misconfigured, match="'ot' is missing"):
        world.erp()
    assert not world.engine.recorded


def test_system_and_company_are_the_tenant_and_cono(world: World) -> None:
    assert (world.erp().system, world.erp().company) == ("infor-m3:ACME_TST", "100")


@pytest.mark.parametrize("kind", ["infor-ln", "infor-csi", "infor-bod"])
def test_S04_the_rest_of_the_infor_family_is_refused_by_name(kind: str) -> None:
    with pytest.raises(Misconfigured, match=r"erp\.kind: not built in this version; allowed: .*infor-m3"):
        connection(erp={"kind": kind})


def test_the_hazard_field_of_the_connection_is_read_with_the_item() -> None:
    settings = settings_of(connection(hazard={"field": "CFI3", "values": ["UN3"], "items": ["BOLT-10"]}))
    assert settings.bindings["item.basic"].output["hazardous"] == "CFI3"
    assert settings.hazard.applies("NUT-10", "UN3")
    assert settings.hazard.applies("BOLT-10", "")
    assert not settings.hazard.applies("NUT-10", "1")
    usual = settings_of(connection())
    assert usual.bindings["item.basic"].output["hazardous"] == "HAZI"
    assert [usual.hazard.applies("NUT-10", value) for value in ("", "0", "1")] == [False, False, True]


def test_S17_an_item_s_entry_that_does_not_read_what_is_hazardous_is_refused() -> None:
    entry = {"program": "EXT1MI", "transaction": "GetItem", "kind": "get", "output": {"gross_weight": "GRWE"}}
    with pytest.raises(Misconfigured, match="lacks 'hazardous'"):
        settings_of(connection(erp={"bindings": {"item.basic": entry}}))


def test_lines_needed_on_other_days_part_only_where_the_day_decides_when_they_ship() -> None:
    assert not settings_of(connection()).by_day
    when = connection().model_copy(update={"ship_when": ShipWhen(days_before_needed=5)})
    assert settings_of(when).by_day
