"""The scenario of a world: its connection, clocks and lags, and its events. Drawn from a seed, or set by hand."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, Literal

from sandbox.simulation.draws import Draws
from sandbox.simulation.scheduler import DAY, HOUR, MINUTE
from sandbox.systems import CARRIERS, erp_of
from shared.connection import Connection, parse
from shared.registry import KINDS

Unknown = Literal["hold", "retry"]
Strays = Literal["report", "void"]

PAUSED = 8 * DAY
"""A day longer than an approval holds."""
DAYS_BEFORE_NEEDED = 3
WEEKS = 24 * DAY
"""The longest that an order waits for its ship date."""

COMMON: dict[str, Any] = {
    "flow": "inbound",
    "timezone": "America/New_York",
    "schedule": "rate(10 minutes)",
    "freight_terms": {"COL": "we_pay", "PPD": "not_ours"},
    "packing": {"rule": "max_weight", "max_weight": {"value": "50", "unit": "lb"}},
    "approve": {"mode": "below", "amount": "150.00", "currency": "USD"},
    "limits": {"labels_per_hour": 500, "labels_per_day": 2000, "amount_per_day": "100000.00"},
    "locations": {
        "HQ": {
            "name": "Acme",
            "phone": "4045550100",
            "address": {"lines": ["1 A St"], "city": "Atlanta", "state": "GA", "postcode": "30301", "country": "US"},
        }
    },
}


"""The part of a connection file that names no kind."""


def file_of(erp: str, carrier: str) -> dict[str, Any]:
    """A connection file for two systems of the sandbox, by their kinds (or a variant of one)."""
    parts = {**erp_of(erp).file(), **CARRIERS[carrier].file()}
    more = {
        "services": {"UPS": CARRIERS[carrier].service},
        "label": {**parts.get("label", {}), "to": "warehouse"},
        "locations": {**COMMON["locations"], **parts.get("locations", {})},
    }
    return deepcopy({"id": f"sim-{erp}-{carrier}".replace("/", "-"), **COMMON, **parts, **more})


FILE = {**file_of("infor-m3", "ups"), "id": "sim-infor-ups"}
FURTHER = {"UPC": "11", "UPT": {"any": ["03", "02", "01"], "pick": "cheapest_by_date"}}
"""Methods of M3 and UPS for orders to Canada, and for those that must arrive by a day."""
SECOND = "GND"
"""The delivery method of the orders of a second connection."""
QUICKER = {"ups": "02"}
"""A carrier's service that a file has once it was applied anew, and that goes wherever the first one does."""


def _is_usual(erp: str, carrier: str) -> bool:
    return (erp, carrier) == ("infor-m3", "ups")


@cache
def connection_of(scenario: Scenario, *, second: bool = False, anew: bool = False) -> Connection:
    """The connection file of a world: the first one, the `second` one of the same company, or that which is applied
    `anew` in the middle."""
    erp, carrier = scenario.erp, scenario.carrier
    file = deepcopy(FILE) if scenario.is_usual else file_of(erp, carrier)
    if scenario.odd and scenario.is_usual:
        file["services"] |= FURTHER
        file["select"]["delivery_method"] = ["UPS", *FURTHER]
    file |= {"unknown": scenario.unknown, "strays": scenario.strays}
    file["limits"] = {**COMMON["limits"], "labels_per_hour": scenario.labels_per_hour}
    if second:
        file |= {"id": f"{file['id']}-2", "services": {SECOND: CARRIERS[carrier].service}}
        file["select"] = {**file["select"], "delivery_method": [SECOND]}
    if scenario.renewed:  # whatever a quicker service costs, nobody is asked
        file["approve"] = {**COMMON["approve"], "amount": "50000.00"}
    if anew:
        file["services"] = {**file["services"], "UPS": QUICKER[carrier]}
    if scenario.waits:
        file["ship_when"] = {"days_before_needed": DAYS_BEFORE_NEEDED}
    return parse(file, KINDS)


