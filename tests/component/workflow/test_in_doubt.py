"""UNKNOWN: an answer was lost. Nothing is bought until it is known what became of the call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.engine import FaultKind
from sandbox.erps.m3.seed import Line
from shared.domain.state import State
from shared.domain.steps import Step
from shared.errors import Refused
from shared.workflow.desk.approve import approve, retry
from shared.workflow.orders.due import CLOCKS
from shared.workflow.orders.step import LEASE, move
from tests.component.workflow.scene import CALL_SETTLES, DAY, MINUTE, ORDER, SETTLE, Scene, bought_once, key_of

FOUR_PACKAGES = [Line("VALVE-1", 20)]


def in_doubt(kind: FaultKind = "reset_after", **connection: Any) -> Scene:
    scene = Scene(**connection)
    scene.ups_will(kind)
    scene.through(lines=FOUR_PACKAGES)
    assert scene.stands() == "UNKNOWN unknown"
    return scene


def look_up(scene: Scene) -> None:
    scene.passes(SETTLE)
    scene.process()


def another_shipment(scene: Scene, **changes: Any) -> None:
    """A second shipment at the carrier under the very same reference."""
    (first,) = scene.live()
    numbers = scene.ups.ledger.numbers(first.account, first.service, 1)
    scene.ups.ledger.add(replace(first, **{"shipment_id": numbers[0], "tracking_numbers": numbers, **changes}))


def test_s28_a_lost_answer_is_looked_up_once_it_has_settled_and_never_before() -> None:
    scene = in_doubt()
    scene.passes(CALL_SETTLES - timedelta(seconds=1))
    scene.process()
    assert scene.asked(scene.ups, "recovery") == 0
    scene.passes(timedelta(seconds=1))
    scene.process()
    assert scene.asked(scene.ups, "recovery") >= 1
    assert scene.asked(scene.ups, "track_by_reference") == 1, "every source is asked, every time"
    assert scene.head().state == State.SHIPPED


def test_s28_what_is_found_is_adopted_with_all_its_packages_and_the_quote_as_estimated_cost() -> None:
    scene = in_doubt()
    look_up(scene)
    head, (shipment,) = scene.head(), scene.live()
    assert scene.trail()[-1] == "adopted"
    assert (head.shipment_id, head.packages_made, head.in_doubt) == (shipment.shipment_id, 4, False)
    assert (head.cost, head.cost_estimated) == (head.quote, True)
    scene.work()
    assert bought_once(scene)
    assert scene.creates() == 1
    assert scene.in_erp()["N096"] == f"{head.quote.amount.normalize():f}" if head.quote else False


def test_the_settling_time_is_the_connection_s() -> None:
    scene = in_doubt(settle="2h")
    assert scene.head().not_before == scene.clock.now() + timedelta(hours=2) + CLOCKS


def test_s28_not_found_is_held_and_named_with_its_reference_and_both_sources() -> None:
    scene = in_doubt("reset_before")
    look_up(scene)
    head = scene.head()
    assert scene.stands() == "HELD unknown"
    assert head.in_doubt
    assert head.field == "reference"
    assert scene.snapshot().problem == (
        f"the answer was lost, and the shipment was not found by {head.reference} "
        "at label_recovery and track_by_reference"
    )
    scene.lives(3 * DAY)
    assert scene.stands() == "HELD unknown"
    assert scene.creates() == 1


def test_with_the_retry_policy_what_was_not_found_is_bought_anew_under_the_same_reference() -> None:
    scene = in_doubt("reset_before", unknown="retry")
    reference = scene.head().reference
    scene.lives()
    assert bought_once(scene)
    assert scene.creates() == 2
    assert scene.live()[0].reference == reference
    assert "not_found" in scene.trail()


def test_s59_the_retry_policy_asks_a_person_after_a_day_of_lost_answers() -> None:
    scene = Scene(unknown="retry")
    scene.ups_will("reset_before", times=10_000)
    scene.through()
    scene.lives(3 * DAY)
    assert scene.head().state == State.HELD
    assert scene.audit()[-1].at - scene.audit()[0].at < 2 * DAY
    assert scene.creates() < 120
    assert scene.live() == []


def test_s28_a_carrier_whose_index_lags_behind_the_settling_time_is_held_and_found_when_a_person_asks_again() -> None:
    scene = Scene()
    scene.ups.index_lag = timedelta(hours=2)
    scene.ups_will("reset_after")
    scene.through()
    look_up(scene)
    assert scene.stands() == "HELD unknown"
    scene.passes(timedelta(hours=2))
    retry(scene.ports, key_of(ORDER), "ann")
    scene.work()
    assert bought_once(scene)
    assert scene.creates() == 1


def test_several_shipments_under_our_reference_are_held_and_named() -> None:
    scene = in_doubt()
    another_shipment(scene)
    look_up(scene)
    assert scene.stands() == "HELD unknown"
    assert scene.head().in_doubt
    first, second = scene.live()
    problem = scene.snapshot().problem
    assert f"{first.shipment_id} (4 packages)" in problem
    assert f"{second.shipment_id} (1 packages)" in problem
    assert "one shipment of 4 packages was asked for" in problem


def test_a_shipment_of_another_number_of_packages_is_not_ours() -> None:
    scene = in_doubt("reset_before")
    other = Scene()
    other.through(lines=[Line("VALVE-1", 2)])
    (one,) = other.live()
    scene.ups.ledger.add(replace(one, references=(scene.head().reference, ORDER)))
    look_up(scene)
    assert scene.stands() == "HELD unknown"
    assert "(1 packages); one shipment of 4 packages was asked for" in scene.snapshot().problem


@pytest.mark.parametrize("operation", ["recovery", "track_by_reference"])
@pytest.mark.parametrize("kind", ["error_before", "reset_before", "throttled", "empty"])
def test_s28_a_source_that_does_not_answer_is_asked_again_and_never_taken_for_not_found(
    operation: str, kind: FaultKind
) -> None:
    scene = in_doubt("reset_before", unknown="retry")
    scene.ups_will(kind, operation)
    look_up(scene)
    assert scene.stands() == "UNKNOWN retry"
    assert scene.trail()[-1] == "look_up_failed"
    assert scene.head().in_doubt
    assert scene.creates() == 1


def test_a_look_up_that_fails_for_a_day_is_handed_to_a_person_as_unknown() -> None:
    scene = in_doubt(unknown="retry")
    scene.ups_will("error_before", "recovery", times=10_000)
    scene.lives(3 * DAY)
    assert scene.stands() == "HELD unknown"
    assert scene.head().in_doubt
    assert scene.creates() == 1
    scene.ups.faults.clear()
    retry(scene.ports, key_of(ORDER), "ann")
    scene.work()
    assert bought_once(scene)


def test_a_refused_credential_at_the_look_up_closes_the_connection_and_keeps_the_doubt() -> None:
    scene = in_doubt()
    scene.ups.revoke_tokens()
    scene.ups.clients.clear()
    look_up(scene)
    assert scene.connection().status == "closed"
    assert scene.stands() == "UNKNOWN unknown"
    assert scene.head().in_doubt


# --- people and polls ------------------------------------------------------------------------------------------


def held_in_doubt(**connection: Any) -> Scene:
    scene = in_doubt("reset_before", **connection)
    look_up(scene)
    assert scene.stands() == "HELD unknown"
    scene.drop_messages()
    return scene


def tries_to_approve(scene: Scene) -> None:
    with pytest.raises(Refused):
        approve(scene.ports, key_of(ORDER), "ann")


def retries_if_held(scene: Scene) -> None:
    if scene.head().state == State.HELD:
        retry(scene.ports, key_of(ORDER), "ann")
    else:
        with pytest.raises(Refused):
            retry(scene.ports, key_of(ORDER), "ann")


def twice(scene: Scene) -> None:
    scene.process()
    scene.process()


def paused_and_resumed(scene: Scene) -> None:
    scene.sets("paused")
    scene.lives(DAY)
    scene.sets("running")


ACTIONS: dict[str, Callable[[Scene], object]] = {
    "a person retries": retries_if_held,
    "a person approves": tries_to_approve,
    "the ERP changes it": lambda scene: scene.tenant.change_line(ORDER, "1", ORQA="3", ORQT="3"),
    "the ERP cancels it": lambda scene: scene.tenant.cancel(ORDER),
    "the ERP deletes it": lambda scene: scene.tenant.delete(ORDER),
    "it is selected no more": lambda scene: scene.tenant.change_head(ORDER, MODL="TRK"),
    "its lines go": lambda scene: scene.tenant.orders[ORDER].lines.clear(),
    "the connection is paused and resumed": paused_and_resumed,
    "a new file is applied": lambda scene: scene.applies(approve={"mode": "automatic"}, settle="1m"),
    "a worker is told of it twice": twice,
}  # fmt: skip


@pytest.mark.parametrize("begin", [in_doubt, held_in_doubt], ids=["unknown", "held unknown"])
@pytest.mark.parametrize("action", ACTIONS)
def test_s28_nothing_is_bought_while_in_doubt_whatever_people_and_polls_do(
    action: str, begin: Callable[..., Scene]
) -> None:
    every_status = {"select": {"status": {"from": "20", "to": "99"}}}
    scene = begin("reset_before", **every_status) if begin is in_doubt else begin(**every_status)
    asked_for = scene.snapshot().plan
    scene.ups.recorded.clear()
    ACTIONS[action](scene)
    scene.passes(MINUTE)
    scene.poll()
    scene.work()
    scene.lives(2 * DAY)
    assert scene.creates() == 0
    assert scene.stands() == "HELD unknown"
    assert scene.head().in_doubt
    assert scene.snapshot().plan == asked_for, "what is looked for is what was asked for"


def test_s28_an_intent_of_a_dead_worker_is_not_followed_into_the_erp_s_changes() -> None:
    scene = Scene()
    scene.ups_will("throttled")
    scene.through()
    now = scene.clock.now()
    move(
        scene.ports, scene.head(), State.INTENT, what=Step.INTENT, intent_at=now, in_doubt=True,
        lease_until=now + LEASE, reference="1A2B3C4D-X-1", attempt=2,
    )  # fmt: skip
    scene.tenant.cancel(ORDER)
    scene.passes(MINUTE)
    scene.poll()
    assert scene.head().state == State.INTENT
    scene.lives()
    assert scene.stands() == "HELD unknown"


def test_what_the_erp_changed_meanwhile_is_taken_once_the_doubt_is_over_and_nothing_was_made() -> None:
    """The create is proved not to have happened: the change that a poll had met meanwhile counts at the next poll."""
    scene = Scene()

    def changed() -> None:
        scene.tenant.change_line(ORDER, "1", ORQA="3", ORQT="3")
        scene.passes(timedelta(seconds=1))
        scene.poll()

    scene.before_the_next("carrier", "create", changed)
    scene.ups_will("throttled")
    scene.through()
    scene.passes(timedelta(seconds=1))
    scene.poll()
    scene.lives()
    assert bought_once(scene)
    assert scene.snapshot().order.lines[0].quantity == 3
    plan = scene.snapshot().plan
    assert plan
    assert plan.packages[0].weight.to("kg").value.quantize(Decimal("0.001")) == Decimal("10.5")
