"""The calls to AWS that each command makes, held against the policy of the person whose command it is."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from moto import mock_aws
from typer.testing import CliRunner, Result

from cli.connections.credentials import StackSecrets
from cli.main import app
from cli.operations.queues import REPLAYED, StackQueues
from cli.wiring import Stack
from infra.rights import PEOPLE
from sandbox.erps.m3.seed import Line
from sandbox.table import make_table
from shared.aws.bills import DynamoBills
from shared.aws.connections import DynamoConnectionStore
from shared.aws.documents import DynamoDocumentStore
from shared.aws.labels import S3Labels
from shared.aws.leases import DynamoLeases
from shared.aws.orders import DynamoOrderStore
from shared.aws.pages import DynamoPages
from shared.aws.pickups import DynamoPickups
from shared.aws.queues import SqsQueue
from shared.aws.receiving import DynamoReceivingStore
from shared.aws.schedules import ScheduleGroup
from shared.aws.tracking import DynamoTrackingStore
from shared.aws.webhooks import DynamoWebhooks
from shared.ports import Change
from shared.registry import KINDS
from shared.workflow.intake.line import OLDER as BEFORE
from tests.builders import FILE
from tests.component.cli.fakes import HOOKS, ME
from tests.component.cli.office import Office
from tests.component.workflow.scene import CONNECTION, SETTLE
from tests.moto_aws import client_of
from tests.samples.ups.billing import a_row, write_bill

LABELLED, HELD, ALSO_HELD, WAITS, DOUBT = "4000001", "4000002", "4000003", "4000004", "4000005"
THIRD, OLDER, UNREAD = "4000006", "4000008", "4000009"
SERVICES = ("dynamodb", "s3", "sqs", "scheduler", "secretsmanager")
SIDES = {"open_erp": "erp", "open_carrier": "carrier"}
HEADS = {"HeadObject": "GetObject", "ListObjectsV2": "ListBucket", "SendMessageBatch": "SendMessage"}


@dataclass(frozen=True, slots=True)
class Call:
    """A call as IAM sees it: the action, what it is on, and the partition of the table."""

    action: str
    on: str
    partition: str = ""


def is_allowed(person: str, call: Call) -> bool:
    return any(
        call.action in right.actions
        and call.on in right.on
        and (not right.partitions or any(fnmatch.fnmatchcase(call.partition, each) for each in right.partitions))
        for each in person.split(" and ")
        for right in PEOPLE[each]
    )


class Recorder:
    """Sees each call before it is sent, and what a command opens of the two systems."""

    def __init__(self) -> None:
        self.calls: set[Call] = set()
        for service in SERVICES:
            client_of(service).meta.events.register("provide-client-params.*", self._see, unique_id="rights")

    def end(self) -> None:
        for service in SERVICES:
            client_of(service).meta.events.unregister("provide-client-params.*", unique_id="rights")

    def _see(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        service, name = model.service_model.service_name, HEADS.get(model.name, model.name)
        self.calls |= {Call(f"{service}:{action}", *on) for action, *on in getattr(self, f"_{service}")(name, params)}

    def _dynamodb(self, name: str, params: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
        if name == "TransactWriteItems":
            for action, write in (pair for each in params["TransactItems"] for pair in each.items()):
                yield f"{action}Item", "table", (write.get("Item") or write["Key"])["pk"]["S"]
        elif name == "BatchWriteItem":
            for each in (write for writes in params["RequestItems"].values() for write in writes):
                yield name, "table", (each.get("PutRequest", {}).get("Item") or each["DeleteRequest"]["Key"])["pk"]["S"]
        elif "IndexName" in params:
            yield name, f"table/{params['IndexName']}", ""
        else:
            yield name, "table", (params.get("Item") or params.get("Key") or {"pk": {"S": ""}})["pk"]["S"]

    def _s3(self, name: str, _: dict[str, Any]) -> Iterator[tuple[str, str]]:
        yield name, "labels" if name.startswith("List") else "labels/*"
        if name == "PutObject":
            yield "PutObjectTagging", "labels/*"

    def _sqs(self, name: str, params: dict[str, Any]) -> Iterator[tuple[str, str]]:
        yield name, params["QueueUrl"].rsplit("/", 1)[-1]

    def _scheduler(self, name: str, params: dict[str, Any]) -> Iterator[tuple[str, str]]:
        yield name, "schedules"

    def _secretsmanager(self, name: str, params: dict[str, Any]) -> Iterator[tuple[str, str]]:
        yield name, f"secrets/{(params.get('SecretId') or params['Name']).rsplit('/', 1)[-1]}"

    def opened(self, side: str) -> None:
        """A system was opened: its secret is read, its token too, and both may be renewed."""
        token = {"erp": "TOKEN#infor-m3:1", "carrier": "TOKEN#ups/1"}[side]
        self.calls |= {
            Call("secretsmanager:GetSecretValue", f"secrets/{side}"),
            Call("kms:Decrypt", "key"),
            Call("dynamodb:PutItem", "table", token),
            Call("dynamodb:UpdateItem", "table", token),
        }


class Counter(Office):
    """An office whose stores are AWS's, in this process; what its commands call is recorded."""

    def __init__(self) -> None:
        super().__init__(
            start=False, approve={"mode": "below", "amount": 15, "currency": "USD"}, label={"to": "supplier"}
        )
        dynamodb, sqs, s3 = client_of("dynamodb"), client_of("sqs"), client_of("s3")
        table = make_table(dynamodb, "parcelbridge")
        s3.create_bucket(Bucket="labels")
        client_of("scheduler").create_schedule_group(Name="parcelbridge")
        self.urls = {output: self._queue(sqs, output) for pair in REPLAYED.values() for output in pair}
        orders: Any = DynamoOrderStore(dynamodb, table)
        connections: Any = DynamoConnectionStore(dynamodb, table, KINDS)
        self.world.orders, self.world.connections = orders, connections
        self.with_ports(
            orders=orders,
            connections=connections,
            documents=DynamoDocumentStore(dynamodb, table),
            leases=DynamoLeases(dynamodb, table, self.clock),
            tracking=DynamoTrackingStore(dynamodb, table),
            receiving=DynamoReceivingStore(dynamodb, table),
            webhooks=DynamoWebhooks(dynamodb, table),
            pages=DynamoPages(dynamodb, table),
            bills=DynamoBills(dynamodb, table),
            pickups=DynamoPickups(dynamodb, table),
            labels=S3Labels(s3, "labels"),
        )
        self.world.start()

    @staticmethod
    def _queue(sqs: Any, output: str) -> str:
        named = {dead: f"{name}-dead-letters" for name, (dead, _) in REPLAYED.items()}
        named |= {working: name for name, (_, working) in REPLAYED.items() if name != "schedules"}
        return str(sqs.create_queue(QueueName=named[output])["QueueUrl"])

    def types(self, *arguments: str) -> tuple[Result, set[Call]]:
        """Types a command, with yes to each question; gives the calls that it made."""
        recorder, sqs = Recorder(), client_of("sqs")
        queues = {
            port: SqsQueue(sqs, self.urls[REPLAYED[name][1]])
            for port, name in (
                ("order_queue", "orders"),
                ("write_back_queue", "write-backs"),
                ("poll_queue", "polls"),
                ("looks_queue", "looks"),
                ("tracking_queue", "tracking"),
                ("receiving_queue", "receiving"),
            )
        }

        def seen(opened: Callable[[Any], Any], side: str) -> Callable[[Any], Any]:
            def open_(connection: Any) -> Any:
                recorder.opened(side)
                return opened(connection)

            return open_

        before = self.ports
        self.with_ports(**queues, **{port: seen(getattr(before, port), side) for port, side in SIDES.items()})
        arn = "arn:aws:sqs:us-east-1:123456789012:polls"
        stack = Stack(
            "test",
            self.ports,
            ScheduleGroup(client_of("scheduler"), "parcelbridge", "arn:aws:iam::123456789012:role/r", arn, arn),
            StackSecrets(client_of("secretsmanager"), "parcelbridge/0a1b2c3d/", "alias/aws/secretsmanager"),
            StackQueues(sqs, self.urls),
            lambda: ME,
            "s3://labels/",
            webhook_base=HOOKS,
            transport=self.hooks,
        )
        try:
            done = CliRunner().invoke(app, list(arguments), input="y\n" * 5, obj=lambda: stack)
        finally:
            recorder.end()
            self.ports = self.world.ports = before
        return done, recorder.calls


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[Counter]:
    """One order has its label, two are held, one waits for approval, one is in doubt."""
    monkeypatch.chdir(tmp_path)
    write_bill(tmp_path / "bill.csv", [a_row(net="12.34")])
    (tmp_path / "acme.yaml").write_text(json.dumps({**FILE, "schedule": "rate(20 minutes)"}))
    with mock_aws():
        counter = Counter()
        counter.through(LABELLED)
        for held in (HELD, ALSO_HELD, THIRD):
            counter.through(held, [Line("GASKET-X", 1)])
        counter.through(WAITS, [Line("VALVE-1", 9)])
        counter.ups_will("reset_before")
        counter.through(DOUBT)
        counter.passes(SETTLE)
        counter.process(DOUBT)
        counter.order(UNREAD)
        stood = Change(OLDER, f"{BEFORE}1")
        counter.ports.connections.mark_seen(CONNECTION, [stood], counter.clock.now() + timedelta(days=1))
        yield counter


