"""A person takes in a document that stood in the ERP's set when the connection began."""

from __future__ import annotations

from collections.abc import Sequence

from shared import log
from shared.errors import Refused
from shared.ports import Change, Ports, StoredConnection
from shared.workflow.intake.line import of_the_line
from shared.workflow.intake.run import LEDGER

TAKEN = "taken in by a person"


def take_older(ports: Ports, stored: StoredConnection, documents: Sequence[str], who: str) -> None:
    """Let the next poll read these documents as it reads new ones. Raises Refused, and takes none of them, where one is
    not older than the line: it was taken in, or the first poll did not see it."""
    name, now = stored.connection.id, ports.clock.now()
    older = of_the_line(ports, name, documents)
    for document in documents:
        if document not in older:
            message = f"{document} is none of the documents that stood in the ERP before {name} selected them"
            hint = "the reconciliation of a day names those that were left alone"
            raise Refused("document", message, field="document", value=document, hint=hint)
    for document in documents:
        # First: a document that is older no more and that nobody asks for would be lost.
        ports.connections.ask_for(name, document, now, TAKEN)
        ports.connections.mark_seen(name, [Change(document, TAKEN)], now + LEDGER)
        log.step("taken_in_by_hand", connection=name, document=document, who=who)
