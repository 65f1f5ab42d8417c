"""Who is signed in, and how everything stands."""

from __future__ import annotations

from datetime import datetime

from functions.operator_api.answers import Advised, Answer, advised
from functions.operator_api.people import Role
from functions.operator_api.room import Room
from shared.workflow.upkeep.standing import MOST, Standing, standing_of

room = Room("today")


class Me(Answer):
    """Who is signed in. `roles` are all that the caller's role holds, the highest last; none without a role."""

    name: str
    roles: list[str]


class Unread(Answer):
    """A document of the ERP that could not be read for a day."""

    document: str
    since: datetime
    why: str


class ConnectionStanding(Answer):
    """How a connection stands. `counts` are its orders by bucket, `held` those that wait for a person by reason; what
    is counted at `most` may be more. `silent_since` is set when polls are missing, `unheard_since` when no parcel was
    heard of for long. `stock_trouble` says what keeps its stock from being compared or set, "" for nothing."""

    connection: str
    status: str
    why: str
    hint: Advised | None
    schedule: str
    polled: datetime | None
    outcome: str
    silent_since: datetime | None
    unheard_since: datetime | None
    counts: dict[str, int]
    held: dict[str, int]
    unknown: int
    in_doubt: int
    unsent: int
    unsent_long: int
    limited: int
    limited_until: datetime | None
    oldest_open: datetime | None
    unread: list[Unread]
    account_unread: str
    receipts_held: int
    stock_trouble: str


class Status(Answer):
    """All connections at a glance."""

    at: datetime
    most: int
    connections: list[ConnectionStanding]


@room.allows(Role.NOBODY, "GET", "/me", "Say who is signed in.")
def me() -> Me:
    """The caller's name and roles."""
    caller = room.caller
    return Me(name=caller.name, roles=[role.word for role in Role if Role.NOBODY < role <= caller.role])


@room.allows(Role.VIEWER, "GET", "/status", "Show how everything stands.")
def status() -> Status:
    """Each connection: its polls, its orders by bucket, and what of them waits for whom."""
    ports = room.office.ports
    stored = ports.connections.all()
    standings = [(each, standing_of(ports, each, each.why)) for each in stored]
    shown = [_shown(one, advised(each.hint) if each.hint else None) for each, one in standings]
    return Status(at=ports.clock.now(), most=MOST, connections=shown)


def _shown(each: Standing, hint: Advised | None) -> ConnectionStanding:
    """The names are those of the use case, but for the hint and the last poll."""
    own = {name: getattr(each, name) for name in ConnectionStanding.model_fields if hasattr(each, name)}
    unread = [Unread(document=one.document, since=one.since, why=one.why) for one in each.unread]
    poll = {"polled": each.poll.polled, "outcome": each.poll.outcome}
    return ConnectionStanding.model_validate({**own, **poll, "hint": hint, "unread": unread})
