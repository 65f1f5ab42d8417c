"""The token endpoint, and what its tokens open: the connection's own webhook, for an hour (G16)."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from functions.issue_token import handler as issue_token
from functions.receive_webhook import handler as receive_webhook
from sandbox.memory import ManualClock, MemoryQueue
from sandbox.memory_tracking import MemoryTrackingStore, MemoryWebhooks
from shared import bearer
from shared.bearer import new_signing_key, verifying_key
from shared.domain.webhook import Credential, Webhook, digest_of
from shared.errors import Misconfigured
from shared.pushes import reader_of, verifier_of
from shared.workflow.tracking.issue_token import MOST_BYTES, Office
from shared.workflow.tracking.receive import Door
from tests.builders import NOW
from tests.unit.functions.test_receive_webhook import CREDENTIAL, EVENT, ID, request

KEY, OLD_KEY, FOREIGN_KEY = new_signing_key(), new_signing_key(), new_signing_key()
WEBHOOK = Webhook(
    ID,
    "acme",
    "ups",
    (
        Credential(digest_of(CREDENTIAL.encode()), verifying_key(KEY)),
        Credential(digest_of(b"former"), verifying_key(OLD_KEY)),
    ),
)
OTHER = replace(WEBHOOK, id="x" * 22, connection="other")


@dataclass
class Kept:
    """Secrets as a process has read them: `now` is what stands there by now."""

    read: dict[str, str]
    now: dict[str, str] = field(default_factory=dict)
    renewals: int = 0

    def get(self, connection: str, side: str) -> dict[str, str]:
        assert (connection, side) == ("acme", "webhook")
        return self.read

    def renewed(self, connection: str) -> bool:
        self.renewals += 1
        self.read = self.now or self.read
        return True


class Gate:
    """Both public functions over one webhook."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock, self.webhooks, self.queue = ManualClock(NOW), MemoryWebhooks(), MemoryQueue("parcel")
        for each in (WEBHOOK, OTHER):
            assert self.webhooks.begin(each)
        self.secrets = Kept({"credential": CREDENTIAL, "signing_key": KEY})
        office = Office(self.webhooks, self.secrets, self.clock)
        door = Door(
            self.webhooks, MemoryTrackingStore(), self.queue, self.clock, reader_of, MemoryQueue("look"), verifier_of
        )
        monkeypatch.setattr(issue_token, "office", lambda: office)
        monkeypatch.setattr(receive_webhook, "door", lambda: door)

    def ask(self, body: str = "grant_type=client_credentials", *, id_: str = ID, **headers: str) -> tuple[int, Any]:
        answer = issue_token.handler(request(body, id_=id_, **headers), None)
        assert answer["headers"]["cache-control"] == "no-store"
        assert ("www-authenticate" in answer["headers"]) == (answer["statusCode"] == 401)
        return answer["statusCode"], json.loads(answer["body"])

    def token(self) -> str:
        status, body = self.ask(authorization=basic("acme", CREDENTIAL))
        assert status == 200
        return str(body["access_token"])

    def push(self, token: str, *, id_: str = ID, **headers: str) -> int:
        event = request(EVENT, id_=id_, authorization=f"Bearer {token}", **headers)
        return int(receive_webhook.handler(event, None)["statusCode"])


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    return Gate(monkeypatch)


def basic(client: str, secret: str) -> str:
    return f"Basic {base64.b64encode(f'{client}:{secret}'.encode()).decode()}"


def form(**fields: str) -> str:
    return urlencode({"grant_type": "client_credentials", **fields})


# --- the token endpoint ----------------------------------------------------------------------------------------------


def test_a_carrier_gets_a_token_by_basic_or_by_form(gate: Gate) -> None:
    for body, headers in (
        (form(), {"authorization": basic("acme", CREDENTIAL)}),
        (form(client_id="acme", client_secret=CREDENTIAL), {}),
        (form(scope=""), {"authorization": basic("acme", "former")}),  # G15: the former one is valid, too
    ):
        status, answer = gate.ask(body, **headers)
        assert status == 200
        assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3600)
        assert gate.push(answer["access_token"]) == 200


