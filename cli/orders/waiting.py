"""`parcelbridge orders wait`: stands by until an order has come to an end, or to a person."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated

import typer
from click import clear

from cli.errors import FAILED, BadUsage, CommandError
from cli.orders.names import find_order
from cli.rendering import say
from cli.wiring import Stack, stack_of
from shared.domain.record import Head
from shared.domain.state import OPEN, State
from shared.workflow.desk.listing import snapshot_of

LOOK_SECONDS = 1.0
WATCH_SECONDS = 5.0
RESTING = frozenset(str(state) for state in State if state not in OPEN)
"""States in which an order stays until the ERP or a person does something."""


def wait(
    context: typer.Context,
    order: Annotated[str, typer.Argument(metavar="ORDER", help="The document's number, or the order's full key.")],
    connection: Annotated[str | None, typer.Option("--connection", help="Only this connection's.")] = None,
    seconds: Annotated[int, typer.Option("--for", min=0, max=3600, help="The longest time to wait, in seconds.")] = 900,
    until: Annotated[str | None, typer.Option(help="Until it is in this state: DONE, HELD or CANCELLED.")] = None,
) -> None:
    """Wait until an order is done (exit code 0), or held or cancelled (exit code 1); also for one not taken in yet."""
    if until and until.upper() not in RESTING:
        raise BadUsage(f"--until {until}: allowed: {', '.join(sorted(RESTING))}")
    stack, wanted = stack_of(context), frozenset({until.upper()}) if until else RESTING
    head = _ended(stack, order, connection, seconds, wanted)
    marked = f"{head.state} {head.reason}".strip() if head.state == State.HELD else str(head.state)
    say(f"{head.document}: {marked} {head.tracking_number}".rstrip() + _why(stack, head))
    if head.state != (until.upper() if until else State.DONE):
        raise typer.Exit(FAILED)


def watched(look: Callable[[], None]) -> None:
    """Looks anew on a clean screen until Ctrl-C."""
    try:
        while True:
            clear()
            look()
            time.sleep(WATCH_SECONDS)
    except KeyboardInterrupt:
        raise typer.Exit from None


def _ended(stack: Stack, order: str, connection: str | None, seconds: int, wanted: frozenset[str]) -> Head:
    """The order's head once it is in one of these states. Raises CommandError when that takes too long."""
    for left in range(seconds, -1, -1):
        try:
            head = find_order(stack, order, connection)
        except CommandError:
            if not left:
                raise
        else:
            if str(head.state) in wanted:
                return head
        if left:
            time.sleep(LOOK_SECONDS)
    raise CommandError(
        f"{head.document} is still {head.state} {head.reason}".rstrip() + f" after {seconds} seconds",
        hint=f"see what it waits for: parcelbridge orders show {head.document}",
    )


def _why(stack: Stack, head: Head) -> str:
    snapshot = snapshot_of(stack.ports, head) if head.state == State.HELD else None
    return f": {snapshot.problem}" if snapshot and snapshot.problem else ""
