"""The ground of a world before it begins: master data, the orders that will come in, and what they will meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sandbox.faces import Line
from sandbox.simulation.draws import Draws
from sandbox.simulation.orders import (
    DONE,
    FIRST_NUMBER,
    End,
    Seeded,
    Sort,
    furnish,
    of_second,
    seeded,
    simple,
    sorts_of,
)
from sandbox.simulation.outside import FAILING, Outside
from sandbox.simulation.quirks import LATE, QUIRKS, add_odd_data, odd_sorts
from sandbox.simulation.scenario import SECOND, Scenario
from sandbox.simulation.scheduler import HOUR
from sandbox.simulation.stories import RARE, STORIES, WAITING, befallen, untold_at
from shared.domain.state import Reason, State

FIRST_FAILING = 4900001
"""The first of the documents that cannot be read."""
SEEN = timedelta(hours=2)
"""A label that comes hours late is found beside the second one as long as the carrier's index lags no more."""
TOLD = End(State.HELD, str(Reason.WRITE_BACK), 1)
"""A person is told that the ERP's people decided against its number."""
MOST_WAITING, DAYS = 15, (8, 20)
"""So many orders wait for a ship date in that many days."""


def orders_of(scenario: Scenario, outside: Outside, draws: Draws, start: datetime) -> Sequence[Seeded]:
    """The orders of a world that begins at `start`."""
    furnish(outside.erp)
    sorts = list(sorts_of(outside.erp, outside.carrier))
    if scenario.odd and scenario.is_usual:
        sorts += _odd_ground(scenario, outside)
        _fail_for_good(scenario, outside)
    if scenario.renewed:  # where the price changes with the service, nobody is asked whatever it is
        sorts = [sort for sort in sorts if not sort.approvable]
    if scenario.waits:
        found = _waiting(draws, min(MOST_WAITING, scenario.orders), start)
    else:
        spread, latest, behind = scenario.spread, scenario.latest, scenario.behind
        found = seeded(draws, scenario.orders, sorts, spread=spread, latest=latest, behind=behind)
    befell, without = Draws(scenario.seed, "befallen"), untold_at(outside.erp)
    without |= frozenset() if scenario.odd else RARE
    found = befallen(befell, found, after=scenario.after, without=without)
    found = _turned_down(scenario, outside, found)
    return _divided(scenario, found) if scenario.others else found


def _turned_down(scenario: Scenario, outside: Outside, orders: Sequence[Seeded]) -> list[Seeded]:
    """A fourth of what nothing else befalls is turned down at an ERP where people decide. A person is told of it, by
    one of the parcel groups."""
    draws, found = Draws(scenario.seed, "turned down"), list[Seeded]()
    for each in orders:
        plain = each.ends == (DONE,) and not (each.story or each.quirk or each.correction)
        if plain and draws.below(4) == 0 and outside.erp.turn_down(each.document):
            ends = (TOLD, DONE) if each.groups > 1 else (TOLD,)
            found.append(replace(each, ends=ends))
        else:
            found.append(each)
    return found


def _waiting(draws: Draws, count: int, start: datetime) -> list[Seeded]:
    """Orders that come in within an hour and are needed weeks later. The first ones have the stories of those that
    wait; the others are done, or get a story as every order may."""
    found = []
    for number, name in enumerate([*WAITING, *[""] * count][:count]):
        needed = (start + timedelta(days=draws.between(*DAYS))).date()
        splits = name == "split waiting"
        lines = (Line("GAUGE-1", 1), Line("VALVE-2IN", 4)) if splits else (Line("VALVE-2IN", 8),)
        ends = STORIES[name].ends if name else (DONE,)
        document, add = str(FIRST_NUMBER + number), simple(*lines, needed=f"{needed:%Y%m%d}")
        found.append(Seeded(document, draws.below(HOUR), 0, add, ends, len(lines), story=name, needed=needed))
    return found


def _odd_ground(scenario: Scenario, outside: Outside) -> list[Sort]:
    add_odd_data(outside.erp)
    outside.quirks = QUIRKS
    outside.late = LATE
    hours_pass = scenario.blind or scenario.labels_per_hour < scenario.orders
    return odd_sorts(slow=scenario.after, late=hours_pass and scenario.lag <= SEEN)


def _fail_for_good(scenario: Scenario, outside: Outside) -> None:
    ways = {str(FIRST_FAILING + number): FAILING[number % len(FAILING)] for number in range(scenario.failing)}
    for document in ways:
        simple(Line("GAUGE-1", 1))(outside.erp, document)
    outside.failing = ways


def _divided(scenario: Scenario, orders: Sequence[Seeded]) -> list[Seeded]:
    """A third of what has the ordinary delivery method is the second connection's."""
    draws = Draws(scenario.seed, "second")
    own = {str(Reason.CURRENCY), str(Reason.SERVICE)}
    return [
        of_second(each, SECOND) if draws.below(3) == 0 and not each.quirk and each.ends[0].reason not in own else each
        for each in orders
    ]
