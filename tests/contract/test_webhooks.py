"""One suite for the webhooks in memory and on DynamoDB."""

from __future__ import annotations

from dataclasses import replace

from shared.domain.webhook import Credential, Webhook, digest_of, new_id
from shared.ports import Webhooks

OLD, NEW = Credential(digest_of(b"old"), "aa" * 32), Credential(digest_of(b"new"), "bb" * 32)


def a_webhook(connection: str = "acme") -> Webhook:
    return Webhook(new_id(), connection, "ups", (OLD,))


def test_a_webhook_is_found_by_its_id_and_by_its_connection(webhooks: Webhooks) -> None:
    webhook = a_webhook()
    assert (webhooks.get(webhook.id), webhooks.of("acme")) == (None, None)
    assert webhooks.begin(webhook)
    assert (webhooks.get(webhook.id), webhooks.of("acme")) == (webhook, webhook)
    assert (webhooks.get(new_id()), webhooks.of("other")) == (None, None)


def test_a_connection_has_one_webhook(webhooks: Webhooks) -> None:
    first, second = a_webhook(), a_webhook()
    assert webhooks.begin(first)
    assert webhooks.begin(first)
    assert not webhooks.begin(second)
    assert webhooks.of("acme") == first
    assert webhooks.get(second.id) is None


def test_a_webhook_is_written_over_the_version_before(webhooks: Webhooks) -> None:
    webhook = a_webhook()
    webhooks.begin(webhook)
    rotated = webhook.rotated(NEW, OLD.digest)
    assert webhooks.save(rotated)
    assert webhooks.of("acme") == rotated
    assert not webhooks.save(replace(rotated, credentials=(NEW,)))
    assert not webhooks.save(replace(a_webhook("other"), version=2))
    assert webhooks.of("acme") == rotated


def test_the_keys_of_a_carrier_are_kept_with_its_webhook(webhooks: Webhooks) -> None:
    webhook = a_webhook()
    webhooks.begin(webhook)
    signed = webhook.signed_by({"two": "AQAB", "one": "Aw"})
    assert webhooks.save(signed)
    found = webhooks.of("acme")
    assert found == signed
    assert found.signed_by({"one": "Aw", "two": "AQAB"}) is found
