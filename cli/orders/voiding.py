"""`parcelbridge orders void` and `orders ship`: a label is cancelled, and what a person names is shipped once more."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import typer

from cli.errors import CommandError
from cli.orders.commands import Of, Order
from cli.orders.names import find_order
from cli.rendering import say, table
from cli.wiring import stack_of
from shared.domain.record import Head
from shared.domain.state import State
from shared.workflow.desk.ship_again import Proposal, propose, ship_again, shipped_of
from shared.workflow.desk.void import void as void_label
from shared.workflow.orders.standing import is_voided

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def void(
    context: typer.Context,
    order: Order,
    connection: Of = None,
    reason: Annotated[str, typer.Option(help="Why, for the audit trail.")] = "",
    package: Annotated[
        list[str] | None, typer.Option(help="Only this package, by tracking number; may be repeated.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Cancel an order's label at the carrier; its numbers then leave the ERP's fields."""
    stack = stack_of(context)
    head = find_order(stack, order, connection)
    what = f"package {', '.join(package)}" if package else f"shipment {head.shipment_id or 'none'}"
    _confirm(f"void {what} of order {head.document}, bought for {head.cost or 'an unknown price'}?", yes=yes)
    who = stack.who()
    after = void_label(stack.ports, head.key, who, why=reason, packages=tuple(package or ()))
    if after.state == State.HELD and not is_voided(after):
        hint = f"ask again: parcelbridge orders void {head.document}"
        raise CommandError(f"{head.document}: the carrier did not answer; whether it is voided is not known", hint=hint)
    say(f"{head.document}: voided by {who}; the ERP's fields are corrected next")
    if is_voided(after):
        say(f"it stays unshipped until somebody says: parcelbridge orders ship {head.document}")


def ship(
    context: typer.Context,
    order: Order,
    connection: Of = None,
    lines: Annotated[str, typer.Option(help="Only these lines, by number: 1,3")] = "",
    all_open: Annotated[
        bool, typer.Option("--all-open", help="All that the ERP has open, also what counts as under way.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Ship once more what was voided, or what is open beyond what is under way. It gets a label of its own."""
    stack = stack_of(context)
    head = find_order(stack, order, connection)
    named = tuple(part.strip() for part in lines.split(",") if part.strip())
    proposal = propose(stack.ports, head.key, named, all_open=all_open)
    _show(proposal)
    _confirm(f"ship this of order {head.document}?", yes=yes)
    who = stack.who()
    after = ship_again(stack.ports, proposal, who)
    say(f"{after.document}: shipment {after.generation} is prepared, for {who}")


def _show(proposal: Proposal) -> None:
    """Show the lines of the proposal, with the ERP's own open quantities and the quantities under way."""
    head: Head = proposal.head
    if head.shipment_id and not is_voided(head):
        say(f"shipment {head.shipment_id} is under way and stays")
    open_in_erp = {line.number: line.quantity for line in proposal.order.lines}
    rows = [
        (
            line.number,
            line.item,
            line.description,
            f"{open_in_erp[line.number].normalize():f} {line.unit}",
            f"{proposal.under_way.get(line.number, Decimal(0)).normalize():f}",
            f"{line.quantity.normalize():f}",
        )
        for line in shipped_of(proposal).lines
    ]
    table(("line", "item", "description", "open in the ERP", "under way", "would go"), rows)


def _confirm(question: str, *, yes: bool) -> None:
    if not yes and not typer.confirm(question):
        raise CommandError("nothing was done")
