"""Which deployment the command line speaks to: the outputs of a CloudFormation stack, or of the local stack."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from cli.errors import CommandError

LOCAL_FILE = Path(".local") / "stack.json"
REQUIRED = (
    "Deployment",
    "SecretPrefix",
    "TableName",
    "KeyArn",
    "LabelBucket",
    "OrdersQueueUrl",
    "OrdersDeadLettersUrl",
    "WriteBacksQueueUrl",
    "WriteBacksDeadLettersUrl",
    "PollsQueueUrl",
    "PollsQueueArn",
    "PollsDeadLettersUrl",
    "TrackingQueueUrl",
    "TrackingDeadLettersUrl",
    "LooksQueueUrl",
    "LooksDeadLettersUrl",
    "ReceivingQueueUrl",
    "ReceivingDeadLettersUrl",
    "SchedulesDeadLettersUrl",
    "SchedulesDeadLettersArn",
    "WebhookBase",
    "ScheduleGroup",
    "SchedulerRoleArn",
)


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployment that was found: its name, its outputs, and a session for its account and region."""

    name: str
    outputs: Mapping[str, str]
    session: boto3.Session


def find_local(file: Path = LOCAL_FILE, environ: MutableMapping[str, str] = os.environ) -> Deployed:
    """The local stack, as the file that `make up` leaves describes it. Raises CommandError.

    No AWS setting of the caller gets through: a command meant for the local stack must not reach an account.
    """
    try:
        described = json.loads(file.read_text())
        outputs, environment = described["outputs"], described["environment"]
    except FileNotFoundError:
        raise CommandError(f"no local stack: {file} is not there", hint="make up") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{file} does not describe a local stack: {error}", hint="make down up") from None
    for name in [name for name in environ if name.startswith("AWS_")]:
        del environ[name]
    nothing = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    environ.update({**nothing, **{str(name): str(value) for name, value in environment.items()}})
    return _complete("local", outputs, boto3.Session())


def find_stack(name: str, session: boto3.Session | None = None) -> Deployed:
    """The CloudFormation stack of that name in the caller's account and region. Raises CommandError."""
    try:
        # boto3 itself reads AWS_DEFAULT_REGION only
        session = session or boto3.Session(region_name=os.environ.get("AWS_REGION"))
        if not session.region_name:
            raise CommandError(
                "no AWS region is set", hint="export AWS_REGION=..., or choose a profile with AWS_PROFILE"
            )
        stacks: list[Any] = list(session.client("cloudformation").describe_stacks(StackName=name)["Stacks"])
    except ClientError as error:
        raise _not_found(name, session.region_name if session else "", error) from None
    except BotoCoreError as error:
        hint = "configure credentials (aws sso login, AWS_PROFILE, or environment variables)"
        raise CommandError(f"AWS cannot be reached: {error}", hint=hint) from None
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stacks[0].get("Outputs", [])}
    return _complete(name, outputs, session)


def _not_found(name: str, region: str | None, error: ClientError) -> CommandError:
    said = error.response.get("Error", {})
    if said.get("Code") == "ValidationError":
        message = f"no stack {name} in {region}"
        return CommandError(
            message, hint="deploy it (cdk deploy), or name another one with --stack or another AWS_REGION"
        )
    return CommandError(f"AWS refuses to describe the stack {name}: {said.get('Message') or said.get('Code')}")


def _complete(name: str, outputs: Mapping[str, str], session: boto3.Session) -> Deployed:
    missing = [key for key in REQUIRED if not outputs.get(key)]
    if missing:
        message = f"the stack {name} has no output {', '.join(missing)}: it is no parcelbridge, or of another version"
        raise CommandError(message, hint="deploy this version: cdk deploy")
    return Deployed(name, outputs, session)
