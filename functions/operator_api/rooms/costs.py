"""The costs of labels, by day and connection."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.operator_api.answers import Answer, Failed
from functions.operator_api.fields import Of
from functions.operator_api.people import Role
from functions.operator_api.room import Room
from functions.operator_api.sheets import Amount, amount_of
from shared.workflow.desk.costs import DayOfCosts, Total, costs_of, totals_of

room = Room("costs")
USUAL, LONGEST = 30, 366
"""Days."""
Day = Annotated[str | None, Query(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="A UTC day, as 2026-11-30.")]


class CostsOfDay(Answer):
    """A connection's labels of a UTC day. A label whose charge is not told yet is charged as it was quoted; one that
    was voided later stays in the sums."""

    connection: str
    day: date
    labels: int
    quoted: Amount
    charged: Amount
    difference: Amount


class CostsInAll(Answer):
    """The sum of the days in one currency."""

    labels: int
    quoted: Amount
    charged: Amount


class Costs(Answer):
    """Days on which labels were bought, ascending, and a total for each currency."""

    since: date
    until: date
    days: list[CostsOfDay]
    totals: list[CostsInAll]


@room.allows(Role.VIEWER, "GET", "/costs", "Show what labels cost by day.")
def list_costs(connection: Of = None, since: Day = None, until: Day = None) -> Costs:
    """The last 30 days up to `until`, or those from `since` on, a year at most. Nothing is kept beyond 400 days."""
    last = _day_of("until", until) or room.office.ports.clock.now().date()
    first = _day_of("since", since) or date.fromordinal(max(last.toordinal() - USUAL + 1, 1))
    if not 0 <= (last - first).days < LONGEST:
        said = f"since is no day after until, and at most {LONGEST - 1} days before it"
        raise Failed(HTTPStatus.UNPROCESSABLE_ENTITY, said, field="since")
    found = costs_of(room.office.ports, room.office.stored(connection), first, last)
    return Costs(
        since=first, until=last, days=[_shown(each) for each in found], totals=[*map(_total, totals_of(found))]
    )


def _day_of(name: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Failed(HTTPStatus.UNPROCESSABLE_ENTITY, "there is no such day", field=name) from None


def _shown(each: DayOfCosts) -> CostsOfDay:
    return CostsOfDay(
        connection=each.connection,
        day=each.day,
        labels=each.labels,
        quoted=amount_of(each.quoted),
        charged=amount_of(each.charged),
        difference=amount_of(each.difference),
    )


def _total(each: Total) -> CostsInAll:
    return CostsInAll(labels=each.labels, quoted=amount_of(each.quoted), charged=amount_of(each.charged))
