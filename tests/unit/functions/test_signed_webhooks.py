"""ShipStation's webhooks: V2's are signed and believed, V1's have a secret in their address and are hints."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.receive_webhook import handler as receive_webhook
from sandbox.carriers.shipstation import signing
from sandbox.memory import ManualClock, MemoryQueue
from sandbox.memory_tracking import MemoryTrackingStore, MemoryWebhooks
from shared.bearer import issue, new_signing_key, verifying_key
from shared.carriers.shipstation.push import simulated
from shared.carriers.shipstation.signature import TOLERANCE, keys_of, verified
from shared.domain.milestones import Milestone
from shared.domain.webhook import Credential, Signed, Webhook, digest_of
from shared.pushes import reader_of, verifier_of
from shared.workflow.tracking.issue_token import Office, issue_token
from shared.workflow.tracking.receive import Call, Door
from tests.builders import NOW

ID, CREDENTIAL, NUMBER = "aBcDeFgHiJkLmNoPqRsT_-", "a-credential", "1Z932R800392060079"
OURS = new_signing_key()
KEYS = keys_of(signing.jwks([signing.FIRST]))
WEBHOOK = Webhook(
    ID,
    "acme",
    "shipstation",
    (Credential(digest_of(CREDENTIAL.encode()), verifying_key(OURS)),),
    keys=tuple(KEYS.items()),
)
BODY = json.dumps(simulated(NUMBER, Milestone.DELIVERED, NOW)).encode()
POINTER = {"resource_url": "https://ssapi6.shipstation.com/shipments?batchId=77", "resource_type": "SHIP_NOTIFY"}


class Gate:
    """A ShipStation webhook over stores in memory."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, webhook: Webhook = WEBHOOK) -> None:
        self.clock, self.queue, self.looks = ManualClock(NOW), MemoryQueue("parcel"), MemoryQueue("look")
        self.tracking, self.webhooks = MemoryTrackingStore(), MemoryWebhooks()
        self.webhooks.begin(webhook)
        ports = (self.webhooks, self.tracking, self.queue, self.clock, reader_of, self.looks, verifier_of)
        door = Door(*ports)
        monkeypatch.setattr(receive_webhook, "door", lambda: door)

    def call(self, body: bytes, headers: Mapping[str, str], secret: str = "", *, encoded: bool = False) -> int:
        text = base64.b64encode(body).decode() if encoded else body.decode()
        event: dict[str, Any] = {
            "headers": dict(headers),
            "pathParameters": {"carrier": "shipstation", "id": ID},
            "body": text,
            "isBase64Encoded": encoded,
        }
        if secret:
            event["queryStringParameters"] = {"credential": secret}
        return int(receive_webhook.handler(event, None)["statusCode"])

    @property
    def kept(self) -> int:
        return len(self.tracking.events("shipstation", NUMBER, "acme"))


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    return Gate(monkeypatch)


def signed(body: bytes = BODY, key: signing.SigningKey = signing.FIRST, **more: str) -> dict[str, str]:
    return {"credential": CREDENTIAL, **signing.headers(key, body, NOW), **more}


def test_a_signed_event_is_kept_and_its_parcel_looked_at_q41_(gate: Gate) -> None:
    assert gate.call(BODY, signed()) == 200
    assert gate.call(BODY, signed(), encoded=True) == 200
    assert gate.kept == 1
    assert gate.queue.messages == [("acme", NUMBER)] * 2


def wrong(name: str, value: str) -> dict[str, str]:
    return {**signed(), name: value}


SIGNATURE, STAMP, KEY_ID = (
    "x-shipengine-rsa-sha256-signature",
    "x-shipengine-timestamp",
    "x-shipengine-rsa-sha256-key-id",
)
UNSIGNED: dict[str, tuple[bytes, dict[str, str], int]] = {
    "no signature": (BODY, {"credential": CREDENTIAL}, 401),
    "no key id": (BODY, {name: each for name, each in signed().items() if name != KEY_ID}, 401),
    "another body": (BODY.replace(b"Baltimore", b"baltimore"), signed(), 403),
    "a blank more": (BODY + b" ", signed(), 403),
    "another time": (BODY, wrong(STAMP, "2026-11-01T00:00:00Z"), 400),
    "no time": (BODY, wrong(STAMP, "soon"), 400),
    "a time without its zone": (BODY, wrong(STAMP, NOW.strftime("%Y-%m-%dT%H:%M:%S")), 400),
    "no base64": (BODY, wrong(SIGNATURE, "%%%"), 403),
    "a short signature": (BODY, wrong(SIGNATURE, base64.b64encode(b"x").decode()), 403),
    "all zeros": (BODY, wrong(SIGNATURE, base64.b64encode(bytes(256)).decode()), 403),
    "the wrong credential": (BODY, {**signed(), "credential": "guess"}, 403),
    "no credential": (BODY, {name: each for name, each in signed().items() if name != "credential"}, 401),
}


@pytest.mark.parametrize("name", UNSIGNED)
def test_g16_what_is_not_signed_well_is_turned_away(gate: Gate, name: str) -> None:
    body, headers, status = UNSIGNED[name]
    assert gate.call(body, headers) == status
    assert (gate.kept, gate.queue.messages, gate.looks.messages) == (0, [], [])


