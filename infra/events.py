"""Events out: a bus of the stack's own for what listens in the account, and a webhook where the deployment has one.

They are made of the table's stream. Nothing of an order's way calls a function here, and none of these writes an item.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import jsii
from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs
from constructs import Construct, Node

from infra.alerts import Alarms
from infra.functions import timeout_of
from infra.work_queue import WorkQueue, dead_letter_queue

POSTS = "post_events"
"""The function that is made only where the context `events_webhook` says so."""
SIGNED_BY = "deployment/events"
"""The name of the webhook's secret below the deployment's prefix."""
LATE = Duration.hours(1)
"""How long an event may wait before a person hears of it: its receivers fail."""
TRIES = 8
"""Tries of one event at the webhook (the waits between them: shared/outgoing.py)."""
KEPT = Duration.hours(22)
"""How long the stream's function tries; the stream keeps its records for 24 hours."""
WINDOW = Duration.seconds(20)
"""How long changes are gathered: an order's steps follow each other within seconds, and each call costs a trace."""
SORTS = ("HEAD", "WATCH")


@dataclass(frozen=True, slots=True)
class EventSettings:
    """A deployment's setting by context: the address to which events are posted (`events_webhook`), "" for none."""

    webhook: str = ""

    @classmethod
    def of(cls, node: Node, *, local: bool = False) -> EventSettings:
        """Raises ValueError for what is no https address of a public host."""
        given = str(node.try_get_context("events_webhook") or "")
        wrong = _wrong_with(given, local=local) if given else ""
        if wrong:
            raise ValueError(f"the context events_webhook is {given}: {wrong}")
        return cls(given)


def _wrong_with(url: str, *, local: bool) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "no address"
    if parts.scheme != "https" and not local:
        return "it must begin with https://"
    if not host or not url.isascii() or not url.isprintable() or " " in url or len(url) > 1000:
        return "no address of at most 1000 ASCII characters"
    if parts.username is not None or parts.fragment:
        return "it must have no user and no #"
    try:
        private = not ipaddress.ip_address(host).is_global
    except ValueError:
        private = host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
    return "it must be a public host" if private and not local else ""


class Events(Construct):
    """The bus, the queue of what could not be sent, and of a webhook its queue and its secret."""

    def __init__(
        self, scope: Construct, construct_id: str, *, prefix: str, key: kms.IKey, settings: EventSettings, secrets: str
    ) -> None:
        super().__init__(scope, construct_id)
        self.settings = settings
        self.bus = events.EventBus(self, "Bus", event_bus_name=prefix)
        self.dead_letters = dead_letter_queue(self, "DeadLetters", name=f"{prefix}-events-dead-letters", key=key)
        self.posts: WorkQueue | None = None
        if settings.webhook:
            self.posts = WorkQueue(self, "posts", prefix=prefix, key=key, timeout=timeout_of(POSTS), receives=TRIES)
            secretsmanager.Secret(
                self,
                "Secret",
                secret_name=f"{secrets}{SIGNED_BY}",
                description="parcelbridge: signs the events that are posted",
                encryption_key=key,
                generate_secret_string=secretsmanager.SecretStringGenerator(
                    secret_string_template="{}",  # noqa: S106 - an object without a field
                    generate_string_key="secret",
                    password_length=44,
                    exclude_punctuation=True,  # what is left is Base64: 44 of its signs are 33 random bytes
                ),
                removal_policy=RemovalPolicy.DESTROY,
            )

    def values(self) -> Mapping[str, str]:
        """The variables of the functions."""
        posts = self.posts.queue.queue_url if self.posts else ""
        return {
            "event_bus": self.bus.event_bus_name,
            "posted": posts,
            "posts_queue": posts,
            "events_webhook": self.settings.webhook,
        }

    def outputs(self) -> Mapping[str, str]:
        """The stack's outputs."""
        of_posts = {"PostsDeadLettersUrl": self.posts.dead_letters.queue_url} if self.posts else {}
        return {
            "EventBusArn": self.bus.event_bus_arn,
            "EventsDeadLettersUrl": self.dead_letters.queue_url,
            **of_posts,
        }

    def follow(self, stream: str, function: lambda_.Function) -> None:
        """Calls the function with the heads and the watches that changed; what it cannot send in `KEPT` is told by a
        dead letter, which says where in the stream it stood."""
        function.add_event_source_mapping(
            "Stream",
            event_source_arn=stream,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=100,
            max_batching_window=WINDOW,
            bisect_batch_on_error=True,
            max_record_age=KEPT,
            on_failure=_Failed(self.dead_letters),
            filters=[
                lambda_.FilterCriteria.filter(
                    {
                        "eventName": ["INSERT", "MODIFY"],
                        "dynamodb": {"Keys": {"sk": {"S": [*SORTS]}}},
                    }
                )
            ],
        )
        # By Lambda itself, in the function's role.
        function.add_to_role_policy(
            iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self.dead_letters.queue_arn])
        )

    def watched_by(self, alarms: Alarms, function: lambda_.Function) -> None:
        """Alarms when events are late, and when one was given up."""
        dead, late = {"events": self.dead_letters}, {}
        if self.posts:
            dead["posts"], late["posts"] = self.posts.dead_letters, (self.posts.queue, LATE)
        alarms.events_lost(dead)
        alarms.oldest_message(late, kind="events")
        alarms.behind(function, LATE)


@jsii.implements(lambda_.IEventSourceDlq)
class _Failed:
    """The queue of what could not be sent. CDK's own destination would also grant the key as a whole."""

    def __init__(self, queue: sqs.Queue) -> None:
        self._queue = queue

    def bind(self, _target: lambda_.IEventSourceMapping, _handler: lambda_.IFunction) -> lambda_.DlqDestinationConfig:
        return lambda_.DlqDestinationConfig(destination=self._queue.queue_arn)
