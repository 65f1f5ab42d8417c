"""Who is let in at a webhook, and how its credentials follow one another (G15, G16)."""

from __future__ import annotations

import pytest

from shared.domain.webhook import Credential, Webhook, digest_of, is_id, new_credential, new_id

ONE, TWO, THREE = (Credential(digest_of(each)) for each in (b"one", b"two", b"three"))
WEBHOOK = Webhook(new_id(), "acme", "ups", (ONE,))


def test_g15_two_credentials_are_valid_at_once_and_the_third_ends_the_first() -> None:
    rotated = WEBHOOK.rotated(TWO, ONE.digest)
    assert [rotated.admits(each) for each in (b"one", b"two", b"three")] == [True, True, False]
    again = rotated.rotated(THREE, TWO.digest)
    assert [again.admits(each) for each in (b"one", b"two", b"three")] == [False, True, True]
    assert (rotated.version, again.version) == (2, 3)


def test_a_rotation_that_died_half_way_keeps_the_credential_that_is_in_use() -> None:
    half = WEBHOOK.rotated(TWO, ONE.digest)  # the secret still has the first one
    assert half.rotated(THREE, ONE.digest).credentials == (THREE, ONE)


def test_ending_leaves_the_credential_in_use_alone() -> None:
    rotated = WEBHOOK.rotated(TWO, ONE.digest)
    ended = rotated.ended(TWO.digest)
    assert [ended.admits(each) for each in (b"one", b"two")] == [False, True]
    assert ended.ended(TWO.digest) is ended


@pytest.mark.parametrize(
    "presented", [b"", b"ON", b"one ", b"\xff\xfe", ONE.digest.encode(), b"one\x00", b"x" * 100_000]
)
def test_g16_nothing_else_is_admitted_not_even_what_the_table_holds(presented: bytes) -> None:
    assert not WEBHOOK.admits(presented)


def test_a_webhook_without_a_credential_admits_nobody() -> None:
    assert not Webhook(new_id(), "acme", "ups", ()).admits(b"")


def test_an_id_and_a_credential_are_random_and_of_one_form() -> None:
    ids = {new_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(is_id(each) for each in ids)
    assert len({len(new_credential()) for _ in range(100)}) == 1
    assert not any(is_id(each) for each in ("", "short", "a" * 23, "a" * 21 + "/", "a" * 21 + "é", "a" * 22 + "\n"))
