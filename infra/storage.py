"""The stores: the table, the labels, and the key that encrypts everything. All three outlive the stack, and a stack may
be made on those of an earlier one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct, Node

from shared.connection.retention import LIVES, TAG

STRING = dynamodb.AttributeType.STRING
ADOPTED = {
    "table": (re.compile(r"[A-Za-z0-9_.-]{3,255}"), "the name of a table"),
    "key": (re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+"), "the ARN of a key"),
    "bucket": (re.compile(r"[a-z0-9.-]{3,63}"), "the name of a bucket"),
    "stream": (re.compile(r"arn:aws[a-z-]*:dynamodb:[^ ]+/stream/[0-9T:.-]+"), "the ARN of the table's stream"),
    "deployment": (re.compile(r"[0-9a-f]{8}"), "the output Deployment of the earlier stack, 8 of 0-9 and a-f"),
}
"""Contexts that name what an earlier stack left: the form of each, and what it is."""
LESS = ("stream",)
"""Contexts that may be left out of them: a restored table has no stream, and makes no events before it is given one."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """The stores of an earlier stack, or a restored table; all are "" for a stack that makes its own."""

    table: str = ""
    key: str = ""
    bucket: str = ""
    deployment: str = ""
    stream: str = ""

    @classmethod
    def of(cls, node: Node) -> Adopted:
        """By context. Raises ValueError where some are given and others not, and for what cannot be one.

        A table without its key cannot be read, one without its deployment id has no credentials: all go together.
        """
        given = {name: str(node.try_get_context(name) or "") for name in ADOPTED}
        together = [name for name in given if name not in LESS]
        missing = [name for name in together if not given[name]]
        if missing and any(given.values()):
            raise ValueError(
                f"the contexts {', '.join(together)} are given together, or none of them; missing: {', '.join(missing)}"
            )
        for name, value in given.items():
            form, what = ADOPTED[name]
            if value and not form.fullmatch(value):
                raise ValueError(f"the context {name} is {value}: allowed is {what}")
        return cls(**given)


class Storage(Construct):
    """The stack's key, its table with both indexes, and the label bucket: its own, or those that it is to adopt."""

    def __init__(self, scope: Construct, construct_id: str, *, adopted: Adopted) -> None:
        super().__init__(scope, construct_id)
        if adopted.table:
            self.key: kms.IKey = kms.Key.from_key_arn(self, "Key", adopted.key)
            self.table: dynamodb.ITable = dynamodb.Table.from_table_name(self, "Table", adopted.table)
            self.stream = adopted.stream
            self.labels: s3.IBucket = s3.Bucket.from_bucket_name(self, "Labels", adopted.bucket)
            return
        # The rollback of a failed first deploy takes away the key and the bucket: both are empty of use then. The
        # table stays, since nothing may delete a protected one; it is empty, and costs nothing.
        key = kms.Key(
            self,
            "Key",
            description="parcelbridge",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        table = self._table(key)
        self.key, self.table, self.labels = key, table, self._labels(key)
        self.stream = table.table_stream_arn or ""
        _allow_services(key)

    def _table(self, key: kms.Key) -> dynamodb.Table:
        table = dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="pk", type=STRING),
            sort_key=dynamodb.Attribute(name="sk", type=STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            time_to_live_attribute="expires",
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=key,
            deletion_protection=True,
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,  # events are made of it (infra/events.py)
            removal_policy=RemovalPolicy.RETAIN,
        )
        for index in ("listing", "due"):
            table.add_global_secondary_index(
                index_name=index,
                partition_key=dynamodb.Attribute(name=f"{index}_pk", type=STRING),
                sort_key=dynamodb.Attribute(name=f"{index}_sk", type=STRING),
                projection_type=dynamodb.ProjectionType.KEYS_ONLY,
            )
        return table

    def _labels(self, key: kms.Key) -> s3.Bucket:
        return s3.Bucket(
            self,
            "Labels",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=key,
            bucket_key_enabled=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    noncurrent_version_expiration=Duration.days(7),
                    abort_incomplete_multipart_upload_after=Duration.days(7),
                    expiration=Duration.days(max(LIVES)),
                ),
                *(
                    s3.LifecycleRule(tag_filters={TAG: str(days)}, expiration=Duration.days(days))
                    for days in sorted(LIVES)
                ),
            ],
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )


def _allow_services(key: kms.Key) -> None:
    """Lets the two AWS services use the key that act without a role of ours: log groups, and alarms on the topic."""
    stack = Stack.of(key)
    logs = stack.format_arn(service="logs", resource="*")
    key.grant_encrypt_decrypt(
        iam.ServicePrincipal(
            f"logs.{stack.region}.{stack.url_suffix}",
            conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": logs}},
        )
    )
    key.grant(
        iam.ServicePrincipal(
            "cloudwatch.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": stack.account}}
        ),
        "kms:Decrypt",
        "kms:GenerateDataKey*",
    )
