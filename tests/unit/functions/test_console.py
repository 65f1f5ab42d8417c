"""The files of the console: known by their paths, with a strict policy; and the handler of the API behind them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.console import handler as console
from functions.operator_api import handler as operator_api
from functions.operator_api.document import FILE
from sandbox.table import make_table
from shared.errors import Misconfigured
from tests.component.operator_api.counter import event_of, person

QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012"
ARN = "arn:aws:{0}:us-east-1:123456789012:{1}"
VARIABLES = {
    "PARCELBRIDGE_DEPLOYMENT": "0a1b2c3d",
    "PARCELBRIDGE_TABLE": "parcelbridge",
    "POWERTOOLS_SERVICE_NAME": "operator_api",
    "POWERTOOLS_METRICS_NAMESPACE": "parcelbridge",
    "PARCELBRIDGE_ORDERS_QUEUE": f"{QUEUE}/orders",
    "PARCELBRIDGE_WRITE_BACKS_QUEUE": f"{QUEUE}/write-backs",
    "PARCELBRIDGE_POLLS_QUEUE": f"{QUEUE}/polls",
    "PARCELBRIDGE_ERRANDS_QUEUE": f"{QUEUE}/errands",
    "PARCELBRIDGE_RECEIVING_QUEUE": f"{QUEUE}/receiving",
    "PARCELBRIDGE_LABEL_BUCKET": "labels",
    "PARCELBRIDGE_SCHEDULE_GROUP": "parcelbridge",
    "PARCELBRIDGE_SCHEDULER_ROLE": ARN.format("iam", "role/schedules"),
    "PARCELBRIDGE_POLLS_QUEUE_ARN": ARN.format("sqs", "polls"),
    "PARCELBRIDGE_SCHEDULES_DEAD_LETTERS": ARN.format("sqs", "schedules-dead-letters"),
    "PARCELBRIDGE_API_SCOPE": "parcelbridge/api",
    "PARCELBRIDGE_ROLE_CLAIM": "cognito:groups",
    "PARCELBRIDGE_NAME_CLAIM": "username",
    "PARCELBRIDGE_ROLE_NAMES": '{"Logistics": "clerk"}',
    "PARCELBRIDGE_CONSOLE_CONFIG": '{"client": "4ob8xmpl"}',
    "PARCELBRIDGE_CONSOLE_SIGN_IN": "https://parcelbridge-0a1b2c3d.auth.us-east-1.amazoncognito.com",
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@pytest.fixture(autouse=True)
def _deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    for made in (console.files, console.policy, operator_api.api):
        made.cache_clear()
    yield
    for made in (console.files, console.policy, operator_api.api):
        made.cache_clear()


def get(path: str) -> dict[str, Any]:
    return console.handler({"rawPath": path}, None)


def test_the_api_s_document_is_served_as_it_is_committed() -> None:
    answer = get("/openapi.json")
    assert (answer["statusCode"], answer["headers"]["content-type"]) == (200, "application/json")
    assert answer["body"] == FILE.read_text()
    assert json.loads(get("/config.json")["body"]) == {"client": "4ob8xmpl"}


@pytest.mark.parametrize("path", ["", "/nothing", "/assets/../handler.py", "/assets/handler.py", "//openapi.json"])
def test_no_path_leads_to_another_file(path: str) -> None:
    assert get(path)["statusCode"] == 404


def test_the_policy_lets_nothing_in_but_our_own_files_and_the_sign_in() -> None:
    policy = get("/openapi.json")["headers"]["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "connect-src 'self' https://parcelbridge-0a1b2c3d.auth.us-east-1.amazoncognito.com;" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy


def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PARCELBRIDGE_CONSOLE_CONFIG")
    with pytest.raises(Misconfigured, match="PARCELBRIDGE_CONSOLE_CONFIG"):
        get("/config.json")


def test_the_function_of_the_api_answers_over_the_table() -> None:
    with mock_aws():
        make_table(boto3.client("dynamodb"), "parcelbridge")
        clerk = {**person(), "cognito:groups": "[Logistics]"}
        answer = operator_api.handler(event_of("GET", "/orders", clerk, None, {}, {}), None)  # type: ignore[arg-type]
        assert json.loads(answer["body"]) == {"orders": [], "cursor": None}
        me = operator_api.handler(event_of("GET", "/me", clerk, None, {}, {}), None)  # type: ignore[arg-type]
        assert json.loads(me["body"])["roles"] == ["viewer", "clerk"]
