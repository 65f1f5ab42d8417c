"""One step of an order: head, audit entry, and when somebody looks again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.memory import (
    LeaseBook,
    ManualClock,
    MemoryConnectionStore,
    MemoryDocumentStore,
    MemoryLabels,
    MemoryLeases,
    MemoryOrderStore,
    MemoryQueue,
)
from sandbox.memory_bills import MemoryBills
from sandbox.memory_pickups import MemoryPickups
from sandbox.memory_receiving import MemoryReceivingStore
from sandbox.memory_tracking import MemoryPages, MemoryTrackingStore, MemoryWebhooks
from shared.domain.backoff import GIVE_UP, REST
from shared.domain.record import Head
from shared.domain.state import OPEN, Reason, State
from shared.domain.steps import Step
from shared.errors import Refused
from shared.ports import Conflict, Ports
from shared.workflow.orders.change import changes_between, text_of
from shared.workflow.orders.step import HEAL, LEASE, again_later, held, move, waits
from tests.builders import NOW, a_connection, a_head, a_received, an_order, usd

KEY = an_order().key


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def ports(clock: ManualClock) -> Ports:
    """The ports of a deployment in which nothing but the order store matters."""
    book: LeaseBook = {}
    systems: Any = {"open_erp": None, "open_carrier": None}
    names = iter(range(10_000))
    ports = Ports(
        MemoryOrderStore(),
        MemoryConnectionStore(book),
        MemoryDocumentStore(book),
        MemoryLeases(clock, book),
        MemoryQueue(),
        MemoryQueue(),
        MemoryQueue(),
        MemoryTrackingStore(),
        MemoryQueue(),
        MemoryQueue(),
        MemoryReceivingStore(),
        MemoryQueue(),
        MemoryWebhooks(),
        MemoryPages(),
        MemoryBills(),
        MemoryPickups(),
        MemoryLabels(),
        clock,
        deployment="1a2b3c4d",
        unique=lambda: f"w{next(names)}",
        **systems,
    )
    ports.connections.apply(a_connection(), NOW, "ann", NOW)
    ports.orders.create(*a_received(due_at=NOW + HEAL))
    return ports


def head_of(ports: Ports) -> Head:
    head = ports.orders.head(KEY)
    assert head
    return head


def in_state(ports: Ports, state: State, **facts: Any) -> Head:
    """The order, put into `state` as if it had come there."""
    stored = ports.orders._orders[KEY]  # type: ignore[attr-defined]
    stored.head = replace(stored.head, state=state, **facts)
    return head_of(ports)


def test_s65_a_step_is_the_next_version_of_the_head_and_the_entry_of_that_number(
    ports: Ports, clock: ManualClock
) -> None:
    clock.advance(timedelta(minutes=1))
    after = move(ports, head_of(ports), State.READY, what=Step.QUOTED, who="ann", why="because", quote=usd("9.10"))
    entry = ports.orders.audit(KEY)[-1]
    assert head_of(ports) == after
    assert (after.version, after.updated_at, after.quote) == (2, clock.now(), usd("9.10"))
    assert (entry.sequence, entry.at, entry.who, entry.what, entry.why) == (2, clock.now(), "ann", "quoted", "because")
    assert (entry.state, entry.changes) == (State.READY, (("quote", "9.10 USD"),))


def test_a_step_takes_back_what_belonged_to_the_last_one(ports: Ports) -> None:
    head = in_state(
        ports, State.READY, reason="retry", field="packages", not_before=NOW, lease_until=NOW, swept=3, due_at=NOW
    )
    after = move(ports, head, State.READY, what=Step.TRY_AGAIN)
    assert (after.reason, after.field, after.not_before, after.lease_until, after.swept) == ("", "", None, None, 0)


@pytest.mark.parametrize("state", sorted(State))
def test_a_state_that_moves_by_itself_is_looked_at_and_one_that_rests_is_not(ports: Ports, state: State) -> None:
    label, doubt = {"shipment_id": "1Z1", "tracking_number": "1Z1"}, {"in_doubt": True}
    before, facts = {
        State.DONE: (State.SHIPPED, {}),
        State.SHIPPED: (State.UNKNOWN, {**label, "in_doubt": False}),
        State.INTENT: (State.READY, doubt),
        State.CANCELLED: (State.READY, {}),
    }.get(state, (State.HELD, {}))
    doubtful = doubt if state in (State.SHIPPED, State.UNKNOWN) else {}
    stood = {**doubtful, **(label if state == State.DONE else {})}
    after = move(ports, in_state(ports, before, due_at=None, **stood), state, what=Step.TRY_AGAIN, **facts)  # type: ignore[arg-type]
    assert after.due_at == (NOW + HEAL if state in OPEN else None)


def test_a_look_that_still_serves_is_kept_so_that_its_index_entry_costs_no_write(
    ports: Ports, clock: ManualClock
) -> None:
    clock.advance(HEAL - LEASE)
    kept = move(ports, head_of(ports), State.READY, what=Step.TRY_AGAIN)
    assert kept.due_at == NOW + HEAL
    clock.advance(timedelta(seconds=1))
    assert move(ports, kept, State.READY, what=Step.TRY_AGAIN).due_at == clock.now() + HEAL


def test_a_look_far_ahead_is_drawn_near_again(ports: Ports) -> None:
    head = in_state(ports, State.READY, due_at=NOW + timedelta(days=1))
    assert move(ports, head, State.READY, what=Step.TRY_AGAIN).due_at == NOW + HEAL


def test_an_order_that_waits_on_purpose_is_looked_at_when_its_wait_is_over(ports: Ports) -> None:
    until = NOW + timedelta(hours=5)
    after = move(ports, head_of(ports), State.READY, what=Step.LIMIT, not_before=until)
    assert after.due_at == until
    assert waits(after, NOW)
    assert not waits(after, until)
    assert not waits(replace(after, not_before=None), NOW)


def test_a_step_that_the_workflow_does_not_know_is_refused_and_nothing_is_written(ports: Ports) -> None:
    with pytest.raises(ValueError, match=r"no step try_again leads from .*RECEIVED.* to .*SHIPPED"):
        move(ports, head_of(ports), State.SHIPPED, what=Step.TRY_AGAIN)
    assert len(ports.orders.audit(KEY)) == 1


def test_s28_a_step_from_an_old_version_conflicts(ports: Ports) -> None:
    old = head_of(ports)
    move(ports, old, State.READY, what=Step.TRY_AGAIN)
    with pytest.raises(Conflict):
        move(ports, old, State.READY, what=Step.TRY_AGAIN)


def test_s17_a_hold_has_its_reason_in_the_head_and_its_sentence_in_the_snapshot(ports: Ports) -> None:
    after = held(ports, head_of(ports), Reason.WEIGHT, "line 1 has no weight", field="lines.1", hint="weigh it")
    assert (after.state, after.reason, after.field, after.due_at) == (State.HELD, "weight", "lines.1", None)
    snapshot = ports.orders.snapshot(KEY, 1)
    assert (snapshot.problem, snapshot.hint) == ("line 1 has no weight", "weigh it")
    assert (ports.orders.audit(KEY)[-1].what, ports.orders.audit(KEY)[-1].why) == ("held", "weight")


def test_s17_an_order_whose_personal_data_has_expired_can_be_held_all_the_same(ports: Ports) -> None:
    ports.orders._orders[KEY].snapshots.clear()  # type: ignore[attr-defined]
    assert held(ports, head_of(ports), Reason.RETRIES, "tried").reason == "retries"
    with pytest.raises(Refused):
        ports.orders.snapshot(KEY, 1)


def test_s59_a_retry_keeps_its_count_its_first_and_its_last_time(ports: Ports, clock: ManualClock) -> None:
    once = again_later(ports, head_of(ports), "no answer", None, state=State.RECEIVED)
    clock.advance(timedelta(hours=1))
    twice = again_later(ports, once, "no answer", None, state=State.RECEIVED)
    assert (once.tries, once.first_try_at, once.last_try_at) == (1, NOW, NOW)
    assert (twice.tries, twice.first_try_at, twice.last_try_at) == (2, NOW, clock.now())
    assert twice.reason == "retry"
    assert ports.orders.audit(KEY)[-1].why == "no answer"


def test_s59_a_day_of_tries_ends_with_a_person(ports: Ports, clock: ManualClock) -> None:
    head = again_later(ports, head_of(ports), "no answer", None, state=State.RECEIVED)
    for _ in range(12):
        clock.advance(GIVE_UP / 12)
        head = again_later(ports, head, "no answer", None, state=State.RECEIVED)
    assert (head.state, head.first_try_at) == (State.RECEIVED, NOW)
    clock.advance(timedelta(seconds=1))
    head = again_later(ports, head, "no answer", None, state=State.RECEIVED, gives_up=Reason.LABEL)
    assert (head.state, head.reason) == (State.HELD, "label")
    assert ports.orders.snapshot(KEY, 1).problem == "tried 14 times since 2026-11-02 14:00 UTC: no answer"


def test_s59_an_order_that_rested_for_days_is_not_held_at_its_first_try_thereafter(
    ports: Ports, clock: ManualClock
) -> None:
    head = again_later(ports, head_of(ports), "no answer", None, state=State.RECEIVED)
    for _ in range(GIVE_UP // REST):
        clock.advance(timedelta(days=8))
        head = again_later(ports, head, "no answer", None, state=State.RECEIVED)
        assert (head.state, head.last_try_at) == (State.RECEIVED, clock.now())
    clock.advance(timedelta(days=8))
    assert again_later(ports, head, "no answer", None, state=State.RECEIVED).state == State.HELD


@pytest.mark.parametrize(("hours", "tries"), [(25, 0), (24, 1), (20, 2), (7, 6), (1, 24)])
def test_s59_a_carrier_that_asks_for_long_waits_does_not_make_the_day_longer_than_two(
    ports: Ports, clock: ManualClock, hours: int, tries: int
) -> None:
    head, made = head_of(ports), 0
    while (head := again_later(ports, head, "quota", hours * 3600.0, state=State.RECEIVED)).state != State.HELD:
        made += 1
        assert head.not_before == clock.now() + timedelta(hours=hours)
        clock.advance(timedelta(hours=hours))
    assert made == tries
    assert clock.now() - NOW < 2 * GIVE_UP


# --- the audit replays -------------------------------------------------------------------------------------------


def test_facts_are_written_as_texts_and_what_is_empty_as_nothing() -> None:
    assert text_of(datetime(2026, 11, 2, 14, 0, tzinfo=UTC)) == "2026-11-02T14:00:00+00:00"
    assert text_of(usd("9.10")) == "9.10 USD"
    assert (text_of(None), text_of(True), text_of(3), text_of("03")) == ("", "True", "3", "03")


def test_a_new_order_s_facts_are_all_there() -> None:
    changes = dict(changes_between(None, a_head()))
    assert changes["document"] == "1000001"
    assert changes["content"] == a_head().content
    assert "attempt" not in changes, "what has its usual value says nothing"
    assert changes_between(a_head(), a_head()) == ()


FACTS = st.fixed_dictionaries(
    {},
    optional={
        "attempt": st.integers(0, 5),
        "reference": st.text(max_size=5),
        "in_doubt": st.booleans(),
        "quote": st.one_of(st.none(), st.sampled_from([usd("1.00"), usd("2.50")])),
        "not_before": st.one_of(st.none(), st.just(NOW)),
        "reason": st.sampled_from(["", "limit", "retry"]),
    },
)


@given(st.lists(FACTS, max_size=8))
def test_s65_any_row_of_changes_replays_to_the_last_head(rows: list[dict[str, Any]]) -> None:
    head = a_head()
    told = dict(changes_between(None, head))
    for facts in rows:
        after = replace(head, **facts)
        told |= dict(changes_between(head, after))
        head = after
    for name in ("attempt", "reference", "in_doubt", "quote", "not_before", "reason"):
        usual = text_of(getattr(a_head(), name))
        assert told.get(name, usual) == text_of(getattr(head, name))
