"""The dashboard and the saved queries, against the lines that functions write."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from infra.dashboard import QUERIES

SHARED = Path(__file__).resolve().parents[2] / "shared"
SOURCE = "\n".join(path.read_text() for path in SHARED.rglob("*.py"))


def body(stack: Any) -> str:
    (board,) = stack.of_type("AWS::CloudWatch::Dashboard").values()
    said = board["DashboardBody"]
    return said if isinstance(said, str) else "".join(str(part) for part in said["Fn::Join"][1])


def test_one_dashboard_shows_what_an_operator_asks_first(stack: Any) -> None:
    text = body(stack)
    for title in ("taken, held, labelled", "The oldest order", "Errors, by connection", "Tracking: minutes"):
        assert title in text
    for title in ("Shipping cost, by day", "Running cost", "Heartbeats", "Held, by reason"):
        assert title in text


def test_every_figure_that_is_asked_for_is_one_that_functions_write(stack: Any) -> None:
    asked = set(re.findall(r'"([A-Z][A-Za-z]+)"', " ".join(line for lines in QUERIES.values() for line in lines)))
    asked |= set(re.findall(r'\\+"([A-Z][a-z]+[A-Z][A-Za-z]+)\\+"', body(stack)))
    figures = {each for each in asked if each not in ("ERROR", "CRITICAL", "WARNING", "ORDER", "ID")}
    assert figures >= {"OrdersTaken", "HeldByReason", "LabelAmounts", "WriteBacks", "OrdersDone", "TrackingLag"}
    assert [each for each in sorted(figures) if f'"{each}"' not in SOURCE] == []


def test_the_queries_are_saved_over_the_logs_of_all_functions(stack: Any) -> None:
    saved = stack.of_type("AWS::Logs::QueryDefinition").values()
    assert {each["Name"] for each in saved} == {f"parcelbridge/{name}" for name in QUERIES}
    assert {len(each["LogGroupNames"]) for each in saved} == {len(stack.functions())}


def test_every_function_is_told_which_figures_are_metrics(stack: Any) -> None:
    told = {each["Environment"]["Variables"]["PARCELBRIDGE_METRICS"] for each in stack.functions().values()}
    assert told == {"few"}


def test_the_words_that_queries_look_for_are_those_of_log_lines() -> None:
    events = {event for lines in QUERIES.values() for line in lines for event in re.findall(r'message = "(\w+)"', line)}
    assert events == {"figure", "vendor_called"}
    for event in events:
        assert json.dumps(event) in SOURCE