COMMANDS = {
    "Reader": (
        "connections list",
        f"connections show {CONNECTION}",
        "connections diff acme.yaml",
        "orders list",
        "orders list --held",
        f"orders show {HELD}",
        f"orders why {LABELLED}",
        f"audit show {LABELLED}",
        f"audit export --connection {CONNECTION}",
        "labels list",
        "labels list --waiting",
        "unknown list",
        "parcels list",
        "arrivals",
        "receipts list",
        "queues list",
        "runs list",
        f"runs show {CONNECTION}",
        "status",
        "costs report",
        "endofday V100",
        "costs invoices",
        "pickups list",
    ),
    "Clerk": (
        "addresses check",
        f"orders fix {HELD} weight=2lb",
        f"orders retry {THIRD}",
        f"orders dismiss {ALSO_HELD} --reason wrong",
        f"orders approve {WAITS}",
        "orders approve --all-below 90USD --yes",
        f"labels send {LABELLED}",
        f"labels mark-sent {LABELLED}",
        f"labels reprint {LABELLED} --file again.pdf",
        "labels print --today --file labels.pdf",
        f"pages show {LABELLED}",
        "parcels proof 1ZA1B2C30300000012",
        f"pages revoke {LABELLED}",
        f"orders void {LABELLED} --reason wrong",
        f"orders ship {LABELLED}",
        "costs import bill.csv",
        "pickups order HQ --ready 13:00 --close 17:00 --yes",
        "pickups cancel HQ",
        f"unknown adopt {DOUBT} 1ZXXXX",
        f"unknown declare-absent {DOUBT}",
        f"inbound add {ALSO_HELD} 1Z999AA10123456784",
        f"inbound remove {ALSO_HELD} 1Z999AA10123456784 --why mistyped",
        f"tracking replay {LABELLED}",
        f"tracking replay --connection {CONNECTION} --since 2026-01-01",
    ),
    "Engineer": (
        "connections apply acme.yaml",
        f"connections test {CONNECTION}",
        f"connections dry-run {CONNECTION}",
        "connections what-if acme.yaml",
        f"connections lookup {CONNECTION} terms",
        f"connections pause {CONNECTION}",
        f"connections resume {CONNECTION}",
        f"connections take {CONNECTION} {OLDER}",
        "queues show orders",
        "queues replay orders",
        f"webhooks show {CONNECTION}",
        f"webhooks rotate {CONNECTION}",
        f"secrets set {CONNECTION} carrier --client-id abc",
        f"reconcile {CONNECTION}",
        f"stock diff {CONNECTION}",
        f"items diff {CONNECTION}",
        "restore accepted",
    ),
    "Clerk and Engineer": (f"writebacks replay {LABELLED}", f"inbound add {UNREAD} 1Z999AA10123456784"),
}


