"""`parcelbridge reconcile`: the ERP's own account of a day against ours."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from cli import rendering
from cli.connections.names import applied
from cli.errors import FAILED, BadUsage
from cli.orders.commands import AsJson
from cli.rendering import say
from cli.wiring import stack_of
from shared.workflow.desk.reconcile import Account, Reckoned
from shared.workflow.desk.reconcile import reconcile as compare

Name = Annotated[str, typer.Argument(metavar="CONNECTION", help="The connection's id.")]
Day = Annotated[str | None, typer.Option(help="The day, such as 2026-11-30; today in the connection's zone.")]
Shipped = Annotated[bool, typer.Option("--shipped", help="List also what was shipped.")]
SAYS = {
    Account.MISSED: "missed: nothing here knows it",
    Account.HELD: "held",
    Account.UNREAD: "not read yet",
    Account.COMES: "the next poll takes it",
    Account.WAITS: "under way to its label",
    Account.SHIPPED: "shipped",
    Account.ELSEWHERE: "of another connection",
    Account.CANCELLED: "cancelled",
    Account.SEEN: "seen, and not selected",
    Account.OLDER: "left alone: older than the connection",
}


def reconcile(
    context: typer.Context, connection: Name, day: Day = None, shipped: Shipped = False, json: AsJson = False
) -> None:
    """Compare what the ERP has ready, or let go on a day, with what became of it here.

    Ends with 1 when something is missed: it is ready or gone in the ERP, and nothing here knows it.
    """
    stack = stack_of(context)
    stored = applied(stack, connection)
    today = stack.ports.clock.now().astimezone(ZoneInfo(stored.connection.timezone)).date()
    chosen = _day(day) or today
    found = list(compare(stack.ports, stored, chosen))
    missed = [each for each in found if each.account is Account.MISSED]
    if json:
        rendering.as_json({"connection": connection, "day": chosen, "documents": found})
    else:
        _show(connection, chosen, found, missed, shipped_too=shipped)
    if missed:
        raise typer.Exit(FAILED)


def _day(written: str | None) -> date | None:
    try:
        return datetime.strptime(written, "%Y-%m-%d").date() if written else None  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise BadUsage(f"--day {written}: no day; write it as 2026-11-30") from None


def _show(name: str, day: date, found: list[Reckoned], missed: list[Reckoned], *, shipped_too: bool) -> None:
    counts = Counter(each.account for each in found)
    order = list(Account)
    parts = ", ".join(f"{counts[each]} {each.value}" for each in order if counts[each])
    say(f"{name} on {day}: {len(found)} documents in the ERP{': ' if parts else ''}{parts}", style="bold")
    shown = [each for each in found if shipped_too or each.account is not Account.SHIPPED]
    shown.sort(key=lambda each: (order.index(each.account), each.listed.document))
    if shown:
        rendering.table(("document", "in the ERP", "here", "why"), [_row(each) for each in shown])
    if counts[Account.OLDER]:
        say("whether a parcel of an older document has left says the warehouse; if it has not:")
        say(f"parcelbridge connections take {name} DOCUMENT")
    for each in missed[:3]:
        say(f"what to do: parcelbridge connections dry-run {name} {each.listed.document}", error=True)
    if len(missed) > 3:
        say(f"and {len(missed) - 3} more", error=True)
    if missed:
        say("docs/runbook.md, The daily reconciliation, says why a document can be missed", error=True)


def _row(each: Reckoned) -> tuple[object, ...]:
    stands = "ready" if each.listed.ready else "has left"
    status = f"{stands} ({each.listed.status})" if each.listed.status else stands
    return each.listed.document, status, SAYS[each.account], each.why
