"""Applying connection files: all are checked before any is stored, then the poll schedules follow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import typer

from cli.connections.files import ConnectionFile, read_connection
from cli.connections.forms import form_of, secrets_command
from cli.connections.names import unlike_the_tenant
from cli.errors import FAILED, BadFile
from cli.rendering import instant, say
from cli.webhooks.making import ensure_webhook
from cli.wiring import Stack
from shared.connection import Connection, overlaps
from shared.hosts import host_of
from shared.ports import StoredConnection
from shared.registry import KINDS
from shared.workflow.intake.selection import lists_its_set, selects_alike
from shared.workflow.tracking.again import subscribe_again


def apply_files(stack: Stack, paths: Sequence[Path], *, yes: bool = False) -> None:
    """Stores a revision of each file's connection. Raises BadFile naming every problem, and has then stored nothing.

    Where a file names another host than before a person is asked, unless `yes`: credentials go to that host.
    """
    files = _read(paths)
    standing = {stored.connection.id: stored for stored in stack.ports.connections.all()}
    problems = [line for place, file in enumerate(files) for line in _clashes(stack, file, files[:place], standing)]
    if problems:
        raise BadFile(problems)
    moved = [line for file in files for line in _other_hosts(file.connection, standing.get(file.connection.id))]
    if moved and not yes:
        for line in moved:
            say(line)
        if not typer.confirm("May credentials be sent there?"):
            say("nothing was stored")
            raise typer.Exit(FAILED)
    unlike = [line for file in files for line in _unlike_the_tenant(stack, file, standing.get(file.connection.id))]
    if unlike:
        raise BadFile(unlike)
    who = stack.who()
    for file in files:
        _apply(stack, file.connection, standing.get(file.connection.id), who)


def _other_hosts(connection: Connection, before: StoredConnection | None) -> Iterator[str]:
    """A line for each address of the file whose host is another one than was applied."""
    if before is None:
        return
    was = dict(flat(before.connection.model_dump(mode="json")))
    for key, value in flat(connection.model_dump(mode="json")):
        here, there = host_of(was.get(key, "")), host_of(value)
        if "://" in value and here != there:
            yield f"{connection.id}: {key} names another host: {here or 'the vendor'} -> {there}"


def _unlike_the_tenant(stack: Stack, file: ConnectionFile, before: StoredConnection | None) -> Iterator[str]:
    """A line for each name that a running connection would read or write from its next poll on, and that its ERP does
    not have. One that does not run yet is compared when it starts."""
    mine = file.connection
    if before is None or before.status != "running":
        return
    was = before.connection
    if (was.erp, was.select, was.write_back) != (mine.erp, mine.select, mine.write_back):
        yield from (f"{file.at('erp')}: {each}" for each in unlike_the_tenant(stack, mine))


def _read(paths: Sequence[Path]) -> list[ConnectionFile]:
    files: list[ConnectionFile] = []
    problems: list[str] = []
    for path in paths:
        try:
            files.append(read_connection(path))
        except BadFile as error:
            problems += error.lines
    if problems:
        raise BadFile(problems)
    return files


def _clashes(
    stack: Stack, file: ConnectionFile, others: list[ConnectionFile], standing: dict[str, StoredConnection]
) -> Iterator[str]:
    mine = file.connection
    if mine.erp.network == "vpc" and stack.network != "vpc":
        yield (
            f"{file.at('erp')}: erp.network: vpc needs a stack in your network: deploy it with "
            "-c vpc_subnets=... -c vpc_security_groups=... (docs/connections.md), or write public"
        )
    if any(other.connection.id == mine.id for other in others):
        yield f"{file.at('id')}: id: {mine.id} is the id of another file of this command"
    before = standing.get(mine.id)
    if before and _system(before.connection) != _system(mine):
        was = " ".join(_system(before.connection))
        what = "another company or system" if mine.erp.system_code else "another company"
        yield f"{file.at('erp')}: erp: {mine.id} is applied for {was}: {what} needs another id"
    given = {other.connection.id: other.connection for other in others}
    for other in {**{name: stored.connection for name, stored in standing.items()}, **given}.values():
        if other.id != mine.id and overlaps(mine, other) and not _other_tenants(stack, mine, other):
            yield (
                f"{file.at('select')}: select: overlaps {other.id} in company {mine.company}: an order could be taken "
                "by both. Allowed: a selection with no value in common on one key, such as other suppliers"
            )


def _system(connection: Connection) -> tuple[str, ...]:
    named = (connection.erp.system_code,) if connection.erp.system_code else ()
    return (connection.erp.kind, *named, connection.company)


def _other_tenants(stack: Stack, one: Connection, other: Connection) -> bool:
    """A file does not name its ERP's tenant, the credential does."""
    here, there = _tenant(stack, one), _tenant(stack, other)
    return bool(here and there and here != there)


