"""`parcelbridge queues`, `writebacks` and `tracking`: what failed is made once more, and nothing of it twice."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated

import typer

from cli import rendering
from cli.connections.names import applied
from cli.errors import FAILED, BadUsage
from cli.operations.queues import REPLAYED
from cli.orders.commands import AsJson, Of
from cli.orders.names import find_order
from cli.rendering import counted, instant, say
from cli.wiring import Stack, stack_of
from shared.domain.parcel import Watch
from shared.domain.record import Head
from shared.errors import Refused, Retry, Unknown
from shared.ports import Conflict
from shared.workflow.desk.parcels import heard_since, parcels_numbered, parcels_of
from shared.workflow.tracking.apply import apply_events
from shared.workflow.write_back.replay import done_since, write_again

queues = typer.Typer(no_args_is_help=True)
writebacks = typer.Typer(no_args_is_help=True)
tracking = typer.Typer(no_args_is_help=True)
Queue = Annotated[str, typer.Argument(metavar="NAME", help=f"One of {', '.join(REPLAYED)}.")]


@queues.command("list")
def list_(context: typer.Context, json: AsJson = False) -> None:
    """Every queue with what waits in it, and what lies among its dead letters."""
    depths = stack_of(context).queues.depths()
    if json:
        rendering.as_json(depths)
        return
    rendering.table(("queue", "waiting", "in work"), [(each.name, each.waiting, each.taken) for each in depths])
    if any(each.dead and each.waiting for each in depths):
        say("parcelbridge queues replay NAME sends dead letters back, once their cause is corrected")


@queues.command()
def show(
    context: typer.Context,
    name: Queue,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The most dead letters to show.")] = 50,
    json: AsJson = False,
) -> None:
    """The dead letters of a queue: which order or connection each is about. They stay where they are."""
    letters = _with_queue(context, name).queues.letters(name, limit)
    if json:
        rendering.as_json(letters)
        return
    if not letters:
        say(f"{name}: no dead letter")
        return
    rows = [(instant(each.sent), each.connection, each.kind, each.key or each.body, each.received) for each in letters]
    rendering.table(("sent", "connection", "about", "which", "given out"), rows)
    say(f"the function's log has the cause of each, as message_failed; then: parcelbridge queues replay {name}")


def _with_queue(context: typer.Context, name: str) -> Stack:
    if name not in REPLAYED:
        raise BadUsage(f"there is no queue {name}; allowed: {', '.join(REPLAYED)}")
    return stack_of(context)


@queues.command()
def replay(
    context: typer.Context,
    name: Queue,
    limit: Annotated[int, typer.Option(min=1, help="The most messages to move.")] = 1000,
) -> None:
    """Dead letters go back to their queue. Twice does nothing more: a message only says where to look."""
    stack, moved = _with_queue(context, name), 0
    for count in stack.queues.replay(name, limit):
        moved += count
        say(f"{moved} moved")
    left = sum(each.waiting for each in stack.queues.depths() if each.name == f"{name} dead letters")
    say(f"{name}: {counted(moved, 'dead letter')} went back to their queue, about {left} are left")
    if name == "schedules":
        say("failed sweeps among them were deleted: the next sweep has done their work")


@writebacks.callback()
def about() -> None:
    """Compare the values that the ERP should hold of shipped orders with those it holds, and correct them."""


@writebacks.command("replay")
def write_back(
    context: typer.Context,
    order: Annotated[str | None, typer.Argument(metavar="[ORDER]", help="One order, by number or full key.")] = None,
    connection: Of = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="All that moved since (UTC).")
    ] = None,
) -> None:
    """Write the numbers of DONE orders once more: one order, or all of a connection since a time."""
    stack = stack_of(context)
    if order:
        heads = [find_order(stack, order, connection)]
    elif connection and since:
        applied(stack, connection)
        heads = list(done_since(stack.ports, connection, since.replace(tzinfo=UTC)))
    else:
        raise BadUsage("name an ORDER, or --connection and --since")
    who = stack.who()
    ends = Counter(_written(stack, head, who) for head in heads)
    say(f"{counted(len(heads), 'order')} checked: {ends[True]} correct in the ERP, {ends[False]} failed")
    if ends[False]:
        raise typer.Exit(FAILED)


def _written(stack: Stack, head: Head, who: str) -> bool:
    """One of many: what happens to it does not end the others."""
    try:
        fields = write_again(stack.ports, head.key, who)
    except (Refused, Retry, Unknown) as error:
        say(f"{head.document}: {error}", error=True)
        return False
    except Conflict:
        say(f"{head.document}: somebody else changed it at the same moment", error=True)
        return False
    say(f"{head.document}: {', '.join(fields) or 'nothing is mapped'}")
    return True


@tracking.callback()
def about_tracking() -> None:
    """Work out again where parcels are, from the events that are stored."""


@tracking.command("replay")
def follow_again(
    context: typer.Context,
    number: Annotated[
        str | None, typer.Argument(metavar="[NUMBER|ORDER]", help="A tracking number, or an order's.")
    ] = (None),
    connection: Of = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="All that were heard of since (UTC)."),
    ] = None,
) -> None:
    """Work out the state of parcels and of their orders from all stored events. Asks no carrier; twice does no more."""
    stack = stack_of(context)
    if number:
        found = parcels_numbered(stack.ports, number) or parcels_of(stack.ports, find_order(stack, number, connection))
    elif connection and since:
        applied(stack, connection)
        found = list(heard_since(stack.ports, connection, since.replace(tzinfo=UTC)))
    else:
        raise BadUsage("name a NUMBER or an ORDER, or --connection and --since")
    ends = Counter(_worked_out(stack, each) for each in found)
    parts = [f"{ends[True]} changed", f"{ends[False]} stood as they should"]
    say(f"{counted(len(found), 'parcel')}: {', '.join([*parts, *([f'{ends[None]} failed'] if ends[None] else [])])}")
    if ends[None]:
        raise typer.Exit(FAILED)


def _worked_out(stack: Stack, watch: Watch) -> bool | None:
    """Tell if the parcel stands elsewhere than before; None for one that could not be worked out."""
    try:
        after = apply_events(stack.ports, watch.carrier, watch.number)
    except Conflict:
        say(f"{watch.number}: somebody else changed it at the same moment", error=True)
        return None
    if after is None:
        say(f"{watch.number}: a newer release has written it", error=True)
        return None
    if after.facts == watch.facts:
        return False
    say(f"{watch.number}: {watch.facts.milestone or 'label_created'} is {after.facts.milestone or 'label_created'} now")
    return True
