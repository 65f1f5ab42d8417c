"""The ports in memory: for the simulation and the tests. They pass the same contract suite as the ports on AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.connection import Connection
from shared.domain.budget import Budget
from shared.domain.hints import Action, Advice, Hint, do
from shared.domain.record import AuditEntry, Head, Snapshot
from shared.domain.run import Run
from shared.domain.telling import ActionRecord, Telling
from shared.domain.windows import Window, bucket_of, check_limits, is_limited, spend_window
from shared.errors import Misconfigured, Refused, Retry
from shared.ports import (
    Change,
    Clock,
    Conflict,
    DocumentGroups,
    Due,
    Kind,
    Lease,
    LimitReached,
    OpenDocument,
    Parcel,
    PollState,
    ShippedPackage,
    Spend,
    StoredConnection,
    Token,
)


@dataclass
class ManualClock:
    """A clock that stands still until it is moved."""

    at: datetime = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by


@dataclass
class _Stored:
    head: Head
    snapshots: dict[int, Snapshot] = field(default_factory=dict)
    packages: dict[tuple[int, int], ShippedPackage] = field(default_factory=dict)
    audit: list[AuditEntry] = field(default_factory=list)
    telling: Telling | None = None
    actions: dict[str, ActionRecord] = field(default_factory=dict)


class MemoryOrderStore:
    """OrderStore in a dictionary."""

    def __init__(self) -> None:
        self._orders: dict[str, _Stored] = {}
        self._tellings: set[str] = set()
        self._keys: dict[str, list[str]] = {}
        self._windows: dict[tuple[str, str], Window] = {}
        self._parcels: dict[tuple[str, str], Parcel] = {}

    def head(self, key: str) -> Head | None:
        stored = self._orders.get(key)
        return stored.head if stored else None

    def heads(self, keys: Sequence[str]) -> list[Head]:
        return [self._orders[key].head for key in keys if key in self._orders]

    def snapshot(self, key: str, generation: int) -> Snapshot:
        stored = self._orders.get(key)
        if stored is None or generation not in stored.snapshots:
            raise Refused("expired", f"nothing is kept of generation {generation} of order {key}", field="snapshot")
        return stored.snapshots[generation]

    def packages(self, key: str, generation: int) -> tuple[ShippedPackage, ...]:
        found = self._orders[key].packages
        return tuple(found[place] for place in sorted(found) if place[0] == generation)

    def telling(self, key: str) -> Telling | None:
        return self._orders[key].telling if key in self._orders else None

    def actions(self, key: str) -> tuple[ActionRecord, ...]:
        kept = self._orders[key].actions if key in self._orders else {}
        return tuple(kept[name] for name in sorted(kept))

    def due_of(self, kind: str, now: datetime, limit: int) -> list[Due]:
        told = ((key, self._orders[key].telling) for key in (self._tellings if kind == "telling" else ()))
        times = ((key, telling.due_at) for key, telling in told if telling and telling.due_at)
        found = [Due(kind, key, at, "TELLING") for key, at in times if at <= now]
        return sorted(found, key=lambda each: (each.due_at, each.key))[:limit]

    def put_off(self, due: Due, until: datetime) -> None:
        stored = self._orders[due.key]
        if stored.telling and stored.telling.due_at == due.due_at:
            stored.telling = replace(stored.telling, due_at=until)

    def audit(self, key: str) -> list[AuditEntry]:
        return list(self._orders[key].audit) if key in self._orders else []

    def create(self, head: Head, snapshot: Snapshot, entry: AuditEntry) -> bool:
        if head.key in self._orders:
            return self._orders[head.key].head.token == head.token
        self._orders[head.key] = _Stored(head, {snapshot.generation: snapshot}, {}, [entry])
        self._keys.setdefault(head.document, []).append(head.key)
        return True

    def transition(
        self,
        after: Head,
        entry: AuditEntry,
        *,
        snapshot: Snapshot | None = None,
        packages: Sequence[ShippedPackage] = (),
        spend: Spend | None = None,
        telling: Telling | None = None,
        action: ActionRecord | None = None,
    ) -> None:
        stored = self._orders[after.key]
        if stored.head.token == after.token:
            return
        if stored.head.version != after.version - 1 or entry.sequence != after.version:
            raise Conflict(after.key)
        if spend:
            self._spend(spend)
        stored.head = after
        stored.audit.append(entry)
        if telling:
            stored.telling = telling
            self._tellings.add(after.key)
        if action:
            stored.actions[action.name] = action
        if snapshot:
            stored.snapshots[snapshot.generation] = snapshot
        for package in reversed(packages):  # one number of several packages leads to the first of them
            stored.packages[(after.generation, package.number)] = replace(package, carrier="")
            self._lead(package, Parcel(after.key, after.generation, package.number))

    def _lead(self, package: ShippedPackage, parcel: Parcel) -> None:
        """A number that leads to another order stays there."""
        place = (package.carrier, package.tracking_number)
        if all(place) and self._parcels.get(place, parcel).order == parcel.order:
            self._parcels[place] = parcel

    def order_of_parcel(self, carrier: str, number: str) -> Parcel | None:
        return self._parcels.get((carrier, number))

    def _spend(self, spend: Spend) -> None:
        day, _ = spend_window(spend.at)
        window = self._windows.get((spend.connection, day), Window())
        if is_limited(spend):
            reached = check_limits(window, spend)
            if reached:
                raise LimitReached(*reached)
        self._windows[(spend.connection, day)] = window.after(spend)

    def bought(self, connection: str, first: date, last: date) -> dict[date, Window]:
        mine = {date.fromisoformat(day): each for (name, day), each in self._windows.items() if name == connection}
        return {day: mine[day] for day in sorted(mine) if first <= day <= last}

    def due(self, now: datetime, limit: int) -> list[Head]:
        heads = (stored.head for stored in self._orders.values())
        found = [head for head in heads if head.due_at and head.due_at <= now]
        return sorted(found, key=lambda head: (head.due_at or now, head.key))[:limit]

    def postpone(self, head: Head, until: datetime | None, *, count: bool = True) -> None:
        stored = self._orders[head.key]
        if head.due_at and stored.head.version == head.version and stored.head.due_at == head.due_at:
            stored.head = replace(stored.head, due_at=until, swept=stored.head.swept + int(count))

    def listing(
        self, connection: str, bucket: str, newest_first: bool = True, after: tuple[datetime, str] | None = None
    ) -> Iterator[str]:
        heads = [s.head for s in self._orders.values() if s.head.connection == connection]
        chosen = [(h.created_at, h.key) for h in heads if bucket_of(h.state) == bucket]
        if after:
            chosen = [each for each in chosen if (each < after if newest_first else each > after)]
        return iter([key for _, key in sorted(chosen, reverse=newest_first)])

    def every(self) -> list[Head]:
        """All heads, for whoever judges: no port has this."""
        return [stored.head for stored in self._orders.values()]

    def of_document(self, document: str) -> list[Head]:
        """Its parcel groups' heads; no port has this either."""
        return self.heads(self._keys.get(document, ()))

    def rewrite(self, item: Callable[[str, Head | Snapshot | AuditEntry | ShippedPackage], Any]) -> None:
        """Replaces everything that is kept by what `item` makes of it: how a new release meets what an old one wrote.

        `item` is given the order's key and what is kept of it."""
        for key, stored in self._orders.items():
            stored.head = item(key, stored.head)
            stored.snapshots = {place: item(key, each) for place, each in stored.snapshots.items()}
            stored.packages = {place: item(key, each) for place, each in stored.packages.items()}
            stored.audit = [item(key, each) for each in stored.audit]


