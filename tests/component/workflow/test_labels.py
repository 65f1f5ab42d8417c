"""Label images: each package has one in the store before the ERP hears of its number."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sandbox.carriers.ups.labels import image
from sandbox.carriers.ups.manners import MASKED
from sandbox.erps.m3.seed import Line
from shared.domain.pictures import is_picture
from shared.domain.state import State
from shared.errors import Refused
from shared.ports import ShippedPackage
from shared.workflow.desk.approve import retry
from shared.workflow.desk.ship_again import propose, ship_again
from shared.workflow.desk.void import void
from tests.component.workflow.scene import DAY, ORDER, Scene, bought_once, key_of

THREE_PACKAGES = [Line("VALVE-1", 20)]
"""Twenty valves of 3.5 kg: four packages of at most 50 lb."""


class _Shy:
    """A carrier whose create answer lacks some of the images."""

    def __init__(self, carrier: Any, keep: int) -> None:
        self._carrier, self._keep = carrier, keep

    def __getattr__(self, name: str) -> Any:
        return getattr(self._carrier, name)

    def create(self, plan: Any, reference: str) -> Any:
        created = self._carrier.create(plan, reference)
        return replace(created, labels=created.labels[: self._keep])


class _Halved(_Shy):
    """A carrier whose recovery lacks some of the images, too."""

    def labels(self, shipment_id: str, plan: Any) -> Any:
        return self._carrier.labels(shipment_id, plan)[: self._keep]


class _Garbling(_Shy):
    """A carrier whose create answers with something else in the images' place; its recovery too, unless it heals."""

    def __init__(self, carrier: Any, image: bytes, *, heals: bool) -> None:
        super().__init__(carrier, 0)
        self._image, self._heals = image, heals

    def create(self, plan: Any, reference: str) -> Any:
        created = self._carrier.create(plan, reference)
        return replace(created, labels=tuple(replace(each, image=self._image) for each in created.labels))

    def labels(self, shipment_id: str, plan: Any) -> Any:
        found = self._carrier.labels(shipment_id, plan)
        return found if self._heals else tuple(replace(each, image=self._image) for each in found)


class _Masked(_Shy):
    """A carrier whose test environment shows every number alike, and leaves the first images out."""

    def create(self, plan: Any, reference: str) -> Any:
        created = self._carrier.create(plan, reference)
        alike = (MASKED,) * len(created.tracking_numbers)
        return replace(created, tracking_numbers=alike, labels=masked(created.labels)[self._keep :])

    def labels(self, shipment_id: str, plan: Any) -> Any:
        return masked(self._carrier.labels(shipment_id, plan))


def masked(labels: Any) -> Any:
    return tuple(replace(label, tracking_number=MASKED) for label in labels)


def shipped(keep: int = 0, carrier: type[_Shy] = _Shy, **connection: Any) -> Scene:
    """Bought, with only `keep` images in the answer."""
    scene = Scene(**connection)
    ups = scene.ports.open_carrier
    scene.with_ports(open_carrier=lambda connection: carrier(ups(connection), keep))
    scene.taken_in(lines=THREE_PACKAGES)
    scene.process()
    return scene


def packages(scene: Scene) -> tuple[ShippedPackage, ...]:
    return scene.ports.orders.packages(key_of(ORDER), 1)


def stored(scene: Scene) -> list[bytes]:
    return [scene.ports.labels.get(package.label) for package in packages(scene)]


def test_s30_every_package_has_its_own_image_under_a_name_of_order_generation_and_number() -> None:
    scene = Scene()
    scene.through(lines=THREE_PACKAGES)
    places = [package.label for package in packages(scene)]
    assert places == [f"{key_of(ORDER)}/1/{number}.gif" for number in (1, 2, 3, 4)]
    images = stored(scene)
    assert all(image.startswith(b"GIF8") for image in images)
    assert len(set(images)) == 4


@pytest.mark.parametrize("label_format", ["ZPL", "EPL"])
def test_s30_the_format_of_the_connection_is_the_label_s(label_format: str) -> None:
    scene = Scene(label={"format": label_format})
    scene.through()
    assert packages(scene)[0].label.endswith(f"/1.{label_format.lower()}")


