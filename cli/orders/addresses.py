"""`parcelbridge addresses`: what the carrier knows of the places that orders go to (S22)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import typer

from cli import rendering
from cli.connections.names import applied
from cli.errors import FAILED
from cli.orders.commands import AsJson, Of
from cli.rendering import counted, say, table
from cli.wiring import Stack, stack_of
from shared.domain.address import Address, Party
from shared.domain.shipment import AddressCheck
from shared.errors import Refused, Retry
from shared.ports import Carrier, StoredConnection
from shared.workflow.desk.listing import heads_in, snapshot_of

app = typer.Typer(no_args_is_help=True)
SHOWN = 3
"""Candidates of one address in the table; --json has all."""


WORDS = {"none": "not found", "ambiguous": "several found", "not_covered": "country not checked"}
"""Outcomes of a check in a clerk's words; others are words already."""


@dataclass(frozen=True, slots=True)
class CheckedAddress:
    """One ship-to, the orders that go there, and what the carrier says; `problem` when it could not be asked."""

    connection: str
    orders: tuple[str, ...]
    address: Address
    check: AddressCheck | None
    problem: str = ""

    @property
    def good(self) -> bool:
        return self.check is not None and self.check.outcome in ("valid", "not_covered")


@app.callback()
def addresses() -> None:
    """Addresses of open orders."""


@app.command()
def check(
    context: typer.Context,
    connection: Of = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The most places to list for each connection.")] = 100,
    json: AsJson = False,
) -> None:
    """Ask the carrier about each place that an order without a label goes to. Changes nothing.

    Ends with 1 when the carrier does not know one of them as it is written, or could not be asked.
    """
    stack = stack_of(context)
    stored = [applied(stack, connection)] if connection else stack.ports.connections.all()
    found = [each for one in stored for each in _checked(stack, one, limit)]
    if json:
        rendering.as_json(found)
    elif not found:
        say("no order without a label has a ship-to")
    else:
        columns = ("outcome", "ship-to", "orders", "the carrier knows", "note")
        table(columns, [_row(each) for each in found])
        wrong = sum(not each.good for each in found)
        places = counted(len(found), "place")
        say(f"{places}, {wrong} of them to look at: what is corrected in the ERP is taken by the next poll")
    if not all(each.good for each in found):
        raise typer.Exit(FAILED)


def _checked(stack: Stack, stored: StoredConnection, limit: int) -> Iterator[CheckedAddress]:
    """Each place once, however many orders go there. Raises Misconfigured for a refused credential."""
    with stack.ports.carrier(stored.connection) as carrier:
        for number, (party, orders) in enumerate(_places(stack, stored.connection.id)):
            if number == limit:
                say(f"{stored.connection.id}: the first {limit} places; --limit looks at more", error=True)
                return
            yield _asked(carrier, stored.connection.id, party, orders)


def _places(stack: Stack, connection: str) -> Iterator[tuple[Party, tuple[str, ...]]]:
    """Where orders without a label go, each place with the numbers of its orders."""
    places: dict[str, tuple[Party, list[str]]] = {}
    for bucket in ("held", "open"):
        for head in heads_in(stack.ports, connection, bucket):
            snapshot = None if head.shipment_id or head.in_doubt else snapshot_of(stack.ports, head)
            if snapshot and snapshot.order.ship_to.address.country:
                party = snapshot.order.ship_to
                places.setdefault(str(party.address).upper(), (party, []))[1].append(head.document)
    for party, orders in places.values():
        yield party, tuple(orders)


def _asked(carrier: Carrier, connection: str, party: Party, orders: tuple[str, ...]) -> CheckedAddress:
    try:
        return CheckedAddress(connection, orders, party.address, carrier.check_address(party))
    except (Retry, Refused) as error:
        return CheckedAddress(connection, orders, party.address, None, str(error))


def _row(each: CheckedAddress) -> tuple[object, ...]:
    check = each.check
    if check is None:
        return "LOOK: carrier did not answer", each.address, ", ".join(each.orders), "", each.problem
    candidates = "; ".join(str(candidate) for candidate in check.candidates[:SHOWN])
    more = len(check.candidates) - SHOWN
    known = f"{candidates}; {more} more" if more > 0 else candidates
    mark = "" if each.good else "LOOK: "
    return f"{mark}{WORDS.get(check.outcome, check.outcome)}", each.address, ", ".join(each.orders), known, check.note
