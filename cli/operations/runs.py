"""`parcelbridge runs`: each poll, what it read and took, and what it skipped and why."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import rendering
from cli.connections.names import applied
from cli.errors import CommandError
from cli.orders.commands import AsJson, Of
from cli.rendering import counted, facts, instant, say, table
from cli.wiring import stack_of
from shared.domain.run import KEPT, SKIPPED, Run, RunDocument

app = typer.Typer(no_args_is_help=True)


@app.callback()
def runs() -> None:
    """The polls of the last 14 days."""


@app.command("list")
def list_(
    context: typer.Context,
    connection: Of = None,
    busy: Annotated[bool, typer.Option("--busy", help="Only runs that read a document, or that failed.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The most runs of each connection to look at.")] = 20,
    json: AsJson = False,
) -> None:
    """The latest polls, newest first: what the ERP listed, what was read, taken and skipped."""
    stack = stack_of(context)
    chosen = [applied(stack, connection)] if connection else stack.ports.connections.all()
    found = [run for each in chosen for run in stack.ports.connections.runs(each.connection.id, limit)]
    found = [run for run in found if not busy or _is_busy(run)]
    found.sort(key=lambda run: run.began, reverse=True)
    if json:
        rendering.as_json([{"run": run.name, **rendering.plain(run), "skipped": run.skipped} for run in found])
    elif not found:
        say("no run is kept")
    else:
        columns = ("run", "connection", "took", "listed", "known", "read", "taken", "skipped", "outcome")
        table(columns, [_row(run) for run in found])


@app.command()
def show(
    context: typer.Context,
    connection: Annotated[str, typer.Argument(metavar="CONNECTION", help="The connection's id.")],
    run: Annotated[str | None, typer.Argument(metavar="[RUN]", help="A run as listed; the latest otherwise.")] = None,
    json: AsJson = False,
) -> None:
    """One poll: each document that it read, what became of it, and why."""
    stack = stack_of(context)
    applied(stack, connection)
    store = stack.ports.connections
    found = store.run(connection, run) if run else next(iter(store.runs(connection, 1)), None)
    if found is None:
        which = f"no run {run} of {connection} is kept" if run else f"no run of {connection} is kept"
        raise CommandError(which, hint=f"runs are kept for {KEPT.days} days: parcelbridge runs list")
    if json:
        rendering.as_json({"run": found.name, **rendering.plain(found), "skipped": found.skipped})
        return
    _show(found)


def _show(run: Run) -> None:
    say(f"Run {run.name} of {run.connection}", style="bold")
    facts(
        [
            ("began", instant(run.began)),
            ("took", _took(run)),
            ("outcome", run.outcome),
            ("listed", f"{counted(run.listed, 'change')}, {run.known} of them known already"),
            ("read", counted(run.read, "document")),
            ("taken", counted(run.taken, "new order")),
            ("goes on", "its time ran out; the next run followed at once" if run.goes_on else ""),
        ]
    )
    if run.documents:
        table(("document", "what became of it", "why"), [_line(each) for each in run.documents])
    if run.more:
        say(f"and {counted(run.more, 'document')} more, which are not kept one by one")


def _line(document: RunDocument) -> tuple[str, str, str]:
    fate = str(document.fate).replace("_", " ")
    return document.document, f"skipped: {fate}" if document.fate in SKIPPED else fate, document.why


def _row(run: Run) -> tuple[object, ...]:
    counts = (run.listed, run.known, run.read, run.taken, run.skipped)
    return (run.name, run.connection, _took(run), *counts, run.outcome)


def _took(run: Run) -> str:
    return f"{(run.ended - run.began).total_seconds():.1f} s"


def _is_busy(run: Run) -> bool:
    """Tell if there is something to see: a document, or that nothing could be asked."""
    return bool(run.documents) or run.outcome != "0 read"