@pytest.mark.parametrize("without", [0, 1, 3, 4])
def test_s30_packages_whose_numbers_are_alike_have_an_image_each_also_by_recovery(without: int) -> None:
    scene = shipped(without, carrier=_Masked)
    assert [bool(package.label) for package in packages(scene)] == [False] * without + [True] * (4 - without)
    scene.lives(timedelta(hours=3))
    assert scene.stands() == "DONE"
    assert [package.label for package in packages(scene)] == [f"{key_of(ORDER)}/1/{n}.gif" for n in (1, 2, 3, 4)]
    (live,) = scene.live()
    assert stored(scene) == [b64decode(image("GIF", number, live.ship_to)) for number in live.tracking_numbers]


@pytest.mark.parametrize("keep", [0, 1, 3])
def test_s30_images_that_the_answer_lacks_are_recovered_and_those_it_had_are_kept(keep: int) -> None:
    scene = shipped(keep)
    assert scene.stands() == "SHIPPED retry"
    assert scene.trail()[-2:] == ["created", "label_not_ready"], "UPS has not processed the shipment yet"
    scene.lives(timedelta(hours=3))
    assert "labels_recovered" in scene.trail()
    assert bought_once(scene)
    assert len(set(stored(scene))) == 4
    assert scene.creates() == 1


def garble(scene: Scene, image: bytes, *, heals: bool) -> None:
    opened = scene.ports.open_carrier
    scene.with_ports(open_carrier=lambda connection: _Garbling(opened(connection), image, heals=heals))


NO_LABELS = [b"no label!", b"<html>\n<p>busy</p>", b'{"error": 1}\n', b"%PDF-1.4\n%", b"\x89PNG\r\n\x1a\n"]


@pytest.mark.parametrize("garbled", NO_LABELS)
def test_bytes_that_are_no_label_are_recovered_again(garbled: bytes) -> None:
    for label_format in ("GIF", "ZPL"):
        scene = Scene(label={"format": label_format})
        garble(scene, garbled, heals=True)
        scene.through()
        assert scene.stands() == "SHIPPED retry"
        scene.lives(timedelta(hours=2))
        assert bought_once(scene)
        assert "labels_recovered" in scene.trail()
        (package,) = scene.ports.orders.packages(key_of(ORDER), 1)
        assert is_picture(label_format, scene.ports.labels.get(package.label))


def test_bytes_that_stay_no_label_are_held_as_a_missing_image() -> None:
    scene = Scene()
    garble(scene, b"no label!", heals=False)
    scene.through()
    assert scene.stands() == "SHIPPED retry"
    scene.lives(timedelta(hours=26))
    assert scene.stands() == "HELD label"


def test_an_image_that_vanished_from_the_store_is_recovered_before_the_write_back() -> None:
    scene = Scene()
    scene.taken_in(lines=THREE_PACKAGES)
    scene.process()
    scene.drop_messages()
    lost = packages(scene)[2].label
    scene.world.labels.images.pop(lost)
    scene.passes(timedelta(minutes=15))
    scene.process()
    assert scene.trail()[-1] == "labels_recovered"
    assert scene.ports.labels.has(lost)
    scene.work()
    assert bought_once(scene)


def test_the_write_back_is_asked_for_only_once_every_image_is_stored() -> None:
    scene = shipped(keep=3)
    assert scene.messages("write-backs") == []
    scene.lives(timedelta(hours=3))
    assert bought_once(scene)


def test_an_image_is_stored_for_as_long_as_the_file_keeps_personal_data() -> None:
    scene = Scene(retention=timedelta(days=90))
    kept, store = [], scene.ports.labels

    class Noted:
        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def put(self, place: str, image: bytes, keep: timedelta | None = None) -> None:
            kept.append(keep)
            store.put(place, image, keep)

    scene.with_ports(labels=Noted())
    scene.through()
    assert set(kept) == {timedelta(days=90)}


def test_a_bought_label_is_stored_before_its_image() -> None:
    scene = Scene()
    images = scene.ports.labels

    class Broken:
        def put(self, place: str, image: bytes, keep: Any) -> None:
            assert scene.head().state == State.SHIPPED, "the shipment itself stands first"
            raise ConnectionError("the bucket is gone")

        def has(self, place: str) -> bool:
            return images.has(place)

    scene.taken_in()
    scene.with_ports(labels=Broken())
    with pytest.raises(ConnectionError):
        scene.process()
    assert scene.head().shipment_id == scene.live()[0].shipment_id
    assert scene.messages("write-backs") == []
    scene.with_ports(labels=images)
    scene.lives(timedelta(hours=1))
    assert bought_once(scene)
    assert scene.creates() == 1


