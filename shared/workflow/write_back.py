"""The numbers go back into the ERP: a step of its own, with its own tries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from shared import log
from shared.connection import Connection
from shared.domain.order import of_company
from shared.domain.record import Head
from shared.domain.state import Reason, State
from shared.domain.tracking import LABEL_CREATED
from shared.errors import Misconfigured, NewerFormat, Refused, Retry, Unknown
from shared.ports import Conflict, Erp, Ports, WriteBack
from shared.workflow.document_note import tell
from shared.workflow.label_reminders import next_reminder
from shared.workflow.shipping import close_connection, newer_format
from shared.workflow.transitions import HEAL, again_later, held, move, waits

SOON = timedelta(minutes=1)
WRITE_SECONDS = 140.0
"""Time that must be left in the function: an ERP's gateway may take a minute for each of two calls (facts/infor.md)."""


def write_back(ports: Ports, key: str, time_left: Callable[[], float]) -> None:
    """Tells the ERP about a shipped order; quiet for any other. The ERP's fields are read before they are written.

    Without enough time left nothing is begun: the order is due again soon, and its message is not counted as failed.
    """
    try:
        head = ports.orders.head(key)
        stored = ports.connections.get(head.connection) if head else None
    except NewerFormat as error:
        newer_format("", key, error)
        return
    if head is None or stored is None or head.state != State.SHIPPED or waits(head, ports.clock.now()):
        return
    if time_left() < WRITE_SECONDS:
        ports.orders.postpone(head, ports.clock.now() + SOON, count=False)
        return
    if stored.status == "closed":
        ports.orders.postpone(head, ports.clock.now() + HEAL, count=False)
        return
    try:
        _write(ports, head, ports.connections.revision(head.connection, head.revision))
    except Conflict:
        log.step("somebody_else_was_first", order=key)
    except Misconfigured as error:
        close_connection(ports, stored, error)
    except NewerFormat as error:
        newer_format(head.connection, key, error)


def _write(ports: Ports, head: Head, connection: Connection) -> None:
    unwanted = _unwanted(connection)
    if unwanted:
        move(ports, head, State.DONE, what="not_written_back", why=unwanted, due_at=_next_look(ports, head))
        return
    try:
        erp = _its_own(ports.erp(connection), head)
        page = _tracking_page(ports, connection)
        fields = tell(ports, head, lambda each: _note(ports, each, page), erp.write)
    except (Retry, Unknown) as error:
        after = error.after if isinstance(error, Retry) else None
        again_later(
            ports,
            head,
            str(error),
            after,
            state=State.SHIPPED,
            gives_up=Reason.WRITE_BACK,
            what="write_back_failed",
        )
    except Refused as error:
        held(ports, head, Reason.WRITE_BACK, str(error), field=error.field, hint=error.hint, what="write_back_refused")
    else:
        facts: dict[str, Any] = {"written_back": True, "tries": 0, "due_at": _next_look(ports, head)}
        move(ports, head, State.DONE, what="written_back", why=", ".join(fields), **facts)


def _next_look(ports: Ports, head: Head) -> datetime | None:
    """When a shipped order is looked at again: while its label has not reached its supplier."""
    return next_reminder(head, ports.clock.now())


def _unwanted(connection: Connection) -> str:
    """Why nothing is written for this connection, "" when it is."""
    if not connection.write_back.enabled:
        return "write_back.enabled is false"
    if connection.carrier.environment == "test" and not connection.erp.test_system:
        return "carrier.environment is test, and the ERP is not marked as a test system"
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
    return ports.carrier(connection).tracking_url if connection.write_back.tracking_url else lambda _: ""


def _note(ports: Ports, head: Head, page: Callable[[str], str]) -> WriteBack:
    """What the ERP is told; without the cost where another account pays."""
    snapshot = ports.orders.snapshot(head.key, head.generation)
    quote, plan = snapshot.quote, snapshot.plan
    packages = ports.orders.packages(head.key, head.generation)
    return WriteBack(
        document=head.document,
        reference=head.reference,
        shipment_id=head.shipment_id,
        tracking_numbers=tuple(package.tracking_number for package in packages),
        service=head.service,
        cost=head.cost if plan is None or plan.billing.kind == "shipper" else None,
        cost_estimated=head.cost_estimated,
        eta=quote.arrival.isoformat() if quote and quote.arrival else "",
        milestone=LABEL_CREATED,
        tracking_url=page(head.tracking_number),
    )
