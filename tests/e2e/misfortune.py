"""Mishaps of a local stack at chosen moments: connections drop, functions are killed while they wait, time passes.

The local AWS runs each function in worker processes of its own, one an invocation at a time, from a folder that has the
function's name. A worker that waits for an answer of the sandbox is found by the port of its connection.
"""

from __future__ import annotations

import os
import signal
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json

from sandbox.engine import Fault
from sandbox.servers import FAULTS_PATH
from sandbox.stack import LocalStack
from shared.aws.items import partition
from shared.aws.keys import stamp_of
from shared.aws.wire import to_wire
from shared.domain.record import Head

LOOPBACK = "0100007F"
"""127.0.0.1 as /proc/net/tcp has it."""


@dataclass(frozen=True)
class Waiting:
    """A request that is never answered: whose order, which operation, and the worker of which function waits for it."""

    order: str
    operation: str
    function: str
    pid: int


@dataclass(frozen=True)
class Misfortune:
    """One half of the served sandbox, by its address, with what goes wrong there."""

    address: str
    faults: Sequence[Fault]

    def begin(self) -> None:
        self._ask(to_json(self.faults))

    @property
    def spared(self) -> list[dict[str, Any]]:
        """The faults that have not struck as often as they were to."""
        return [each for each in self._ask()["faults"] if each["times"]]

    def waiting(self, home: Path) -> Iterator[Waiting]:
        """Who waits in vain, of the functions of the stack at `home`: never a process of anything else."""
        for port, request in self._ask()["unanswered"].items():
            fault = next(each for each in self.faults if "silent" in each.kind and each.naming in request)
            for pid, function in _workers(home):
                if _socket_of(int(port)) in _sockets(pid):
                    yield Waiting(fault.naming, fault.operation, function, pid)

    def _ask(self, body: bytes | None = None) -> Any:
        request = urllib.request.Request(self.address + FAULTS_PATH, body, method="PUT" if body else "GET")
        with urllib.request.urlopen(request, timeout=300) as answer:
            return from_json(answer.read())


def kill(worker: Waiting) -> None:
    """At once and without a word, as an execution environment that crashes."""
    os.kill(worker.pid, signal.SIGKILL)


def time_passes(stack: LocalStack, head: Head) -> None:
    """As though the order's lease, its waiting and the time until the sweep looks were over: minutes, otherwise.

    The times of the version that was read are set back in the table, and nothing else; what follows is the sweep's and
    the workers' own doing.
    """
    over = ["due_sk", *(name for name in ("lease_until", "not_before") if getattr(head, name))]
    _set_back(
        stack,
        {"pk": partition(head.key), "sk": "HEAD"},
        over,
        stamp_of(datetime.now(UTC)),
        ("version = :is", head.version),
    )


def poll_lease_passes(stack: LocalStack, connection: str) -> None:
    """As though the lease of a poll that died were over."""
    past = datetime.now(UTC).isoformat()
    _set_back(
        stack, {"pk": f"CONNECTION#{connection}", "sk": "POLL"}, ["lease_until"], past, ("lease_until > :is", past)
    )


def _set_back(
    stack: LocalStack, key: dict[str, str], names: Sequence[str], past: str, only_if: tuple[str, object]
) -> None:
    table = stack.aws.client("dynamodb")
    try:
        table.update_item(
            TableName=stack.aws.outputs["TableName"],
            Key=to_wire(key),
            UpdateExpression="SET " + ", ".join(f"{name} = :past" for name in names),
            ConditionExpression=only_if[0],
            ExpressionAttributeValues=to_wire({":past": past, ":is": only_if[1]}),
        )
    except table.exceptions.ConditionalCheckFailedException:
        return  # a step was taken meanwhile: that one waits for nothing


def _workers(home: Path) -> Iterator[tuple[int, str]]:
    """The processes that the local AWS at `home` runs its functions in, each with its function's name."""
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            program = Path([*place.read_text().split("\0"), ""][1])
        except OSError:
            continue
        if program.is_relative_to(home) and program.parent.name.startswith("ministack-lambda-"):
            yield int(place.parent.name), program.parent.name.removeprefix("ministack-lambda-").rsplit("-", 1)[0]


def _sockets(pid: int) -> set[str]:
    try:
        return {str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir()}
    except OSError:
        return set()


def _socket_of(port: int) -> str:
    """The client's end of a connection from this port, "closed" when it is no longer there."""
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines())
    return next((f"socket:[{row[9]}]" for row in rows if row[1] == f"{LOOPBACK}:{port:04X}"), "closed")
