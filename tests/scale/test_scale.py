"""Every connector holds the rules of the tier that it claims; Infor M3 and UPS stand on the top one."""

from __future__ import annotations

import pytest

from tests.scale.connectors import Connector, connectors
from tests.scale.rules import TIERS, Rule, asked_of
from tests.scale.scale import SCALE, Held, held, reached, rules

CASES = [(each, rule) for each in connectors() for rule in asked_of(each.claim["TIER"])]


@pytest.mark.parametrize(("connector", "rule"), CASES, ids=lambda each: getattr(each, "name", str(each)))
def test_a_connector_holds_each_rule_of_its_tier(connector: Connector, rule: Rule) -> None:
    found = held(rule, connector)
    if found.unseen:
        pytest.skip(found.unseen)
    if found.exempt:
        assert found.missing, f"{rule.name} holds: take the exemption away"
    else:
        assert found.missing == (), rule.why


def test_the_first_two_stand_on_the_top_tier() -> None:
    claimed = {each.kind: each.claim["TIER"] for each in connectors()}
    assert (claimed["infor-m3"], claimed["ups"]) == ("platinum", "platinum")


@pytest.mark.parametrize("connector", connectors(), ids=str)
def test_an_exemption_is_of_a_rule_and_has_a_reason(connector: Connector) -> None:
    for name, reason in connector.claim["EXEMPT"].items():
        assert name in {rule.name for rule in rules()}
        assert len(reason) > 40


def test_there_are_20_to_25_rules_in_four_tiers_each_with_its_reason() -> None:
    assert 20 <= len(rules()) <= 25
    assert {rule.tier for rule in rules()} == set(TIERS)
    assert all(len(rule.why) > 60 for rule in rules())
    assert all(rule.check.__module__ == f"tests.scale.{rule.tier}" for rule in rules())
    assert len(SCALE) == len(TIERS)


def test_a_tier_is_reached_when_all_its_rules_and_those_below_hold() -> None:
    well = [Held(rule) for rule in rules()]
    assert reached(well) == "platinum"
    assert reached([Held(each.rule, ("it",)) if each.rule.tier == "gold" else each for each in well]) == "silver"
    assert (
        reached([Held(each.rule, ("it",), "why") if each.rule.tier == "gold" else each for each in well]) == "platinum"
    )
    assert reached([Held(each.rule, ("it",)) for each in well]) is None
