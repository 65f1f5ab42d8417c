"""The life of one parcel, as its carrier told it: each scan with its local time, its place and its words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from cli.rendering import facts, instant, plain, say, table
from cli.wiring import Stack
from shared.domain.parcel import ParcelEvent, Watch
from shared.domain.record import Head
from shared.workflow.desk.parcels import events_of, parcels_of


def show_timelines(stack: Stack, head: Head) -> None:
    """Each parcel of the order under its number; nothing for one of which nothing is told yet."""
    for watch in parcels_of(stack.ports, head):
        show_timeline(stack, watch)


def show_timeline(stack: Stack, watch: Watch) -> None:
    told = events_of(stack.ports, watch)
    say(f"Parcel {watch.number}: {standing(watch)}", style="bold")
    facts(_facts(watch))
    if told:
        table(("local time", "UTC", "milestone", "place", "what", "by"), [_row(each) for each in told])


def as_facts(stack: Stack, watch: Watch) -> dict[str, object]:
    """A parcel with its timeline, for programs."""
    return {**plain(watch), "bucket": watch.bucket, "timeline": [plain(each) for each in events_of(stack.ports, watch)]}


def standing(watch: Watch) -> str:
    """Where a parcel is, in a few words."""
    if watch.facts.milestone is None:
        return "no event yet"
    return str(watch.facts.milestone).replace("_", " ")


def _facts(watch: Watch) -> Iterator[tuple[str, object]]:
    known = watch.facts
    yield "problem", known.problem
    yield "delivered", f"{known.delivered}, taken by {known.received_by}" if known.received_by else known.delivered
    if not known.delivered:
        before = [str(each.day) for each in known.promises[:-1]]
        yield "arrives", f"{known.expected}" + (f" (before: {', '.join(before)})" if before else "")
    yield "how it is watched", _watched(watch)
    yield "not heard of", "for long: ask the carrier" if watch.silent else ""


def _watched(watch: Watch) -> str:
    if watch.finished:
        return f"no more: {watch.finished.replace('_', ' ')}"
    pushed = f"pushed until {instant(watch.subscribed_until)}" if watch.subscribed_until else "not pushed"
    why = f" ({watch.refused})" if watch.refused else ""
    return f"{pushed}{why}, next asked {instant(watch.poll_at)}"


def _row(each: ParcelEvent) -> tuple[object, ...]:
    told = each.event
    milestone = str(told.milestone or "").replace("_", " ")
    return (_local(told.local), _utc(told.at), milestone, told.place, told.description, each.source)


def _local(at: datetime | None) -> str:
    """The time on the wall, with its offset where one was told."""
    return at.strftime("%Y-%m-%d %H:%M%z") if at else ""


def _utc(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if at else ""
