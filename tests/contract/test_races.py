"""Races of the ports on DynamoDB: changes between a read and a write, and lost answers of AWS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from shared.aws import transactions
from shared.domain.state import State
from shared.ports import Change, Conflict, Lease, LimitReached, PollState, Spend
from tests.builders import NOW, a_connection, a_received, a_step, usd
from tests.contract.backends import AwsBackend, Client, answer_lost, cancelled, first

ID = "acme-infor-ups"
TRANSACT = "transact_write_items"


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between tries, noted and not waited for."""
    noted: list[float] = []
    monkeypatch.setattr(transactions.time, "sleep", noted.append)
    return noted


def odd_orders(aws: AwsBackend, around: Callable[[Callable[[], Any]], Any]) -> Any:
    return aws.orders(Client(aws.connect("dynamodb"), TRANSACT, around))


def odd_connections(aws: AwsBackend, around: Callable[[Callable[[], Any]], Any], operation: str = TRANSACT) -> Any:
    return aws.connections(Client(aws.connect("dynamodb"), operation, around))


# --- orders ------------------------------------------------------------------------------------------------------


def test_a_claim_whose_answer_was_lost_is_ours(aws: AwsBackend) -> None:
    assert odd_orders(aws, answer_lost).create(*a_received())


def test_a_transition_whose_answer_was_lost_is_made_once(aws: AwsBackend) -> None:
    received = a_received()
    aws.orders().create(*received)
    after, step = a_step(received[0], State.READY)
    spend = Spend(ID, NOW, usd("10.00"), 5, 5, usd("100.00"))
    odd_orders(aws, answer_lost).transition(after, step, spend=spend)
    assert aws.orders().head(after.key) == after
    assert len(aws.orders().audit(after.key)) == 2
    assert aws.item(f"CONNECTION#{ID}", f"BOUGHT#{NOW:%Y-%m-%d}")["labels"] == 1


def test_who_comes_second_conflicts_though_it_had_read_the_same(aws: AwsBackend) -> None:
    received = a_received()
    aws.orders().create(*received)
    theirs, their_step = a_step(received[0], State.CANCELLED)
    ours, our_step = a_step(received[0], State.READY)
    odd = odd_orders(aws, first(lambda: aws.orders().transition(theirs, their_step)))
    with pytest.raises(Conflict):
        odd.transition(replace(ours, token="ours"), our_step)
    assert aws.orders().head(theirs.key) == theirs


def test_a_transaction_that_met_another_one_is_tried_again(aws: AwsBackend, pauses: list[float]) -> None:
    assert odd_orders(aws, cancelled(2, "TransactionConflict", "None", "None")).create(*a_received())
    assert len(pauses) == 2


def test_an_order_that_always_met_another_transaction_is_not_taken_for_claimed(aws: AwsBackend) -> None:
    """Said to be somebody else's, the poll would pass over it and nobody would ever ship it."""
    with pytest.raises(Conflict):
        odd_orders(aws, cancelled(99, "TransactionConflict", "None", "None")).create(*a_received())


