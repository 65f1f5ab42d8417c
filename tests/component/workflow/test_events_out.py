"""Events out of the life of orders and parcels: each as docs/events.schema.json has it, the same each time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sandbox.erps.m3.seed import Line
from shared.aws import items
from shared.aws.stream import notices_in
from shared.aws.tracking_items import watch_item
from shared.aws.wire import to_wire
from shared.domain.milestones import Milestone
from shared.domain.notice import NoticeType
from shared.domain.parcel import Watch
from shared.domain.record import Head
from shared.workflow.desk.fix import fix
from shared.workflow.desk.void import void
from tests.component.workflow.scene import NOWHERE, ORDER, Scene, key_of
from tests.component.workflow.test_tracking import Story

DOCS = Path(__file__).resolve().parents[3] / "docs"
SCHEMA = json.loads((DOCS / "events.schema.json").read_text())
DEPLOYMENT = "0a1b2c3d"
Record = dict[str, Any]


class Stream:
    """The stream of the table: a record of each head and each watch that the scene writes, as DynamoDB tells it."""

    def __init__(self, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        self.records: list[Record] = []
        self._kept: dict[str, dict[str, Any]] = {}
        orders, tracking = scene.ports.orders, scene.ports.tracking
        create, transition, begin, save = orders.create, orders.transition, tracking.begin, tracking.save

        def created(head: Head, *rest: Any) -> bool:
            made = create(head, *rest)
            if made:
                self.tells(items.head_item(head))
            return made

        def moved(after: Head, *rest: Any, **more: Any) -> None:
            transition(after, *rest, **more)
            self.tells(items.head_item(after))

        def begun(watch: Watch) -> bool:
            made = begin(watch)
            if made:
                self.tells(watch_item(watch))
            return made

        def saved(watch: Watch) -> None:
            save(watch)
            self.tells(watch_item(watch))

        for store, name, to in (
            (orders, "create", created),
            (orders, "transition", moved),
            (tracking, "begin", begun),
            (tracking, "save", saved),
        ):
            monkeypatch.setattr(store, name, to)

    def knows(self, head: Head) -> None:
        """Has the head as it is, without a record of it."""
        item = items.head_item(head)
        self._kept[f"{item['pk']} {item['sk']}"] = to_wire(item)

    def tells(self, item: dict[str, Any]) -> None:
        new, place = to_wire(item), f"{item['pk']} {item['sk']}"
        change: Record = {"Keys": {"pk": {"S": item["pk"]}, "sk": {"S": item["sk"]}}, "NewImage": new}
        if place in self._kept:
            change["OldImage"] = self._kept[place]
        self._kept[place] = new
        self.records.append({"eventName": "MODIFY" if "OldImage" in change else "INSERT", "dynamodb": change})

    def events(self) -> list[dict[str, Any]]:
        """All events as they are sent, each held against the schema."""
        told = [json.loads(json.dumps(each.body(DEPLOYMENT))) for each in notices_in(self.records)]
        for each in told:
            Draft202012Validator(SCHEMA).validate(each)
        return told


@pytest.fixture
def scene() -> Scene:
    return Scene(approve={"mode": "automatic"})


def types(events: list[dict[str, Any]]) -> list[str]:
    return [each["type"] for each in events]


def test_an_order_that_is_shipped_delivered_and_told_the_ERP_makes_an_event_of_each(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Stream(scene, monkeypatch)
    key = scene.through()
    events = stream.events()
    assert types(events) == ["order.shipped", "order.done"]
    shipped, head = events[0], scene.ports.orders.head(key)
    assert head
    assert head.cost
    assert shipped["connection"] == head.connection
    assert shipped["data"] | {"sequence": 0} == {
        "order": key,
        "document": ORDER,
        "generation": 1,
        "sequence": 0,
        "shipment": head.shipment_id,
        "tracking_number": head.tracking_number,
        "packages": 1,
        "service": head.service,
        "cost": {"amount": str(head.cost.amount), "currency": "USD", "estimated": False},
    }


def test_a_held_order_is_told_with_its_reason_and_when_it_goes_on(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Stream(scene, monkeypatch)
    key = scene.through(lines=[Line("GASKET-X", 2)])
    scene.sweep()
    scene.poll()
    scene.work()
    fix(scene.ports, key, ["weight=0.2 lb"], "ann")
    scene.work()
    events = stream.events()
    assert types(events) == ["order.held", "order.released", "order.shipped", "order.done"]
    assert events[0]["data"]["reason"] == "weight"
    assert events[0]["data"]["field"]
    assert events[1]["data"]["reason"] == "weight"
    assert [each["data"]["sequence"] for each in events] == sorted(each["data"]["sequence"] for each in events)


def test_a_voided_label_is_told_once_and_names_what_was_voided(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    key = scene.through()
    head, stream = scene.ports.orders.head(key), Stream(scene, monkeypatch)
    assert head
    stream.knows(head)
    void(scene.ports, key, "ann")
    scene.work()
    asked, voided = stream.events()
    assert (asked["type"], asked["data"]["reason"]) == ("order.held", "void")
    assert (voided["type"], voided["data"]["tracking_number"]) == ("order.voided", head.tracking_number)


def test_a_parcel_s_milestones_and_its_delivery_are_events_without_the_person_who_took_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    story = Story()
    stream = Stream(story.scene, monkeypatch)
    story.look()
    story.pushed(Milestone.PICKED_UP)
    story.pushed(Milestone.PICKED_UP)
    story.scene.work()
    story.pushed(Milestone.DELIVERED, received_by="SMITH")
    story.scene.work()
    events = [each for each in stream.events() if each["type"].startswith("parcel.")]
    assert types(events) == ["parcel.milestone", "parcel.delivered"]
    assert [each["data"]["milestone"] for each in events] == ["picked_up", "delivered"]
    assert {each["data"]["tracking_number"] for each in events} == {story.number}
    assert "SMITH" not in json.dumps(events)


def test_the_same_record_makes_the_same_event_and_no_two_steps_share_an_id(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Stream(scene, monkeypatch)
    for number in ("4000001", "4000002"):
        scene.through(number)
    first, second = stream.events(), stream.events()
    assert first == second
    assert len({each["id"] for each in first}) == len(first) == 4


def test_an_order_that_is_only_looked_at_again_makes_no_event(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.through(to=NOWHERE)
    head, stream = scene.ports.orders.head(key_of(ORDER)), Stream(scene, monkeypatch)
    assert head
    stream.knows(head)
    stream.tells(items.head_item(head) | {"due_sk": "2027-01-01T00:00:00+00:00", "swept": 3})
    assert stream.events() == []


def test_an_item_of_a_newer_release_is_told_to_a_person_and_keeps_no_other_event_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    monkeypatch.setattr("shared.aws.stream.log.count", lambda metric, **_: counted.append(metric))
    stream = Stream(scene, monkeypatch)
    scene.through()
    newer = {"pk": "ORDER#a/b/c/-", "sk": "HEAD", "v": 99}
    change = {"Keys": to_wire({"pk": newer["pk"], "sk": "HEAD"}), "NewImage": to_wire(newer)}
    stream.records.insert(0, {"eventName": "INSERT", "dynamodb": change})
    counted.clear()
    assert types(stream.events()) == ["order.shipped", "order.done"]
    assert counted == ["NewerFormats"]


def test_the_schema_and_the_docs_have_each_type_and_the_docs_example_is_one_event() -> None:
    page = (DOCS / "events.md").read_text()
    assert set(SCHEMA["$defs"]) == {str(each) for each in NoticeType}
    assert {each for each in SCHEMA["$defs"] if f"`{each}`" in page} == set(SCHEMA["$defs"])
    example = json.loads(page.split("```json")[1].split("```")[0])
    Draft202012Validator(SCHEMA).validate(example)


@pytest.mark.parametrize("wrong", [{"ship_to": "1 Dock St"}, {"received_by": "SMITH"}])
def test_the_schema_refuses_what_no_event_may_tell(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str]
) -> None:
    stream = Stream(scene, monkeypatch)
    scene.through()
    event = stream.events()[0]
    assert not Draft202012Validator(SCHEMA).is_valid(event | {"data": event["data"] | wrong})
