"""When to try again: full jitter between nothing and a capped exponential bound, never before Retry-After."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.backoff import BASE, CAP, GIVE_UP, REST, failing_since, next_try
from tests.builders import NOW

ORDERS, TRIES = st.text(max_size=20), st.integers(0, 5000)
SECOND = timedelta(seconds=1)


@given(ORDERS, TRIES)
def test_s57_s59_the_wait_lies_between_a_second_and_the_capped_bound(order: str, tries: int) -> None:
    wait = next_try(order, tries, NOW) - NOW
    assert SECOND <= wait <= max(SECOND, min(CAP, BASE * 2 ** min(tries, 20)))


@given(ORDERS, TRIES, st.floats(0, 90_000))
def test_s57_s59_retry_after_is_honoured(order: str, tries: int, after: float) -> None:
    assert next_try(order, tries, NOW, after) >= NOW + timedelta(seconds=after)


@given(ORDERS, TRIES)
def test_a_step_that_runs_twice_draws_the_same_time(order: str, tries: int) -> None:
    assert next_try(order, tries, NOW) == next_try(order, tries, NOW)


def test_s59_the_jitter_is_full_and_differs_between_orders_and_tries() -> None:
    waits = [(next_try(f"order {number}", 30, NOW) - NOW) / CAP for number in range(2000)]
    assert len(set(waits)) == 2000
    assert min(waits) < 0.01
    assert max(waits) > 0.99
    assert 0.45 < sum(waits) / 2000 < 0.55
    assert len({next_try("one order", tries, NOW) for tries in range(10, 60)}) == 50


def test_s57_the_bound_doubles_with_each_try_until_it_is_capped() -> None:
    def longest(tries: int) -> timedelta:
        return max(next_try(f"order {number}", tries, NOW) - NOW for number in range(500))

    for tries in range(7):
        assert BASE * 2**tries * 0.95 < longest(tries) <= BASE * 2**tries
    assert CAP * 0.95 < longest(8) <= CAP
    assert CAP < REST < GIVE_UP


def test_s59_only_what_is_longer_than_any_backoff_is_rest() -> None:
    last = NOW + timedelta(hours=2)
    assert failing_since(NOW, None, NOW + GIVE_UP) == NOW
    assert failing_since(NOW, last, last + REST) == NOW
    assert failing_since(NOW, last, last + REST + timedelta(days=8)) == NOW + timedelta(days=8)
