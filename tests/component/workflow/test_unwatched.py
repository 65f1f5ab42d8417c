"""G11: subscriptions that keep failing leave no parcel unwatched, over months."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from shared.domain.milestones import Milestone
from shared.domain.tracking import TrackedParcel
from shared.errors import Refused, Retry
from shared.ports import PushTarget, Subscribed
from shared.workflow.upkeep.parcels import send_looks
from tests.component.workflow.scene import DAY
from tests.component.workflow.test_tracking import HOUR, Story, Tracking
from tests.deep import deep, size

VALID = timedelta(days=14)
LONGEST_POLL = DAY + 2 * HOUR
"""The longest interval between two questions for a parcel that nobody pushes, and the next full hour."""


@dataclass
class Failing(Tracking):
    """A carrier of which a share of the subscriptions fails, in one of the ways that there are; it knows until when it
    pushes each number, and when it was asked for each."""

    share: float = 0.3
    drawn: random.Random = field(default_factory=lambda: random.Random(11))
    until: dict[str, datetime] = field(default_factory=dict)
    asked: dict[str, datetime] = field(default_factory=dict)
    made: int = 0
    failed: int = 0

    def subscribe(self, numbers: Sequence[str], target: PushTarget) -> Subscribed:
        assert target.url
        now = self.clock.now()
        self.made += 1
        if self.drawn.random() < self.share:
            self.failed += 1
            way = self.drawn.choice(["retry", "wait", "refused", "unnamed", "lost"])
            if way == "retry":
                raise Retry("503")
            if way == "wait":
                raise Retry("429", after=3600.0)
            if way == "refused":
                raise Refused("refused", "VSS100")
            if way == "unnamed":
                return Subscribed((), now + VALID)
            self.until |= dict.fromkeys(numbers, now + VALID)  # it was made, and nobody learns of it
            raise Retry("the answer was lost")
        self.until |= dict.fromkeys(numbers, now + VALID)
        return Subscribed(tuple(numbers), now + VALID)

    def track(self, number: str) -> tuple[TrackedParcel, ...]:
        self.asked[number] = self.clock.now()
        return super().track(number)


def a_fleet(parcels: int, seed: int) -> tuple[Story, Failing, dict[str, datetime]]:
    """Parcels on their way that never arrive, each with its label's time."""
    story = Story()
    failing = Failing(story.scene.clock, None, drawn=random.Random(seed))
    story.carrier = failing
    numbers = {story.number: story.scene.clock.now()}
    for place in range(1, parcels):
        order = str(4000001 + place)
        story.scene.through(order)
        numbers[story.scene.head(order).tracking_number] = story.scene.clock.now()
        story.passes(7 * HOUR)
    for number in numbers:
        failing.truth[number] = [story.event(Milestone.IN_TRANSIT)]
    return story, failing, numbers


@deep
@pytest.mark.parametrize("seed", range(size(3, 10)))
def test_g11_in_90_days_with_30_percent_of_renewals_failing_no_parcel_is_unwatched(seed: int) -> None:
    story, carrier, numbers = a_fleet(size(5, 40), seed)
    begin, unwatched = story.scene.clock.now(), []
    while story.scene.clock.now() < begin + timedelta(days=90):
        story.scene.passes(HOUR)
        send_looks(story.scene.ports, 1000)
        story.scene.work()
        now = story.scene.clock.now()
        for number, since in numbers.items():
            pushed = carrier.until.get(number, now) > now
            asked = now - carrier.asked.get(number, since) <= LONGEST_POLL
            if not (pushed or asked):
                unwatched.append((now, number))
    assert unwatched == []
    assert carrier.failed >= size(5, 40), f"of {carrier.made} subscriptions"
    watches = [story.scene.ports.tracking.watch("ups", number) for number in numbers]
    assert [each.number for each in watches if each and each.finished] == []


def test_g11_a_carrier_that_renews_nothing_for_90_days_is_asked_all_the_while() -> None:
    story, carrier, numbers = a_fleet(2, 0)
    carrier.share = 1.0
    longest = dict.fromkeys(numbers, timedelta(0))
    for _ in range(90 * 24):
        story.passes(HOUR)
        now = story.scene.clock.now()
        longest = {each: max(longest[each], now - carrier.asked.get(each, numbers[each])) for each in numbers}
    assert max(longest.values()) <= LONGEST_POLL
    assert story.scene.connection().status == "running"
    assert carrier.failed > 90
