"""`parcelbridge connections`: the files, and whether they run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from cli import rendering
from cli.connections.applying import apply_files, changes, flat
from cli.connections.checking import checks_of
from cli.connections.dry_runs import dry_run
from cli.connections.files import read_connection
from cli.connections.lookups import lookup
from cli.connections.names import applied
from cli.connections.running import Name, pause, resume, start
from cli.connections.taking import take
from cli.connections.template import kinds_named, template
from cli.connections.what_if import what_if
from cli.errors import FAILED, BadUsage
from cli.hints import why_of, worded
from cli.rendering import counted, instant, say
from cli.wiring import Stack, stack_of
from shared.connection import model_of, schema_of
from shared.ports import Check, StoredConnection

app = typer.Typer(no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


@app.command()
def init(
    name: Name,
    erp: Annotated[str, typer.Option(help="The kind of ERP, as in erp.kind.")],
    carrier: Annotated[str, typer.Option(help="The kind of carrier, as in carrier.kind.")],
    file: Annotated[Path | None, typer.Option(help="Where to write it; connections/ID.yaml otherwise.")] = None,
) -> None:
    """Write a commented connection file to fill in."""
    if not re.fullmatch(r"[a-z0-9-]{3,40}", name):
        raise BadUsage(f"{name}: not an id; allowed: 3 to 40 of a-z, 0-9 and -")
    target = file or Path("connections") / f"{name}.yaml"
    text = template(name, erp, carrier)
    if target.exists():
        raise BadUsage(f"{target} is there already and stays as it is", hint="name another file with --file")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except OSError as error:
        raise BadUsage(f"{target}: {error.strerror or error}") from None
    say(f"{target}: written. Fill in what is empty, then: parcelbridge connections apply {target}")


@app.command()
def schema(
    erp: Annotated[str, typer.Option(help="The kind of ERP, as in erp.kind.")],
    carrier: Annotated[str, typer.Option(help="The kind of carrier, as in carrier.kind.")],
) -> None:
    """Print the JSON Schema of a connection file, from which an editor completes it."""
    rendering.as_json(schema_of(model_of(*kinds_named(erp, carrier))))


@app.command()
def apply(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, also where a file names another host.")] = False,
) -> None:
    """Check connection files and store them; a new connection starts paused."""
    apply_files(stack_of(context), files, yes=yes)


@app.command()
def diff(context: typer.Context, files: Annotated[list[Path], typer.Argument(metavar="FILE...")]) -> None:
    """Show what applying the files would change, and change nothing. Ends with 1 when something would."""
    stack, differs = stack_of(context), False
    for file in files:
        connection = read_connection(file).connection
        before = stack.ports.connections.get(connection.id)
        lines = changes(before.connection, connection) if before else []
        differs = differs or bool(lines) or before is None
        say(f"{connection.id}: {counted(len(lines), 'change') if before else 'not applied yet'}")
        for line in lines:
            say(f"  {line}")
    if differs:
        raise typer.Exit(FAILED)


@app.command()
def show(context: typer.Context, name: Name, json: AsJson = False) -> None:
    """Show the keys of a connection as they were applied, if it runs, and which documents it could not read."""
    stack = stack_of(context)
    stored = applied(stack, name)
    if json:
        rendering.as_json(stored.connection)
        return
    say(f"{name}: {stored.status}, revision {stored.revision}; {why_of(stored)}")
    for each in stack.ports.connections.open_documents(name):
        if each.tries:
            failed = f"{counted(each.tries, 'read')} failed, the last one: {each.why}"
            say(f"  not read: {each.document} since {instant(each.since)}; {failed}")
    for key, value in flat(stored.connection.model_dump(mode="json")):
        if value:
            say(f"  {key}: {value}")


@app.command("list")
def list_(context: typer.Context, json: AsJson = False) -> None:
    """List the connections that are applied, and tell if each one runs."""
    stack = stack_of(context)
    stored = stack.ports.connections.all()
    if json:
        rendering.as_json([_described(stack, each) for each in stored])
    elif not stored:
        say("no connection is applied; `parcelbridge connections init` writes a file to start from")
    else:
        rows = [_row(_described(stack, each)) for each in stored]
        rendering.table(
            ("connection", "status", "erp", "carrier", "schedule", "takes changes since", "last poll"), rows
        )


def _described(stack: Stack, stored: StoredConnection) -> dict[str, object]:
    connection, poll = stored.connection, stack.ports.connections.poll_state(stored.connection.id)
    return {
        "id": connection.id,
        "status": stored.status,
        "why": why_of(stored),
        "flow": connection.flow,
        "erp": f"{connection.erp.kind} {connection.company}",
        "carrier": connection.carrier.words,
        "schedule": connection.schedule,
        "revision": stored.revision,
        "start_from": stored.start_from,
        "polled": poll.polled,
        "outcome": poll.outcome,
    }


def _row(described: dict[str, object]) -> tuple[object, ...]:
    start, polled = described["start_from"], described["polled"]
    status = described["status"] if described["status"] == "running" else f"{described['status']}: {described['why']}"
    shown = [described[name] for name in ("erp", "carrier", "schedule")]
    return (described["id"], status, *shown, instant(start), instant(polled) or "never")  # type: ignore[arg-type]


app.command("lookup")(lookup)
app.command("dry-run")(dry_run)
app.command("what-if")(what_if)


@app.command("test")
def check(
    context: typer.Context,
    name: Name,
    write: Annotated[
        str,
        typer.Option(
            "--write",
            metavar="DOCUMENT",
            help="Also write the mapped field of this document of the ERP, to the value that it has.",
        ),
    ] = "",
    json: AsJson = False,
) -> None:
    """Call both systems for real, changing nothing, and check the schedule."""
    stack = stack_of(context)
    found = list(checks_of(stack, applied(stack, name), write))
    if json:
        rendering.as_json([_plain(side, check) for side, check in found])
    else:
        rows = [(_word(check), side, check.name, _seen(check)) for side, check in found]
        rendering.table(("", "side", "check", "seen"), rows)
    if not all(check.ok for _, check in found):
        raise typer.Exit(FAILED)


def _word(check: Check) -> str:
    return ("WARNING" if check.warns else "ok") if check.ok else "FAILED"


def _seen(check: Check) -> str:
    return f"{check.detail}; {worded(check.hint)}" if check.hint else check.detail


def _plain(side: str, check: Check) -> dict[str, object]:
    return {"side": side, "name": check.name, "ok": check.ok, "warning": check.warns, "detail": _seen(check)}


app.command("take")(take)
app.command("start")(start)
app.command("pause")(pause)
app.command("resume")(resume)
