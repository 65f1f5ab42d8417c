"""Items of a newer release are left alone, of whatever kind they are, and the operator hears of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from shared.aws.deployment import deployment_of
from shared.aws.keys import SHARDS
from shared.domain.budget import Budget
from shared.domain.parcel import Watch
from shared.domain.parcel_group import document_key
from shared.domain.state import State
from shared.domain.telling import Facts, Telling
from shared.errors import NewerFormat
from shared.ports import Change, Due, Lease, PollState, ShippedPackage, Spend, Token
from tests.builders import NOW, a_connection, a_received, a_step, an_order, usd
from tests.contract.backends import AwsBackend

ID = "acme-infor-ups"
KEY = an_order().key
LATER = NOW + timedelta(minutes=5)
DOCUMENT = document_key(KEY)
BUDGET = Budget("tokens", free=9, most=9, pace=timedelta(minutes=10))
CALLS = Budget("calls", most=9, free=9, window=timedelta(minutes=1))
SPEND = Spend(ID, NOW, usd("10.00"), 9, 9, usd("100.00"))


@pytest.fixture
def filled(aws: AwsBackend) -> AwsBackend:
    """A table with one item of each kind."""
    orders, connections = aws.orders(), aws.connections()
    head, snapshot, entry = a_received(due_at=NOW)
    orders.create(head, snapshot, entry)
    after, step = a_step(head, State.READY)
    orders.transition(after, step, packages=[ShippedPackage(1, "1Z", "place")], spend=SPEND)
    connections.apply(a_connection(), NOW, "ann", NOW)
    aws.leases().take(Lease("poll", ID), "one", timedelta(minutes=1))
    connections.mark_seen(ID, [Change("1000001", "7")], LATER)
    aws.tokens().get("ups/1", lambda: Token("secret", NOW + timedelta(hours=4)))
    aws.budgets().spend("ups/1", BUDGET)
    aws.budgets().spend("calls", CALLS)
    aws.budgets().pause("paused", timedelta(0))
    documents = aws.documents()
    aws.leases().take(Lease("document", DOCUMENT), "one", timedelta(minutes=5))
    documents.add_groups(DOCUMENT, "one", ["line-1"], ["1"])
    deployment_of(aws.connect("dynamodb"), aws.table, "1a2b3c4d")
    return aws


def next_step(aws: AwsBackend) -> tuple[Any, Any]:
    return a_step(aws.orders().head(KEY), State.INTENT)


KINDS: dict[str, tuple[str, str, list[Callable[[AwsBackend], object]]]] = {
    "HEAD": (f"ORDER#{KEY}", "HEAD", [lambda aws: aws.orders().head(KEY)]),
    "SNAP": (f"ORDER#{KEY}", "SNAP#0001", [lambda aws: aws.orders().snapshot(KEY, 1)]),
    "AUDIT": (f"ORDER#{KEY}", "AUDIT#000001", [lambda aws: aws.orders().audit(KEY)]),
    "PKG": (f"ORDER#{KEY}", "PKG#0001#001", [lambda aws: aws.orders().packages(KEY, 1)]),
    "limits": (
        f"CONNECTION#{ID}",
        f"BOUGHT#{NOW:%Y-%m-%d}",
        [lambda aws: aws.orders().transition(*next_step(aws), spend=SPEND)],
    ),
    "connection": (
        "CONNECTIONS",
        ID,
        [
            lambda aws: aws.connections().get(ID),
            lambda aws: aws.connections().all(),
            lambda aws: aws.connections().apply(a_connection(settle="30m"), NOW, "ann", NOW),
            lambda aws: aws.connections().set_status(ID, "running", "started", "ann", NOW),
        ],
    ),
    "revision": (f"CONNECTION#{ID}", "REV#000001", [lambda aws: aws.connections().revision(ID, 1)]),
    "poll": (
        f"CONNECTION#{ID}",
        "POLL",
        [
            lambda aws: aws.connections().poll_state(ID),
            lambda aws: aws.leases().take(Lease("poll", ID), "two", timedelta(minutes=1)),
        ],
    ),
    "ledger": (f"LEDGER#{ID}", "1000001", [lambda aws: aws.connections().seen(ID, ["1000001"])]),
    "token": (
        "TOKEN#ups/1",
        "TOKEN",
        [lambda aws: aws.tokens().get("ups/1", lambda: Token("another", NOW + timedelta(hours=4)))],
    ),
    "token requests": (
        "TOKEN#ups/1",
        f"REQUESTS#{NOW:%Y%m%d}",
        [lambda aws: aws.budgets().spend("ups/1", BUDGET)],
    ),
    "calls": (
        "BUDGET#calls",
        f"calls#{NOW:%Y%m%dT%H%M}00",
        [lambda aws: aws.budgets().spend("calls", CALLS)],
    ),
    "pause": ("BUDGET#paused", "PAUSE", [lambda aws: aws.budgets().spend("paused", CALLS)]),
    "document": (
        f"DOCUMENT#{DOCUMENT}",
        "DOCUMENT",
        [
            lambda aws: aws.documents().groups(DOCUMENT),
            lambda aws: aws.leases().take(Lease("document", DOCUMENT), "two", timedelta(minutes=1)),
        ],
    ),
    "deployment": (
        "DEPLOYMENT",
        "DEPLOYMENT",
        [lambda aws: deployment_of(aws.connect("dynamodb"), aws.table, "ffffffff")],
    ),
}


def test_every_item_in_the_table_is_of_a_kind_that_is_held_here_and_says_its_format(filled: AwsBackend) -> None:
    lying = {(item["pk"], item["sk"]): item.get("v") for item in filled.items()}
    named = {(pk, sk) for pk, sk, _ in KINDS.values()}
    assert set(lying) == named | {(f"ORDER#{KEY}", "AUDIT#000002")}
    assert {sort: version for (_, sort), version in lying.items() if version != 1} == {"HEAD": 2}


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_of_a_newer_release_is_not_read_and_not_changed(filled: AwsBackend, kind: str) -> None:
    pk, sk, uses = KINDS[kind]
    newer = filled.make_newer(pk, sk)
    said = f"has format {newer['v']}, this release reads up to {newer['v'] - 1}"
    for use in uses:
        with pytest.raises(NewerFormat, match=said):
            use(filled)
        assert filled.item(pk, sk) == newer


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_of_the_last_release_is_read(filled: AwsBackend, kind: str) -> None:
    pk, sk, uses = KINDS[kind]
    filled.connect("dynamodb").update_item(
        TableName=filled.table, Key={"pk": {"S": pk}, "sk": {"S": sk}}, UpdateExpression="REMOVE v"
    )
    for use in uses:
        use(filled)


def test_a_poll_that_was_begun_under_an_older_release_does_not_save_over_a_newer_one(filled: AwsBackend) -> None:
    filled.make_newer(f"CONNECTION#{ID}", "POLL")
    assert not filled.connections().save_poll(ID, "two", PollState(cursor="9"))


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The metrics that the order store counted."""
    noted: list[str] = []
    monkeypatch.setattr("shared.aws.orders.count", noted.append)
    return noted


