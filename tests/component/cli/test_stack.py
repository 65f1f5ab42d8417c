"""The command line's own side of AWS: finding the stack, schedules, credentials, queues, and who is asking."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError
from botocore.stub import Stubber
from moto import mock_aws
from typer.testing import CliRunner

from cli import main, wiring
from cli.connections.credentials import StackSecrets
from cli.errors import CommandError
from cli.operations.queues import Depth, StackQueues
from cli.stack import REQUIRED, find_local, find_stack
from shared.aws.schedules import ScheduleGroup
from tests.builders import a_connection
from tests.component.cli.fakes import Desk

OUTPUTS = {name: f"the-{name}" for name in REQUIRED}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    """AWS in this process, and nothing of the caller's own settings."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    with mock_aws():
        yield boto3.Session("testing", "testing", region_name="eu-north-1")


# --- which stack ---


def describing(session: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> Stubber:
    client = session.client("cloudformation")
    monkeypatch.setattr(session, "client", lambda *_, **__: client)
    return Stubber(client)


def described(outputs: dict[str, str]) -> dict[str, Any]:
    listed = [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()]
    stack = {"StackName": "ours", "CreationTime": "2026-11-01", "StackStatus": "CREATE_COMPLETE", "Outputs": listed}
    return {"Stacks": [stack]}


def test_a_stack_is_known_by_its_outputs(aws: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    with describing(aws, monkeypatch) as stub:
        stub.add_response("describe_stacks", described(OUTPUTS), {"StackName": "ours"})
        found = find_stack("ours", aws)
    assert (found.name, found.outputs) == ("ours", OUTPUTS)


def test_a_stack_without_our_outputs_is_none_of_ours(aws: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    with describing(aws, monkeypatch) as stub:
        stub.add_response("describe_stacks", described({**OUTPUTS, "TableName": ""}))
        with pytest.raises(CommandError, match="the stack ours has no output TableName"):
            find_stack("ours", aws)


@pytest.mark.parametrize(
    ("code", "text", "message"),
    [
        ("ValidationError", "Stack with id ours does not exist", "no stack ours in eu-north-1"),
        ("AccessDenied", "you may not", "AWS refuses to describe the stack ours: you may not"),
        ("ExpiredToken", "", "AWS refuses to describe the stack ours: ExpiredToken"),
    ],
)
def test_a_stack_that_is_not_there_is_one_sentence(
    aws: boto3.Session, monkeypatch: pytest.MonkeyPatch, code: str, text: str, message: str
) -> None:
    with describing(aws, monkeypatch) as stub:
        stub.add_client_error("describe_stacks", code, text)
        with pytest.raises(CommandError, match=message):
            find_stack("ours", aws)


def test_a_missing_region_is_one_sentence(aws: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    with pytest.raises(CommandError, match="no AWS region is set") as raised:
        find_stack("ours", boto3.Session("k", "s"))
    assert "AWS_REGION" in raised.value.hint


def test_missing_credentials_are_one_sentence(aws: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def without(*_: object, **__: object) -> None:
        raise NoCredentialsError

    monkeypatch.setattr(aws, "client", without)
    with pytest.raises(CommandError, match="AWS cannot be reached: Unable to locate credentials") as raised:
        find_stack("ours", aws)
    assert "aws sso login" in raised.value.hint


def test_a_profile_that_is_not_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    result = CliRunner().invoke(main.app, ["status"])
    assert result.exit_code == 1
    assert result.stderr.startswith("AWS cannot be reached: The config profile (nobody) could not be found")


# --- the local stack ---


def test_the_local_stack_lets_nothing_of_the_callers_account_through(tmp_path: Path) -> None:
    file = tmp_path / "stack.json"
    environment = {"AWS_ENDPOINT_URL": "https://localhost:4567", "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test"}
    file.write_text(json.dumps({"outputs": OUTPUTS, "environment": environment}))
    environ = {"AWS_PROFILE": "production", "AWS_SESSION_TOKEN": "real", "HOME": "/home/ann"}
    found = find_local(file, environ)
    assert found.name == "local"
    assert found.outputs == OUTPUTS
    nothing = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    assert environ == {"HOME": "/home/ann", **nothing, **environment}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no local stack: .*stack.json is not there"),
        ("{", "does not describe a local stack"),
        ("{}", "does not describe a local stack"),
        ('{"outputs": {}, "environment": {}}', "the stack local has no output Deployment"),
    ],
)
def test_a_local_stack_that_is_not_up_is_one_sentence(tmp_path: Path, content: str | None, message: str) -> None:
    file = tmp_path / "stack.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(CommandError, match=message):
        find_local(file, {})


# --- poll schedules ---


@pytest.fixture
def group(aws: boto3.Session) -> ScheduleGroup:
    client = aws.client("scheduler")
    client.create_schedule_group(Name="parcelbridge")
    role, queue = "arn:aws:iam::123456789012:role/polls", "arn:aws:sqs:eu-north-1:123456789012:polls"
    return ScheduleGroup(client, "parcelbridge", role, queue, f"{queue}-dead")


def standing(group: ScheduleGroup) -> dict[str, Any]:
    return dict(group.client.get_schedule(GroupName="parcelbridge", Name="poll-acme-infor-ups"))


def test_s14_the_schedule_of_a_connection_is_what_its_file_says(group: ScheduleGroup) -> None:
    connection = a_connection(schedule="cron(0/30 7-18 ? * MON-FRI *)", timezone="America/New_York")
    assert group.converge(connection, running=True) == "created"
    found = standing(group)
    assert (found["ScheduleExpression"], found["ScheduleExpressionTimezone"], found["State"]) == (
        "cron(0/30 7-18 ? * MON-FRI *)",
        "America/New_York",
        "ENABLED",
    )
    assert json.loads(found["Target"]["Input"]) == {"connection": "acme-infor-ups"}
    assert found["Target"]["DeadLetterConfig"]["Arn"].endswith("polls-dead")


def test_a_schedule_is_off_while_its_connection_does_not_run(group: ScheduleGroup) -> None:
    connection = a_connection()
    group.converge(connection, running=False)
    assert standing(group)["State"] == "DISABLED"
    assert group.converge(connection, running=True) == "updated"
    assert standing(group)["State"] == "ENABLED"
    assert group.converge(connection, running=True) == "unchanged"


def test_drift_names_what_somebody_changed_by_hand(group: ScheduleGroup) -> None:
    connection = a_connection()
    assert group.drift(connection, running=True) == ["there is no schedule poll-acme-infor-ups in parcelbridge"]
    group.converge(connection, running=True)
    assert group.drift(connection, running=True) == []
    changed = group.wanted(connection, running=True)
    changed["Target"]["Arn"] = "arn:aws:sqs:eu-north-1:123456789012:other"
    group.client.update_schedule(**{**changed, "ScheduleExpression": "rate(1 day)"})
    assert group.drift(connection, running=True) == [
        "ScheduleExpression is rate(1 day), should be rate(10 minutes)",
        "Target.Arn is arn:aws:sqs:eu-north-1:123456789012:other, should be arn:aws:sqs:eu-north-1:123456789012:polls",
    ]
    assert group.converge(connection, running=True) == "updated"
    assert group.drift(connection, running=True) == []


# --- credentials and queues ---


def test_s49_a_credential_is_kept_encrypted_under_the_stacks_key(aws: boto3.Session) -> None:
    client = aws.client("secretsmanager")
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    secrets = StackSecrets(client, "parcelbridge/0a1b2c3d/", key)
    assert secrets.stored("acme", "erp", "ti") == ""
    assert secrets.put("acme", "erp", {"ti": "ONE"}) == "stored"
    assert secrets.put("acme", "erp", {"ti": "TWO", "cs": "x"}) == "replaced"
    kept = client.describe_secret(SecretId="parcelbridge/0a1b2c3d/acme/erp")
    assert kept["KmsKeyId"] == key
    value = client.get_secret_value(SecretId="parcelbridge/0a1b2c3d/acme/erp")["SecretString"]
    assert json.loads(value) == {"ti": "TWO", "cs": "x"}
    assert secrets.stored("acme", "erp", "ti") == "TWO"


def test_the_queues_are_counted_and_the_dead_letters_are_marked(aws: boto3.Session) -> None:
    client = aws.client("sqs")
    names = [name for name in REQUIRED if name.endswith("Url")]
    urls = {name: client.create_queue(QueueName=name)["QueueUrl"] for name in names}
    client.send_message(QueueUrl=urls["OrdersQueueUrl"], MessageBody="a")
    client.send_message(QueueUrl=urls["PollsDeadLettersUrl"], MessageBody="b")
    depths = {depth.name: depth for depth in StackQueues(client, urls).depths()}
    assert depths["orders"] == Depth("orders", 1, 0, dead=False)
    assert depths["polls dead letters"] == Depth("polls dead letters", 1, 0, dead=True)
    assert len(depths) == 13


# --- who, and all together ---


def test_s65_who_is_the_callers_own_identity(aws: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    assert wiring.caller(aws).startswith("arn:aws:sts::123456789012:")

    def refused(*_: object, **__: object) -> None:
        raise ClientError({"Error": {"Code": "ExpiredToken", "Message": "expired"}}, "GetCallerIdentity")

    monkeypatch.setattr(aws, "client", refused)
    with pytest.raises(CommandError, match="your AWS identity is not known"):
        wiring.caller(aws)


def test_the_commands_reach_a_deployed_stack(
    aws: boto3.Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    outputs = {**OUTPUTS, "Deployment": "0a1b2c3d", "TableName": "orders-table"}
    key = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    aws.client("dynamodb").create_table(
        TableName="orders-table",
        KeySchema=key,  # type: ignore[arg-type]
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )
    file = tmp_path / ".local" / "stack.json"
    file.parent.mkdir()
    environment = {"AWS_REGION": "eu-north-1", "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    environment["AWS_DEFAULT_REGION"] = "eu-north-1"
    file.write_text(json.dumps({"outputs": outputs, "environment": environment}))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)  # so that they are gone again after the test
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main.app, ["--local", "connections", "list"])
    assert result.exit_code == 0, result.output
    assert "no connection is applied" in result.stdout


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (
            ClientError({"Error": {"Code": "AccessDenied", "Message": "no rights"}}, "Query"),
            "AWS refuses Query: no rights",
        ),
        (EndpointConnectionError(endpoint_url="https://localhost:1"), "AWS cannot be reached: Could not connect"),
    ],
)
def test_what_aws_refuses_is_a_sentence_and_no_traceback(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, fault: Exception, message: str
) -> None:
    def fails() -> None:
        raise fault

    monkeypatch.setattr(desk.ports.connections, "all", fails)
    result = desk.run("connections", "list")
    assert result.exit_code == 1
    assert message in result.stderr
    assert "Traceback" not in result.output
