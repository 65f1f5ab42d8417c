"""`parcelbridge status`: whether all is well, in one look; exit code 1 when a person is needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import typer

from cli import rendering
from cli.errors import FAILED
from cli.order_lists import heads_in
from cli.orders import AsJson
from cli.queues import Depth
from cli.rendering import instant, say
from cli.wiring import Stack, stack_of
from shared.domain.state import State
from shared.domain.windows import BUCKETS
from shared.ports import PollState, StoredConnection

MOST = 1000
"""So many orders of a bucket are counted; more are shown as "1000+"."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one connection stands: orders by bucket, held ones by reason, and the oldest that still moves."""

    connection: str
    status: str
    why: str
    poll: PollState
    counts: dict[str, int]
    held: dict[str, int]
    unknown: int
    oldest_open: datetime | None


def standing_of(stack: Stack, stored: StoredConnection) -> Standing:
    name = stored.connection.id
    opened = list(islice(heads_in(stack, name, "open"), MOST))
    held = list(islice(heads_in(stack, name, "held"), MOST))
    ended = {bucket: _count(stack, name, bucket) for bucket in BUCKETS if bucket not in {"open", "held"}}
    return Standing(
        connection=name,
        status=stored.status,
        why=stored.why,
        poll=stack.ports.connections.poll_state(name),
        counts={"open": len(opened), "held": len(held), **ended},
        held=dict(sorted(Counter(head.reason for head in held).items())),
        unknown=sum(head.state == State.UNKNOWN for head in opened),
        oldest_open=_oldest(stack, name),
    )


def _count(stack: Stack, connection: str, bucket: str) -> int:
    return sum(1 for _ in islice(stack.ports.orders.listing(connection, bucket), MOST))


def _oldest(stack: Stack, connection: str) -> datetime | None:
    first = list(islice(stack.ports.orders.listing(connection, "open", newest_first=False), 1))
    return next((head.created_at for head in stack.ports.orders.heads(first)), None)


def needs_a_person(standings: list[Standing], depths: list[Depth]) -> Iterator[str]:
    """What somebody has to look at, a line each; nothing when all goes by itself."""
    for standing in standings:
        if standing.status == "closed":
            yield f"{standing.connection} is closed: {standing.why}"
        if standing.held:
            reasons = ", ".join(f"{count} {reason}" for reason, count in standing.held.items())
            yield f"{standing.connection} has held orders ({reasons}): parcelbridge orders list --held"
    for depth in depths:
        if depth.dead and depth.waiting + depth.taken:
            yield f"{depth.waiting + depth.taken} messages lie among the {depth.name}"


def status(context: typer.Context, json: AsJson = False) -> None:
    """Connections, orders and queues at a glance."""
    stack = stack_of(context)
    standings = [standing_of(stack, stored) for stored in stack.ports.connections.all()]
    depths = stack.queues.depths()
    needed = list(needs_a_person(standings, depths))
    if json:
        rendering.as_json({"connections": standings, "queues": depths, "needs_a_person": needed})
    else:
        _show(stack, standings, depths, needed)
    if needed:
        raise typer.Exit(FAILED)


def _show(stack: Stack, standings: list[Standing], depths: list[Depth], needed: list[str]) -> None:
    say(f"{stack.name} (deployment {stack.ports.deployment})", style="bold")
    columns = ("connection", "status", "last poll", "outcome", *BUCKETS, "unknown", "oldest open")
    rendering.table(columns, [_row(each) for each in standings])
    rendering.table(("queue", "waiting", "in work"), [(each.name, each.waiting, each.taken) for each in depths])
    for line in needed:
        say(line)
    if not needed:
        say("nothing needs a person")


def _row(standing: Standing) -> tuple[object, ...]:
    counts = [_shown(standing.counts[bucket]) for bucket in BUCKETS]
    last = instant(standing.poll.polled) or "never"
    moving = (standing.unknown, instant(standing.oldest_open))
    return (standing.connection, standing.status, last, standing.poll.outcome, *counts, *moving)


def _shown(count: int) -> str:
    return f"{MOST}+" if count >= MOST else str(count)
