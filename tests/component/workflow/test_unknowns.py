"""A person's decision on an order in doubt: which shipment it is, or that there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cli.hints import worded
from sandbox.erps.m3.seed import Line
from shared.domain.state import State
from shared.errors import Misconfigured, Refused, Retry
from shared.ports import Conflict
from shared.workflow.desk.unknown import adopt, declare_absent, in_doubt
from tests.component.workflow.scene import CONNECTION, ORDER, SETTLE, Scene, bought_once, key_of
from tests.component.workflow.test_in_doubt import FOUR_PACKAGES, another_shipment, look_up
from tests.component.workflow.test_in_doubt import in_doubt as doubtful

KEY = key_of(ORDER)


def held(kind: Any = "reset_before", **connection: Any) -> Scene:
    """Looked up, and left to a person."""
    scene = doubtful(kind, **connection)
    look_up(scene)
    assert scene.stands() == "HELD unknown"
    return scene


def with_two_shipments() -> Scene:
    scene = doubtful("reset_after")
    (first,) = scene.live()
    numbers = scene.ups.ledger.numbers(first.account, first.service, 4)
    scene.ups.ledger.add(replace(first, shipment_id=numbers[0], tracking_numbers=numbers))
    look_up(scene)
    assert scene.stands() == "HELD unknown"
    return scene


def test_both_kinds_of_doubt_are_listed_with_what_was_asked_for() -> None:
    scene = doubtful("reset_before")
    (moving,) = in_doubt(scene.ports, CONNECTION)
    assert (moving.head.state, moving.head.reference) == (State.UNKNOWN, scene.head().reference)
    assert moving.snapshot
    assert moving.snapshot.plan
    assert len(moving.snapshot.plan.packages) == 4
    look_up(scene)
    (waiting,) = in_doubt(scene.ports, CONNECTION)
    assert waiting.head.state == State.HELD
    scene.through("4000002")
    assert len(list(in_doubt(scene.ports, CONNECTION))) == 1


# --- adopt ---


def test_s28_of_two_shipments_the_named_one_is_adopted_and_the_other_is_named() -> None:
    scene = with_two_shipments()
    first, second = scene.live()
    head, others = adopt(scene.ports, KEY, second.shipment_id, "ann")
    assert (head.shipment_id, head.in_doubt, head.cost_estimated) == (second.shipment_id, False, True)
    assert others == (first.shipment_id,)
    entry = scene.audit()[[each.what for each in scene.audit()].index("adopted")]
    assert entry.who == "ann"
    scene.work()
    assert scene.head().state == State.DONE
    assert scene.in_erp()["A121"].split() == list(second.tracking_numbers)
    assert scene.creates() == 1


def test_a_shipment_is_known_by_any_of_its_packages_numbers() -> None:
    scene = with_two_shipments()
    _, second = scene.live()
    head, _ = adopt(scene.ports, KEY, second.tracking_numbers[2], "ann")
    assert head.shipment_id == second.shipment_id


def test_an_order_that_still_settles_can_be_adopted_by_a_person_who_knows_it() -> None:
    scene = doubtful("reset_after")
    scene.passes(timedelta(minutes=3))
    (shipment,) = scene.live()
    assert adopt(scene.ports, KEY, shipment.shipment_id, "ann")[0].state == State.SHIPPED
    scene.lives()
    assert bought_once(scene)


def test_s28_a_shipment_without_our_reference_is_refused_with_what_was_found() -> None:
    scene = held()
    other = Scene()
    other.through("4000009")
    (foreign,) = other.live("4000009")
    scene.ups.ledger.add(foreign)
    with pytest.raises(Refused, match=r"does not carry the reference .* found at .*: nothing"):
        adopt(scene.ports, KEY, foreign.shipment_id, "ann")
    assert scene.stands() == "HELD unknown"
    assert scene.head().in_doubt


def test_s28_a_shipment_of_another_number_of_packages_is_refused_with_both_numbers() -> None:
    scene = doubtful("reset_after")
    another_shipment(scene)
    look_up(scene)
    wrong = next(each for each in scene.live() if len(each.tracking_numbers) == 1)
    with pytest.raises(Refused, match=f"{wrong.shipment_id} has 1 packages, 4 were asked for"):
        adopt(scene.ports, KEY, wrong.shipment_id, "ann")
    assert scene.head().in_doubt


def test_a_voided_shipment_is_not_adopted() -> None:
    scene = with_two_shipments()
    first, _ = scene.live()
    scene.ports.open_carrier(scene.world.connection).void(first.shipment_id)
    with pytest.raises(Refused, match="does not carry the reference"):
        adopt(scene.ports, KEY, first.shipment_id, "ann")


# --- declare absent ---


def test_s28_what_a_person_declares_absent_is_bought_again_once_under_the_same_reference() -> None:
    scene = held()
    reference = scene.head().reference
    head = declare_absent(scene.ports, KEY, "ann")
    assert (head.state, head.in_doubt) == (State.READY, False)
    assert (scene.audit()[-1].what, scene.audit()[-1].who) == ("declared_absent", "ann")
    assert "label_recovery and track_by_reference" in scene.audit()[-1].why
    scene.work()
    assert bought_once(scene)
    assert scene.live()[0].reference == reference
    assert scene.creates() == 2


def test_an_order_that_is_still_looked_up_may_be_declared_absent_once_it_has_settled() -> None:
    scene = doubtful("reset_before")
    with pytest.raises(Refused, match="settles until 2026-11-02 14:18 UTC"):
        declare_absent(scene.ports, KEY, "ann")
    scene.passes(SETTLE)
    assert declare_absent(scene.ports, KEY, "ann").state == State.READY


def test_s28_a_label_that_a_last_look_up_finds_is_not_declared_away() -> None:
    scene = Scene()
    scene.ups.index_lag = timedelta(hours=2)
    scene.ups_will("reset_after")
    scene.through(lines=FOUR_PACKAGES)
    look_up(scene)
    assert scene.stands() == "HELD unknown"
    scene.passes(timedelta(hours=2))
    (shipment,) = scene.live()
    with pytest.raises(Refused, match="a label exists") as caught:
        declare_absent(scene.ports, KEY, "ann")
    assert worded(caught.value.hint) == f"parcelbridge unknown adopt {ORDER} {shipment.shipment_id}"
    assert scene.head().in_doubt


@pytest.mark.parametrize("operation", ["recovery", "track_by_reference"])
def test_s28_while_a_source_does_not_answer_nothing_is_declared(operation: str) -> None:
    scene = held()
    scene.ups_will("error_before", operation)
    with pytest.raises(Retry):
        declare_absent(scene.ports, KEY, "ann")
    assert scene.stands() == "HELD unknown"
    assert scene.head().in_doubt
    assert scene.creates() == 1


def test_while_the_credential_is_refused_nothing_is_declared() -> None:
    scene = held()
    scene.ups.revoke_tokens()
    scene.ups.clients.clear()
    with pytest.raises(Misconfigured):
        declare_absent(scene.ports, KEY, "ann")
    assert scene.head().in_doubt


def test_what_the_erp_changed_meanwhile_is_read_again_before_it_is_bought() -> None:
    scene = doubtful("reset_before")
    scene.tenant.change_line(ORDER, "1", ORQA="3", ORQT="3")
    scene.passes(timedelta(minutes=1))
    scene.poll()
    assert scene.trail()[-1] == "changed_meanwhile"
    look_up(scene)
    head = declare_absent(scene.ports, KEY, "ann")
    assert (head.state, head.reason, head.in_doubt) == (State.HELD, "retries", False)
    scene.lives()
    assert bought_once(scene)
    assert scene.snapshot().order.lines[0].quantity == 3


def test_an_order_that_is_not_in_doubt_is_refused_and_one_that_is_not_there_too() -> None:
    scene = Scene()
    scene.through(lines=[Line("VALVE-1", 2)])
    for act in (lambda: adopt(scene.ports, KEY, "1Z", "ann"), lambda: declare_absent(scene.ports, KEY, "ann")):
        with pytest.raises(Refused, match="is DONE: nothing is in doubt"):
            act()
    with pytest.raises(Refused, match="there is no order"):
        declare_absent(scene.ports, key_of("9"), "ann")


def test_of_a_person_and_a_worker_at_the_same_moment_one_is_told() -> None:
    scene = doubtful("reset_after")
    scene.passes(SETTLE)
    ups = scene.ports.open_carrier

    class Slow:
        def __init__(self, carrier: Any) -> None:
            self._carrier = carrier

        def __getattr__(self, name: str) -> Any:
            return getattr(self._carrier, name)

        def find(self, *asked: Any) -> Any:
            found = self._carrier.find(*asked)
            scene.with_ports(open_carrier=ups)
            scene.process()
            return found

    (shipment,) = scene.live()
    scene.with_ports(open_carrier=lambda connection: Slow(ups(connection)))
    with pytest.raises(Conflict):
        adopt(scene.ports, KEY, shipment.shipment_id, "ann")
    scene.work()
    assert bought_once(scene)
