"""`parcelbridge pickups`: a carrier's driver, ordered for a location and a day."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from cli.connections.names import applied
from cli.errors import BadUsage, CommandError
from cli.rendering import counted, say, table
from cli.wiring import Stack, stack_of
from shared.domain.pickup import Pickup, PickupState
from shared.errors import Unknown
from shared.ports import StoredConnection
from shared.workflow.desk.pick_up import Planned, Wish, account_of, cancel_pickup, make_pickup, plan_pickup

app = typer.Typer(no_args_is_help=True)
Place = Annotated[str, typer.Argument(help="A location of the connection's file.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day at the location; today if left out.")]
Of = Annotated[str | None, typer.Option("--connection", help="The connection, where there are several.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@app.callback()
def pickups() -> None:
    """Order a carrier's driver, and cancel it."""


@app.command("order")
def order(
    context: typer.Context,
    location: Place,
    ready: Annotated[datetime, typer.Option(formats=["%H:%M"], help="From when on the parcels are ready.")],
    close: Annotated[datetime, typer.Option(formats=["%H:%M"], help="Until when the driver may come.")],
    day: Day = None,
    connection: Of = None,
    yes: Yes = False,
) -> None:
    """Order a pickup of what waits at a location. It costs money: the price is shown and asked about.

    A location has one pickup a day. When an answer was lost, the same command finds what became of it.
    """
    stack = stack_of(context)
    stored = _stored(stack, connection)
    wish = Wish(location, (day or _today(stack, stored, location)).date(), ready.time(), close.time())
    planned = plan_pickup(stack.ports, stored, wish)
    stands = planned.stands
    if not (stands and stands.state == PickupState.MADE):
        _tell(planned)
        if not yes and not typer.confirm("order it?"):
            raise typer.Abort
    else:
        say("there is one already, and nothing was ordered")
    try:
        _show([make_pickup(stack.ports, stored, wish, planned, stack.who())])
    except Unknown as error:
        hint = "the same command looks what became of it, in 3 minutes or later"
        raise CommandError(f"whether the pickup was ordered is not known: {error}", hint=hint) from None


@app.command("cancel")
def cancel(context: typer.Context, location: Place, day: Day = None, connection: Of = None) -> None:
    """Cancel the pickup of a location and day."""
    stack = stack_of(context)
    stored = _stored(stack, connection)
    when = (day or _today(stack, stored, location)).date()
    _show([cancel_pickup(stack.ports, stored, location, when, stack.who())])


@app.command("list")
def list_(context: typer.Context, connection: Of = None, day: Day = None) -> None:
    """List the pickups of a day and later, each with its number and cost."""
    stack = stack_of(context)
    stored = [applied(stack, connection)] if connection else stack.ports.connections.all()
    first = (day or stack.ports.clock.now()).date()
    accounts = sorted({account_of(each.connection) for each in stored})
    found = [each for account in accounts for each in stack.ports.pickups.since(account, first)]
    if found:
        _show(found)
    else:
        say("no pickup")


def _stored(stack: Stack, connection: str | None) -> StoredConnection:
    if connection:
        return applied(stack, connection)
    there = stack.ports.connections.all()
    if len(there) != 1:
        raise BadUsage(f"--connection: one of {', '.join(each.connection.id for each in there) or 'none'}")
    return there[0]


def _today(stack: Stack, stored: StoredConnection, location: str) -> datetime:
    place = stored.connection.locations.get(location)
    zone = (place.timezone if place else None) or stored.connection.timezone
    return stack.ports.clock.now().astimezone(ZoneInfo(zone))


def _tell(planned: Planned) -> None:
    order = planned.order
    parcels = sum(each.quantity for each in order.pieces)
    asked_before = planned.stands is not None and planned.stands.state == PickupState.ASKED
    price = "" if asked_before else f"; price: {planned.price or 'not told by the carrier'}"
    say(f"pickup on {order.day}, {order.ready:%H:%M} to {order.close:%H:%M}: {counted(parcels, 'parcel')}{price}")
    if asked_before:
        say("it was asked for before, and whether it was ordered is not known: that is looked up first")


def _show(found: list[Pickup]) -> None:
    table(
        ("location", "day", "time", "state", "number", "cost", "problem"),
        [
            (
                each.location,
                each.order.day,
                f"{each.order.ready:%H:%M}-{each.order.close:%H:%M}",
                each.state,
                each.number,
                each.cost or "",
                each.problem,
            )
            for each in found
        ],
    )
