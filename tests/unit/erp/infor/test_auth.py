"""Tokens: request built, answers read, refusals told from troubles; one renewal after a 401."""

from __future__ import annotations

import base64
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest

from cli.hints import worded
from sandbox.engine import Fault
from sandbox.erps.m3.seed import ionapi
from shared.erp.infor.auth import credential_of, read_token, token_request
from shared.erp.infor.ionapi import ionapi_of
from shared.errors import Misconfigured, Retry
from shared.http import Request, Response
from tests.samples.m3.world import World

SERVICE = ionapi_of(ionapi())


def test_q02_the_token_request_is_a_percent_encoded_form_with_basic_credentials() -> None:
    request = token_request(SERVICE)
    basic = base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
    assert (request.method, request.url) == ("POST", SERVICE.token_url)
    assert basic == "ACME_TST~sandbox-client-id:sandbox-client-secret"
    assert b"#" not in request.body
    form = {"grant_type": "password", "username": "ACME_TST#sandbox-access-key+1", "password": "sandbox-secret-key/&=1"}
    assert dict(parse_qsl(request.body.decode())) == form


def test_q01_without_a_service_account_the_grant_is_client_credentials() -> None:
    request = token_request(ionapi_of(ionapi(service_account=False)))
    assert dict(parse_qsl(request.body.decode())) == {"grant_type": "client_credentials"}


def test_q01_both_kinds_of_credentials_get_a_token_and_can_call() -> None:
    for service_account in (True, False):
        world = World(service_account=service_account)
        world.order()
        assert world.erp().read("4000001")


def test_S50_q04_the_token_lives_as_long_as_its_answer_says() -> None:
    assert read_token(Response(200, {}, b'{"access_token":"t","expires_in":3600}'), SERVICE) == ("t", 3600)
    assert read_token(Response(200, {}, b'{"access_token":"t","expires_in":"3600"}'), SERVICE) == ("t", 3600)
    assert read_token(Response(200, {}, b'{"access_token":"t"}'), SERVICE) == ("t", 600)


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_refused_credentials_close_the_connection(status: int) -> None:
    with pytest.raises(Misconfigured, match=f"refused the credentials: {status}"):
        read_token(Response(status, {}, b'{"error":"invalid_grant"}'), SERVICE)


@pytest.mark.parametrize("response", [
    Response(429, {"retry-after": "7"}, b""),
    Response(503, {}, b"down"),
    Response(200, {}, b""),
    Response(400, {}, b'{"error":"temporarily_unavailable"}'),
])  # fmt: skip
def test_a_token_server_in_trouble_is_asked_again(response: Response) -> None:
    with pytest.raises(Retry):
        read_token(response, SERVICE)


def test_a_token_server_that_throttles_says_how_long(world: World) -> None:
    world.engine.faults.append(Fault("token", "throttled", seconds=7))
    with pytest.raises(Retry) as caught:
        world.erp().read("4000001")
    assert caught.value.after == 7


def test_a_token_server_that_hangs_up_is_a_retry(world: World) -> None:
    world.engine.faults.append(Fault("token", "reset_before"))
    with pytest.raises(Retry, match="token server"):
        world.erp().read("4000001")


def test_q04_one_token_serves_many_calls_and_is_renewed_before_it_ends(world: World) -> None:
    world.order()
    erp = world.erp()
    for _ in range(3):
        erp.read("4000001")
    assert world.engine.token_server.issued == 1
    world.clock.advance(timedelta(seconds=7200 - 60))
    erp.read("4000001")
    assert world.engine.token_server.issued == 2


def test_S54_q21_a_401_renews_once_and_repeats_the_call_once(world: World) -> None:
    world.order()
    erp = world.erp()
    erp.read("4000001")
    world.engine.expire_tokens()
    world.engine.recorded.clear()
    assert erp.read("4000001")
    assert [(each.operation, each.status) for each in world.engine.recorded[:3]] == [
        ("PPS200MI.GetHead", 401),
        ("token", 200),
        ("PPS200MI.GetHead", 200),
    ]


def test_a_gateway_that_refuses_a_fresh_token_too_closes_the_connection(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Request] = []

    def nobody(request: Request) -> str:
        asked.append(request)
        return ""

    monkeypatch.setattr(world.engine.token_server, "bearer", nobody)
    with pytest.raises(Misconfigured, match="gateway answered 401"):
        world.erp().read("4000001")
    assert len(asked) == 2


def test_a_refused_credential_is_told_with_what_to_do(world: World) -> None:
    world.secrets.fields[("acme-infor-ups", "erp")] = {**ionapi(), "sask": "revoked"}
    with pytest.raises(Misconfigured, match="tenant ACME_TST refused the credentials: 400 invalid_grant") as caught:
        world.erp().read("4000001")
    assert "secrets set" in worded(caught.value.hint)


def test_a_rotated_secret_is_another_credential_so_that_it_takes_effect_at_once() -> None:
    assert credential_of(SERVICE) != credential_of(ionapi_of({**ionapi(), "sask": "new"}))
    assert "sandbox" not in credential_of(SERVICE)
