"""Listings of orders as tables, and what is to be done about the held ones."""

from __future__ import annotations

from itertools import groupby

from cli.amounts import price_of
from cli.hints import worded
from cli.rendering import instant, say, table
from cli.wiring import Stack
from shared.domain.record import Head, Snapshot
from shared.domain.state import HINTS, WAITS, State
from shared.workflow.desk.listing import snapshot_of
from shared.workflow.desk.owners import owner_of


def hint_of(head: Head, snapshot: Snapshot | None, order: str = "") -> str:
    """Return what a clerk does next with a held order, or with one that waits for its day: about `order`, or about
    any order of the same kind."""
    if head.state != State.HELD:
        return WAITS.get(head.reason, "")
    if snapshot and snapshot.hint:
        return worded(snapshot.hint, order)
    known = {str(reason): worded(hint, order) for reason, hint in HINTS.items()}
    return known.get(head.reason, f"see why: parcelbridge orders show {head.document}")


def show_orders(heads: list[Head]) -> None:
    columns = ("order", "connection", "state", "reason", "service", "tracking number", "price", "changed")
    table(columns, [_row(head) for head in heads])


def _row(head: Head) -> tuple[object, ...]:
    state = (head.document, head.connection, head.state, head.reason)
    return (*state, head.service, head.tracking_number, price_of(head), instant(head.updated_at))


def show_held(stack: Stack, heads: list[Head]) -> None:
    """Held orders under their reasons, each with its sentence, the longest waiting first; what to do stands above them,
    once where it is the same for all."""
    for reason, group in groupby(sorted(heads, key=lambda h: (h.reason, h.updated_at, h.key)), key=lambda h: h.reason):
        rows = [(head, snapshot_of(stack.ports, head)) for head in group]
        say(f"{reason or 'held'} ({len(rows)}): {owner_of(reason)}", style="bold")
        for line in _to_do(rows):
            say(f"  what to do{line}")
        table(("order", "connection", "price", "why", "field", "held since"), [_held_row(*row) for row in rows])


def _to_do(rows: list[tuple[Head, Snapshot | None]]) -> list[str]:
    """Return the hints on the orders of one reason; each names its orders where the hint is not the same for all."""
    alike: dict[str, list[tuple[Head, Snapshot | None]]] = {}
    for head, snapshot in rows:
        alike.setdefault(hint_of(head, snapshot), []).append((head, snapshot))
    hints = {hint_of(*same[0], same[0][0].document) if len(same) == 1 else hint: same for hint, same in alike.items()}
    if len(hints) == 1:
        return [f": {hint}" for hint in hints]
    return [f" for {', '.join(head.document for head, _ in same)}: {hint}" for hint, same in hints.items()]


def _held_row(head: Head, snapshot: Snapshot | None) -> tuple[object, ...]:
    why = snapshot.problem if snapshot else ""
    return (head.document, head.connection, price_of(head), why, head.field, instant(head.updated_at))
