"""A function of ours: its code, its role, its own log group, its variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from shared.environment import FUNCTIONS, as_environment


@dataclass(frozen=True, slots=True)
class Size:
    """The limits of a function: seconds of a run, MB of memory (CPU comes with it)."""

    timeout: int
    memory: int


SIZES: Mapping[str, Size] = {
    "poll_orders": Size(timeout=300, memory=512),
    "receive_goods": Size(timeout=240, memory=512),
    "process_order": Size(timeout=120, memory=512),
    "write_back": Size(timeout=180, memory=512),
    "sweep": Size(timeout=50, memory=512),
    "apply_tracking": Size(timeout=60, memory=512),
    "poll_tracking": Size(timeout=240, memory=512),
    "receive_webhook": Size(timeout=10, memory=1024),
    "issue_token": Size(timeout=10, memory=1024),
    "show_page": Size(timeout=10, memory=1024),
    "open_label": Size(timeout=10, memory=1024),
    "operator_api": Size(timeout=29, memory=1024),
    "console": Size(timeout=10, memory=256),
    "run_errands": Size(timeout=240, memory=512),
    "publish_events": Size(timeout=60, memory=256),
    "post_events": Size(timeout=120, memory=256),
}

OF_CONSOLE = ("operator_api", "console", "run_errands")
"""Functions that are made only where the context `console` says so."""
OF_POSTS = ("post_events",)
"""Those that are made only where the context `events_webhook` says so."""
OF_STREAM = ("publish_events",)
"""Those that are made only where the table's stream is known: not on every table that was adopted."""


@dataclass(frozen=True, slots=True)
class Build:
    """The code that all functions share, and what it was built for."""

    code: lambda_.Code
    python: str
    architecture: lambda_.Architecture


GOES_ON_BY_ITSELF = ("poll_orders", "process_order")
"""Functions that send a message to the queue that feeds them, when their time is over before their work is. Lambda
would stop such a chain after about 16 turns; both end by themselves: paused, nothing left, or nothing changed."""


def timeout_of(name: str) -> Duration:
    return Duration.seconds(SIZES[name].timeout)


class WorkerFunction(lambda_.Function):
    """functions/<name>/handler.py, with variables chosen from `values` by the model in shared/environment.py.

    X-Ray is switched on in the settings alone: importing its library would double a cold start.
    """

    def __init__(
        self, scope: Construct, name: str, *, prefix: str, build: Build, key: kms.IKey, values: Mapping[str, str]
    ) -> None:
        function_name = f"{prefix}-{name.replace('_', '-')}"
        log_group = logs.LogGroup(
            scope,
            f"{name}-logs",
            log_group_name=f"/aws/lambda/{function_name}",
            retention=logs.RetentionDays.THREE_MONTHS,
            encryption_key=key,
            removal_policy=RemovalPolicy.DESTROY,
        )
        super().__init__(
            scope,
            name,
            function_name=function_name,
            handler=f"functions.{name}.handler.handler",
            code=build.code,
            runtime=lambda_.Runtime(f"python{build.python}", lambda_.RuntimeFamily.PYTHON),
            architecture=build.architecture,
            role=_role(scope, name, log_group),
            timeout=timeout_of(name),
            memory_size=SIZES[name].memory,
            environment=as_environment(FUNCTIONS[name], {**values, "service": name}),
            tracing=lambda_.Tracing.ACTIVE,
            logging_format=lambda_.LoggingFormat.JSON,
            log_group=log_group,
            recursive_loop=lambda_.RecursiveLoop.ALLOW if name in GOES_ON_BY_ITSELF else None,
        )


def _role(scope: Construct, name: str, log_group: logs.LogGroup) -> iam.Role:
    """A role that may write to the function's own log group; metrics travel in its log lines."""
    role = iam.Role(scope, f"{name}-role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    log_group.grant_write(role)
    return role
