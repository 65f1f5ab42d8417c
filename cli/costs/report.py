"""`parcelbridge costs report`: what labels were quoted, charged and billed, and why these differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.connections.names import applied
from cli.costs.compared import AMOUNTS, COLUMNS, TOTALS, Line, Total, totals
from cli.csv_text import as_csv
from cli.errors import BadUsage
from cli.labels.printing import beside
from cli.rendering import counted, say, table
from cli.wiring import Stack, stack_of
from shared.domain.record import Head
from shared.domain.windows import BUCKETS
from shared.workflow.desk.bills import Billing
from shared.workflow.desk.listing import heads_in

Of = Annotated[str | None, typer.Option("--connection", help="Only this connection's.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Labels of this UTC day or later.")]
LastDay = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Labels of this UTC day or earlier.")]
LAST = timedelta(days=31)
"""The period where no day is named."""


class By(StrEnum):
    """The subject of a line."""

    ORDER = "order"
    DAY = "day"
    CONNECTION = "connection"


def report(
    context: typer.Context,
    connection: Of = None,
    since: Day = None,
    until: LastDay = None,
    by: Annotated[By, typer.Option(help="A line an order, a day or a connection.")] = By.ORDER,
    differing: Annotated[
        bool, typer.Option("--differing", help="Only orders billed more than 5 % and 1.00 off the charge.")
    ] = False,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write the lines as CSV; - prints them.")] = None,
    picture: Annotated[Path | None, typer.Option("--picture", help="Draw the sums to this file, as PNG.")] = None,
) -> None:
    """Lay what was billed beside what labels were quoted and charged, with the cause of each difference.

    Billed is freight, fuel and extras without tax. Without --since, labels of the last 31 days.
    """
    stack = stack_of(context)
    first = since.date() if since else stack.ports.clock.now().astimezone(UTC).date() - LAST
    last = until.date() if until else date.max
    if last < first:
        raise BadUsage("--until is before --since")
    lines = _lines(stack, connection, (first, last))
    lines = [each for each in lines if each.comparison.stands_out] if differing else lines
    sums = totals(lines, by)
    if picture:
        from cli.costs.picture import draw  # noqa: PLC0415 - slow, and a table needs none of it

        picture.write_bytes(draw(sums if by != By.ORDER else totals(lines, By.DAY)))
    if csv:
        _write(csv, lines if by == By.ORDER else sums)
    elif by == By.ORDER:
        _show(lines)
    else:
        table(TOTALS, [each.cells for each in sums])
    if not csv or str(csv) != "-":
        _say(lines, [each for each in (csv, picture) if each])


def _lines(stack: Stack, connection: str | None, period: tuple[date, date]) -> list[Line]:
    stored = [applied(stack, connection)] if connection else stack.ports.connections.all()
    heads = [head for each in stored for head in _labelled(stack, each.connection.id, period)]
    billing, today = Billing(stack.ports), stack.ports.clock.now().astimezone(UTC).date()

    def compared(head: Head) -> Line:
        return Line.of(head, billing.compared(head), today)

    found = [each for each in beside(compared, heads) if each.is_priced]
    return sorted(found, key=lambda each: (each.connection, each.day, each.order, each.reference))


def _labelled(stack: Stack, connection: str, period: tuple[date, date]) -> Iterator[Head]:
    """Orders with a label of the period, a voided one too: it may be billed all the same."""
    for bucket in BUCKETS:
        for head in heads_in(stack.ports, connection, bucket):
            day = head.intent_at.astimezone(UTC).date() if head.intent_at else None
            if day and period[0] <= day <= period[1] and (head.shipment_id or head.generation > 1):
                yield head


def _show(lines: Sequence[Line]) -> None:
    if lines:
        table(COLUMNS, [each.cells for each in lines])


def _write(file: Path, rows: Iterable[Line | Total]) -> None:
    rows = list(rows)
    columns = TOTALS if rows and isinstance(rows[0], Total) else COLUMNS
    text = as_csv(columns, [each.cells for each in rows], amounts=AMOUNTS)
    if str(file) == "-":
        typer.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8", newline="")


def _say(lines: Sequence[Line], files: Sequence[Path]) -> None:
    named = "".join(f"{file}: " for file in files)
    billed = sum(each.comparison.billed is not None for each in lines)
    off = sum(each.comparison.stands_out for each in lines)
    said = f"{named}{counted(len(lines), 'label')}, {billed} billed"
    say(f"{said}, {off} of them more than 5 % and 1.00 off the charge")
