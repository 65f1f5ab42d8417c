"""The state of every parcel against the carrier's truth, over UPS's own pushes and answers, however pushes fail."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest

from sandbox.carriers.ups.face import Ups
from sandbox.carriers.ups.lives import Life
from sandbox.carriers.ups.pushes import Mishaps
from sandbox.memory_tracking import MemoryWebhooks
from shared.domain.milestones import Milestone
from shared.domain.parcel import Watch
from shared.domain.webhook import Credential, Webhook, digest_of
from shared.http import NotSent, Response
from shared.ports import PushTarget
from shared.pushes import reader_of, verifier_of
from shared.workflow.tracking.receive import Call, Door, receive
from shared.workflow.tracking.times import DAY, HOUR
from shared.workflow.upkeep.parcels import send_looks
from tests.component.workflow.scene import CONNECTION, Scene

WEBHOOK = "abcdefghijklmnopqrstuv"
TARGET = PushTarget(f"https://hooks.example/webhooks/ups/{WEBHOOK}", "s3cret")
LIVES = tuple(Life)
ONE_INTERVAL = DAY + 2 * HOUR
"""A subscribed parcel is polled a day after it was last heard of; the clock of these tests goes by the hour."""


@dataclass
class Fleet:
    """Orders with a parcel each, subscribed to at the emulated UPS, which posts to our webhook."""

    lives: tuple[Life, ...]
    spread: timedelta
    scene: Scene = field(default_factory=Scene)
    numbers: dict[str, str] = field(default_factory=dict)
    down: bool = False
    taken: int = 0
    seen: dict[str, list[tuple[datetime, Milestone, date | None]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ports = self.scene.ports
        webhooks = MemoryWebhooks()
        webhooks.begin(Webhook(WEBHOOK, CONNECTION, "ups", (Credential(digest_of(TARGET.credential.encode())),)))
        self.door = Door(
            webhooks, ports.tracking, ports.tracking_queue, ports.clock, reader_of, ports.looks_queue, verifier_of
        )
        self.scene.with_ports(webhook=lambda _: TARGET)
        assert isinstance(self.scene.world.carrier, Ups)
        self.ups = self.scene.world.carrier
        self.ups.push_to(self.post)
        drawn = random.Random(len(self.lives))
        for place, life in enumerate(self.lives):
            order = str(4000001 + place)
            self.scene.through(order)
            number = self.scene.head(order).tracking_number
            start = self.scene.clock.now() + HOUR + self.spread * drawn.random()
            self.ups.choose_life(number, life, start=start)
            self.numbers[number] = order
        self.look()

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        if self.down:
            raise NotSent("webhook down")
        lower = {name.lower(): value for name, value in headers.items()}
        answer = receive(self.door, Call("ups", url.rsplit("/", 1)[1], lower, body))
        assert answer.status == 200, answer
        self.taken += 1
        return Response(answer.status, {}, b"")

    def look(self) -> None:
        send_looks(self.scene.ports, 1000)
        self.scene.work()

    def passes(self, span: timedelta) -> None:
        """Hour by hour; the truth of each hour is noted."""
        for _ in range(span // HOUR):
            self.scene.passes(HOUR)
            self.ups.advance()
            self.look()
            for number in self.numbers:
                truth = self.ups.truth(number)
                assert truth
                self.seen.setdefault(number, []).append((self.scene.clock.now(), truth.milestone, truth.delivered_on))

    def watch(self, number: str) -> Watch:
        watch = self.scene.ports.tracking.watch("ups", number)
        assert watch
        return watch

    def behind(self, by: timedelta) -> dict[str, str]:
        """Parcels whose state is none that was true within that time, with what is told and what is true."""
        since = self.scene.clock.now() - by
        found = {}
        for number in self.numbers:
            told = self.watch(number).facts.milestone or Milestone.LABEL_CREATED
            true = {milestone for at, milestone, _ in self.seen[number] if at >= since}
            if told not in true:
                found[number] = f"{told} instead of {sorted(true)}"
        return found

    def wrong(self) -> dict[str, tuple[object, ...]]:
        """Parcels of which state, day of delivery or what the ERP has are not the truth of now."""
        found: dict[str, tuple[object, ...]] = {}
        for number, order in self.numbers.items():
            _, milestone, delivered = self.seen[number][-1]
            facts, in_erp = self.watch(number).facts, self.scene.in_erp(order).get("A630")
            day = facts.delivered if milestone == Milestone.DELIVERED else None
            if (facts.milestone, day, in_erp) != (milestone, delivered, milestone):
                found[number] = (facts.milestone, day, in_erp, milestone, delivered)
        return found


def test_g10_a_webhook_that_was_down_for_6_days_leaves_the_truth_within_one_poll_interval() -> None:
    fleet = Fleet(LIVES * 2, spread=timedelta(days=1))
    fleet.down = True
    fleet.passes(timedelta(days=6))
    assert fleet.taken == 0
    assert fleet.behind(ONE_INTERVAL) == {}, "not even meanwhile"
    fleet.down = False
    fleet.passes(ONE_INTERVAL)
    assert fleet.wrong() == {}


@pytest.mark.parametrize(
    "mishaps",
    [
        Mishaps(dropped=0.2),
        Mishaps(repeated=0.2),
        Mishaps(reordered=0.2),
        Mishaps(dropped=0.2, repeated=0.2, reordered=0.2, blanked=0.2, seed=7),
    ],
    ids=["dropped", "repeated", "reordered", "all"],
)
def test_g10_pushes_that_are_dropped_repeated_or_reordered_lead_to_the_truth(mishaps: Mishaps) -> None:
    fleet = Fleet(LIVES * 4, spread=timedelta(days=2))
    fleet.ups.mishap(mishaps)
    for _ in range(10):
        fleet.passes(timedelta(hours=18))
        assert fleet.behind(ONE_INTERVAL) == {}
    fleet.passes(ONE_INTERVAL)
    assert fleet.wrong() == {}
    assert fleet.taken > 50


def test_pushes_alone_tell_the_truth_within_the_hour() -> None:
    fleet = Fleet(LIVES, spread=timedelta(days=1))
    for _ in range(7):
        fleet.passes(timedelta(days=1))
        assert fleet.behind(HOUR) == {}
    assert fleet.wrong() == {}
    assert fleet.taken > 50


def test_a_parcel_that_is_sent_back_is_never_told_to_be_delivered() -> None:
    fleet = Fleet((Life.SENT_BACK,), spread=timedelta(0))
    for _ in range(7):
        fleet.passes(timedelta(days=1))
        assert fleet.behind(HOUR) == {}
    assert fleet.wrong() == {}
