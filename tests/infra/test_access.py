"""Which function may reach what: read out of the template's policies, held against one table (G23)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from infra.rights import PEOPLE, Right
from shared.registry import KINDS

ITEMS = {f"dynamodb:{action} table" for action in ("BatchGetItem", "GetItem", "Query", "PutItem", "UpdateItem")}
KEY = {
    f"kms:{action} key if dynamodb s3 secretsmanager sqs"
    for action in ("Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo")
}
OWN = {
    "logs:CreateLogStream own log group",
    "logs:PutLogEvents own log group",
    "xray:PutTelemetryRecords *",
    "xray:PutTraceSegments *",
}
EVERY = {*ITEMS, *KEY, *OWN}
PUBLIC = OWN | {
    "dynamodb:GetItem table if WEBHOOK#*",
    "kms:Decrypt key if dynamodb sqs secretsmanager",
    "kms:GenerateDataKey key if dynamodb sqs secretsmanager",
}
"""The rights of a function at a public address: the webhooks' items, and the key by AWS's services alone."""


def _tokens(side: str) -> set[str]:
    """The key itself, for the tokens of one side alone."""
    names = {"erp": [f"{name}:*" for name in KINDS.erps], "carrier": [f"{name}/*" for name in KINDS.carriers]}[side]
    return {f"kms:{action} key if {' '.join(sorted(names))}" for action in ("Decrypt", "Encrypt")}


WEBHOOK_SECRETS = {"secretsmanager:GetSecretValue secrets */webhook*"}


def _fed(queue: str) -> set[str]:
    actions = ("ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl", "ReceiveMessage")
    return {f"sqs:{action} {queue}" for action in actions}


def _secrets(side: str) -> set[str]:
    """The secrets themselves, and the name alone, so that a missing one is called missing."""
    return {f"secretsmanager:GetSecretValue secrets */{side}*"}


MATRIX = {
    "poll_orders": EVERY
    | _fed("polls")
    | {
        "dynamodb:BatchWriteItem table",
        "dynamodb:Query table/index/listing",
        "sqs:SendMessage orders",
        "sqs:SendMessage polls",
        "sqs:SendMessage receiving",
        "sqs:SendMessage write-backs",
        *_secrets("erp"),
        *_tokens("erp"),
    },
    "receive_goods": EVERY
    | _fed("receiving")
    | {
        "dynamodb:BatchWriteItem table",
        "dynamodb:Query table/index/listing",
        "sqs:SendMessage receiving",
        *_secrets("erp"),
        *_secrets("carrier"),
        *_tokens("erp"),
    },
    "process_order": EVERY
    | _fed("orders")
    | {
        "sqs:SendMessage orders",
        "sqs:SendMessage write-backs",
        *_secrets("carrier"),
        *_tokens("carrier"),
        "s3:GetObject bucket/*",
        "s3:PutObject bucket/*",
        "s3:PutObjectTagging bucket/*",
        "s3:ListBucket bucket",
    },
    "write_back": EVERY
    | _fed("write-backs")
    | {*_secrets("erp"), *_tokens("erp"), "s3:GetObject bucket/*", "s3:ListBucket bucket"},
    "apply_tracking": EVERY | _fed("tracking") | {"sqs:SendMessage write-backs"},
    "poll_tracking": EVERY
    | _fed("looks")
    | {"dynamodb:Query table/index/listing", "sqs:SendMessage orders", "sqs:SendMessage write-backs"}
    | {*_secrets("carrier"), *_tokens("carrier"), *WEBHOOK_SECRETS},
    "receive_webhook": PUBLIC
    | {"dynamodb:PutItem table if PARCEL#*", "sqs:SendMessage looks", "sqs:SendMessage tracking"},
    "issue_token": PUBLIC | WEBHOOK_SECRETS,
    "show_page": OWN
    | {
        "dynamodb:GetItem table if PAGE#*",
        "dynamodb:Query table if PARCEL#*",
        "kms:Decrypt key if dynamodb",
    },
    "open_label": OWN
    | {
        "dynamodb:GetItem table if PAGE#* ORDER#*",
        "dynamodb:Query table if ORDER#*",
        "s3:GetObject bucket/*",
        "kms:Decrypt key if dynamodb s3",
    },
    "publish_events": OWN
    | {
        "dynamodb:DescribeStream table/stream/*",
        "dynamodb:GetRecords table/stream/*",
        "dynamodb:GetShardIterator table/stream/*",
        "dynamodb:ListStreams table/stream/*",
        "events:PutEvents eventbus",
        "kms:Decrypt key if dynamodb sqs",
        "kms:GenerateDataKey key if dynamodb sqs",
        "sqs:SendMessage events-dead-letters",
    },
    "sweep": EVERY
    | {
        "dynamodb:Query table/index/due",
        "sqs:SendMessage looks",
        "sqs:SendMessage orders",
        "sqs:SendMessage schedules-dead-letters",
        "sqs:SendMessage write-backs",
    },
}
SCHEDULES = {
    "kms:Decrypt key",
    "kms:GenerateDataKey key",
    "lambda:InvokeFunction sweep",
    "sqs:SendMessage polls",
    "sqs:SendMessage schedules-dead-letters",
}


@pytest.mark.parametrize("function", sorted(MATRIX))
def test_G23_a_function_reaches_exactly_what_it_uses(stack: Any, function: str) -> None:
    role = stack.functions()[function]["Role"]["Fn::GetAtt"][0]
    own_logs = stack.functions()[function]["LoggingConfig"]["LogGroup"]["Ref"]
    assert set(_grants(stack, role, own_logs)) == MATRIX[function]


def test_G23_the_schedules_reach_the_sweep_the_polls_and_their_dead_letters(stack: Any) -> None:
    (schedule,) = stack.of_type("AWS::Scheduler::Schedule").values()
    assert set(_grants(stack, schedule["Target"]["RoleArn"]["Fn::GetAtt"][0])) == SCHEDULES


def test_G23_no_action_has_a_wildcard_and_no_data_service_is_granted_as_a_whole(stack: Any) -> None:
    for statement in _statements(stack):
        actions = _as_list(statement["Action"])
        assert not any("*" in action for action in actions), statement
        if "*" in _as_list(statement["Resource"]):
            assert {action.split(":")[0] for action in actions} == {"xray"}, statement


def test_G23_no_role_has_a_policy_besides_those_in_the_table(stack: Any) -> None:
    roles = {each["Role"]["Fn::GetAtt"][0] for each in stack.functions().values()}
    (schedule,) = stack.of_type("AWS::Scheduler::Schedule").values()
    roles.add(schedule["Target"]["RoleArn"]["Fn::GetAtt"][0])
    assert set(stack.of_type("AWS::IAM::Role")) == roles
    for role in stack.of_type("AWS::IAM::Role").values():
        assert not {"ManagedPolicyArns", "Policies"} & set(role)
    for policy in stack.of_type("AWS::IAM::ManagedPolicy").values():  # people's: nobody has one by the deploy
        assert not {"Roles", "Users", "Groups", "ManagedPolicyName"} & set(policy)


@pytest.mark.parametrize("person", sorted(PEOPLE))
def test_a_person_s_policy_grants_the_rights_of_the_list_and_no_others(stack: Any, person: str) -> None:
    """Without a console there are no errands: test_console.py looks at a stack that has them."""
    assert_grants(stack, person, without=("errands", "errands-dead-letters"))


def assert_grants(stack: Any, person: str, without: tuple[str, ...] = ()) -> None:
    (policy,) = (
        each for name, each in stack.of_type("AWS::IAM::ManagedPolicy").items() if name.startswith(f"People{person}")
    )
    assert len(json.dumps(policy["PolicyDocument"])) < 6144 * 2, "AWS takes 6,144 characters, and references shrink"
    statements = policy["PolicyDocument"]["Statement"]
    granted = {
        f"{action} {_of_people(stack, resource)}{_condition(each)}"
        for each in statements
        for action in _as_list(each["Action"])
        for resource in _as_list(each["Resource"])
    }
    assert granted == {
        f"{action} {on}{narrowed}"
        for right in PEOPLE[person]
        for narrowed in [_narrowed(right)]
        for action in right.actions
        for on in right.on
        if on not in without
    }


def _narrowed(right: Right) -> str:
    if right.actions == ("iam:PassRole",):
        return " if scheduler"
    narrowing = [*right.partitions, *right.services, *sorted(right.tokens)]
    return f" if {' '.join(narrowing)}" if narrowing else ""


def _of_people(stack: Any, resource: Any) -> str:
    """The name that infra/rights.py has for what a statement is on."""
    parts = resource["Fn::Join"][1] if "Fn::Join" in resource else [resource]
    text = "".join(each if isinstance(each, str) else "" for each in parts)
    if secret := re.search(r":secret:parcelbridge//\*/(\w+)\*$", text):
        return f"secrets/{secret[1]}"
    if "schedule/" in text:
        assert text.endswith("/poll-*"), text
        return "schedules"
    if parts == [{"Ref": "AWS::StackId"}]:
        return "stack"
    logical = parts[0]["Fn::GetAtt"][0]
    named = stack.name_of(logical)
    names = {"bucket": "labels", "role": "schedules-role"}
    return f"{names.get(named, named)}{text.replace('/index', '')}"


def test_G23_secrets_are_those_of_this_deployment_alone(stack: Any) -> None:
    granted = [
        resource
        for statement in _statements(stack)
        if "secretsmanager:GetSecretValue" in _as_list(statement["Action"])
        for resource in _as_list(statement["Resource"])
    ]
    assert len(granted) == 8
    for resource in granted:
        text = str(resource)
        assert "secret:parcelbridge/" in text
        assert "AWS::StackId" in text


def _statements(stack: Any, role: str | None = None) -> Iterator[Any]:
    for policy in stack.of_type("AWS::IAM::Policy").values():
        if role is None or {"Ref": role} in policy["Roles"]:
            yield from policy["PolicyDocument"]["Statement"]


def _grants(stack: Any, role: str, own_logs: str = "") -> Iterator[str]:
    for statement in _statements(stack, role):
        assert statement["Effect"] == "Allow"
        for action in _as_list(statement["Action"]):
            for resource in _as_list(statement["Resource"]):
                yield f"{action} {_called(stack, resource, own_logs)}{_condition(statement)}"


def _condition(statement: Any) -> str:
    """A partition of the table, or the services that use the key."""
    found = statement.get("Condition", {})
    partitions = found.get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", [])
    equals = found.get("StringEquals", {})
    by = [*equals.get("kms:ViaService", []), *_as_list(equals.get("iam:PassedToService", []))]
    services = [each["Fn::Join"][1][0].rstrip(".") for each in by]
    tokens = sorted(found.get("StringLike", {}).get("kms:EncryptionContext:credential", []))
    assert len(found) == bool(partitions or services or tokens)
    return f" if {' '.join([*partitions, *services, *tokens])}" if found else ""


def _called(stack: Any, resource: Any, own_logs: str) -> str:
    if resource == "*":
        return "*"
    if "Fn::GetAtt" in resource:
        logical_id = resource["Fn::GetAtt"][0]
        return "own log group" if logical_id == own_logs else str(stack.name_of(logical_id))
    parts = resource["Fn::Join"][1]
    text = "".join(part if isinstance(part, str) else "" for part in parts)
    if secret := re.search(r":secret:parcelbridge/(/\*/\w+\*)$", text):
        return f"secrets {secret.group(1).removeprefix('/')}"
    if isinstance(parts[0], str):  # a name of ours, of a thing that the stack does not make
        return text.rpartition(":")[2]
    return f"{stack.name_of(parts[0]['Fn::GetAtt'][0])}{text}"


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
