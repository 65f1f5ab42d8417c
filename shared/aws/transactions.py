"""A transaction on DynamoDB: all of its writes or none, tried again while it was not decided."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST = 100
"""Writes of one transaction."""
TRIES = 6
"""Tries of a transaction that met another one on the same item, or no room: nothing was written then."""
MET = "TransactionConflict"
NO_ROOM = frozenset({"ThrottlingError", "ProvisionedThroughputExceeded"})
DECIDED = frozenset({"None", "ConditionalCheckFailed"})
"""The reasons that say who was first; every other one says that DynamoDB did not try."""


def transact(client: DynamoDBClient, writes: Any) -> list[str]:
    """The reasons for which the transaction was refused, in the order of its writes; none when it was made.

    Raises AWS's own error when it was not tried, for example for lack of capacity: then nobody was first.
    """
    for attempt in range(TRIES):
        try:
            client.transact_write_items(TransactItems=writes)
        except ClientError as error:
            if error.response["Error"]["Code"] != "TransactionCanceledException":
                raise
            reasons = [str(each.get("Code", "None")) for each in error.response.get("CancellationReasons", [])]
            passing = MET in reasons or not NO_ROOM.isdisjoint(reasons)
            last = attempt == TRIES - 1
            if passing and not last:
                time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter, not a secret
            elif DECIDED.issuperset(each for each in reasons if each != MET):
                return reasons
            else:
                raise
        else:
            break
    return []
