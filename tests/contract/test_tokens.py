"""Tokens in memory and in the table: one a credential, renewed by one worker, before it ends (G12)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from boto3.dynamodb.types import Binary

from sandbox.memory import ManualClock
from shared.aws.tokens import LEASE, MARGIN
from shared.errors import Misconfigured, Retry
from shared.ports import Token, Tokens
from tests.contract.backends import AwsBackend, Client, first

CREDENTIAL = "ups/1a2b3c"
LIFE = timedelta(hours=4)


class Issuer:
    """A token service that counts what it gives out: "token-1", "token-2" ..."""

    def __init__(self, clock: ManualClock, life: timedelta = LIFE, size: int = 0) -> None:
        self.clock, self.life, self.size = clock, life, size
        self.given = 0

    def __call__(self) -> Token:
        self.given += 1
        return Token(f"token-{self.given}".ljust(self.size, "x"), self.clock.now() + self.life)


@pytest.fixture
def issuer(clock: ManualClock) -> Issuer:
    return Issuer(clock)


def refused() -> Token:
    raise Misconfigured("the credential is refused")


def never() -> Token:
    raise AssertionError("renewed without need")


def test_a_token_is_fetched_once_and_used_again(tokens: Tokens, issuer: Issuer) -> None:
    assert [tokens.get(CREDENTIAL, issuer) for _ in range(3)] == ["token-1"] * 3
    assert issuer.given == 1


def test_credentials_do_not_share_a_token(tokens: Tokens, issuer: Issuer) -> None:
    assert tokens.get(CREDENTIAL, issuer) != tokens.get("ups/another", issuer)


def test_g12_a_token_is_renewed_before_it_ends(tokens: Tokens, issuer: Issuer, clock: ManualClock) -> None:
    tokens.get(CREDENTIAL, issuer)
    clock.advance(LIFE - timedelta(minutes=6))
    assert tokens.get(CREDENTIAL, never) == "token-1"
    clock.advance(timedelta(minutes=1))
    assert tokens.get(CREDENTIAL, issuer) == "token-2"


def test_g12_an_expired_token_is_renewed_by_the_next_who_asks(tokens: Tokens, issuer: Issuer) -> None:
    tokens.expire(CREDENTIAL, tokens.get(CREDENTIAL, issuer))
    assert tokens.get(CREDENTIAL, issuer) == "token-2"


def test_g12_expiring_a_token_that_was_renewed_already_changes_nothing(tokens: Tokens, issuer: Issuer) -> None:
    old = tokens.get(CREDENTIAL, issuer)
    tokens.expire(CREDENTIAL, old)
    tokens.get(CREDENTIAL, issuer)
    tokens.expire(CREDENTIAL, old)
    assert tokens.get(CREDENTIAL, never) == "token-2"


def test_expiring_what_is_not_there_changes_nothing(tokens: Tokens) -> None:
    tokens.expire(CREDENTIAL, "token-9")


def test_a_failing_renewal_passes_its_error(tokens: Tokens) -> None:
    with pytest.raises(Misconfigured, match="refused"):
        tokens.get(CREDENTIAL, refused)


# --- what many workers keep together, in the table ---------------------------------------------------------------


def test_g12_what_one_worker_fetched_all_others_use(aws: AwsBackend, issuer: Issuer) -> None:
    assert [aws.tokens().get(CREDENTIAL, issuer) for _ in range(5)] == ["token-1"] * 5
    assert issuer.given == 1


def test_g12_twenty_workers_at_once_make_one_request(aws: AwsBackend, issuer: Issuer) -> None:
    """A conditional update is one step in DynamoDB; in an emulator that shares our process the lock makes it one."""
    step, together, fetched = threading.Lock(), threading.Barrier(20), threading.Event()

    def atomic(call: Callable[[], Any]) -> Any:
        with step:
            return call()

    workers = [aws.tokens(Client(aws.connect("dynamodb"), "update_item", atomic)) for _ in range(20)]

    def renew() -> Token:
        token = issuer()
        fetched.set()
        return token

    def work(worker: Any) -> str:
        worker._sleep = lambda _: fetched.wait(5)
        together.wait()
        return str(worker.get(CREDENTIAL, renew))

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(work, workers)) == {"token-1"}
    assert issuer.given == 1


def test_g12_a_worker_that_read_before_another_renewed_does_not_renew_again(aws: AwsBackend, issuer: Issuer) -> None:
    """Between our look and our lease somebody else was through with it all."""
    odd = Client(aws.connect("dynamodb"), "update_item", first(lambda: aws.tokens().get(CREDENTIAL, issuer)))
    assert aws.tokens(odd).get(CREDENTIAL, issuer) == "token-1"
    assert issuer.given == 1


def test_g12_the_same_when_the_old_token_still_stood_there(aws: AwsBackend, issuer: Issuer, clock: ManualClock) -> None:
    aws.tokens().get(CREDENTIAL, issuer)
    clock.advance(LIFE)
    odd = Client(aws.connect("dynamodb"), "update_item", first(lambda: aws.tokens().get(CREDENTIAL, issuer)))
    assert aws.tokens(odd).get(CREDENTIAL, issuer) == "token-2"
    assert issuer.given == 2


def test_g12_a_day_of_many_workers_takes_as_many_requests_as_the_token_s_life_asks_for(
    aws: AwsBackend, issuer: Issuer, clock: ManualClock
) -> None:
    """24 hours, a new worker every ten minutes, 4-hour tokens, 6 revocations: at most 24/4 + 6 + 2."""
    workers = [aws.tokens() for _ in range(4)]
    for step in range(24 * 6):
        clock.advance(timedelta(minutes=10))
        used = [worker.get(CREDENTIAL, issuer) for worker in [*workers, aws.tokens()]]
        assert len(set(used)) == 1
        if step % 24 == 13:
            for worker, value in zip(workers, used, strict=False):
                worker.expire(CREDENTIAL, value)
    assert issuer.given <= 24 / 4 + 6 + 2


def lease_held(then: Callable[[], object]) -> Callable[[], Token]:
    """A renewal during which something else happens, under the lease."""

    def renew() -> Token:
        then()
        raise Retry("the token service is busy")

    return renew


def test_g12_who_waits_uses_the_token_that_is_still_valid(aws: AwsBackend, issuer: Issuer, clock: ManualClock) -> None:
    aws.tokens().get(CREDENTIAL, issuer)
    clock.advance(LIFE - MARGIN)
    seen: list[str] = []
    with pytest.raises(Retry):
        aws.tokens().get(CREDENTIAL, lease_held(lambda: seen.append(aws.tokens().get(CREDENTIAL, never))))
    assert seen == ["token-1"]
    assert aws.waits == []


def test_who_waits_in_vain_is_told_to_come_back(aws: AwsBackend) -> None:
    told: list[Retry] = []

    def wait() -> None:
        with pytest.raises(Retry, match="another worker has been renewing the token") as caught:
            aws.tokens().get(CREDENTIAL, never)
        told.append(caught.value)

    with pytest.raises(Retry, match="busy"):
        aws.tokens().get(CREDENTIAL, lease_held(wait))
    assert told[0].after == LEASE.total_seconds()
    assert 1 < sum(aws.waits) < 15
    assert len(set(aws.waits)) > 1


def test_a_failed_renewal_leaves_its_lease_to_lapse_so_that_no_storm_follows(
    aws: AwsBackend, issuer: Issuer, clock: ManualClock
) -> None:
    with pytest.raises(Misconfigured):
        aws.tokens().get(CREDENTIAL, refused)
    with pytest.raises(Retry):
        aws.tokens().get(CREDENTIAL, never)
    clock.advance(LEASE)
    assert aws.tokens().get(CREDENTIAL, issuer) == "token-1"


def test_a_short_token_is_renewed_in_the_last_tenth_of_its_life(aws: AwsBackend, clock: ManualClock) -> None:
    issuer, worker = Issuer(clock, life=timedelta(seconds=100)), aws.tokens()
    worker.get(CREDENTIAL, issuer)
    clock.advance(timedelta(seconds=89))
    assert worker.get(CREDENTIAL, never) == "token-1"
    clock.advance(timedelta(seconds=1))
    assert worker.get(CREDENTIAL, issuer) == "token-2"


@pytest.mark.parametrize("size", [4096, 4097, 12_000])
def test_a_token_longer_than_the_key_takes_at_once_is_kept_in_blocks(
    aws: AwsBackend, clock: ManualClock, size: int
) -> None:
    value = aws.tokens().get(CREDENTIAL, Issuer(clock, size=size))
    assert len(value) == size
    assert aws.tokens().get(CREDENTIAL, never) == value


def test_s49_a_token_stands_encrypted_in_the_table(aws: AwsBackend, issuer: Issuer) -> None:
    value = aws.tokens().get(CREDENTIAL, issuer)
    lying = [text for item in aws.items() for each in item.values() for text in texts(each)]
    assert len(lying) > 5
    assert not [text for text in lying if value.encode() in text]


def texts(value: Any) -> list[bytes]:
    """Return the texts that an attribute shows to whoever reads it."""
    if isinstance(value, list):
        return [text for each in value for text in texts(each)]
    return [bytes(value) if isinstance(value, Binary) else str(value).encode()]


def test_s49_a_token_of_one_credential_can_not_be_read_as_another_s(aws: AwsBackend, issuer: Issuer) -> None:
    aws.tokens().get(CREDENTIAL, issuer)
    stolen = aws.connect("dynamodb").get_item(
        TableName=aws.table, Key={"pk": {"S": f"TOKEN#{CREDENTIAL}"}, "sk": {"S": "TOKEN"}}
    )["Item"]
    aws.connect("dynamodb").put_item(TableName=aws.table, Item={**stolen, "pk": {"S": "TOKEN#thief"}})
    kms = aws.connect("kms")
    with pytest.raises(kms.exceptions.ClientError, match="InvalidCiphertext"):
        aws.tokens().get("thief", never)


def test_a_token_s_item_expires_a_day_after_the_token(aws: AwsBackend, issuer: Issuer, clock: ManualClock) -> None:
    aws.tokens().get(CREDENTIAL, issuer)
    item = aws.item(f"TOKEN#{CREDENTIAL}", "TOKEN")
    assert item["expires"] == int((clock.now() + LIFE + timedelta(days=1)).timestamp())


def test_g12_a_single_worker_asks_again_as_often_as_tokens_end(aws: AwsBackend, clock: ManualClock) -> None:
    issuer, worker, seen = Issuer(clock), aws.tokens(), list[str]()
    for _ in range(12):
        seen.append(worker.get(CREDENTIAL, issuer))
        clock.advance(timedelta(hours=1))
    assert seen == [f"token-{1 + number // 4}" for number in range(12)]


@pytest.mark.parametrize(
    ("life", "seconds"), [(3600, 3600), (0, 1), (-5, 1), (1e400, 86400), (float("nan"), 1), (10**400, 86400)]
)
def test_a_token_lives_from_a_second_to_a_day_whatever_its_answer_says(life: float, seconds: int) -> None:
    asked = datetime(2026, 11, 2, tzinfo=UTC)
    assert Token.issued(" abc\n", asked, life) == Token("abc", asked + timedelta(seconds=seconds))


@pytest.mark.parametrize("value", ["", "a\nb", "tokén", "a\0b", "x" * 20_000])
def test_a_token_that_no_header_can_carry_is_asked_for_again(value: str) -> None:
    with pytest.raises(Retry):
        Token.issued(value, datetime(2026, 11, 2, tzinfo=UTC), 3600)
