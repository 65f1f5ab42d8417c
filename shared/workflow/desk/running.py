"""A person pauses a connection, has it go on, or has it polled now."""

from __future__ import annotations

from itertools import islice

from shared.domain.hints import Action, Hint, do
from shared.errors import Refused
from shared.ports import PollSchedules, Ports, StoredConnection

_PAGE = 100


def pause(
    ports: Ports, schedules: PollSchedules, stored: StoredConnection, who: str, why: str, *, with_all: bool = False
) -> str:
    """Takes nothing new and buys nothing new; what is on its way is finished. Returns what became of its schedule.

    Raises Refused when it does not run.
    """
    connection = stored.connection
    if stored.status != "running":
        raise Refused("state", f"{connection.id} is {stored.status} already", field="status", value=stored.status)
    ports.connections.set_status(connection.id, "paused", why, who, ports.clock.now(), with_all=with_all)
    return schedules.converge(connection, running=False)


def run(ports: Ports, schedules: PollSchedules, stored: StoredConnection, who: str, why: str) -> str:
    """Has it run, and polled at once: a schedule of once a day would let people wait. Returns what became of its
    schedule."""
    connection = stored.connection
    ports.connections.set_status(connection.id, "running", why, who, ports.clock.now())
    schedule = schedules.converge(connection, running=True)
    ports.poll_queue.send(connection.id, [""], "poll")
    return schedule


def check_resumable(ports: Ports, stored: StoredConnection) -> None:
    """Raises Refused for a connection that runs, or that was never started: nobody has seen what waits in its ERP."""
    name = stored.connection.id
    if stored.status == "running":
        raise Refused("state", f"{name} is running already", field="status", value=stored.status)
    if stored.status == "paused" and ports.connections.poll_state(name).polled is None:
        message = f"{name} was never started: whoever starts it sees first what waits in its ERP"
        raise Refused("state", message, field="status", value=stored.status)


def wake(ports: Ports, connection: str) -> int:
    """Its open orders go on now: while it stood still, each was put off. Returns how many there are. A message for one
    that waits does nothing."""
    keys = iter(ports.orders.listing(connection, "open"))
    woken = 0
    while page := list(islice(keys, _PAGE)):
        ports.order_queue.send(connection, page, "order")
        woken += len(page)
    return woken


def poll_now(ports: Ports, stored: StoredConnection) -> None:
    """Has it polled at once. Raises Refused when it does not run."""
    name = stored.connection.id
    if stored.status != "running":
        hint = Hint("{0}", (do(Action.RESUME, connection=name),))
        raise Refused("state", f"{name} is {stored.status}: it is not polled", field="status", hint=hint)
    ports.poll_queue.send(name, [""], "poll")
