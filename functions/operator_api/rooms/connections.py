"""Connections: how they run, and that they pause or go on."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.operator_api.answers import Advised, Answer, Failed, advised
from functions.operator_api.fields import Asked, Why
from functions.operator_api.people import Role
from functions.operator_api.room import Room
from shared.ports import StoredConnection
from shared.workflow.desk import running

room = Room("connections")
Id = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[a-z0-9-]+$", description="The connection's id.")]


class Pause(Asked):
    """Why it is paused, for whoever comes next."""

    why: Why


class ConnectionShown(Answer):
    """A connection as applied: its revision, whether it runs and why not, and its polls."""

    id: str
    erp: str
    carrier: str
    company: str
    revision: int
    status: str
    why: str
    hint: Advised | None
    schedule: str
    timezone: str
    start_from: datetime
    touched: datetime | None
    polled: datetime | None
    succeeded: datetime | None
    outcome: str


class ConnectionList(Answer):
    """All connections."""

    connections: list[ConnectionShown]


class FileShown(Answer):
    """The connection file of a revision, as it is applied. A file holds no credential."""

    id: str
    revision: int
    file: dict[str, Any]


@room.allows(Role.VIEWER, "GET", "/connections", "List the connections.")
def list_connections() -> ConnectionList:
    """All that are applied."""
    return ConnectionList(connections=[_shown(each) for each in room.office.ports.connections.all()])


@room.allows(Role.VIEWER, "GET", "/connections/<name>", "Show a connection.")
def show_connection(name: Id) -> ConnectionShown:
    """One connection."""
    return _shown(applied(name))


@room.allows(Role.ENGINEER, "GET", "/connections/<name>/revisions/<number>", "Show a connection file.")
def show_revision(name: Id, number: Annotated[int, Path(ge=1, le=1_000_000)]) -> FileShown:
    """The file of a revision."""
    stored = applied(name)
    if number > stored.revision:
        raise Failed(HTTPStatus.NOT_FOUND, f"{name} has {stored.revision} revisions", field="number")
    found = room.office.ports.connections.revision(name, number)
    return FileShown(id=name, revision=number, file=found.model_dump(mode="json"))


@room.allows(Role.OPERATOR, "POST", "/connections/<name>/pause", "Pause a connection.")
def pause(name: Id, asked: Pause) -> ConnectionShown:
    """It takes nothing new and buys nothing new; what is on its way is finished."""
    office, who = room.office, room.caller.who
    running.pause(office.ports, office.schedules, applied(name), who, f"paused by {who}: {asked.why}")
    return _shown(applied(name))


@room.allows(Role.OPERATOR, "POST", "/connections/<name>/resume", "Let a connection go on.")
def resume(name: Id) -> ConnectionShown:
    """It is polled at once, and its open orders go on."""
    office, who, stored = room.office, room.caller.who, applied(name)
    running.check_resumable(office.ports, stored)
    running.run(office.ports, office.schedules, stored, who, f"resumed by {who}")
    running.wake(office.ports, name)
    return _shown(applied(name))


@room.allows(Role.OPERATOR, "POST", "/connections/<name>/poll", "Poll now.", status=HTTPStatus.ACCEPTED)
def poll(name: Id) -> ConnectionShown:
    """The ERP is asked at once for what has changed."""
    stored = applied(name)
    running.poll_now(room.office.ports, stored)
    return _shown(stored)


def applied(name: str) -> StoredConnection:
    """The connection of that id. Raises Failed for none."""
    stored = room.office.ports.connections.get(name)
    if stored is None:
        raise Failed(HTTPStatus.NOT_FOUND, f"there is no connection {name}", field="name")
    return stored


def _shown(stored: StoredConnection) -> ConnectionShown:
    connection = stored.connection
    poll = room.office.ports.connections.poll_state(connection.id)
    return ConnectionShown(
        id=connection.id,
        erp=connection.erp.kind,
        carrier=connection.carrier.kind,
        company=connection.company,
        revision=stored.revision,
        status=stored.status,
        why=stored.why,
        hint=advised(stored.hint) if stored.hint else None,
        schedule=connection.schedule,
        timezone=connection.timezone,
        start_from=stored.start_from,
        touched=stored.touched,
        polled=poll.polled,
        succeeded=poll.succeeded,
        outcome=poll.outcome,
    )
