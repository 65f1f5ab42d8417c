"""`parcelbridge orders approve`: nobody approves a price that they have not seen."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

import typer

from cli import rendering
from cli.amounts import about, amount_of
from cli.connections.names import applied
from cli.errors import FAILED, BadUsage, CommandError
from cli.orders.commands import AsJson, Of
from cli.orders.names import find_order
from cli.rendering import say, table
from cli.wiring import Stack, stack_of
from shared.domain.money import Money
from shared.domain.record import Head
from shared.domain.state import Reason, State
from shared.ports import Conflict
from shared.workflow.desk import approve as decisions
from shared.workflow.desk.listing import heads_in, snapshot_of


def approve(
    context: typer.Context,
    order: Annotated[str | None, typer.Argument(metavar="[ORDER]", help="The document's number, or its key.")] = None,
    quote: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="The quote that you saw, instead of a yes.")
    ] = None,
    all_below: Annotated[
        str | None, typer.Option("--all-below", metavar="AMOUNT", help="Every order quoted at this or less.")
    ] = None,
    connection: Of = None,
    yes: Annotated[bool, typer.Option("--yes", help="With --all-below: do not ask.")] = False,
    json: AsJson = False,
) -> None:
    """Say yes to the quote that you saw: the order is bought next. One that was quoted anew meanwhile is not."""
    if (order is None) == (all_below is None):
        raise BadUsage("name an order, or an amount with --all-below AMOUNT")
    stack = stack_of(context)
    if order is not None:
        if yes:
            raise BadUsage("--yes goes with --all-below", hint="name the quote that you saw: --quote AMOUNT")
        _approve_one(stack, find_order(stack, order, connection), quote, json)
    elif quote is not None:
        raise BadUsage("--quote goes with one ORDER, --all-below names its own amount")
    else:
        _approve_all(stack, str(all_below), connection, yes, json)


def _approve_one(stack: Stack, head: Head, quote: str | None, json: bool) -> None:
    who = stack.who()
    if quote is not None:
        seen = amount_of(quote, "--quote", head.quote.currency if head.quote else "")
        after = decisions.approve(stack.ports, head.key, who, seen=seen)
    else:
        if _waits(head):
            _ask(stack, head, json)
        after = decisions.approve(stack.ports, head.key, who, seen=head.quote, version=head.version)
    if json:
        rendering.as_json(after)
    else:
        say(f"{after.document}: approved at {after.quote} by {who}; it is {after.state} and bought next")


def _ask(stack: Stack, head: Head, json: bool) -> None:
    """Shows what is approved, and ends the command without a yes."""
    if json:
        raise BadUsage("--json asks nothing", hint=f"name the quote that you saw: --quote {head.quote}")
    table(_COLUMNS, [_row(stack, head)])
    _confirm(f"approve {head.document} at {about(head.quote)}?", f"--quote '{head.quote}' says yes without a question")


def _confirm(question: str, hint: str) -> None:
    try:
        if typer.confirm(question):
            return
    except typer.Abort:
        raise CommandError("nothing was approved: nobody answered", hint=hint) from None
    raise CommandError("nothing was approved")


def _waits(head: Head) -> bool:
    return head.state == State.HELD and head.reason == Reason.APPROVAL


_COLUMNS = ("order", "connection", "price", "service", "to", "why it asks")


def _row(stack: Stack, head: Head) -> tuple[object, ...]:
    snapshot = snapshot_of(stack.ports, head)
    to, why = (snapshot.order.ship_to.name, snapshot.problem) if snapshot else ("", "")
    return (head.document, head.connection, about(head.quote), head.service, to, why)


def _approve_all(stack: Stack, amount: str, connection: str | None, yes: bool, json: bool) -> None:
    if json and not yes:
        raise BadUsage("--json asks nothing", hint="look at the list without it, then give --yes")
    stored = [applied(stack, connection)] if connection else stack.ports.connections.all()
    waiting = [h for each in stored for h in heads_in(stack.ports, each.connection.id, "held", State.HELD) if _waits(h)]
    limit = _limit(amount, waiting)
    chosen = [h for h in waiting if h.quote and h.quote.currency == limit.currency and h.quote <= limit]
    chosen.sort(key=lambda head: (head.created_at, head.key))
    who = stack.who()
    if chosen and not yes:
        table(_COLUMNS, [_row(stack, head) for head in chosen])
        total = Money(sum((h.quote.amount for h in chosen if h.quote), Decimal(0)), limit.currency)
        _confirm(f"approve these {len(chosen)}, {about(total)} together?", "--yes says it without a question")
    done, failed = _each(stack, chosen, who)
    left = len(waiting) - len(chosen)
    if json:
        rendering.as_json({"approved": done, "failed": failed, "left": left})
    else:
        _show(done, failed, left, limit, who)
    if failed:
        raise typer.Exit(FAILED)


def _limit(amount: str, waiting: Sequence[Head]) -> Money:
    """The amount with its currency: the one that it names, or the only one there is. Raises BadUsage."""
    limit = amount_of(amount, "--all-below")
    currencies = sorted({head.quote.currency for head in waiting if head.quote})
    if limit.currency:
        return limit
    if len(currencies) > 1:
        message = f"orders are quoted in {', '.join(currencies)}: an amount without a currency is none of them"
        raise BadUsage(message, hint=f'--all-below "{limit.amount} {currencies[0]}"')
    return Money(limit.amount, currencies[0] if currencies else "")


def _each(stack: Stack, chosen: Sequence[Head], who: str) -> tuple[list[Head], list[str]]:
    """One failure does not keep the others waiting."""
    documents = {head.key: head.document for head in chosen}
    seen = [decisions.Seen(head.key, head.version, head.quote) for head in chosen]
    done, failed = [], []
    for each in decisions.approve_each(stack.ports, seen, who):
        if each.head:
            done.append(each.head)
        else:
            changed = isinstance(each.error, Conflict)
            why = "somebody else changed it at the same moment" if changed else str(each.error)
            failed.append(f"{documents[each.seen.key]}: not approved: {why}")
    return done, failed


def _show(done: Sequence[Head], failed: Sequence[str], left: int, limit: Money, who: str) -> None:
    for head in done:
        say(f"{head.document}: approved at {head.quote} by {who}")
    if not done and not failed:
        say(f"no order waits for approval at {str(limit).strip()} or less")
    if left:
        say(f"{left} cost more, or in another currency, and still wait: parcelbridge orders list --held")
    for line in failed:
        say(line, error=True)
