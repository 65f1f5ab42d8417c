"""`parcelbridge unknown`: orders of which nobody knows whether their label was made."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from cli import rendering
from cli.connections.names import applied
from cli.errors import FAILED
from cli.orders.commands import AsJson, Of, Order
from cli.orders.names import find_order
from cli.rendering import instant, say, table
from cli.wiring import Stack, stack_of
from shared.domain.record import Head
from shared.domain.state import State
from shared.workflow.desk import unknown as unknowns
from shared.workflow.desk.unknown import InDoubt

app = typer.Typer(no_args_is_help=True)
COLUMNS = ("order", "connection", "state", "our reference", "asked at", "asked for", "price", "what next")


@app.command("list")
def list_(context: typer.Context, connection: Of = None, json: AsJson = False) -> None:
    """Orders in doubt: our reference, when the label was asked for, and what was asked for."""
    stack = stack_of(context)
    stored = [applied(stack, connection)] if connection else stack.ports.connections.all()
    found = [each for one in stored for each in unknowns.in_doubt(stack.ports, one.connection.id)]
    if json:
        rendering.as_json([_described(stack, each) for each in found])
    elif not found:
        say("no order is in doubt")
    else:
        table(COLUMNS, [_row(stack, each) for each in found])
        say("what the carrier has: parcelbridge unknown adopt ORDER SHIPMENT_ID")
        say("what it does not have, by your word: parcelbridge unknown declare-absent ORDER")


def _described(stack: Stack, each: InDoubt) -> dict[str, object]:
    return {**rendering.plain(each.head), "asked_for": _asked_for(each), "what_next": _next(stack, each.head)}


def _row(stack: Stack, each: InDoubt) -> tuple[object, ...]:
    head = each.head
    state = f"{head.state} {head.reason}".strip()
    asked = (instant(head.intent_at), _asked_for(each), head.quote or "")
    return (head.document, head.connection, state, head.reference, *asked, _next(stack, head))


def _asked_for(each: InDoubt) -> str:
    plan = each.snapshot.plan if each.snapshot else None
    if plan is None:
        return "no longer kept"
    weights = ", ".join(str(package.weight) for package in plan.packages)
    to = plan.ship_to.address
    where = f"{to.city} {to.state} {to.country}".replace("  ", " ")
    return f"{len(plan.packages)} packages ({weights}), service {plan.service}, to {where}"


def _next(stack: Stack, head: Head) -> str:
    looked = f"looked up at {instant(head.not_before or head.due_at)}" if head.due_at else ""
    if head.state != State.HELD:
        return looked
    settled = unknowns.settled_at(stack.ports, head)
    ripe = f"settled at {instant(settled)}" if settled else ""
    return "; ".join(filter(None, ("waits for a person", ripe, looked)))


@app.command()
def adopt(
    context: typer.Context,
    order: Order,
    shipment_id: Annotated[str, typer.Argument(metavar="SHIPMENT_ID", help="Its number, or one of its packages'.")],
    connection: Of = None,
) -> None:
    """Take a shipment that carries our reference at the carrier as the order's."""
    stack = stack_of(context)
    head = find_order(stack, order, connection)
    who = stack.who()
    after, others = unknowns.adopt(stack.ports, head.key, shipment_id, who)
    say(f"{after.document}: {after.shipment_id} adopted by {who}; it is {after.state}, and its numbers go to the ERP")
    for other in others:
        say(f"  {other} carries the same reference and lives on: void it at the carrier, or it is paid too")


@app.command("declare-absent")
def declare_absent(
    context: typer.Context,
    order: Order,
    connection: Of = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until a look-up proves something.")] = False,
) -> None:
    """Say that no label was made: after a last look-up that finds none, the order is bought again."""
    stack = stack_of(context)
    head = find_order(stack, order, connection)
    who = stack.who()
    if not yes:
        say(f"{head.document}: a label was asked for at {instant(head.intent_at)} under {head.reference}.")
        say(f"If it was made after all, {head.quote} is paid twice: look the reference up at the carrier first.")
        if not typer.confirm(f"Buy it again for {head.quote}?"):
            say("nothing was changed")
            raise typer.Exit(FAILED)
    if wait:
        _until_settled(stack, head)
    after = unknowns.declare_absent(stack.ports, head.key, who)
    goes_on = "it is bought again" if after.state == "READY" else "the next poll reads it again"
    say(f"{after.document}: declared absent by {who}; it is {after.state}, and {goes_on}")


def _until_settled(stack: Stack, head: Head) -> None:
    """The carrier's index knows a shipment some minutes after its creation: who looks earlier would find none."""
    settled = unknowns.settled_at(stack.ports, head)
    if not settled or stack.ports.clock.now() >= settled:
        return
    say(f"{head.document}: waits until its outcome is settled, {instant(settled)}")
    while (left := (settled - stack.ports.clock.now()).total_seconds()) > 0:
        time.sleep(left)
