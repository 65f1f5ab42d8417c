"""`parcelbridge labels`: what waits for its supplier, what a warehouse prints, and one label once more."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from cli import rendering
from cli.connections.names import applied
from cli.errors import FAILED, BadUsage
from cli.labels.links import LONGEST, USUAL, link_of
from cli.labels.mail import mail_of
from cli.labels.printing import print_labels, reprint_label, to_print_by_warehouse
from cli.orders.commands import AsJson, Of, Order
from cli.orders.names import find_order
from cli.rendering import instant, say, table
from cli.wiring import Stack, stack_of
from shared.domain.record import Head
from shared.domain.steps import Step
from shared.ports import StoredConnection
from shared.workflow.desk.label_sent import check_for_supplier, mark_sent
from shared.workflow.desk.labelled import labelled, made_today, waiting
from shared.workflow.desk.listing import snapshot_of
from shared.workflow.desk.print_labels import images_of
from shared.workflow.orders.label import SENT, UNSENT, bought_at
from shared.workflow.orders.label_status import note

app = typer.Typer(no_args_is_help=True)
ToFile = Annotated[str | None, typer.Option("--file", metavar="OUT", help="Where to write; never over another file.")]
_COLUMNS = ("order", "connection", "supplier", "label", "made", "packages", "tracking number", "order is")


@app.command("list")
def list_(
    context: typer.Context,
    wait: Annotated[bool, typer.Option("--waiting", help="Only those that their suppliers do not have yet.")] = False,
    to_print: Annotated[bool, typer.Option("--to-print", help="What each warehouse is to print, of any day.")] = False,
    connection: Of = None,
    json: AsJson = False,
) -> None:
    """Today's labels and what became of them; with --waiting those of any day that nobody has sent."""
    stack = stack_of(context)
    if to_print:
        if wait:
            raise BadUsage("--to-print and --waiting exclude each other")
        _show_to_print(stack, connections_of(stack, connection), json=json)
        return
    stored, now = connections_of(stack, connection), stack.ports.clock.now()
    heads = (
        waiting(stack.ports, stored)
        if wait
        else [h for h, its in labelled(stack.ports, stored) if made_today(h, its, now)]
    )
    if json:
        rendering.as_json([{**rendering.plain(head), "unsent_for_hours": _hours(stack, head)} for head in heads])
    elif not heads:
        say("no label waits for its supplier" if wait else "no label was made today")
    else:
        table(_COLUMNS, [_row(stack, head) for head in sorted(heads, key=bought_at)])
    late = sum(wait and now - bought_at(head) >= UNSENT for head in heads)
    if late and not json:
        say(f"{late} unsent for more than {UNSENT.total_seconds() / 3600:.0f} hours: parcelbridge labels send ORDER")


def _show_to_print(stack: Stack, stored: list[StoredConnection], *, json: bool) -> None:
    """Prints one table for each warehouse."""
    by_warehouse = to_print_by_warehouse(stack, stored)
    if json:
        rendering.as_json(by_warehouse)
        return
    for warehouse, heads in by_warehouse.items():
        only = f" --warehouse {warehouse}" if warehouse else ""
        say(f"{warehouse or 'no warehouse'} ({len(heads)}): parcelbridge labels print{only}", style="bold")
        table(_COLUMNS, [_row(stack, head) for head in sorted(heads, key=bought_at)])
    if not by_warehouse:
        say("no label is to be printed")


def connections_of(stack: Stack, connection: str | None) -> list[StoredConnection]:
    return [applied(stack, connection)] if connection else stack.ports.connections.all()


def _hours(stack: Stack, head: Head) -> float | None:
    waited = stack.ports.clock.now() - bought_at(head)
    return round(waited.total_seconds() / 3600, 1) if head.label == "waiting" else None


def _row(stack: Stack, head: Head) -> tuple[object, ...]:
    snapshot = snapshot_of(stack.ports, head)
    supplier = snapshot.order.ship_from.name if snapshot else ""
    standing = f"{head.state} {head.reason}".strip()
    label = head.label or "not printed"
    made = instant(bought_at(head))
    return (head.document, head.connection, supplier, label, made, head.packages_made, head.tracking_number, standing)


