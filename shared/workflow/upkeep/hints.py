"""Send a message for each piece of work that is due on an order beside its head; each is looked at again later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from shared.ports import Kind, Ports, Queue
from shared.workflow.orders.step import HEAL


def hints(kind: str, to: Callable[[Ports], Queue], about: Kind) -> Callable[[Ports, int], int]:
    """The sweep of a kind: messages `about` its orders go to the queue, at most a page of them; says how many were due.

    The message goes first, then the next look: a crash between them costs one message too many, never one too few. One
    whose order cannot be read gets no message.
    """

    def send(ports: Ports, page: int) -> int:
        now = ports.clock.now()
        due = ports.orders.due_of(kind, now, page)
        by_connection: dict[str, list[str]] = defaultdict(list)
        for head in ports.orders.heads([each.key for each in due]):
            by_connection[head.connection].append(head.key)
        for connection, keys in by_connection.items():
            to(ports).send(connection, keys, about)
        for each in due:
            ports.orders.put_off(each, now + HEAL)
        return len(due)

    return send
