"""`why`: each decision about an order with its rule, what the rule looked at, and when."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from sandbox.erps.m3.seed import Line
from shared.domain.rules import RULES
from shared.domain.state import Reason
from shared.workflow.desk.approve import approve, retry
from shared.workflow.desk.fix import fix
from shared.workflow.desk.why import Decision, Topic, Why, why
from tests.component.cli.office import Office
from tests.component.workflow.refusing import refusing
from tests.component.workflow.scene import NOWHERE, ORDER, Scene, key_of

KEY = key_of(ORDER)


def told(scene: Scene) -> Why:
    return why(refusing(scene.ports), scene.head())


def of(found: Why, topic: Topic) -> Decision:
    (only,) = [each for each in found.decisions if each.topic == topic]
    return only


def test_a_shipped_order_has_its_packing_service_price_and_approval() -> None:
    scene = Scene(approve={"mode": "automatic"})
    scene.through(lines=[Line("VALVE-1", 2)])
    found = told(scene)
    assert [each.topic for each in found.decisions] == [Topic.PACKING, Topic.SERVICE, Topic.PRICE, Topic.APPROVAL]
    packing, service, price, approval = found.decisions
    assert packing.outcome.startswith("1 package: ")
    assert packing.rule.startswith("packing.rule: ")
    assert "of VALVE-1" in dict(packing.inputs)["line 1"]
    assert service.outcome == scene.head().service
    assert dict(service.inputs)["delivery method"] == "UPS"
    assert service.rule.startswith("services.UPS: ")
    assert price.outcome == str(scene.head().quote)
    assert dict(price.inputs)["because of"] == "billing.default: shipper"
    assert (approval.outcome, approval.rule) == ("not needed", "approve.mode: automatic")
    assert {each.at for each in found.decisions} == {scene.snapshot().quoted_at}
    assert {each.who for each in found.decisions} == {"parcelbridge"}


def test_s25_an_approval_says_who_gave_it_and_for_which_price() -> None:
    scene = Scene(approve={"mode": "manual", "amount": None})
    scene.through()
    asked = of(told(scene), Topic.APPROVAL)
    assert asked.outcome == "asked: approve.mode is manual"
    scene.passes(timedelta(hours=1))
    approve(scene.ports, KEY, "ann")
    scene.work()
    given = of(told(scene), Topic.APPROVAL)
    assert (given.who, given.at) == ("ann", scene.snapshot().approved_at)
    assert given.outcome == f"given for {scene.head().quote}"
    hold = of(told(scene), Topic.HOLD)
    assert (hold.outcome, dict(hold.inputs)["ended by"], hold.until) == ("approval", "approved of ann", given.at)


def test_a_default_weight_is_named_with_the_key_that_gave_it() -> None:
    scene = Scene(
        approve={"mode": "automatic"},
        defaults={"unit_weight": {"value": 2, "unit": "lb"}, "allow_automatic": True},
    )
    scene.through(lines=[Line("GASKET-X", 3)])
    found = told(scene)
    assert "2 lb by defaults.unit_weight" in dict(of(found, Topic.PACKING).inputs)["line 1"]
    assert dict(of(found, Topic.APPROVAL).inputs)["default weight"] == "line 1"


def test_every_hold_has_its_rule_its_field_and_what_ended_it() -> None:
    scene = Scene()
    scene.through(lines=[Line("GASKET-X", 1)])
    hold = of(told(scene), Topic.HOLD)
    assert (hold.outcome, hold.rule, hold.until) == ("weight", RULES[Reason.WEIGHT], None)
    assert "GASKET-X has no weight" in dict(hold.inputs)["found"]
    fix(scene.ports, KEY, ["weight=2lb"], "ann")
    scene.work()
    hold = next(each for each in told(scene).decisions if each.topic == Topic.HOLD)
    assert hold.until is not None
    assert dict(hold.inputs)["ended by"].endswith("of ann")
    assert "found" not in dict(hold.inputs), "the sentence of a hold is kept while it stands"


def test_a_hold_that_comes_again_is_told_once_each_time() -> None:
    scene = Scene()
    scene.through(to=NOWHERE)
    scene.passes(timedelta(minutes=5))
    retry(scene.ports, KEY, "ann")
    scene.work()
    holds = [each for each in told(scene).decisions if each.topic == Topic.HOLD]
    assert [each.outcome for each in holds] == ["address", "address"]
    assert [each.until is None for each in holds] == [False, True]


def test_the_decisions_are_those_of_the_file_that_counted_then() -> None:
    scene = Scene(approve={"mode": "automatic"})
    scene.through()
    before = told(scene)
    scene.applies(approve={"mode": "manual", "amount": None})
    assert told(scene) == before


def test_a_quote_under_a_new_file_is_told_by_that_file_though_the_step_ends_later_than_it_was_asked() -> None:
    scene = Scene(approve={"mode": "manual", "amount": None})
    scene.through()
    scene.applies(approve={"mode": "automatic"})
    slow = scene.ports.open_carrier

    def late(connection: Any) -> Any:
        scene.passes(timedelta(seconds=3))
        return slow(connection)

    scene.with_ports(open_carrier=late)
    scene.passes(timedelta(hours=1))
    scene.poll()
    scene.work()
    assert scene.head().shipment_id
    found = told(scene)
    assert found.revision == 2
    assert of(found, Topic.APPROVAL).rule == "approve.mode: automatic"


def test_of_content_that_has_expired_only_the_holds_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()
    scene.through(lines=[Line("GASKET-X", 1)])
    monkeypatch.setattr("shared.workflow.desk.why.snapshot_of", lambda *_: None)
    found = told(scene)
    assert found.expired
    assert [each.topic for each in found.decisions] == [Topic.HOLD]


def test_every_reason_has_its_rule() -> None:
    assert set(RULES) == set(Reason)


def test_orders_why_says_it_at_the_command_line() -> None:
    office = Office(approve={"mode": "automatic"})
    office.through()
    shown = office.says("orders", "why", ORDER)
    for seen in ("Packing: 1 package", "Service: ", "Price: ", "Approval: not needed", "approve.mode: automatic"):
        assert seen in shown
    facts: dict[str, Any] = json.loads(office.says("orders", "why", ORDER, "--json"))
    assert [each["topic"] for each in facts["decisions"]] == ["packing", "service", "price", "approval"]
    held = Office()
    held.through(lines=[Line("GASKET-X", 1)])
    shown = held.says("orders", "why", ORDER)
    assert "It was not quoted" in shown
    assert f"Hold: weight\nrule   {RULES[Reason.WEIGHT]}" in shown
