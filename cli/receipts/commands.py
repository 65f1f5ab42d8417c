"""`parcelbridge receipts`: purchase orders at a carrier's warehouse, and what was booked of what came in."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import rendering
from cli.connections.names import applied
from cli.errors import CommandError
from cli.hints import worded
from cli.orders.commands import AsJson, Of, Order
from cli.rendering import instant, say, table
from cli.wiring import Stack, stack_of
from shared.domain.inbound_parcel import InboundParcel
from shared.domain.purchase import inbound_key
from shared.domain.receiving import ADVISE, InboundOrder, Receipt
from shared.workflow.desk import receipts as desk
from shared.workflow.desk.finding import scope_of

app = typer.Typer(no_args_is_help=True)
BUCKETS = ("held", "open", "done")
COLUMNS = ("order", "warehouse", "connection", "stage", "at the warehouse", "received", "receipts", "why it waits")
Number = Annotated[int, typer.Option("--receipt", min=0, help="One receipt by its number; all without it.")]
One = Annotated[int, typer.Argument(metavar="RECEIPT", min=1, help="The receipt's number, as `show` lists it.")]


@app.command("list")
def list_(
    context: typer.Context,
    connection: Of = None,
    every: Annotated[bool, typer.Option("--all", help="Also those that are done.")] = False,
    json: AsJson = False,
) -> None:
    """List purchase orders at a warehouse: those that wait for a person first, then those under way."""
    stack = stack_of(context)
    stored = [applied(stack, connection)] if connection else stack.ports.connections.all()
    buckets = BUCKETS if every else BUCKETS[:2]
    store = stack.ports.receiving
    keys = [key for bucket in buckets for each in stored for key in store.listing(each.connection.id, bucket)]
    found = [each for each in map(store.get, dict.fromkeys(keys)) if each]
    if json:
        rendering.as_json(found)
    elif not found:
        say("no purchase order is under way to a warehouse")
    else:
        table(COLUMNS, [_row(stack, each) for each in found])


def _row(stack: Stack, order: InboundOrder) -> tuple[object, ...]:
    came, skus = order.came, order.skus
    received = ", ".join(f"{came.get(sku, 0)} of {pieces} {sku}" for sku, pieces in skus.items())
    held = [each for each in stack.ports.receiving.receipts(order.key) if each.held] if order.held_receipts else []
    why = order.sentence or "; ".join(f"receipt {each.number}: {each.why}" for each in held)
    receipts = f"{order.receipts_made - order.open_receipts} of {order.receipts_made}" if order.receipts_made else ""
    stage = f"{order.stage} {order.hold}".strip()
    remote = order.remote_number or order.remote_id
    return (order.document, order.warehouse, order.connection, stage, remote, received, receipts, why)


@app.command()
def show(context: typer.Context, order: Order, connection: Of = None, json: AsJson = False) -> None:
    """Show a purchase order at a warehouse: its receipts with their tries, and its whole audit."""
    stack = stack_of(context)
    found = at_warehouse(stack, order, connection)
    receipts, audit = (getattr(stack.ports.receiving, name)(found.key) for name in ("receipts", "audit"))
    if json:
        rendering.as_json({"order": found, "receipts": receipts, "audit": audit})
        return
    rendering.facts(
        [
            ("order", found.document),
            ("warehouse", found.warehouse),
            ("stage", str(found.stage)),
            ("our reference", found.reference),
            ("at the warehouse", found.remote_number or found.remote_id),
            ("parcels", ", ".join(_parcel(each) for each in found.parcels)),
            ("waits for", found.sentence),
            ("what to do", worded(found.hint, order=found.document) if found.hold else ""),
        ]
    )
    columns = ("receipt", "line", "SKU", "quantity", "state", "tries", "last try", "in the ERP", "why")
    table(columns, [_receipt_row(each) for each in receipts])
    table(("at", "who", "what", "stage", "why"), [(instant(n.at), n.who, n.what, n.stage, n.why) for n in audit])


def _parcel(each: InboundParcel) -> str:
    if each.delivered:
        return f"{each.number} delivered, seen {instant(each.delivered)}"
    return (
        f"{each.number} with its carrier, seen {instant(each.taken)}" if each.taken else f"{each.number} not yet seen"
    )


def _receipt_row(each: Receipt) -> tuple[object, ...]:
    quantity = f"{each.quantity.normalize():f} {each.unit}"
    kind = "advice" if each.job == ADVISE else ""
    state = " ".join(filter(None, (kind, each.state, each.held)))
    return (each.number, each.line, each.sku, quantity, state, each.tries, instant(each.tried), each.found, each.why)


@app.command()
def replay(context: typer.Context, order: Order, receipt: Number = 0, connection: Of = None) -> None:
    """Try again what waits for a person: the order, and its receipts. What is in doubt is looked up first."""
    stack = stack_of(context)
    found = at_warehouse(stack, order, connection)
    after = desk.replay(stack.ports, found.key, stack.who(), receipt)
    say(f"{after.document}: tried again at once; see parcelbridge receipts show {after.document}")


@app.command()
def dismiss(
    context: typer.Context,
    order: Order,
    receipt: One,
    why: Annotated[str, typer.Option("--why", help="Why it is not booked by us; it stands in the audit.")],
    connection: Of = None,
) -> None:
    """Let a receipt be that waits for a person: it was booked by hand, or is not to be booked."""
    stack = stack_of(context)
    found = at_warehouse(stack, order, connection)
    desk.dismiss_receipt(stack.ports, found.key, receipt, why, stack.who())
    say(f"{found.document}: receipt {receipt} is dismissed")


@app.command()
def adopt(
    context: typer.Context,
    order: Order,
    purchase: Annotated[str, typer.Argument(metavar="PURCHASE", help="The warehouse's own id of the order.")],
    connection: Of = None,
) -> None:
    """Take a purchase order of the warehouse as ours, after a lost answer."""
    stack = stack_of(context)
    found = at_warehouse(stack, order, connection)
    desk.adopt(stack.ports, found.key, purchase, stack.who())
    say(f"{found.document}: {purchase} is taken as ours, and compared at once")


@app.command("declare-not-made")
def declare_not_made(context: typer.Context, order: Order, connection: Of = None) -> None:
    """Say that the warehouse has no order of ours: it is made again. Look there first."""
    stack = stack_of(context)
    found = at_warehouse(stack, order, connection)
    desk.declare_not_made(stack.ports, found.key, stack.who())
    say(f"{found.document}: it is made again at once")


def at_warehouse(stack: Stack, name: str, connection: str | None) -> InboundOrder:
    """The purchase order of a number, or of the full key with its warehouse. Raises CommandError."""
    if name.count("/") == 3:
        found = stack.ports.receiving.get(name)
        if found:
            return found
        raise CommandError(f"there is no purchase order {name} at a warehouse")
    known = records_of(stack, name, connection)
    if len(known) > 1:
        lines = [f"{len(known)} records of {name}:", *(f"  {each.key}" for each in known)]
        raise CommandError(lines, hint="name one by its full key")
    if not known:
        raise CommandError(f"there is no purchase order {name} at a warehouse", hint="parcelbridge receipts list --all")
    return known[0]


def records_of(stack: Stack, name: str, connection: str | None) -> list[InboundOrder]:
    """The records of an order's number, one a warehouse."""
    stored = [applied(stack, connection)] if connection else stack.ports.connections.all()
    known = []
    for each in stored:
        scope = scope_of(stack.ports, each.connection.id) if each.connection.receives else None
        warehouses = getattr(each.connection, "warehouses", {}) if scope else {}
        keys = (inbound_key(*scope, name, warehouse) for warehouse in warehouses) if scope else ()
        known += [record for record in map(stack.ports.receiving.get, keys) if record]
    return known
