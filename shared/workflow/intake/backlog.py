"""The documents that a start would take in, and those that it leaves alone. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from shared.ports import Change, ListsOlder, Ports, StoredConnection
from shared.workflow.intake.line import draws_line, of_the_line


@dataclass(frozen=True, slots=True)
class Backlog:
    """`changes` are taken in by the next poll. `older` are documents that the ERP has ready and that are left alone,
    since they stood there when the connection began: a person decides about each of them."""

    changes: tuple[Change, ...]
    older: tuple[str, ...] = ()


def backlog(ports: Ports, stored: StoredConnection) -> Backlog:
    """Return what changed since the cut-over line, and what the first poll leaves alone, or has left alone. Where the
    first poll draws that line, all that changed is older."""
    name = stored.connection.id
    state = ports.connections.poll_state(name)
    with ports.erp(stored.connection) as erp:
        stood = [each.document for each in erp.older(stored.start_from)] if isinstance(erp, ListsOlder) else []
        found = tuple(erp.changed("", stored.start_from))
        drawn = draws_line(ports, stored, erp, state)
    there = tuple(dict.fromkeys((*stood, *(each.document for each in found))))
    if drawn:
        return Backlog((), there)
    older = of_the_line(ports, name, there) | frozenset(stood if state.rescanned is None else ())
    changes = tuple(each for each in found if each.document not in older)
    return Backlog(changes, tuple(each for each in there if each in older))
