"""`parcelbridge orders check`: everything that customs want of an order, before any label."""

from __future__ import annotations

from datetime import date

import typer

from cli import rendering
from cli.connections.names import applied
from cli.errors import FAILED
from cli.orders.commands import AsJson, Of, Order
from cli.orders.names import find_order
from cli.rendering import counted, say, table
from cli.wiring import stack_of
from shared.connection import Connection
from shared.domain.order import Order as ReadOrder
from shared.domain.problem import Unshippable
from shared.workflow.desk.listing import snapshot_of
from shared.workflow.planning.customs import border_of
from shared.workflow.planning.fixes import order_of
from shared.workflow.planning.plan import checked_route
from shared.workflow.planning.preflight import Looked, look, where_of
from shared.workflow.planning.timing import ship_day


def check(context: typer.Context, order: Order, connection: Of = None, json: AsJson = False) -> None:
    """Show everything that customs want of an order and that is missing.

    It is checked as it was last read, with its fixes, on the day on which it would ship. Asks nobody and changes
    nothing. Ends with 1 when something is missing.
    """
    stack = stack_of(context)
    head = find_order(stack, order, connection)
    snapshot = snapshot_of(stack.ports, head)
    if snapshot is None:
        say(f"{head.document}: what was read of it is not kept any more", error=True)
        raise typer.Exit(FAILED)
    file, now = applied(stack, head.connection).connection, stack.ports.clock.now()
    read = order_of(snapshot)
    day = ship_day(read, file, now)
    looked, problem = _looked(read, file, day)
    missing = [
        {"field": each.field, "fact": each.fact, "of": each.of, "why": each.why, "where": where_of(each, file)}
        for each in (looked.missing if looked else ())
    ]
    if json:
        rules = [
            {"name": rule.name, "told": rule.told, "since": rule.since, "source": rule.source, "sure": rule.sure}
            for rule in (looked.rules if looked else ())
        ]
        rendering.as_json({"order": head.document, "day": day, "problem": problem, "rules": rules, "missing": missing})
    else:
        _show(head.document, looked, missing, problem)
    if problem or missing:
        raise typer.Exit(FAILED)


def _looked(order: ReadOrder, file: Connection, day: date) -> tuple[Looked | None, str]:
    """The pre-flight, and the sentence of the hold; no pre-flight where the places are not known."""
    looked = None
    try:
        going = checked_route(order, file)
        looked = look(order, going, file, day)
        border_of(order, going, file, day)
    except Unshippable as error:
        return looked, str(error)
    return looked, ""


def _show(document: str, looked: Looked | None, missing: list[dict[str, str]], problem: str) -> None:
    if looked and looked.rules:
        rows = [(each.name, each.told, each.since or "", each.source) for each in looked.rules]
        table(("rule", "asks", "since", "source"), rows, title=f"{looked.lane.origin} to {looked.lane.destination}")
    if missing:
        named = [(each["of"], each["fact"].replace("_", " "), each["why"], each["where"]) for each in missing]
        table(("line", "missing", "why", "enter it in"), named)
        say(f"{document}: {counted(len(missing), 'fact')} missing for customs")
    elif problem:
        say(f"{document}: {problem}")
    else:
        say(f"{document}: nothing is missing for customs")
