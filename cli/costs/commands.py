"""`parcelbridge costs`: the cost of each label with its order and cost centre, for the ledger (S34), and bills."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.connections.names import applied
from cli.costs.bills import import_, invoices
from cli.costs.estimate import estimate
from cli.costs.report import report
from cli.csv_text import as_csv
from cli.errors import BadUsage
from cli.rendering import say
from cli.wiring import Stack, stack_of
from shared.domain.money import Money
from shared.domain.record import Head
from shared.domain.windows import BUCKETS
from shared.ports import StoredConnection
from shared.workflow.desk.listing import heads_in, snapshot_of

app = typer.Typer(no_args_is_help=True)
Of = Annotated[str | None, typer.Option("--connection", help="Only this connection's.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Labels of this UTC day or later.")]
LastDay = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Labels of this UTC day or earlier.")]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal. `reference` is the label's own: a line that was imported before is known by it."""

    day: str
    connection: str
    company: str
    order: str
    reference: str
    tracking_number: str
    cost_centre: str
    amount: str
    currency: str
    estimated: str


@app.callback()
def costs() -> None:
    """Show the costs of labels."""


app.command("estimate")(estimate)
app.command("import")(import_)
app.command("invoices")(invoices)
app.command("report")(report)


@app.command("export")
def export(
    context: typer.Context,
    journal: Annotated[Path, typer.Option("--journal", help="The file to write, as CSV; - prints it.")],
    connection: Of = None,
    since: Day = None,
    until: LastDay = None,
) -> None:
    """Write a journal of what labels cost: order, cost centre, amount and currency, a line a label.

    Labels that were voided, and those that another account pays, are not in it.
    """
    if since and until and until < since:
        raise BadUsage("--until is before --since")
    stack = stack_of(context)
    chosen = [applied(stack, connection)] if connection else stack.ports.connections.all()
    period = (since.date() if since else date.min, until.date() if until else date.max)
    found = sorted(
        (each for stored in chosen for each in _entries(stack, stored, period)), key=lambda each: astuple(each)[:5]
    )
    text = as_csv([each.name for each in fields(Entry)], map(astuple, found))
    if str(journal) == "-":
        typer.echo(text, nl=False)
        return
    journal.write_text(text, encoding="utf-8", newline="")
    without = sum(not each.cost_centre for each in found)
    named = f"; {without} without a cost centre" if without else ""
    say(f"{journal}: {len(found)} label{'' if len(found) == 1 else 's'}{named}")


def _entries(stack: Stack, stored: StoredConnection, period: tuple[date, date]) -> Iterator[Entry]:
    for bucket in BUCKETS:
        for head in heads_in(stack.ports, stored.connection.id, bucket):
            day = head.intent_at.astimezone(UTC).date() if head.intent_at else None
            if day and head.cost and head.position.label == "live" and period[0] <= day <= period[1]:
                yield _entry(stack, stored, head, head.cost, day)


def _entry(stack: Stack, stored: StoredConnection, head: Head, cost: Money, day: date) -> Entry:
    snapshot = snapshot_of(stack.ports, head)
    return Entry(
        day=day.isoformat(),
        connection=stored.connection.id,
        company=stored.connection.company,
        order=head.document,
        reference=head.reference,
        tracking_number=head.tracking_number,
        cost_centre=snapshot.order.cost_centre if snapshot else "",
        amount=f"{cost.amount:f}",
        currency=cost.currency,
        estimated="yes" if head.cost_estimated else "no",
    )