@pytest.mark.parametrize("reason", ["ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_throttled_transaction_is_tried_again(aws: AwsBackend, reason: str, pauses: list[float]) -> None:
    received = a_received()
    assert odd_orders(aws, cancelled(3, "None", reason, "None")).create(*received)
    after, step = a_step(received[0], State.READY)
    odd_orders(aws, cancelled(3, reason, "None")).transition(after, step)
    assert aws.orders().head(after.key) == after
    assert len(pauses) == 6


@pytest.mark.parametrize("reason", ["ThrottlingError", "ProvisionedThroughputExceeded", "ValidationError"])
def test_a_transaction_that_was_never_tried_fails_as_aws_failed_and_nobody_else_was_first(
    aws: AwsBackend, reason: str
) -> None:
    received = a_received()
    with pytest.raises(ClientError):
        odd_orders(aws, cancelled(99, reason, "None", "None")).create(*received)
    aws.orders().create(*received)
    after, step = a_step(received[0], State.READY)
    with pytest.raises(ClientError):
        odd_orders(aws, cancelled(99, "None", reason)).transition(after, step)


def test_a_limit_that_others_reached_meanwhile_is_named(aws: AwsBackend) -> None:
    spend = Spend(ID, NOW, usd("10.00"), 1, 9, usd("100.00"))
    one, two = a_received("1"), a_received("2")
    for received in (one, two):
        aws.orders().create(*received)
    theirs = a_step(one[0], State.READY)
    odd = odd_orders(aws, first(lambda: aws.orders().transition(*theirs, spend=spend)))
    with pytest.raises(LimitReached, match="labels_per_hour"):
        odd.transition(*a_step(two[0], State.READY), spend=spend)


def test_a_limit_that_by_now_has_room_again_is_a_conflict(aws: AwsBackend) -> None:
    spend = Spend(ID, NOW, usd("10.00"), 1, 9, usd("100.00"))
    one, two = a_received("1"), a_received("2")
    for received in (one, two):
        aws.orders().create(*received)
    aws.orders().transition(*a_step(one[0], State.READY), spend=spend)
    ready = aws.orders().head(one[0].key)
    refund = a_step(ready, State.HELD)
    client = Client(
        aws.connect("dynamodb"),
        "get_item",
        first(lambda: aws.orders().transition(*refund, spend=replace(spend, refund=True))),
    )
    with pytest.raises(Conflict):
        aws.orders(client).transition(*a_step(two[0], State.READY), spend=spend)


def test_two_messages_for_one_postponed_order_postpone_it_once(aws: AwsBackend) -> None:
    received = a_received("1", due_at=NOW)
    aws.orders().create(*received)
    later = NOW + timedelta(minutes=15)
    client = Client(aws.connect("dynamodb"), "update_item", answer_lost)
    aws.orders(client).postpone(received[0], later)
    head = aws.orders().head(received[0].key)
    assert (head.due_at, head.swept) == (later, 1)


# --- connections -------------------------------------------------------------------------------------------------


def test_an_apply_that_comes_second_conflicts_and_keeps_nothing(aws: AwsBackend) -> None:
    aws.connections().apply(a_connection(), NOW, "ann", NOW)
    theirs, ours = a_connection(settle="20m"), a_connection(settle="30m")
    odd = odd_connections(aws, first(lambda: aws.connections().apply(theirs, NOW, "bob", NOW)))
    with pytest.raises(Conflict, match=ID):
        odd.apply(ours, NOW, "ann", NOW)
    stored = aws.connections().get(ID)
    assert (stored.revision, stored.connection) == (2, theirs)


def test_two_first_applies_conflict_too(aws: AwsBackend) -> None:
    odd = odd_connections(aws, first(lambda: aws.connections().apply(a_connection(settle="20m"), NOW, "bob", NOW)))
    with pytest.raises(Conflict):
        odd.apply(a_connection(), NOW, "ann", NOW)


def test_an_apply_whose_answer_was_lost_is_made_once(aws: AwsBackend) -> None:
    stored = odd_connections(aws, answer_lost).apply(a_connection(), NOW, "ann", NOW)
    assert (stored.revision, aws.connections().get(ID).revision) == (1, 1)


def test_applying_the_very_file_that_somebody_else_has_just_applied_is_no_conflict(aws: AwsBackend) -> None:
    odd = odd_connections(aws, first(lambda: aws.connections().apply(a_connection(), NOW, "bob", NOW)))
    assert odd.apply(a_connection(), NOW, "ann", NOW).revision == 1


def test_a_connection_that_was_closed_during_an_apply_stays_closed(aws: AwsBackend) -> None:
    """A refused credential closes it; an apply that had read "running" before must not open it again."""
    aws.connections().apply(a_connection(), NOW, "ann", NOW)
    aws.connections().set_status(ID, "running", "started", "ann", NOW)
    close = first(lambda: aws.connections().set_status(ID, "closed", "401", "parcelbridge", NOW))
    odd_connections(aws, close).apply(a_connection(settle="30m"), NOW, "ann", NOW)
    stored = aws.connections().get(ID)
    assert (stored.revision, stored.status, stored.why) == (2, "closed", "401")


def test_a_poll_whose_lease_was_taken_though_the_answer_was_lost_goes_on(aws: AwsBackend) -> None:
    lossy = Client(aws.connect("dynamodb"), "update_item", answer_lost)
    assert aws.leases(lossy).take(Lease("poll", ID), "one", timedelta(minutes=5))
    assert aws.connections(lossy).save_poll(ID, "one", PollState(cursor="7"))
    assert aws.connections().poll_state(ID).cursor == "7"


def test_what_the_table_did_not_get_to_is_asked_for_and_written_again(aws: AwsBackend) -> None:
    """BatchGetItem and BatchWriteItem may do a part only, and say which."""
    client = aws.connect("dynamodb")

    class Partly:
        def __getattr__(self, name: str) -> Any:
            return getattr(client, name)

        def batch_write_item(self, **request: Any) -> Any:
            ((table, puts),) = request["RequestItems"].items()
            client.batch_write_item(RequestItems={table: puts[:5]})
            return {"UnprocessedItems": {table: puts[5:]} if puts[5:] else {}}

        def batch_get_item(self, **request: Any) -> Any:
            ((table, asked),) = request["RequestItems"].items()
            keys = asked["Keys"]
            answer = client.batch_get_item(RequestItems={table: {**asked, "Keys": keys[:5]}})
            rest = {table: {**asked, "Keys": keys[5:]}} if keys[5:] else {}
            return {**answer, "UnprocessedKeys": rest}

    documents = [str(number) for number in range(12)]
    partly = aws.connections(Partly())
    partly.mark_seen(ID, [Change(document, "1") for document in documents], NOW + timedelta(days=9))
    assert partly.seen(ID, documents) == dict.fromkeys(documents, "1")
    for document in documents:
        aws.orders().create(*a_received(document))
    keys = [a_received(document)[0].key for document in documents]
    assert [head.key for head in aws.orders(Partly()).heads(keys)] == keys
