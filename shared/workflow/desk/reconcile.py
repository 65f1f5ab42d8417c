"""The daily reconciliation: what the ERP calls ready, or lets go on a day, against what became of it here.

Nothing is missed in silence: a document that the ERP has and that is in no book of ours is named. Reads only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from shared.domain.order import order_key
from shared.domain.parcel_group import document_key
from shared.domain.record import Head
from shared.domain.state import State
from shared.errors import Refused
from shared.ports import Erp, Listed, OpenDocument, Ports, StoredConnection
from shared.workflow.intake.groups import group_keys
from shared.workflow.intake.line import OLDER
from shared.workflow.orders.label import INBOUND

PAGE = 100


class Account(StrEnum):
    """The lot of a document here, the gravest of its parcel groups first.

    MISSED: it is in no book of ours. UNREAD: it is known and could not be read yet. COMES: the next poll takes it.
    SEEN: it was read, and the selection did not want it. OLDER: it stood in the set when the connection began.
    """

    MISSED = "missed"
    HELD = "held"
    UNREAD = "unread"
    COMES = "comes"
    WAITS = "waits"
    SHIPPED = "shipped"
    ELSEWHERE = "elsewhere"
    CANCELLED = "cancelled"
    SEEN = "seen"
    OLDER = "older"


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A document of the ERP, and how it stands here. `why` is the reason of a hold, the state of an order that waits,
    the connection that has it, or what its reading met."""

    listed: Listed
    account: Account
    why: str = ""


def reconcile(ports: Ports, stored: StoredConnection, day: date) -> Iterator[Reckoned]:
    """Every document of the ERP's own account of the day. Raises Refused for a day that cannot be compared: before the
    connection's beginning, or before its first poll has drawn the line."""
    _refuse(ports, stored, day)
    with ports.erp(stored.connection) as erp:
        books = _Books(ports, stored, erp)
        listed = _once(erp.listing(day, stored.start_from))
        for page in _pages(listed):
            yield from books.reckon(page)


def _refuse(ports: Ports, stored: StoredConnection, day: date) -> None:
    zone, name = ZoneInfo(stored.connection.timezone), stored.connection.id
    begins, today = stored.start_from.astimezone(zone).date(), ports.clock.now().astimezone(zone).date()
    if ports.connections.poll_state(name).rescanned is None:
        message = f"{name} has not been polled yet: there is nothing to compare with"
        raise Refused("state", message, hint="start it, and compare after its first poll")
    if not begins <= day <= today:
        hint = f"choose a day from {begins} to {today}"
        raise Refused("day", f"{name} takes what changed from {begins} on: {day} cannot be compared", hint=hint)


class _Books:
    """Our side: the orders, the ledger of the polls, and what they could not read."""

    def __init__(self, ports: Ports, stored: StoredConnection, erp: Erp) -> None:
        self._ports, self._stored, self._erp = ports, stored, erp
        self._name = stored.connection.id
        self._open = {each.document: each for each in ports.connections.open_documents(self._name)}
        self._coming: frozenset[str] | None = None

    def reckon(self, page: Sequence[Listed]) -> Iterator[Reckoned]:
        ledger = self._ports.connections.seen(self._name, [each.document for each in page])
        for each in page:
            heads = self._heads(each.document)
            account, why = self._of_heads(heads) if heads else self._without(each, ledger.get(each.document, ""))
            yield Reckoned(each, account, why)

    def _heads(self, document: str) -> list[Head]:
        key = order_key(self._erp.system, self._erp.company, document)
        return self._ports.orders.heads(group_keys(self._ports, document_key(key)))

    def _of_heads(self, heads: Sequence[Head]) -> tuple[Account, str]:
        found = [_standing(head, self._name) for head in heads]
        return min(found, key=lambda each: list(Account).index(each[0]))

    def _without(self, listed: Listed, mark: str) -> tuple[Account, str]:
        """Of a document without an order."""
        unread = self._open.get(listed.document)
        if unread:
            return Account.UNREAD, _why(unread)
        if mark:
            return (Account.OLDER if mark.startswith(OLDER) else Account.SEEN), ""
        if listed.ready and listed.document in self._next():
            return Account.COMES, "" if self._stored.status == "running" else f"the connection is {self._stored.status}"
        return Account.MISSED, ""

    def _next(self) -> frozenset[str]:
        """The documents that the next poll will find; asked for once, and only where something is unknown."""
        if self._coming is None:
            cursor = self._ports.connections.poll_state(self._name).cursor
            changes = self._erp.changed(cursor, self._stored.start_from)
            self._coming = frozenset(each.document for each in changes)
        return self._coming


def _standing(head: Head, connection: str) -> tuple[Account, str]:
    if head.connection != connection:
        return Account.ELSEWHERE, head.connection
    if head.state == State.HELD:
        return Account.HELD, head.reason
    if head.state in (State.SHIPPED, State.DONE):
        return Account.SHIPPED, ""
    if head.state == State.CANCELLED:
        return (Account.SHIPPED, "by its supplier") if head.label == INBOUND else (Account.CANCELLED, head.reason)
    return Account.WAITS, head.state.value


def _why(document: OpenDocument) -> str:
    return document.why or "it is read again"


def _once(listed: Iterable[Listed]) -> Iterator[Listed]:
    """Each document the first time that it is listed: it may leave while pages are read."""
    known = set[str]()
    for each in listed:
        if each.document not in known:
            known.add(each.document)
            yield each


def _pages(listed: Iterable[Listed]) -> Iterator[list[Listed]]:
    page = list[Listed]()
    for each in listed:
        page.append(each)
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page
