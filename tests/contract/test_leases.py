"""One suite for leases in memory and on DynamoDB: one owner at a time, and none for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, get_args

import pytest

from sandbox.memory import ManualClock
from shared.errors import NewerFormat
from shared.ports import Lease, LeaseKind, Leases
from tests.contract.backends import AwsBackend, Client, answer_lost

SPAN = timedelta(minutes=5)
KINDS: tuple[LeaseKind, ...] = get_args(LeaseKind)


@pytest.fixture(params=KINDS)
def lease(request: pytest.FixtureRequest) -> Lease:
    return Lease(request.param, "acme")


def test_one_owner_at_a_time_has_a_lease(leases: Leases, lease: Lease, clock: ManualClock) -> None:
    assert leases.take(lease, "a", SPAN)
    clock.advance(SPAN - timedelta(seconds=1))
    assert not leases.take(lease, "b", SPAN)


def test_its_owner_has_it_anew(leases: Leases, lease: Lease, clock: ManualClock) -> None:
    leases.take(lease, "a", SPAN)
    clock.advance(SPAN / 2)
    assert leases.take(lease, "a", SPAN)
    clock.advance(SPAN / 2)
    assert not leases.take(lease, "b", SPAN)


def test_a_lease_is_of_one_thing_of_one_kind(leases: Leases) -> None:
    taken = [Lease(kind, of) for kind in KINDS for of in ("one", "two")]
    assert all(leases.take(each, f"{each}", SPAN) for each in taken)
    assert not any(leases.take(each, "another", SPAN) for each in taken)


def test_a_lease_that_ran_out_or_was_released_is_free(leases: Leases, lease: Lease, clock: ManualClock) -> None:
    leases.take(lease, "a", SPAN)
    clock.advance(SPAN)
    assert leases.take(lease, "b", SPAN)
    leases.release(lease, "b")
    assert leases.take(lease, "c", SPAN)


def test_releasing_what_another_has_does_nothing(leases: Leases, lease: Lease) -> None:
    leases.release(lease, "a")
    leases.take(lease, "b", SPAN)
    leases.release(lease, "a")
    assert not leases.take(lease, "c", SPAN)


def test_an_owner_renews_its_lease_also_late_as_long_as_nobody_followed(
    leases: Leases, lease: Lease, clock: ManualClock
) -> None:
    leases.take(lease, "a", SPAN)
    clock.advance(SPAN)
    assert leases.renew(lease, "a", SPAN)
    assert not leases.take(lease, "b", SPAN)


def test_what_was_lost_released_or_never_taken_is_not_renewed(leases: Leases, lease: Lease, clock: ManualClock) -> None:
    assert not leases.renew(lease, "a", SPAN)
    leases.take(lease, "a", SPAN)
    clock.advance(SPAN)
    leases.take(lease, "b", SPAN)
    assert not leases.renew(lease, "a", SPAN)
    leases.release(lease, "b")
    assert not leases.renew(lease, "b", SPAN)
    assert leases.take(lease, "c", SPAN)


# --- what the leases in the table keep -------------------------------------------------------------------------------


def test_of_many_who_take_a_lease_at_once_one_has_it(aws: AwsBackend, lease: Lease) -> None:
    workers = {name: aws.leases() for name in "abcdefgh"}

    def take(name: str) -> bool:
        return bool(workers[name].take(lease, name, SPAN))

    with ThreadPoolExecutor(len(workers)) as pool:
        assert sorted(pool.map(take, workers)) == [False] * 7 + [True]


def test_a_lease_whose_answer_was_lost_is_its_owner_s(aws: AwsBackend, lease: Lease) -> None:
    lossy: Any = Client(aws.connect("dynamodb"), "update_item", answer_lost)
    leases = aws.leases(lossy)
    assert leases.take(lease, "a", SPAN)
    assert leases.renew(lease, "a", SPAN)
    leases.release(lease, "a")
    assert aws.leases().take(lease, "b", SPAN)


def test_what_a_newer_release_works_on_is_left_alone(aws: AwsBackend, lease: Lease) -> None:
    leases = aws.leases()
    leases.take(lease, "a", SPAN)
    ((pk, sk),) = ((item["pk"], item["sk"]) for item in aws.items())
    newer = aws.make_newer(pk, sk)
    for owner in "ab":
        with pytest.raises(NewerFormat, match="has format 2"):
            leases.take(lease, owner, SPAN)
    assert not leases.renew(lease, "a", SPAN)
    leases.release(lease, "a")
    assert aws.item(pk, sk) == newer
