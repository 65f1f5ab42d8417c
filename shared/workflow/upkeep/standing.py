"""How one connection stands: its polls by its schedule, its orders by bucket, and what of them waits for whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from shared.connection import stock_rules
from shared.domain.record import Head
from shared.domain.state import AWAITED, Reason, State
from shared.domain.windows import BUCKETS
from shared.ports import OpenDocument, PollState, Ports, StoredConnection
from shared.workflow.desk.listing import heads_in
from shared.workflow.intake.pending import unread
from shared.workflow.tracking.silence import unheard_since
from shared.workflow.upkeep.orders import LONG_IN_DOUBT
from shared.workflow.upkeep.stale_polls import silent_since

MOST = 1000
"""The most orders of a bucket that are counted; more are shown as "1000+"."""
UNSENT_AFTER = timedelta(hours=4)
"""A label that has not reached its supplier after this is one that a person sends."""


@dataclass(frozen=True, slots=True)
class Standing:
    """`silent_since` is set when polls are missing by the schedule. `unknown` are orders whose outcome is looked up,
    `in_doubt` those of them (and of the held ones) that a person has to end. `unsent` are labels that wait to reach
    their supplier, `unsent_long` those that do so for over 4 hours. `limited_until` is when the limits let it buy on.
    `unread` are the ERP's documents that could not be read for a day.
    `account_unread` says what the last reading of the carrier's account met, "" unless several failed in a row.
    `receipts_held` are purchase orders at a warehouse that wait for a person, or a receipt of which does.
    `stock_trouble` says what keeps its stock from being compared or set, "" for nothing.
    `unheard_since` is set when no parcel of it has had an event for longer than its file allows.
    """

    connection: str
    status: str
    why: str
    schedule: str
    poll: PollState
    silent_since: datetime | None
    counts: dict[str, int]
    held: dict[str, int]
    unknown: int
    in_doubt: int
    unsent: int
    unsent_long: int
    limited: int
    limited_until: datetime | None
    oldest_open: datetime | None
    unread: tuple[OpenDocument, ...] = ()
    account_unread: str = ""
    unheard_since: datetime | None = None
    receipts_held: int = 0
    stock_trouble: str = ""


def standing_of(ports: Ports, stored: StoredConnection, why: str) -> Standing:
    """How the connection stands. `why` says in the surface's own words why it does not run."""
    name, now = stored.connection.id, ports.clock.now()
    poll = ports.connections.poll_state(name)
    opened = list(islice(heads_in(ports, name, "open"), MOST))
    held = list(islice(heads_in(ports, name, "held"), MOST))
    ended = {bucket: _count(ports, name, bucket) for bucket in BUCKETS if bucket not in {"open", "held"}}
    unsent = list(_unsent(ports, stored, opened))
    account = ports.tracking.reading(name)
    limited = [head for head in opened if head.reason == "limit"]
    return Standing(
        connection=name,
        status=stored.status,
        why=why,
        schedule=stored.connection.schedule,
        poll=poll,
        silent_since=silent_since(stored, poll, now),
        counts={"open": len(opened), "held": len(held), **ended},
        held=dict(sorted(Counter(head.reason for head in held).items())),
        unknown=sum(head.state == State.UNKNOWN for head in opened),
        in_doubt=sum(_for_a_person(head, now) for head in (*opened, *held)),
        unsent=len(unsent),
        unsent_long=sum(head.updated_at < now - UNSENT_AFTER for head in unsent),
        limited=len(limited),
        limited_until=max((head.not_before for head in limited if head.not_before), default=None),
        oldest_open=_oldest(ports, name),
        unread=tuple(unread(ports.connections.open_documents(name), now)),
        account_unread=account.why if account.needs_a_person else "",
        unheard_since=unheard_since(ports, stored, now),
        receipts_held=sum(1 for _ in islice(ports.receiving.listing(name, "held"), MOST)),
        stock_trouble=_stock_trouble(ports, stored, now),
    )


def _stock_trouble(ports: Ports, stored: StoredConnection, now: datetime) -> str:
    rules = stock_rules(stored.connection)
    scan = ports.receiving.scan(stored.connection.id) if rules else None
    return scan.trouble(rules.every, now) if rules and scan else ""


def _count(ports: Ports, connection: str, bucket: str) -> int:
    return sum(1 for _ in islice(ports.orders.listing(connection, bucket), MOST))


def _for_a_person(head: Head, now: datetime) -> bool:
    """Held in doubt; or looked up in vain for so long that its carrier must be down."""
    if head.state == State.HELD:
        return head.in_doubt and head.reason == Reason.UNKNOWN
    long = head.intent_at is not None and head.intent_at < now - LONG_IN_DOUBT
    return head.state == State.UNKNOWN and head.reason not in AWAITED and long


def _unsent(ports: Ports, stored: StoredConnection, opened: list[Head]) -> Iterator[Head]:
    """Bought labels that have not reached their supplier, where the file sends them there."""
    if stored.connection.label.to == "supplier":
        done = islice(heads_in(ports, stored.connection.id, "done"), MOST)
        yield from (head for head in (*opened, *done) if head.label == "waiting")


def _oldest(ports: Ports, connection: str) -> datetime | None:
    first = list(islice(ports.orders.listing(connection, "open", newest_first=False), 1))
    return next((head.created_at for head in ports.orders.heads(first)), None)