@pytest.mark.parametrize("person", COMMANDS)
def test_each_command_finds_its_rights_in_the_policy_of_its_person(counter: Counter, person: str) -> None:
    for command in COMMANDS[person]:
        done, calls = counter.types(*command.split())
        assert done.exit_code in {0, 1}, f"{command}: {done.output}"
        assert not done.exception or isinstance(done.exception, SystemExit), command
        missing = sorted(str(call) for call in calls if not is_allowed(person, call))
        assert not missing, f"{command}: a {person} lacks {missing}"


def test_a_label_that_the_store_has_lost_comes_from_the_carrier_by_the_clerk_s_rights(counter: Counter) -> None:
    for each in client_of("s3").list_objects_v2(Bucket="labels")["Contents"]:
        client_of("s3").delete_object(Bucket="labels", Key=each["Key"])
    done, calls = counter.types("labels", "reprint", LABELLED, "--file", "again.pdf")
    assert done.exit_code == 0, done.output
    assert Call("s3:PutObject", "labels/*") in calls
    assert all(is_allowed("Clerk", call) for call in calls)


PUT, UPDATE = "dynamodb:PutItem", "dynamodb:UpdateItem"
REFUSED = {
    "Reader": [
        Call(PUT, "table", "ORDER#1"),
        Call(UPDATE, "table", "ORDER#1"),
        Call("s3:GetObject", "labels/*"),
        Call("sqs:SendMessage", "orders"),
    ],
    "Clerk": [
        Call(UPDATE, "table", "CONNECTIONS"),
        Call(UPDATE, "table", "CONNECTION#acme"),
        Call("secretsmanager:GetSecretValue", "secrets/erp"),
        Call("sqs:SendMessage", "polls"),
    ],
    "Engineer": [Call(PUT, "table", "ORDER#1"), Call("s3:GetObject", "labels/*")],
}


@pytest.mark.parametrize(("person", "call"), [(who, call) for who, calls in REFUSED.items() for call in calls])
def test_a_person_may_not_do_the_work_of_another(person: str, call: Call) -> None:
    assert not is_allowed(person, call)


def test_nobody_deletes_an_item_and_only_engineers_change_schedules_and_secrets() -> None:
    granted = {who: {action for right in rights for action in right.actions} for who, rights in PEOPLE.items()}
    for who, actions in granted.items():
        assert "dynamodb:DeleteItem" not in actions
        changes = {"scheduler:UpdateSchedule", "secretsmanager:PutSecretValue", "iam:PassRole"}
        assert bool(changes & actions) == (who == "Engineer")
