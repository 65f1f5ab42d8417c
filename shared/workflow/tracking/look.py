"""The look at parcels whose time has come: subscriptions are made and renewed, and the carrier is asked.

What cannot be subscribed to is polled as any parcel that nobody pushes. A parcel that is not finished always has a next
look, so that none is ever unwatched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from shared import log
from shared.connection import Connection
from shared.domain.backoff import next_try
from shared.domain.milestones import FINAL
from shared.domain.parcel import ParcelEvent, Source, Watch
from shared.domain.tracking import Place, TrackedParcel, TrackingEvent
from shared.errors import Misconfigured, NewerFormat, Refused, Retry
from shared.ports import Ports, PushTarget, StoredConnection, Subscribed, TracksParcels
from shared.workflow.orders.closing import close_connection, newer_format
from shared.workflow.orders.step import HEAL
from shared.workflow.tracking.account import WHOLE_ACCOUNT, read_account
from shared.workflow.tracking.apply import apply_events
from shared.workflow.tracking.change import change
from shared.workflow.tracking.hints import is_hint, know_keys, take_hints
from shared.workflow.tracking.times import CALL_SECONDS, RENEW_BEFORE, TimeLeft, with_due, with_times


def look(ports: Ports, connection: str, numbers: Sequence[str], time_left: TimeLeft) -> None:
    """Looks at those of a connection's parcels whose time has come; the others, and what there is no time for, are
    left alone. May run twice: what was looked at is not due any more."""
    try:
        stored = ports.connections.get(connection)
        if stored and stored.status != "closed" and WHOLE_ACCOUNT in numbers:
            read_account(ports, stored, time_left)
    except NewerFormat as error:
        newer_format(connection, "", error)
        return
    if stored is None:
        return
    hints = [each for each in numbers if is_hint(each)]
    numbers = [each for each in numbers if not is_hint(each)]
    try:
        if hints and stored.status != "closed":
            take_hints(ports, stored.connection, hints, time_left)
        _look(ports, stored, numbers, time_left)
    except Misconfigured as error:
        if not close_connection(ports, stored, error):
            log.step("credential_renewed", connection=connection)


def _look(ports: Ports, stored: StoredConnection, numbers: Sequence[str], time_left: TimeLeft) -> None:
    connection = stored.connection.id
    kind = stored.connection.carrier.kind
    watches = ports.tracking.watches([(kind, number) for number in numbers])
    due = [each for each in watches if _is_due(ports, each, connection)]
    if stored.status == "closed":
        for watch in due:
            ports.tracking.postpone(watch, ports.clock.now() + HEAL)
        return
    joined = (apply_events(ports, each.carrier, each.number) or each for each in due)
    due = [each for each in joined if _is_due(ports, each, connection)]
    if not due and not numbers:
        return
    with ports.carrier(stored.connection) as carrier:
        if isinstance(carrier, TracksParcels):
            due = _subscribe(ports, stored.connection, carrier, due, time_left)
            _poll(ports, stored.connection, carrier, due, time_left)


def _is_due(ports: Ports, watch: Watch, connection: str) -> bool:
    now = ports.clock.now()
    times = (watch.subscribe_at, watch.poll_at)
    return watch.connection == connection and not watch.finished and any(at and at <= now for at in times)


# --- subscriptions ---------------------------------------------------------------------------------------------------


def _subscribe(
    ports: Ports, connection: Connection, carrier: TracksParcels, due: Sequence[Watch], time_left: TimeLeft
) -> list[Watch]:
    """Subscribes to those that want it, as many at once as the carrier takes. Gives all watches as they are then."""
    now, target = ports.clock.now(), ports.webhook(connection)
    after = {each.number: each for each in due}
    wanted = [each for each in due if each.subscribe_at and each.subscribe_at <= now]
    for start in range(0, len(wanted), carrier.most_numbers):
        batch = wanted[start : start + carrier.most_numbers]
        if target is None:
            after |= {each.number: change(ports, each, _no_push) for each in batch}
        elif time_left() < CALL_SECONDS:
            break
        else:
            after |= {each.number: each for each in _subscribed(ports, carrier, target, batch)}
    return list(after.values())


def _no_push(watch: Watch) -> Watch:
    return with_due(replace(watch, subscribe_at=None))


def _subscribed(ports: Ports, carrier: TracksParcels, target: PushTarget, batch: Sequence[Watch]) -> list[Watch]:
    """The watches after one request. What was refused or failed is polled instead."""
    now = ports.clock.now()
    try:
        answer = carrier.subscribe([each.number for each in batch], target)
    except (Retry, Refused, Misconfigured) as error:
        log.trouble("subscription_failed", connection=batch[0].connection, parcels=len(batch), why=str(error))
        log.count("SubscriptionsFailed", connection=batch[0].connection)
        after = error.after if isinstance(error, Retry) else None
        return [change(ports, each, partial(_not_subscribed, now=now, after=after)) for each in batch]
    know_keys(ports, batch[0].connection, answer.keys)
    return [change(ports, each, partial(_as_answered, answer=answer, now=now)) for each in batch]


def _as_answered(watch: Watch, answer: Subscribed, now: datetime) -> Watch:
    if watch.finished:
        return watch
    if watch.number in answer.taken:
        renew = answer.until - RENEW_BEFORE
        return with_due(replace(watch, subscribed_until=answer.until, subscribe_at=renew, tries=0, refused=""))
    why = answer.refused.get(watch.number, "")
    if not why:  # the answer does not name it: whether it is subscribed to is not known
        return _not_subscribed(watch, now, None)
    return with_due(
        replace(watch, refused=why[:200], subscribe_at=None, subscribed_until=None, poll_at=_soon(watch, now))
    )


def _not_subscribed(watch: Watch, now: datetime, after: float | None) -> Watch:
    """Tried again with the usual backoff."""
    if watch.finished:
        return watch
    again = next_try(f"{watch.carrier}:{watch.number}", watch.tries, now, after)
    return with_due(replace(watch, tries=watch.tries + 1, subscribe_at=again, poll_at=_soon(watch, now)))


def _soon(watch: Watch, now: datetime) -> datetime | None:
    """The next poll of a parcel without a subscription: at once where one is about to end."""
    return min(watch.poll_at or now, now) if watch.subscribed_until else watch.poll_at


# --- polls -----------------------------------------------------------------------------------------------------------


def _poll(
    ports: Ports, connection: Connection, carrier: TracksParcels, watches: Sequence[Watch], time_left: TimeLeft
) -> None:
    """Asks for each parcel whose time has come; one answer may tell of others of its shipment."""
    told: set[str] = set()
    for watch in watches:
        now = ports.clock.now()
        if watch.number in told or watch.finished or not watch.poll_at or watch.poll_at > now:
            continue
        if time_left() < CALL_SECONDS:
            return
        try:
            with log.about(order=watch.order, parcel=watch.number):
                answer = carrier.track(watch.number)
        except (Retry, Refused) as error:
            log.step("poll_failed", order=watch.order, connection=watch.connection, parcel=watch.number, why=str(error))
            after = error.after if isinstance(error, Retry) else None
            change(ports, watch, partial(_poll_failed, now=now, after=after))
        else:
            told |= _take(ports, connection, watch, answer)


def _poll_failed(watch: Watch, now: datetime, after: float | None) -> Watch:
    again = next_try(f"{watch.carrier}:{watch.number}", watch.polls_failed, now, after)
    return with_due(replace(watch, polls_failed=watch.polls_failed + 1, poll_at=again))


def _take(ports: Ports, connection: Connection, asked: Watch, answer: Sequence[TrackedParcel]) -> set[str]:
    """Keeps what the answer tells of each parcel of this connection, and gives their numbers."""
    now = ports.clock.now()
    told = {parcel.tracking_number: parcel for parcel in answer}
    watches = ports.tracking.watches([(asked.carrier, number) for number in sorted({asked.number, *told})])
    for before in (each for each in watches if each.connection == connection.id):
        parcel, watch = told.get(before.number), before
        if parcel:
            events = [ParcelEvent(each, Source.POLL, connection.id, now) for each in _events_of(parcel, before, now)]
            _keep_new(ports, before, events)
            watch = apply_events(ports, before.carrier, before.number) or before
        after = change(ports, watch, partial(_polled, now=now, silent_days=connection.tracking.silent_days))
        if after.silent and not before.silent:
            log.trouble("parcel_silent", connection=after.connection, order=after.order, parcel=after.number)
            log.count("ParcelsSilent", connection=after.connection)
    return {asked.number, *told}


def _keep_new(ports: Ports, watch: Watch, events: Sequence[ParcelEvent]) -> None:
    """Keeps those that are not known. An answer tells the whole life of a parcel: each known event that is put once
    more would cost what a new one does, though its condition refuses it."""
    known = {each.id for each in ports.tracking.events(watch.carrier, watch.number, watch.connection)}
    new = [each for each in events if each.id not in known]
    if new:
        ports.tracking.keep(watch.carrier, watch.number, new, expires=None)


def _events_of(parcel: TrackedParcel, watch: Watch, now: datetime) -> list[TrackingEvent]:
    """The parcel's scans, and what the answer tells beside them: a new promise, and who took it."""
    fact = TrackingEvent(now, None, "", "", "", "", Place())
    over = any(each.milestone in FINAL for each in parcel.events)
    facts = []
    if parcel.expected and parcel.expected != watch.facts.expected and not over:
        facts.append(replace(fact, expected=parcel.expected))
    if over and parcel.received_by and parcel.received_by != watch.facts.received_by:
        facts.append(replace(fact, received_by=parcel.received_by))
    return [*parcel.events, *facts]


def _polled(watch: Watch, now: datetime, silent_days: int) -> Watch:
    """The watch after a poll that was answered; a long silence is shown to a person."""
    if watch.finished:
        return watch
    asked = with_times(replace(watch, polled_at=now, polls_failed=0), now)
    silence = now - (watch.facts.heard or watch.since)
    over = watch.facts.milestone in FINAL
    return replace(asked, silent=bool(silent_days) and not over and silence > timedelta(days=silent_days))
