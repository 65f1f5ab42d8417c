"""Which kinds of ERP and carrier there are, and how the ports are put together. Only functions and the CLI come here.

Adding a kind is one folder and one line.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from shared.aws.bills import DynamoBills
from shared.aws.budgets import DynamoBudgets
from shared.aws.connections import DynamoConnectionStore
from shared.aws.deployment import RestoredTable, deployment_of
from shared.aws.documents import DynamoDocumentStore
from shared.aws.labels import S3Labels
from shared.aws.leases import DynamoLeases
from shared.aws.orders import DynamoOrderStore
from shared.aws.pages import DynamoPages
from shared.aws.pickups import DynamoPickups
from shared.aws.push_targets import PushTargets
from shared.aws.queues import SqsQueue
from shared.aws.receiving import DynamoReceivingStore
from shared.aws.secrets import SecretsManagerSecrets
from shared.aws.session import CONFIG, S3_CONFIG
from shared.aws.tokens import DynamoTokens
from shared.aws.tracking import DynamoTrackingStore
from shared.aws.webhooks import DynamoWebhooks
from shared.carriers.shipstation.file import KIND as SHIPSTATION
from shared.carriers.ups.file import KIND as UPS
from shared.clock import SystemClock
from shared.connection import CarrierKind, Connection, ErpKind, Kinds, Setup
from shared.erp.ifs.file import KIND as IFS_CLOUD
from shared.erp.infor.file import KIND as INFOR_M3
from shared.erp.oracle.file import KIND as ORACLE_FUSION
from shared.erp.syspro.file import KIND as SYSPRO
from shared.hosts import Guarded
from shared.http import RequestsTransport, Transport, Trusting
from shared.ports import Bill, Budgets, Carrier, Clock, Erp, LabelStore, Leases, Ports, Queue, Secrets, Tokens

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_dynamodb import DynamoDBClient

KINDS = Kinds.of(
    IFS_CLOUD,
    INFOR_M3,
    ORACLE_FUSION,
    SHIPSTATION,
    SYSPRO,
    UPS,
    named=("infor-ln", "infor-csi", "infor-bod"),
)
"""A line a kind: its part of the connection file. Its adapter is imported when a connection of it is opened."""


def setup_of(kind: ErpKind | CarrierKind) -> Setup:
    """Return the set-up that a kind offers to a person. It is imported when it is asked for: no function needs it."""
    return cast("Setup", import_module(kind.setup).SETUP)


def open_systems(
    *,
    secrets: Secrets,
    tokens: Tokens,
    budgets: Budgets,
    transport: Transport,
    clock: Clock,
    leases: Leases | None = None,
    sleep: Callable[[float], None] = time.sleep,
    kinds: Kinds = KINDS,
) -> tuple[Callable[[Connection], Erp], Callable[[Connection], Carrier]]:
    """How a connection's ERP and carrier are opened: by its kinds, with its own credentials and nothing of another.

    `leases` are for a user who can be logged on once only: without them no other worker may use the credential. `sleep`
    waits for the worker who has one, in seconds. A credential goes to the vendor's hosts and to those that its secret
    names. What an adapter puts into `kept` it finds there when it is opened again by the same process."""
    outside: dict[str, object] = {"secrets": secrets, "tokens": tokens, "budgets": budgets, "transport": transport}
    outside |= {"clock": clock, "leases": leases, "sleep": sleep, "kept": {}}

    def erp(connection: Connection) -> Erp:
        kind = kinds.erps[connection.erp.kind]
        adapter = import_module(kind.adapter)
        trusting = Trusting(transport, connection.erp.ca_certificate) if connection.erp.ca_certificate else transport
        guarded = Guarded(trusting, secrets, connection.id, "erp", kind.hosts)
        return cast("Erp", adapter.open_erp(connection, **{**outside, "transport": guarded}))

    def carrier(connection: Connection) -> Carrier:
        kind = kinds.carriers[connection.carrier.kind]
        adapter = import_module(kind.adapter)
        guarded = Guarded(transport, secrets, connection.id, "carrier", kind.hosts)
        return cast("Carrier", adapter.open_carrier(connection, **{**outside, "transport": guarded}))

    return erp, carrier


def bill_of(kind: CarrierKind, path: Path) -> Bill:
    """The bill in a file of this carrier, read to its end. Raises Refused. Its reader is imported when it is asked
    for."""
    return cast("Bill", import_module(kind.bills).open_bill(path))


@dataclass(frozen=True, slots=True)
class Resources:
    """The stack's resources as a process knows them; "" stands for one that it may not reach."""

    table: str
    deployment: str
    key: str = ""
    secret_prefix: str = ""
    label_bucket: str = ""
    orders_queue: str = ""
    write_backs_queue: str = ""
    polls_queue: str = ""
    tracking_queue: str = ""
    looks_queue: str = ""
    receiving_queue: str = ""
    webhook_base: str = ""


