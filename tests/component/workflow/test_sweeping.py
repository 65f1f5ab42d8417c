"""The sweep: whatever is due gets a message, and nothing waits for ever."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from operator import attrgetter
from typing import Any

import pytest

from sandbox.simulation.faults import PortUnavailable
from shared.domain.record import Head
from shared.domain.state import Reason, State
from shared.domain.steps import Step
from shared.domain.telling import Facts, Telling
from shared.errors import NewerFormat
from shared.workflow.orders.step import HEAL, LEASE, move, stay
from shared.workflow.upkeep.hints import hints
from shared.workflow.upkeep.orders import GIVE_UP_AFTER
from shared.workflow.upkeep.sweep import KINDS, PAGE
from tests.builders import a_received
from tests.component.workflow.scene import CONNECTION, DAY, MINUTE, ORDER, SETTLE, Scene, bought_once, key_of


def test_an_order_whose_message_was_lost_is_brought_back() -> None:
    scene = Scene()
    scene.taken_in()
    assert scene.sweep() == 0, "its time has not come"
    scene.passes(HEAL)
    assert scene.sweep() == 1
    assert scene.messages() == [key_of(ORDER)]
    assert (scene.head().due_at, scene.head().swept) == (scene.clock.now() + HEAL, 1)
    assert scene.sweep() == 0
    scene.work()
    assert bought_once(scene)
    assert scene.head().swept == 0


def test_g13_every_message_of_an_hour_lost_leaves_every_order_done() -> None:
    scene = Scene()
    for number in range(10):
        scene.order(str(4000001 + number))
    for _ in range(8):
        scene.poll()
        scene.sweep()
        scene.drop_messages()
        scene.passes(HEAL)
    scene.lives(timedelta(hours=2))
    assert all(bought_once(scene, str(4000001 + number)) for number in range(10))


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_orders_of_a_connection_that_does_not_run_wait_uncounted(status: str) -> None:
    scene = Scene()
    scene.taken_in()
    scene.sets(status)
    for _ in range(GIVE_UP_AFTER + 5):
        scene.passes(HEAL)
        scene.sweep()
    assert scene.messages() == []
    assert (scene.stands(), scene.head().swept) == ("RECEIVED", 0)


def test_what_is_in_flight_is_brought_back_although_the_connection_is_paused() -> None:
    scene = Scene()
    scene.ups_will("reset_after")
    scene.through()
    scene.sets("paused")
    scene.passes(SETTLE)
    scene.sweep()
    assert scene.messages() == [key_of(ORDER)]


def test_an_order_of_a_connection_that_is_gone_waits() -> None:
    scene = Scene()
    head, snapshot, entry = a_received(due_at=scene.clock.now(), connection="another-one")
    scene.ports.orders.create(head, snapshot, entry)
    assert scene.sweep() == 1
    assert scene.messages() == []


def swept_in_vain(scene: Scene, state: State = State.RECEIVED) -> None:
    """The sweep brought the order back for a day, and no step ever followed."""
    stored = scene.world.orders._orders[key_of(ORDER)]
    stored.head = replace(stored.head, swept=GIVE_UP_AFTER, due_at=scene.clock.now(), state=state)


@pytest.mark.parametrize(
    ("state", "reason"),
    [(State.RECEIVED, Reason.RETRIES), (State.READY, Reason.RETRIES), (State.UNKNOWN, Reason.UNKNOWN)],
)
def test_s17_an_order_that_no_sweep_could_move_for_a_day_is_handed_to_a_person(state: State, reason: Reason) -> None:
    scene = Scene()
    scene.taken_in()
    swept_in_vain(scene, state)
    scene.sweep()
    assert scene.stands() == f"HELD {reason}"
    assert "see the log and the dead letters" in scene.snapshot().problem
    assert scene.messages() == []


def test_an_intent_is_never_given_up_by_the_sweep_since_only_its_lease_decides() -> None:
    scene = Scene()
    scene.taken_in()
    swept_in_vain(scene, State.INTENT)
    scene.sweep()
    assert scene.head().state == State.INTENT
    assert scene.messages() == [key_of(ORDER)]


def test_an_order_that_somebody_moved_during_the_sweep_is_left_to_them() -> None:
    scene = Scene()
    scene.taken_in()
    swept_in_vain(scene)
    stale = scene.world.orders.due(scene.clock.now(), 1)
    move(scene.ports, scene.head(), State.RECEIVED, what=Step.TRY_AGAIN)
    store = scene.ports.orders
    scene.with_ports(orders=_Stale(store, stale))
    scene.sweep()
    assert scene.stands() == "RECEIVED"


class _Stale:
    """An index that is a moment behind its table."""

    def __init__(self, store: object, due: list[Head]) -> None:
        self._store, self._due = store, due

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def due(self, now: object, limit: int) -> list[Head]:
        return self._due


@pytest.mark.parametrize("error", [NewerFormat("SNAP has format 99"), KeyError("content")])
def test_g14_an_order_that_can_not_be_handed_over_leaves_the_others_alone(error: Exception) -> None:
    scene = Scene()
    scene.taken_in("4000002")
    scene.taken_in(ORDER)
    swept_in_vain(scene)
    scene.passes(HEAL)
    store = scene.ports.orders

    class Newer:
        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

        def snapshot(self, key: str, generation: int) -> object:
            raise error

    scene.with_ports(orders=Newer())
    told = nullcontext() if isinstance(error, NewerFormat) else pytest.raises(type(error))
    with told:  # what nobody foresaw fails the sweep, at its end
        scene.sweep()
    assert scene.messages() == [key_of("4000002")]
    assert scene.head().due_at == scene.clock.now() + HEAL


def test_an_order_whose_snapshot_has_expired_is_handed_over_all_the_same() -> None:
    scene = Scene()
    scene.taken_in()
    scene.world.orders._orders[key_of(ORDER)].snapshots.clear()
    swept_in_vain(scene)
    scene.sweep()
    assert scene.stands() == "HELD retries"


def many(scene: Scene, orders: int) -> None:
    for number in range(orders):
        head, snapshot, entry = a_received(str(number), due_at=scene.clock.now(), connection=CONNECTION)
        scene.ports.orders.create(head, snapshot, entry)


def test_more_orders_than_a_page_are_all_brought_back_in_one_sweep() -> None:
    scene = Scene()
    many(scene, 2 * PAGE + 1)
    assert scene.sweep() == 2 * PAGE + 1
    assert len(set(scene.messages())) == 2 * PAGE + 1


def test_a_sweep_that_runs_out_of_time_leaves_the_rest_to_the_next_one() -> None:
    scene = Scene()
    many(scene, 2 * PAGE)
    times = iter((60.0, 4.0))
    assert scene.sweep(lambda: next(times)) == PAGE
    assert scene.sweep() == PAGE


def telling_due(scene: Scene) -> str:
    """An order of which the ERP is to be told something, and whose message was lost."""
    head, snapshot, entry = a_received("telling", connection=CONNECTION)
    scene.ports.orders.create(head, snapshot, entry)
    telling = Telling(1, now=Facts(milestone="in_transit"), due_at=scene.clock.now())
    stay(scene.ports, head, what=Step.SHIPMENT_NEWS, telling=telling)
    scene.drop_messages()
    return head.key


def turns(count: int) -> Callable[[], float]:
    """Time for so many turns of a kind."""
    left = iter((*[60.0] * count, *[4.0] * 9))
    return lambda: next(left)


def test_a_kind_of_which_much_is_due_does_not_starve_the_others() -> None:
    scene = Scene()
    many(scene, 3 * PAGE)
    key = telling_due(scene)
    assert scene.sweep(turns(2)) == PAGE + 1
    assert scene.messages("write-backs") == [key]


@pytest.mark.parametrize("minutes", range(len(KINDS)))
def test_each_sweep_begins_with_another_kind(minutes: int) -> None:
    scene = Scene()
    scene.passes(minutes * MINUTE)
    many(scene, 1)
    telling_due(scene)
    handled = []
    for _ in KINDS:
        scene.sweep(turns(1))
        handled.append((len(scene.messages()), len(scene.messages("write-backs"))))
        scene.passes(MINUTE)
    assert handled[-1] == (1, 1)


def test_a_kind_that_can_not_be_swept_is_told_of_once_the_others_had_their_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = Scene()
    many(scene, 1)
    telling_due(scene)
    lost = PortUnavailable("the table does not answer")

    def fails(*_: object) -> Any:
        raise lost

    monkeypatch.setattr(scene.world.orders, "due", fails)
    with pytest.raises(PortUnavailable):
        scene.sweep()
    assert len(scene.messages("write-backs")) == 1
    assert scene.messages() == []


def test_a_new_kind_is_a_line_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()
    key = telling_due(scene)
    line = hints("telling", attrgetter("order_queue"), "order")
    monkeypatch.setattr("shared.workflow.upkeep.sweep.KINDS", {**KINDS, "telling": line})
    assert scene.sweep() == 1
    assert scene.messages() == [key]


def test_of_an_order_that_can_not_be_read_no_message_is_sent_and_its_kind_goes_on() -> None:
    scene = Scene()
    key = telling_due(scene)
    scene.with_ports(orders=Headless(scene.ports.orders))
    assert scene.sweep() == 1
    assert scene.messages("write-backs") == []
    telling = scene.ports.orders.telling(key)
    assert telling
    assert telling.due_at == scene.clock.now() + HEAL


class Headless:
    """A store whose heads are of a newer release."""

    def __init__(self, orders: Any) -> None:
        self._orders = orders

    def __getattr__(self, name: str) -> Any:
        return getattr(self._orders, name)

    def heads(self, _keys: Sequence[str]) -> list[Head]:
        return []


def test_s28_an_intent_of_a_dead_worker_is_found_by_the_sweep() -> None:
    scene = Scene()
    scene.taken_in()
    now = scene.clock.now()
    quoted = move(scene.ports, scene.head(), State.READY, what=Step.QUOTED)
    intent = move(
        scene.ports, quoted, State.INTENT, what=Step.INTENT, in_doubt=True, lease_until=now + LEASE, intent_at=now
    )
    assert intent.due_at
    assert intent.due_at > now + LEASE, "not before its lease is over"
    scene.passes(HEAL)
    scene.sweep()
    scene.process()
    assert scene.trail()[-2:] != ["intent"]
    assert scene.trail().count("worker_lost") == 1


def test_nothing_at_rest_is_ever_swept() -> None:
    scene = Scene()
    scene.through("4000001")
    scene.through("4000002", freight_terms="EXW")
    scene.taken_in("4000003")
    scene.tenant.cancel("4000003")
    scene.tenant.change_head("4000003", MODL="TRK")
    scene.passes(30 * DAY)
    assert [head.document for head in scene.ports.orders.due(scene.clock.now(), 9)] == ["4000003"]
    scene.poll()
    assert {scene.stands(number) for number in ("4000001", "4000002")} == {"DONE", "HELD freight_terms"}