def test_what_is_due_leaves_newer_items_out_and_counts_them(aws: AwsBackend, counted: list[str]) -> None:
    for number in ("1", "2", "3"):
        aws.orders().create(*a_received(number, due_at=NOW))
    newer = aws.make_newer(f"ORDER#{an_order('2').key}", "HEAD")
    assert [head.document for head in aws.orders().due(NOW, 50)] == ["1", "3"]
    assert counted == ["NewerFormats"]
    assert aws.item(newer["pk"], "HEAD") == newer


def test_newer_items_that_are_due_for_ever_do_not_hide_what_can_be_read(aws: AwsBackend, counted: list[str]) -> None:
    """After a step back to an older release they lie at the front of the index; the sweep must see past them."""
    numbers = [str(number) for number in range(4 * SHARDS)]
    for number in numbers:
        aws.orders().create(*a_received(number, due_at=NOW))
        aws.make_newer(f"ORDER#{an_order(number).key}", "HEAD")
    aws.orders().create(*a_received("late", due_at=LATER))
    assert [head.document for head in aws.orders().due(LATER, SHARDS)] == ["late"]
    assert len(counted) == len(numbers)


def test_tellings_of_a_newer_release_are_left_out_counted_and_do_not_hide_what_can_be_read(
    aws: AwsBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[str] = []
    monkeypatch.setattr("shared.aws.due.count", noted.append)
    numbers = [str(number) for number in range(2 * SHARDS)]
    for number in (*numbers, "late"):
        head, snapshot, entry = a_received(number)
        aws.orders().create(head, snapshot, entry)
        due_at = LATER if number == "late" else NOW
        telling = Telling(1, now=Facts("in_transit"), due_at=due_at)
        aws.orders().transition(*a_step(head, State.READY), telling=telling)
    for number in numbers:
        newer = aws.make_newer(f"ORDER#{an_order(number).key}", "TELLING")
    (due,) = aws.orders().due_of("telling", LATER, SHARDS)
    assert due.key == an_order("late").key
    assert noted == ["NewerFormats"] * len(numbers)
    aws.orders().put_off(Due("telling", an_order(numbers[-1]).key, NOW, "TELLING"), LATER)
    assert aws.item(newer["pk"], "TELLING") == newer


def test_watches_of_a_newer_release_are_left_out_and_do_not_hide_what_can_be_read(aws: AwsBackend) -> None:
    tracking = aws.tracking()
    numbers = [f"1Z{number:04}" for number in range(4 * SHARDS)]
    for number in (*numbers, "late"):
        at = LATER if number == "late" else NOW
        tracking.begin(Watch("ups", number, ID, KEY, 1, 1, since=NOW, due_at=at, subscribe_at=NOW, poll_at=NOW))
    for item in aws.items():
        if item["sk"] == "WATCH" and not item["pk"].endswith("late"):
            aws.make_newer(item["pk"], item["sk"])
    assert [each.number for each in tracking.due(LATER, SHARDS)] == ["late"]


@pytest.mark.parametrize("edit", ["REMOVE #name", "SET #name = :text", "SET #name = :number"])
@pytest.mark.parametrize("name", ["state", "updated_at"])
def test_a_head_that_somebody_edited_by_hand_stands_for_its_order_alone(
    aws: AwsBackend, counted: list[str], name: str, edit: str
) -> None:
    for number in ("1", "2", "3"):
        aws.orders().create(*a_received(number, due_at=NOW))
    values: dict[str, Any] = {":text": {"S": "once"}, ":number": {"N": "7.5"}}
    used = {place: value for place, value in values.items() if place in edit}
    aws.connect("dynamodb").update_item(
        TableName=aws.table,
        Key={"pk": {"S": f"ORDER#{an_order('2').key}"}, "sk": {"S": "HEAD"}},
        UpdateExpression=edit,
        ExpressionAttributeNames={"#name": name},
        **({"ExpressionAttributeValues": used} if used else {}),
    )
    assert [head.document for head in aws.orders().due(NOW, 50)] == ["1", "3"]
    assert counted == ["NewerFormats"]
    with pytest.raises(NewerFormat, match="is not what this release reads"):
        aws.orders().head(an_order("2").key)
