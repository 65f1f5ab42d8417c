"""Items and messages of format 1 as they stand in customers' tables: each release must read and write these bytes.

A golden file is never changed. A new format gets a folder of its own, and this one stays for as long as `READABLE`
names its version.
"""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.write_units import size_of
from functions.wiring import read_message
from sandbox.memory import ManualClock
from shared.aws import items, keys
from shared.aws.deployment import deployment_of
from shared.aws.packages import package_items, read_package, read_packages
from shared.aws.queues import SqsQueue
from shared.aws.tokens import DynamoTokens
from shared.aws.wire import from_wire, to_wire
from shared.domain.order import order_key
from shared.domain.record import AuditEntry, Head
from shared.domain.state import State
from shared.domain.steps import Step
from shared.errors import NewerFormat, Retry
from shared.ports import Lease, PollState
from shared.workflow.orders.change import changes_between
from tests.builders import usd
from tests.contract.backends import AwsBackend
from tests.golden import objects as golden

FOLDER = Path(__file__).parent / "v1"
KINDS = sorted(path.stem for path in FOLDER.glob("*.json") if path.stem != "message")
KB = 1024
POLL, DOCUMENT = Lease("poll", golden.CONNECTION_ID), Lease("document", golden.DOCUMENT)


class ReversedKey:
    """A key that encrypts by turning the text round under its context's name: the same bytes each time."""

    def encrypt(self, **request: Any) -> Any:
        return {
            "CiphertextBlob": request["EncryptionContext"]["credential"].encode() + b":" + request["Plaintext"][::-1]
        }

    def decrypt(self, **request: Any) -> Any:
        name, _, turned = request["CiphertextBlob"].partition(b":")
        assert name.decode() == request["EncryptionContext"]["credential"]
        return {"Plaintext": turned[::-1]}


def tokens_of(aws: AwsBackend) -> DynamoTokens:
    key: Any = ReversedKey()
    return DynamoTokens(aws.connect("dynamodb"), aws.table, key, "key", aws.clock)


def write_all(aws: AwsBackend) -> None:
    """Writes one item of each kind by the ports, as the workflow does."""
    orders, connections = aws.orders(), aws.connections()
    first = replace(golden.AUDIT, sequence=6, what=Step.QUOTED)
    orders.create(golden.RECEIVED, replace(golden.SNAPSHOT, plan=None), first)
    orders.transition(
        golden.HEAD,
        golden.AUDIT,
        snapshot=golden.SNAPSHOT,
        packages=[golden.PACKAGE],
        spend=golden.SPEND,
        telling=golden.TELLING,
        action=golden.ACTION,
    )
    stored = golden.STORED
    connections.apply(stored.connection, stored.start_from, golden.WHO, golden.AT)
    connections.set_status(golden.CONNECTION_ID, stored.status, stored.why, golden.WHO, golden.AT)
    leases, span = aws.leases(), timedelta(minutes=5)
    leases.take(POLL, "w1", span)
    connections.save_poll(golden.CONNECTION_ID, "w1", golden.POLL)
    connections.mark_seen(golden.CONNECTION_ID, [golden.CHANGE], golden.LEDGER_EXPIRES)
    tokens_of(aws).get(golden.CREDENTIAL, lambda: golden.TOKEN)
    budgets = aws.budgets()
    budgets.spend(golden.CREDENTIAL, golden.BUDGET)
    budgets.spend(golden.CALLER, golden.CALLS)
    budgets.pause(golden.PAUSED, timedelta(seconds=90))
    documents = aws.documents()
    leases.take(DOCUMENT, "w1", span)
    documents.add_groups(golden.DOCUMENT, "w1", golden.GROUPS.groups, golden.GROUPS.lines)
    deployment_of(aws.connect("dynamodb"), aws.table, golden.DEPLOYMENT)


