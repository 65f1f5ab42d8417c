"""`parcelbridge restore accepted`: a person has compared what a backup lacks, and orders are bought as before."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.errors import FAILED
from cli.rendering import say
from cli.wiring import Stack, stack_of

app = typer.Typer(no_args_is_help=True)
COMMAND = "parcelbridge restore accepted"


@app.callback()
def restore() -> None:
    """A table that was restored from a backup."""


@app.command()
def accepted(context: typer.Context, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Say that all that was bought since the backup is settled: orders are bought without an approval again.

    Until then each order waits for approval, whatever its connection file says.
    """
    stack = stack_of(context)
    if not is_restored(stack):
        say("the table is no copy that was restored, or was accepted before: nothing to do")
        return
    if not yes and not typer.confirm("Is each order that was bought after the backup's minute dismissed or entered?"):
        say("nothing was changed: each order still waits for approval")
        raise typer.Exit(FAILED)
    stack.who()
    stack.ports.connections.accept_restored()
    say("accepted: orders are bought as their connection files say")


def is_restored(stack: Stack) -> bool:
    """Tell if the stack runs on a copy that nobody has accepted yet."""
    return any(each.restored for each in stack.ports.connections.all())
