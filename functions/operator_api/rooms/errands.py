"""Errands: asked for here, and done by a worker that has the credentials. A void, a shipment once more, the end of a
doubt, a dry-run. Each answer says that it was asked for; the list says how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from pydantic import Field, StringConstraints

from functions.operator_api.answers import Advised, Answer, Failed, advised
from functions.operator_api.fields import Asked, Key, Text, Version, Why
from functions.operator_api.people import Role
from functions.operator_api.room import Room
from functions.operator_api.rooms.connections import Id, applied
from functions.operator_api.rooms.orders import existing
from shared import log
from shared.domain.errand import Errand, Result, Stage, Verb, errand_id, under_way
from shared.domain.record import Head
from shared.ports import Conflict
from shared.workflow.desk.unknown import check_doubtful, settled_at
from shared.workflow.desk.void import check_voidable

room = Room("errands")
LISTED = 10
Name = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[!-{}~]+$")]
Names = Annotated[tuple[Name, ...], Field(max_length=200)]
Token = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class ErrandShown(Answer):
    """Something that was asked for. `stage` is asked, begun, done, refused, unclear (it may have been done: look at the
    order) or lapsed (nothing was done). `names` are the lines, packages or documents. `said`,
    `columns` and `rows` are its result."""

    id: str
    verb: str
    who: str
    why: str
    names: list[str]
    asked_at: datetime
    stage: str
    said: str
    hint: Advised | None
    columns: list[str]
    rows: list[list[str]]
    token: str


class ErrandList(Answer):
    """The last errands of an order or a connection, the newest first."""

    errands: list[ErrandShown]


class VoidAsked(Asked):
    """The version that was seen, why, and the shipment's tracking number typed again. `packages` are tracking numbers
    of those that go; none for all."""

    version: Version
    why: Why
    number: Name
    packages: Names = ()


class ProposalAsked(Asked):
    """The version that was seen, and the lines that shall go; none for all that go by themselves."""

    version: Version
    lines: Names = ()


class ShipmentAsked(ProposalAsked):
    """As the proposal was asked for; `token` is the proposal's own."""

    token: Token


class LookAsked(Asked):
    """The version that was seen."""

    version: Version


class AdoptionAsked(Asked):
    """The version that was seen, and the shipment that is the order's: its id, or one of its tracking numbers."""

    version: Version
    shipment: Name


class AbsenceAsked(Asked):
    """The version that was seen, our reference typed again, and why the person is sure."""

    version: Version
    reference: Text
    why: Why


class DryRunAsked(Asked):
    """The documents to try; none for the last that changed."""

    documents: Annotated[tuple[Name, ...], Field(max_length=20)] = ()


@room.allows(Role.CLERK, "GET", "/orders/<key>/errands", "Show what was asked for about an order, and its result.")
def list_of_order(key: Key) -> ErrandList:
    """The last errands of an order."""
    return _listed(existing(key).key)


@room.allows(Role.OPERATOR, "POST", "/orders/<key>/void", "Have a label voided.", status=HTTPStatus.ACCEPTED)
def ask_for_void(key: Key, asked: VoidAsked) -> ErrandShown:
    """The carrier is asked once, and only while the order is at this version. The label's numbers leave the ERP."""
    head = _at(key, asked.version)
    check_voidable(head)
    _typed_again(asked.number, head.tracking_number, "number", "tracking number")
    return _ask(Verb.VOID, head, asked.why, names=asked.packages)


@room.allows(
    Role.OPERATOR,
    "POST",
    "/orders/<key>/proposal",
    "Show what would be shipped again.",
    status=HTTPStatus.ACCEPTED,
)
def ask_for_proposal(key: Key, asked: ProposalAsked) -> ErrandShown:
    """The ERP is read; nothing is changed."""
    return _ask(Verb.PROPOSE, _at(key, asked.version), names=asked.lines)


@room.allows(Role.OPERATOR, "POST", "/orders/<key>/shipment", "Have it shipped again.", status=HTTPStatus.ACCEPTED)
def ask_for_shipment(key: Key, asked: ShipmentAsked) -> ErrandShown:
    """Exactly what the proposal showed: where the ERP has changed meanwhile, nothing is done."""
    return _ask(Verb.SHIP, _at(key, asked.version), names=asked.lines, token=asked.token)


@room.allows(
    Role.OPERATOR, "POST", "/unknown/<key>/look", "Look for a label at the carrier.", status=HTTPStatus.ACCEPTED
)
def ask_for_look(key: Key, asked: LookAsked) -> ErrandShown:
    """By our reference, at every source; nothing is changed."""
    head = _at(key, asked.version)
    check_doubtful(head)
    return _ask(Verb.LOOK_UP, head)


