"""The index of what is due, by kind. Loads no model of what items hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from shared.aws.keys import due_partition, stamp_of
from shared.aws.wire import Item, from_wire, to_wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def due_pages(
    client: DynamoDBClient, table: str, shard: tuple[str, int], now: datetime, share: int
) -> Iterator[list[Item]]:
    """The keys of what is due by now in a shard of a kind, oldest first, `share` of them at a time."""
    pages = client.get_paginator("query").paginate(
        TableName=table,
        IndexName="due",
        KeyConditionExpression="due_pk = :shard AND due_sk <= :now",
        ExpressionAttributeValues=to_wire({":shard": due_partition(*shard), ":now": stamp_of(now)}),
        PaginationConfig={"PageSize": share},
    )
    return ([from_wire(item) for item in page["Items"]] for page in pages)