LeaseBook = dict[Lease, tuple[str, datetime]]
"""Who has which lease until when; the stores whose writes need one look it up here."""


class MemoryLeases:
    """Leases by the clock of one worker, in the book of all of them."""

    def __init__(self, clock: Clock, book: LeaseBook) -> None:
        self._clock, self._book = clock, book

    def take(self, lease: Lease, owner: str, span: timedelta) -> bool:
        now = self._clock.now()
        holder, ends = self._book.get(lease, ("", now))
        if holder not in ("", owner) and ends > now:
            return False
        self._book[lease] = (owner, now + span)
        return True

    def renew(self, lease: Lease, owner: str, span: timedelta) -> bool:
        held = holds(self._book, lease, owner)
        if held:
            self._book[lease] = (owner, self._clock.now() + span)
        return held

    def release(self, lease: Lease, owner: str) -> None:
        if holds(self._book, lease, owner):
            del self._book[lease]


def holds(book: LeaseBook, lease: Lease, owner: str) -> bool:
    return book.get(lease, ("",))[0] == owner


class MemoryConnectionStore:
    """ConnectionStore in dictionaries."""

    def __init__(self, leases: LeaseBook) -> None:
        self._leases = leases
        self._latest: dict[str, StoredConnection] = {}
        self._revisions: dict[tuple[str, int], Connection] = {}
        self._applied: dict[str, datetime] = {}
        self._polls: dict[str, PollState] = {}
        self._ledger: dict[tuple[str, str], str] = {}
        self._open: dict[str, dict[str, OpenDocument]] = {}
        self._runs: dict[str, dict[str, Run]] = {}
        self.restored: datetime | None = None

    def get(self, connection_id: str) -> StoredConnection | None:
        stored = self._latest.get(connection_id)
        return replace(stored, restored=self.restored) if stored and self.restored else stored

    def all(self) -> list[StoredConnection]:
        return [each for key in sorted(self._latest) if (each := self.get(key))]

    def accept_restored(self) -> bool:
        was, self.restored = self.restored, None
        return was is not None

    def revision(self, connection_id: str, revision: int) -> Connection:
        return self._revisions[(connection_id, revision)]

    def first_applied(self, connection_id: str) -> datetime:
        return self._applied[connection_id]

    def apply(self, connection: Connection, start_from: datetime, who: str, at: datetime) -> StoredConnection:
        before = self._latest.get(connection.id)
        if before and before.connection == connection:
            return before
        revision = before.revision + 1 if before else 1
        stored = StoredConnection(
            connection,
            revision,
            before.status if before else "paused",
            before.why if before else "applied, not started yet",
            before.start_from if before else start_from,
            at,
            before.hint if before else "",
            with_all=before.with_all if before else False,
        )
        self._latest[connection.id] = stored
        self._revisions[(connection.id, revision)] = connection
        self._applied.setdefault(connection.id, at)
        return stored

    def set_status(
        self,
        connection_id: str,
        status: str,
        why: str,
        who: str,
        at: datetime,
        hint: Advice = "",
        *,
        with_all: bool = False,
    ) -> None:
        self._latest[connection_id] = replace(
            self._latest[connection_id], status=status, why=why, touched=at, hint=hint, with_all=with_all
        )

    def save_poll(self, connection_id: str, owner: str, state: PollState) -> bool:
        held = holds(self._leases, Lease("poll", connection_id), owner)
        if held:
            self._polls[connection_id] = state
        return held

    def poll_state(self, connection_id: str) -> PollState:
        return self._polls.get(connection_id, PollState())

    def keep_run(self, run: Run, expires: datetime) -> None:
        self._runs.setdefault(run.connection, {})[run.name] = run

    def runs(self, connection_id: str, limit: int) -> list[Run]:
        kept = self._runs.get(connection_id, {})
        return [kept[name] for name in sorted(kept, reverse=True)[:limit]]

    def run(self, connection_id: str, name: str) -> Run | None:
        return self._runs.get(connection_id, {}).get(name)

    def seen(self, connection_id: str, documents: Sequence[str]) -> dict[str, str]:
        places = {document: self._ledger.get((connection_id, document)) for document in documents}
        return {document: stamp for document, stamp in places.items() if stamp is not None}

    def mark_seen(self, connection_id: str, changes: Iterable[Change], expires: datetime) -> None:
        for change in changes:
            self._ledger[(connection_id, change.document)] = change.stamp

    def open_documents(self, connection_id: str) -> list[OpenDocument]:
        kept = self._open.get(connection_id, {})
        return [kept[document] for document in sorted(kept)]

    def keep_open(self, connection_id: str, document: OpenDocument, before: OpenDocument | None) -> None:
        kept = self._open.setdefault(connection_id, {})
        now = kept.get(document.document)
        if (now and now.due) == (before and before.due):
            kept[document.document] = document

    def close_document(self, connection_id: str, before: OpenDocument) -> None:
        now = self._open.get(connection_id, {}).get(before.document)
        if now and now.due == before.due:
            del self._open[connection_id][before.document]

    def ask_for(
        self, connection_id: str, document: str, at: datetime, why: str = "", until: datetime | None = None
    ) -> None:
        kept = self._open.setdefault(connection_id, {})
        now = kept.get(document, OpenDocument(document, at, at))
        kept[document] = replace(now, due=at, why=why or now.why, until=until or now.until)


