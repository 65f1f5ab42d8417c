"""The alarms as AWS will have them: each tells where to read on, each mails to the one topic."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from infra.alerts import COUNTED, RUNBOOK

RUNBOOK_FILE = Path(__file__).resolve().parents[2] / "docs" / "runbook.md"


def alarms(stack: Any) -> list[dict[str, Any]]:
    return list(stack.of_type("AWS::CloudWatch::Alarm").values())


def description(alarm: dict[str, Any]) -> str:
    """As a text; a queue's name in it is known at the deploy only."""
    said = alarm["AlarmDescription"]
    return said if isinstance(said, str) else "".join(str(part) for part in said["Fn::Join"][1])


def headings_in_template(stack: Any) -> set[str]:
    found = [re.fullmatch(r".+\. What to do: docs/runbook\.md, (.+)", description(each)) for each in alarms(stack)]
    assert all(found)
    return {match[1] for match in found if match}


def test_each_alarm_names_a_heading_of_the_runbook_and_each_heading_has_an_alarm(stack: Any) -> None:
    assert headings_in_template(stack) == set(RUNBOOK.values())
    assert headings_in_template(stack) == set(re.findall(r"^### (.+)$", RUNBOOK_FILE.read_text(), flags=re.MULTILINE))


def test_all_alarms_mail_to_one_topic_and_say_nothing_when_they_end(stack: Any) -> None:
    (topic,) = stack.of_type("AWS::SNS::Topic")
    for each in alarms(stack):
        assert each["AlarmActions"] == [{"Ref": topic}]
        assert "OKActions" not in each


def test_s14_a_silent_connection_is_told_by_the_sweep_and_a_doubt_by_whoever_meets_it(stack: Any) -> None:
    watched = {each["Metrics"][-1]["MetricStat"]["Metric"]["MetricName"] for each in alarms(stack) if "Metrics" in each}
    assert watched == set(COUNTED)
    assert COUNTED["ConnectionsSilent"][1] == ("sweep",)
    assert COUNTED["LabelsUnknown"][1] == ("process_order", "sweep")
