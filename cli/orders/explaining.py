"""`parcelbridge orders why`: each decision about an order, with its rule, what that looked at, and when."""

from __future__ import annotations

import typer

from cli import rendering
from cli.orders.commands import AsJson, Of, Order
from cli.orders.names import find_order
from cli.rendering import facts, instant, say
from cli.wiring import stack_of
from shared.workflow.desk.why import Decision
from shared.workflow.desk.why import why as decisions_about


def why(context: typer.Context, order: Order, connection: Of = None, json: AsJson = False) -> None:
    """Show why an order goes as it goes: packing, service, price, approval and holds, each with its rule."""
    stack = stack_of(context)
    found = decisions_about(stack.ports, find_order(stack, order, connection))
    if json:
        rendering.as_json(found)
        return
    say(f"Order {found.document}  {found.key}", style="bold")
    say(f"by connection {found.connection}, revision {found.revision} of its file")
    if found.expired:
        say("What was in the order has expired (retention): only its holds are known.")
    elif not any(each.topic != "hold" for each in found.decisions):
        say("It was not quoted: nothing is decided about packing, service and price.")
    for each in found.decisions:
        _show(each)


def _show(decision: Decision) -> None:
    say("")
    say(f"{decision.topic.capitalize()}: {decision.outcome}", style="bold")
    span = instant(decision.at) + (f" to {instant(decision.until)}" if decision.until else "")
    facts([("rule", decision.rule), *decision.inputs, ("when", span), ("by", decision.who)])