class MemoryDocumentStore:
    """DocumentStore in dictionaries."""

    def __init__(self, leases: LeaseBook) -> None:
        self._leases = leases
        self._groups: dict[str, DocumentGroups] = {}

    def groups(self, document: str) -> DocumentGroups:
        return self._groups.get(document, DocumentGroups())

    def add_groups(self, document: str, owner: str, groups: Iterable[str], lines: Iterable[str]) -> bool:
        if not holds(self._leases, Lease("document", document), owner):
            return False
        before = self.groups(document)
        self._groups[document] = DocumentGroups(tuple(sorted({*before.groups, *groups})), before.lines | set(lines))
        return True


class MemoryQueue:
    """A queue whose messages wait in a list until `take` hands them out.

    With `only`, a message of another kind is a mistake of the sender: the function behind the queue refuses it.
    """

    def __init__(self, only: Kind | None = None) -> None:
        self.only = only
        self.messages: list[tuple[str, str]] = []
        self.kinds: list[Kind] = []

    def send(self, connection: str, keys: Sequence[str], kind: Kind) -> None:
        """The kind of every message is noted beside what it says."""
        if self.only and kind != self.only:
            raise ValueError(f"a message about a {kind} in a queue of messages about {self.only}s")
        self.messages.extend((connection, key) for key in keys)
        self.kinds.extend(kind for _ in keys)

    def take(self) -> list[tuple[str, str]]:
        """The messages, which are then gone with all that was noted of them."""
        taken, self.messages, self.kinds = self.messages, [], []
        return taken


