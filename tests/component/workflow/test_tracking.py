"""From a parcel's label to its end: it is watched, subscribed to, polled, and the order and the ERP hear of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from shared.domain.milestones import Milestone
from shared.domain.parcel import ParcelEvent, Source, Watch
from shared.domain.tracking import Place, TrackedParcel, TrackingEvent
from shared.errors import Misconfigured, Refused, Retry
from shared.ports import PushTarget, Subscribed
from shared.workflow.tracking.apply import apply_told
from shared.workflow.tracking.look import look
from shared.workflow.upkeep.parcels import send_looks
from tests.component.workflow.scene import CONNECTION, DAY, MINUTE, Scene, a_minute

HOUR = timedelta(hours=1)
TARGET = PushTarget("https://hooks.example/webhooks/ups/abc", "s3cret")


@dataclass
class Tracking:
    """The side of a carrier that tells of parcels, as a test wants it."""

    clock: Any
    carrier: Any
    truth: dict[str, list[TrackingEvent]] = field(default_factory=dict)
    promised: dict[str, date] = field(default_factory=dict)
    refuses: dict[str, str] = field(default_factory=dict)
    forgets: set[str] = field(default_factory=set)
    fails: Exception | None = None
    poll_fails: Exception | None = None
    subscriptions: list[tuple[str, ...]] = field(default_factory=list)
    polls: list[str] = field(default_factory=list)
    most_numbers: int = 100

    def __getattr__(self, name: str) -> Any:
        return getattr(self.carrier, name)

    def track(self, number: str) -> tuple[TrackedParcel, ...]:
        self.polls.append(number)
        if self.poll_fails:
            raise self.poll_fails
        events = self.truth.get(number)
        if not events:
            return ()
        return (TrackedParcel(number, tuple(reversed(events)), self.promised.get(number), received_by="SMITH"),)

    def subscribe(self, numbers: Sequence[str], target: PushTarget) -> Subscribed:
        assert target == TARGET
        self.subscriptions.append(tuple(numbers))
        if self.fails:
            raise self.fails
        taken = tuple(each for each in numbers if each not in self.refuses and each not in self.forgets)
        return Subscribed(taken, self.clock.now() + timedelta(days=14), self.refuses)


class Story:
    """A shipped order, and what the carrier tells of its parcel."""

    def __init__(self, *, pushes: bool = True, **connection: Any) -> None:
        self.scene = Scene(**connection)
        made = self.scene.ports.open_carrier
        self.carrier = Tracking(self.scene.clock, None)

        def opened(of: Any) -> Any:
            self.carrier.carrier = made(of)
            return self.carrier

        webhook = (lambda _: TARGET) if pushes else (lambda _: None)
        self.ports = replace(self.scene.ports, open_carrier=opened, webhook=webhook)
        self.scene.ports = self.ports
        self.scene.through()
        self.number = self.scene.head().tracking_number
        assert self.number

    def event(self, milestone: Milestone | None, **changes: Any) -> TrackingEvent:
        now = self.scene.clock.now()
        place = Place("Albany", "NY", "", "US")
        return replace(TrackingEvent(now, now, "I", str(milestone), "", "words", place, milestone), **changes)

    def pushed(self, milestone: Milestone | None, **changes: Any) -> None:
        """Do the webhook's work: the event is kept, and a message names the parcel."""
        now = self.scene.clock.now()
        event = ParcelEvent(self.event(milestone, **changes), Source.PUSH, CONNECTION, now)
        self.ports.tracking.keep("ups", self.number, [event], expires=now + timedelta(days=14))
        self.ports.tracking_queue.send(CONNECTION, [self.number], "parcel")

    def happens(self, milestone: Milestone | None, **changes: Any) -> None:
        """A scan that nobody pushes."""
        self.carrier.truth.setdefault(self.number, []).append(self.event(milestone, **changes))

    def look(self) -> None:
        send_looks(self.ports, 1000)
        self.scene.work()

    def passes(self, span: timedelta, step: timedelta = HOUR) -> None:
        """Time goes by, and what is due is looked at."""
        until = self.scene.clock.now() + span
        while self.scene.clock.now() < until:
            self.scene.passes(step)
            self.look()

    def watch(self) -> Watch:
        watch = self.ports.tracking.watch("ups", self.number)
        assert watch
        return watch

    def in_erp(self) -> str:
        return str(self.scene.in_erp()["A630"])


