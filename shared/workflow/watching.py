"""Orders that rest are looked at again at set times. Driven by due_at, through the sweep and `process`."""

from __future__ import annotations

from datetime import datetime

from shared.domain.record import Head
from shared.domain.state import Reason, State
from shared.ports import Ports
from shared.workflow.looks import look_later, may_have_stray
from shared.workflow.strays import look_for_strays
from shared.workflow.transitions import HEAL
from shared.workflow.voiding import is_voided


def watch(ports: Ports, head: Head) -> None:
    """One look at an order that is DONE, HELD or CANCELLED; quiet when its time has not come."""
    if not is_time(head, ports.clock.now()):
        return
    if head.state == State.HELD and head.reason == Reason.VOID:
        if is_voided(head):
            ports.write_back_queue.send(head.connection, [head.key])
        else:
            look_later(ports, head, "a void is not settled yet")
    elif may_have_stray(head):
        look_for_strays(ports, head)


def is_time(head: Head, now: datetime) -> bool:
    """Whether a look is due. The sweep has moved due_at by HEAL when it sent the message, a quiet look by hours."""
    return head.due_at is not None and head.due_at <= now + HEAL