def _tenant(stack: Stack, connection: Connection) -> str:
    """The tenant that the connection's ERP credential is for; "" where none is stored, or the kind has none."""
    field = form_of(KINDS.erps[connection.erp.kind]).tenant
    return stack.credentials.stored(connection.id, "erp", field) if field else ""


def _apply(stack: Stack, connection: Connection, before: StoredConnection | None, who: str) -> None:
    now = stack.ports.clock.now()
    stored = stack.ports.connections.apply(connection, connection.start_from or now, who, now)
    schedule = stack.schedules.converge(connection, running=stored.status == "running")
    changed = changes(before.connection, connection) if before else []
    done = "applied" if before is None else "changed" if changed else "unchanged"
    say(f"{connection.id}: {done}, revision {stored.revision}, {stored.status}; poll schedule {schedule}")
    for line in changed:
        say(f"  {line}")
    if before and stored.status == "running" and not selects_alike(before.connection, connection):
        say(f"  {_of_what_stands_there(stack, connection)}; to see that first:")
        say(f"  parcelbridge connections pause {connection.id}, then parcelbridge connections dry-run {connection.id}")
    if connection.start_from and connection.start_from != stored.start_from:
        say(f"  start_from stays {instant(stored.start_from)}: it was fixed when the connection was first applied")
    ensure_webhook(stack, connection)
    if before and connection.tracking.pushes and _pushed(before.connection) != _pushed(connection):
        subscribe_again(stack.ports, connection.id)
    if before is None:
        say(f"  what was changed in the ERP before {instant(stored.start_from)} is never taken")
        erp, carrier = KINDS.erps[connection.erp.kind], KINDS.carriers[connection.carrier.kind]
        say(f"  next: {secrets_command(connection.id, 'erp', erp, KINDS)}")
        say(f"        {secrets_command(connection.id, 'carrier', carrier, KINDS)}")
        say(f"        parcelbridge connections test {connection.id}")
        say(f"        parcelbridge connections start {connection.id}")


def _of_what_stands_there(stack: Stack, connection: Connection) -> str:
    with stack.ports.erp(connection) as erp:  # nothing is asked
        if lists_its_set(erp):
            return "what stands in the ERP already, and was not selected before, is left alone"
    return "the next poll takes what is selected now, also of what stands in the ERP already"


def _pushed(connection: Connection) -> tuple[bool, str]:
    """How events come: pushed or not, and where the webhook is entered, which tells one way to push from another."""
    return connection.tracking.pushes, connection.tracking.portal


def changes(before: Connection, after: Connection) -> list[str]:
    """The keys that differ, each with its former and its new value."""
    old, new = dict(flat(before.model_dump(mode="json"))), dict(flat(after.model_dump(mode="json")))
    return [
        f"{key}: {old.get(key, 'nothing')} -> {new.get(key, 'nothing')}"
        for key in [*old, *(key for key in new if key not in old)]
        if old.get(key) != new.get(key)
    ]


def flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Keys with their values, each key by its path in the file."""
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from flat(each, f"{path}.{key}" if path else str(key))
    else:
        yield path, value if isinstance(value, str) else json.dumps(value)
