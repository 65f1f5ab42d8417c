"""Who may reach what. Each function gets exactly the grants that the stack names for it, each to one resource."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from infra.local import ALSO_ASKED
from infra.rights import READ_ITEMS, READ_STREAM, TOKENS, USE_KEY, WRITE_ITEMS
from infra.storage import Storage

Conditions = dict[str, dict[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Access:
    """The grants of one function; `local` adds what only the local AWS asks for."""

    function: lambda_.Function
    storage: Storage
    local: bool = False

    def items(self, *indexes: str) -> Access:
        """Reads and writes items by key, queries the named indexes; no scan, no delete."""
        table = self.storage.table.table_arn
        self._allow((*READ_ITEMS, *WRITE_ITEMS), table)
        if indexes:
            self._allow(("dynamodb:Query",), *(f"{table}/index/{index}" for index in indexes))
        services = self._by_services("dynamodb", "s3", "secretsmanager", "sqs")
        self._allow(USE_KEY, self.storage.key.key_arn, conditions=services)
        return self

    def keeps_tokens(self, side: str) -> Access:
        """Encrypts and decrypts the tokens of one side. The local AWS does not know of the context in a condition."""
        context = {"StringLike": {"kms:EncryptionContext:credential": [*TOKENS[side]]}}
        conditions = None if self.local else context
        self._allow(("kms:Decrypt", "kms:Encrypt"), self.storage.key.key_arn, conditions=conditions)
        return self

    def keeps_ledger(self) -> Access:
        """Writes many items at once, as the poller does with the documents that it has seen."""
        self._allow(("dynamodb:BatchWriteItem",), self.storage.table.table_arn)
        return self

    def sends(self, *queues: sqs.Queue) -> Access:
        self._allow(("sqs:SendMessage",), *(queue.queue_arn for queue in queues))
        return self

    def stores_labels(self) -> Access:
        self._allow(("s3:PutObject", "s3:PutObjectTagging"), self.storage.labels.arn_for_objects("*"))
        return self.looks_for_labels()

    def removes_labels(self) -> Access:
        """Takes away the images of labels that were voided."""
        self._allow(("s3:DeleteObject",), self.storage.labels.arn_for_objects("*"))
        return self

    def looks_for_labels(self) -> Access:
        """Reads labels, and signs addresses of them with the function's own role. Without the right to list, S3 says
        "forbidden" of one that is missing."""
        self._allow(("s3:GetObject",), self.storage.labels.arn_for_objects("*"))
        self._allow(("s3:ListBucket",), self.storage.labels.bucket_arn)
        return self

    def reads_secrets(self, prefix: str, side: str) -> Access:
        """The secrets of one side ("erp", "carrier", "webhook") of every connection.

        AWS ends a secret's ARN with 6 characters of its own. The name without them is no secret's ARN; with it, a
        secret that is missing is answered as missing, not as forbidden. One pattern holds both.
        """
        self._allow(("secretsmanager:GetSecretValue",), self._secret(f"{prefix}*/{side}*"))
        return self

    def knows_webhooks(self) -> Access:
        """Reads the webhooks, and no other item: for a function at a public address."""
        self._allow(("dynamodb:GetItem",), self.storage.table.table_arn, conditions=_of_items("WEBHOOK#*"))
        self._allow(("kms:Decrypt", "kms:GenerateDataKey"), self.storage.key.key_arn, conditions=self._by_services())
        return self

    def keeps_events(self) -> Access:
        """Writes into the partitions of parcels, and reads nothing of them."""
        self._allow(("dynamodb:PutItem",), self.storage.table.table_arn, conditions=_of_items("PARCEL#*"))
        return self

    def sees_pages(self) -> Access:
        """Reads the pages and the parcels on them, and no other item: for a function at a public address."""
        self._allow(("dynamodb:GetItem",), self.storage.table.table_arn, conditions=_of_items("PAGE#*"))
        self._allow(("dynamodb:Query",), self.storage.table.table_arn, conditions=_of_items("PARCEL#*"))
        self._allow(("kms:Decrypt",), self.storage.key.key_arn, conditions=self._by_services("dynamodb"))
        return self

    def gives_labels(self) -> Access:
        """Reads label addresses, the orders that they are of, and labels: for a function at a public address."""
        table = self.storage.table.table_arn
        self._allow(("dynamodb:GetItem",), table, conditions=_of_items("PAGE#*", "ORDER#*"))
        self._allow(("dynamodb:Query",), table, conditions=_of_items("ORDER#*"))
        self._allow(("s3:GetObject",), self.storage.labels.arn_for_objects("*"))
        self._allow(("kms:Decrypt",), self.storage.key.key_arn, conditions=self._by_services("dynamodb", "s3"))
        return self

    def sets_schedules(self, group: str, role: str) -> Access:
        """Reads and changes the poll schedules of the group, which are made at the command line."""
        stack = Stack.of(self.function)
        named = stack.format_arn(service="scheduler", resource="schedule", resource_name=f"{group}/poll-*")
        self._allow(("scheduler:GetSchedule", "scheduler:UpdateSchedule"), named)
        passed = {"StringEquals": {"iam:PassedToService": [f"scheduler.{stack.url_suffix}"]}}
        self._allow(("iam:PassRole",), role, conditions=passed)
        return self

    def follows_stream(self, bus: str, *queues: sqs.Queue) -> Access:
        """Reads the table's stream, puts events on the bus and into these queues; no item, by key or otherwise."""
        self._allow(READ_STREAM, f"{self.storage.table.table_arn}/stream/*")
        self._allow(("events:PutEvents",), bus)
        services = self._by_services("dynamodb", "sqs")
        self._allow(("kms:Decrypt", "kms:GenerateDataKey"), self.storage.key.key_arn, conditions=services)
        return self.sends(*queues) if queues else self

    def posts(self, prefix: str) -> Access:
        """Reads the secret of the deployment's webhook, and nothing of any connection."""
        self.reads_secrets(prefix, "events")
        services = self._by_services("secretsmanager", "sqs")
        self._allow(("kms:Decrypt",), self.storage.key.key_arn, conditions=services)
        return self

    def _by_services(self, *names: str) -> Conditions:
        """The key is used by AWS's services alone: what is encrypted with it directly, as tokens are, stays closed."""
        stack, names = Stack.of(self.function), names or ("dynamodb", "sqs", "secretsmanager")
        services = [f"{name}.{stack.region}.{stack.url_suffix}" for name in names]
        return {"StringEquals": {"kms:ViaService": services}}

    def _secret(self, name: str) -> str:
        return Stack.of(self.function).format_arn(
            service="secretsmanager", resource="secret", resource_name=name, arn_format=ArnFormat.COLON_RESOURCE_NAME
        )

    def _allow(self, actions: tuple[str, ...], *resources: str, conditions: Conditions | None = None) -> None:
        beside = [ALSO_ASKED[action] for action in actions if self.local and action in ALSO_ASKED]
        statement = iam.PolicyStatement(actions=[*actions, *beside], resources=list(resources), conditions=conditions)
        self.function.add_to_role_policy(statement)


def _of_items(*partitions: str) -> Conditions:
    return {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(partitions)}}
