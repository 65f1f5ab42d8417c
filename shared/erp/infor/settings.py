"""The settings that the M3 adapter takes from a connection; nothing else here reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from shared.connection import Connection, as_part, receiving_rules, stock_rules
from shared.domain.measures import LengthUnit, WeightUnit
from shared.domain.order import Flow
from shared.domain.receiving import ADVISE
from shared.erp.fields.target import FieldTarget, targets_of
from shared.erp.infor.bindings import AT_A_BORDER, Binding, Bindings, bindings_of
from shared.erp.infor.file import InforErp, InforSelect
from shared.errors import Misconfigured

_FLOWS = ("inbound", "drop-ship")
_UNITS_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which orders are ours; an empty set means all. Status codes are compared as two digits."""

    status_from: str = ""
    status_to: str = ""
    delivery_methods: frozenset[str] = frozenset()
    suppliers: frozenset[str] = frozenset()
    warehouses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class HazardRule:
    """Which items are hazardous: those whose `field` of the item file has one of `values` (none: anything but 0 and
    blank), and those in `items`."""

    field: str = "HAZI"
    values: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()

    def applies(self, item: str, value: str) -> bool:
        return item in self.items or (value in self.values if self.values else bool(value.strip("0")))


@dataclass(frozen=True, slots=True)
class InforSettings:
    """A connection as the adapter sees it. `units_per_second` is the unit of M3's change stamp (LMTS); `overlap_count`
    orders at least are listed again behind the cursor. `by_day` says that lines needed on other days ship apart,
    `confirmed` that orders wait for their confirmation, `declared` that parcels are declared with what they are worth,
    `customs` that customs data of items are read for orders that cross a border.
    """

    connection_id: str
    flow: Flow
    base_url: str | None
    cono: str
    divi: str
    weight_unit: WeightUnit
    length_unit: LengthUnit
    units_per_second: int
    overlap: timedelta
    overlap_count: int
    timezone: str
    selection: Selection
    by_day: bool
    confirmed: bool
    declared: bool
    customs: bool
    hazard: HazardRule
    freight_not_ours: frozenset[str]
    phone_sources: tuple[str, ...]
    write_back: Mapping[str, FieldTarget]
    bindings: Bindings


def settings_of(connection: Connection) -> InforSettings:
    """The adapter's part of a connection. Raises Misconfigured for a flow or a binding that M3 cannot serve."""
    if connection.flow not in _FLOWS:
        raise Misconfigured(
            f"flow {connection.flow} is not served by infor-m3: it ships purchase orders",
            field="flow",
            hint="allowed: " + ", ".join(_FLOWS),
        )
    erp, hazard = as_part(connection.erp, InforErp), _hazard(connection)
    bindings = bindings_of(erp.bindings, receives=connection.receives, more=_optional_jobs(connection))
    return InforSettings(
        connection_id=connection.id,
        flow=connection.flow,
        base_url=erp.base_url,
        cono=erp.cono,
        divi=erp.divi,
        weight_unit=erp.weight_unit,
        length_unit=erp.length_unit,
        units_per_second=_UNITS_PER_SECOND[erp.cursor_unit],
        overlap=erp.overlap,
        overlap_count=erp.overlap_count,
        timezone=connection.timezone,
        selection=_selection(connection),
        by_day=bool(connection.ship_when and connection.ship_when.days_before_needed is not None),
        confirmed=bool(connection.ship_when and connection.ship_when.confirmed),
        declared="declared_value" in connection.accessorials.values(),
        customs=connection.customs is not None,
        hazard=hazard,
        freight_not_ours=frozenset(code for code, who in connection.freight_terms.items() if who == "not_ours"),
        phone_sources=connection.defaults.phone,
        write_back=targets_of(connection.write_back),
        bindings={**bindings, "item.basic": _with_hazard(bindings["item.basic"], hazard)},
    )


def _optional_jobs(connection: Connection) -> frozenset[str]:
    """The jobs of stock, items, advices and customs that the file asks for: a tenant need not have
    the programs of others."""
    rules, jobs = stock_rules(connection), set[str]()
    if rules:
        jobs.add("stock.balance")
    places = getattr(connection, "warehouses", {})
    if rules and any(side == "carrier" and places[code].erp_location for code, side in rules.owners.items()):
        jobs |= {"stock.location", "stock.count"} if rules.writes else {"stock.location"}
    if connection.customs:
        jobs |= AT_A_BORDER
    if getattr(connection, "items", None):
        jobs.add("item.list")
    if connection.receives and receiving_rules(connection).advises:
        jobs.add(ADVISE)
    return frozenset(jobs)


def _hazard(connection: Connection) -> HazardRule:
    said = connection.hazard
    if said is None:
        return HazardRule()
    return HazardRule(said.field or "HAZI", frozenset(said.values), frozenset(said.items))


def _with_hazard(item: Binding, hazard: HazardRule) -> Binding:
    """The item's entry reading the field that says what is hazardous, when the connection names another one."""
    if hazard.field == HazardRule().field:
        return item
    return item.model_copy(update={"output": {**item.output, "hazardous": hazard.field}})


def _selection(connection: Connection) -> Selection:
    select = as_part(connection.select, InforSelect)
    return Selection(
        status_from=select.status.from_ if select.status else "",
        status_to=select.status.to if select.status else "",
        delivery_methods=frozenset(select.delivery_method),
        suppliers=frozenset(select.suppliers),
        warehouses=frozenset(select.warehouses),
    )
