"""The table as infra/ makes it, for an AWS that is emulated in the process (infra's tests hold the same names)."""

from __future__ import annotations

from typing import Any

_INDEXES = ("listing", "due")


def make_table(client: Any, name: str) -> str:
    """Makes the table `name` with its two indexes over a DynamoDB client; gives its name."""
    attributes = ("pk", "sk", *(f"{index}_{part}" for index in _INDEXES for part in ("pk", "sk")))
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in attributes],
        KeySchema=_keys("pk", "sk"),
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": _keys(f"{index}_pk", f"{index}_sk"),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for index in _INDEXES
        ],
    )
    return name


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]
