"""The numbers go back into the ERP: a step of its own, with its own tries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Unpack

from shared import log
from shared.connection import Connection
from shared.domain.record import Head
from shared.domain.state import Reason, State
from shared.domain.steps import Step
from shared.domain.telling import Telling
from shared.errors import Misconfigured, NewerFormat, Refused, Retry, Unknown
from shared.ports import Conflict, Ports
from shared.workflow.orders.after_label import to_rest
from shared.workflow.orders.change import StepChange
from shared.workflow.orders.closing import close_connection, newer_format
from shared.workflow.orders.pages import refresh_page
from shared.workflow.orders.standing import VOIDED, is_voided
from shared.workflow.orders.step import HEAL, again_later, held, move, waits
from shared.workflow.shipping.labels import has_images
from shared.workflow.write_back.difference import due_telling, read_once_more, tell_difference
from shared.workflow.write_back.telling import tell_erp, unwanted_by

Course = Callable[[Ports, Head, Connection], None]

SOON = timedelta(minutes=1)
WRITE_SECONDS = 140.0
"""Time that must be left in the function: an ERP's gateway may take a minute for each of two calls."""


def write_back(ports: Ports, key: str, time_left: Callable[[], float]) -> None:
    """Tells the ERP about a shipped or voided order once each label's image is kept, and about any other one of which
    something differs from what it was told; quiet for the rest. The ERP's fields are read before.

    Without enough time left nothing is begun: the order is due again soon, and its message is not counted as failed.
    """
    try:
        head = ports.orders.head(key)
        course = _course(ports, head) if head else None
        stored = ports.connections.get(head.connection) if head and course else None
    except NewerFormat as error:
        newer_format("", key, error)
        return
    if head is None or stored is None or course is None:
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
        course(ports, head, ports.connections.revision(head.connection, head.revision))
    except Conflict:
        log.step("somebody_else_was_first", order=key)
    except Misconfigured as error:
        if not close_connection(ports, stored, error):
            ports.orders.postpone(head, ports.clock.now() + SOON, count=False)
    except NewerFormat as error:
        newer_format(head.connection, key, error)


def _course(ports: Ports, head: Head) -> Course | None:
    """Return the next work for the head: its label's first write-back, or a voided one's withdrawal; a telling of later
    differences; or None."""
    if _is_first(head):
        return None if waits(head, ports.clock.now()) else _write
    telling = due_telling(ports, head)
    return partial(tell_difference, telling=telling) if telling else None


def _is_first(head: Head) -> bool:
    """A shipped order; or one whose label is voided, and whose numbers are to leave the ERP."""
    return head.state == State.SHIPPED or (head.state == State.HELD and head.reason == Reason.VOID and is_voided(head))


def _write(ports: Ports, head: Head, connection: Connection) -> None:
    if head.generation > 1:  # a page that a person made for the first shipment
        refresh_page(ports, head, connection)
    unwanted = unwanted_by(connection)
    if unwanted:
        _told(ports, head, Step.NOT_WRITTEN_BACK, why=unwanted)
        return
    written = tell_erp(ports, head, connection)
    head, error = written.head, written.failed
    if isinstance(error, Refused):
        what, why = Step.WRITE_BACK_REFUSED, str(error)
        action = written.refused
        held(ports, head, Reason.WRITE_BACK, why, field=error.field, hint=error.hint, what=what, action=action)
    elif error:
        _again(ports, head, error)
    else:
        facts: StepChange = {"written_back": not is_voided(head), "tries": 0, "telling": written.telling}
        facts["why"] = ", ".join(written.fields)
        _told(ports, head, Step.WRITTEN_BACK, **facts)


def _told(ports: Ports, head: Head, what: Step, **facts: Unpack[StepChange]) -> None:
    """The end of a write-back: DONE; or CANCELLED once a voided label's numbers are out of the ERP."""
    if is_voided(head):
        step = Step.WITHDRAWN if what == Step.WRITTEN_BACK else what
        if step == Step.WITHDRAWN:
            known = facts["telling"] or ports.orders.telling(head.key) or Telling(head.generation)
            facts["telling"] = read_once_more(known, ports.clock.now())
        move(ports, head, State.CANCELLED, what=step, reason=VOIDED, **facts)
    else:
        to_rest(ports, head, what=what, **facts)


def _again(ports: Ports, head: Head, error: Retry | Unknown) -> None:
    after = error.after if isinstance(error, Retry) else None
    reason = str(Reason.VOID) if is_voided(head) else "retry"
    what, gives_up = Step.WRITE_BACK_FAILED, Reason.WRITE_BACK
    again_later(ports, head, str(error), after, state=head.state, what=what, reason=reason, gives_up=gives_up)
