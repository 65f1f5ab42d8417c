"""A stack that posts events to a webhook, and stacks without a stream of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from infra.events import POSTS, SIGNED_BY, TRIES, EventSettings
from infra.functions import SIZES
from shared.outgoing import SECONDS, WAITS
from tests.infra.conftest import Stack, synthesize
from tests.infra.test_access import _fed, _grants, _secrets
from tests.infra.test_adopted import LEFT
from tests.infra.test_alarms import alarms, description, watched

URL = "https://hooks.example.com/parcelbridge"
STREAM = "arn:aws:dynamodb:us-east-1:123456789012:table/parcelbridge-restored/stream/2026-11-30T10:00:00.000"


@pytest.fixture(scope="module")
def posting(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    context = {"events_webhook": URL}
    return Stack(json.loads(synthesize(tmp_path_factory.mktemp("posting"), context=context).read_text()))


def granted(stack: Stack, function: str) -> set[str]:
    made = stack.functions()[function]
    return set(_grants(stack, made["Role"]["Fn::GetAtt"][0], made["LoggingConfig"]["LogGroup"]["Ref"]))


def test_only_a_stack_with_a_webhook_has_what_posts(stack: Any, posting: Stack) -> None:
    assert set(posting.functions()) - set(stack.functions()) == {POSTS}
    assert set(posting.queues()) - set(stack.queues()) == {"posts", "posts-dead-letters"}
    assert stack.of_type("AWS::SecretsManager::Secret") == {}


def test_the_function_that_posts_reaches_its_queue_and_one_secret_and_no_item(stack: Any, posting: Stack) -> None:
    own = {each for each in granted(posting, POSTS) if each.startswith(("logs:", "xray:"))}
    assert granted(posting, POSTS) - own == {
        *_fed("posts"),
        *_secrets("events"),
        "kms:Decrypt key if secretsmanager sqs",
    }
    assert granted(posting, "publish_events") - granted(stack, "publish_events") == {"sqs:SendMessage posts"}


def test_the_secret_is_made_by_the_deploy_under_the_stack_s_key_and_its_name_is_no_connection_s(posting: Stack) -> None:
    (secret,) = posting.of_type("AWS::SecretsManager::Secret").values()
    assert str(secret["Name"]).endswith(f"/{SIGNED_BY}']]}}") or SIGNED_BY in str(secret["Name"])
    assert "KmsKeyId" in secret
    made = secret["GenerateSecretString"]
    assert (made["PasswordLength"] % 4, made["ExcludePunctuation"]) == (0, True), "what is made is Base64"
    assert made["PasswordLength"] * 6 // 8 >= 24


def test_an_event_has_as_many_tries_as_there_are_waits_and_is_then_a_dead_letter_under_an_alarm(posting: Stack) -> None:
    assert posting.queues()["posts"]["RedrivePolicy"]["maxReceiveCount"] == TRIES == len(WAITS) + 1
    assert posting.queues()["posts"]["MessageRetentionPeriod"] > 2 * sum(WAITS)
    (source,) = [
        each
        for each in posting.of_type("AWS::Lambda::EventSourceMapping").values()
        if posting.name_of(each["FunctionName"]["Ref"]) == POSTS
    ]
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["BatchSize"] * SECONDS < SIZES[POSTS].timeout
    dead = {name for name in posting.queues() if name.endswith("-dead-letters")}
    assert sorted(watched(posting, "ApproximateNumberOfMessagesVisible")) == sorted(dead)
    assert sorted(watched(posting, "ApproximateAgeOfOldestMessage")) == sorted(set(posting.queues()) - dead)
    told = [each for each in alarms(posting) if "Events are not sent" in description(each)]
    assert len(told) == 4


def test_a_table_without_a_stream_makes_no_events_and_one_with_its_stream_named_does(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("adopted")
    without = Stack(json.loads(synthesize(folder / "one", context={**LEFT, "events_webhook": URL}).read_text()))
    assert not {"publish_events", POSTS} & set(without.functions())
    assert without.of_type("AWS::Events::EventBus") == {}
    followed = Stack(json.loads(synthesize(folder / "two", context={**LEFT, "stream": STREAM}).read_text()))
    sources = followed.of_type("AWS::Lambda::EventSourceMapping").values()
    assert STREAM in [each["EventSourceArn"] for each in sources]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://hooks.example.com/x", "must begin with https"),
        ("https://", "no address"),
        ("https://user:word@hooks.example.com/", "no user"),
        ("https://hooks.example.com/#x", "no user and no #"),
        *((f"https://{host}/x", "a public host") for host in ("127.0.0.1", "10.1.2.3", "169.254.169.254", "[::1]")),
        *((f"https://{host}/x", "a public host") for host in ("localhost", "erp.internal", "printer.local")),
    ],
)
def test_an_address_that_is_not_public_is_refused_before_a_deploy(url: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"the context events_webhook is .*{said}"):
        EventSettings.of(App(context={"events_webhook": url}).node)
