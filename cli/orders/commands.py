"""`parcelbridge orders`: find them, read them, decide about them."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import rendering
from cli.connections.names import applied
from cli.errors import BadUsage
from cli.orders.lists import hint_of, listed, show_held, show_orders, snapshot_of
from cli.orders.names import find_order
from cli.orders.sheet import sheet, show_sheet
from cli.orders.waiting import wait
from cli.parcels.listing import show_exceptions
from cli.rendering import say
from cli.wiring import Stack, stack_of
from shared.domain.record import Head
from shared.domain.state import State
from shared.workflow.desk import approve as decisions

app = typer.Typer(no_args_is_help=True)
app.command()(wait)
Order = Annotated[str, typer.Argument(metavar="ORDER", help="The document's number, or the order's full key.")]
Of = Annotated[str | None, typer.Option("--connection", help="Only this connection's.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


@app.command("list")
def list_(
    context: typer.Context,
    connection: Of = None,
    state: Annotated[str | None, typer.Option(help="Only orders in this state.")] = None,
    held: Annotated[bool, typer.Option("--held", help="What waits for a person, by reason, with what to do.")] = False,
    exceptions: Annotated[
        bool, typer.Option("--exceptions", help="Orders whose parcels have a problem, or are not heard of.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The most orders to list.")] = 50,
    json: AsJson = False,
) -> None:
    """Orders, newest first."""
    stack = stack_of(context)
    if exceptions:
        if held or state:
            raise BadUsage("--exceptions excludes --held and --state")
        show_exceptions(stack, connection, limit, json=json)
        return
    wanted = _state(state)
    if held and wanted not in (None, State.HELD):
        raise BadUsage(f"--held and --state {state} exclude each other")
    stored = [applied(stack, connection)] if connection else stack.ports.connections.all()
    heads = listed(stack, [each.connection.id for each in stored], wanted, held, limit)
    if json:
        rendering.as_json([_listed(stack, head) for head in heads])
    elif not heads:
        say("no order waits for a person" if held else "no orders")
    elif held:
        show_held(stack, heads)
    else:
        show_orders(heads)
    if len(heads) == limit and not json:
        say(f"the newest {limit}; --limit shows more")


def _state(word: str | None) -> State | None:
    if word is None:
        return None
    if word.upper() not in State.__members__:
        raise BadUsage(f"--state {word}: no state; allowed: {', '.join(State)}")
    return State(word.upper())


def _listed(stack: Stack, head: Head) -> dict[str, object]:
    snapshot = snapshot_of(stack, head) if head.state == State.HELD else None
    return {**rendering.plain(head), "why": snapshot.problem if snapshot else "", "hint": hint_of(head, snapshot)}


@app.command()
def show(context: typer.Context, order: Order, connection: Of = None, json: AsJson = False) -> None:
    """Show an order: its content, address, state and reason, what to do next, and its trail."""
    stack = stack_of(context)
    head = find_order(stack, order, connection)
    if json:
        rendering.as_json(sheet(stack, head))
    else:
        show_sheet(stack, head)


@app.command()
def retry(context: typer.Context, order: Order, connection: Of = None, json: AsJson = False) -> None:
    """Let a held order go on from where it stopped."""
    stack = stack_of(context)
    head = find_order(stack, order, connection)
    who = stack.who()
    after = decisions.retry(stack.ports, head.key, who)
    rendering.as_json(after) if json else say(f"{after.document}: goes on as {after.state}, by {who}")
