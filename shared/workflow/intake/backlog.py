"""The documents that a start would take in, and those that it leaves alone. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from shared.ports import Change, Ports, StoredConnection
from shared.workflow.intake.line import draws_line, listed_older, of_the_line
from shared.workflow.intake.selection import former_of, left_before, newly_selected


@dataclass(frozen=True, slots=True)
class Backlog:
    """`changes` are taken in by the next poll. `older` are documents that the ERP has ready and that are left alone,
    since they stood there when the line was drawn: a person decides about each of them."""

    changes: tuple[Change, ...]
    older: tuple[str, ...] = ()


def backlog(ports: Ports, stored: StoredConnection) -> Backlog:
    """Return what changed since the cut-over line, and what the first poll leaves alone, or has left alone. Where the
    first poll draws that line, all that changed is older; where another selection draws it anew, what is new in it."""
    name = stored.connection.id
    state = ports.connections.poll_state(name)
    with ports.erp(stored.connection) as erp:
        stood = [each.document for each in listed_older(erp, stored.start_from)]
        found = tuple(erp.changed("", stored.start_from))
        drawn = draws_line(ports, stored, erp, state)
    there = tuple(dict.fromkeys((*stood, *(each.document for each in found))))
    if drawn:
        return Backlog((), there)
    former = former_of(ports, stored, state)
    new = [each.document for each in (newly_selected(ports, stored, state, former) or ())] if former else []
    older = of_the_line(ports, name, there) | frozenset(stood if state.rescanned is None else new)
    older |= frozenset(left_before(ports, stored, state, [each for each in there if each not in older]))
    changes = tuple(each for each in found if each.document not in older)
    return Backlog(changes, tuple(each for each in there if each in older))
