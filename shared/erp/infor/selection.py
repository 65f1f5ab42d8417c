"""Which orders are ours: decided by the listed head, the head, the lines, the parcel group, each as early as it can.

M3 has no flag that says who ships (facts/infor.md, section 6): the delivery method decides, or a list of suppliers.
"""

from __future__ import annotations

from collections.abc import Sequence

from shared.erp.infor.client import Record
from shared.erp.infor.contents import Content
from shared.erp.infor.lines import PoLine
from shared.erp.infor.settings import InforSettings, Selection


def ours(row: Record, settings: InforSettings) -> bool:
    """Tell if the selection may want the order, by the listed head alone; the reading decides the rest."""
    select = settings.selection
    division, warehouse = row.get("division", ""), row.get("warehouse", "")
    if settings.divi and division and division != settings.divi:
        return False
    only = row.get("several_warehouses", "not said") in ("", "0")
    return (
        _within(row.get("supplier", ""), select.suppliers)
        and _within(row.get("delivery_method", ""), select.delivery_methods)
        and _within(warehouse if only else "", select.warehouses)
        and _status_within(row.get("status_low", ""), select)
    )


def _within(value: str, wanted: frozenset[str]) -> bool:
    return not (value and wanted) or value in wanted


def _status_within(status: str, select: Selection) -> bool:
    return not status or (select.status_from or "00") <= status <= (select.status_to or "99")


def head_wanted(head: Record, settings: InforSettings) -> bool:
    """Tell if the selection wants the order, by its head. Freight terms that are mapped to somebody else's account are
    not ours."""
    select = settings.selection
    if settings.divi and head.get("division") and head["division"] != settings.divi:
        return False
    return (
        (not select.suppliers or head["supplier"] in select.suppliers)
        and _within(head.get("delivery_method", ""), select.delivery_methods)
        and head.get("freight_terms", "") not in settings.freight_not_ours
    )


def closed(line: PoLine, settings: InforSettings) -> bool:
    """Tell if a line is closed or deleted; a setting of the entry says from which status on."""
    return bool(line.status) and line.status >= settings.bindings["po.lines"].settings.get("closed_from", "90")


def order_wanted(status: str, service: str, select: Selection) -> bool:
    """Tell if the selection wants the order, by the lowest status of its living lines and its delivery method."""
    return _status_within(status, select) and (not select.delivery_methods or service in select.delivery_methods)


def warehouse_wanted(contents: Sequence[Content], select: Selection) -> bool:
    """Of groups it is asked once they all have their names: connections for other warehouses name them alike."""
    return not select.warehouses or any(each.of.warehouse in select.warehouses for each in contents)
