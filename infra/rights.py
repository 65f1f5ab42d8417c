"""Rights as data: what the functions' grants are made of, and what each kind of person may do. Loads no CDK."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

READ_ITEMS = ("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query")
READ_STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams")
WRITE_ITEMS = ("dynamodb:PutItem", "dynamodb:UpdateItem")
# DynamoDB, SQS, S3 and Secrets Manager use the key on behalf of the caller.
USE_KEY = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)

TOKENS = {
    "erp": ("ifs-cloud:*", "infor-m3:*", "oracle-fusion:*", "syspro:*"),
    "carrier": ("shipstation/*", "ups/*"),
}
"""How the credentials of each side are named. Tokens are encrypted with the key directly, under the credential's name:
a worker of one side cannot read a token of the other, though both are in one table."""


@dataclass(frozen=True, slots=True)
class Right:
    """Actions on things of the stack, by the names of `Things.arn`. `partitions` of the table, `tokens` of the key and
    `services` that use the key narrow it."""

    actions: tuple[str, ...]
    on: tuple[str, ...]
    partitions: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


QUEUES = ("polls", "orders", "write-backs", "tracking", "looks", "receiving", "errands")
"""The last one is there with the console alone."""
DEAD = (*(f"{name}-dead-letters" for name in QUEUES), "schedules-dead-letters")

ORDERS = ("ORDER#*", "PAGE#*", "PARCEL#*", "RECEIVING#*", "OPEN#*")
"""Partitions that a clerk writes: what is decided about an order, the addresses and parcels of it, goods that come in,
and which documents are to be read again."""
CARRIER_CALLS = ("TOKEN#ups/*", "TOKEN#shipstation/*", "BUDGET#*")
"""Partitions that whoever calls a carrier writes beside: its token, and how often it was asked."""
ERP_CALLS = tuple(f"{kind}#{name}" for kind in ("TOKEN", "SESSION") for name in TOKENS["erp"])
SET_UP = ("CONNECTIONS", "CONNECTION#*", "DEPLOYMENT", "WEBHOOK#*", "PARCEL#*")
"""Partitions of the set-up: connections with their limits and how far they are read, their webhooks, and the parcels
that are subscribed to anew."""


def _writes(*partitions: str) -> Right:
    return Right(WRITE_ITEMS, ("table",), partitions=partitions)


def _calls(side: str) -> tuple[Right, ...]:
    """The rights to call the systems of one side: its credential and its token."""
    return (
        Right(("secretsmanager:GetSecretValue",), (f"secrets/{side}",)),
        Right(("kms:Decrypt", "kms:Encrypt"), ("key",), tokens=TOKENS[side]),
    )


READER = (
    Right(("cloudformation:DescribeStacks",), ("stack",)),
    Right(READ_ITEMS, ("table",)),
    Right(("dynamodb:Query",), ("table/listing", "table/due")),
    Right(USE_KEY, ("key",), services=("dynamodb", "s3", "secretsmanager", "sqs")),
    Right(("sqs:GetQueueAttributes",), (*QUEUES, *DEAD)),
    Right(("scheduler:GetSchedule",), ("schedules",)),
)
CLERK = (
    *READER,
    _writes(*ORDERS, *CARRIER_CALLS, "INVOICE#*", "PICKUP#*"),
    Right(("dynamodb:BatchWriteItem",), ("table",), partitions=("INVOICE#*", "PARCEL#*")),
    Right(("sqs:SendMessage",), ("orders", "write-backs", "receiving")),
    Right(("s3:GetObject", "s3:PutObject", "s3:PutObjectTagging", "s3:DeleteObject"), ("labels/*",)),
    Right(("s3:ListBucket",), ("labels",)),
    *_calls("carrier"),
)
ENGINEER = (
    *READER,
    _writes(*SET_UP, *CARRIER_CALLS, *ERP_CALLS, "OPEN#*"),
    Right(("dynamodb:BatchWriteItem",), ("table",), partitions=("LEDGER#*",)),
    Right(("sqs:SendMessage",), QUEUES),
    Right(("sqs:ReceiveMessage", "sqs:DeleteMessage"), DEAD),
    Right(("scheduler:CreateSchedule", "scheduler:UpdateSchedule", "scheduler:DeleteSchedule"), ("schedules",)),
    Right(("iam:PassRole",), ("schedules-role",)),
    Right(
        ("secretsmanager:CreateSecret", "secretsmanager:PutSecretValue", "secretsmanager:GetSecretValue"),
        ("secrets/webhook",),
    ),
    Right(("secretsmanager:CreateSecret", "secretsmanager:PutSecretValue"), ("secrets/erp", "secrets/carrier")),
    *_calls("erp"),
    *_calls("carrier"),
)
PEOPLE: Mapping[str, tuple[Right, ...]] = {"Reader": READER, "Clerk": CLERK, "Engineer": ENGINEER}
