"""Orders that rest are looked at again at set times. Driven by due_at, through the sweep and `process`."""

from __future__ import annotations

from datetime import datetime

from shared.domain.record import Head
from shared.domain.state import Reason, State
from shared.ports import Ports
from shared.workflow.orders.due import look_later, may_have_stray, stray_window_is_open
from shared.workflow.orders.label_status import remind
from shared.workflow.orders.standing import is_voided
from shared.workflow.orders.step import HEAL
from shared.workflow.shipping.strays import look_for_strays


def watch(ports: Ports, head: Head) -> None:
    """One look at an order that is DONE, HELD or CANCELLED; quiet when its time has not come."""
    if not is_time(head, ports.clock.now()):
        return
    if head.state == State.HELD and head.reason == Reason.VOID:
        if is_voided(head):
            ports.write_back_queue.send(head.connection, [head.key], "order")
        else:
            look_later(ports, head, "a void is not settled yet")
        return
    head = remind(ports, head)
    if may_have_stray(head) and _is_looked_for(ports, head):
        look_for_strays(ports, head)
    else:
        look_later(ports, head, "nothing more than its label")


def _is_looked_for(ports: Ports, head: Head) -> bool:
    connection = ports.connections.revision(head.connection, head.revision)
    return stray_window_is_open(head, connection, ports.clock.now())


def is_time(head: Head, now: datetime) -> bool:
    """Tell if a look is due. The sweep has moved due_at by HEAL when it sent the message, a quiet look by hours."""
    return head.due_at is not None and head.due_at <= now + HEAL
