"""`parcelbridge connections what-if`: which of the last orders would go otherwise under a changed file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from cli import rendering
from cli.connections.applying import changes
from cli.connections.dry_runs import WORDS
from cli.connections.files import read_connection
from cli.connections.names import applied
from cli.errors import FAILED, CommandError
from cli.rendering import counted, say, table
from cli.wiring import stack_of
from shared.domain.money import Money
from shared.workflow.desk.what_if import GOES, Compared, cost_of
from shared.workflow.desk.what_if import what_if as comparing
from shared.workflow.planning.dry_run import Tried


def what_if(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The changed connection file; it is not applied.")],
    days: Annotated[int, typer.Option(min=1, max=90, help="Orders that were taken in within so many days.")] = 7,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The most orders to try, the newest first.")] = 200,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show which of the last orders would go otherwise under a changed file, and the cost. Buys and writes nothing.

    Both files are tried as if each order came today, at today's prices. Ends with 1 when an order that goes now would
    be held, or could not be tried.
    """
    stack, changed = stack_of(context), read_connection(file).connection
    stored = applied(stack, changed.id)
    if changed.receives or stored.connection.receives:
        raise CommandError(f"{changed.id} buys no labels: there is nothing to compare")
    since = stack.ports.clock.now() - timedelta(days=days)
    found = list(islice(comparing(stack.ports, stored, changed, since), limit))
    if json:
        rendering.as_json(_described(found))
    else:
        _warn(changes(stored.connection, changed))
        _show(found, days, limit)
    if any(_is_worse(each) for each in found):
        raise typer.Exit(FAILED)


def _warn(lines: Sequence[str]) -> None:
    if not lines:
        say("the file is the one that is applied: nothing would go otherwise")
    if any(line.startswith(("erp.", "select.")) for line in lines):
        say("erp and select are not tried: the orders are taken as they were read, and no further ones are looked for")


def _show(found: Sequence[Compared], days: int, limit: int) -> None:
    otherwise = [each for each in found if each.differs]
    if otherwise:
        columns = ("order", "is", "as applied", "as changed", "otherwise", "cost")
        table(columns, [_row(each) for each in otherwise])
    expired = sum(each.expired for each in found)
    say(f"{counted(len(found), 'order')} of the last {counted(days, 'day')}: {len(otherwise)} would go otherwise")
    if expired:
        say(f"{counted(expired, 'order')} could not be compared: what was in them has expired (retention)")
    for before, after in totals(found):
        more = after.amount - before.amount
        say(f"cost of those that are otherwise: {before} as applied, {after} as changed, {more:+.2f} {after.currency}")
    if len(found) == limit:
        say(f"the newest {limit}; --limit tries more")


def totals(found: Sequence[Compared]) -> list[tuple[Money, Money]]:
    """The cost to our account of the orders that go otherwise, under both files, one pair for each currency.

    What does not go, and what another account pays, costs nothing."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for each in found:
        for place, tried in enumerate((each.before, each.after)):
            cost = cost_of(tried) if each.differs else None
            if cost:
                sums[cost.currency][place] += cost.amount
    return [(Money(before, of), Money(after, of)) for of, (before, after) in sorted(sums.items())]


def _row(each: Compared) -> tuple[object, ...]:
    before, after = cost_of(each.before), cost_of(each.after)
    alike = before is None or after is None or before.currency == after.currency
    currency = (after or before or Money(Decimal(0), "")).currency
    more = (after.amount if after else Decimal(0)) - (before.amount if before else Decimal(0))
    cost = f"{more:+.2f} {currency}" if alike and (before or after) else ""
    state = f"{each.head.state} {each.head.reason}".strip()
    return (each.head.document, state, _said(each.before), _said(each.after), ", ".join(each.differs), cost)


def _said(tried: Tried | None) -> str:
    if tried is None:
        return ""
    if tried.plan is None or tried.quote is None:
        return f"{WORDS[tried.outcome]}: {tried.why}"
    count = counted(len(tried.plan.packages), "package")
    return f"{WORDS[tried.outcome]}: {tried.plan.service}, {count}, {tried.quote.price}"


def _is_worse(each: Compared) -> bool:
    """Tell if the order goes under the file as applied, and does not under the changed one."""
    if each.before is None or each.after is None:
        return False
    return each.after.outcome == "not_tried" or (each.before.outcome in GOES and each.after.outcome not in GOES)


def _described(found: Sequence[Compared]) -> dict[str, object]:
    return {
        "orders": [
            {
                "document": each.head.document,
                "key": each.head.key,
                "state": str(each.head.state),
                "differs": each.differs,
                "expired": each.expired,
                "before": rendering.plain(each.before),
                "after": rendering.plain(each.after),
            }
            for each in found
        ],
        "totals": [{"before": rendering.plain(one), "after": rendering.plain(two)} for one, two in totals(found)],
    }