REFUSED: dict[str, tuple[str, dict[str, str], tuple[int, str]]] = {
    "nothing": ("", {}, (401, "invalid_client")),
    "a wrong secret": (form(), {"authorization": basic("acme", "guess")}, (401, "invalid_client")),
    "a wrong client": (form(), {"authorization": basic("other", CREDENTIAL)}, (401, "invalid_client")),
    "a wrong secret in the form": (form(client_id="acme", client_secret="x"), {}, (401, "invalid_client")),
    "a broken header": (form(), {"authorization": "Basic \ud800"}, (401, "invalid_client")),
    "another grant": (
        urlencode({"grant_type": "password"}),
        {"authorization": basic("acme", CREDENTIAL)},
        (400, "unsupported_grant_type"),
    ),
    "too many fields": ("&".join(f"a{n}=1" for n in range(50)), {}, (400, "invalid_request")),
    "no text": ("\ud800", {}, (400, "invalid_request")),
    "too long": ("a=" + "x" * MOST_BYTES, {}, (413, "invalid_request")),
}


@pytest.mark.parametrize("case", REFUSED)
def test_g16_nobody_else_gets_one(gate: Gate, case: str) -> None:
    body, headers, (status, error) = REFUSED[case]
    assert gate.ask(body, **headers) == (status, {"error": error})


def test_g16_a_webhook_that_is_not_there_gives_none(gate: Gate) -> None:
    assert gate.ask(id_="y" * 22, authorization=basic("acme", CREDENTIAL)) == (401, {"error": "invalid_client"})
    assert gate.ask(id_="x" * 22, authorization=basic("acme", CREDENTIAL)) == (401, {"error": "invalid_client"})


def test_g15_a_process_that_read_the_former_secret_reads_the_new_one_once_its_key_has_ended(gate: Gate) -> None:
    gate.secrets.read = {"credential": "ended", "signing_key": FOREIGN_KEY}
    gate.secrets.now = {"credential": CREDENTIAL, "signing_key": KEY}
    assert gate.push(gate.token()) == 200
    assert gate.secrets.renewals == 1
    gate.token()
    assert gate.secrets.renewals == 1


def test_a_function_without_its_variables_says_which_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in issue_token.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Misconfigured, match="environment of IssueToken: PARCELBRIDGE_TABLE: is not set"):
        issue_token.office.__wrapped__()


# --- what a token opens ----------------------------------------------------------------------------------------------


def test_a_token_opens_its_own_webhook_for_an_hour(gate: Gate) -> None:
    token = gate.token()
    gate.clock.advance(timedelta(hours=1) - timedelta(seconds=1))
    assert gate.push(token) == 200
    gate.clock.advance(timedelta(seconds=1))
    assert gate.push(token) == 401
    assert gate.push(gate.token()) == 200


def test_g16_a_token_of_one_webhook_is_nothing_at_another(gate: Gate) -> None:
    assert gate.push(gate.token(), id_=OTHER.id) == 401


def test_g15_tokens_of_the_former_key_are_good_until_it_is_ended(gate: Gate) -> None:
    token = bearer.issue(OLD_KEY, WEBHOOK, NOW)
    assert gate.push(token) == 200
    assert gate.webhooks.save(WEBHOOK.ended(digest_of(CREDENTIAL.encode())))
    assert gate.push(token) == 401
    assert gate.push(gate.token()) == 200


def test_the_client_id_beside_a_token_is_compared(gate: Gate) -> None:
    assert gate.push(gate.token(), **{"x-api-key": "acme"}) == 200
    assert gate.push(gate.token(), **{"x-api-key": "other"}) == 403


def forged(**changes: Any) -> dict[str, Any]:
    claims = {"iss": "parcelbridge", "aud": ID, "sub": "acme", "iat": NOW, "exp": NOW + timedelta(hours=1)}
    return {name: value for name, value in {**claims, **changes}.items() if value is not None}


SIGNER = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(KEY))
FORGED = {
    "another key": bearer.issue(FOREIGN_KEY, WEBHOOK, NOW),
    "no signature": jwt.encode(forged(), None, algorithm="none"),
    "the verifying key as a secret": jwt.encode(forged(), verifying_key(KEY), algorithm="HS256"),
    "no end": jwt.encode(forged(exp=None), SIGNER, algorithm="EdDSA"),
    "an end that is no number": jwt.encode(forged(exp="never"), SIGNER, algorithm="EdDSA"),
    "another audience": jwt.encode(forged(aud=OTHER.id), SIGNER, algorithm="EdDSA"),
    "another subject": jwt.encode(forged(sub="other"), SIGNER, algorithm="EdDSA"),
    "another issuer": jwt.encode(forged(iss="elsewhere"), SIGNER, algorithm="EdDSA"),
    "endless": "a." * 5000,
    "no token": "....",
    "no text": "\ud800",
}


@pytest.mark.parametrize("token", FORGED)
def test_g16_a_token_that_is_not_ours_opens_nothing(gate: Gate, token: str) -> None:
    assert gate.push(FORGED[token]) == 401
    assert gate.queue.messages == []
