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


def test_all_alarms_mail_to_one_topic_when_they_begin_and_when_they_end(stack: Any) -> None:
    (topic,) = stack.of_type("AWS::SNS::Topic")
    for each in alarms(stack):
        assert each["AlarmActions"] == [{"Ref": topic}]
        assert each["OKActions"] == [{"Ref": topic}]


def test_s14_a_silent_connection_is_told_by_the_sweep_and_a_doubt_by_whoever_meets_it(stack: Any) -> None:
    watched = {each["Metrics"][-1]["MetricStat"]["Metric"]["MetricName"] for each in alarms(stack) if "Metrics" in each}
    assert watched == set(COUNTED)
    assert COUNTED["ConnectionsSilent"][1] == ("sweep",)
    assert COUNTED["LabelsUnknown"][1] == ("process_order", "sweep")


def watched(stack: Any, metric: str) -> list[str]:
    """The resources, by name, whose metric an alarm watches."""
    found = []
    for each in alarms(stack):
        if each.get("MetricName") == metric:
            found += [stack.name_of(of[0]) for of in refs(each["Dimensions"])]
    return found


def refs(dimensions: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    """Logical ids in the values of dimensions."""
    values = [each["Value"] for each in dimensions]
    return [(value["Ref"],) if "Ref" in value else tuple(value["Fn::GetAtt"][:1]) for value in values]


def test_every_dead_letter_queue_has_an_alarm_and_every_working_queue_one_for_its_age(stack: Any) -> None:
    dead = {name for name in stack.queues() if name.endswith("-dead-letters")}
    assert sorted(watched(stack, "ApproximateNumberOfMessagesVisible")) == sorted(dead)
    assert sorted(watched(stack, "ApproximateAgeOfOldestMessage")) == sorted(set(stack.queues()) - dead)


def test_every_function_is_watched_by_its_queue_by_its_errors_or_by_its_silence(stack: Any) -> None:
    fed = set()
    for mapping in stack.of_type("AWS::Lambda::EventSourceMapping").values():
        fed.add(stack.name_of(mapping["FunctionName"]["Ref"]))
    failing, silent = set(watched(stack, "Errors")), set(watched(stack, "Invocations"))
    assert fed | failing | silent == set(stack.functions())
    assert not fed & failing, "a message that fails is told by its dead letter"


def test_every_schedule_keeps_what_it_could_not_deliver_where_an_alarm_looks(stack: Any) -> None:
    for schedule in stack.of_type("AWS::Scheduler::Schedule").values():
        kept = schedule["Target"]["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0]
        assert stack.name_of(kept) in watched(stack, "ApproximateNumberOfMessagesVisible")


def test_an_alarm_says_when_it_ends_and_what_it_means_in_a_whole_sentence(stack: Any) -> None:
    for each in alarms(stack):
        assert len(description(each).split(". What to do:")[0].split()) >= 6
