"""`parcelbridge status`: whether all is well, in one look, with the command for what is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated

import typer

from cli import rendering
from cli.errors import FAILED
from cli.hints import why_of
from cli.operations.queues import Depth
from cli.operations.restoring import COMMAND, is_restored
from cli.orders.commands import AsJson
from cli.rendering import instant, say
from cli.wiring import Stack, stack_of
from shared.domain.windows import BUCKETS
from shared.workflow.upkeep.standing import MOST, Standing, standing_of


def status(
    context: typer.Context,
    json: AsJson = False,
    ignore_held: Annotated[
        bool, typer.Option("--ignore-held", help="End with 0 when nothing but held orders waits: they are for the day.")
    ] = False,
) -> None:
    """Connections, orders and queues at a glance.

    Ends with 0 when all is well, 1 when something needs a person (held orders too, unless --ignore-held), 2 when the
    command cannot be used as it stands. An order that is held in doubt is never ignored.
    """
    stack = stack_of(context)
    standings = [standing_of(stack.ports, stored, why_of(stored)) for stored in stack.ports.connections.all()]
    depths = stack.queues.depths()
    now, held = list(needs_a_person(standings, depths)), list(held_orders(standings))
    if is_restored(stack):
        now.insert(0, f"the table was restored from a backup, so each order waits for approval until: {COMMAND}")
    if json:
        rendering.as_json(
            {
                "connections": standings,
                "queues": depths,
                "needs_a_person": [*now, *held],
                "notes": list(goes_by_itself(standings)),
            }
        )
    else:
        _show(stack, standings, depths, [*now, *held])
    if now or (held and not ignore_held):
        raise typer.Exit(FAILED)


def needs_a_person(standings: Sequence[Standing], depths: Sequence[Depth]) -> Iterator[str]:
    """Yield a line with its command for each matter that needs a person now; nothing when all goes by itself."""
    for each in standings:
        name = each.connection
        if each.status == "closed":
            yield f"{name} is closed: {each.why}; correct it, then: parcelbridge connections resume {name}"
        yield from _of_warehouse(each)
        if each.silent_since:
            since = f"since {instant(each.silent_since)}, its schedule is {each.schedule}"
            yield f"{name} has had no successful poll {since}: parcelbridge connections test {name}"
        if each.in_doubt:
            yield f"{name} has {each.in_doubt} labels in doubt: parcelbridge unknown list --connection {name}"
        if each.unsent_long:
            yield f"{name} has {each.unsent_long} labels that wait for over 4 hours to be sent to their supplier"
        if each.unread:
            yield _unread(each)
        yield from _of_tracking(each)
    for depth in depths:
        if depth.dead and depth.waiting + depth.taken:
            yield f"{depth.waiting + depth.taken} messages lie among the {depth.name}: docs/runbook.md, dead letters"


def _of_warehouse(each: Standing) -> Iterator[str]:
    name = each.connection
    if each.receipts_held:
        count = _shown(each.receipts_held)
        yield f"{name} has {count} purchase orders that wait for a person: parcelbridge receipts list"
    if each.stock_trouble:
        yield f"{name}: stock {each.stock_trouble}: parcelbridge stock diff {name}"


def _of_tracking(each: Standing) -> Iterator[str]:
    name = each.connection
    if each.unheard_since:
        since = f"since {instant(each.unheard_since)}"
        yield f"{name} has not heard of any parcel on its way {since}: parcelbridge connections test {name}"
    if each.account_unread:
        yield f"{name} cannot read its carrier account ({each.account_unread}): parcelbridge connections test {name}"


def _unread(each: Standing) -> str:
    """Which documents could not be read for a day, and what the first one met."""
    first, *others = each.unread
    more = f" and {len(others)} more" if others else ""
    command = f"parcelbridge connections dry-run {each.connection} {first.document}"
    return f"{each.connection} could not read {first.document}{more} for over a day ({first.why}): {command}"


def held_orders(standings: Sequence[Standing]) -> Iterator[str]:
    """Yield a line on the held orders of each connection, for the clerk in the morning."""
    for each in standings:
        if each.held:
            reasons = ", ".join(f"{count} {reason}" for reason, count in each.held.items())
            yield f"{each.connection} has held orders ({reasons}): parcelbridge orders list --held"


def goes_by_itself(standings: Sequence[Standing]) -> Iterator[str]:
    """Yield a line for each connection whose orders wait by intent: a limit of its file is reached, or it is paused."""
    for each in standings:
        if each.limited:
            until = f" until {instant(each.limited_until)}" if each.limited_until else ""
            yield f"{each.connection} has reached a limit of its file: {_shown(each.limited)} orders wait{until}"
        if each.status == "paused":
            yield f"{each.connection} is paused: {each.why}"


def _show(stack: Stack, standings: list[Standing], depths: list[Depth], needed: list[str]) -> None:
    say(f"{stack.name} (deployment {stack.ports.deployment})", style="bold")
    now = stack.ports.clock.now()
    columns = (
        "connection", "status", "schedule", "last poll", "outcome", *BUCKETS, "unknown", "labels unsent", "oldest open",
    )  # fmt: skip
    rendering.table(columns, [_row(each, now) for each in standings])
    rendering.table(("queue", "waiting", "in work"), [(each.name, each.waiting, each.taken) for each in depths])
    for line in goes_by_itself(standings):
        say(line)
    for line in needed:
        say(line)
    if not needed:
        say("nothing needs a person")


def _row(each: Standing, now: datetime) -> tuple[object, ...]:
    counts = [_shown(each.counts[bucket]) for bucket in BUCKETS]
    last = f"{instant(each.poll.polled)} ({ago(now - each.poll.polled)})" if each.poll.polled else "never"
    moving = (each.unknown, each.unsent, instant(each.oldest_open))
    return (each.connection, each.status, each.schedule, last, each.poll.outcome, *counts, *moving)


def ago(span: timedelta) -> str:
    """How long ago, in its largest unit."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return f"{max(minutes, 0)} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // 1440} days ago"


def _shown(count: int) -> str:
    return f"{MOST}+" if count >= MOST else str(count)
