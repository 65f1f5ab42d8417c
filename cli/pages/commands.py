"""`parcelbridge pages show|revoke`."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from cli import rendering
from cli.errors import CommandError
from cli.orders.commands import AsJson, Of, Order
from cli.orders.names import find_order
from cli.rendering import instant, say
from cli.wiring import Stack, stack_of
from shared.domain.page import Page
from shared.domain.record import Head
from shared.domain.state import State
from shared.domain.steps import Step
from shared.domain.telling import Telling
from shared.ports import Conflict
from shared.workflow.orders.change import StepChange
from shared.workflow.orders.label_status import note
from shared.workflow.orders.pages import keep_page, page_of

app = typer.Typer(no_args_is_help=True)
TRIES = 3


@app.command()
def show(
    context: typer.Context,
    order: Order,
    connection: Of = None,
    again: Annotated[bool, typer.Option("--new", help="Make another address in place of a revoked one.")] = False,
    json: AsJson = False,
) -> None:
    """Print the address of an order's tracking page; it is made where there is none.

    Whoever has the address sees the page: give it to the customer alone.
    """
    stack = stack_of(context)
    head = find_order(stack, order, connection)
    who, before = stack.who(), page_of(stack.ports, head.key)
    its = stack.ports.connections.revision(head.connection, head.revision)
    page = keep_page(stack.ports, head, its, again=again)
    if page is None:
        raise CommandError(f"order {head.document} has no parcel yet", hint="its page is made once it has a label")
    if before is None or before.id != page.id:
        _noted(stack, head, Step.PAGE_MADE, who, f"until {instant(page.ends)}")
    if page.revoked:
        raise CommandError(
            f"the tracking page of order {head.document} is revoked",
            hint=f"parcelbridge pages show {head.document} --new makes another one",
        )
    address = f"{stack.webhook_base}{page.path}"
    if json:
        rendering.as_json({"order": head.key, "address": address, "ends": page.ends, "parcels": page.parcels})
        return
    say(address)
    say(f"until {instant(page.ends)}, {_parcels(page)}", error=True)


@app.command()
def revoke(context: typer.Context, order: Order, connection: Of = None) -> None:
    """End all addresses of an order at once: that of its tracking page, and those of its labels."""
    stack = stack_of(context)
    head = find_order(stack, order, connection)
    who = stack.who()
    pages = [page for page in stack.ports.pages.of(head.key) if not page.revoked]
    if not pages:
        raise CommandError(f"order {head.document} has no address that could be revoked")
    what = ", ".join(page.place for page in pages)
    _noted(stack, head, Step.PAGE_REVOKED, who, what)  # first: what is revoked is in the trail, whatever happens
    for page in pages:
        if not stack.ports.pages.save(replace(page, revoked=True, version=page.version + 1)):
            raise Conflict(page.order)
    say(f"{head.document}: revoked: {what}; whoever opens an address of these is told that the page does not exist")


def _noted(stack: Stack, head: Head, what: Step, who: str, why: str) -> None:
    """Notes it in the order's trail; a worker may take a step of the order meanwhile."""
    for left in reversed(range(TRIES)):
        try:
            _note(stack, stack.ports.orders.head(head.key) or head, what, who, why)
        except Conflict:
            if not left:
                raise
        else:
            return


def _note(stack: Stack, head: Head, what: Step, who: str, why: str) -> None:
    """A cancelled order is at its end: a step of it says what the ERP is told, which stays as it is."""
    facts: StepChange = {"who": who, "why": why}
    if head.state == State.CANCELLED:
        facts["telling"] = stack.ports.orders.telling(head.key) or Telling(head.generation)
    if head.state in (State.INTENT, State.UNKNOWN):
        raise CommandError(f"order {head.document} is being bought", hint="try again in some minutes")
    note(stack.ports, head, what=what, **facts)


def _parcels(page: Page) -> str:
    count = len(page.parcels)
    return "1 parcel" if count == 1 else f"{count} parcels"