def open_ports(session: boto3.Session, resources: Resources, clock: Clock | None = None) -> Ports:
    """The ports on AWS, by the machine's time unless told another. No call is made but for the deployment's id."""
    dynamodb, clock = session.client("dynamodb", config=CONFIG), clock or SystemClock()

    def queue(url: str, name: str) -> Queue:
        return SqsQueue(session.client("sqs", config=CONFIG), url) if url else cast("Queue", _NotReached(name))

    if resources.key and resources.secret_prefix:
        secrets: Secrets = SecretsManagerSecrets(
            session.client("secretsmanager", config=CONFIG), resources.secret_prefix, clock
        )
        kms = session.client("kms", config=CONFIG)
        tokens: Tokens = DynamoTokens(dynamodb, resources.table, kms, resources.key, clock)
    else:
        secrets, tokens = cast("Secrets", _NotReached("secrets")), cast("Tokens", _NotReached("tokens"))
    budgets = DynamoBudgets(dynamodb, resources.table, clock)
    leases = DynamoLeases(dynamodb, resources.table, clock)
    erp, carrier = open_systems(
        secrets=secrets, tokens=tokens, budgets=budgets, transport=RequestsTransport(), clock=clock, leases=leases
    )
    webhooks = DynamoWebhooks(dynamodb, resources.table)
    return Ports(
        orders=DynamoOrderStore(dynamodb, resources.table),
        connections=_connections(dynamodb, resources.table, clock),
        documents=DynamoDocumentStore(dynamodb, resources.table),
        leases=leases,
        order_queue=queue(resources.orders_queue, "orders queue"),
        write_back_queue=queue(resources.write_backs_queue, "write-backs queue"),
        poll_queue=queue(resources.polls_queue, "polls queue"),
        tracking=DynamoTrackingStore(dynamodb, resources.table),
        tracking_queue=queue(resources.tracking_queue, "tracking queue"),
        looks_queue=queue(resources.looks_queue, "looks queue"),
        receiving_queue=queue(resources.receiving_queue, "receiving queue"),
        webhooks=webhooks,
        **_records(dynamodb, resources.table),
        labels=_labels(session, resources.label_bucket),
        clock=clock,
        open_erp=erp,
        open_carrier=carrier,
        deployment=deployment_of(dynamodb, resources.table, resources.deployment),
        public_base=resources.webhook_base,
        credentials_renewed=lambda connection: secrets.renewed(connection),  # noqa: PLW0108 - the sweep has no secrets
        webhook=PushTargets(webhooks, secrets, resources.webhook_base) if resources.webhook_base else lambda _: None,
    )


def _records(dynamodb: DynamoDBClient, table: str) -> dict[str, Any]:
    """The stores beside orders, connections and parcels, by their names in Ports."""
    return {
        "receiving": DynamoReceivingStore(dynamodb, table),
        "pages": DynamoPages(dynamodb, table),
        "bills": DynamoBills(dynamodb, table),
        "pickups": DynamoPickups(dynamodb, table),
    }


def _connections(dynamodb: DynamoDBClient, table: str, clock: Clock) -> DynamoConnectionStore:
    return DynamoConnectionStore(dynamodb, table, KINDS, RestoredTable(dynamodb, table, clock))


def _labels(session: boto3.Session, bucket: str) -> LabelStore:
    if not bucket:
        return cast("LabelStore", _NotReached("labels"))
    return S3Labels(session.client("s3", config=S3_CONFIG), bucket)


class _NotReached:
    """Stands where a function has no permission and no business: touching it is a mistake in the code."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        raise RuntimeError(f"this function does not reach the {self._name}, yet {attribute} was asked of it")
