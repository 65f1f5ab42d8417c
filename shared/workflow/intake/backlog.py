"""The documents that a start would take in, and those that it leaves alone. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from shared.ports import Change, Ports, StoredConnection
from shared.workflow.intake.line import draws_line, of_the_line, stood_before


@dataclass(frozen=True, slots=True)
class Backlog:
    """`changes` are taken in by the next poll. `older` are documents that the ERP has ready and that are left alone,
    since they stood there when the connection began: a person decides about each of them."""

    changes: tuple[Change, ...]
    older: tuple[str, ...] = ()


def backlog(ports: Ports, stored: StoredConnection) -> Backlog:
    """Return what changed since the cut-over line. Where the first poll draws that line, all of it is older."""
    name = stored.connection.id
    state = ports.connections.poll_state(name)
    with ports.erp(stored.connection) as erp:
        stood = [each.document for each in stood_before(stored, erp, state)]
        found = tuple(erp.changed("", stored.start_from))
        if draws_line(ports, stored, erp, state):
            return Backlog((), tuple(each.document for each in found))
    older = of_the_line(ports, name, [each.document for each in found])
    changes = tuple(each for each in found if each.document not in older)
    return Backlog(changes, (*stood, *(each.document for each in found if each.document in older)))