def test_s41_each_parcel_is_subscribed_to_after_its_label() -> None:
    story = Story()
    story.look()
    assert story.carrier.subscriptions == [(story.number,)]
    watch = story.watch()
    assert watch.subscribed_until == story.scene.clock.now() + timedelta(days=14)
    assert story.carrier.polls == []


def test_s44_s46_a_pushed_milestone_reaches_the_erp_at_once() -> None:
    story = Story()
    story.look()
    for milestone in (Milestone.PICKED_UP, Milestone.OUT_FOR_DELIVERY, Milestone.DELIVERED):
        story.scene.passes(HOUR)
        story.pushed(milestone)
        story.scene.work()
        assert story.in_erp() == milestone
    assert story.scene.stands() == "DONE"


def test_s42_a_subscription_is_renewed_at_day_10_until_the_parcel_has_arrived() -> None:
    story = Story()
    story.look()
    story.passes(timedelta(days=11))
    assert len(story.carrier.subscriptions) == 2
    story.pushed(Milestone.DELIVERED)
    story.scene.work()
    story.passes(timedelta(days=20), step=6 * HOUR)
    assert len(story.carrier.subscriptions) == 2


def test_s43_what_was_not_pushed_is_found_by_the_poll() -> None:
    story = Story()
    story.look()
    story.happens(Milestone.PICKED_UP)
    story.passes(DAY + 2 * HOUR)
    assert story.in_erp() == "picked_up"


def test_s45_without_a_webhook_parcels_are_polled_all_the_same() -> None:
    story = Story(pushes=False)
    story.look()
    assert story.carrier.subscriptions == []
    story.happens(Milestone.IN_TRANSIT)
    story.passes(5 * HOUR)
    assert story.in_erp() == "in_transit"


