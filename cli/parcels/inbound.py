"""`parcelbridge inbound add`: the parcel by which a supplier sends an order on its own."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.orders.commands import Of, Order
from cli.orders.names import find_order
from cli.rendering import say
from cli.wiring import stack_of
from shared.workflow.desk.inbound import add_inbound

app = typer.Typer(no_args_is_help=True)
Number = Annotated[
    str, typer.Argument(metavar="NUMBER", help="The carrier's tracking number, as the supplier gave it.")
]


@app.callback()
def inbound() -> None:
    """Parcels that we have not labelled."""


@app.command()
def add(context: typer.Context, order: Order, number: Number, connection: Of = None) -> None:
    """Take in a supplier's own tracking number: it is followed and told to the ERP like a label of ours.

    The order gets no label then. It may be repeated; a second number of the same order is added.
    """
    stack = stack_of(context)
    head = find_order(stack, order, connection)
    written = "".join(number.split()).upper()
    after = add_inbound(stack.ports, head.key, written, stack.who())
    say(f"{after.document}: parcel {written} is its supplier's own; it is followed, and told to the ERP")
    say(f"where it is: parcelbridge parcels show {written}", error=True)