PLACES = {
    "head": (f"ORDER#{golden.ORDER.key}", "HEAD"),
    "snap": (f"ORDER#{golden.ORDER.key}", "SNAP#0001"),
    "audit": (f"ORDER#{golden.ORDER.key}", "AUDIT#000007"),
    "telling": (f"ORDER#{golden.ORDER.key}", "TELLING"),
    "action": (f"ORDER#{golden.ORDER.key}", "ACTION#cost-1a2b3c4d-4000001-1"),
    "parcel": ("PARCEL#ups:1ZA1B2C30300000018", "PARCEL"),
    "pkg": (f"ORDER#{golden.ORDER.key}", "PKG#0001#002"),
    "limits": (f"CONNECTION#{golden.CONNECTION_ID}", "BOUGHT#2026-11-02"),
    "connection": ("CONNECTIONS", golden.CONNECTION_ID),
    "revision": (f"CONNECTION#{golden.CONNECTION_ID}", "REV#000001"),
    "poll": (f"CONNECTION#{golden.CONNECTION_ID}", "POLL"),
    "ledger": (f"LEDGER#{golden.CONNECTION_ID}", "4000001"),
    "token": (f"TOKEN#{golden.CREDENTIAL}", "TOKEN"),
    "requests": (f"TOKEN#{golden.CREDENTIAL}", "REQUESTS#20261102"),
    "calls": (f"BUDGET#{golden.CALLER}", "calls#20261102T140500"),
    "pause": (f"BUDGET#{golden.PAUSED}", "PAUSE"),
    "document": (f"DOCUMENT#{golden.DOCUMENT}", "DOCUMENT"),
    "deployment": ("DEPLOYMENT", "DEPLOYMENT"),
}


def wire_of(text: str) -> dict[str, Any]:
    """A golden file as the low-level client has it: bytes stand as base64."""

    def restored(value: Any) -> Any:
        if isinstance(value, list):
            return [restored(each) for each in value]
        if not isinstance(value, dict):
            return value
        return {
            name: base64.b64decode(each) if name == "B" and isinstance(each, str) else restored(each)
            for name, each in value.items()
        }

    restored_item: dict[str, Any] = restored(json.loads(text))
    return restored_item


def text_of(wire: dict[str, Any]) -> str:
    encoded = json.dumps(
        wire, indent=1, sort_keys=True, ensure_ascii=False, default=lambda each: base64.b64encode(each).decode()
    )
    return encoded + "\n"


def unpacked(wire: dict[str, Any]) -> dict[str, Any]:
    """The snapshot's content before its compression, whose bytes are the library's affair, and sets in one order."""
    wire = {name: {"SS": sorted(each["SS"])} if "SS" in each else each for name, each in wire.items()}
    if "content" not in wire or "B" not in wire["content"]:
        return wire
    return {**wire, "content": {"S": zlib.decompress(bytes(wire["content"]["B"])).decode()}}


def grown(known: Any, content: Any) -> Any:
    """Return the known content, with the keys that `content` has beside it, at every depth of the mappings."""
    if not (isinstance(known, dict) and isinstance(content, dict)):
        return known
    return {**content, **{key: grown(value, content.get(key)) for key, value in known.items()}}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(golden.AT)


def test_every_kind_of_item_has_its_golden_file() -> None:
    assert sorted(PLACES) == KINDS


def newest_of(kind: str) -> Path:
    """The golden file of the format that is written now."""
    return max(FOLDER.parent.glob(f"v*/{kind}.json"))


@pytest.mark.parametrize("kind", PLACES)
def test_an_item_is_written_as_its_golden_file_has_it(aws: AwsBackend, kind: str) -> None:
    write_all(aws)
    pk, sk = PLACES[kind]
    got = aws.connect("dynamodb").get_item(TableName=aws.table, Key=to_wire({"pk": pk, "sk": sk}))["Item"]
    wanted = wire_of(newest_of(kind).read_text())
    if kind == "revision":
        content, known = (json.loads(each.pop("content")["S"]) for each in (got, wanted))
        assert content == grown(known, content), "a file may get further keys, also within its parts; the others stay"
    if kind == "deployment":
        assert got.pop("of") == {"S": aws.table}, "the name of the table that it was written in, another one each time"
    assert json.loads(text_of(unpacked(got))) == json.loads(text_of(unpacked(wanted)))


@pytest.fixture(params=["written by the former release", "written now"])
def restored(aws: AwsBackend, request: pytest.FixtureRequest) -> AwsBackend:
    """A table that holds the golden items and nothing else."""
    for kind in PLACES:
        file = newest_of(kind) if request.param == "written now" else FOLDER / f"{kind}.json"
        item = wire_of(file.read_text())
        aws.connect("dynamodb").put_item(TableName=aws.table, Item=item)
    return aws


def test_g5_the_golden_items_of_an_order_are_read(restored: AwsBackend) -> None:
    orders = restored.orders()
    assert orders.head(golden.HEAD.key) == golden.HEAD
    assert orders.snapshot(golden.HEAD.key, 1) == golden.SNAPSHOT
    assert orders.audit(golden.HEAD.key) == [golden.AUDIT]
    assert orders.packages(golden.HEAD.key, 1) == (golden.PACKAGE,)
    assert orders.telling(golden.HEAD.key) == golden.TELLING
    assert orders.actions(golden.HEAD.key) == (golden.ACTION,)
    told = orders.due_of("telling", golden.AT + timedelta(minutes=15), 50)
    assert [each.key for each in told] == [golden.HEAD.key]
    assert list(orders.listing(golden.CONNECTION_ID, "open")) == [golden.HEAD.key]
    assert orders.due(golden.AT + timedelta(minutes=15), 50) == [golden.HEAD]
    assert orders.due(golden.AT + timedelta(minutes=14), 50) == []


