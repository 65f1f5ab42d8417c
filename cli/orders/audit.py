"""`parcelbridge audit`: who did what with an order, when and why (S65)."""

from __future__ import annotations

import json as to_json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer

from cli import rendering
from cli.connections.names import applied
from cli.csv_text import csv_line
from cli.errors import BadUsage
from cli.orders.commands import AsJson, Of, Order
from cli.orders.names import find_order
from cli.orders.sheet import show_trail
from cli.rendering import counted, say
from cli.wiring import stack_of
from shared.workflow.desk.trails import Period, TrailStep, orders_of, steps_of

app = typer.Typer(no_args_is_help=True)


class Form(StrEnum):
    """The forms of an export."""

    CSV = "csv"
    JSONL = "jsonl"


_DAY = "%Y-%m-%d"
Since = Annotated[
    datetime | None, typer.Option(formats=[_DAY, "%Y-%m-%dT%H:%M"], help="Steps from this time on (UTC).")
]
Until = Annotated[
    datetime | None,
    typer.Option(formats=[_DAY, "%Y-%m-%dT%H:%M"], help="Steps before this time (UTC); a day is included."),
]
COLUMNS = (
    *("at", "connection", "document", "order", "sequence", "who", "what", "state", "why", "field"),
    *("request_ids", "changes", "strays"),
)


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


@app.command()
def export(
    context: typer.Context,
    order: Annotated[str | None, typer.Argument(metavar="[ORDER]", help="One order, by number or full key.")] = None,
    connection: Of = None,
    since: Since = None,
    until: Until = None,
    form: Annotated[Form, typer.Option("--format", help="A table, or one JSON object a line.")] = Form.CSV,
    file: Annotated[Path, typer.Option("--file", help="The file to write; - prints it.")] = Path("-"),
) -> None:
    """Write the steps of one order, of a connection or of all, for an auditor: a line a step.

    It names who did what, when and why; addresses and names of people who receive goods are in no trail.
    """
    period = _period(since, until)
    stack = stack_of(context)
    if order:
        heads = iter([find_order(stack, order, connection)])
    else:
        chosen = [applied(stack, connection)] if connection else stack.ports.connections.all()
        heads = orders_of(stack.ports, [each.connection.id for each in chosen])
    count = 0
    with _opened(file) as out:
        if form is Form.CSV:
            out.write(csv_line(COLUMNS))
        for step in steps_of(stack.ports, heads, period):
            out.write(_as_csv(step) if form is Form.CSV else _as_json(step))
            count += 1
    if str(file) != "-":
        say(f"{file}: {counted(count, 'step')}")


def _period(since: datetime | None, until: datetime | None) -> Period:
    given = Period()
    first = since.replace(tzinfo=UTC) if since else given.since
    last = until.replace(tzinfo=UTC) if until else given.until
    if until and until == datetime(until.year, until.month, until.day):  # noqa: DTZ001 - as it was typed
        last += timedelta(days=1)
    if last <= first:
        raise BadUsage("--until is before --since")
    return Period(first, last)


@contextmanager
def _opened(file: Path) -> Iterator[TextIO]:
    if str(file) == "-":
        yield sys.stdout
        return
    try:
        opened = file.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise BadUsage(f"{file}: {error.strerror or error}") from None
    with opened:
        yield opened


def _facts(step: TrailStep) -> dict[str, object]:
    entry = step.entry
    return {
        "at": entry.at.astimezone(UTC).isoformat(),
        "connection": step.connection,
        "document": step.document,
        "order": step.order,
        "sequence": entry.sequence,
        "who": entry.who,
        "what": str(entry.what),
        "state": str(entry.state),
        "why": entry.why,
        "field": entry.field,
        "request_ids": list(entry.request_ids),
        "changes": dict(entry.changes),
        "strays": rendering.plain(entry.strays),
    }


def _as_json(step: TrailStep) -> str:
    return to_json.dumps(_facts(step)) + "\n"


def _as_csv(step: TrailStep) -> str:
    facts = _facts(step)
    nested = {name: to_json.dumps(facts[name]) if facts[name] else "" for name in ("request_ids", "changes", "strays")}
    return csv_line([str(value) for value in {**facts, **nested}.values()])
