"""The backends of the contract suite: the ports in memory, and the ports on AWS, emulated in one of two ways."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from sandbox.memory import (
    LeaseBook,
    ManualClock,
    MemoryBudgets,
    MemoryConnectionStore,
    MemoryDocumentStore,
    MemoryLabels,
    MemoryLeases,
    MemoryOrderStore,
    MemoryQueue,
    MemorySecrets,
    MemoryTokens,
)
from sandbox.memory_bills import MemoryBills
from sandbox.memory_errands import MemoryErrands
from sandbox.memory_pickups import MemoryPickups
from sandbox.memory_receiving import MemoryReceivingStore
from sandbox.memory_tracking import MemoryPages, MemoryTrackingStore, MemoryWebhooks
from sandbox.table import make_table
from shared.aws.bills import DynamoBills
from shared.aws.budgets import DynamoBudgets
from shared.aws.connections import DynamoConnectionStore
from shared.aws.documents import DynamoDocumentStore
from shared.aws.errands import DynamoErrands
from shared.aws.labels import S3Labels
from shared.aws.leases import DynamoLeases
from shared.aws.orders import DynamoOrderStore
from shared.aws.pages import DynamoPages
from shared.aws.pickups import DynamoPickups
from shared.aws.queues import SqsQueue
from shared.aws.receiving import DynamoReceivingStore
from shared.aws.secrets import SecretsManagerSecrets
from shared.aws.tokens import DynamoTokens
from shared.aws.tracking import DynamoTrackingStore
from shared.aws.webhooks import DynamoWebhooks
from shared.aws.wire import from_wire, to_wire
from shared.registry import KINDS

Credentials = Mapping[tuple[str, str], dict[str, str]]


class MemoryBackend:
    """The fakes of the sandbox; a backend lives for one test."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self._book: LeaseBook = {}

    def leases(self) -> Any:
        return MemoryLeases(self.clock, self._book)

    def orders(self) -> Any:
        return MemoryOrderStore()

    def expire(self, orders: Any, key: str, generation: int) -> None:
        """Delete a snapshot, as retention does in the end."""
        del orders._orders[key].snapshots[generation]

    def connections(self) -> Any:
        return MemoryConnectionStore(self._book)

    def documents(self) -> Any:
        return MemoryDocumentStore(self._book)

    def tracking(self) -> Any:
        return MemoryTrackingStore(self._book)

    def webhooks(self) -> Any:
        return MemoryWebhooks()

    def pages(self) -> Any:
        return MemoryPages()

    def errands(self) -> Any:
        return MemoryErrands()

    def bills(self) -> Any:
        return MemoryBills()

    def pickups(self) -> Any:
        return MemoryPickups()

    def receiving(self) -> Any:
        return MemoryReceivingStore()

    def expire_events(self, tracking: Any, now: datetime) -> None:
        tracking.expire(now)

    def labels(self) -> Any:
        return MemoryLabels()

    def queue(self) -> tuple[Any, Callable[[], list[tuple[str, str, str]]]]:
        """A queue, and what lies in it as (connection, kind, key)."""
        queue = MemoryQueue()
        return queue, lambda: [
            (connection, kind, key) for kind, (connection, key) in zip(queue.kinds, queue.messages, strict=True)
        ]

    def secrets(self, credentials: Credentials) -> Any:
        return MemorySecrets(dict(credentials))

    def tokens(self) -> Any:
        return MemoryTokens(self.clock)

    def budgets(self) -> Any:
        return MemoryBudgets(self.clock)


