"""How much waits in the stack's queues, and how much lies among their dead letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType

_WAITING: QueueAttributeNameType = "ApproximateNumberOfMessages"
_TAKEN: QueueAttributeNameType = "ApproximateNumberOfMessagesNotVisible"


@dataclass(frozen=True, slots=True)
class Depth:
    """Messages that wait, and those that a worker holds; `dead` marks a dead-letter queue."""

    name: str
    waiting: int
    taken: int
    dead: bool


class Queues(Protocol):
    def depths(self) -> list[Depth]: ...


@dataclass(frozen=True, slots=True)
class StackQueues:
    """The queues of a stack; their numbers are SQS's own approximate ones."""

    client: SQSClient
    outputs: Mapping[str, str]

    def depths(self) -> list[Depth]:
        working = {"orders": "OrdersQueueUrl", "write-backs": "WriteBacksQueueUrl", "polls": "PollsQueueUrl"}
        dead = {
            "orders dead letters": "OrdersDeadLettersUrl",
            "write-backs dead letters": "WriteBacksDeadLettersUrl",
            "polls dead letters": "PollsDeadLettersUrl",
            "schedules dead letters": "SchedulesDeadLettersUrl",
        }
        queues = [(name, url, name in dead) for name, url in {**working, **dead}.items()]
        return [self._depth(name, self.outputs[url], is_dead) for name, url, is_dead in queues]

    def _depth(self, name: str, url: str, dead: bool) -> Depth:
        found = self.client.get_queue_attributes(QueueUrl=url, AttributeNames=[_WAITING, _TAKEN])["Attributes"]
        return Depth(name, int(found[_WAITING]), int(found[_TAKEN]), dead)
