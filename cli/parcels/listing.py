"""Listings of parcels by what is to be done about them: those with a problem, the silent ones, all others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from cli import rendering
from cli.connections.names import applied
from cli.parcels.timeline import standing
from cli.rendering import instant, say, table
from cli.wiring import Stack
from shared.domain.parcel import Watch
from shared.workflow.desk.parcels import watches_in
from shared.workflow.tracking.silence import unheard_since

BUCKETS = ("moving", "exception", "silent", "finished")
EXCEPTIONS = ("exception", "silent")
"""The parcels that somebody looks at: with a problem, or not heard of for long."""


def show_parcels(stack: Stack, connection: str | None, buckets: Sequence[str], limit: int, *, json: bool) -> None:
    """The first parcels of these headings, as a table or for programs."""
    found = list(islice(watched(stack, connection, buckets), limit))
    if json:
        rendering.as_json([{**rendering.plain(each), "bucket": each.bucket} for each in found])
    elif not found:
        say("no parcel has a problem" if tuple(buckets) == EXCEPTIONS else "no parcels")
    else:
        table(
            ("parcel", "order", "connection", "stands at", "since", "arrives", "problem"),
            [_row(each) for each in found],
        )
    if len(found) == limit and not json:
        say(f"the first {limit}; --limit shows more")


def show_exceptions(stack: Stack, connection: str | None, limit: int, *, json: bool) -> None:
    """Parcels with a problem, then silent ones; and on the error stream, connections of which nothing is heard."""
    show_parcels(stack, connection, EXCEPTIONS, limit, json=json)
    stored = [applied(stack, connection)] if connection else stack.ports.connections.all()
    for each in stored:
        since = unheard_since(stack.ports, each, stack.ports.clock.now())
        if since:
            hours = each.connection.tracking.silent_hours
            said = f"nothing is heard of the parcels of {each.connection.id} since {instant(since)}"
            say(f"{said}, longer than tracking.silent_hours ({hours}): parcelbridge status", error=True)


def watched(stack: Stack, connection: str | None, buckets: Sequence[str]) -> Iterator[Watch]:
    """The parcels of these headings, one after another; of one connection, or of all."""
    stored = [applied(stack, connection)] if connection else stack.ports.connections.all()
    return watches_in(stack.ports, [each.connection.id for each in stored], buckets)


def _row(each: Watch) -> tuple[object, ...]:
    order = each.order.split("/")[2] if each.order.count("/") > 2 else each.order
    facts, problem = each.facts, each.facts.problem
    if each.bucket == "silent":
        problem = problem or "not heard of for long"
    return (each.number, order, each.connection, standing(each), instant(facts.at), facts.expected or "", problem)
