"""How much waits in the stack's queues, how much lies among their dead letters, and how these go back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cli.operations.redriving import Letter, names_connection, redriven, shown

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

    def replay(self, name: str, limit: int) -> Iterator[int]:
        """Sends dead letters of the queue of that name back to it, at most `limit`; gives the size of each page."""
        ...

    def letters(self, name: str, limit: int) -> list[Letter]:
        """At most `limit` dead letters of the queue of that name, which stay where they are."""
        ...


REPLAYED: Mapping[str, tuple[str, str]] = {
    "orders": ("OrdersDeadLettersUrl", "OrdersQueueUrl"),
    "write-backs": ("WriteBacksDeadLettersUrl", "WriteBacksQueueUrl"),
    "polls": ("PollsDeadLettersUrl", "PollsQueueUrl"),
    "tracking": ("TrackingDeadLettersUrl", "TrackingQueueUrl"),
    "looks": ("LooksDeadLettersUrl", "LooksQueueUrl"),
    "receiving": ("ReceivingDeadLettersUrl", "ReceivingQueueUrl"),
    "errands": ("ErrandsDeadLettersUrl", "ErrandsQueueUrl"),
    "schedules": ("SchedulesDeadLettersUrl", "PollsQueueUrl"),
}
"""By name: the outputs with the addresses of the dead letters, and of the queue that they go back to. Among those of
the schedules are failed sweeps: the next sweep has done their work, so a replay deletes them. Errands are there with
the console alone; one that goes back is not done twice, and has lapsed after a quarter of an hour."""


@dataclass(frozen=True, slots=True)
class StackQueues:
    """The queues of a stack; their numbers are SQS's own approximate ones."""

    client: SQSClient
    outputs: Mapping[str, str]

    def depths(self) -> list[Depth]:
        there = {name: urls for name, urls in REPLAYED.items() if urls[0] in self.outputs}
        queues = [(name, working, False) for name, (_, working) in there.items() if name != "schedules"]
        queues += [(f"{name} dead letters", dead, True) for name, (dead, _) in there.items()]
        return [self._depth(name, self.outputs[url], is_dead) for name, url, is_dead in queues]

    def _depth(self, name: str, url: str, dead: bool) -> Depth:
        found = self.client.get_queue_attributes(QueueUrl=url, AttributeNames=[_WAITING, _TAKEN])["Attributes"]
        return Depth(name, int(found[_WAITING]), int(found[_TAKEN]), dead)

    def replay(self, name: str, limit: int) -> Iterator[int]:
        if REPLAYED[name][0] not in self.outputs:
            return iter(())
        dead, working = (self.outputs[output] for output in REPLAYED[name])
        if name != "schedules":
            return redriven(self.client, dead, working, limit)
        return redriven(self.client, dead, working, limit, names_connection)

    def letters(self, name: str, limit: int) -> list[Letter]:
        return shown(self.client, self.outputs[REPLAYED[name][0]], limit)
