"""Secrets in memory and on Secrets Manager (S49)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from cli.hints import worded
from sandbox.memory import ManualClock
from shared.aws.secrets import SecretsManagerSecrets
from shared.errors import Misconfigured
from tests.contract.backends import AwsBackend, Client

FIELDS = {"client_id": "id", "client_secret": "s3cret"}


def test_s49_a_credential_is_read_by_connection_and_side(backend: Any) -> None:
    secrets = backend.secrets({("acme", "carrier"): FIELDS, ("other", "carrier"): {"client_id": "another"}})
    assert secrets.get("acme", "carrier") == FIELDS
    assert secrets.get("other", "carrier") == {"client_id": "another"}


def test_a_missing_credential_is_misconfigured_and_names_the_command_that_sets_it(backend: Any) -> None:
    with pytest.raises(Misconfigured, match="connection acme has no erp credential") as caught:
        backend.secrets({("acme", "carrier"): FIELDS}).get("acme", "erp")
    assert "parcelbridge secrets set acme erp" in worded(caught.value.hint)
    assert caught.value.field.endswith("acme/erp")


def reading(aws: AwsBackend, **secret: Any) -> tuple[SecretsManagerSecrets, list[str]]:
    """Secrets over one stored secret, and a note of each call to AWS."""
    client, calls = aws.connect("secretsmanager"), list[str]()
    client.create_secret(Name=f"{aws.prefix}acme/erp", **secret)

    def noted(call: Any) -> Any:
        calls.append("read")
        return call()

    counting: Any = Client(client, "get_secret_value", noted)
    return SecretsManagerSecrets(counting, aws.prefix, aws.clock), calls


def test_a_credential_is_read_once_in_five_minutes(aws: AwsBackend, clock: ManualClock) -> None:
    secrets, calls = reading(aws, SecretString=json.dumps(FIELDS))
    for _ in range(3):
        assert secrets.get("acme", "erp") == FIELDS
    clock.advance(timedelta(minutes=5))
    secrets.get("acme", "erp")
    assert calls == ["read"]
    rotated = {"SecretId": f"{aws.prefix}acme/erp", "SecretString": '{"client_id": "new"}'}
    aws.connect("secretsmanager").put_secret_value(**rotated)
    clock.advance(timedelta(seconds=1))
    assert secrets.get("acme", "erp") == {"client_id": "new"}
    assert calls == ["read", "read"]


@pytest.mark.parametrize("content", [{"SecretString": "plain words"}, {"SecretString": "[1]"}, {"SecretBinary": b"x"}])
def test_a_secret_that_is_no_json_object_is_misconfigured_and_its_content_is_not_repeated(
    aws: AwsBackend, content: dict[str, Any]
) -> None:
    secrets, _ = reading(aws, **content)
    with pytest.raises(Misconfigured, match=r"acme/erp is no JSON object") as caught:
        secrets.get("acme", "erp")
    assert "plain words" not in f"{caught.value} {worded(caught.value.hint)}"
    assert worded(caught.value.hint).endswith("parcelbridge secrets set acme erp")


def test_a_secret_that_is_about_to_be_deleted_is_missing(aws: AwsBackend) -> None:
    secrets, _ = reading(aws, SecretString=json.dumps(FIELDS))
    aws.connect("secretsmanager").delete_secret(SecretId=f"{aws.prefix}acme/erp")
    with pytest.raises(Misconfigured, match="has no erp credential"):
        secrets.get("acme", "erp")


def test_a_missing_credential_is_looked_for_again_at_once(aws: AwsBackend) -> None:
    secrets, _ = reading(aws, SecretString=json.dumps(FIELDS))
    with pytest.raises(Misconfigured):
        secrets.get("acme", "carrier")
    aws.connect("secretsmanager").create_secret(Name=f"{aws.prefix}acme/carrier", SecretString='{"client_id": "set"}')
    assert secrets.get("acme", "carrier") == {"client_id": "set"}


def replaced(backend: Any, secrets: Any, place: tuple[str, str], fields: dict[str, str]) -> None:
    """Somebody sets the credential anew, elsewhere."""
    if isinstance(backend, AwsBackend):
        client = backend.connect("secretsmanager")
        client.put_secret_value(SecretId=f"{backend.prefix}{'/'.join(place)}", SecretString=json.dumps(fields))
    else:
        secrets.fields[place] = fields


def test_g15_a_credential_that_was_replaced_is_seen_past_the_cache_once(backend: Any) -> None:
    secrets = backend.secrets({("acme", "carrier"): FIELDS, ("acme-two", "carrier"): FIELDS})
    assert not secrets.renewed("acme"), "nothing was read yet"
    secrets.get("acme", "carrier")
    secrets.get("acme-two", "carrier")
    assert not secrets.renewed("acme")
    replaced(backend, secrets, ("acme", "carrier"), {"client_id": "new"})
    assert not secrets.renewed("acme-two"), "another connection's credential is none of its own"
    assert secrets.renewed("acme")
    assert secrets.get("acme", "carrier") == {"client_id": "new"}
    assert not secrets.renewed("acme")


def test_g15_a_credential_that_is_gone_is_no_new_one(aws: AwsBackend) -> None:
    secrets, _ = reading(aws, SecretString=json.dumps(FIELDS))
    secrets.get("acme", "erp")
    aws.connect("secretsmanager").delete_secret(SecretId=f"{aws.prefix}acme/erp")
    assert not secrets.renewed("acme")
