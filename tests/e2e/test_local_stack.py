"""The local AWS with the app deployed into it by the CDK command line, once for the session."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from infra.functions import OF_POSTS
from sandbox.entrance import CONTEXT
from sandbox.local_aws import LocalAws, attach, deploy, keep, launch, running
from sandbox.local_process import LocalError, start, stop
from sandbox.stack import CONNECTIONS, LocalStack
from shared.aws.items import head_item
from shared.aws.wire import to_wire
from shared.domain.state import State
from shared.environment import FUNCTIONS, read
from tests.builders import a_received

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def aws(stack: LocalStack) -> LocalAws:
    return stack.aws


def test_the_deployment_s_id_stands_in_the_secrets_prefix_and_survives_the_next_deploy(aws: LocalAws) -> None:
    deployment = aws.outputs["Deployment"]
    assert re.fullmatch(r"[0-9a-f]{8}", deployment)
    assert aws.outputs["SecretPrefix"] == f"parcelbridge/{deployment}/"
    assert deploy(aws, CONTEXT).outputs == aws.outputs


UNNAMED = {"operator_api", "console", "run_errands", "publish_events", "post_events"}
"""Functions that no output names: the command line calls none of them."""


def test_the_functions_are_there_with_their_variables(aws: LocalAws) -> None:
    pages = aws.client("lambda").get_paginator("list_functions").paginate()
    made = {each["FunctionName"]: each["Environment"]["Variables"] for page in pages for each in page["Functions"]}
    for name, model in ((each, FUNCTIONS[each]) for each in FUNCTIONS if each not in OF_POSTS):
        settings = read(model, made[f"parcelbridge-{name.replace('_', '-')}"])
        assert settings.table == aws.outputs["TableName"]
    named = {aws.outputs[name] for name in aws.outputs if name.endswith("Function")}
    assert named == set(made) - {f"parcelbridge-{name.replace('_', '-')}" for name in UNNAMED}


def test_items_expire_although_the_emulator_passes_over_the_template_s_word(aws: LocalAws) -> None:
    table = aws.client("dynamodb").describe_time_to_live(TableName=aws.outputs["TableName"])
    assert table["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}


def test_the_sweep_is_scheduled_in_the_group_beside_each_connection_s_poll(aws: LocalAws) -> None:
    listed = aws.client("scheduler").list_schedules(GroupName=aws.outputs["ScheduleGroup"])["Schedules"]
    by_name = {each["Name"]: each for each in listed}
    polls = {f"poll-{connection}" for connection in CONNECTIONS}
    (sweep,) = by_name.keys() - polls
    assert by_name[sweep]["Target"]["Arn"].endswith(aws.outputs["SweepFunction"])
    assert by_name[sweep]["State"] == "ENABLED"
    assert {by_name[poll]["Target"]["Arn"] for poll in polls} == {aws.outputs["PollsQueueArn"]}


def test_a_schedule_made_at_run_time_in_the_group_puts_its_message_on_a_queue(aws: LocalAws) -> None:
    scheduler, message = aws.client("scheduler"), json.dumps({"connection": "acme"})
    scheduler.create_schedule(
        Name="acme",
        GroupName=aws.outputs["ScheduleGroup"],
        ScheduleExpression="at(2020-01-01T00:00:00)",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={
            "Arn": aws.outputs["SchedulesDeadLettersArn"],
            "RoleArn": aws.outputs["SchedulerRoleArn"],
            "Input": message,
        },
    )
    queue = {"QueueUrl": aws.outputs["SchedulesDeadLettersUrl"], "WaitTimeSeconds": 20}
    (received,) = aws.client("sqs").receive_message(**queue)["Messages"]
    aws.client("sqs").delete_message(QueueUrl=queue["QueueUrl"], ReceiptHandle=received["ReceiptHandle"])
    assert received["Body"] == message


def test_a_stack_that_stays_is_found_again_with_what_runs_beside_it(aws: LocalAws, tmp_path: Path) -> None:
    place = tmp_path / "stack.json"
    keep(aws, place, servers={"m3": 12345})
    found = attach(place)
    assert found is not None
    assert found[0] == aws
    assert found[1] == {"servers": {"m3": 12345}}
    assert json.loads(place.read_text())["environment"]["AWS_ENDPOINT_URL"] == aws.endpoint


def test_a_stack_that_no_longer_runs_is_not_found(aws: LocalAws, tmp_path: Path) -> None:
    gone = start(["true"], log=tmp_path / "log", environment={}, folder=tmp_path)
    gone.wait()
    keep(LocalAws(aws.home, aws.port, gone.pid), tmp_path / "stack.json")
    assert attach(tmp_path / "stack.json") is None
    assert attach(tmp_path / "never-written.json") is None


def test_a_second_aws_in_the_same_folder_is_refused(aws: LocalAws) -> None:
    with pytest.raises(LocalError, match="already runs"):
        launch(aws.home)


def test_a_stopped_aws_has_saved_its_state_and_is_gone(tmp_path: Path) -> None:
    aws, process = launch(tmp_path / "aws")
    aws.client("sqs").create_queue(QueueName="kept")
    stop(process.pid, process)
    assert not aws.running
    assert "kept" in (aws.home / "state" / "sqs.json").read_text()


def test_a_deploy_that_fails_shows_the_end_of_its_log_and_leaves_nothing_running(tmp_path: Path) -> None:
    with (
        pytest.raises(LocalError, match=r"cdk\.log") as caught,
        running(tmp_path / "aws", context=["python=2.7"]) as aws,
    ):
        pytest.fail(f"deployed {aws}")
    assert "python2.7 on PATH" in str(caught.value)
    _port, pid = (tmp_path / "aws" / "lives").read_text().split()
    assert not LocalAws(tmp_path / "aws", 0, int(pid)).running


def test_a_step_of_an_order_is_an_event_on_the_bus_that_a_rule_of_the_customer_s_takes(aws: LocalAws) -> None:
    """All of its way: the table's stream, the function, the bus, a rule, a queue. Nothing else looks at the order."""
    events, sqs, bus = aws.client("events"), aws.client("sqs"), aws.outputs["EventBusArn"].rpartition("/")[2]
    queue = sqs.create_queue(QueueName="of-the-customer")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="held", EventBusName=bus, EventPattern=json.dumps({"detail-type": ["order.held"]}))
    events.put_targets(Rule="held", EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    held = replace(a_received()[0], key="none/none/1/-", connection="nobody", state=State.HELD, reason="weight")
    item = to_wire(head_item(replace(held, due_at=None)))
    dynamodb, table = aws.client("dynamodb"), aws.outputs["TableName"]
    dynamodb.put_item(TableName=table, Item=item)
    found = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20).get("Messages", [])
    dynamodb.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})
    (told,) = [json.loads(each["Body"]) for each in found]
    assert (told["source"], told["detail-type"]) == ("parcelbridge", "order.held")
    assert (told["detail"]["data"]["order"], told["detail"]["data"]["reason"]) == ("none/none/1/-", "weight")
    assert told["detail"]["deployment"] == aws.outputs["Deployment"]
