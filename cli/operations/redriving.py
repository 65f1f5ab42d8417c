"""Dead letters go back to the queue that they failed on, a page at a time.

A letter is deleted once its message was sent: it is never lost, and may go twice, which has no further effect since a
message is a hint. How often an order was tried stands on the order, so a new message does not begin that count again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef, SendMessageBatchRequestEntryTypeDef

PAGE = 10
"""The number of messages that SQS gives and takes at once."""
_HELD = 60
"""Seconds for which a letter that is being moved is not given out again."""
_WAIT = 1
"""Seconds that SQS may look for a letter."""
_EMPTY = 3
"""The number of empty answers that mean that nothing is left: SQS asks a part of its servers at a time."""


def redriven(client: SQSClient, dead: str, working: str, limit: int) -> Iterator[int]:
    """Moves at most `limit` letters and gives the size of each page that went. Raises ClientError.

    What fails again while this runs is not moved a second time: there is an end to it.
    """
    moved, seen, empty = 0, set[str](), 0
    while moved < limit and empty < _EMPTY:
        page = _page(client, dead, min(PAGE, limit - moved))
        new = [each for each in page if each["MessageId"] not in seen]
        empty = 0 if new else empty + 1
        if not new:
            continue
        seen.update(each["MessageId"] for each in new)
        sent = _sent(client, working, new)
        for letter in sent:
            client.delete_message(QueueUrl=dead, ReceiptHandle=letter["ReceiptHandle"])
        moved += len(sent)
        yield len(sent)


def _page(client: SQSClient, dead: str, most: int) -> list[MessageTypeDef]:
    answer = client.receive_message(
        QueueUrl=dead, MaxNumberOfMessages=most, VisibilityTimeout=_HELD, WaitTimeSeconds=_WAIT
    )
    return answer.get("Messages", [])


def _sent(client: SQSClient, working: str, letters: Sequence[MessageTypeDef]) -> list[MessageTypeDef]:
    """Those letters whose message the queue has taken."""
    entries: list[SendMessageBatchRequestEntryTypeDef] = [
        {"Id": str(number), "MessageBody": letter["Body"], "MessageGroupId": _group(letter["Body"])}
        for number, letter in enumerate(letters)
    ]
    taken = client.send_message_batch(QueueUrl=working, Entries=entries).get("Successful", [])
    return [letters[int(each["Id"])] for each in taken]


def _group(body: str) -> str:
    """The message's connection, as when it was first sent; what cannot be read goes as it is, and fails as it did."""
    try:
        message = json.loads(body)
    except ValueError:
        return "unreadable"
    connection = message.get("connection") if isinstance(message, dict) else None
    return connection if isinstance(connection, str) and connection else "unreadable"
