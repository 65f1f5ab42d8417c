"""Queue on SQS standard queues, fair between connections."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from shared.errors import Retry

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

FORMAT = 1
"""The format of messages; functions/wiring.py reads it."""


class SqsQueue:
    """Messages `{v, connection, order}`, in batches of 10; a connection is a message group, so none starves another."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client, self._url = client, url

    def send(self, connection: str, orders: Sequence[str]) -> None:
        """Raises Retry when the queue took only some: sending all again is harmless."""
        for start in range(0, len(orders), 10):
            entries: list[SendMessageBatchRequestEntryTypeDef] = [
                {
                    "Id": str(number),
                    "MessageBody": json.dumps({"v": FORMAT, "connection": connection, "order": order}),
                    "MessageGroupId": connection,
                }
                for number, order in enumerate(orders[start : start + 10])
            ]
            failed = self._client.send_message_batch(QueueUrl=self._url, Entries=entries).get("Failed", [])
            if failed:
                raise Retry(f"{len(failed)} messages were not taken by the queue: {failed[0].get('Code')}")
