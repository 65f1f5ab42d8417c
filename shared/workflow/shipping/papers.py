"""Papers for customs: kept beside the labels, and no label goes out without them unasked."""

from __future__ import annotations

from shared.domain.hints import Action, Hint, do
from shared.domain.record import Head
from shared.domain.shipment import Document
from shared.domain.state import Reason
from shared.errors import Refused
from shared.ports import Ports
from shared.workflow.orders.standing import was_held_for
from shared.workflow.orders.step import held

_HINT = Hint(
    "make the invoice by hand and print it with the label, then {0}; or {1}, and ship it again",
    (do(Action.RETRY), do(Action.VOID)),
)


def place_of_papers(head: Head) -> str:
    """The name of an order's papers: order and generation, beside its labels."""
    return f"{head.key}/{head.generation}/papers.pdf"


def keep_papers(ports: Ports, head: Head, made: Document | None) -> None:
    """Keep the papers that came with the label, before anything else is done: no carrier gives them again."""
    if made:
        connection = ports.connections.revision(head.connection, head.revision)
        ports.labels.put(place_of_papers(head), made.image, connection.retention)


def has_papers(ports: Ports, head: Head) -> bool:
    """Tell if the order may go on. False, and it is held, where the shipment needs papers and none are kept: those of a
    lost answer are gone. Not again after a person has let it go on."""
    connection = ports.connections.revision(head.connection, head.revision)
    if connection.customs is None or not _needs(ports, head) or ports.labels.has(place_of_papers(head)):
        return True
    if was_held_for(ports, head, Reason.PAPERS):
        return True
    message = (
        "the label is bought, and its invoice for customs is not here: the answer that had it was lost, or had none"
    )
    held(ports, head, Reason.PAPERS, message, field="papers", hint=_HINT)
    return False


def _needs(ports: Ports, head: Head) -> bool:
    """Tell if the shipment was asked for with an invoice; not once its snapshot has expired."""
    try:
        plan = ports.orders.snapshot(head.key, head.generation).plan
    except Refused:
        return False
    return plan is not None and plan.papers is not None and plan.papers.form
