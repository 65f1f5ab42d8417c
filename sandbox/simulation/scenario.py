"""The scenario of a world: its connection, clocks and lags, and its events. Drawn from a seed, or set by hand."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, Literal

from sandbox.simulation.draws import Draws
from sandbox.simulation.scheduler import DAY, HOUR, MINUTE
from sandbox.systems import CARRIERS, ERPS
from shared.connection import Connection, parse
from shared.registry import KINDS

Unknown = Literal["hold", "retry"]
Strays = Literal["report", "void"]

PAUSED = 8 * DAY
"""A day longer than an approval holds."""

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
    """A connection file for two systems of the sandbox, by their kinds."""
    parts = {**ERPS[erp].file(), **CARRIERS[carrier].file()}
    services = {"UPS": CARRIERS[carrier].service}
    return deepcopy({"id": f"sim-{erp}-{carrier}", **COMMON, **parts, "services": services})


FILE = {**file_of("infor-m3", "ups"), "id": "sim-infor-ups"}


@cache
def connection_of(erp: str, carrier: str, unknown: Unknown, strays: Strays, labels_per_hour: int) -> Connection:
    """The connection file of a world, parsed once a process."""
    limits = {**COMMON["limits"], "labels_per_hour": labels_per_hour}
    file = deepcopy(FILE) if (erp, carrier) == ("infor-m3", "ups") else file_of(erp, carrier)
    return parse({**file, "unknown": unknown, "strays": strays, "limits": limits}, KINDS)


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
    that are told. `pause` stops the connection for longer than an approval holds.
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
    pause: bool = False
    labels_per_hour: int = 500
    erp: str = "infor-m3"
    carrier: str = "ups"

    @property
    def connection(self) -> Connection:
        return connection_of(self.erp, self.carrier, self.unknown, self.strays, self.labels_per_hour)

    @property
    def longest(self) -> int:
        """Until when everything must have ended while faults go on; thereafter they end, and as much again is left."""
        return (60 if self.after or self.blind else 30) * HOUR + self.latest + (PAUSED if self.pause else 0)


def drawn(seed: str, orders: int, unknown: Unknown, strays: Strays = "report") -> Scenario:
    """A world as the seed has it."""
    draws = Draws(seed, "scenario")
    blind, after = draws.below(8) == 0, draws.below(8) == 0
    in_sight, in_flight = draws.below(121), draws.below(111)
    return Scenario(
        seed,
        orders,
        unknown,
        strays,
        busy_every=Draws(seed, "polls").pick((1, 1, 3, 10)) * MINUTE,
        poll_every=(60 if after or blind else draws.pick((20, 30, 60))) * MINUTE,
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
        pause=draws.below(60) == 0 and not after,  # a void would be too late
    )
