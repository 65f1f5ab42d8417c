"""The data of one IFS tenant, what its users do, and the ledger by which an adapter is judged.

A row's version is the moment of its last change, a second's grain, in the clock of the database (facts/ifs.md, 6).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from sandbox.erps.ifs.literals import Value
from sandbox.erps.ifs.tables import PROJECTIONS, EntitySet, Property

Key = tuple[Value, ...]


@dataclass
class Stored:
    """One row as the database has it."""

    row_id: str
    version: str
    values: dict[str, Value]

    @property
    def etag(self) -> str:
        """As it stands in JSON once decoded, and as the header wants it: W/, quotes, no backslashes."""
        inner = base64.b64encode(f'W/"{self.row_id}:{self.version}"'.encode()).decode()
        return f'W/"{inner}"'


@dataclass(frozen=True)
class Write:
    """One write that was accepted: `kind` is patch, upsert, create or action; `values` what was really stored, `before`
    what stood there."""

    at: datetime
    kind: str
    set: str
    key: Key
    values: Mapping[str, Value]
    before: Mapping[str, Value] = field(default_factory=dict)


@dataclass
class Tenant:
    """Sets by name. `sites` are the user's allowed sites with their time zones, `granted` the projections of its set.

    `locked` counts how many more writes of a shipment meet another user's lock. `between_reads` runs after each read of
    a set: a user who works while pages are read. `afterwards` is what a user does to a shipment, once, when it was
    written to.
    """

    now: Callable[[], datetime]
    sites: set[str] = field(default_factory=set)
    zones: dict[str, str] = field(default_factory=dict)
    database_timezone: tzinfo = UTC
    granted: dict[str, set[str]] = field(
        default_factory=lambda: {
            "ShipmentHandling": {"read", "update"},
            "HandlingUnitsHandling": {"read"},
            "CustomerOrderHandling": {"read"},
        }
    )
    projections: dict[str, dict[str, EntitySet]] = field(
        default_factory=lambda: {name: dict(sets) for name, sets in PROJECTIONS.items()}
    )
    rows: dict[str, dict[Key, Stored]] = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)
    locked: dict[int, int] = field(default_factory=dict)
    freight_recalculated: dict[int, int] = field(default_factory=dict)
    between_reads: list[Callable[[], object]] = field(default_factory=list)
    afterwards: dict[int, Callable[[], object]] = field(default_factory=dict)
    _uncommitted: list[tuple[datetime, Callable[[], object]]] = field(default_factory=list)
    _row_ids: int = 0

    def version(self) -> str:
        """The version that a change of this moment gets."""
        return self.now().astimezone(self.database_timezone).strftime("%Y%m%d%H%M%S")

    def site_time(self, site: str, moment: datetime | None = None) -> datetime:
        """A moment as the site's wall clock, which is what the columns hold."""
        zone = ZoneInfo(self.zones.get(site, "UTC"))
        return (moment or self.now()).astimezone(zone).replace(tzinfo=None, microsecond=0)

    def table(self, set_name: str) -> dict[Key, Stored]:
        return self.rows.setdefault(set_name, {})

    def entity(self, set_name: str) -> EntitySet:
        return next(sets[set_name] for sets in self.projections.values() if set_name in sets)

    def insert(self, set_name: str, values: Mapping[str, Value]) -> Stored:
        """A new row; its key is read from the values."""
        self._row_ids += 1
        stored = Stored(f"AAAT{self._row_ids:08X}", self.version(), dict(values))
        self.table(set_name)[tuple(values[name] for name in self.entity(set_name).keys)] = stored
        return stored

    def change(self, set_name: str, key: Key, **values: Value) -> Stored:
        """A user's edit: a new version, which is the old one again when both fall in one second."""
        stored = self.table(set_name)[key]
        stored.values.update(values)
        stored.version = self.version()
        return stored

    def shipment(self, number: int) -> Stored:
        return self.table("ShipmentSet")[Decimal(number),]

    def commit_later(self, after: timedelta, act: Callable[[], Stored]) -> None:
        """A transaction that began now and is seen only later: its version is of now (issue 16, late commits)."""
        version = self.version()

        def commit() -> None:
            act().version = version

        self._uncommitted.append((self.now() + after, commit))

    def settle(self) -> None:
        """Commits what is due."""
        due = [act for at, act in self._uncommitted if at <= self.now()]
        self._uncommitted = [(at, act) for at, act in self._uncommitted if at > self.now()]
        for act in due:
            act()

    # --- what an administrator does --------------------------------------------------------------------------------

    def redefine(self, projection: str, set_name: str, *, without: str = "", add: Property | None = None) -> None:
        """A release or a custom field: a property goes, or comes."""
        old = self.projections[projection][set_name]
        table = {name: item for name, item in old.properties.items() if name != without}
        table |= {add.name: add} if add else {}
        self.projections[projection][set_name] = EntitySet(old.name, old.entity, old.keys, table, old.site)

    def add_custom_field(self, name: str, kind: str = "T", length: int = 100, *, of_orders: bool = False) -> None:
        """Made, published and granted on the shipment or the customer order; `name` begins with Cf_."""
        item = Property(name, kind, length if kind == "T" else 0)
        place = ("CustomerOrderHandling", "CustomerOrderSet") if of_orders else ("ShipmentHandling", "ShipmentSet")
        self.redefine(*place, add=item)