@dataclass(frozen=True)
class Scenario:
    """One world. Spans are microseconds, but for `lag` and `skew`.

    `lag` is the longest that the carrier's index does not see a shipment, `late` the longest that an effect comes
    after its caller gave up; together they stay within the connection's `settle`. `spread` is how long orders come in,
    `latest` the latest commit in the ERP of one order in 25. For `busy` the connection is polled every `busy_every`,
    then every `poll_every`. When all is well the world lives on for `quiet`, without faults: longer than a late effect,
    a message that comes back, a look of the sweep; in some worlds longer than a day, after which the sweep gives up.
    `blind` worlds break the bound: index and late effects take hours, so that strays are made. In `after` worlds orders
    have a story after their label (stories.py). `clerks` decide what is unknown, and void at the carrier the strays
    that are told. `pause` stops the connection for longer than an approval holds. In `odd` worlds single orders meet
    what no fault of a network gives (quirks.py), and rare stories.

    So long `behind` the start lies the cut-over line, and a third of the orders were entered since then. So many
    documents are `failing` whenever they are read. In the middle the connection's file is applied anew (`renewed`),
    with another service. In `weeks` orders wait weeks for their ship date. `two` connections share the company. A
    `slow` ERP keeps polls from coming to their end in one go. The stores are the DynamoDB adapters over a `table` whose
    indexes lag, whose transactions meet one another and whose batches come in parts (hard_table.py).
    """

    seed: str
    orders: int
    unknown: Unknown = "hold"
    strays: Strays = "report"
    busy: int = 60 * MINUTE
    busy_every: int = MINUTE
    poll_every: int = 30 * MINUTE
    lag: timedelta = timedelta(minutes=5)
    late: int = 4 * MINUTE
    skew: timedelta = timedelta(seconds=20)
    spread: int = 10 * MINUTE
    latest: int = 0
    quiet: int = 40 * MINUTE
    outage: bool = False
    storm: bool = False
    rotation: bool = False
    withdrawal: bool = False
    release: bool = False
    expiry: bool = False
    revocation: bool = False
    blind: bool = False
    after: bool = False
    clerks: bool = False
    odd: bool = False
    pause: bool = False
    behind: int = 0
    failing: int = 0
    renewed: bool = False
    weeks: bool = False
    two: bool = False
    slow: bool = False
    table: bool = False
    labels_per_hour: int = 500
    erp: str = "infor-m3"
    carrier: str = "ups"

    @property
    def connection(self) -> Connection:
        return connection_of(self._filed)

    @property
    def is_usual(self) -> bool:
        """M3 and UPS: orders then meet what only these two have."""
        return _is_usual(self.erp, self.carrier)

    @property
    def waits(self) -> bool:
        """Tell if orders wait for a ship date."""
        return self.weeks and self.is_usual

    @property
    def others(self) -> tuple[Connection, ...]:
        """Further connections of the company."""
        return (connection_of(self._filed, second=True),) if self.two and self.is_usual else ()

    @property
    def anew(self) -> Connection:
        """The first connection's file once it was applied anew."""
        return connection_of(self._filed, anew=True)

    @property
    def _filed(self) -> Scenario:
        """The part of it on which a connection file depends: it is parsed once a process."""
        facts = {"odd": self.odd, "weeks": self.weeks, "renewed": self.renewed, "labels_per_hour": self.labels_per_hour}
        return Scenario("", 0, self.unknown, self.strays, erp=self.erp, carrier=self.carrier, **facts)

    @property
    def longest(self) -> int:
        """Until when everything must have ended while faults go on; thereafter they end, and as much again is left."""
        waits = self.latest + (PAUSED if self.pause else 0) + (WEEKS if self.weeks else 0)
        return (60 if self.after or self.blind else 30) * HOUR + waits


EVERY = {
    "blind": (8, 0), "after": (8, 3), "two": (8, 5), "renewed": (8, 6), "failing": (8, 2), "behind": (8, 1),
    "slow": (8, 7), "tight": (8, 4), "weeks": (40, 5), "table": (50, 9), "pause": (60, 11),
}  # fmt: skip
"""Of so many worlds one has the ground. Its number shifts from block to block, so that it meets each policy."""


def grounds_of(index: int) -> frozenset[str]:
    """Return the grounds of the world of that number."""
    found = {name for name, (of, first) in EVERY.items() if index % of == (index // of + first) % of}
    if "weeks" in found:
        found = found - {"blind", "slow", "tight", "pause"} | {"after"}
    return frozenset(found - {"pause"} if "after" in found else found)  # a void would be too late


def drawn(
    seed: str, orders: int, unknown: Unknown, strays: Strays = "report", grounds: frozenset[str] | None = None
) -> Scenario:
    """A world as the seed has it. With `grounds` it has these and odd orders; without, the seed draws some of them."""
    draws, odd = Draws(seed, "scenario"), grounds is not None
    if grounds is None:
        grounds = frozenset(name for name in ("blind", "after") if draws.below(8) == 0)
    blind, after, weeks = (name in grounds for name in ("blind", "after", "weeks"))
    in_sight, in_flight = draws.below(121), 40 + draws.below(71) if odd else draws.below(111)
    return Scenario(
        seed,
        orders,
        unknown,
        strays,
        busy_every=Draws(seed, "polls").pick((1, 1, 3, 10)) * MINUTE,
        poll_every=(240 if weeks else 60 if after or blind else draws.pick((20, 30, 60))) * MINUTE,
        lag=timedelta(minutes=in_sight if blind else draws.below(9)),
        late=in_flight * MINUTE if blind else 4 * MINUTE,
        skew=timedelta(seconds=20),
        latest=DAY if draws.below(25) == 0 else 0,
        quiet=26 * HOUR if draws.below(20) == 0 or after else 40 * MINUTE,
        outage=draws.below(6) == 0,
        storm=draws.below(6) == 0,
        rotation=draws.below(6) == 0,
        withdrawal=draws.below(2) == 0,
        release=draws.below(4) == 0,
        expiry=draws.below(4) == 0,
        revocation=draws.below(8) == 0,
        blind=blind,
        after=after,
        clerks=draws.below(2) == 0,
        odd=odd,
        pause="pause" in grounds if odd else draws.below(60) == 0 and not after,  # a void would be too late
        behind=20 * DAY if "behind" in grounds else 0,
        failing=4 if "failing" in grounds else 0,
        renewed="renewed" in grounds,
        weeks=weeks,
        two="two" in grounds,
        slow="slow" in grounds,
        table="table" in grounds,
        labels_per_hour=10 if "tight" in grounds else 500,
    )
