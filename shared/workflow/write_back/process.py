"""The numbers go back into the ERP: a step of its own, with its own tries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from shared import log
from shared.connection import Connection
from shared.domain.order import of_company
from shared.domain.record import Head
from shared.domain.state import Reason, State
from shared.errors import Misconfigured, NewerFormat, Refused, Retry, Unknown
from shared.ports import Conflict, Erp, Ports
from shared.workflow.orders.after_label import to_rest
from shared.workflow.orders.closing import close_connection, newer_format
from shared.workflow.orders.standing import VOIDED, is_voided
from shared.workflow.orders.step import HEAL, again_later, held, move, waits
from shared.workflow.shipping.labels import has_images
from shared.workflow.write_back.document import tell
from shared.workflow.write_back.update import note_of

SOON = timedelta(minutes=1)
WRITE_SECONDS = 140.0
"""Time that must be left in the function: an ERP's gateway may take a minute for each of two calls."""


def write_back(ports: Ports, key: str, time_left: Callable[[], float]) -> None:
    """Tells the ERP about a shipped or voided order; quiet for any other, and until each label's image is kept. The
    ERP's fields are read before.

    Without enough time left nothing is begun: the order is due again soon, and its message is not counted as failed.
    """
    try:
        head = ports.orders.head(key)
        stored = ports.connections.get(head.connection) if head else None
    except NewerFormat as error:
        newer_format("", key, error)
        return
    if head is None or stored is None or not _to_be_told(head) or waits(head, ports.clock.now()):
        return
    if time_left() < WRITE_SECONDS:
        ports.orders.postpone(head, ports.clock.now() + SOON, count=False)
        return
    if stored.status == "closed":
        ports.orders.postpone(head, ports.clock.now() + HEAL, count=False)
        return
    if head.state == State.SHIPPED and not has_images(ports, head):  # the message was of an earlier label
        ports.orders.postpone(head, ports.clock.now(), count=False)
        return
    try:
        _write(ports, head, ports.connections.revision(head.connection, head.revision))
    except Conflict:
        log.step("somebody_else_was_first", order=key)
    except Misconfigured as error:
        if not close_connection(ports, stored, error):
            ports.orders.postpone(head, ports.clock.now() + SOON, count=False)
    except NewerFormat as error:
        newer_format(head.connection, key, error)


def _to_be_told(head: Head) -> bool:
    """A shipped order; or one whose label is voided, and whose numbers are to leave the ERP."""
    return head.state == State.SHIPPED or (head.state == State.HELD and head.reason == Reason.VOID and is_voided(head))


def _write(ports: Ports, head: Head, connection: Connection) -> None:
    unwanted = unwanted_by(connection)
    if unwanted:
        _told(ports, head, "not_written_back", unwanted)
        return
    try:
        fields = tell_erp(ports, head, connection)
    except (Retry, Unknown) as error:
        _again(ports, head, error)
    except Refused as error:
        held(ports, head, Reason.WRITE_BACK, str(error), field=error.field, hint=error.hint, what="write_back_refused")
    else:
        _told(ports, head, "written_back", ", ".join(fields), written_back=not is_voided(head), tries=0)


def tell_erp(ports: Ports, head: Head, connection: Connection) -> tuple[str, ...]:
    """Writes what the ERP should hold of the head's document; the fields that hold it then. What fails passes through.

    The fields are read first, and only ours that differ are written, so it may be repeated at any time.
    """
    page = _tracking_page(ports, connection)
    with ports.erp(connection) as erp:
        return tell(ports, head, lambda each: note_of(ports, each, page), _its_own(erp, head).write)


def _told(ports: Ports, head: Head, what: str, why: str, **facts: Any) -> None:
    """The end of a write-back: DONE; or CANCELLED once a voided label's numbers are out of the ERP."""
    if is_voided(head):
        step = "withdrawn" if what == "written_back" else what
        move(ports, head, State.CANCELLED, what=step, why=why, reason=VOIDED, **facts)
    else:
        to_rest(ports, head, what=what, why=why, **facts)


def _again(ports: Ports, head: Head, error: Retry | Unknown) -> None:
    after = error.after if isinstance(error, Retry) else None
    reason = str(Reason.VOID) if is_voided(head) else "retry"
    failed: dict[str, Any] = {"gives_up": Reason.WRITE_BACK, "what": "write_back_failed"}
    again_later(ports, head, str(error), after, state=head.state, reason=reason, **failed)


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


def _tracking_page(ports: Ports, connection: Connection) -> Callable[[str], str]:
    """Gives the address of a parcel's page at the carrier, "" where no field is mapped to it."""
    if not connection.write_back.writes("tracking_url"):
        return lambda _: ""
    with ports.carrier(connection) as carrier:
        return carrier.tracking_url  # asks nobody, so it may be used after the session's end
