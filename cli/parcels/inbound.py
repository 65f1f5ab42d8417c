"""`parcelbridge inbound add|remove`: the parcel by which a supplier sends an order on its own."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.connections.names import applied
from cli.errors import CommandError
from cli.orders.commands import Of, Order
from cli.orders.names import order_named
from cli.receipts.commands import records_of
from cli.rendering import say
from cli.wiring import Stack, stack_of
from shared.connection import receiving_rules
from shared.domain.receiving import InboundOrder
from shared.ports import StoredConnection
from shared.workflow.desk.inbound import add_inbound, remove_inbound, take_in
from shared.workflow.desk.receipts import add_parcel, remove_parcel

app = typer.Typer(no_args_is_help=True)
KEY_SLASHES = 3
Number = Annotated[
    str, typer.Argument(metavar="NUMBER", help="The carrier's tracking number, as the supplier gave it.")
]


@app.callback()
def inbound() -> None:
    """Parcels that we have not labelled."""


@app.command()
def add(context: typer.Context, order: Order, number: Number, connection: Of = None) -> None:
    """Take in a supplier's own tracking number: it is followed and told to the ERP like a label of ours.

    The order gets no label then. It may be repeated; a second number of the same order is added. An order that was not
    taken in is read in the ERP by its number. Of a purchase order that goes to a carrier's warehouse the parcel is
    followed for its receipt, where the file has one posted by it (receipts.moment, receipts.in_transit).
    """
    stack = stack_of(context)
    if _expected_at_warehouse(stack, order, "".join(number.split()).upper(), connection):
        return
    head, written, who = order_named(stack, order, connection), "".join(number.split()).upper(), stack.who()
    if head:
        after = add_inbound(stack.ports, head.key, written, who)
    else:
        after = take_in(stack.ports, _only(stack, order, connection), order, written, who)
    say(f"{after.document}: parcel {written} is its supplier's own; it is followed, and told to the ERP")
    say(f"where it is: parcelbridge parcels show {written}", error=True)


@app.command()
def remove(
    context: typer.Context,
    order: Order,
    number: Number,
    why: Annotated[str, typer.Option("--why", help="Why it is taken off; it stands in the audit.")],
    connection: Of = None,
) -> None:
    """Take a supplier's number off that was named by mistake. The ERP is told, and the parcel is followed no more.

    A number of a label that was bought here is never taken off: void the label.
    """
    stack, written = stack_of(context), "".join(number.split()).upper()
    record = _record(stack, order, connection)
    if record:
        after = remove_parcel(stack.ports, record.key, written, why, stack.who())
        say(f"{after.document}: parcel {written} is taken off, and followed no more")
        booked = [each for each in stack.ports.receiving.receipts(after.key) if each.parcel == written]
        if booked:
            numbers = ", ".join(str(each.number) for each in booked)
            say(f"receipts {numbers} were made by it: look at parcelbridge receipts show {after.document}", error=True)
        return
    head = order_named(stack, order, connection)
    if head is None:
        raise CommandError(f"there is no order {order}", hint="parcelbridge orders list --state all")
    done = remove_inbound(stack.ports, head.key, written, why, stack.who())
    say(f"{done.document}: parcel {written} is taken off, and the ERP is told")


def _record(stack: Stack, order: str, connection: str | None) -> InboundOrder | None:
    """The order's record at a carrier's warehouse, None where there is none of it. Raises CommandError for several."""
    key = stack.ports.receiving.get(order) if order.count("/") == KEY_SLASHES else None
    records = [key] if key else records_of(stack, order, connection)
    if len(records) > 1:
        lines = [f"{len(records)} records of {order}:", *(f"  {each.key}" for each in records)]
        raise CommandError(lines, hint="name one by its full key")
    return records[0] if records else None


def _expected_at_warehouse(stack: Stack, order: str, number: str, connection: str | None) -> bool:
    """Notes the parcel of a purchase order that goes to a carrier's warehouse; False where there is none of it."""
    record = _record(stack, order, connection)
    if record is None:
        return False
    after = add_parcel(stack.ports, record.key, number, stack.who())
    stored = stack.ports.connections.get(after.connection)
    if stored and not receiving_rules(stored.connection).follows:
        say(f"{after.document}: parcel {number} is noted and not followed: no receipt is posted by it")
        say("to follow it, set receipts.moment or receipts.in_transit in the connection file, and apply it", error=True)
        return True
    say(f"{after.document}: parcel {number} is its supplier's own; it is followed for its receipt")
    say(f"where it is: parcelbridge receipts show {after.document}", error=True)
    return True


def _only(stack: Stack, order: str, connection: str | None) -> StoredConnection:
    """The connection whose ERP is asked for an order that was not taken in."""
    if order.count("/") == 3:
        raise CommandError(f"there is no order {order}", hint="name it by its number in the ERP, with --connection")
    if connection:
        return applied(stack, connection)
    known = stack.ports.connections.all()
    if len(known) != 1:
        hint = f"name the one whose ERP has it: --connection {'|'.join(each.connection.id for each in known)}"
        raise CommandError(f"order {order} was not taken in, and there are {len(known)} connections", hint=hint)
    return known[0]