@dataclass
class AwsBackend:
    """The real adapters over `connect`, which makes a client of a service; every test gets a table of its own."""

    connect: Callable[[str], Any]
    clock: ManualClock
    waits: list[float] = field(default_factory=list)
    prefix: str = field(default_factory=lambda: f"parcelbridge/{uuid4().hex[:8]}/")
    _table: str = ""
    _key: str = ""

    @property
    def table(self) -> str:
        if not self._table:
            self._table = make_table(self.connect("dynamodb"), f"parcelbridge-{uuid4().hex}")
        return self._table

    @property
    def key(self) -> str:
        if not self._key:
            self._key = self.connect("kms").create_key()["KeyMetadata"]["Arn"]
        return self._key

    def orders(self, client: Any = None) -> Any:
        return DynamoOrderStore(client or self.connect("dynamodb"), self.table)

    def expire(self, _orders: Any, key: str, generation: int) -> None:
        """Delete an item past its `expires`, as the table does."""
        place = {"pk": f"ORDER#{key}", "sk": f"SNAP#{generation:04}"}
        self.connect("dynamodb").delete_item(TableName=self.table, Key=to_wire(place))

    def connections(self, client: Any = None) -> Any:
        return DynamoConnectionStore(client or self.connect("dynamodb"), self.table, KINDS)

    def documents(self, client: Any = None) -> Any:
        return DynamoDocumentStore(client or self.connect("dynamodb"), self.table)

    def leases(self, client: Any = None) -> Any:
        return DynamoLeases(client or self.connect("dynamodb"), self.table, self.clock)

    def tracking(self, client: Any = None) -> Any:
        return DynamoTrackingStore(client or self.connect("dynamodb"), self.table)

    def webhooks(self, client: Any = None) -> Any:
        return DynamoWebhooks(client or self.connect("dynamodb"), self.table)

    def pages(self, client: Any = None) -> Any:
        return DynamoPages(client or self.connect("dynamodb"), self.table)

    def errands(self, client: Any = None) -> Any:
        return DynamoErrands(client or self.connect("dynamodb"), self.table)

    def pickups(self, client: Any = None) -> Any:
        return DynamoPickups(client or self.connect("dynamodb"), self.table)

    def bills(self, client: Any = None) -> Any:
        return DynamoBills(client or self.connect("dynamodb"), self.table)

    def receiving(self, client: Any = None) -> Any:
        return DynamoReceivingStore(client or self.connect("dynamodb"), self.table)

    def expire_events(self, _tracking: Any, now: datetime) -> None:
        """Delete the items past their `expires`, as the table does."""
        client = self.connect("dynamodb")
        for item in client.scan(TableName=self.table)["Items"]:
            if int(item.get("expires", {}).get("N", "99999999999")) <= now.timestamp():
                client.delete_item(TableName=self.table, Key={"pk": item["pk"], "sk": item["sk"]})

    def labels(self) -> Any:
        client, bucket = self.connect("s3"), f"labels-{uuid4().hex}"
        client.create_bucket(Bucket=bucket)
        return S3Labels(client, bucket)

    def queue(self) -> tuple[Any, Callable[[], list[tuple[str, str, str]]]]:
        client = self.connect("sqs")
        url = client.create_queue(QueueName=f"q-{uuid4().hex}")["QueueUrl"]
        return SqsQueue(client, url), lambda: [(m["connection"], m["kind"], m["key"]) for m, _ in messages(client, url)]

    def secrets(self, credentials: Credentials) -> Any:
        client = self.connect("secretsmanager")
        for (connection, side), fields in credentials.items():
            client.create_secret(Name=f"{self.prefix}{connection}/{side}", SecretString=json.dumps(fields))
        return SecretsManagerSecrets(client, self.prefix, self.clock)

    def budgets(self, client: Any = None) -> Any:
        return DynamoBudgets(client or self.connect("dynamodb"), self.table, self.clock)

    def tokens(self, client: Any = None) -> Any:
        """The tokens of one more worker: a memory of its own over the same table. Its waits are noted, not waited."""
        made = client or self.connect("dynamodb")
        return DynamoTokens(made, self.table, self.connect("kms"), self.key, self.clock, sleep=self.waits.append)

    def item(self, pk: str, sk: str) -> dict[str, Any]:
        answer = self.connect("dynamodb").get_item(TableName=self.table, Key=to_wire({"pk": pk, "sk": sk}))
        return from_wire(answer["Item"])

    def put(self, item: dict[str, Any]) -> None:
        self.connect("dynamodb").put_item(TableName=self.table, Item=to_wire(item))

    def items(self) -> list[dict[str, Any]]:
        """Everything that lies in the table."""
        pages = self.connect("dynamodb").get_paginator("scan").paginate(TableName=self.table)
        return [from_wire(item) for page in pages for item in page["Items"]]

    def make_newer(self, pk: str, sk: str) -> dict[str, Any]:
        """Gives an item the format of the next release; returns it as it then stands."""
        item = {**self.item(pk, sk), "v": self.item(pk, sk)["v"] + 1}
        self.connect("dynamodb").put_item(TableName=self.table, Item=to_wire(item))
        return self.item(pk, sk)


def messages(client: Any, url: str) -> list[tuple[dict[str, Any], dict[str, str]]]:
    """All messages of a queue with their attributes; they are gone from it afterwards."""
    found: list[tuple[dict[str, Any], dict[str, str]]] = []
    while True:
        taken = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"])
        if not taken.get("Messages"):
            return found
        for each in taken["Messages"]:
            found.append((json.loads(each["Body"]), each.get("Attributes", {})))
            client.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])


class Client:
    """A client of AWS with something odd about one operation: `around(call)` makes the call, or not, or twice."""

    def __init__(self, client: Any, operation: str, around: Callable[[Callable[[], Any]], Any]) -> None:
        self._client, self._operation, self._around = client, operation, around

    def __getattr__(self, name: str) -> Any:
        target = getattr(self._client, name)
        if name != self._operation:
            return target
        return lambda **request: self._around(lambda: target(**request))


def first(action: Callable[[], object]) -> Callable[[Callable[[], Any]], Any]:
    """Once, does something else before the call: what another worker does between our read and our write."""
    pending = [action]

    def around(call: Callable[[], Any]) -> Any:
        if pending:
            pending.pop()()
        return call()

    return around


def answer_lost(call: Callable[[], Any]) -> Any:
    """The call is made, its answer is lost, and the client repeats it, as AWS's own retries do."""
    call()
    return call()


def cancelled(times: int, *reasons: str) -> Callable[[Callable[[], Any]], Any]:
    """A transaction that is cancelled so many times for these reasons before it is tried."""
    left = [times]

    def around(call: Callable[[], Any]) -> Any:
        if not left[0]:
            return call()
        left[0] -= 1
        said = {"Error": {"Code": "TransactionCanceledException", "Message": "cancelled"}}
        answer: Any = {**said, "CancellationReasons": [{"Code": reason} for reason in reasons]}
        raise ClientError(answer, "TransactWriteItems")

    return around
