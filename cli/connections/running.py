"""`parcelbridge connections start|pause|resume`: whether a connection takes orders."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from cli import rendering
from cli.connections.estimates import Estimate, cost_of, estimate, held_of
from cli.connections.names import applied, unlike_the_tenant
from cli.connections.taking import show_older
from cli.errors import FAILED, BadUsage, CommandError
from cli.hints import why_of
from cli.rendering import counted, instant, say
from cli.webhooks.making import ensure_webhook
from cli.wiring import Stack, stack_of
from shared.ports import StoredConnection
from shared.workflow.desk import running as desk

Name = Annotated[str, typer.Argument(metavar="ID", help="The connection's id.")]
Some = Annotated[str | None, typer.Argument(metavar="[ID]", help="The connection's id.")]


def start(
    context: typer.Context,
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: Annotated[bool, typer.Option("--json", help="For programs; without --yes nothing is started.")] = False,
) -> None:
    """Show what waits in the ERP and what it would cost, ask, and begin to take orders."""
    stack = stack_of(context)
    stored = applied(stack, name)
    if stored.status == "running":
        if json:
            rendering.as_json({"id": name, "started": False, "estimate": None})
        else:
            say(f"{name} is running already")
        return
    _refuse_closed(stored)
    _refuse_names(stack, stored)
    found = estimate(stack, stored)
    if json:
        rendering.as_json({"id": name, "started": yes, "start_from": stored.start_from, "estimate": asdict(found)})
    else:
        _show_backlog(stored, found)
    if not yes and (json or not typer.confirm("Start?")):
        if not json:
            say("nothing was started")
        raise typer.Exit(FAILED)
    _run(stack, stored, "started", silent=json)


def _show_backlog(stored: StoredConnection, found: Estimate) -> None:
    connection = stored.connection
    limits, approve = connection.limits, connection.approve
    asked = f"automatic below {approve.ceiling}" if approve.mode == "below" else approve.mode
    hour, day = limits.labels_per_hour, limits.labels_per_day
    rendering.facts(
        [
            ("backlog", f"{found.documents} documents changed since {instant(stored.start_from)}"),
            ("estimated cost", cost_of(found)),
            ("would be held", held_of(found)),
            ("approval", asked),
            ("limits", f"{hour} labels an hour, {day} labels and {limits.amount_per_day} a day"),
            ("carrier", connection.carrier.words),
        ]
    )
    show_older(connection.id, found.older)
    say(f"order by order: parcelbridge connections dry-run {connection.id}")


def pause(
    context: typer.Context,
    name: Some = None,
    all_: Annotated[bool, typer.Option("--all", help="Every connection that runs.")] = False,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, for whoever comes next.")] = "",
) -> None:
    """Take nothing new and buy nothing new; what is on its way is finished."""
    stack = stack_of(context)
    chosen = _chosen(stack, name, all_)
    who = stack.who()
    for stored in chosen:
        connection = stored.connection
        if stored.status != "running":
            say(f"{connection.id} is {stored.status} already: {why_of(stored)}")
            continue
        why = f"paused with all others by {who}" if all_ else f"paused by {who}"
        why = f"{why}: {reason}" if reason else why
        schedule = desk.pause(stack.ports, stack.schedules, stored, who, why, with_all=all_)
        say(f"{connection.id}: paused; poll schedule {schedule}")


def resume(
    context: typer.Context,
    name: Some = None,
    all_: Annotated[bool, typer.Option("--all", help="Every connection that `pause --all` has paused.")] = False,
) -> None:
    """Go on after a pause, or after the cause of a closed connection was corrected."""
    stack = stack_of(context)
    for stored in _chosen(stack, name, all_):
        connection = stored.connection.id
        if stored.status == "running":
            say(f"{connection} is running already")
        elif all_ and not stored.with_all:
            say(f"{connection} stays {stored.status}: {why_of(stored)}; parcelbridge connections resume {connection}")
        elif stored.status == "paused" and stack.ports.connections.poll_state(connection).polled is None:
            raise CommandError(f"{connection} was never started", hint=f"parcelbridge connections start {connection}")
        else:
            if not all_:  # one connection's names, or its silent ERP, must not keep the others from going on
                _refuse_names(stack, stored)
            _run(stack, stored, "resumed")
            _wake(stack, connection)


def _wake(stack: Stack, connection: str) -> None:
    woken = desk.wake(stack.ports, connection)
    if woken:
        say(f"  {counted(woken, 'open order')} {'goes' if woken == 1 else 'go'} on now")


def _chosen(stack: Stack, name: str | None, every: bool) -> list[StoredConnection]:
    """The connection that is named, or all. Raises BadUsage for both or neither."""
    if bool(name) == every:
        raise BadUsage("name one connection, or take --all")
    return [applied(stack, name)] if name else stack.ports.connections.all()


def _refuse_closed(stored: StoredConnection) -> None:
    if stored.status == "closed":
        name = stored.connection.id
        hint = f"fix the cause, then parcelbridge connections test {name} and parcelbridge connections resume {name}"
        raise CommandError(f"{name} is closed: {why_of(stored)}", hint=hint)


def _refuse_names(stack: Stack, stored: StoredConnection) -> None:
    """Names that are each tenant's own are compared before anything runs. Raises CommandError with all that differs."""
    wrong = unlike_the_tenant(stack, stored.connection)
    if wrong:
        name = stored.connection.id
        hint = f"correct and apply the file, then parcelbridge connections test {name}"
        raise CommandError(f"{name} was not started: {'; '.join(wrong)}", hint=hint)


def _run(stack: Stack, stored: StoredConnection, done: str, *, silent: bool = False) -> None:
    connection, who = stored.connection, stack.who()
    ensure_webhook(stack, connection, silent=silent)
    schedule = desk.run(stack.ports, stack.schedules, stored, who, f"{done} by {who}")
    if not silent:
        say(f"{connection.id}: {done}; the first poll is on its way, then {connection.schedule} (schedule {schedule})")