@app.command()
def send(
    context: typer.Context,
    order: Order,
    connection: Of = None,
    hours: Annotated[
        int, typer.Option(min=1, max=int(LONGEST.total_seconds() // 3600), help="How long the links work.")
    ] = int(USUAL.total_seconds() // 3600),
    json: AsJson = False,
) -> None:
    """The mail for a supplier, with a download link for each label; you send it, then: labels mark-sent.

    Whoever has a link can open that one label until it expires, is voided or revoked (pages revoke), so it belongs in
    the mail and nowhere else.
    """
    stack = stack_of(context)
    head = find_order(stack, order, connection)
    check_for_supplier(head)
    who = stack.who()
    images = images_of(stack.ports, head, who)
    valid = timedelta(hours=hours)
    links = [(each.package, link_of(stack, head, each.package, valid)) for each in images if not each.papers]
    snapshot = stack.ports.orders.snapshot(head.key, head.generation)
    its = stack.ports.connections.revision(head.connection, head.revision)
    copies = sum(each.papers for each in images)
    mail = mail_of(its, head, snapshot, links, copies)
    current = stack.ports.orders.head(head.key) or head
    note(stack.ports, current, what=Step.LABEL_LINKS_MADE, who=who, why=f"{len(links)}, until {instant(mail.expires)}")
    if json:
        rendering.as_json({**rendering.plain(mail), "order": head.key, "links": links})
        return
    say(f"To:      {mail.to}")
    say(f"Subject: {mail.subject}")
    say("")
    for line in mail.body.split("\n"):
        say(line)
    _say_after(stack, head)
    if copies:
        say(
            f"attach the invoice for customs, which no link opens: parcelbridge labels reprint {head.document}",
            error=True,
        )


def _say_after(stack: Stack, head: Head) -> None:
    """Print the notes for the clerk that do not belong in the mail."""
    say("", error=True)
    if head.label == SENT:
        trail = [entry for entry in stack.ports.orders.audit(head.key) if entry.what == Step.LABEL_SENT]
        told = f" by {trail[-1].who} at {instant(trail[-1].at)}" if trail else ""
        say(f"{head.document}: it was marked as sent before{told}", error=True)
    else:
        say(f"once it is sent: parcelbridge labels mark-sent {head.document}", error=True)


@app.command("mark-sent")
def mark_sent_(context: typer.Context, order: Order, connection: Of = None, json: AsJson = False) -> None:
    """Say that the supplier has the label: nobody is reminded of it any more."""
    stack = stack_of(context)
    head = find_order(stack, order, connection)
    who = stack.who()
    after = mark_sent(stack.ports, head.key, who)
    if json:
        rendering.as_json(after)
    else:
        say(f"{after.document}: its label is sent, by {who}")


@app.command("print")
def print_(
    context: typer.Context,
    today: Annotated[bool, typer.Option("--today", help="Only labels that were made today.")] = False,
    again: Annotated[bool, typer.Option("--all", help="Also those that were printed before.")] = False,
    warehouse: Annotated[str, typer.Option(metavar="CODE", help="Only labels of this warehouse.")] = "",
    connection: Of = None,
    file: ToFile = None,
    json: AsJson = False,
) -> None:
    """One file of a warehouse's labels, in packing order: those that nobody has printed yet.

    ZPL, EPL and SPL go to the printer as they are; GIF and PDF become one PDF. Different formats give a file each.
    """
    stack = stack_of(context)
    done = print_labels(
        stack, connections_of(stack, connection), today=today, again=again, warehouse=warehouse, file=file
    )
    rendering.as_json(done) if json else done.show()
    if done.failed:
        raise typer.Exit(FAILED)


@app.command()
def reprint(
    context: typer.Context,
    order: Order,
    package: Annotated[int | None, typer.Option(min=1, help="Only this package's label.")] = None,
    connection: Of = None,
    file: ToFile = None,
    json: AsJson = False,
) -> None:
    """An order's labels once more, from the store, or from the carrier where the store has none."""
    stack = stack_of(context)
    head = find_order(stack, order, connection)
    done = reprint_label(stack, head, package, file)
    rendering.as_json(done) if json else done.show()
    if done.failed:
        raise typer.Exit(FAILED)
