"""`parcelbridge orders fix` and `orders dismiss`: a clerk corrects an order, or lets it go."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli import rendering
from cli.connections.dry_runs import WORDS
from cli.errors import FAILED, BadUsage
from cli.orders.commands import AsJson, Of, Order, Orders, each_in_turn
from cli.orders.names import find_order
from cli.orders.sheet import told
from cli.rendering import counted, say
from cli.wiring import stack_of
from shared.domain.record import Head
from shared.domain.state import State
from shared.workflow.desk import dismiss as dismissing
from shared.workflow.desk import fix as fixing
from shared.workflow.planning.dry_run import Tried
from shared.workflow.planning.fixes import fixed


def fix(
    context: typer.Context,
    order: Order,
    fixes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FIELD=VALUE...",
            help="ship_to.phone=5185550100, ship_to.city=Albany, unit_weight='2.5 lb' (of one piece), "
            "package_weight='15 lb' (of the whole parcel), lines.1.unit_weight='2.5 lb', service=GROUND, "
            "lines.1.commodity_code=830250, export_filing=X20261130000001, address=candidate:1",
        ),
    ] = None,
    undo: Annotated[
        list[str] | None, typer.Option("--undo", metavar="FIELD", help="Take a fix back: the ERP's value counts again.")
    ] = None,
    connection: Of = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: AsJson = False,
) -> None:
    """Correct a field of an order that has no label yet, and it continues.

    The fix replaces the ERP's value at each later reading, until the ERP itself changes that field. What it weighs and
    costs is shown first; at a terminal you are asked before anything is bought so.
    """
    if not fixes and not undo:
        raise BadUsage("nothing to fix: name a field and its value", hint="parcelbridge orders fix ORDER FIELD=VALUE")
    stack = stack_of(context)
    head = find_order(stack, order, connection)
    who = stack.who()
    if not json:
        _ask(show_meaning(fixing.preview(stack.ports, head.key, fixes or [], who, undo or [])), yes=yes)
    after = fixing.fix(stack.ports, head.key, fixes or [], who, undo or [])
    snapshot = stack.ports.orders.snapshot(after.key, after.generation)
    if json:
        rendering.as_json({"head": after, "fixes": snapshot.fixes})
        return
    for each in snapshot.fixes:
        say(f"{after.document}: {told(each)}")
    for field in undo or []:
        say(f"{after.document}: {field} is the ERP's again")
    gone = "; its approval is gone" if head.approved_by else ""
    say(f"{after.document}: {after.state}, checked and priced next{gone}")


def show_meaning(tried: Tried) -> str:
    """Print what an order weighs and costs under its fixes; return the question to be asked before it is bought so."""
    shipped = fixed(tried.order, tried.fixes) if tried.order else None
    for line in shipped.lines if shipped else ():
        if line.unit_weight and any(each.field == f"lines.{line.number}.unit_weight" for each in tried.fixes):
            whole = line.unit_weight.times(line.quantity)
            say(f"line {line.number} ({line.item}): {line.quantity.normalize():f} x {line.unit_weight} = {whole}")
    if tried.plan:
        weights = ", ".join(str(each.weight) for each in tried.plan.packages)
        price = f", about {tried.quote.price}" if tried.quote else ", no price yet"
        say(f"{counted(len(tried.plan.packages), 'package')} ({weights}){price}")
    if tried.outcome in ("bought", "later"):
        return "Ship?"
    say(f"{WORDS[tried.outcome]}: {tried.why}")
    return "Fix it so?"


def _ask(question: str, *, yes: bool) -> None:
    """Asks where a person is at the terminal: a program that types for one has seen no question so far."""
    if yes or not watched():
        return
    if not typer.confirm(question):
        say("nothing was changed")
        raise typer.Exit(FAILED)


def watched() -> bool:
    """Tell if a person sits at the terminal."""
    return sys.stdin.isatty()


def dismiss(
    context: typer.Context,
    orders: Orders,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why: it stands in the trail.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take a dismissal back.")] = False,
    connection: Of = None,
    json: AsJson = False,
) -> None:
    """Dismiss held orders: they are not shipped, unless the ERP changes them."""
    if undo == (reason is not None):
        raise BadUsage("say why: --reason TEXT" if not undo else "--undo needs no --reason")
    stack = stack_of(context)
    heads = [find_order(stack, order, connection) for order in orders]
    who = stack.who()

    def let_go(head: Head) -> str:
        if undo:
            after = dismissing.take_back(stack.ports, head.key, who)
            words = "its dismissal is taken back; the next poll reads it and goes on with it"
        else:
            after = dismissing.dismiss(stack.ports, head.key, str(reason), who)
            words = "dismissed; it comes back only if its address, quantities, items or service change in the ERP"
            words = words if after.state == State.CANCELLED else f"dismissed; it stays {after.state}"
        if json:
            rendering.as_json(after)
        return "" if json else f"{after.document}: {words}"

    each_in_turn(heads, let_go)
