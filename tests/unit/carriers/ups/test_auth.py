"""The token: asked for once, renewed only when UPS says that it has expired, refused for good with the credential."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.hints import worded
from sandbox.memory import ManualClock, MemoryBudgets, MemorySecrets, MemoryTokens
from shared.carriers.ups import auth as auth_module
from shared.carriers.ups.adapter import open_carrier
from shared.carriers.ups.auth import UpsAuth
from shared.carriers.ups.settings import UpsSettings
from shared.domain.budget import Budget
from shared.errors import Misconfigured, Retry
from shared.http import Lost, NotSent, Response
from tests.builders import a_connection
from tests.samples.ups import answers
from tests.samples.ups.answers import SHIPMENT
from tests.samples.ups.plans import REFERENCE, WAREHOUSE, a_plan
from tests.samples.ups.wire import CREDENTIAL, Script, a_carrier, refused, said, scripted, settings
from tests.unit.carriers.ups.quirks import keeps


def an_auth(script: Script, clock: ManualClock | None = None, **changes: Any) -> UpsAuth:
    clock = clock or ManualClock()
    secrets = MemorySecrets({("acme", "carrier"): CREDENTIAL})
    return UpsAuth(
        settings(**changes),
        secrets=secrets,
        tokens=MemoryTokens(clock),
        budgets=MemoryBudgets(clock),
        transport=script,
        clock=clock,
    )


@keeps(2, 20, 113)
def test_the_token_request_is_basic_a_form_and_without_the_api_prefix() -> None:
    script = Script()
    assert an_auth(script, environment="production").token() == "t1"
    (sent,) = script.asked_tokens
    assert sent.line == "POST https://onlinetools.ups.com/security/v1/oauth/token"
    assert sent.request.body == b"grant_type=client_credentials"
    basic = base64.b64encode(b"sandbox-client:sandbox-secret").decode()
    assert sent.request.headers["Authorization"] == f"Basic {basic}"
    assert sent.request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert "x-merchant-id" not in {name.lower() for name in sent.request.headers}


@keeps(22)
def test_g12_one_token_serves_until_the_answers_own_expires_in() -> None:
    clock, script = ManualClock(), Script(tokens=[said(answers.token("t1", "3599"))])
    auth = an_auth(script, clock)
    assert [auth.token(), auth.token()] == ["t1", "t1"]
    clock.advance(timedelta(seconds=3600))
    assert auth.token() == "t2"
    assert len(script.asked_tokens) == 2


@dataclass
class NamedTokens:
    """Remembers under which names tokens are kept."""

    names: list[str] = field(default_factory=list)

    def get(self, credential: str, renew: Any) -> str:
        self.names.append(credential)
        return "t"

    def expire(self, credential: str, value: str) -> None:
        self.names.append(credential)


def test_a_token_is_kept_by_credential_and_host_and_its_name_shows_no_client_id() -> None:
    tokens = NamedTokens()
    for connection, host in (("acme", None), ("other", None), ("acme", "http://127.0.0.1:9")):
        secrets = MemorySecrets({(connection, "carrier"): CREDENTIAL})
        chosen = settings(connection_id=connection, base_url=host)
        clock = ManualClock()
        outside = {"tokens": tokens, "budgets": MemoryBudgets(clock), "transport": Script(), "clock": clock}
        UpsAuth(chosen, secrets=secrets, **outside).token()  # type: ignore[arg-type]
    shared, again, sandbox = tokens.names
    assert shared == again != sandbox
    assert "sandbox-client" not in "".join(tokens.names)


@pytest.mark.parametrize("status", [400, 401, 403])
@keeps(26)
def test_a_refused_credential_is_misconfigured_and_says_what_to_do(status: int) -> None:
    script = Script(tokens=[refused("250002", status=status)])
    with pytest.raises(Misconfigured, match="250002") as error:
        an_auth(script).token()
    assert "secret" in worded(error.value.hint)


@pytest.mark.parametrize(
    "step",
    [
        said(None, 429, retry_after="30"),
        said(None, 503),
        said(None),
        said({"status": "approved"}),
        NotSent("x"),
        Lost("x"),
    ],
    ids=["throttled", "down", "empty", "no token in it", "not sent", "lost"],
)
def test_a_token_that_can_not_be_had_now_is_a_retry(step: Response | Exception) -> None:
    with pytest.raises(Retry):
        an_auth(Script(tokens=[step])).token()


def test_the_token_desks_retry_after_is_honoured() -> None:
    with pytest.raises(Retry) as error:
        an_auth(Script(tokens=[said(None, 429, retry_after="30")])).token()
    assert error.value.after == 30


class Counted:
    """Remembers what is counted in place of shared.log."""

    def __init__(self) -> None:
        self.metrics: list[str] = []

    def count(self, metric: str, *, connection: str = "", by: int = 1) -> None:
        self.metrics.append(f"{metric} {connection}")

    def trouble(self, event: str, **facts: Any) -> None:
        assert "sandbox-secret" not in str(facts)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    counted = Counted()
    monkeypatch.setattr(auth_module, "log", counted)
    return counted


def renewed(auth: UpsAuth) -> str:
    """The next token, the last one having expired."""
    token = auth.token()
    auth.expired(token)
    return token


def test_s52_above_the_days_free_tokens_an_alarm_is_counted_and_one_goes_out_each_10_minutes(counted: Counted) -> None:
    clock, script = ManualClock(), Script()
    auth = an_auth(script, clock, token_budget=Budget("tokens", free=2, most=3, pace=timedelta(minutes=10)))
    assert [renewed(auth), renewed(auth)] == ["t1", "t2"]
    assert counted.metrics == []
    with pytest.raises(Retry) as error:
        renewed(auth)
    assert (error.value.after, counted.metrics) == (600, ["TokenBudgets acme"])
    clock.advance(timedelta(minutes=10))
    assert renewed(auth) == "t3"
    assert counted.metrics == ["TokenBudgets acme"] * 2
    clock.advance(timedelta(minutes=10))
    with pytest.raises(Retry) as spent:
        renewed(auth)
    assert spent.value.after is not None
    assert spent.value.after > 600
    assert len(script.asked_tokens) == 3  # a refused request is never sent


def test_s52_another_secret_of_a_client_is_another_token_and_the_same_budget() -> None:
    clock, script = ManualClock(), Script()
    tokens, budgets = MemoryTokens(clock), MemoryBudgets(clock)
    secrets = MemorySecrets({("acme", "carrier"): CREDENTIAL})
    auth = UpsAuth(settings(), secrets=secrets, tokens=tokens, budgets=budgets, transport=script, clock=clock)
    first = auth.token()
    secrets.fields["acme", "carrier"] = {**CREDENTIAL, "client_secret": "rotated"}
    assert auth.token() != first
    (made,) = budgets.spent.values()
    assert len(made) == 2


@keeps(23)
def test_s52_the_budget_is_200_free_tokens_and_250_in_all() -> None:
    budget = UpsSettings("acme", "A1B2C3").token_budget
    assert (budget.free, budget.most, budget.pace) == (200, 250, timedelta(minutes=10))


def test_g12_s52_a_day_of_200_workers_and_six_revocations_takes_few_tokens(counted: Counted) -> None:
    clock, script = ManualClock(datetime(2026, 11, 2, tzinfo=UTC)), Script()
    tokens, budgets = MemoryTokens(clock), MemoryBudgets(clock)
    secrets = MemorySecrets({("acme", "carrier"): CREDENTIAL})
    workers = [
        UpsAuth(settings(), secrets=secrets, tokens=tokens, budgets=budgets, transport=script, clock=clock)
        for _ in range(200)
    ]
    for minute in range(0, 24 * 60, 10):
        held = [worker.token() for worker in workers]
        if minute % 240 == 120:  # UPS calls it expired, and every worker that holds it says so
            for worker, token in zip(workers, held, strict=True):
                worker.expired(token)
        clock.advance(timedelta(minutes=10))
    assert len(script.asked_tokens) <= 24 * 3600 / 14399 + 6 + 2
    assert counted.metrics == []


def test_a_secret_without_its_fields_names_them_and_the_command() -> None:
    secrets = MemorySecrets({("acme", "carrier"): {"client_id": "c"}})
    clock = ManualClock()
    auth = UpsAuth(
        settings(),
        secrets=secrets,
        tokens=MemoryTokens(clock),
        budgets=MemoryBudgets(clock),
        transport=Script(),
        clock=clock,
    )
    with pytest.raises(Misconfigured, match="client_secret") as error:
        auth.token()
    assert worded(error.value.hint) == "parcelbridge secrets set acme carrier --client-id CLIENT"


@keeps(4, 24)
def test_s54_an_expired_token_is_renewed_once_and_the_call_repeated_once() -> None:
    carrier, script = scripted(refused("251004", status=401), said(answers.VALID))
    assert carrier.check_address(WAREHOUSE).outcome == "valid"
    assert [sent.request.headers["Authorization"] for sent in script.sent] == ["Bearer t1", "Bearer t2"]
    assert script.sent[0].request.headers["transId"] != script.sent[1].request.headers["transId"]


def test_a_create_is_repeated_after_an_expired_token_since_a_401_proves_that_nothing_was_made() -> None:
    carrier, script = scripted(refused("251004", status=401), said(answers.shipped(answers.parcel(SHIPMENT))))
    assert carrier.create(a_plan(), REFERENCE).shipment_id == SHIPMENT
    assert [sent.fresh for sent in script.sent] == [True, True]


def test_g12_a_second_expired_token_is_a_retry_and_no_loop() -> None:
    carrier, script = scripted(refused("251004", status=401), refused("251004", status=401))
    with pytest.raises(Retry):
        carrier.check_address(WAREHOUSE)
    assert (len(script.sent), len(script.asked_tokens)) == (2, 2)


@pytest.mark.parametrize("code", ["250002", "UJ0001"])
@keeps(25, 114)
def test_no_other_401_is_healed_by_a_token_so_none_is_spent(code: str) -> None:
    carrier, script = scripted(refused(code, status=401))
    with pytest.raises(Misconfigured):
        carrier.check_address(WAREHOUSE)
    assert (len(script.sent), len(script.asked_tokens)) == (1, 1)


@keeps(7)
def test_an_expired_token_may_be_said_in_the_headers_alone() -> None:
    lone = said(None, 401, apierrorcode="251004", apierrormsg="Bearer Token expired")
    carrier, _script = scripted(lone, said(answers.VALID))
    assert carrier.check_address(WAREHOUSE).outcome == "valid"


def test_opening_a_carrier_calls_nobody_and_reads_no_secret() -> None:
    clock, script = ManualClock(), Script()
    carrier = open_carrier(
        a_connection(),
        secrets=MemorySecrets(),
        tokens=MemoryTokens(clock),
        budgets=MemoryBudgets(clock),
        transport=script,
        clock=clock,
    )
    assert not script.asked_tokens
    with pytest.raises(Misconfigured):
        carrier.check_address(WAREHOUSE)


def test_a_connections_host_replaces_scheme_and_authority_only() -> None:
    script = Script([said(answers.VALID)])
    a_carrier(script, base_url="http://127.0.0.1:8123").check_address(WAREHOUSE)
    assert script.sent[0].line == "POST http://127.0.0.1:8123/api/addressvalidation/v2/3"
    assert script.asked_tokens[0].line == "POST http://127.0.0.1:8123/security/v1/oauth/token"
