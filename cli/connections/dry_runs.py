"""`parcelbridge connections dry-run`: what would be sent, why not, and what it would cost; nothing is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated

import typer

from cli import rendering
from cli.connections.names import applied
from cli.connections.taking import show_older
from cli.errors import FAILED, CommandError
from cli.hints import worded
from cli.rendering import clean, facts, say, table
from cli.wiring import stack_of
from shared.connection import Connection
from shared.domain.address import Party
from shared.domain.measures import Weight
from shared.domain.money import Money
from shared.domain.packing import dimensional_weight
from shared.domain.shipment import Package, ShipmentPlan
from shared.workflow.intake.backlog import backlog
from shared.workflow.planning.dry_run import Outcome, Tried
from shared.workflow.planning.dry_run import dry_run as tries

WORDS: dict[Outcome, str] = {
    "bought": "would be bought",
    "later": "would be bought later",
    "approval": "would wait for approval",
    "held": "would be HELD",
    "known": "nothing would happen",
    "cancelled": "nothing would happen",
    "not_tried": "NOT TRIED",
}


def dry_run(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="ID", help="The connection's id.")],
    order: Annotated[str | None, typer.Argument(metavar="[ORDER]", help="One document, in full.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="The most documents to try, the last changed first.")] = 20,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show what would be sent, why not, and what it would cost. Writes nothing, buys nothing.

    Ends with 1 when something would be held, could not be tried, or when the ERP has no open document of that number.
    """
    stack = stack_of(context)
    stored = applied(stack, name)
    connection, documents, older = stored.connection, [order] if order else [], tuple[str, ...]()
    if connection.receives:
        message = f"{name} buys no labels: its purchase orders are sent to a warehouse"
        raise CommandError(message, hint="parcelbridge receipts list")
    if not order:
        waiting = backlog(stack.ports, stored)
        documents = [change.document for change in reversed(waiting.changes)][:limit]
        older = waiting.older
    tried = list(tries(stack.ports, connection, documents))
    if json:
        rendering.as_json([described(each, connection) for each in tried])
    elif order:
        _show_each(order, tried, connection)
    else:
        _show_all(tried, documents)
        show_older(name, older)
    if order and all(each.outcome == "cancelled" for each in tried):
        say(f"the ERP has no open document {order}, or its number is mistyped: compare it with the ERP", error=True)
        raise typer.Exit(FAILED)
    if any(each.outcome in ("held", "not_tried") for each in tried):
        raise typer.Exit(FAILED)


def described(tried: Tried, connection: Connection) -> dict[str, object]:
    """One try for programs, each package with its dimensional weight."""
    plain: dict[str, object] = rendering.plain(tried)
    packages = tried.plan.packages if tried.plan else ()
    weights = [dimensional_of(package, connection) for package in packages]
    return {**plain, "dimensional_weights": rendering.plain(weights)}


def dimensional_of(package: Package, connection: Connection) -> Weight | None:
    """None while the package's size is not known."""
    return dimensional_weight(package, connection.packing.divisor)


def totals(tried: Sequence[Tried]) -> list[Money]:
    """Return the sum of the prices found, one for each currency."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for each in tried:
        if each.quote:
            sums[each.quote.price.currency] += each.quote.price.amount
    return [Money(amount, currency) for currency, amount in sorted(sums.items())]


def held_reasons(tried: Sequence[Tried]) -> str:
    """How many would be held, by reason: 2 address, 1 weight."""
    counts = Counter(each.reason for each in tried if each.outcome == "held")
    return ", ".join(f"{count} {reason}" for reason, count in sorted(counts.items()))


def _show_all(tried: Sequence[Tried], documents: Sequence[str]) -> None:
    columns = ("order", "outcome", "to", "service", "packages", "price", "arrives", "why", "what to do")
    table(columns, [_row(each) for each in tried])
    wanted = {each.document for each in tried}
    unwanted = len(set(documents) - wanted)
    said = f"{len(documents)} documents looked at"
    say(f"{said}; {unwanted} of them are not selected by the file" if unwanted else said)
    counts = Counter(each.outcome for each in tried)
    known = counts.pop("known", 0) + counts.pop("cancelled", 0)
    say("; ".join([f"{count} {WORDS[outcome]}" for outcome, count in counts.items()]) or "nothing would be sent")
    if known:
        say(f"{known} are shipped, in doubt, or cancelled: nothing would happen to them")
    for total in totals(tried):
        say(f"all that is priced together: {total}")


def _row(tried: Tried) -> tuple[object, ...]:
    plan, quote, order = tried.plan, tried.quote, tried.order
    name = f"{tried.document} {order.delivery}".strip() if order else tried.document
    where = order.ship_to.address if order else None
    place = f"{where.city} {where.state} {where.country}".strip() if where else ""
    packages = f"{len(plan.packages)}: {', '.join(str(each.weight) for each in plan.packages)}" if plan else ""
    priced = (quote.price, quote.arrival or "") if quote else ("", "")
    service = plan.service if plan else (order.service if order else "")
    return (name, WORDS[tried.outcome], place, service, packages, *priced, tried.why, worded(tried.hint))


def _show_each(document: str, tried: Sequence[Tried], connection: Connection) -> None:
    if not tried:
        raise CommandError(
            f"the selection of {connection.id} does not want {document}",
            hint=f"compare its status and delivery method with `select`; parcelbridge connections lookup "
            f"{connection.id} methods lists the methods",
        )
    for each in tried:
        name = f"{each.document} {each.order.delivery}" if each.order and each.order.delivery else each.document
        say(f"Order {name}: {WORDS[each.outcome]}", style="bold")
        facts(_facts(each))
        if each.plan:
            rows = list(_packages(each.plan, connection))
            table(("package", "weight", "size", "dimensional weight", "lines"), rows)


def _facts(tried: Tried) -> Iterator[tuple[str, object]]:
    order, plan, quote, check = tried.order, tried.plan, tried.quote, tried.check
    yield "why", f"{tried.reason}: {tried.why}" if tried.reason else tried.why
    yield "field", tried.field
    yield "what to do", worded(tried.hint)
    if order:
        yield "from", _party(order.ship_from)
        yield "to", _party(order.ship_to)
        yield "method", order.service
    if check:
        yield "address check", f"{check.outcome} {check.note}".strip()
    if plan:
        yield "service", plan.service
        yield "paid by", f"{plan.billing.kind} {plan.billing.account}"
        yield "ship date", plan.ship_date or ""
    if quote:
        published = f" (published {quote.published})" if quote.negotiated else ""
        yield "price", f"{quote.price}{published}" + (f", arrives {quote.arrival}" if quote.arrival else "")
    for note in tried.notes:
        yield "note", note


def _party(party: Party) -> str:
    return clean(", ".join(part for part in (party.name, party.attention, str(party.address), party.phone) if part))


def _packages(plan: ShipmentPlan, connection: Connection) -> Iterator[tuple[object, ...]]:
    for number, package in enumerate(plan.packages, start=1):
        box, weight = package.dimensions, dimensional_of(package, connection)
        size = f"{box.length:f} x {box.width:f} x {box.height:f} {box.unit}" if box else "not known"
        more = " (more than it weighs)" if weight and weight > package.weight else ""
        yield number, package.weight, size, f"{weight or 'not known'}{more}", ", ".join(package.lines)
