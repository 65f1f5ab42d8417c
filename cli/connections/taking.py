"""`parcelbridge connections take`: what stood in the ERP when the connection began, and that a person takes in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from cli.connections.names import applied
from cli.errors import CommandError
from cli.rendering import counted, say
from cli.wiring import stack_of
from shared.workflow.desk.take_older import take_older

NAMED = 100
"""Documents that are named at most; `connections start --json` and `reconcile --json` have all of them."""


def take(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="ID", help="The connection's id.")],
    documents: Annotated[list[str], typer.Argument(metavar="DOCUMENT...", help="As `reconcile` shows them.")],
) -> None:
    """Take in documents that stood in the ERP when the connection began. Their parcels must not have left."""
    stack = stack_of(context)
    stored = applied(stack, name)
    if stored.connection.receives:
        raise CommandError(f"{name} buys no labels: its purchase orders are sent to a warehouse")
    take_older(stack.ports, stored, documents, stack.who())
    if stored.status == "running":
        stack.ports.poll_queue.send(name, [""], "poll")
    when = "" if stored.status == "running" else f", once {name} runs"
    say(f"{', '.join(documents)}: the next poll takes {'it' if len(documents) == 1 else 'them'} in{when}")
    say(f"what the selection does not want any more stays out: parcelbridge connections dry-run {name} {documents[0]}")


def show_older(name: str, older: Sequence[str]) -> None:
    """Name the documents that are left alone, if there are any, and tell how one of them is taken in."""
    if not older:
        return
    named, more = ", ".join(older[:NAMED]), f" and {len(older) - NAMED} more" if len(older) > NAMED else ""
    say(f"left alone, since a parcel of it may have left before {name} selected it: {counted(len(older), 'document')}")
    say(f"  {named}{more}")
    say(f"  to take one in after the first poll: parcelbridge connections take {name} DOCUMENT")
