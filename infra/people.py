"""Who may do what at the command line: a reader, a clerk and an engineer, each a managed policy of the stack.

Nobody has one by the deploy: whoever keeps the accounts attaches them to people's roles (docs/runbook.md). A policy is
whole by itself; an engineer who also approves orders gets two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import ArnFormat, CfnOutput, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.rights import PEOPLE, Right
from infra.storage import Storage
from infra.work_queue import WorkQueue


@dataclass(frozen=True, slots=True)
class Things:
    """The things of a stack that the rights are on."""

    storage: Storage
    queues: Mapping[str, WorkQueue]
    schedules_dead_letters: str
    group: scheduler.ScheduleGroup
    schedules_role: iam.Role
    secret_prefix: str

    def has(self, name: str) -> bool:
        """Tell if the stack has the thing: without a console it has no errands."""
        return name.removesuffix("-dead-letters") != "errands" or "errands" in self.queues

    def arn(self, stack: Stack, name: str) -> str:
        """The ARN of a thing by its name in a `Right`."""
        first, _, rest = name.partition("/")
        if first == "table":
            return self.storage.table.table_arn + (f"/index/{rest}" if rest else "")
        if first == "labels":
            return self.storage.labels.arn_for_objects("*") if rest else self.storage.labels.bucket_arn
        if first == "secrets":
            return stack.format_arn(
                service="secretsmanager",
                resource="secret",
                resource_name=f"{self.secret_prefix}*/{rest}*",
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            )
        if name in self.queues:
            return self.queues[name].queue.queue_arn
        if name.removesuffix("-dead-letters") in self.queues:
            return self.queues[name.removesuffix("-dead-letters")].dead_letters.queue_arn
        group = self.group.schedule_group_name
        return {
            "key": self.storage.key.key_arn,
            "stack": stack.stack_id,
            "schedules-dead-letters": self.schedules_dead_letters,
            "schedules": stack.format_arn(service="scheduler", resource="schedule", resource_name=f"{group}/poll-*"),
            "schedules-role": self.schedules_role.role_arn,
        }[name]


class People(Construct):
    """The policies, and their ARNs as outputs. They have no names of ours: IAM's are the account's, and a stack of the
    same name may stand in another region."""

    def __init__(self, scope: Construct, construct_id: str, *, things: Things) -> None:
        super().__init__(scope, construct_id)
        for person, rights in PEOPLE.items():
            made = iam.ManagedPolicy(
                self,
                person,
                description=f"parcelbridge: what a {person.lower()} needs at the command line",
                statements=[_statement(Stack.of(self), things, each) for each in rights],
            )
            CfnOutput(self, f"{person}PolicyArn", value=made.managed_policy_arn).override_logical_id(
                f"{person}PolicyArn"
            )


def _statement(stack: Stack, things: Things, right: Right) -> iam.PolicyStatement:
    conditions: dict[str, dict[str, list[str]]] = {}
    if right.partitions:
        conditions["ForAllValues:StringLike"] = {"dynamodb:LeadingKeys": [*right.partitions]}
    if right.services:
        services = [f"{each}.{stack.region}.{stack.url_suffix}" for each in right.services]
        conditions["StringEquals"] = {"kms:ViaService": services}
    if right.tokens:
        conditions["StringLike"] = {"kms:EncryptionContext:credential": [*right.tokens]}
    if "iam:PassRole" in right.actions:
        conditions["StringEquals"] = {"iam:PassedToService": [f"scheduler.{stack.url_suffix}"]}
    return iam.PolicyStatement(
        actions=[*right.actions],
        resources=[things.arn(stack, name) for name in right.on if things.has(name)],
        conditions=conditions or None,
    )
