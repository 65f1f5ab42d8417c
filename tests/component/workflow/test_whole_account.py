"""The events of a whole account (UPS's Quantum View) beside pushes and polls: read on time, to their end, kept once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from sandbox.carriers.ups.face import Ups
from sandbox.carriers.ups.lives import Life
from shared import log
from shared.domain.milestones import Milestone
from shared.domain.parcel import ParcelEvent, Source, Watch
from shared.domain.tracking import AccountReading
from shared.ports import Lease
from shared.workflow.tracking.account import EVERY, WHOLE_ACCOUNT
from shared.workflow.tracking.look import look
from tests.component.workflow.scene import CONNECTION, DAY, ORDER, Scene
from tests.worlds import a_minute

HOUR = timedelta(hours=1)
NAME = "Outbound"
OWNER = Lease("account", CONNECTION)


class Account(Scene):
    """A customer with a subscription at Quantum View, and no pushes unless told."""

    def __init__(self, name: str | None = NAME, **connection: Any) -> None:
        super().__init__(tracking={"push": "off", "quantum_view": name}, **connection)
        assert isinstance(self.world.carrier, Ups)
        self.carrier = self.world.carrier
        self.carrier.subscribe_to_quantum_view(NAME)

    def under_way(self, life: Life = Life.NORMAL, order: str = ORDER) -> str:
        """A parcel that lives from now on; gives its number."""
        self.through(order)
        number = self.head(order).tracking_number
        self.carrier.choose_life(number, life, start=self.clock.now() + HOUR)
        return number

    def later(self, span: timedelta) -> None:
        """Time goes by, and nothing runs of ours."""
        self.passes(span)
        self.carrier.advance()

    def read(self, left: Any = a_minute) -> None:
        """The account alone is read; no parcel is asked for."""
        look(self.ports, CONNECTION, [WHOLE_ACCOUNT], left)

    def reading(self) -> AccountReading:
        return self.ports.tracking.reading(CONNECTION)

    def kept(self, number: str) -> list[ParcelEvent]:
        return [each for each in self.ports.tracking.events("ups", number, CONNECTION) if each.source == Source.BULK]

    def watch(self, number: str) -> Watch:
        watch = self.ports.tracking.watch("ups", number)
        assert watch
        return watch

    def asked_for_files(self) -> int:
        return self.asked(self.ups, "quantum_view")


def codes(events: list[ParcelEvent]) -> list[str]:
    return sorted(each.event.code for each in events)


def test_a_delivery_that_only_the_account_tells_reaches_order_and_erp() -> None:
    scene = Account()
    number = scene.under_way()
    scene.later(3 * DAY)
    scene.read()
    scene.work()
    assert codes(scene.kept(number)) == ["Delivery", "OT", "Origin"]
    assert scene.watch(number).facts.milestone == Milestone.DELIVERED
    truth = scene.carrier.truth(number)
    assert truth
    assert scene.watch(number).facts.delivered == truth.delivered_on
    assert scene.in_erp(ORDER)["A630"] == "delivered"
    assert all(each.event.at is None for each in scene.kept(number)), "no instant is made up"


def test_a_parcel_with_news_is_asked_for_at_once() -> None:
    scene = Account()
    number = scene.under_way(Life.EXCEPTION)
    scene.later(timedelta(hours=20))
    scene.read()
    watch = scene.watch(number)
    assert watch.poll_at == scene.clock.now()
    assert watch.facts.milestone is None, "whether it moved on since cannot be told without an instant"
    scene.sweep()
    scene.work()
    assert scene.watch(number).facts.milestone == Milestone.EXCEPTION


def test_the_sweep_has_the_account_read_every_hour() -> None:
    scene = Account()
    scene.under_way()
    times: list[datetime] = []
    for _ in range(5 * 60):
        scene.later(timedelta(minutes=1))
        before = scene.asked_for_files()
        scene.sweep()
        scene.work()
        times += [scene.clock.now()] * (scene.asked_for_files() - before)
    assert len(times) == 5
    assert {after - before for before, after in pairwise(times)} == {EVERY}


def test_a_message_that_comes_twice_reads_the_account_twice_and_keeps_each_event_once() -> None:
    scene = Account()
    number = scene.under_way()
    scene.later(3 * DAY)
    scene.read()
    first = scene.kept(number)
    version = scene.watch(number).version
    scene.read()
    assert scene.kept(number) == first
    assert scene.watch(number).version == version, "what is not new asks for nothing"


def test_nobody_asks_for_the_account_where_the_file_names_no_subscription() -> None:
    scene = Account(None)
    scene.under_way()
    scene.later(3 * DAY)
    scene.sweep()
    scene.read()
    scene.work()
    assert scene.asked_for_files() == 0


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_a_paused_connection_reads_on_and_a_closed_one_does_not(status: str) -> None:
    scene = Account()
    scene.under_way()
    scene.later(DAY)
    scene.sets(status)
    scene.sweep()
    scene.work()
    scene.read()
    assert (scene.asked_for_files() > 0) == (status == "paused")


def test_numbers_that_are_not_of_this_connection_are_left_alone() -> None:
    scene = Account()
    number = scene.under_way()
    tracking = scene.world.tracking
    other = scene.under_way(order="4000002")
    stands = scene.watch(other)
    stranger = scene.watch(number)
    tracking._watches["ups", other] = replace(stands, connection="other")
    scene.later(3 * DAY)
    tracking._watches.pop(("ups", number))
    scene.read()
    for connection in (CONNECTION, "other"):
        assert tracking.events("ups", number, connection) == ()
        assert tracking.events("ups", other, connection) == ()
    tracking.begin(stranger)
    scene.read()
    assert scene.kept(number), "its label came later; the files tell of it again"


def test_every_page_is_read_and_each_is_stored_before_the_next_is_asked_for() -> None:
    scene = Account()
    number = scene.under_way()
    scene.carrier.engine.quantum.page = 1
    scene.later(3 * DAY)
    left = iter([100.0, 100.0, 100.0, 0.0])
    scene.read(lambda: next(left))
    assert scene.asked_for_files() == 2
    under_way = scene.reading()
    assert under_way.page
    assert under_way.due_at == scene.clock.now(), "it goes on at once"
    assert under_way.read_until is None
    scene.passes(timedelta(minutes=1))
    scene.read()
    assert codes(scene.kept(number)) == ["Delivery", "OT", "Origin"]
    assert (scene.reading().page, scene.reading().read_until) == ("", under_way.began)


def test_a_reading_begins_a_day_before_the_last_one_and_at_most_a_week_back() -> None:
    scene = Account()
    scene.under_way(Life.LOST)
    scene.read()
    scene.later(2 * HOUR)
    scene.read()
    scene.later(20 * DAY)
    scene.read()
    assert scene.asked_for_files() == 3
    begins = [asked_from(each) for each in scene.ups.recorded if each.operation == "quantum_view"]
    start = scene.clock.now() - 20 * DAY - 2 * HOUR
    assert begins == [start - 7 * DAY + HOUR, start - DAY, scene.clock.now() - 7 * DAY + HOUR]
    assert scene.reading().failed == 0


def asked_from(recorded: Any) -> datetime:
    asked = json.loads(recorded.request.body)["QuantumViewRequest"]["SubscriptionRequest"]
    begin = (asked if isinstance(asked, dict) else asked[0])["DateTimeRange"]["BeginDateTime"]
    return datetime.strptime(f"{begin}+0000", "%Y%m%d%H%M%S%z")


def test_a_subscription_that_ups_does_not_know_is_noted_and_closes_nothing() -> None:
    scene = Account("Inbound")
    scene.under_way()
    scene.later(DAY)
    scene.read()
    reading = scene.reading()
    assert "Inbound Unknown" in reading.why
    assert (reading.failed, reading.due_at) == (1, scene.clock.now() + EVERY)
    assert scene.connection().status == "running"
    scene.carrier.subscribe_to_quantum_view(NAME, "Inbound")
    scene.passes(EVERY)
    scene.sweep()
    scene.work()
    assert (scene.reading().why, scene.reading().failed) == ("", 0)


def test_a_bookmark_that_ups_refuses_is_dropped_and_the_range_asked_for_anew() -> None:
    scene = Account()
    scene.under_way()
    scene.carrier.engine.quantum.page = 1
    scene.later(3 * DAY)
    left = iter([100.0, 100.0, 0.0])
    scene.read(lambda: next(left))
    assert scene.reading().page
    scene.later(8 * DAY)
    number = scene.under_way(order="4000002")
    scene.later(DAY)
    scene.read()
    assert (scene.reading().page, scene.reading().failed) == ("", 1)
    scene.passes(EVERY)
    scene.read()
    assert scene.reading().failed == 0
    assert scene.kept(number)


def test_a_failure_of_ups_is_tried_again_where_the_reading_stands() -> None:
    scene = Account()
    number = scene.under_way()
    scene.later(3 * DAY)
    scene.ups_will("error_before", "quantum_view")
    scene.read()
    assert scene.reading().failed == 1
    scene.read()
    assert scene.reading().failed == 0
    assert codes(scene.kept(number)) == ["Delivery", "OT", "Origin"]


def test_two_workers_never_read_an_account_at_once() -> None:
    scene = Account()
    scene.under_way()
    scene.later(DAY)
    assert scene.ports.leases.take(OWNER, "another", HOUR)
    scene.read()
    assert scene.asked_for_files() == 0


def test_whoever_dies_between_noting_and_keeping_leaves_a_parcel_that_is_looked_at() -> None:
    scene = Account()
    number = scene.under_way()
    scene.later(3 * DAY)
    tracking = scene.world.tracking
    keep = tracking.keep

    def dies(*_: Any, **__: Any) -> int:
        raise KeyboardInterrupt

    tracking.keep = dies  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        scene.read()
    tracking.keep = keep  # type: ignore[method-assign]
    noted = scene.watch(number).poll_at
    assert noted
    assert noted <= scene.clock.now()
    scene.passes(timedelta(minutes=6))
    scene.read()
    assert codes(scene.kept(number)) == ["Delivery", "OT", "Origin"]


def test_a_person_is_told_once_it_has_failed_three_times_in_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    monkeypatch.setattr(log, "count", lambda metric, **_: counted.append(metric))
    scene = Account("Inbound")
    for tries in (1, 2, 3):
        scene.read()
        assert ("AccountsUnread" in counted) == (tries == 3) == scene.reading().needs_a_person


def test_a_test_of_the_connection_says_whether_the_subscription_runs() -> None:
    scene = Account()
    with scene.ports.carrier(scene.connection().connection) as carrier:
        assert carrier.ping()[-1].detail == "the subscription Outbound runs"
        scene.carrier.subscribe_to_quantum_view("Inbound")
        assert "subscription Outbound Unknown" in carrier.ping()[-1].detail
