"""A queue of hints with its dead-letter queue, and how a function is fed from it."""

from __future__ import annotations

from aws_cdk import Duration, Names
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

RECEIVES = 5
"""AWS's advice is at least 5: a receive counts where Lambda was only throttled, as a new account's often is."""
_CONSUME = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
)
VISIBILITY_OF_TIMEOUT = 6  # AWS's own advice: a throttled event source must not see its messages again too early


class WorkQueue(Construct):
    """A standard queue, encrypted with the stack's key, TLS only; after `receives` a message is poison.

    The lease of a worker's message is 6 x `timeout`, the timeout of the function that it feeds.
    """

    def __init__(
        self, scope: Construct, name: str, *, prefix: str, key: kms.IKey, timeout: Duration, receives: int = RECEIVES
    ) -> None:
        super().__init__(scope, name)
        self.name = name
        self.visibility = Duration.seconds(VISIBILITY_OF_TIMEOUT * timeout.to_seconds())
        self.dead_letters = dead_letter_queue(self, "DeadLetters", name=f"{prefix}-{name}-dead-letters", key=key)
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=f"{prefix}-{name}",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            data_key_reuse=Duration.hours(1),
            enforce_ssl=True,
            visibility_timeout=self.visibility,
            retention_period=Duration.days(4),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=receives),
        )

    def feed(self, function: lambda_.Function, *, batch: int, concurrency: int) -> None:
        """Calls `function` with up to `batch` messages, `concurrency` at once, and takes partial failures back."""
        function.add_event_source_mapping(
            f"SqsEventSource:{Names.node_unique_id(self.queue.node)}",
            event_source_arn=self.queue.queue_arn,
            batch_size=batch,
            max_concurrency=concurrency,
            report_batch_item_failures=True,
        )
        # CDK's own grant would let the function decrypt whatever the key encrypts, the other side's tokens included.
        function.add_to_role_policy(iam.PolicyStatement(actions=[*_CONSUME], resources=[self.queue.queue_arn]))


def dead_letter_queue(scope: Construct, construct_id: str, *, name: str, key: kms.IKey) -> sqs.Queue:
    """A queue where what failed waits 14 days, the longest that SQS keeps, for a person."""
    return sqs.Queue(
        scope,
        construct_id,
        queue_name=name,
        encryption=sqs.QueueEncryption.KMS,
        encryption_master_key=key,
        data_key_reuse=Duration.hours(1),
        enforce_ssl=True,
        retention_period=Duration.days(14),
    )
