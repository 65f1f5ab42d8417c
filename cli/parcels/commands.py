"""`parcelbridge parcels` and `parcelbridge arrivals`."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from cli import rendering
from cli.errors import BadUsage, CommandError
from cli.orders.names import find_order
from cli.parcels.listing import EXCEPTIONS, show_exceptions, show_parcels, watched
from cli.parcels.proving import proof
from cli.parcels.timeline import as_facts, show_timeline
from cli.rendering import say, table
from cli.wiring import stack_of
from shared.workflow.desk.arrivals import Arrival, arrivals_of
from shared.workflow.desk.arrivals_calendar import calendar_of
from shared.workflow.desk.parcels import parcels_numbered, parcels_of

app = typer.Typer(no_args_is_help=True)
Of = Annotated[str | None, typer.Option("--connection", help="Only this connection's.")]
Number = Annotated[str, typer.Argument(metavar="NUMBER|ORDER", help="A tracking number, or an order's.")]
Calendar = Annotated[Path | None, typer.Option(help="Write a calendar (iCalendar) for dock planning to this file.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


app.command("proof")(proof)


@app.command("list")
def list_(
    context: typer.Context,
    connection: Of = None,
    exceptions: Annotated[
        bool,
        typer.Option("--exceptions", help="Those with a problem and the silent ones: as orders list --exceptions."),
    ] = False,
    silent: Annotated[bool, typer.Option("--silent", help="Only parcels that nobody hears of.")] = False,
    finished: Annotated[bool, typer.Option("--finished", help="Only parcels that arrived or ended.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The most parcels to list.")] = 50,
    json: AsJson = False,
) -> None:
    """Parcels under way: those with a problem first, then the silent ones."""
    stack = stack_of(context)
    if exceptions + silent + finished > 1:
        raise BadUsage("--exceptions, --silent and --finished exclude each other")
    if exceptions:
        show_exceptions(stack, connection, limit, json=json)
        return
    buckets = ("silent",) if silent else ("finished",) if finished else (*EXCEPTIONS, "moving")
    show_parcels(stack, connection, buckets, limit, json=json)


@app.command()
def show(context: typer.Context, number: Number, connection: Of = None, json: AsJson = False) -> None:
    """The life of a parcel, or of each parcel of an order."""
    stack = stack_of(context)
    found = parcels_numbered(stack.ports, number) or parcels_of(stack.ports, find_order(stack, number, connection))
    if not found:
        raise CommandError(f"no parcel of {number} is watched", hint="it is watched from its label on")
    if json:
        rendering.as_json([as_facts(stack, each) for each in found])
        return
    for each in found:
        show_timeline(stack, each)


def arrivals(
    context: typer.Context,
    connection: Of = None,
    days: Annotated[int, typer.Option(min=1, max=60, help="The number of days to list, from today on.")] = 7,
    warehouse: Annotated[str | None, typer.Option(help="Only what goes to this warehouse.")] = None,
    ics: Annotated[
        Path | None, typer.Option(help="Write a calendar (iCalendar) for dock planning to this file.")
    ] = None,
    json: AsJson = False,
) -> None:
    """List the arrivals by warehouse and day."""
    stack = stack_of(context)
    today = stack.ports.clock.now().date()
    moving = watched(stack, connection, ["exception", "silent", "moving"])
    coming = arrivals_of(stack.ports, moving, today, today + timedelta(days=days), warehouse)
    if ics:
        ics.write_bytes(calendar_of(coming, stack.ports.clock.now()))
        say(f"{ics}: {len(coming)} arrivals")
    elif json:
        rendering.as_json(coming)
    elif not coming:
        say(f"nothing arrives within {days} days, as far as the carrier says")
    else:
        _show(coming, today)


def _show(coming: list[Arrival], today: date) -> None:
    columns = ("warehouse", "day", "parcels", "orders", "")
    rows = []
    for each in coming:
        late = "late" if each.day < today else ""
        rows.append((each.warehouse or "?", each.day, len(each.numbers), ", ".join(each.orders), late))
    table(columns, rows)
