"""Dead letters go back to the queue that they failed on, a page at a time.

A letter is deleted once its message was sent: it is never lost, and may go twice, which has no further effect since a
message is a hint. How often an order was tried stands on the order, so a new message does not begin that count again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef, SendMessageBatchRequestEntryTypeDef

PAGE = 10
"""The number of messages that SQS gives and takes at once."""
_HELD = 60
"""Seconds for which a letter that is being moved is not given out again."""
_SHOWN = 3
"""The same, in seconds, for a letter that a person only reads: it stays where it is, and can be moved right after."""
_WAIT = 1
"""Seconds that SQS may look for a letter."""
_UNREADABLE = "unreadable"
_EMPTY = 3
"""The number of empty answers that mean that nothing is left: SQS asks a part of its servers at a time."""


def redriven(
    client: SQSClient, dead: str, working: str, limit: int, wanted: Callable[[str], bool] = lambda _: True
) -> Iterator[int]:
    """Moves at most `limit` letters and gives the size of each page that went. Raises ClientError.

    A letter whose body is not `wanted` is deleted: the queue has no use for it. What fails again while this runs is not
    moved a second time: there is an end to it.
    """
    moved, seen, empty = 0, set[str](), 0
    while moved < limit and empty < _EMPTY:
        page = _page(client, dead, min(PAGE, limit - moved))
        new = [each for each in page if each["MessageId"] not in seen]
        empty = 0 if new else empty + 1
        if not new:
            continue
        seen.update(each["MessageId"] for each in new)
        going = [each for each in new if wanted(each["Body"])]
        sent = _sent(client, working, going) if going else []
        for letter in [*sent, *(each for each in new if each not in going)]:
            client.delete_message(QueueUrl=dead, ReceiptHandle=letter["ReceiptHandle"])
        moved += len(sent)
        if sent:
            yield len(sent)


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter: what its message says, when that was sent, and how often it was given out, readers included.

    `body` is its text where that is no message of ours, otherwise "".
    """

    connection: str
    kind: str
    key: str
    sent: datetime | None
    received: int
    body: str = ""


def shown(client: SQSClient, dead: str, limit: int) -> list[Letter]:
    """At most `limit` letters, the oldest first; all of them stay where they are. Raises ClientError."""
    found: dict[str, Letter] = {}
    empty = 0
    while len(found) < limit and empty < _EMPTY:
        page = _page(client, dead, min(PAGE, limit - len(found)), _SHOWN)
        new = {each["MessageId"]: _letter(each) for each in page if each["MessageId"] not in found}
        empty = 0 if new else empty + 1
        found |= new
    return sorted(found.values(), key=lambda each: (each.sent is None, each.sent, each.connection, each.key))


def _letter(message: MessageTypeDef) -> Letter:
    body, facts = message["Body"], message.get("Attributes", {})
    said = _said(body)
    at = facts.get("SentTimestamp")
    return Letter(
        connection=_group(body) if names_connection(body) else "",
        kind=str(said.get("kind", "")),
        key=str(said.get("key", said.get("order", ""))),
        sent=datetime.fromtimestamp(int(at) / 1000, UTC) if at else None,
        received=int(facts.get("ApproximateReceiveCount", 0)),
        body="" if names_connection(body) else body[:200],
    )


def _said(body: str) -> dict[str, Any]:
    try:
        message = json.loads(body)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def _page(client: SQSClient, dead: str, most: int, held: int = _HELD) -> list[MessageTypeDef]:
    answer = client.receive_message(
        QueueUrl=dead,
        MaxNumberOfMessages=most,
        VisibilityTimeout=held,
        WaitTimeSeconds=_WAIT,
        MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
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


def names_connection(body: str) -> bool:
    """Tell if the message names a connection: a poll's does, the record of a failed sweep does not."""
    return _group(body) != _UNREADABLE


def _group(body: str) -> str:
    """The message's connection, as when it was first sent; what cannot be read goes as it is, and fails as it did."""
    connection = _said(body).get("connection")
    return connection if isinstance(connection, str) and connection else _UNREADABLE
