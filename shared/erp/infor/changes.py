"""Purchase orders changed since a cursor: PPSSPPMI.LstSupHead by LMTS, the one standard list that can say it.

The unit of LMTS and whether it means "greater than" are from memory (facts/infor.md, section 3): the unit is a setting,
and one unit less is asked for, so that both meanings list the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from shared.erp.infor.client import M3Client, Record
from shared.erp.infor.settings import InforSettings
from shared.errors import Misconfigured
from shared.ports import Change

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def changed_orders(client: M3Client, settings: InforSettings, cursor: str, floor: datetime) -> tuple[Change, ...]:
    """Changes in ascending order of their stamps, none older than `floor`, ours as far as the list can tell."""
    lowest = stamp_of(floor, settings.units_per_second)
    overlap = units(settings.overlap, settings.units_per_second)
    since = max(int(cursor) - overlap, lowest) if cursor else lowest
    values = {
        "since": str(max(since - 1, 0)),
        "status_from": settings.selection.status_from,
        "status_to": settings.selection.status_to,
    }
    rows = client.records("po.list_changed", values)
    stamped = [row for row in rows if row["changed"]] or rows  # an order from before M3 kept stamps has none: it is old
    found = ((stamp_in(row), row["po_number"]) for row in stamped if ours(row, settings))
    return tuple(Change(document, str(stamp)) for stamp, document in sorted(found) if stamp >= lowest)


def ours(row: Record, settings: InforSettings) -> bool:
    """What the listed head decides by itself: supplier, division, and the warehouse when there is but one."""
    select = settings.selection
    supplier, division, warehouse = (row.get(name, "") for name in ("supplier", "division", "warehouse"))
    if settings.divi and division and division != settings.divi:
        return False
    if select.suppliers and supplier and supplier not in select.suppliers:
        return False
    one_warehouse = warehouse and row.get("several_warehouses", "") in ("", "0")
    return not (select.warehouses and one_warehouse and warehouse not in select.warehouses)


def stamp_in(row: Record) -> int:
    """The change stamp of a listed head. Raises Misconfigured when the bound field holds none."""
    text = row["changed"]
    if not text.isdigit():
        raise Misconfigured(
            f"order {row['po_number']} has the change stamp {text!r}, a whole number is expected",
            field="erp.bindings.po.list_changed.output.changed",
            hint="bind `changed` to a timestamp such as LMTS",
        )
    return int(text)


def stamp_of(moment: datetime, units_per_second: int) -> int:
    return units(moment - _EPOCH, units_per_second)


def units(span: timedelta, units_per_second: int) -> int:
    return span // _MICROSECOND * units_per_second // 1_000_000


def newest(changes: Iterable[Change]) -> dict[str, str]:
    """The last stamp of each document."""
    return {change.document: change.stamp for change in changes}