@room.allows(
    Role.OPERATOR, "POST", "/unknown/<key>/adoption", "Take a shipment as the order's.", status=HTTPStatus.ACCEPTED
)
def ask_for_adoption(key: Key, asked: AdoptionAsked) -> ErrandShown:
    """The carrier must show it under our reference, with as many packages as were asked for."""
    head = _at(key, asked.version)
    check_doubtful(head)
    return _ask(Verb.ADOPT, head, names=[asked.shipment])


@room.allows(Role.OPERATOR, "POST", "/unknown/<key>/absent", "Say that no label was made.", status=HTTPStatus.ACCEPTED)
def ask_for_absence(key: Key, asked: AbsenceAsked) -> ErrandShown:
    """The carrier is asked once more; where it shows none, the order is bought again."""
    head = _at(key, asked.version)
    check_doubtful(head)
    _typed_again(asked.reference, head.reference, "reference", "reference")
    settled = settled_at(room.office.ports, head)
    if settled and room.office.ports.clock.now() < settled:
        message = f"a look-up proves nothing before {settled:%Y-%m-%d %H:%M} UTC"
        raise Failed(HTTPStatus.UNPROCESSABLE_ENTITY, message, field="reference")
    return _ask(Verb.DECLARE_ABSENT, head, asked.why)


@room.allows(Role.ENGINEER, "GET", "/connections/<name>/errands", "Show what was asked for about a connection.")
def list_of_connection(name: Id) -> ErrandList:
    """The last tests and dry-runs, with their results."""
    return _listed(applied(name).connection.id)


@room.allows(
    Role.ENGINEER, "POST", "/connections/<name>/dry-run", "Try what would be bought.", status=HTTPStatus.ACCEPTED
)
def ask_for_dry_run(name: Id, asked: DryRunAsked) -> ErrandShown:
    """Orders are read, checked and priced for real; nothing is written or bought."""
    return _ask(Verb.DRY_RUN, applied(name).connection.id, names=asked.documents)


@room.allows(Role.ENGINEER, "POST", "/connections/<name>/test", "Test a connection.", status=HTTPStatus.ACCEPTED)
def ask_for_test(name: Id) -> ErrandShown:
    """Both systems are called for real, and the codes of the file are looked up; nothing is changed."""
    return _ask(Verb.TEST, applied(name).connection.id)


def _at(key: str, version: int) -> Head:
    """The order at the version that was seen. Raises Conflict, Failed while another errand changes the order."""
    head = existing(key)
    if head.version != version:
        raise Conflict(head.key)
    office = room.office
    other = under_way(office.errands.of(head.key, LISTED), office.ports.clock.now())
    if other:
        asked = str(other.verb).replace("_", " ")
        raise Failed(HTTPStatus.CONFLICT, f"{asked} was asked for by {other.who} and is under way", field="version")
    return head


def _typed_again(typed: str, stands: str, field: str, what: str) -> None:
    if typed.strip() != stands:
        message = f"this is not the order's {what}: type it as it stands on the page"
        raise Failed(HTTPStatus.UNPROCESSABLE_ENTITY, message, field=field)


def _ask(verb: Verb, subject: Head | str, why: str = "", *, names: Sequence[str] = (), token: str = "") -> ErrandShown:
    """Keeps the errand and sends its message. One whose message is not taken is no errand: it is ended at once."""
    office, of = room.office, subject if isinstance(subject, str) else subject.key
    now = office.ports.clock.now()
    errand = Errand(
        subject=of,
        id=errand_id(now, office.ports.unique()),
        verb=verb,
        connection=subject if isinstance(subject, str) else subject.connection,
        who=room.caller.who,
        asked_at=now,
        why=why,
        version=0 if isinstance(subject, str) else subject.version,
        names=tuple(names),
        token=token,
    )
    office.errands.add(errand)
    try:
        office.errand_queue.send(errand.connection, [errand.place], "errand")
    except Exception:
        begun = office.errands.begin(errand, now)  # so no worker begins it any more
        if begun:
            office.errands.end(replace(begun, stage=Stage.REFUSED, result=Result("no worker was told of it")))
        raise
    log.step("errand_asked", errand=errand.place, connection=errand.connection, verb=verb)
    return _shown(errand, now)


def _listed(subject: str) -> ErrandList:
    office = room.office
    now = office.ports.clock.now()
    return ErrandList(errands=[_shown(each, now) for each in office.errands.of(subject, LISTED)])


def _shown(errand: Errand, now: datetime) -> ErrandShown:
    result = errand.result
    return ErrandShown(
        id=errand.id,
        verb=errand.verb,
        who=errand.who,
        why=errand.why,
        names=list(errand.names),
        asked_at=errand.asked_at,
        stage=errand.standing(now),
        said=result.said,
        hint=advised(result.hint) if result.hint else None,
        columns=list(result.columns),
        rows=[list(row) for row in result.rows],
        token=result.token,
    )
