"""`parcelbridge orders wait`: stands by until an order has come to an end, or to a person."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from cli.errors import FAILED, CommandError
from cli.order_lists import snapshot_of
from cli.order_names import find_order
from cli.rendering import say
from cli.wiring import Stack, stack_of
from shared.domain.record import Head
from shared.domain.state import OPEN, State

LOOK_SECONDS = 1.0


def wait(
    context: typer.Context,
    order: Annotated[str, typer.Argument(metavar="ORDER", help="The document's number, or the order's full key.")],
    connection: Annotated[str | None, typer.Option("--connection", help="Only this connection's.")] = None,
    seconds: Annotated[int, typer.Option("--for", min=0, max=3600, help="At most so many seconds.")] = 180,
) -> None:
    """Wait until an order is done (exit code 0), or held or cancelled (exit code 1); also for one not taken in yet."""
    head = _ended(stack_of(context), order, connection, seconds)
    why = _why(stack_of(context), head)
    say(f"{head.document}: {head.state} {head.tracking_number or head.reason}{why}".rstrip())
    if head.state != State.DONE:
        raise typer.Exit(FAILED)


def _ended(stack: Stack, order: str, connection: str | None, seconds: int) -> Head:
    """The order's head once nothing moves it any more. Raises CommandError when that takes too long."""
    for left in range(seconds, -1, -1):
        try:
            head = find_order(stack, order, connection)
        except CommandError:
            if not left:
                raise
        else:
            if head.state not in OPEN:
                return head
        if left:
            time.sleep(LOOK_SECONDS)
    raise CommandError(
        f"{head.document} is still {head.state} {head.reason}".rstrip() + f" after {seconds} seconds",
        hint=f"see what it waits for: parcelbridge orders show {head.document}",
    )


def _why(stack: Stack, head: Head) -> str:
    snapshot = snapshot_of(stack, head) if head.state == State.HELD else None
    return f": {snapshot.problem}" if snapshot and snapshot.problem else ""
