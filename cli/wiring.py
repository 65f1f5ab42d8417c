"""The one place where the commands meet AWS: everything else sees a Stack, which tests replace."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError

from cli.clock import AwsClock
from cli.connections.credentials import Credentials, StackSecrets
from cli.errors import CommandError
from cli.operations.queues import Queues, StackQueues
from cli.stack import find_local, find_stack
from shared.aws.schedules import ScheduleGroup
from shared.ports import PollSchedules, Ports

if TYPE_CHECKING:
    from shared.http import Transport


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployment, as the commands reach it. `who` is the caller's identity; it raises CommandError without one.

    `labels_at` is what stands before a label's place to make it an address, such as s3://bucket/. Webhooks and pages
    stand below `webhook_base`; `transport` sends to them. `network` is what the functions that call an ERP reach: `vpc`
    or `public`.
    """

    name: str
    ports: Ports
    schedules: PollSchedules
    credentials: Credentials
    queues: Queues
    who: Callable[[], str]
    labels_at: str = ""
    network: str = "public"
    webhook_base: str = field(kw_only=True)
    transport: Transport = field(kw_only=True)


Opener = Callable[[], Stack]


def open_stack(name: str, *, local: bool) -> Stack:
    """The stack of that name, or the local one. Raises CommandError."""
    from shared.http import RequestsTransport  # noqa: PLC0415
    from shared.registry import Resources, open_ports  # noqa: PLC0415 - slow, and --help needs none of it

    deployed = find_local() if local else find_stack(name)
    session, outputs = deployed.session, deployed.outputs
    clock = AwsClock(session)
    resources = Resources(
        table=outputs["TableName"],
        key=outputs["KeyArn"],
        label_bucket=outputs["LabelBucket"],
        orders_queue=outputs["OrdersQueueUrl"],
        write_backs_queue=outputs["WriteBacksQueueUrl"],
        polls_queue=outputs["PollsQueueUrl"],
        webhook_base=outputs["WebhookBase"],
        tracking_queue=outputs["TrackingQueueUrl"],
        looks_queue=outputs["LooksQueueUrl"],
        receiving_queue=outputs["ReceivingQueueUrl"],
        deployment=outputs["Deployment"],
        secret_prefix=outputs["SecretPrefix"],
    )
    schedules = ScheduleGroup(
        session.client("scheduler"),
        outputs["ScheduleGroup"],
        outputs["SchedulerRoleArn"],
        outputs["PollsQueueArn"],
        outputs["SchedulesDeadLettersArn"],
    )
    return Stack(
        deployed.name,
        open_ports(session, resources, clock),
        schedules,
        StackSecrets(session.client("secretsmanager"), outputs["SecretPrefix"], outputs["KeyArn"]),
        StackQueues(session.client("sqs"), outputs),
        lambda: caller(session),
        f"s3://{outputs['LabelBucket']}/",
        network=outputs.get("Network", "public"),
        webhook_base=outputs["WebhookBase"],
        transport=RequestsTransport(os.environ.get("AWS_CA_BUNDLE", "") if local else ""),
    )


def stack_of(context: typer.Context) -> Stack:
    """The stack of this invocation; the callback of the app has put its opener there."""
    opener: Opener = context.obj
    return opener()


def caller(session: boto3.Session) -> str:
    """The ARN of whoever runs the command, for the audit trail. Raises CommandError, so that nobody acts unnamed."""
    try:
        return str(session.client("sts").get_caller_identity()["Arn"])
    except (ClientError, BotoCoreError) as error:
        raise CommandError(f"your AWS identity is not known, and the audit trail needs it: {error}") from None
