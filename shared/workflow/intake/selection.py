"""Another selection of a running connection draws the cut-over line anew, where the ERP lists its whole set.

What the former file did not want may have stood there for months, and left: no change of it tells. So what newly stands
in the set is older than the line, as at the first scan; what the former one wanted is not. A selection that only the
whole document tells is looked at when it is read: what was read and left alone by then is older, should it be wanted
now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from shared.connection import Connection
from shared.domain.order import Order, order_key
from shared.domain.parcel_group import document_key
from shared.domain.record import Head
from shared.domain.state import DISMISSED, State
from shared.ports import Change, Erp, ListsOlder, PollState, Ports, StoredConnection
from shared.workflow.intake.groups import group_keys
from shared.workflow.intake.line import is_older, listed_older, note_older, of_the_line
from shared.workflow.intake.run import LEDGER, mark_of, revision_in


def former_of(ports: Ports, stored: StoredConnection, state: PollState) -> Connection | None:
    """The connection as it selected at the last scan; None where it selects the same now, or was never scanned."""
    if state.rescanned is None or state.scanned_by in (None, stored.revision):
        return None
    mine, then = stored.connection, ports.connections.revision(stored.connection.id, state.scanned_by)
    if selects_alike(mine, then):
        return None
    keys = {key: getattr(then.erp, key) for key in mine.erp.listed_by}
    return mine.model_copy(update={"select": then.select, "erp": mine.erp.model_copy(update=keys)})


def selects_alike(one: Connection, other: Connection) -> bool:
    """Tell if two files of one connection take the same documents."""
    keys = one.erp.listed_by
    return one.select == other.select and all(getattr(one.erp, key) == getattr(other.erp, key) for key in keys)


def lists_its_set(erp: Erp) -> bool:
    """Tell if each poll lists the whole set, and not only what changed since the last one: then what stands in it since
    long ago looks like what is new."""
    return not erp.changes_have_time or isinstance(erp, ListsOlder)


def draw_anew(ports: Ports, stored: StoredConnection, state: PollState) -> PollState:
    """Draw the line anew where the file selects something else than at the last scan, and return where polling stands.
    Nothing is taken before that. May be repeated."""
    former = former_of(ports, stored, state)
    drawn = replace(state, scanned_by=stored.revision)
    if former is None:
        return drawn
    new = newly_selected(ports, stored, state, former)
    if new is None:
        return drawn
    connections, name = ports.connections, stored.connection.id
    note_older(ports, name, new)
    open_ones = _open(ports, name, state)
    older = of_the_line(ports, name, list(open_ones))
    kept = [Change(each, mark_of("", stored.revision)) for each in sorted(open_ones - older)]
    connections.mark_seen(name, kept, ports.clock.now() + LEDGER)  # they were wanted by then: none is left out
    return replace(drawn, line_since=stored.revision)


def newly_selected(
    ports: Ports, stored: StoredConnection, state: PollState, former: Connection
) -> Sequence[Change] | None:
    """The documents that stand in the ERP's set by the present file and not by the former one, and that are no orders
    of ours; None at an ERP that lists what changed, and not its whole set."""
    with ports.erp(stored.connection) as erp:
        if not lists_its_set(erp):
            return None
        listed, scope = _listed(erp, stored), f"{erp.system}/{erp.company}"
        known = (erp.system, erp.company)
    if state.scope not in ("", scope):
        return ()  # another tenant's numbers: the poll refuses them
    with ports.erp(former) as erp:
        before = _listed(erp, stored)
    name = stored.connection.id
    open_ones = _open(ports, name, state)
    found = [each for document, each in listed.items() if document not in before and document not in open_ones]
    marks = ports.connections.seen(name, [each.document for each in found])
    return [
        each
        for each in found
        if not is_older(marks.get(each.document, "")) and not _has_order(ports, name, order_key(*known, each.document))
    ]


def stays_left(ports: Ports, stored: StoredConnection, state: PollState, order: Order, head: Head | None) -> bool:
    """Tell if an order is older than the line that was drawn anew: its document was read before that and left alone, or
    let go, and only another selection wants it now. That is noted. A document that is open counts as new."""
    if not state.line_since or order.cancelled or (head and not _was_let_go(head, stored.connection.id)):
        return False
    name = stored.connection.id
    mark = ports.connections.seen(name, [order.document]).get(order.document, "")
    if is_older(mark):
        return True
    if not 0 < revision_in(mark) < state.line_since:
        return False
    note_older(ports, name, [Change(order.document, order.changed)])
    return True


def not_wanted(ports: Ports, erp: Erp, connection: str, marks: Mapping[str, str]) -> frozenset[str]:
    """Those documents of the ledger that were read and not wanted, or let go; none that is older than the line."""
    left = [document for document, mark in marks.items() if mark and not is_older(mark)]
    return frozenset(
        each for each in left if not _has_order(ports, connection, order_key(erp.system, erp.company, each))
    )


def left_before(ports: Ports, stored: StoredConnection, state: PollState, documents: Iterable[str]) -> list[str]:
    """Those of the documents that were read under a former selection and left alone, or let go: should the present one
    want them, they are older than the line."""
    line = stored.revision if former_of(ports, stored, state) else state.line_since
    if not line:
        return []
    name = stored.connection.id
    marks = ports.connections.seen(name, list(documents))
    with ports.erp(stored.connection) as erp:
        if not lists_its_set(erp):
            return []
        left = [document for document, mark in marks.items() if not is_older(mark) and 0 < revision_in(mark) < line]
        new = [each for each in left if not _has_order(ports, name, order_key(erp.system, erp.company, each))]
        return [document for document in new if any(not order.cancelled for order in erp.read(document))]


def _listed(erp: Erp, stored: StoredConnection) -> dict[str, Change]:
    found = [*listed_older(erp, stored.start_from), *erp.changed("", stored.start_from)]
    return {each.document: each for each in found}


def _open(ports: Ports, connection: str, state: PollState) -> frozenset[str]:
    """The documents with which the connection is not done, and those that a poll was reading when it died."""
    kept = ports.connections.open_documents(connection)
    return frozenset((*(each.document for each in kept), *(each.document for each in state.reading)))


def _has_order(ports: Ports, connection: str, key: str) -> bool:
    """Tell if a document is an order of ours, or of another connection, that was not let go."""
    heads = ports.orders.heads(group_keys(ports, document_key(key)))
    return any(not _was_let_go(head, connection) for head in heads)


def _was_let_go(head: Head, connection: str) -> bool:
    """Tell if this connection's selection let the order go, with nothing bought of it. What another one let go is
    handed over; what a person dismissed stays so."""
    unbought = head.state == State.CANCELLED and not head.shipment_id and not head.in_doubt and head.generation == 1
    return unbought and head.reason != DISMISSED and head.connection == connection