def test_a_poll_stores_the_events_that_are_new_and_no_known_one_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that its condition refuses is billed like one that is made."""
    story = Story(pushes=False)
    kept, keep = list[int](), story.ports.tracking.keep

    def noting(carrier: str, number: str, events: Sequence[ParcelEvent], **facts: Any) -> int:
        kept.append(len(events))
        return keep(carrier, number, events, **facts)

    monkeypatch.setattr(story.ports.tracking, "keep", noting)
    for _ in range(3):
        story.happens(Milestone.IN_TRANSIT)
        story.passes(9 * HOUR)
    assert len(story.carrier.polls) == 6
    assert kept == [1, 1, 1]


def test_a_number_that_is_refused_is_polled_as_if_nobody_pushed() -> None:
    story = Story()
    story.carrier.refuses = {story.number: "no Track Alert number"}
    story.look()
    story.passes(9 * HOUR)
    assert len(story.carrier.subscriptions) == 1
    assert len(story.carrier.polls) == 2
    assert story.watch().refused == "no Track Alert number"


@pytest.mark.parametrize("error", [Retry("later", 60.0), Refused("hard", "no"), Misconfigured("no such product")])
def test_a_subscription_that_fails_is_tried_again_and_the_parcel_polled_meanwhile(error: Exception) -> None:
    story = Story()
    story.carrier.fails = error
    story.passes(9 * HOUR, step=10 * MINUTE)
    assert len(story.carrier.subscriptions) > 3
    assert len(story.carrier.polls) == 2
    stored = story.ports.connections.get(CONNECTION)
    assert stored
    assert stored.status == "running"
    story.carrier.fails = None
    story.passes(2 * HOUR, step=10 * MINUTE)
    assert story.watch().subscribed_until


def test_a_number_that_an_answer_does_not_name_is_subscribed_to_again() -> None:
    story = Story()
    story.carrier.forgets = {story.number}
    story.look()
    story.carrier.forgets = set()
    story.passes(HOUR, step=MINUTE)
    assert story.watch().subscribed_until


def test_g11_a_renewal_that_fails_leaves_no_parcel_unwatched() -> None:
    story = Story()
    story.look()
    story.passes(timedelta(days=9))
    story.carrier.fails = Retry("later")
    polls = len(story.carrier.polls)
    story.passes(timedelta(days=1, hours=2))
    assert len(story.carrier.polls) > polls
    story.passes(timedelta(days=6))
    watch = story.watch()
    assert watch.poll_at
    assert watch.poll_at <= story.scene.clock.now() + DAY


def test_what_was_told_before_the_label_is_joined() -> None:
    story = Story()
    story.ports.tracking.keep(
        "ups",
        story.number,
        [ParcelEvent(story.event(Milestone.PICKED_UP), Source.PUSH, CONNECTION, story.scene.clock.now())],
        expires=story.scene.clock.now() + timedelta(days=14),
    )
    story.look()
    assert story.in_erp() == "picked_up"


def test_an_event_for_another_connection_moves_nothing() -> None:
    story = Story()
    event = ParcelEvent(story.event(Milestone.DELIVERED), Source.PUSH, "other", story.scene.clock.now())
    story.ports.tracking.keep("ups", story.number, [event], expires=None)
    apply_told(story.ports, CONNECTION, story.number)
    story.look()
    assert story.watch().facts.milestone is None
    look(story.ports, "other", [story.number], a_minute)
    assert story.watch().facts.milestone is None


def test_events_of_an_unknown_number_are_left_where_they_are() -> None:
    story = Story()
    apply_told(story.ports, CONNECTION, "1Z0000000000000000")
    assert story.ports.tracking.watch("ups", "1Z0000000000000000") is None


def test_a_new_promise_reaches_the_erp_and_its_changes_are_kept() -> None:
    story = Story()
    story.look()
    story.happens(Milestone.IN_TRANSIT)
    for days in (3, 4):
        story.carrier.promised[story.number] = story.scene.clock.now().date() + timedelta(days=days)
        story.passes(DAY + HOUR)
    assert len(story.watch().facts.promises) == 2
    assert story.scene.in_erp()["A530"] == story.watch().facts.expected.isoformat()  # type: ignore[union-attr]


def test_an_arrived_parcel_is_asked_for_once_more_and_then_watched_no_longer() -> None:
    story = Story()
    story.look()
    story.pushed(Milestone.DELIVERED)
    story.happens(Milestone.DELIVERED)
    story.scene.work()
    story.passes(timedelta(days=3), step=6 * HOUR)
    watch = story.watch()
    assert (watch.finished, watch.due_at, watch.facts.received_by) == ("delivered", None, "SMITH")
    assert len(story.carrier.polls) == 1


def test_a_silent_parcel_is_shown_and_heard_of_again() -> None:
    story = Story(tracking={"push": "v1", "silent_days": 2})
    story.passes(timedelta(days=4), step=6 * HOUR)
    assert [each.number for each in story.ports.tracking.listing(CONNECTION, "silent")] == [story.number]
    story.pushed(Milestone.PICKED_UP)
    story.scene.work()
    assert not story.watch().silent


def test_a_parcel_is_given_up_after_120_days() -> None:
    story = Story(pushes=False)
    story.passes(timedelta(days=122), step=DAY)
    assert story.watch().finished == "too old"
    polls = len(story.carrier.polls)
    story.passes(timedelta(days=3), step=DAY)
    assert len(story.carrier.polls) == polls


def test_a_poll_that_fails_is_made_again_with_backoff() -> None:
    story = Story(pushes=False)
    story.carrier.poll_fails = Retry("later")
    story.passes(8 * HOUR, step=10 * MINUTE)
    story.happens(Milestone.IN_TRANSIT)
    assert len(story.carrier.polls) > 3
    story.carrier.poll_fails = None
    story.passes(2 * HOUR, step=10 * MINUTE)
    assert story.watch().facts.milestone == Milestone.IN_TRANSIT


def test_refused_credentials_close_the_connection_and_nothing_is_asked_until_they_are_set() -> None:
    story = Story(pushes=False)
    story.carrier.poll_fails = Misconfigured("invalid client")
    story.passes(5 * HOUR)
    stored = story.ports.connections.get(CONNECTION)
    assert stored
    assert stored.status == "closed"
    polls = len(story.carrier.polls)
    story.passes(DAY)
    assert len(story.carrier.polls) == polls


def test_an_exception_is_listed_until_the_parcel_goes_on() -> None:
    story = Story()
    story.look()
    story.pushed(Milestone.EXCEPTION, description="The address is wrong")
    story.scene.work()
    listed = list(story.ports.tracking.listing(CONNECTION, "exception"))
    assert [each.facts.problem for each in listed] == ["The address is wrong"]
    assert story.in_erp() == "exception"
    story.scene.passes(HOUR)
    story.pushed(Milestone.OUT_FOR_DELIVERY)
    story.scene.work()
    assert list(story.ports.tracking.listing(CONNECTION, "exception")) == []


def test_no_message_is_worked_on_without_time() -> None:
    story = Story()
    story.scene.passes(DAY)
    look(story.ports, CONNECTION, [story.number], lambda: 10.0)
    assert story.carrier.subscriptions == []
    assert story.carrier.polls == []
    assert story.watch().due_at