def test_the_golden_items_of_a_connection_are_read(restored: AwsBackend) -> None:
    connections = restored.connections()
    assert connections.get(golden.CONNECTION_ID) == golden.STORED
    assert connections.revision(golden.CONNECTION_ID, 1) == golden.STORED.connection
    assert connections.poll_state(golden.CONNECTION_ID) == golden.POLL
    assert connections.seen(golden.CONNECTION_ID, ["4000001"]) == {"4000001": golden.CHANGE.stamp}
    restored.clock.advance(timedelta(minutes=4))
    assert not restored.leases().take(POLL, "w2", timedelta(minutes=5))
    restored.clock.advance(timedelta(minutes=1))
    assert restored.leases().take(POLL, "w2", timedelta(minutes=5))
    assert tokens_of(restored).get(golden.CREDENTIAL, _never) == golden.TOKEN.value
    assert deployment_of(restored.connect("dynamodb"), restored.table, "ffffffff") == golden.DEPLOYMENT


def _never() -> Any:
    raise AssertionError("a valid token was renewed")


def test_the_golden_limits_go_on_being_counted(restored: AwsBackend) -> None:
    ready, entry = _next(golden.HEAD, State.DONE)
    restored.orders().transition(ready, entry, spend=golden.SPEND)
    item = restored.item(*PLACES["limits"])
    assert (item["labels"], item["h14"], item["amount"]) == (2, 2, usd("24.68").amount)


def test_s52_the_golden_token_requests_of_a_day_go_on_being_counted(restored: AwsBackend) -> None:
    budgets = restored.budgets()
    assert budgets.spend(golden.CREDENTIAL, golden.BUDGET) == 2
    with pytest.raises(Retry) as spread:
        budgets.spend(golden.CREDENTIAL, golden.BUDGET)
    assert spread.value.after == golden.BUDGET.pace.total_seconds()


def test_the_golden_calls_of_a_minute_go_on_being_counted_and_the_golden_pause_is_kept(restored: AwsBackend) -> None:
    budgets = restored.budgets()
    with pytest.raises(Retry) as spread:
        budgets.spend(golden.CALLER, golden.CALLS)
    restored.clock.advance(golden.CALLS.pace)
    assert budgets.spend(golden.CALLER, golden.CALLS) == 2
    with pytest.raises(Retry) as paused:
        budgets.spend(golden.PAUSED, golden.CALLS)
    assert (spread.value.after, paused.value.after) == (20, 70)


def test_the_golden_parcel_groups_of_a_document_and_their_lease_are_read(restored: AwsBackend) -> None:
    assert restored.documents().groups(golden.DOCUMENT) == golden.GROUPS
    restored.clock.advance(timedelta(minutes=4))
    assert not restored.leases().take(DOCUMENT, "w2", timedelta(minutes=5))
    restored.clock.advance(timedelta(minutes=1))
    assert restored.leases().take(DOCUMENT, "w2", timedelta(minutes=5))


def _next(head: Head, state: State) -> tuple[Head, AuditEntry]:
    after = replace(head, state=state, version=head.version + 1, token="next")
    return after, replace(golden.AUDIT, sequence=after.version, state=state)


def test_a_message_is_written_and_read_as_its_golden_file_has_it() -> None:
    former, wanted = ((each / "message.json").read_text().strip() for each in (FOLDER, FOLDER.parent / "v2"))
    sent: list[str] = []

    class Client:
        def send_message_batch(self, **request: Any) -> Any:
            sent.extend(entry["MessageBody"] for entry in request["Entries"])
            return {}

    client: Any = Client()
    SqsQueue(client, "url").send(golden.CONNECTION_ID, [golden.HEAD.key], "order")
    assert sent == [wanted]
    assert read_message(wanted) == (golden.CONNECTION_ID, "order", golden.HEAD.key)
    assert read_message(former) == (golden.CONNECTION_ID, "", golden.HEAD.key)


