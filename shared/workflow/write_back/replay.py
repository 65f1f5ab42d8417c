"""Write-backs are made once more: what the ERP should hold is compared with what it holds, and corrected (S62)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from shared.connection import Connection
from shared.domain.hints import Action, Hint, do
from shared.domain.record import Head
from shared.domain.state import State
from shared.domain.steps import Step
from shared.errors import Refused
from shared.ports import Conflict, Ports
from shared.workflow.orders.change import StepChange
from shared.workflow.orders.standing import existing, standing
from shared.workflow.orders.step import move
from shared.workflow.write_back.telling import tell_erp, unwanted_by


def write_again(ports: Ports, key: str, who: str) -> tuple[str, ...]:
    """Tells the ERP of a DONE order once more; the fields that hold it then. The order stays as it is.

    Raises Refused for an order that is not DONE, whose connection writes nothing, or whose note the ERP refuses; Retry
    or Unknown when the ERP did not answer: it may be repeated.
    """
    head = existing(ports, key)
    if head.state != State.DONE:
        stands = standing(head)
        acts = (do(Action.RETRY, order=head.document),)
        hint = Hint("a shipped one is written by itself, a held one by {0}", acts)
        raise Refused("state", f"order {head.document} is {stands}: only a DONE one is written again", hint=hint)
    connection = ports.connections.revision(head.connection, head.revision)
    unwanted = unwanted_by(connection)
    if unwanted:
        raise Refused("write_back", f"nothing is written for order {head.document}: {unwanted}", field="write_back")
    written = tell_erp(ports, head, connection)
    if written.failed:
        raise written.failed
    step: StepChange = {"who": who, "why": ", ".join(written.fields), "written_back": True, "telling": written.telling}
    try:
        move(ports, written.head, State.DONE, what=Step.WRITTEN_BACK_AGAIN, **step)
    except Conflict:
        _tell_what_stands(ports, key, connection)
        raise
    return written.fields


def _tell_what_stands(ports: Ports, key: str, connection: Connection) -> None:
    """The order moved while it was written: after a void the number just written must not stay in the ERP."""
    head = ports.orders.head(key)
    if head and head.shipment_id:
        tell_erp(ports, head, connection)


def done_since(ports: Ports, connection: str, since: datetime) -> Iterator[Head]:
    """The DONE orders of a connection that were taken in or moved since, newest first by when they were taken in."""
    page: list[str] = []
    for key in ports.orders.listing(connection, "done"):
        page.append(key)
        if len(page) == 100:
            yield from _since(ports, page, since)
            page = []
    yield from _since(ports, page, since)


def _since(ports: Ports, keys: list[str], since: datetime) -> list[Head]:
    return [head for head in ports.orders.heads(keys) if head.state == State.DONE and head.updated_at >= since]
