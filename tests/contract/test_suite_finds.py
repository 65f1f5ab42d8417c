"""The suite of the order store is tested by defects that are sown into the adapter: each makes a test of it fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shared.aws import orders as adapter
from shared.ports import OrderStore, Spend
from tests.contract import test_order_store as suite
from tests.contract.backends import AwsBackend

Sow = Callable[[AwsBackend, pytest.MonkeyPatch], OrderStore]


def one_shard_is_skipped(aws: AwsBackend, monkeypatch: pytest.MonkeyPatch) -> OrderStore:
    monkeypatch.setattr(adapter, "SHARDS", adapter.SHARDS - 1)
    return aws.orders()


def a_refund_counts_twice(aws: AwsBackend, monkeypatch: pytest.MonkeyPatch) -> OrderStore:
    update = adapter.limit_update

    def twice(spend: Spend) -> dict[str, Any]:
        made = update(
            replace(spend, price=replace(spend.price, amount=2 * spend.price.amount)) if spend.refund else spend
        )
        if spend.refund:
            made["ExpressionAttributeValues"][":step"] = {"N": "-2"}
        return made

    monkeypatch.setattr(adapter, "limit_update", twice)
    return aws.orders()


def a_postponement_ignores_the_version(aws: AwsBackend, monkeypatch: pytest.MonkeyPatch) -> OrderStore:
    client = aws.connect("dynamodb")
    update = client.update_item

    def unconditional(**request: Any) -> Any:
        text = request["ConditionExpression"]
        if text.startswith("version = :version AND "):
            request["ConditionExpression"] = text.removeprefix("version = :version AND ")
            del request["ExpressionAttributeValues"][":version"]
        return update(**request)

    monkeypatch.setattr(client, "update_item", unconditional)
    return aws.orders(client)


DEFECTS: dict[Sow, Callable[[OrderStore], None]] = {
    one_shard_is_skipped: suite.test_whatever_is_due_is_found_in_whichever_shard_it_stands,
    a_refund_counts_twice: suite.test_a_refund_gives_back_what_one_label_took_and_no_more,
    a_postponement_ignores_the_version: suite.test_postponing_what_moved_and_is_due_at_the_same_time_changes_nothing,
}


@pytest.mark.parametrize("sow", DEFECTS, ids=lambda sow: sow.__name__)
def test_the_suite_finds_a_sown_defect(aws: AwsBackend, monkeypatch: pytest.MonkeyPatch, sow: Sow) -> None:
    DEFECTS[sow](aws.orders())
    aws._table = ""
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        DEFECTS[sow](sow(aws, monkeypatch))
