"""The way in before the judges, as `make judge` tells it (S37, S38)."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.way_in import judge_way_in


def test_s37_the_judges_accept_every_request_of_the_way_in_and_each_operation_occurs(
    contracts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARCELBRIDGE_CONTRACTS", str(contracts))
    judged, absent = judge_way_in()
    assert absent == []
    assert [(each.operation, each.problems) for each in judged if each.problems] == []
    assert {each.system for each in judged} == {"m3", "shipstation"}
