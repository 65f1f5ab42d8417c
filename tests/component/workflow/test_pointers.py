"""A webhook's hints at work: the keys of a carrier are learnt, and a pointer has its parcels asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from shared.domain.tracking import Pointed
from shared.domain.webhook import Webhook
from shared.errors import Retry
from shared.workflow.tracking.hints import know_keys
from shared.workflow.tracking.look import look
from tests.component.workflow.scene import CONNECTION, Scene, a_minute


class Pointing:
    """A carrier that signs what it pushes, and whose events are pointers."""

    def __init__(self, numbers: tuple[str, ...]) -> None:
        self.numbers, self.followed = numbers, list[str]()
        self.fails: Exception | None = None

    def signing_keys(self) -> dict[str, str]:
        return {"one": "AQAB"}

    def follow(self, resource: str) -> Pointed:
        self.followed.append(resource)
        if self.fails:
            raise self.fails
        return Pointed(self.numbers)


def told(*hints: str, fails: Exception | None = None) -> tuple[Scene, Pointing]:
    scene = Scene()
    scene.through()
    number = scene.head().tracking_number
    carrier: Any = Pointing((number, "1ZUNKNOWN"))
    carrier.fails = fails
    scene.ports.webhooks.begin(Webhook("w" * 22, CONNECTION, "ups", ()))
    scene.ports = replace(scene.ports, open_carrier=lambda _: carrier)
    look(scene.ports, CONNECTION, hints, a_minute)
    return scene, carrier


def test_s47_a_pointer_is_followed_and_its_parcels_are_asked_for_at_once() -> None:
    scene, carrier = told("@/v2/labels?batch_id=se-1")
    assert carrier.followed == ["/v2/labels?batch_id=se-1"]
    watch = scene.ports.tracking.watch("ups", scene.head().tracking_number)
    assert watch
    assert watch.poll_at is not None
    assert watch.poll_at <= scene.clock.now() + timedelta(minutes=1)


def test_a_pointer_that_cannot_be_followed_now_is_left_to_the_polls() -> None:
    _, carrier = told("@/v2/labels?batch_id=se-1", fails=Retry("away"))
    assert carrier.followed == ["/v2/labels?batch_id=se-1"]


def test_the_keys_of_a_carrier_are_kept_with_the_webhook_and_once() -> None:
    scene, _ = told("@keys")
    kept = scene.ports.webhooks.of(CONNECTION)
    assert kept
    assert (kept.keys, kept.version) == ((("one", "AQAB"),), 2)
    know_keys(scene.ports, CONNECTION, {"one": "AQAB"})
    know_keys(scene.ports, CONNECTION, {})
    assert scene.ports.webhooks.of(CONNECTION) == kept
