"""Who wakes the functions: the schedule group, the role that its schedules assume, and the sweep of every minute.

The poll schedule of each connection is made by the command line, in this group, with this role; its target is the polls
queue, its message names the connection.
"""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.work_queue import dead_letter_queue


class Schedules(Construct):
    """The group, named as the stack; the role, for schedules of this group only; the dead letters of both."""

    def __init__(self, scope: Construct, construct_id: str, *, prefix: str, key: kms.IKey) -> None:
        super().__init__(scope, construct_id)
        # Its name is fixed: one that outlived the stack would refuse the next one. Its schedules go with it.
        self.group = scheduler.ScheduleGroup(
            self, "Group", schedule_group_name=prefix, removal_policy=RemovalPolicy.DESTROY
        )
        self.dead_letters = dead_letter_queue(self, "DeadLetters", name=f"{prefix}-schedules-dead-letters", key=key)
        self.role = iam.Role(self, "Role", assumed_by=_schedules_of(self, prefix))
        self.role.add_to_policy(
            iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[key.key_arn])
        )
        self._may_send(self.dead_letters)

    def may_poll(self, polls: sqs.Queue) -> None:
        """Lets the schedules of this group put messages on the polls queue."""
        self._may_send(polls)

    def every_minute(self, sweep: lambda_.Function) -> None:
        """Calls the sweep each minute. A call that fails is not repeated, the next one does its work; it is kept as a
        dead letter, so that somebody hears of it."""
        self.role.add_to_policy(iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[sweep.function_arn]))
        schedule = scheduler.Schedule(
            self,
            "Sweep",
            description="brings back whatever is due",
            schedule=scheduler.ScheduleExpression.rate(Duration.minutes(1)),
            schedule_group=self.group,
            time_window=scheduler.TimeWindow.off(),
            target=targets.LambdaInvoke(
                sweep,
                role=self.role.without_policy_updates(),
                retry_attempts=0,
                max_event_age=Duration.minutes(1),
                dead_letter_queue=self.dead_letters,
            ),
        )
        schedule.node.add_dependency(self.role)  # with its policy: the first minute must not be a dead letter
        self._keep_failed(sweep)

    def _keep_failed(self, sweep: lambda_.Function) -> None:
        lambda_.CfnEventInvokeConfig(
            self,
            "FailedSweeps",
            function_name=sweep.function_name,
            qualifier="$LATEST",
            maximum_retry_attempts=0,
            maximum_event_age_in_seconds=60,
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(destination=self.dead_letters.queue_arn)
            ),
        )
        sweep.add_to_role_policy(
            iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self.dead_letters.queue_arn])
        )

    def _may_send(self, queue: sqs.Queue) -> None:
        self.role.add_to_policy(iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[queue.queue_arn]))


def _schedules_of(scope: Construct, group: str) -> iam.ServicePrincipal:
    stack = Stack.of(scope)
    return iam.ServicePrincipal(
        "scheduler.amazonaws.com",
        conditions={
            "StringEquals": {
                "aws:SourceAccount": stack.account,
                "aws:SourceArn": stack.format_arn(service="scheduler", resource="schedule-group", resource_name=group),
            }
        },
    )
