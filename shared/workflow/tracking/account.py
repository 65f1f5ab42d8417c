"""The events of a connection's whole account are read, where its carrier tells them and its file says so.

A source beside pushes and polls: what it tells goes the same path, and it is told of every parcel at once. Nothing is
ever taken for told to its end: each reading begins a day before the last one, so that what came late is still met,
and so that no zone matters (the carrier's times name none). What was kept before is kept once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from shared import log
from shared.connection import Connection
from shared.domain.backoff import next_try
from shared.domain.parcel import ParcelEvent, Source, Watch
from shared.domain.tracking import AccountReading, TrackingEvent
from shared.errors import Misconfigured, Refused, Retry
from shared.ports import Ports, StoredConnection, TellsOfAccount
from shared.workflow.orders.step import HEAL
from shared.workflow.tracking.apply import apply_events
from shared.workflow.tracking.change import change
from shared.workflow.tracking.times import CALL_SECONDS, DAY, HOUR, TimeLeft, at_once

WHOLE_ACCOUNT = "*"
"""The key of a look at the events of the whole account; no tracking number."""
EVERY = HOUR
OVERLAP = DAY
_SPARE = timedelta(seconds=30)
LATEST = 100
"""The number of parcels, the latest first, among which pushes without a subscription are looked for."""


def send_account(ports: Ports, stored: StoredConnection) -> bool:
    """Sends the message by which a connection's account is read once its time has come; tells if it was sent."""
    connection, now = stored.connection, ports.clock.now()
    if stored.status == "closed" or not connection.tracking.tells_of_account:
        return False
    reading = ports.tracking.reading(connection.id)
    if reading.due_at and reading.due_at > now:
        return False
    ports.looks_queue.send(connection.id, [WHOLE_ACCOUNT], "look")
    return ports.tracking.put_off_reading(connection.id, reading, now + HEAL)


def read_account(ports: Ports, stored: StoredConnection, time_left: TimeLeft) -> None:
    """Reads what happened since the last time, page by page, as long as there is time; a later look goes on.

    A failure is tried again, and closes nothing: every parcel is asked for by its number all the same."""
    connection = stored.connection
    if not connection.tracking.tells_of_account:
        return
    with ports.lease("account", connection.id, timedelta(seconds=time_left()) + _SPARE) as owner:
        if not owner:
            log.step("account_read_elsewhere", connection=connection.id)
            return
        reading = _begun(ports, connection)
        try:
            with ports.carrier(connection) as carrier:
                if isinstance(carrier, TellsOfAccount):
                    _pages(ports, connection, carrier, owner, reading, time_left)
        except (Retry, Refused, Misconfigured) as error:
            _failed(ports, connection, owner, error)


def _begun(ports: Ports, connection: Connection) -> AccountReading:
    """The reading that is under way, or the next one."""
    reading, now = ports.tracking.reading(connection.id), ports.clock.now()
    return reading if reading.page else replace(reading, began=now, since=None)


def _pages(
    ports: Ports,
    connection: Connection,
    carrier: TellsOfAccount,
    owner: str,
    reading: AccountReading,
    time_left: TimeLeft,
) -> None:
    """Stores each page before the next one is asked for: it may never be told again."""
    now = ports.clock.now()
    earliest = now - carrier.account_reach
    since = reading.since or (reading.read_until - OVERLAP if reading.read_until else earliest)
    reading = replace(reading, since=max(since, earliest))
    if reading.read_until and reading.read_until < earliest:
        log.trouble("account_gap", connection=connection.id, since=reading.read_until.isoformat())
    seen, count = {reading.page}, 0
    while time_left() >= CALL_SECONDS and reading.since:
        told = carrier.account_events(reading.since, reading.page)
        count += _take(ports, connection, told.events)
        if told.page in seen and told.page:
            raise Refused("refused", f"the page after {told.page} is the same one again", field="tracking")
        seen.add(told.page)
        reading = _after(reading, told.page, now)
        if not (ports.tracking.save_reading(connection.id, owner, reading) and told.page):
            break
    log.step("account_read", connection=connection.id, new=count, more=bool(reading.page))


def _after(reading: AccountReading, page: str, now: datetime) -> AccountReading:
    """Where the reading stands after a page: at the next one, which is due at once, or at its end."""
    well = replace(reading, page=page, failed=0, why="")
    if page:
        return replace(well, due_at=now)
    return replace(well, read_until=reading.began, since=None, began=None, due_at=now + EVERY)


def _failed(ports: Ports, connection: Connection, owner: str, error: Retry | Refused | Misconfigured) -> None:
    """Tried again with the usual backoff. A page that was refused is dropped: the range is asked for anew."""
    now, reading = ports.clock.now(), ports.tracking.reading(connection.id)
    transient = isinstance(error, Retry)
    tries = reading.failed + 1
    again = next_try(connection.id, tries, now, error.after if isinstance(error, Retry) else None)
    failed = replace(reading, failed=tries, why=str(error)[:400], due_at=again if transient else now + EVERY)
    kept = failed if transient else replace(failed, page="", since=None, began=None)
    ports.tracking.save_reading(connection.id, owner, kept)
    log.trouble("account_not_read", connection=connection.id, why=str(error))
    if kept.needs_a_person:
        log.count("AccountsUnread", connection=connection.id)


def _take(ports: Ports, connection: Connection, events: Sequence[tuple[str, TrackingEvent]]) -> int:
    """Keeps what is told of this connection's parcels and not known yet; returns how much that was."""
    told: dict[str, list[TrackingEvent]] = defaultdict(list)
    for number, event in events:
        told[number].append(event)
    watches = ports.tracking.watches([(connection.carrier.kind, number) for number in told])
    ours = [each for each in watches if each.connection == connection.id]
    return sum(_news(ports, each, told[each.number]) for each in ours)


def _news(ports: Ports, watch: Watch, told: Sequence[TrackingEvent]) -> int:
    """Keeps the events that are new, and has the carrier asked for the parcel, which knows the instants as well.

    The question is noted first as well: whoever dies here leaves a parcel that is looked at."""
    now = ports.clock.now()
    events = [ParcelEvent(each, Source.BULK, watch.connection, now) for each in told]
    known = {each.id for each in ports.tracking.events(watch.carrier, watch.number, watch.connection)}
    new = [each for each in {each.id: each for each in events}.values() if each.id not in known]
    if not new:
        return 0
    change(ports, watch, partial(at_once, now=now))
    kept = ports.tracking.keep(watch.carrier, watch.number, new, expires=None)
    applied = apply_events(ports, watch.carrier, watch.number)
    if applied:
        change(ports, applied, partial(at_once, now=now))
    return kept


def pushed_unasked(ports: Ports, connection: str) -> list[str]:
    """The numbers, among the latest parcels on their way, that the carrier pushes without a subscription of ours: then
    the account has one of its own (facts/ups.md, section 8)."""
    moving = islice(ports.tracking.listing(connection, "moving"), LATEST)
    return [each.number for each in moving if each.subscribed_until is None and _is_pushed(ports, each)]


def _is_pushed(ports: Ports, watch: Watch) -> bool:
    events = ports.tracking.events(watch.carrier, watch.number, watch.connection)
    return any(each.source == Source.PUSH for each in events)
