"""Orders come in: what the ERP changed is read and claimed, what is held is read again.

Under one lease a connection, in time: the poll stops at 80% of it and goes on by a message to itself. The cursor
moves only past stored orders; an overlap, a ledger and a daily re-scan make up for what the ERP reports late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from shared import log
from shared.domain.address import Address, Party
from shared.domain.digest import content_of, fingerprint_of
from shared.domain.order import Order
from shared.domain.parcel_group import document_key
from shared.domain.record import AuditEntry, Head, Snapshot
from shared.domain.state import DISMISSED, WAITS, Reason, State
from shared.errors import Misconfigured, NewerFormat, Refused, Retry
from shared.ports import Change, Conflict, Erp, PollState, Ports, StoredConnection
from shared.workflow.after_label import AFTER_LABEL, follow_shipped, let_go
from shared.workflow.fixes import carried
from shared.workflow.looks import may_have_stray
from shared.workflow.parcel_groups import each_group, group_keys, take_groups
from shared.workflow.permission import with_approval
from shared.workflow.shipping import close_connection
from shared.workflow.transitions import HEAL, STALE, SYSTEM, changes_between, held, move, waits

LEDGER_DAYS = timedelta(days=9)
"""Longer than the re-scan looks back, so that it meets its own ledger."""
RESCAN = timedelta(days=7)
RESCAN_EVERY = timedelta(days=1)
AFTER_CHANGED, AFTER_SHIPPED, AFTER_HELD = 0.6, 0.4, 0.2
"""The part of a poll's time that must be left to begin another document that changed, was shipped, is held: the order
in which they are read."""
BATCH = 10
PATIENCE = 5
"""So many documents may fail to be read in one poll before it stops: then the ERP, not a document, is at fault."""

_BEFORE_LABEL = frozenset({State.RECEIVED, State.READY, State.HELD, State.CANCELLED})


@dataclass
class _Poll:
    """One running poll: what it works with, and what it has done so far."""

    ports: Ports
    stored: StoredConnection
    erp: Erp
    owner: str
    state: PollState
    budget: Callable[[], float]
    to_send: list[str] = field(default_factory=list)
    taken: int = 0
    read: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)
    forgiven: int = 0
    throttled: bool = False

    def must_stop(self, reserve: float) -> bool:
        """Out of time, or the ERP is in no state to be asked."""
        return self.throttled or self.budget() < reserve or len(self.failures) - self.forgiven >= PATIENCE

    def keep(self, state: PollState) -> bool:
        """Stores where it stands, for a poll that dies later has got so far; False when another one polls by now."""
        changed, self.state = state != self.state, state
        connections, connection = self.ports.connections, self.stored.connection.id
        return not changed or connections.save_poll(connection, self.owner, state, release=False)

    def mark(self, change: Change) -> str:
        """The stamp as the ledger has it: under another revision of the file it may be wanted, so it is read again."""
        return f"{change.stamp}@{self.stored.revision}"

    def send_hints(self) -> None:
        """Sends the hints of what was stored; were they lost, the sweep would find the orders by their due_at."""
        if self.to_send:
            self.ports.order_queue.send(self.stored.connection.id, self.to_send)
            self.to_send.clear()


def poll(ports: Ports, connection_id: str, time_left: Callable[[], float]) -> None:
    """Reads what changed in the ERP of one connection. Quiet when it is paused, or polled by somebody else."""
    stored = ports.connections.get(connection_id)
    if stored is None or stored.status != "running":
        log.step("poll_skipped", connection=connection_id, status=stored.status if stored else "unknown connection")
        return
    owner, now, whole = ports.unique(), ports.clock.now(), time_left()
    state = ports.connections.acquire_poll(connection_id, owner, now, now + timedelta(seconds=whole + 30))
    if state is None:
        log.step("poll_running_elsewhere", connection=connection_id)
        return
    outcome, again, running = "failed: see the log", False, None
    try:
        erp = ports.erp(stored.connection)
        running = _Poll(ports, stored, erp, owner, _in_scope(state, erp), time_left)
        again = _run(running, whole)
        outcome = "; ".join(running.failures) or f"{running.taken} read"
        if not running.forgiven:
            running.state = replace(running.state, succeeded=now)
        log.count("Polls", connection=connection_id)
    except Retry as error:
        outcome = f"the ERP did not answer: {error}"
    except Misconfigured as error:
        again = not close_connection(ports, stored, error)
        outcome = f"{'a former credential was refused' if again else 'closed'}: {error}"
    finally:
        state = replace(running.state if running else state, polled=now, outcome=outcome[:400])
        ports.connections.save_poll(connection_id, owner, state, release=True)
    log.step("polled", connection=connection_id, outcome=outcome)
    if again:
        ports.poll_queue.send(connection_id, [""])


def _in_scope(state: PollState, erp: Erp) -> PollState:
    """The state with its system and company. Raises Misconfigured when its orders are those of another tenant: the
    numbers of the one mean nothing in the other, and the cut-over line was drawn for the first."""
    scope = f"{erp.system}/{erp.company}"
    if state.scope not in ("", scope):
        raise Misconfigured(
            f"the ERP credential is for {scope}, the orders of this connection are of {state.scope}",
            field="erp secret",
            hint="set the former tenant's credential again: another tenant needs a connection of its own",
        )
    return replace(state, scope=scope)


def _run(running: _Poll, whole: float) -> bool:
    """What changed, then what is held; whether time ran out before the end of what changed.

    Where it stands is kept in between, so that new orders come in even when a held one ends every poll.
    """
    state, finished = _read_changed(running, whole)
    running.forgiven = len(running.failures)
    if not running.keep(state):
        return False
    running.state = replace(state, held_after=_reread_held(running, whole * AFTER_HELD))
    return not finished and not running.forgiven


def _read_changed(running: _Poll, whole: float) -> tuple[PollState, bool]:
    """Reads what the ERP calls changed; the state to keep, and whether that was all of it.

    A re-scan looks at its own days only, so it leaves the cursor where it is: what changed before them is still unread
    after a long rest.
    """
    now, floor, state = running.ports.clock.now(), running.stored.start_from, running.state
    due = state.rescanned is not None and now - state.rescanned >= RESCAN_EVERY
    changes = running.erp.changed("" if due else state.cursor, max(floor, now - RESCAN) if due else floor)
    cursor, finished = _take(running, changes, state.cursor, whole * AFTER_CHANGED)
    if due and finished:
        since = state.shipped_since if state.shipped_after else state.rescanned  # the last walk may not be over
        state = replace(state, shipped_since=since, shipped_after=_NEWEST)
    if finished and state.shipped_after:
        state = replace(state, shipped_after=_reread_shipped(running, state, whole * AFTER_SHIPPED))
    rescanned = now if (due and finished) or state.rescanned is None else state.rescanned
    return replace(state, cursor=state.cursor if due else cursor, rescanned=rescanned), finished


def _take(running: _Poll, changes: Sequence[Change], cursor: str, reserve: float) -> tuple[str, bool]:
    """Takes changes in until they end or time does; returns the last stamp before which everything is stored."""
    connection, gap = running.stored.connection.id, False
    for page in chunks(changes, 100):
        ledger = running.ports.connections.seen(connection, [change.document for change in page])
        for batch in chunks(page, BATCH):
            stored = []
            for change in batch:
                failed = len(running.failures)
                if ledger.get(change.document) == running.mark(change) or _take_one(running, change):
                    stored.append(change)
                gap = gap or len(running.failures) > failed
                cursor = cursor if gap else max(cursor, change.stamp, key=_by_age)
                if running.must_stop(reserve):
                    _finish_batch(running, stored, ledger)
                    return cursor, False
            _finish_batch(running, stored, ledger)
    return cursor, True


def _by_age(stamp: str) -> tuple[int, str]:
    """Orders stamps: numbers by value, texts of one length (dates) by their letters."""
    return len(stamp), stamp


def _finish_batch(running: _Poll, stored: Sequence[Change], ledger: dict[str, str]) -> None:
    running.send_hints()
    marks = ((change, running.mark(change)) for change in stored)
    new = [replace(change, stamp=mark) for change, mark in marks if ledger.get(change.document) != mark]
    if new:
        connections, connection = running.ports.connections, running.stored.connection.id
        connections.mark_seen(connection, new, running.ports.clock.now() + LEDGER_DAYS)


def _take_one(running: _Poll, change: Change) -> bool:
    """Reads one document and stores its parcel groups; False when it must be read again by a later poll.

    What nobody foresaw stays with its document: the cursor waits for it, and the others go on.
    """
    running.read.add(change.document)
    try:
        return _read_one(running, change)
    except Retry as error:
        running.failures.append(f"{change.document}: {error}")
        running.throttled = error.after is not None
    except Misconfigured:
        raise
    except Exception as error:  # noqa: BLE001 - one poison document must not end every poll of its connection
        log.failed("document_failed", error, connection=running.stored.connection.id, document=change.document)
        running.failures.append(f"{change.document}: {type(error).__name__}, see the log")
    return False


def _read_one(running: _Poll, change: Change) -> bool:
    try:
        orders = running.erp.read(change.document)
    except Refused as error:
        settled = [_store(running, bare, error) for bare in each_group(running.ports, _bare(running, change))]
        return all(settled)
    running.taken += len(orders)
    if not orders:
        return _unselected(running, change.document)
    connection = running.stored.connection.id
    return take_groups(running.ports, connection, orders, lambda each, fault: _store_or_hold(running, each, fault))


def _store_or_hold(running: _Poll, order: Order, fault: Refused | None) -> bool:
    """What the store refuses to keep whole (its size) is held without its lines."""
    try:
        return _store(running, order, fault)
    except Refused as error:
        return _store(running, replace(order, lines=(), skipped=(), notes=(), extra=()), error)


def _bare(running: _Poll, change: Change) -> Order:
    """An order of which nothing but its number could be read: enough to be held and found."""
    nobody = Party("", Address((), "", "", "", ""))
    erp, flow = running.erp, running.stored.connection.flow
    return Order(erp.system, erp.company, change.document, "", flow, "", change.stamp, nobody, nobody, ())


def _store(running: _Poll, order: Order, fault: Refused | None) -> bool:
    """Claims a new order, or lets an unshipped one follow its ERP; False while its outcome is not settled."""
    try:
        head = running.ports.orders.head(order.key)
    except NewerFormat as error:
        log.trouble("newer_format", order=order.key, why=str(error))
        log.count("NewerFormats", connection=running.stored.connection.id)
        return False
    if head is None:
        return order.cancelled or _claim(running, order, fault)
    return _follow(running, head, order, fault)


def _claim(running: _Poll, order: Order, fault: Refused | None) -> bool:
    ports, stored, now = running.ports, running.stored, running.ports.clock.now()
    head = Head(
        key=order.key,
        connection=stored.connection.id,
        revision=stored.revision,
        document=order.document,
        state=State.HELD if fault else State.RECEIVED,
        version=1,
        generation=1,
        created_at=now,
        updated_at=now,
        content=content_of(order),
        fingerprint=fingerprint_of(order),
        token=ports.unique(),
        reason=fault.reason if fault else "",
        field=fault.field if fault else "",
        due_at=None if fault else now + HEAL,
    )
    problem, hint = (str(fault), fault.hint) if fault else ("", "")
    snapshot = replace(_snapshot(running, 1, order), problem=problem, hint=hint)
    entry = AuditEntry(1, now, SYSTEM, "received", head.state, head.reason, head.field, (), changes_between(None, head))
    if ports.orders.create(head, snapshot, entry) and not fault:
        running.to_send.append(order.key)
    return True


def _snapshot(running: _Poll, generation: int, order: Order) -> Snapshot:
    expires = running.ports.clock.now() + running.stored.connection.retention
    return Snapshot(generation, order, notes=order.notes, expires_at=expires)


def _follow(running: _Poll, head: Head, order: Order, fault: Refused | None) -> bool:
    """An order that is known: cancelled or changed before its label, it follows; in doubt, it is looked at later.

    What another connection has stays with it until that one lets go: two files never work at one order.
    """
    ports, content = running.ports, content_of(order)
    if head.in_doubt or head.state in (State.INTENT, State.UNKNOWN):
        if order.cancelled or content != head.content:
            _note_change(ports, head)
        return False
    if head.shipment_id or head.state not in _BEFORE_LABEL:
        return _follow_shipped(running, head, order, fault)
    if _stays_dismissed(head, order):
        return fault is None
    if _beside_stray(head) or (head.connection != running.stored.connection.id and head.state != State.CANCELLED):
        return False
    try:
        if order.cancelled:
            if head.state != State.CANCELLED:
                move(
                    ports,
                    head,
                    State.CANCELLED,
                    what="cancelled",
                    why=f"status {order.status} in the ERP",
                )
        elif content != head.content or head.state == State.CANCELLED or _may_go_otherwise(running, head, fault):
            _renew(running, head, order, fault)
    except Conflict:
        return False
    return True


def _follow_shipped(running: _Poll, head: Head, order: Order, fault: Refused | None) -> bool:
    """An order with a label: what its ERP changes now is for a person. What could not be read changes nothing."""
    if fault or head.connection != running.stored.connection.id:
        return True
    try:
        follow_shipped(running.ports, head, (order,))
    except Conflict:
        return False
    return True


def _note_change(ports: Ports, head: Head) -> None:
    """What is in doubt is left alone, but should it be bought again, then not as it was."""
    if not _is_doubted(head) or head.content == STALE:
        return
    with suppress(Conflict):
        waiting: dict[str, Any] = {name: getattr(head, name) for name in ("reason", "field", "not_before", "due_at")}
        move(ports, head, head.state, what="changed_meanwhile", content=STALE, **waiting)


def _is_doubted(head: Head) -> bool:
    """In doubt, and not just being asked for: looked up by itself, or left to a person."""
    return head.state == State.UNKNOWN or (head.state == State.HELD and head.in_doubt)


def _beside_stray(head: Head) -> bool:
    """Whether a label lives that nobody recorded: what the ERP says counts once a person has settled that."""
    return head.state == State.HELD and head.reason == Reason.STRAY


def _stays_dismissed(head: Head, order: Order) -> bool:
    """Whether a person's dismissal still speaks of this order: nothing that counts as a change was changed.

    Of one that could not be read, or that has nothing to ship, nobody knows of a change.
    """
    dismissed = head.state == State.CANCELLED and head.reason == DISMISSED
    return dismissed and (not order.lines or fingerprint_of(order) == head.fingerprint)


def _may_go_otherwise(running: _Poll, head: Head, fault: Refused | None) -> bool:
    """Whether the same content now ends otherwise: another fault than before, or a newer file that may lift a hold or
    move a ship date."""
    if fault and (head.state, head.reason) != (State.HELD, fault.reason):
        return True
    waits_by_file = head.state == State.HELD or (head.state == State.READY and head.reason in WAITS)
    return waits_by_file and head.revision != running.stored.revision


def _renew(running: _Poll, head: Head, order: Order, fault: Refused | None) -> None:
    """What was read now replaces what was read before, and the order is prepared anew."""
    ports = running.ports
    snapshot, dropped = _with_what_people_said(ports, head, _snapshot(running, head.generation, order), fault)
    facts: dict[str, Any] = {
        "content": content_of(order),
        "fingerprint": fingerprint_of(order),
        "connection": running.stored.connection.id,
        "revision": running.stored.revision,
    }
    if head.state == State.CANCELLED:
        again: dict[str, Any] = {**facts, "tries": 0, "first_try_at": None}
        head = move(ports, head, State.RECEIVED, what="selected_again", why=dropped, snapshot=snapshot, **again)
    if fault:
        held(ports, head, fault.reason, str(fault), field=fault.field, hint=fault.hint, snapshot=snapshot, **facts)
        return
    if head.state != State.RECEIVED or head.content != facts["content"]:
        begin: dict[str, Any] = {**facts, "tries": 0, "first_try_at": None}
        move(ports, head, State.RECEIVED, what="read_again", why=dropped, snapshot=snapshot, **begin)
    running.to_send.append(head.key)


def _with_what_people_said(ports: Ports, head: Head, read: Snapshot, fault: Refused | None) -> tuple[Snapshot, str]:
    """What was read, under a person's fixes and approval and for the lines that a person named; and which fixes ended.

    A fix ends when the ERP changes its field. Where the order could not be read well, that is left for later. Whether
    the approval covers what the order comes to now is for its preparation.
    """
    try:
        kept = ports.orders.snapshot(head.key, head.generation)
    except Refused:
        if head.generation > 1:
            raise Conflict(head.key) from None  # which lines a person named is not known any more: not all of them
        return read, ""
    fixes, ended = (kept.fixes, ()) if fault else carried(kept.fixes, read.order)
    dropped = f"the fix of {', '.join(ended)} ended: the ERP changed it" if ended else ""
    notes = (*read.notes, dropped) if dropped else read.notes
    order = replace(read.order, notes=notes)
    after = replace(read, order=order, notes=notes, fixes=fixes, only_lines=kept.only_lines)
    if may_have_stray(head):  # what was asked for is what a look for it needs, until something else is asked for
        after = replace(after, plan=kept.plan)
    return with_approval(kept, after) if head.approved_by else after, dropped


def _unselected(running: _Poll, document: str) -> bool:
    """The selection does not want the document: each unshipped order of it, of this connection, is let go."""
    keys = group_keys(running.ports, document_key(_bare(running, Change(document, "")).key))
    let_go = [_let_go(running, key) for key in keys]
    return all(let_go)


def _let_go(running: _Poll, key: str) -> bool:
    head = running.ports.orders.head(key)
    if head is None or head.connection != running.stored.connection.id:
        return True
    if head.shipment_id or head.state not in _BEFORE_LABEL or head.in_doubt:
        _note_change(running.ports, head)
        with suppress(Conflict):
            let_go(running.ports, head)
        return True
    try:
        if head.state != State.CANCELLED:
            move(running.ports, head, State.CANCELLED, what="no_longer_selected")
    except Conflict:
        return False
    return True


def _reread_held(running: _Poll, reserve: float) -> str:
    """Reads held orders by key, whatever the cursor: a fix in the ERP's master data changes no order's stamp.

    And orders that wait before their label: an ERP that lists by status tells nobody when one leaves the range. Goes
    on behind the one that was read last; returns where it stopped, "" once all were read. What this poll has read is
    not read again.
    """
    ports, connection = running.ports, running.stored.connection.id
    keys = [key for bucket in ("held", "open") for key in ports.orders.listing(connection, bucket, newest_first=False)]
    last = running.state.held_after
    start = keys.index(last) + 1 if last in keys else 0
    for page in chunks(keys[start:], 50):
        for head in ports.orders.heads(page):
            if running.must_stop(reserve):
                running.send_hints()
                return last
            if head.document not in running.read and _is_reread(head, ports.clock.now()):
                _take_one(running, Change(head.document, ""))
            last = head.key
    running.send_hints()
    return ""


_NEWEST = "9"
"""Sorts behind every place in the listing."""


def _reread_shipped(running: _Poll, state: PollState, reserve: float) -> str:
    """Reads by key, with each day's re-scan, what was shipped within `void_window_days`, while a void may still help.

    An ERP that lists by status tells nobody that an order was closed. Returns the place behind which the next poll goes
    on, "" once all were read: it waits for the first that could not be read, and the others go on.
    """
    last, waits_for = state.shipped_after or "", ""
    for head in _shipped_lately(running, state.shipped_since or running.ports.clock.now()):
        if _place(head) >= last:
            continue
        failed = len(running.failures)
        if running.must_stop(reserve):
            log.step("shipped_orders_not_read_yet", connection=head.connection, next=head.document)
            return waits_for or last
        _take_one(running, Change(head.document, ""))
        waits_for = waits_for or (last if len(running.failures) > failed else "")
        last = _place(head)
    return waits_for


def _place(head: Head) -> str:
    """Where an order stands in the listing of what is done."""
    return f"{head.created_at.isoformat()} {head.key}"


def _shipped_lately(running: _Poll, since: datetime) -> Iterator[Head]:
    """By the time of their claim, newest first; the listing is left where nothing that young can follow.

    The days count back from the re-scan before, for what was shipped right after that one is more than a day old by
    now.
    """
    orders, connection = running.ports.orders, running.stored.connection
    after = since - timedelta(days=connection.void_window_days)
    keys = orders.listing(connection.id, "done")
    while page := list(islice(keys, 50)):
        heads = orders.heads(page)
        yield from (head for head in heads if head.state == State.DONE and head.updated_at > after)
        if heads and heads[-1].created_at < after - RESCAN:
            return


def _is_reread(head: Head, now: datetime) -> bool:
    """Held or waiting before its label; or in doubt, since it may be bought again; or held for what the ERP did after
    the label, or with its number not written yet."""
    if _is_doubted(head):
        return head.content != STALE
    if head.shipment_id and head.state in (State.SHIPPED, State.HELD):
        told = head.state == State.HELD and head.reason in AFTER_LABEL
        return told or (head.content != STALE and (head.state == State.HELD or waits(head, now)))
    idle = head.state == State.HELD or waits(head, now)
    return idle and head.state in _BEFORE_LABEL and not head.shipment_id and not head.in_doubt


_T = TypeVar("_T")


def chunks(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    """Slices of at most `size` (itertools.batched is newer than our oldest Python)."""
    return (items[start : start + size] for start in range(0, len(items), size))


def backlog(ports: Ports, stored: StoredConnection) -> tuple[Change, ...]:
    """What a start would take in: the documents that changed since the cut-over line. Reads only."""
    return tuple(ports.erp(stored.connection).changed("", stored.start_from))