class MemoryLabels:
    """Label images in a dictionary."""

    def __init__(self) -> None:
        self.images: dict[str, bytes] = {}

    def put(self, place: str, image: bytes, keep: timedelta | None = None) -> None:
        self.images[place] = image

    def delete(self, place: str) -> None:
        self.images.pop(place, None)

    def get(self, place: str) -> bytes:
        return self.images[place]

    def has(self, place: str) -> bool:
        return place in self.images


@dataclass
class MemorySecrets:
    """Credentials by (connection, side). With a `clock`, what was read is kept for 5 minutes, as in a warm process."""

    fields: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    clock: ManualClock | None = None
    _read: dict[tuple[str, str], tuple[datetime | None, dict[str, str]]] = field(default_factory=dict, repr=False)

    def get(self, connection_id: str, side: str) -> dict[str, str]:
        place = (connection_id, side)
        at, known = self._read.get(place, (None, {}))
        if self.clock and at and self.clock.now() - at <= timedelta(minutes=5):
            return known
        try:
            self._keep(place)
        except KeyError:
            raise Misconfigured(
                f"connection {connection_id} has no {side} credential",
                field=f"{connection_id}/{side}",
                hint=Hint("set it: {0}", (do(Action.SET_CREDENTIAL, connection=connection_id, side=side),)),
            ) from None
        return self._read[place][1]

    def renewed(self, connection_id: str) -> bool:
        read = {place: known for place, (_, known) in self._read.items() if place[0] == connection_id}
        standing = [place for place in read if place in self.fields]
        for place in standing:
            self._keep(place)
        return any(self._read[place][1] != read[place] for place in standing)

    def _keep(self, place: tuple[str, str]) -> None:
        self._read[place] = (self.clock.now() if self.clock else None, dict(self.fields[place]))


class MemoryTokens:
    """Tokens in a dictionary; one process, so nobody waits for anybody."""

    def __init__(self, clock: ManualClock, margin: timedelta = timedelta(minutes=5)) -> None:
        self._clock, self._margin = clock, margin
        self._tokens: dict[str, Token] = {}
        self._until: dict[str, datetime] = {}

    def get(self, credential: str, renew: Callable[[], Token]) -> str:
        """A short-lived token is kept for nine tenths of its life."""
        kept = self._tokens.get(credential)
        if kept is None or self._until[credential] <= self._clock.now():
            kept = self._tokens[credential] = renew()
            life = kept.expires_at - self._clock.now()
            self._until[credential] = kept.expires_at - min(self._margin, life / 10)
        if kept.expires_at <= self._clock.now():
            raise Retry(f"the token of {credential} ended while it was renewed")
        return kept.value

    def expire(self, credential: str, value: str) -> None:
        kept = self._tokens.get(credential)
        if kept and kept.value == value:
            del self._tokens[credential]


class MemoryBudgets:
    """Budgets in dictionaries: the times of each use by key, what is counted, and the begin of its window."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.spent: dict[tuple[str, str, datetime], list[datetime]] = {}
        self._paused: dict[str, datetime] = {}

    def spend(self, key: str, budget: Budget) -> int:
        now = self._clock.now()
        pause = self._paused.get(key, now) - now
        if pause > timedelta(0):
            raise Retry(f"{key} is paused: the other side asked for it", after=pause.total_seconds())
        made = self.spent.setdefault((key, budget.of, budget.begin(now)), [])
        wait = budget.wait(len(made), made[-1] if made else None, now)
        if wait > timedelta(0):
            raise Retry(budget.said(len(made), now), after=wait.total_seconds())
        made.append(now)
        return len(made)

    def pause(self, key: str, span: timedelta) -> None:
        until = self._clock.now() + span
        self._paused[key] = max(until, self._paused.get(key, until))
