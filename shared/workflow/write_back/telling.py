"""One telling of an ERP: the note of the order's document, written where the fields differ, then its actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice

from shared.connection import Connection
from shared.domain.milestones import Milestone, roll_up
from shared.domain.order import of_company
from shared.domain.record import Head
from shared.domain.state import Reason, State
from shared.domain.telling import ActionRecord, Facts, Telling, as_told
from shared.errors import Misconfigured, Refused, Retry, Unknown
from shared.ports import Erp, ErpActions, Ports, WriteBack
from shared.workflow.orders.pages import keep_page
from shared.workflow.orders.standing import is_voided
from shared.workflow.write_back.act import Failed, Performed, perform
from shared.workflow.write_back.document import Write, document_of, tell
from shared.workflow.write_back.update import Page, note_of

LATELY = 50
"""The number of held orders, newest first, among which one that met the same is looked for."""


@dataclass(frozen=True, slots=True)
class Written:
    """The head after the ERP was told, which an action may have moved, and the fields that hold the note.

    `telling` is what the step that follows writes, None while the ERP was told a label's own facts and nothing else.
    `failed` is what went wrong, None when nothing did; `refused` is the record of an action that the ERP's people
    decided against, for the step that tells a person. At `again_at` the ERP is asked for such a decision, None where it
    owes none.
    """

    head: Head
    fields: tuple[str, ...] = ()
    telling: Telling | None = None
    failed: Failed | None = None
    refused: ActionRecord | None = None
    again_at: datetime | None = None


def tell_erp(ports: Ports, head: Head, connection: Connection) -> Written:
    """Writes what the ERP should hold of the head's document.

    The fields are read first, and only ours that differ are written, so it may be repeated at any time; what may not be
    repeated is an action with an intent of its own. Once an action was made the fields are written again, since some
    may stand on what it made. Of a voided label all that was told is taken back, also what came
    back by a write that took effect late. Raises Misconfigured.
    """
    pages, performed = _tracking_pages(ports, connection), Performed(head)

    def noted(each: Head, told: Telling | None) -> WriteBack:
        taken_back = each.key == head.key and is_voided(each)
        return note_of(ports, replace(each, state=State.HELD) if taken_back else each, told, pages(each))

    with ports.erp(connection) as erp:
        write = _of_one(ports, head, _its_own(erp, head))
        try:
            fields, note, document = tell(ports, head, noted, write)
            telling = document.telling(head.key)
            if isinstance(erp, ErpActions):
                own = document.with_all(note_of(ports, head, telling, pages(head)), note)
                awaited = document.awaited(head, ports.clock.now())
                others = document.besides(head.key)
                performed = perform(ports, head, connection, erp, own, awaited=awaited, others=others)
                made, head = performed.head is not head, performed.head
                if made and not performed.failed:
                    fields, note, document = tell(ports, head, noted, write)
        except (Retry, Unknown, Refused) as error:
            return Written(head, failed=error)
    again_at = performed.again_at
    if performed.failed or (telling is None and document.last is None and again_at is None):
        return Written(head, fields, failed=performed.failed, refused=performed.refused)
    telling = _of_generation(ports, head, telling) if telling else Telling(head.generation)
    told = as_told(telling, facts_of(note), ports.clock.now())
    if again_at:
        told = replace(told, again_at=again_at, due_at=told.due_at if told.differs else again_at)
    return Written(head, fields, told, again_at=again_at)


def _of_one(ports: Ports, head: Head, erp: Erp) -> Write:
    """The ERP's write, whose odd answers are this order's own: what is not general is refused for it. Raises
    Misconfigured once another order of the connection is held for the same."""

    def written(note: WriteBack) -> tuple[str, ...]:
        try:
            return erp.write(note)
        except Misconfigured as error:
            if error.general or _met_alike(ports, head, error.field):
                raise
            raise Refused(Reason.WRITE_BACK, str(error), field=error.field, hint=error.hint) from error

    return written


def _met_alike(ports: Ports, head: Head, field: str) -> bool:
    """Tell if the ERP refused the write of another order for the same field of the file, among those held lately."""
    keys = list(islice(ports.orders.listing(head.connection, "held"), LATELY))
    held = (each for each in ports.orders.heads(keys) if each.key != head.key)
    return any((each.reason, each.field) == (Reason.WRITE_BACK, field) for each in held)


def begun(ports: Ports, head: Head) -> Telling:
    """The order's telling, or its first one: the ERP's document then holds what its labels say, as they are now."""
    telling = ports.orders.telling(head.key)
    if telling:
        return _of_generation(ports, head, telling)
    if not head.written_back:
        return Telling(head.generation)
    document = document_of(ports, head)
    if document.last:
        return Telling(head.generation, document=document.last.document, at=document.last.at)
    note = document.note(lambda each, told: note_of(ports, each, told, lambda _: ""))
    return Telling(head.generation, document=facts_of(note), at=head.updated_at)


def _of_generation(ports: Ports, head: Head, telling: Telling) -> Telling:
    """The telling with the head's generation: a new label stands where it was made, whatever is known of those before;
    while one of these lives, both are one shipment."""
    if telling.generation == head.generation:
        return telling
    before = range(1, telling.generation + 1)
    lives = any(not each.voided for made in before for each in ports.orders.packages(head.key, made))
    stood = telling.now.milestone if lives else ""
    milestone = roll_up([Milestone(stood), Milestone.LABEL_CREATED]) if stood else None
    now = Facts(milestone=str(milestone or ""), failure=telling.now.failure)
    return replace(telling, generation=head.generation, now=now)


def facts_of(note: WriteBack) -> Facts:
    """Return the facts of a note that a telling compares."""
    milestone = str(Milestone(note.milestone)) if note.milestone else ""
    return Facts(milestone, note.eta, note.cost, note.failure)


def unwanted_by(connection: Connection) -> str:
    """Why nothing is written for this connection, "" when it is."""
    if not connection.write_back.enabled:
        return "write_back.enabled is false"
    if connection.carrier.samples_by and not connection.erp.test_system:
        return f"labels are samples ({connection.carrier.samples_by}), and the ERP is not marked as a test system"
    return ""


def _its_own(erp: Erp, head: Head) -> Erp:
    """The ERP, when it is the order's. Raises Misconfigured for another tenant, where its number is another's order."""
    if not of_company(head.key, erp.system, erp.company):
        raise Misconfigured(
            f"order {head.key} is not of {erp.system}/{erp.company}, which the ERP credential is for",
            field="erp secret",
            hint="set the former tenant's credential again: another tenant needs a connection of its own",
        )
    return erp


def _tracking_pages(ports: Ports, connection: Connection) -> Callable[[Head], Page]:
    """Gives the address of an order's tracking page: of its parcel at the carrier, or ours; "" where no field is mapped
    to it, or ours is revoked."""
    if not connection.write_back.writes("tracking_url"):
        return lambda _: lambda _: ""
    if connection.tracking.page == "ours":
        return partial(_our_page, ports, connection)
    with ports.carrier(connection) as carrier:
        at_carrier = carrier.tracking_url  # asks nobody, so it may be used after the session's end
    return lambda _: at_carrier


def _our_page(ports: Ports, connection: Connection, head: Head) -> Page:
    page = keep_page(ports, head, connection)
    address = f"{ports.public_base}{page.path}" if page and page.is_open(ports.clock.now()) else ""
    return lambda _: address
