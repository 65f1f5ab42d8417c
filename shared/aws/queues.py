"""Queue on SQS standard queues, fair between connections."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from shared.errors import Retry

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

    from shared.ports import Kind

FORMAT = 2
"""The format of messages; functions/wiring.py reads this one and the one before."""


class SqsQueue:
    """Messages `{v, connection, kind, key}`, in batches of 10; a connection is a message group, so none starves."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client, self._url = client, url

    def send(self, connection: str, keys: Sequence[str], kind: Kind) -> None:
        """Raises Retry when the queue took only some: sending all again is harmless."""
        for start in range(0, len(keys), 10):
            entries: list[SendMessageBatchRequestEntryTypeDef] = [
                {
                    "Id": str(number),
                    "MessageBody": json.dumps({"v": FORMAT, "connection": connection, "kind": kind, "key": key}),
                    "MessageGroupId": connection,
                }
                for number, key in enumerate(keys[start : start + 10])
            ]
            failed = self._client.send_message_batch(QueueUrl=self._url, Entries=entries).get("Failed", [])
            if failed:
                raise Retry(f"{len(failed)} messages were not taken by the queue: {failed[0].get('Code')}")