def test_packages_that_share_an_item_are_written_and_read_as_their_golden_file_has_it() -> None:
    wanted = (FOLDER.parent / "v2" / "packages.json").read_text()
    numbers = [replace(golden.PACKAGE, number=number) for number in (51, 100)]
    numbers.append(replace(golden.PACKAGE, number=52, voided=True, label=""))
    (item,) = package_items(items.partition(golden.ORDER.key), 1, numbers, lambda _: None)
    assert text_of(to_wire(item)) == wanted
    read = read_packages([from_wire(wire_of(wanted))])
    assert read == tuple(sorted(numbers, key=lambda each: each.number))


@pytest.mark.parametrize("name", [*KINDS, "message"])
def test_each_item_and_message_says_its_format(name: str) -> None:
    said = json.loads((FOLDER / f"{name}.json").read_text())["v"]
    assert said == ({"N": "1"} if name != "message" else 1)


@pytest.mark.parametrize(
    ("kind", "newest", "read"),
    [
        ("head", 2, items.read_head),
        ("snap", 1, items.read_snapshot),
        ("audit", 1, items.read_audit),
        ("pkg", 1, read_package),
    ],
)
def test_the_next_format_is_left_alone_and_the_last_one_is_read(kind: str, newest: int, read: Any) -> None:
    item = from_wire(wire_of(newest_of(kind).read_text()))
    assert item["v"] == newest
    read({**item, "v": newest - 1})
    with pytest.raises(NewerFormat, match=f"has format {newest + 1}"):
        read({**item, "v": newest + 1})


# --- what an item weighs -----------------------------------------------------------------------------------------

LONGEST_KEY = order_key("infor-m3:ACMEMANUFACTURING_PRD", "100", "4000001234", "0000012345")
LONGEST_WHO = (
    "arn:aws:sts::123456789012:assumed-role/"
    "AWSReservedSSO_LogisticsOperations_0123456789abcdef/maximiliane.mustermann@example-company.com"
)
LONGEST_HEAD = replace(
    golden.HEAD,
    key=LONGEST_KEY,
    connection="c" * 40,
    document="4000001234",
    version=99,
    generation=12,
    revision=120,
    reason="write_back",
    label="waiting",
    field="lines.120.unit_weight",
    lease_until=None,
    attempt=12,
    reference="1A2B3C4D-ABCDEFGHIJKL-12",
    in_doubt=False,
    tries=99,
    quote=usd("12345.67"),
    approved_by=LONGEST_WHO,
    packages_made=10,
    cost=usd("12345.67"),
    written_back=False,
    swept=96,
    flagged=True,
)
"""Shipped, approved by a person of a long name, and its write-back fails for the 99th time."""


def test_a_full_head_is_one_kb_at_most() -> None:
    assert size_of(to_wire(items.head_item(golden.HEAD))) <= KB


def test_the_longest_head_is_one_kb_at_most() -> None:
    assert size_of(to_wire(items.head_item(LONGEST_HEAD))) <= KB


@pytest.mark.parametrize("why", ["w" * 2000, "ß" * 2000, "短い" * 700, "🚚" * 500])
def test_the_longest_audit_entry_is_one_kb_and_what_is_cut_shows(why: str) -> None:
    bare = replace(LONGEST_HEAD, shipment_id="", tracking_number="", packages_made=0, cost=None, service="", tries=0)
    entry = replace(
        golden.AUDIT,
        sequence=99,
        who=LONGEST_WHO,
        why=why,
        request_ids=("a" * 32 + "/" + "b" * 32,),
        changes=changes_between(bare, LONGEST_HEAD),
    )
    item = items.audit_item(LONGEST_KEY, entry)
    assert KB - 40 < size_of(to_wire(item)) <= KB
    assert item["why"].endswith("…")
    assert why.startswith(item["why"][:-1])
    assert len(item["why"]) > 30


def test_an_audit_entry_of_ordinary_length_is_kept_whole() -> None:
    entry = replace(golden.AUDIT, why="w" * 400)
    assert items.read_audit(items.audit_item(golden.HEAD.key, entry)) == entry


def test_times_sort_as_their_texts_do() -> None:
    times = [golden.AT.replace(microsecond=0) + timedelta(microseconds=each) for each in (0, 1, 10, 500_000, 1_000_000)]
    stamps = [keys.stamp_of(at) for at in times]
    assert stamps == sorted(stamps)
    assert len({len(stamp) for stamp in stamps}) == 1


def test_an_unknown_attribute_of_the_same_format_is_passed_over() -> None:
    item = from_wire(wire_of((FOLDER / "head.json").read_text()))
    assert items.read_head({**item, "added_later": "x"}) == golden.HEAD


def test_a_poll_that_never_ran_has_the_state_of_the_beginning(aws: AwsBackend) -> None:
    assert aws.connections().poll_state("none") == PollState()
