"""The orders that a connection would take now, and what each would cost, as a table for a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from shared.domain.errand import Result
from shared.domain.money import Money
from shared.errors import Refused
from shared.ports import Ports, StoredConnection
from shared.workflow.intake.backlog import backlog
from shared.workflow.planning.dry_run import Outcome, Tried, dry_run

MOST = 20
"""Documents of one dry-run: each is read and priced for real."""
WORDS: Mapping[Outcome, str] = {
    "bought": "would be bought",
    "later": "would be bought later",
    "approval": "would wait for approval",
    "held": "would be held",
    "known": "nothing would happen",
    "cancelled": "nothing would happen",
    "not_tried": "not tried",
}
COLUMNS = ("order", "outcome", "to", "service", "packages", "price", "why")


def tried_of(ports: Ports, stored: StoredConnection, documents: Sequence[str] = ()) -> Result:
    """Tries these documents, or the last changed of those that the next poll takes. Nothing is written or bought.

    Raises Refused for a connection that buys no labels; Misconfigured, and Retry when the ERP cannot be asked.
    """
    connection = stored.connection
    if connection.receives:
        raise Refused("connection", f"{connection.id} buys no labels: its purchase orders are sent to a warehouse")
    chosen = list(documents) or [each.document for each in reversed(backlog(ports, stored).changes)]
    tried = list(dry_run(ports, connection, chosen[:MOST]))
    said = f"{min(len(chosen), MOST)} of {len(chosen)} documents looked at"
    sums = ", ".join(map(str, totals(tried)))
    return Result(f"{said}; all that is priced together: {sums}" if sums else said, COLUMNS, tuple(map(_row, tried)))


def totals(tried: Sequence[Tried]) -> list[Money]:
    """Return the sum of the prices found, one for each currency."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for each in tried:
        if each.quote:
            sums[each.quote.price.currency] += each.quote.price.amount
    return [Money(amount, currency) for currency, amount in sorted(sums.items())]


def _row(tried: Tried) -> tuple[str, ...]:
    """A line of the table; of the address its place alone."""
    plan, order = tried.plan, tried.order
    where = order.ship_to.address if order else None
    return (
        f"{tried.document} {order.delivery if order else ''}".strip(),
        WORDS[tried.outcome],
        f"{where.city} {where.state} {where.country}".replace("  ", " ") if where else "",
        plan.service if plan else (order.service if order else ""),
        f"{len(plan.packages)}" if plan else "",
        str(tried.quote.price) if tried.quote else "",
        f"{tried.reason}: {tried.why}" if tried.reason and tried.why else tried.why or tried.reason,
    )
