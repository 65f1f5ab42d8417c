"""Counterexamples that the model of the workflow found, told to the production code: a label that is dead is never an
order's label, `settle` holds from the call on, and a late write into the ERP does not bring a voided number back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from sandbox.engine import ConnectionDropped, Fault
from sandbox.erps.m3.seed import delivery
from sandbox.erps.m3.tenant import ExtensionKey
from sandbox.simulation.faults import Crashed
from shared.domain.state import State
from shared.errors import Refused
from shared.http import Lost, Request, Response
from shared.workflow.desk.ship_again import propose, ship_again
from shared.workflow.desk.unknown import adopt, declare_absent
from shared.workflow.desk.void import void
from tests.simulation.test_found import HOUR, ROCHESTER, key_of, pause, told
from tests.simulation.test_single_faults_after_label import ORDER, a_world, head_of, in_erp, live_numbers, lives_on
from tests.worlds import World

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


RARELY = 12 * HOUR
"""Between two polls, where days go by; what happens within an hour asks for more of them."""


def steps_of(world: World) -> list[str]:
    return [each.what for each in world.ports.orders.audit(key_of(world))]


def is_dead(world: World) -> bool:
    """Tell if the recorded label does not live at the carrier."""
    head = head_of(world)
    assert head
    return head.shipment_id not in {each.shipment_id for each in world.ups.ledger.live_of_order(ORDER)}


def until(world: World, done: Callable[[], bool], within: timedelta = 10 * HOUR) -> None:
    end = world.clock.now() + within
    while not done() and world.clock.now() < end:
        lives_on(world, MINUTE)
    assert done()


def a_stray_of_the_former_address(void_lag: timedelta = timedelta(0)) -> World:
    """A lost answer, a look-up in vain, a rest, and another address in the ERP: next, the found label is voided."""
    world = a_world(poll_every=RARELY, index_lag=2 * HOUR, unknown="retry", strays="void", void_window_days=3)
    world.ups.void_lag = void_lag
    world.ups.faults.append(Fault("ship", "reset_after"))
    lives_on(world, 10 * MINUTE)
    pause(world, "paused")
    lives_on(world, DAY)
    world.tenant.change_delivery(ORDER, "1", delivery(ROCHESTER))
    lives_on(world, DAY)
    return world


def at_the_call(world: World, operation: str, act: Callable[[Request], Response | None]) -> None:
    """The next call of that operation meets `act`, which may answer it."""
    handle, met = world.ups.handle, list[Request]()

    def handling(request: Request) -> Response:
        if world.ups.operation(request) == operation and not met:
            met.append(request)
            answer = act(request)
            if answer is not None:
                return answer
        return handle(request)

    world.ups.handle = handling  # type: ignore[method-assign]


def ends_well(world: World) -> None:
    lives_on(world, 4 * DAY)
    assert told(world) == "DONE "
    assert not is_dead(world)
    assert in_erp(world) == live_numbers(world)
    assert len(world.ups.ledger.live_of_order(ORDER)) == 1


def test_what_is_just_being_voided_as_a_stray_is_not_adopted_by_a_person() -> None:
    world = a_stray_of_the_former_address()
    refused: list[str] = []

    def meanwhile(_: Request) -> None:
        with pytest.raises(Refused) as error:
            adopt(world.ports, key_of(world), world.ups.ledger.of_order(ORDER)[0].shipment_id, "ann")
        refused.append(str(error.value))

    at_the_call(world, "void", meanwhile)
    pause(world, "running")
    ends_well(world)
    assert "asked to void" in refused[0]


def test_nor_while_the_answer_to_that_void_is_missing_and_it_comes_late() -> None:
    world, late = a_stray_of_the_former_address(), list[Request]()

    def loses(request: Request) -> None:
        late.append(request)
        raise ConnectionDropped("void")

    at_the_call(world, "void", loses)
    pause(world, "running")
    until(world, lambda: bool(late))
    number = world.ups.ledger.of_order(ORDER)[0].shipment_id
    with pytest.raises(Refused, match="asked to void"):
        adopt(world.ports, key_of(world), number, "ann")
    with pytest.raises(Refused):
        declare_absent(world.ports, key_of(world), "ann")
    lives_on(world, 3 * MINUTE)
    world.ups.handle(late[0])
    ends_well(world)


def test_what_was_voided_as_a_stray_and_is_still_shown_counts_as_absent() -> None:
    world = a_stray_of_the_former_address(void_lag=4 * HOUR)
    pause(world, "running")
    until(world, lambda: "stray_voided" in steps_of(world))
    number = world.ups.ledger.of_order(ORDER)[0].shipment_id
    if told(world).startswith(("UNKNOWN", "HELD")):
        with pytest.raises(Refused):
            adopt(world.ports, key_of(world), number, "ann")
    ends_well(world)


def test_a_label_that_was_voided_while_the_order_was_closed_is_not_adopted_once_it_is_open_again() -> None:
    """Nobody decides anything: closed after a look-up in vain, voided by the look at 4 hours, opened, still shown."""
    world = a_world(index_lag=200 * MINUTE, unknown="retry", strays="void", void_window_days=3)
    world.ups.void_lag = 4 * HOUR
    world.ups.faults.append(Fault("ship", "reset_after"))
    lives_on(world, 12 * MINUTE)
    world.tenant.cancel(ORDER)
    until(world, lambda: "stray_voided" in steps_of(world))
    world.tenant.set_status(ORDER, "20")
    ends_well(world)
    assert "adopted" not in steps_of(world)


def test_a_void_that_the_carrier_refused_leaves_its_shipment_to_a_person() -> None:
    """It is on its way by then, so it lives for good, and somebody has to say whose it is."""
    world = a_stray_of_the_former_address()

    def picked_up_meanwhile(_: Request) -> None:
        world.ups.ledger.of_order(ORDER)[0].picked_up_at = world.clock.now()

    at_the_call(world, "void", picked_up_meanwhile)
    pause(world, "running")
    until(world, lambda: "stray_void_refused" in steps_of(world))
    lives_on(world, DAY)
    assert told(world).startswith("HELD")
    adopt(world.ports, key_of(world), world.ups.ledger.of_order(ORDER)[0].shipment_id, "ann")
    ends_well(world)


def test_a_look_tells_that_the_recorded_number_was_voided_by_somebody_else() -> None:
    world = a_world(poll_every=RARELY, unknown="retry")
    world.ups.faults.append(Fault("ship", "reset_after"))
    lives_on(world, HOUR)
    assert told(world) == "DONE ", "an adopted label, for which there are looks"
    (shipment,) = world.ups.ledger.of_order(ORDER)
    shipment.void(shipment.tracking_numbers, world.clock.now())
    lives_on(world, 6 * HOUR)
    assert told(world) == "HELD void"
    assert shipment.shipment_id in world.ports.orders.snapshot(key_of(world), 1).problem
    void(world.ports, key_of(world), "ann")
    lives_on(world, HOUR)
    assert told(world) == "CANCELLED voided"
    assert in_erp(world) == []


@pytest.mark.parametrize("dies", [True, False])
def test_settle_holds_from_the_call_on_however_late_the_worker_came_to_it(*, dies: bool) -> None:
    """The index lags half a minute less than `settle`, and the call comes 100 seconds after the intent."""
    world = a_world(index_lag=14.5 * MINUTE, unknown="retry")
    handle = world.ups.handle

    def slow(request: Request) -> Response:
        world.clock.advance(timedelta(seconds=100))
        handle(request)
        if dies:
            raise Crashed("the function's time is over")
        raise ConnectionDropped("ship")

    at_the_call(world, "ship", slow)
    lives_on(world, 6 * HOUR)
    assert len(world.ups.ledger.of_order(ORDER)) == 1
    assert told(world) == "DONE "


def test_nothing_is_declared_absent_before_the_latest_call_has_settled() -> None:
    world = a_world(index_lag=HOUR)
    world.ups.faults.append(Fault("ship", "reset_after"))
    until(world, lambda: told(world).startswith("UNKNOWN"))
    head = head_of(world)
    assert head
    assert head.intent_at
    world.clock.at = head.intent_at + 15 * MINUTE + timedelta(seconds=100)
    with pytest.raises(Refused, match="settles until"):
        declare_absent(world.ports, head.key, "ann")


def test_a_write_that_comes_behind_the_correction_of_a_void_is_corrected_within_the_hour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The customer has a free field of their own beside the order, so that our write is a change, not an addition."""
    world = a_world()
    world.tenant.extensions[ExtensionKey("MPHEAD", (ORDER,))] = {"A030": "theirs"}
    handle, late = world.m3.handle, list[Request]()

    def losing(request: Request) -> Response:
        head = head_of(world)
        writes = "GetFieldValue" not in request.url and (b"A121" in (request.body or b"") or "A121" in request.url)
        if not late and head and head.state == State.SHIPPED and writes:
            late.append(request)
            raise Lost("no answer")
        return handle(request)

    monkeypatch.setattr(world.m3, "handle", losing)
    until(world, lambda: bool(late))
    void(world.ports, key_of(world), "ann")
    until(world, lambda: told(world) == "CANCELLED voided")
    lives_on(world, 30 * MINUTE)
    assert handle(late[0]).status == 200
    assert in_erp(world) != []
    lives_on(world, HOUR)
    assert (told(world), in_erp(world)) == ("CANCELLED voided", [])
    assert world.tenant.free_fields(ORDER)["A030"] == "theirs"