def test_a_recovery_without_all_the_images_is_asked_again() -> None:
    scene = shipped(keep=2, carrier=_Halved)
    scene.lives(timedelta(hours=1))
    assert scene.head().state == State.SHIPPED
    assert "the carrier returned no image for a package" in scene.audit()[-1].why
    assert scene.in_erp() == {}


def test_s17_images_that_stay_missing_for_a_day_are_held_as_a_label_with_its_number_at_hand() -> None:
    scene = shipped(keep=2, carrier=_Halved)
    scene.lives(2 * DAY)
    assert scene.stands() == "HELD label"
    assert scene.head().shipment_id == scene.live()[0].shipment_id
    assert scene.creates() == 1


def test_s17_a_label_that_the_carrier_no_longer_gives_is_held() -> None:
    scene = shipped()
    scene.ups.recovery_days = 0
    scene.passes(timedelta(hours=2))
    scene.process()
    assert scene.stands() == "HELD label"
    assert "300006" in scene.snapshot().problem
    scene.ups.recovery_days = 30
    retry(scene.ports, key_of(ORDER), "ann")
    scene.work()
    assert bought_once(scene)


def test_s17_a_missing_image_whose_snapshot_has_expired_is_held() -> None:
    scene = shipped()
    orders = scene.world.orders._orders[key_of(ORDER)]
    orders.snapshots[1] = replace(orders.snapshots[1], plan=None)
    scene.passes(timedelta(hours=2))
    scene.process()
    assert scene.stands() == "HELD label"
    orders.snapshots.clear()
    retry(scene.ports, key_of(ORDER), "ann")
    scene.work()
    assert scene.stands() == "HELD write_back"
    with pytest.raises(Refused):
        scene.snapshot()


def test_s32_a_person_s_retry_writes_the_number_back_although_the_image_is_missing() -> None:
    scene = shipped()
    orders = scene.world.orders._orders[key_of(ORDER)]
    whole, orders.snapshots[1] = orders.snapshots[1], replace(orders.snapshots[1], plan=None)
    scene.passes(timedelta(hours=2))
    scene.process()
    assert scene.stands() == "HELD label"
    orders.snapshots[1] = whole
    scene.world.queues["orders"].take()
    retry(scene.ports, key_of(ORDER), "ann")
    assert [order for _, order in scene.world.queues["write-backs"].messages] == [key_of(ORDER)]
    scene.write_back()
    assert scene.stands() == "DONE"
    assert scene.world.tenant.free_fields(ORDER)["A121"]


class _Imageless(_Shy):
    """A carrier that gives no image of what it sells, neither at once nor later."""

    def labels(self, shipment_id: str, plan: Any) -> Any:
        raise Refused("label", "there is no such label")


class _Dying:
    """A store at which the worker dies."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def put(self, place: str, image: bytes, keep: Any) -> None:
        raise KeyboardInterrupt


@pytest.mark.parametrize("first_was_held", [False, True])
def test_that_an_earlier_label_was_let_go_without_its_image_says_nothing_of_a_later_one(first_was_held: bool) -> None:
    scene, key = Scene(), key_of(ORDER)
    opened, store = scene.ports.open_carrier, scene.ports.labels
    if first_was_held:
        scene.with_ports(open_carrier=lambda connection: _Imageless(opened(connection), 0))
    scene.through()
    if first_was_held:
        assert scene.stands() == "HELD label"
        scene.with_ports(open_carrier=opened)
        retry(scene.ports, key, "ann")
        scene.work()
    assert scene.stands() == "DONE"
    void(scene.ports, key, "ann")
    scene.passes(timedelta(minutes=10))
    scene.work()
    ship_again(scene.ports, propose(scene.ports, key), "ann")
    scene.with_ports(labels=_Dying(store))
    with pytest.raises(KeyboardInterrupt):
        scene.work()
    scene.with_ports(labels=store)
    assert scene.stands() == "SHIPPED"
    scene.write_back()
    kept = [store.has(each.label) for each in scene.ports.orders.packages(key, 2)]
    assert (scene.stands(), kept) in (("SHIPPED", [False]), ("DONE", [True])), "never told without its image"
