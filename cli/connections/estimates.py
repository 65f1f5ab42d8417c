"""Estimate what a start would take in and cost: the backlog counted, a sample of it priced, the rest extrapolated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from cli.connections.dry_runs import held_reasons, totals
from cli.wiring import Stack
from shared.domain.money import Money
from shared.errors import Retry
from shared.ports import StoredConnection
from shared.workflow.intake.backlog import backlog
from shared.workflow.planning.dry_run import Tried, dry_run

RECEIVES = "no label is bought: purchase orders are sent to a warehouse"
SAMPLE = 20
"""Selected documents that are priced at most, spread over the backlog: each costs the carrier calls."""
MOST_READ = 100
"""Documents that are read at most in search of them: most of a backlog may be what the file does not select."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The backlog's size, and what a sample of it says. `cost` is for the whole backlog and is no promise: `sampled`
    of `documents` were read, and the file selects `selected` of these. `held` counts by reason within the sample;
    `problem` says why nothing is known. `older` are the documents that are left alone, since they stood in the ERP when
    the connection began."""

    documents: int
    sampled: int
    selected: int
    orders: int
    priced: int
    held: str
    not_tried: int
    cost: tuple[Money, ...]
    problem: str = ""
    older: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Tell if every document of the backlog was looked at."""
        return self.sampled == self.documents


def estimate(stack: Stack, stored: StoredConnection) -> Estimate:
    """Reads and prices; writes nothing. Raises Misconfigured for refused credentials, Retry when the ERP cannot be
    asked for its backlog."""
    waiting = backlog(stack.ports, stored)
    return replace(_priced(stack, stored, [each.document for each in waiting.changes]), older=waiting.older)


def _priced(stack: Stack, stored: StoredConnection, documents: Sequence[str]) -> Estimate:
    if stored.connection.receives:
        return Estimate(len(documents), 0, 0, 0, 0, "", 0, (), RECEIVES)
    read: list[str] = []
    tried: list[Tried] = []

    def wanted() -> Iterator[str]:
        for document in in_turn(spread(documents, MOST_READ)):
            if len({each.document for each in tried}) == SAMPLE:
                return
            read.append(document)
            yield document

    try:
        for each in dry_run(stack.ports, stored.connection, wanted()):
            tried.append(each)  # noqa: PERF402 - what was tried says whether more is read
    except Retry as error:
        return Estimate(len(documents), 0, 0, 0, 0, "", 0, (), str(error))
    return _summed(len(documents), len(read), tried)


def _summed(documents: int, sampled: int, tried: Sequence[Tried]) -> Estimate:
    outcomes = Counter(each.outcome for each in tried)
    share = Decimal(documents) / sampled if sampled else Decimal(0)
    cost = tuple(Money((each.amount * share).quantize(Decimal("0.01")), each.currency) for each in totals(tried))
    orders = sum(outcomes.values()) - outcomes["known"] - outcomes["cancelled"]
    priced = outcomes["bought"] + outcomes["later"] + outcomes["approval"]
    selected = len({each.document for each in tried})
    return Estimate(documents, sampled, selected, orders, priced, held_reasons(tried), outcomes["not_tried"], cost)


def spread(documents: Sequence[str], most: int) -> list[str]:
    """Return at most `most` documents, spread over the whole list, since the oldest differ from the newest."""
    if len(documents) <= most:
        return list(documents)
    return [documents[place * len(documents) // most] for place in range(most)]


def in_turn(documents: Sequence[str]) -> list[str]:
    """The same documents in an order in which each beginning of SAMPLE is spread over all of them."""
    step = max(1, len(documents) // SAMPLE)
    return [each for start in range(step) for each in documents[start::step]]


def cost_of(found: Estimate) -> str:
    """Return the cost in words, and say if it is priced, extrapolated or not known."""
    if found.problem:
        return f"not known: {found.problem}"
    among = f"{found.sampled} of {found.documents} documents, {found.selected} of them selected"
    if not found.cost:
        return f"nothing is priced: read were {among}"
    total = " and ".join(map(str, found.cost))
    if found.whole:
        return f"{total} for the {found.priced} orders that can be priced"
    return f"about {total}: extrapolated from {among}"


def held_of(found: Estimate) -> str:
    """Return in words how many would be held, by reason, and how many could not be tried."""
    among = "" if found.whole else f", among the {found.sampled} documents looked at"
    more = f"; {found.not_tried} could not be tried" if found.not_tried else ""
    return (found.held or "none") + among + more
