"""READY: bought behind an INTENT, once, and each of the four outcomes of a create has its own end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.engine import FaultKind
from sandbox.erps.m3.seed import Line
from shared.domain.record import AuditEntry, Head, Snapshot
from shared.domain.state import State
from shared.domain.steps import Step
from shared.errors import NewerFormat
from shared.workflow.desk.approve import approve, retry
from shared.workflow.orders.step import HEAL, LEASE, move
from shared.workflow.shipping.buy import CREATE_SECONDS
from shared.workflow.shipping.process import process
from tests.component.workflow.scene import CALL_SETTLES, DAY, ORDER, SETTLE, Scene, bought_once, key_of

MANUAL: dict[str, Any] = {"approve": {"mode": "manual", "amount": None}}


def ready(**connection: Any) -> Scene:
    """An order that is quoted and free to be bought: its first try did not reach UPS."""
    scene = Scene(**connection)
    scene.ups_will("throttled")
    scene.through()
    assert scene.stands() == "READY retry"
    scene.drop_messages()
    return scene


def wait_over(scene: Scene) -> None:
    until = scene.head().not_before
    assert until
    scene.clock.at = until


# --- the intent ----------------------------------------------------------------------------------------------


class _WatchingCarrier:
    """Notes where the order stands at the moment of the create call."""

    def __init__(self, carrier: Any, scene: Scene, seen: list[tuple[Head, AuditEntry]]) -> None:
        self._carrier, self._scene, self._seen = carrier, scene, seen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._carrier, name)

    def create(self, plan: Any, reference: str) -> Any:
        self._seen.append((self._scene.head(), self._scene.audit()[-1]))
        return self._carrier.create(plan, reference)


def test_s28_the_intent_stands_in_the_table_and_the_audit_before_each_create() -> None:
    scene, seen = Scene(), list[tuple[Head, AuditEntry]]()
    ups = scene.ports.open_carrier
    scene.with_ports(open_carrier=lambda connection: _WatchingCarrier(ups(connection), scene, seen))
    scene.ups_will("throttled", times=2)
    scene.through()
    scene.lives()
    assert bought_once(scene)
    assert [(head.state, head.attempt, entry.what) for head, entry in seen] == [
        (State.INTENT, attempt, "intent") for attempt in (1, 2, 3)
    ]
    for head, _ in seen:
        assert head.in_doubt
        assert head.lease_until == (head.intent_at or scene.clock.now()) + LEASE
        assert head.plan_hash == scene.head().plan_hash
    assert len({head.reference for head, _ in seen}) == 1, "one reference a generation"


def test_s28_the_shipment_carries_our_reference_first_and_the_erp_s_number_second() -> None:
    scene = Scene()
    scene.through()
    (shipment,) = scene.live()
    assert shipment.references == (scene.head().reference, ORDER)


def test_s65_the_bought_shipment_stands_in_the_audit_with_the_carrier_s_request_id() -> None:
    scene = Scene()
    scene.through()
    (created,) = [entry for entry in scene.audit() if entry.what == "created"]
    changes = dict(created.changes)
    assert changes["shipment_id"] == scene.live()[0].shipment_id
    assert changes["in_doubt"] == "False"
    assert created.request_ids
    assert created.who == "parcelbridge"


def test_what_is_bought_is_stored_as_the_carrier_said_it() -> None:
    scene = Scene(packing={"max_weight": {"value": "20", "unit": "lb"}})
    scene.through(lines=[Line("VALVE-1", 5)])
    (shipment,), head = scene.live(), scene.head()
    packages = scene.ports.orders.packages(head.key, 1)
    assert [package.tracking_number for package in packages] == list(shipment.tracking_numbers)
    assert (head.packages_made, head.tracking_number) == (3, shipment.tracking_numbers[0])
    assert head.cost
    assert head.cost.amount == (shipment.charge * Decimal("0.72")).quantize(Decimal("0.01"))
    assert head.cost_estimated is False


# --- the four outcomes ---------------------------------------------------------------------------------------


def test_s17_a_refused_create_is_held_with_the_carrier_s_words_and_may_be_retried() -> None:
    scene = ready()
    accounts, scene.ups.accounts = scene.ups.accounts, frozenset()
    wait_over(scene)
    scene.process()
    assert scene.stands() == "HELD connection"
    assert scene.head().field == "account"
    assert "UPS " in scene.snapshot().problem
    assert scene.trail()[-2:] == ["intent", "refused"]
    assert scene.head().in_doubt is False, "a refusal proves that nothing was made"
    scene.ups.accounts = accounts
    retry_of(scene)
    assert bought_once(scene)


def retry_of(scene: Scene, who: str = "ann") -> None:
    retry(scene.ports, key_of(ORDER), who)
    scene.work()


@pytest.mark.parametrize(
    ("kind", "facts"),
    [("throttled", {"seconds": 30}), ("error_before", {"status": 401}), ("error_before", {"status": 400})],
)
def test_s59_a_create_that_provably_did_not_happen_is_tried_again_after_a_backoff(
    kind: FaultKind, facts: dict[str, Any]
) -> None:
    scene = Scene()
    scene.ups_will(kind, **facts)
    scene.through()
    head = scene.head()
    assert scene.stands() == "READY retry"
    assert scene.trail()[-2:] == ["intent", "not_sent"]
    assert (head.tries, head.attempt, head.in_doubt) == (1, 1, False)
    assert head.last_try_at == scene.clock.now()
    scene.lives()
    assert bought_once(scene)
    assert scene.head().attempt == 2


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("reset_before", {}),
        ("error_before", {"status": 500}),
        ("error_before", {"status": 503}),
        ("error_before", {"status": 408}),
        ("error_before", {"status": 409}),
        ("reset_after", {}),
        ("error_after", {"status": 500}),
        ("empty", {}),
    ],
)
def test_s28_whatever_proves_nothing_leaves_the_outcome_unknown_until_it_has_settled(
    kind: FaultKind, facts: dict[str, Any]
) -> None:
    scene = Scene()
    scene.ups_will(kind, **facts)
    scene.through()
    head = scene.head()
    assert scene.stands() == "UNKNOWN unknown"
    assert head.in_doubt
    assert head.not_before == head.due_at == scene.clock.now() + CALL_SETTLES
    assert scene.trail()[-2:] == ["intent", "outcome_unknown"]
    scene.process()
    assert scene.asked(scene.ups, "recovery") == 0
    assert scene.creates() == 1


def test_an_unforeseen_error_of_the_create_leaves_the_intent_to_its_lease() -> None:
    scene = Scene()
    ups = scene.ports.open_carrier
    scene.with_ports(open_carrier=lambda connection: _Exploding(ups(connection)))
    with pytest.raises(RuntimeError, match="out of the blue"):
        scene.through()
    assert scene.head().state == State.INTENT
    scene.with_ports(open_carrier=ups)
    scene.lives()
    assert scene.stands() == "HELD unknown"
    assert scene.creates() == 0


class _Exploding:
    def __init__(self, carrier: Any) -> None:
        self._carrier = carrier

    def __getattr__(self, name: str) -> Any:
        return getattr(self._carrier, name)

    def create(self, plan: Any, reference: str) -> Any:
        raise RuntimeError("out of the blue")


# --- one at a time, and only with enough time -----------------------------------------------------------------


def test_without_time_for_a_create_the_order_is_handed_on_and_nothing_is_bought() -> None:
    scene = ready()
    wait_over(scene)
    before = scene.head()
    scene.process(left=lambda: CREATE_SECONDS - 1)
    assert scene.head() == before
    assert scene.messages() == [key_of(ORDER)]
    assert scene.creates() == 1
    scene.work()
    assert bought_once(scene)


def test_with_just_enough_time_it_is_bought() -> None:
    scene = ready()
    wait_over(scene)
    scene.process(left=lambda: CREATE_SECONDS)
    assert len(scene.live()) == 1


class _Racing:
    """A store in which somebody else takes the step first, each time that a step to `state` is written."""

    def __init__(self, store: Any, state: State, first: Callable[[Head], None]) -> None:
        self._store, self._state, self._first = store, state, first

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def transition(self, after: Head, entry: AuditEntry, **facts: Any) -> None:
        if after.state == self._state:
            self._state = State.DONE
            self._first(after)
        self._store.transition(after, entry, **facts)


def test_s28_of_two_workers_at_the_same_version_one_buys() -> None:
    scene = ready()
    wait_over(scene)
    alone = scene.ports
    scene.with_ports(orders=_Racing(alone.orders, State.INTENT, lambda _: _work_with(scene, alone)))
    scene.process()
    assert scene.creates() == 2, "one before, and one of the two workers"
    assert len(scene.live()) == 1
    assert scene.trail().count("intent") == 2


def _work_with(scene: Scene, ports: Any) -> None:
    process(ports, key_of(ORDER), lambda: 120.0)


@pytest.mark.parametrize("state", [State.READY, State.SHIPPED])
def test_somebody_else_at_any_step_leaves_one_label_and_no_error(state: State) -> None:
    scene = Scene()
    scene.taken_in()
    alone = scene.ports

    def another(after: Head) -> None:
        if state == State.READY:
            _work_with(scene, alone)
        else:
            expired = replace(scene.head(), lease_until=None)
            move(alone, expired, State.UNKNOWN, what=Step.WORKER_LOST, reason="unknown")

    scene.with_ports(orders=_Racing(alone.orders, state, another))
    scene.process()
    scene.with_ports(orders=alone.orders)
    scene.lives()
    assert bought_once(scene)
    assert scene.creates() == 1


def test_an_intent_whose_lease_stands_is_left_alone() -> None:
    scene = intent_of_a_dead_worker()
    before = scene.head()
    scene.passes(LEASE - timedelta(seconds=1))
    scene.process()
    assert scene.head() == before
    assert scene.asked(scene.ups, "recovery") == 0


def test_an_intent_past_its_lease_is_unknown_until_it_has_settled() -> None:
    scene = intent_of_a_dead_worker()
    began = scene.head().intent_at
    assert began
    scene.passes(LEASE)
    scene.process()
    assert scene.stands() == "UNKNOWN unknown"
    assert scene.trail()[-1] == "worker_lost"
    assert scene.head().not_before == began + SETTLE
    assert scene.creates() == 0


def test_an_intent_that_is_found_late_is_looked_up_at_once() -> None:
    scene = intent_of_a_dead_worker()
    scene.passes(DAY)
    scene.process()
    assert scene.trail()[-2:] == ["worker_lost", "held"]
    assert scene.stands() == "HELD unknown"


def intent_of_a_dead_worker() -> Scene:
    """The worker wrote its intent and died before the call."""
    scene = ready()
    wait_over(scene)
    now = scene.clock.now()
    move(
        scene.ports, scene.head(), State.INTENT, what=Step.INTENT, attempt=2, reference="1A2B3C4D-X-1", intent_at=now,
        in_doubt=True, lease_until=now + LEASE,
    )  # fmt: skip
    scene.ups.recorded.clear()
    return scene


# --- limits --------------------------------------------------------------------------------------------------


def test_a_reached_limit_makes_orders_wait_for_the_next_hour_and_then_go_on() -> None:
    scene = Scene(limits={"labels_per_hour": 1})
    for number in ("4000001", "4000002"):
        scene.through(number)
    head = scene.head("4000002")
    assert (scene.stands("4000001"), scene.stands("4000002")) == ("DONE", "READY limit")
    assert head.not_before == head.due_at == scene.clock.now() + timedelta(hours=1)
    assert "labels_per_hour is 1" in scene.audit("4000002")[-1].why
    assert scene.creates() == 1
    scene.process("4000002")
    assert scene.head("4000002") == head
    scene.lives(timedelta(hours=1, minutes=5))
    assert bought_once(scene, "4000002")


@pytest.mark.parametrize("limits", [{"labels_per_day": 1}, {"amount_per_day": "20.00"}])
def test_a_day_s_limit_makes_orders_wait_for_tomorrow(limits: dict[str, Any]) -> None:
    scene = Scene(limits=limits)
    for number in ("4000001", "4000002"):
        scene.through(number)
    assert scene.stands("4000002") == "READY limit"
    tomorrow = (scene.clock.now() + DAY).replace(hour=0, minute=0)
    assert scene.head("4000002").not_before == tomorrow
    scene.lives(DAY)
    assert bought_once(scene, "4000002")


def test_a_create_that_did_not_happen_gives_its_place_under_the_limit_back() -> None:
    scene = Scene(limits={"labels_per_hour": 1})
    scene.ups_will("throttled")
    scene.through()
    scene.lives(timedelta(minutes=30))
    assert bought_once(scene)


def test_a_lost_answer_keeps_its_place_under_the_limit() -> None:
    scene = Scene(limits={"labels_per_hour": 1})
    scene.ups_will("reset_after")
    scene.through("4000001")
    scene.through("4000002")
    assert scene.stands("4000002") == "READY limit"


def test_limits_of_the_latest_file_count_for_orders_that_were_quoted_before() -> None:
    scene = Scene(limits={"labels_per_hour": 1})
    for number in ("4000001", "4000002"):
        scene.through(number)
    scene.applies(limits={"labels_per_hour": 5})
    scene.lives(timedelta(hours=1, minutes=5))
    assert bought_once(scene, "4000002")


def test_s17_limits_in_a_new_currency_hold_a_quoted_order_instead_of_breaking_on_it() -> None:
    scene = Scene(**MANUAL)
    scene.through()
    scene.applies(limits={"amount_per_day": {"amount": "900.00", "currency": "EUR"}}, **MANUAL)
    approve(scene.ports, key_of(ORDER), "ann")
    scene.work()
    assert scene.stands() == "HELD currency"
    assert scene.head().field == "limits.amount_per_day"
    assert scene.creates() == 0


# --- the connection's own state ------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_nothing_is_begun_for_a_connection_that_does_not_run(status: str) -> None:
    scene = Scene()
    scene.taken_in()
    scene.sets(status)
    before = scene.head()
    scene.process()
    after = scene.head()
    assert after == replace(before, due_at=after.due_at)
    assert after.due_at == scene.clock.now() + HEAL
    assert after.swept == 0
    assert scene.ups.recorded == []


def test_what_is_in_flight_is_still_settled_when_the_connection_is_paused() -> None:
    scene = Scene()
    scene.ups_will("reset_after")
    scene.through()
    scene.sets("paused")
    scene.lives()
    assert bought_once(scene)
    assert scene.trail()[-2:] == ["adopted", "written_back"]


def test_a_closed_connection_asks_nobody_anything_and_goes_on_when_it_is_opened_again() -> None:
    scene = Scene()
    scene.ups_will("reset_after")
    scene.through()
    scene.sets("closed", "refused")
    scene.ups.recorded.clear()
    scene.lives(2 * DAY)
    assert scene.ups.recorded == []
    assert scene.stands() == "UNKNOWN unknown"
    scene.sets("running")
    scene.lives()
    assert bought_once(scene)
    assert scene.creates() == 0


@pytest.mark.parametrize("fault", ["unknown", "label missing"])
def test_a_message_that_was_on_its_way_when_the_connection_was_closed_asks_nobody_anything(fault: str) -> None:
    scene = Scene()
    if fault == "unknown":
        scene.ups_will("reset_after")
        scene.through()
    else:
        scene.taken_in()
        scene.process()
        scene.world.labels.images.clear()
    scene.drop_messages()
    scene.passes(SETTLE)
    scene.sets("closed", "refused")
    scene.ups.recorded.clear()
    before = scene.audit()
    scene.process()
    assert scene.ups.recorded == []
    assert scene.audit() == before
    assert scene.head().due_at == scene.clock.now() + HEAL


def test_a_paused_connection_keeps_what_it_took_and_buys_it_when_it_goes_on() -> None:
    scene = Scene()
    scene.taken_in()
    scene.sets("paused")
    scene.lives(2 * DAY)
    assert scene.stands() == "RECEIVED"
    scene.sets("running")
    scene.lives(timedelta(hours=1))
    assert bought_once(scene)


# --- releases ------------------------------------------------------------------------------------------------


@dataclass
class _Newer:
    """A store whose items of one kind were written by a newer release."""

    store: Any
    kind: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def head(self, key: str) -> Head | None:
        return self._read("head", key)  # type: ignore[no-any-return]

    def snapshot(self, key: str, generation: int) -> Snapshot:
        return self._read("snapshot", key, generation)  # type: ignore[no-any-return]

    def _read(self, kind: str, *key: Any) -> Any:
        if kind == self.kind:
            raise NewerFormat(f"{kind.upper()} of {key[0]} has format 99, this release reads up to 1")
        return getattr(self.store, kind)(*key)


@pytest.mark.parametrize("kind", ["head", "snapshot"])
def test_an_order_of_a_newer_release_is_left_alone(kind: str) -> None:
    scene = Scene()
    scene.taken_in()
    before = scene.audit()
    orders = scene.ports.orders
    scene.with_ports(orders=_Newer(orders, kind))
    scene.process()
    assert scene.audit() == before
    assert scene.ups.recorded == []


@pytest.mark.parametrize("kind", ["head", "snapshot"])
def test_a_write_back_of_a_newer_release_is_left_alone(kind: str) -> None:
    scene = shipped_not_written()
    before = scene.audit()
    orders = scene.ports.orders
    scene.with_ports(orders=_Newer(orders, kind))
    scene.write_back()
    assert scene.audit() == before


def shipped_not_written() -> Scene:
    scene = Scene()
    scene.taken_in()
    scene.process()
    scene.drop_messages()
    assert scene.head().state == State.SHIPPED
    return scene


def test_an_order_whose_snapshot_has_expired_is_held_and_never_bought() -> None:
    scene = Scene(**MANUAL)
    scene.through()
    approve(scene.ports, key_of(ORDER), "ann")
    forget_snapshot(scene)
    scene.work()
    assert scene.head().state == State.HELD
    assert scene.head().field == "snapshot"
    assert scene.creates() == 0


def test_a_lost_answer_whose_snapshot_has_expired_is_held_as_unknown() -> None:
    scene = Scene()
    scene.ups_will("reset_after")
    scene.through()
    forget_snapshot(scene)
    scene.passes(SETTLE)
    scene.process()
    assert scene.stands() == "HELD unknown"
    assert scene.head().in_doubt
    assert scene.creates() == 1


def test_a_shipped_order_whose_snapshot_has_expired_is_held_with_its_label() -> None:
    scene = shipped_not_written()
    forget_snapshot(scene)
    scene.write_back()
    assert scene.stands() == "HELD write_back"
    assert scene.head().shipment_id == scene.live()[0].shipment_id


def forget_snapshot(scene: Scene) -> None:
    """Its personal data reached the end of `retention`."""
    scene.world.orders._orders[key_of(ORDER)].snapshots.clear()


# --- the plan that was quoted ---------------------------------------------------------------------------------


def test_s25_a_plan_that_is_not_the_quoted_one_is_rebuilt_and_never_bought() -> None:
    scene = Scene(**MANUAL)
    scene.through()
    snapshot = scene.snapshot()
    assert snapshot.plan
    stale = replace(snapshot, plan=replace(snapshot.plan, service="01"))
    scene.world.orders._orders[key_of(ORDER)].snapshots[1] = stale
    approve(scene.ports, key_of(ORDER), "ann")
    scene.work()
    assert scene.trail()[-2:] == ["plan_rebuilt", "held"]
    assert scene.stands() == "HELD approval"
    assert scene.creates() == 0


def test_s25_what_was_approved_and_goes_another_way_under_a_new_file_is_approved_anew() -> None:
    scene = Scene(**MANUAL)
    scene.through()
    scene.applies(services={"UPS": "01"}, **MANUAL)
    approve(scene.ports, key_of(ORDER), "ann")
    scene.work()
    assert (scene.stands(), scene.head().service, scene.creates()) == ("HELD approval", "01", 0)


# --- the file that holds now ------------------------------------------------------------------------------------

READY_FOR_A_WHILE: dict[str, Any] = {"limits": {"labels_per_hour": 1}}


def waiting_for_a_limit(**connection: Any) -> Scene:
    """Two orders of which the second may be bought in the next hour only."""
    scene = Scene(**READY_FOR_A_WHILE, **connection)
    scene.through("4000002")
    scene.through()
    assert scene.stands() == "READY limit"
    return scene


def an_hour_later(scene: Scene, **changes: Any) -> str:
    """Where the second one stands, the file having been changed while it waited; no poll came in between."""
    scene.applies(**{**READY_FOR_A_WHILE, **changes})
    scene.passes(timedelta(hours=1))
    scene.sweep()
    scene.work()
    return scene.stands()


def test_a_file_that_asks_for_approval_counts_for_what_was_quoted_before_it() -> None:
    scene = waiting_for_a_limit()
    assert an_hour_later(scene, **MANUAL) == "HELD approval"
    assert scene.live() == []


def test_what_was_quoted_under_a_former_file_is_bought_with_the_service_of_the_new_one() -> None:
    scene = waiting_for_a_limit()
    assert an_hour_later(scene, services={"UPS": "02"}) == "DONE"
    assert [each.service for each in scene.live()] == ["02"]
    assert "the connection file was changed after the quote" in [entry.why for entry in scene.audit()]


ASKED: dict[str, Any] = {"approve": {"amount": "1.00"}}


def approved_and_waiting() -> Scene:
    """Two orders that a person has approved, of which the second may be bought in the next hour only."""
    scene = Scene(**READY_FOR_A_WHILE, **ASKED)
    for number in ("4000002", ORDER):
        scene.through(number)
        approve(scene.ports, key_of(number), "ann")
        scene.work()
    assert scene.stands() == "READY limit"
    return scene


@pytest.mark.parametrize("change", [{"void_window_days": 3}, {"label": {"format": "ZPL"}}, {"settle": "20m"}])
def test_s25_an_approval_is_kept_under_a_new_file_when_price_service_and_account_are_the_same(change: Any) -> None:
    scene = approved_and_waiting()
    assert an_hour_later(scene, **ASKED, **change) == "DONE"
    assert scene.head().approved_by == "ann"
    assert scene.trail().count("approved") == 1


def test_s25_an_approval_is_asked_again_when_a_new_file_makes_another_and_dearer_shipment() -> None:
    scene = approved_and_waiting()
    scene.ups.discount += Decimal("0.001")
    assert an_hour_later(scene, **ASKED, label={"format": "ZPL"}) == "HELD approval"


def test_s25_an_approval_is_asked_again_when_a_new_file_names_another_service() -> None:
    assert an_hour_later(approved_and_waiting(), **ASKED, services={"UPS": "02"}) == "HELD approval"


def test_an_order_in_doubt_is_looked_up_and_not_bought_even_if_it_were_ready() -> None:
    scene = ready()
    wait_over(scene)
    stored = scene.world.orders._orders[key_of(ORDER)]
    stored.head = replace(stored.head, in_doubt=True, reference="1A2B3C4D-X-1")
    scene.process()
    assert scene.creates() == 1, "the first try, and no other"
    assert scene.trail()[-2:] == ["in_doubt", "held"]
    assert scene.stands() == "HELD unknown"


# --- no order is lost behind another's failure ------------------------------------------------------------------


def test_g14_an_order_whose_step_fails_in_an_unforeseen_way_leaves_the_others_alone() -> None:
    scene = Scene()
    for number in ("4000001", "4000002", "4000003"):
        scene.order(number)
    orders = scene.ports.orders
    scene.with_ports(orders=_Poisoned(orders, key_of("4000002")))
    scene.lives(timedelta(hours=2))
    assert bought_once(scene, "4000001")
    assert bought_once(scene, "4000003")
    assert scene.head("4000002").state == State.RECEIVED
    assert {message.order for message in scene.world.dead_letters} == {key_of("4000002")}
    scene.with_ports(orders=orders)
    scene.lives(timedelta(hours=2))
    assert bought_once(scene, "4000002"), "the sweep brings back what is in the dead letters too"


@dataclass
class _Poisoned:
    store: Any
    key: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def snapshot(self, key: str, generation: int) -> Snapshot:
        if key == self.key:
            raise KeyError("something that nobody foresaw")
        return self.store.snapshot(key, generation)  # type: ignore[no-any-return]


def test_a_day_of_sweeps_without_a_step_hands_the_order_to_a_person() -> None:
    scene = Scene()
    scene.taken_in()
    orders = scene.ports.orders
    poisoned = _PoisonedSteps(orders)
    scene.with_ports(orders=poisoned)
    scene.lives(2 * DAY)
    assert scene.stands() == "HELD retries"
    assert "no step succeeded in 96 looks" in scene.snapshot().problem


@dataclass
class _PoisonedSteps:
    """Every step of an order fails but the one that hands it to a person."""

    store: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def transition(self, after: Head, entry: AuditEntry, **facts: Any) -> None:
        if after.state != State.HELD:
            raise KeyError("something that nobody foresaw")
        self.store.transition(after, entry, **facts)
