"""`parcelbridge audit`: who did what with an order, when and why (S65)."""

from __future__ import annotations

import typer

from cli import rendering
from cli.orders.commands import AsJson, Of, Order
from cli.orders.names import find_order
from cli.orders.sheet import show_trail
from cli.rendering import say
from cli.wiring import stack_of

app = typer.Typer(no_args_is_help=True)


@app.callback()
def audit() -> None:
    """The audit trail of an order."""


@app.command()
def show(context: typer.Context, order: Order, connection: Of = None, json: AsJson = False) -> None:
    """The whole trail, step by step, with what each step set."""
    stack = stack_of(context)
    head = find_order(stack, order, connection)
    trail = stack.ports.orders.audit(head.key)
    if json:
        rendering.as_json(trail)
        return
    say(f"Order {head.document}  {head.key}", style="bold")
    show_trail(trail)
    rows = [(entry.sequence, name, value) for entry in trail for name, value in entry.changes]
    rendering.table(("", "fact", "set to"), rows, title="What each step set")
