"""`parcelbridge endofday`: the hand-over list of a location, as a table and as a page to print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cli import rendering
from cli.connections.names import applied
from cli.csv_text import as_csv
from cli.errors import CommandError
from cli.parcels.hand_over_page import page_of, weight_of
from cli.rendering import counted, say, table
from cli.wiring import stack_of
from shared.workflow.desk.hand_over import HandedOver, HandOver, hand_over, locations_in

COLUMNS = ("order", "parcel", "package", "service", "weight", "declared", "to", "labelled", "note")


def endofday(
    context: typer.Context,
    location: Annotated[str, typer.Argument(help="A location: a warehouse's code, or a supplier's number.")],
    connection: Annotated[str | None, typer.Option("--connection", help="Only this connection's.")] = None,
    page: Annotated[Path | None, typer.Option("--page", help="Write a page to print (HTML) to this file.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write the list as CSV; - prints it.")] = None,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """List what goes with today's truck, and what was labelled earlier and not scanned.

    Today is the day in the location's zone. Nothing is sent to the carrier.
    """
    stack = stack_of(context)
    stored = [applied(stack, connection)] if connection else stack.ports.connections.all()
    found = hand_over(stack.ports, stored, location)
    known = locations_in(stored)
    if not (found.today or found.earlier or found.later or location in known):
        there = f"; there are {', '.join(known)}" if known else ""
        raise CommandError(f"no parcel leaves from {location}, and no file describes it{there}")
    if page:
        page.write_text(page_of(found, stack.ports.clock.now()), encoding="utf-8")
        say(f"{page}: {counted(len(found.today), 'parcel')} of today, {len(found.earlier)} of earlier days")
    if csv:
        _write(csv, found)
    elif json:
        rendering.as_json(found)
    elif not page:
        _show(found)


def _write(csv: Path, found: HandOver) -> None:
    text = as_csv(COLUMNS, [cells_of(each) for each in (*found.today, *found.earlier)])
    if str(csv) == "-":
        typer.echo(text, nl=False)
    else:
        csv.write_text(text, encoding="utf-8", newline="")
        say(f"{csv}: {counted(len(found.today) + len(found.earlier), 'parcel')}")


def _show(found: HandOver) -> None:
    heading = f"{found.location}, {found.day} ({found.zone})"
    if not found.today:
        say(f"{heading}: nothing goes with today's truck")
    else:
        table(COLUMNS, [cells_of(each) for each in found.today], title=f"{heading}: today's truck")
        services = Counter(each.service for each in found.today)
        by_service = ", ".join(f"{count} by {name}" for name, count in sorted(services.items()))
        say(f"{counted(len(found.today), 'parcel')}: {by_service}")
    if found.earlier:
        table(COLUMNS, [cells_of(each) for each in found.earlier], title="labelled earlier and not scanned")
        say("look for these: hand them over, or void their labels (parcelbridge orders void ORDER)", style="bold")
    if found.later:
        say(f"{counted(found.later, 'parcel')} with a later ship date left out")
    _warn((*found.today, *found.earlier))


def _warn(parcels: Sequence[HandedOver]) -> None:
    for each in parcels:
        if each.keep:
            say(f"keep {each.number} of order {each.order} back: its shipment is in question ({each.keep})", error=True)


def cells_of(each: HandedOver) -> tuple[str, ...]:
    """The cells of a parcel, in the order of COLUMNS."""
    place = f"{each.package} of {each.packages}"
    note = f"keep back: {each.keep}" if each.keep else ""
    value = str(each.value) if each.value else ""
    return each.order, each.number, place, each.service, weight_of(each), value, each.to, each.day.isoformat(), note