def test_a_time_is_good_for_five_minutes_to_either_side(gate: Gate) -> None:
    for aside in (TOLERANCE, -TOLERANCE):
        headers = {"credential": CREDENTIAL, **signing.headers(signing.FIRST, BODY, NOW + aside)}
        assert gate.call(BODY, headers) == 200
        over = aside * 1.01
        headers = {"credential": CREDENTIAL, **signing.headers(signing.FIRST, BODY, NOW + over)}
        assert gate.call(BODY, headers) == 400


def test_an_unknown_key_is_asked_for_and_the_event_is_not_acknowledged(gate: Gate) -> None:
    headers = signed(key=signing.SECOND)
    assert gate.call(BODY, headers) == 503
    assert (gate.kept, gate.looks.messages) == (0, [("acme", "@keys")])
    stands = gate.webhooks.get(ID)
    assert stands
    gate.webhooks.save(stands.signed_by(keys_of(signing.jwks([signing.FIRST, signing.SECOND]))))
    assert gate.call(BODY, headers) == 200


def test_a_signature_by_the_key_of_another_id_is_wrong(gate: Gate) -> None:
    assert gate.call(BODY, {**signed(key=signing.SECOND), KEY_ID: signing.FIRST.kid}) == 403


def test_a_webhook_that_knows_no_key_yet_takes_nothing_and_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch, replace(WEBHOOK, keys=()))
    assert gate.call(BODY, signed()) == 503
    assert gate.looks.messages == [("acme", "@keys")]


def test_a_token_of_our_own_is_proof_and_nobody_is_given_one_for_the_credential(gate: Gate) -> None:
    token = issue(OURS, WEBHOOK, gate.clock.now())
    assert gate.call(BODY, {"authorization": f"Bearer {token}"}) == 200
    office = Office(gate.webhooks, None, gate.clock, ("shipstation",))  # type: ignore[arg-type]
    basic = base64.b64encode(f"acme:{CREDENTIAL}".encode()).decode()
    grant = issue_token(office, Call("shipstation", ID, {"authorization": f"Basic {basic}"}, b""))
    assert (grant.status, grant.body) == (401, {"error": "invalid_client"})


# --- V1 ---------------------------------------------------------------------------------------------------------------


def test_s47_a_pointer_with_the_secret_in_its_address_is_a_hint_q43_(gate: Gate) -> None:
    body = json.dumps(POINTER).encode()
    assert gate.call(body, {}, secret=CREDENTIAL) == 200
    assert gate.looks.messages == [("acme", "@/shipments?batchId=77")]
    assert gate.call(body, {}, secret="guess") == 403
    assert gate.call(body, {}) == 401
    assert len(gate.looks.messages) == 1


def test_what_comes_without_a_signature_is_never_believed(gate: Gate) -> None:
    assert gate.call(BODY, {}, secret=CREDENTIAL) == 400
    assert (gate.kept, gate.queue.messages) == (0, [])


def test_a_carrier_that_signs_nothing_takes_no_secret_in_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch, replace(WEBHOOK, carrier="ups"))
    event = {"pathParameters": {"carrier": "ups", "id": ID}, "queryStringParameters": {"credential": CREDENTIAL}}
    assert receive_webhook.handler({**event, "body": "{}"}, None)["statusCode"] == 403
    assert gate.looks.messages == []


# --- keys -------------------------------------------------------------------------------------------------------------


def test_only_keys_that_are_good_for_signatures_are_taken() -> None:
    good = signing.FIRST.jwk()
    bad = [
        {**good, "kty": "EC"},
        {**good, "use": "enc"},
        {**good, "e": "Aw"},
        {**good, "n": good["n"][:170]},
        {**good, "n": "***"},
        {**good, "kid": ""},
        {**good, "kid": "x" * 201},
        "no key",
    ]
    assert keys_of({"keys": [*bad, good]}) == {good["kid"]: good["n"]}
    assert keys_of({"keys": bad}) == keys_of({}) == keys_of(None) == {}


def test_the_check_is_one_of_the_bytes_as_they_came() -> None:
    headers = signing.headers(signing.FIRST, b'{"a": 1}', NOW)
    assert verified(headers, b'{"a": 1}', KEYS, NOW) == Signed.WELL
    assert verified(headers, b'{"a":1}', KEYS, NOW) == Signed.WRONGLY
    assert verified(headers, b'{"a": 1}', KEYS, NOW + timedelta(hours=1)) == Signed.LONG_AGO


def test_a_signature_is_verified_without_pydantic_and_without_requests() -> None:
    code = (
        "import sys; from datetime import UTC, datetime; from shared.carriers.shipstation import signature;"
        f"signature._fits(bytes(256), b'', signature._number({signing.FIRST.jwk()['n']!r})); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=900)
    loaded = set(done.stdout.split())
    assert "cryptography" in loaded
    assert {"pydantic", "pydantic_core", "requests", "jwt", "shared.ports"} & loaded == set()
