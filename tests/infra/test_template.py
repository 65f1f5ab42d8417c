"""The template as a whole: the checks it passes, its variables, and what the local flag changes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.acknowledged import ACCEPTED
from infra.functions import OF_CONSOLE, OF_POSTS
from infra.local import ALSO_ASKED, LEFT_OUT, architecture
from shared.environment import FUNCTIONS, read
from shared.errors import Misconfigured

ARN = "arn:aws:sqs:eu-west-1:111111111111:parcelbridge"
SAMPLES = {
    "PARCELBRIDGE_ERRANDS_QUEUE": "https://sqs.eu-west-1.amazonaws.com/111111111111/parcelbridge-errands",
    "PARCELBRIDGE_SCHEDULE_GROUP": "parcelbridge",
    "PARCELBRIDGE_SCHEDULER_ROLE": ARN,
    "PARCELBRIDGE_POLLS_QUEUE_ARN": ARN,
    "PARCELBRIDGE_SCHEDULES_DEAD_LETTERS": ARN,
    "PARCELBRIDGE_API_SCOPE": "parcelbridge/api",
    "PARCELBRIDGE_ROLE_CLAIM": "groups",
    "PARCELBRIDGE_NAME_CLAIM": "username",
    "PARCELBRIDGE_ROLE_NAMES": "{}",
    "PARCELBRIDGE_CONSOLE_CONFIG": "{}",
    "PARCELBRIDGE_CONSOLE_SIGN_IN": "https://sign-in.example",
    "POWERTOOLS_METRICS_NAMESPACE": "parcelbridge",
    "PARCELBRIDGE_DEPLOYMENT": "0a1b2c3d",
    "PARCELBRIDGE_TABLE": "parcelbridge-Table-1",
    "PARCELBRIDGE_KEY": "arn:aws:kms:eu-west-1:111111111111:key/1",
    "PARCELBRIDGE_SECRET_PREFIX": "parcelbridge/0a1b2c3d/",
    "PARCELBRIDGE_LABEL_BUCKET": "parcelbridge-labels-1",
    "PARCELBRIDGE_ORDERS_QUEUE": "https://sqs.eu-west-1.amazonaws.com/111111111111/parcelbridge-orders",
    "PARCELBRIDGE_WRITE_BACKS_QUEUE": "https://sqs.eu-west-1.amazonaws.com/111111111111/parcelbridge-write-backs",
    "PARCELBRIDGE_LOOKS_QUEUE": "https://sqs.eu-west-1.amazonaws.com/111111111111/parcelbridge-looks",
    "PARCELBRIDGE_RECEIVING_QUEUE": "https://sqs.eu-west-1.amazonaws.com/111111111111/parcelbridge-receiving",
    "PARCELBRIDGE_TRACKING_QUEUE": "https://sqs.eu-west-1.amazonaws.com/111111111111/parcelbridge-tracking",
    "PARCELBRIDGE_POSTS_QUEUE": "https://sqs.eu-west-1.amazonaws.com/111111111111/parcelbridge-posts",
    "PARCELBRIDGE_EVENTS_WEBHOOK": "https://hooks.example.com/parcelbridge",
    "PARCELBRIDGE_EVENT_BUS": "parcelbridge",
    "PARCELBRIDGE_WEBHOOK_BASE": "https://localhost:4566/_aws/execute-api/0a1b2c3d/$default",
    "PARCELBRIDGE_POLLS_QUEUE": "https://localhost:4566/000000000000/parcelbridge-polls",
}


def test_G23_both_rule_packs_find_nothing_that_is_not_acknowledged(template_file: Path) -> None:
    reports = _reports(template_file)
    assert {each["pluginName"]: each["conclusion"] for each in reports} == {
        "AwsSolutions": "success",
        "Serverless": "success",
    }
    assert not [each for each in reports if each.get("violations")]


def test_G23_what_is_acknowledged_is_still_found_there(template_file: Path) -> None:
    found = {
        (each["acknowledgedId"], each["acknowledgedAt"])
        for report in _reports(template_file)
        for each in report["suppressedViolations"]
    }
    listed = {(each.finding, f"parcelbridge/{path}") for each in ACCEPTED for path in each.where}
    unused = {finding for finding, _ in listed - found}
    assert unused <= {each.finding for each in ACCEPTED if "Latest" in each.finding or each.finding.endswith("-L1")}


def test_G23_at_most_15_findings_are_acknowledged_each_with_a_reason() -> None:
    assert len(ACCEPTED) <= 15
    assert all(len(each.reason) > 40 and each.where for each in ACCEPTED)


def test_G24_cfn_lint_has_nothing_to_say(template_file: Path) -> None:
    lint = Path(sys.executable).with_name("cfn-lint")
    # W3005: CDK makes a function depend on its role as well as on the role's policy.
    done = subprocess.run(
        [str(lint), "--ignore-checks", "W3005", "--", str(template_file)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_synth_asks_aws_for_nothing(template: Any, template_file: Path) -> None:
    manifest = json.loads((template_file.parent / "manifest.json").read_text())
    assert "missing" not in manifest
    assert manifest["artifacts"]["parcelbridge"]["environment"] == "aws://unknown-account/unknown-region"


@pytest.mark.parametrize("name", sorted({*FUNCTIONS} - {*OF_CONSOLE, *OF_POSTS}))
def test_a_function_has_exactly_the_variables_of_its_model_and_can_read_them(stack: Any, name: str) -> None:
    variables = stack.functions()[name]["Environment"]["Variables"]
    model = FUNCTIONS[name]
    assert set(variables) == {field.alias for field in model.model_fields.values()}
    plain = {key: value if isinstance(value, str) else SAMPLES[key] for key, value in variables.items()}
    assert read(model, plain).service == name


@pytest.mark.parametrize("missing", sorted(SAMPLES))
def test_a_missing_variable_is_named(missing: str) -> None:
    models = [model for model in FUNCTIONS.values() if missing in {f.alias for f in model.model_fields.values()}]
    assert models
    for model in models:
        without = {key: value for key, value in SAMPLES.items() if key != missing} | {
            "POWERTOOLS_SERVICE_NAME": "anything"
        }
        with pytest.raises(Misconfigured, match=f"{missing}: is not set") as caught:
            read(model, without)
        assert caught.value.field == missing


def test_a_variable_out_of_bounds_is_named_without_its_value() -> None:
    wrong = {**SAMPLES, "POWERTOOLS_SERVICE_NAME": "sweep", "PARCELBRIDGE_ORDERS_QUEUE": "ftp://secret.example"}
    with pytest.raises(Misconfigured, match="PARCELBRIDGE_ORDERS_QUEUE") as caught:
        read(FUNCTIONS["sweep"], wrong)
    assert "secret.example" not in str(caught.value)


def test_the_local_flag_leaves_out_the_pages_and_alarms_of_cloudwatch_and_nothing_else(
    template: Any, local_template: Any
) -> None:
    full, local = template["Resources"], local_template["Resources"]
    left_out = {full[name]["Type"] for name in set(full) - set(local)}
    pages = {"AWS::CloudWatch::Dashboard", "AWS::Logs::QueryDefinition"}
    assert left_out == set(LEFT_OUT) == {"AWS::CloudWatch::Alarm", *pages}
    assert not set(local) - set(full)
    assert not [each for each in local.values() if each["Type"] in LEFT_OUT]


def test_the_local_flag_changes_only_the_architecture_the_batch_permission_and_the_webhooks_address(
    template: Any, local_template: Any
) -> None:
    assert ALSO_ASKED == {"sqs:SendMessage": "sqs:SendMessageBatch"}
    full, local = template["Resources"], local_template["Resources"]
    for name, resource in local.items():
        expected = json.loads(json.dumps(full[name]))
        if resource["Type"] == "AWS::IAM::Policy":
            _ask_for_batches(expected["Properties"]["PolicyDocument"]["Statement"], name)
            _use_the_key_for_any_token(expected["Properties"]["PolicyDocument"]["Statement"])
        if resource["Type"] == "AWS::Lambda::Function":
            expected["Properties"]["Architectures"] = [architecture().name]
            for base in (each["Environment"]["Variables"] for each in (expected["Properties"], resource["Properties"])):
                base.pop("PARCELBRIDGE_WEBHOOK_BASE", None)  # its address has a host name that can be looked up
        assert resource == expected
    outputs, at_home = ({**each["Outputs"], "WebhookBase": ""} for each in (template, local_template))
    assert outputs == at_home


def _ask_for_batches(statements: list[Any], policy: str) -> None:
    """Change the functions' grants to send to their form on the local AWS; the scheduler's role sends no batches."""
    for statement in statements:
        dead_letters = "DeadLetters" in json.dumps(statement["Resource"])
        if statement["Action"] == "sqs:SendMessage" and not dead_letters and "schedule" not in policy.lower():
            statement["Action"] = ["sqs:SendMessage", "sqs:SendMessageBatch"]


def _use_the_key_for_any_token(statements: list[Any]) -> None:
    """The local AWS tells a condition nothing of the encryption context, and would refuse every token."""
    for statement in statements:
        if "StringLike" in statement.get("Condition", {}):
            del statement["Condition"]


def test_two_stacks_may_live_in_one_account(stack: Any, tmp_path: Path) -> None:
    from tests.infra.conftest import Stack, synthesize

    other = Stack(json.loads(synthesize(tmp_path, context={"name": "acme-test"}).read_text()))
    assert not _names(stack) & _names(other)


def _reports(template_file: Path) -> list[Any]:
    report: dict[str, list[Any]] = json.loads((template_file.parent / "validation-report.json").read_text())
    return report["pluginReports"]


def _names(stack: Any) -> set[str]:
    given = ("QueueName", "FunctionName", "LogGroupName", "TopicName", "TableName", "BucketName", "RoleName")
    found = {
        str(value)
        for each in stack.resources.values()
        for key, value in each.get("Properties", {}).items()
        if key in given and isinstance(value, str)
    }
    return found | {each["Name"] for each in stack.of_type("AWS::Scheduler::ScheduleGroup").values()}