def test_whatever_comes_back_of_a_voided_label_is_taken_out_of_the_erp_again() -> None:
    world = a_world()
    until(world, lambda: told(world) == "DONE ")
    before = dict(world.tenant.free_fields(ORDER))
    void(world.ports, key_of(world), "ann")
    until(world, lambda: told(world) == "CANCELLED voided")
    after = dict(world.tenant.free_fields(ORDER))
    assert after != before
    world.tenant.extensions[ExtensionKey("MPHEAD", (ORDER,))].update(before)
    lives_on(world, 2 * HOUR)
    assert world.tenant.free_fields(ORDER) == after
    assert steps_of(world)[-2:] == ["erp_read_again", "erp_told"]


def test_what_is_read_once_more_does_not_come_before_the_first_write_back_of_the_next_label(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A label without an image is for a person, and so is what the ERP is told of it."""
    world = a_world()
    until(world, lambda: told(world) == "DONE ")
    void(world.ports, key_of(world), "ann")
    until(world, lambda: told(world) == "CANCELLED voided")
    monkeypatch.setattr(world.ups, "recovery_days", 0)
    answer = world.ups.answer

    def imageless(operation: str, request: Request) -> Response:
        said = answer(operation, request)
        return replace(said, body=said.body.replace(b"GraphicImage", b"NoImage")) if operation == "ship" else said

    monkeypatch.setattr(world.ups, "answer", imageless)
    ship_again(world.ports, propose(world.ports, key_of(world)), "ann")
    until(world, lambda: told(world) == "HELD label", within=3 * DAY)
    lives_on(world, 3 * HOUR)
    assert (told(world), in_erp(world)) == ("HELD label", [])
