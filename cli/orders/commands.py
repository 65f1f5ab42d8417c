"""`parcelbridge orders`: find them, read them, decide about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from cli import rendering
from cli.connections.names import applied
from cli.errors import FAILED, BadUsage
from cli.orders.lists import hint_of, show_held, show_orders
from cli.orders.names import find_order
from cli.orders.sheet import sheet, show_sheet
from cli.orders.waiting import wait, watched
from cli.parcels.listing import show_exceptions
from cli.rendering import say
from cli.wiring import Stack, stack_of
from shared.domain.record import Head
from shared.domain.state import Reason, State
from shared.errors import Refused
from shared.workflow.desk import approve as decisions
from shared.workflow.desk.listing import Narrowed, listed, snapshot_of

app = typer.Typer(no_args_is_help=True)
app.command()(wait)
Order = Annotated[str, typer.Argument(metavar="ORDER", help="The document's number, or the order's full key.")]
Orders = Annotated[list[str], typer.Argument(metavar="ORDER...", help="Document numbers, or full keys of orders.")]
Of = Annotated[str | None, typer.Option("--connection", help="Only this connection's.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


def each_in_turn(heads: Sequence[Head], act: Callable[[Head], str]) -> None:
    """Acts on each order and says what came of it. Of several, one that is refused does not end the others; the command
    then ends with 1."""
    if len(heads) == 1:
        said = act(heads[0])
        if said:
            say(said)
        return
    failed = False
    for head in heads:
        try:
            said = act(head)
        except Refused as error:
            failed, said = True, ""
            say(f"{head.document}: {error}", error=True)
        if said:
            say(said)
    if failed:
        raise typer.Exit(FAILED)


Since = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="Only what changed since (UTC).")
]
Supplier = Annotated[str | None, typer.Option(help="Only orders of this supplier: its number, or a part of its name.")]


@app.command("list")
def list_(
    context: typer.Context,
    connection: Of = None,
    state: Annotated[str | None, typer.Option(help="Only orders in this state.")] = None,
    held: Annotated[bool, typer.Option("--held", help="What waits for a person, by reason, with what to do.")] = False,
    exceptions: Annotated[
        bool, typer.Option("--exceptions", help="Orders whose parcels have a problem, or are not heard of.")
    ] = False,
    *,
    reason: Annotated[str | None, typer.Option(help="Only orders held for this reason, such as weight.")] = None,
    since: Since = None,
    supplier: Supplier = None,
    warehouse: Annotated[str | None, typer.Option(help="Only orders to this warehouse, by its code.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The most orders to list.")] = 50,
    watch: Annotated[bool, typer.Option("--watch", help="List anew every few seconds until Ctrl-C.")] = False,
    json: AsJson = False,
) -> None:
    """Orders, newest first."""
    stack = stack_of(context)
    if exceptions:
        if held or state or reason or since or supplier or warehouse or watch:
            raise BadUsage("--exceptions excludes what narrows the list, and --watch")
        show_exceptions(stack, connection, limit, json=json)
        return
    wanted = _state(state)
    if held and wanted not in (None, State.HELD):
        raise BadUsage(f"--held and --state {state} exclude each other")
    stored = [applied(stack, connection)] if connection else stack.ports.connections.all()
    if reason and reason not in list(Reason):
        raise BadUsage(f"--reason {reason}: no reason; allowed: {', '.join(Reason)}")
    if watch and json:
        raise BadUsage("--watch is for people, --json for programs")
    narrowed = Narrowed(reason, since.replace(tzinfo=UTC) if since else None, supplier, warehouse)
    names = [each.connection.id for each in stored]

    def look() -> None:
        _show(stack, listed(stack.ports, names, wanted, held or bool(reason), limit, narrowed), held, limit, json=json)

    if watch:
        watched(look)
    else:
        look()


def _show(stack: Stack, heads: list[Head], held: bool, limit: int, *, json: bool) -> None:
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
    snapshot = snapshot_of(stack.ports, head) if head.state == State.HELD else None
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
def retry(context: typer.Context, orders: Orders, connection: Of = None, json: AsJson = False) -> None:
    """Let held orders go on from where they stopped."""
    stack = stack_of(context)
    heads = [find_order(stack, order, connection) for order in orders]
    who = stack.who()

    def go_on(head: Head) -> str:
        after = decisions.retry(stack.ports, head.key, who)
        if json:
            rendering.as_json(after)
        return "" if json else f"{after.document}: goes on as {after.state}, by {who}"

    each_in_turn(heads, go_on)
