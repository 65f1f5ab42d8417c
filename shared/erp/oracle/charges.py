"""The cost centre of a parcel group: a segment of the charge account of its distributions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shared.erp.oracle.answers import text
from shared.erp.oracle.client import Client, Item, as_item
from shared.erp.oracle.orders import ORDERS, line_path
from shared.erp.oracle.query import segment
from shared.erp.oracle.schedules import Schedule


def cost_centre_of(client: Client, order: Item, schedules: Sequence[Schedule]) -> tuple[str, tuple[str, ...]]:
    """The one cost centre of all distributions; "" with a note where they have several, or none can be read."""
    found = sorted(set(_centres(client, order, schedules)))
    if len(found) == 1 and found[0]:
        return found[0], ()
    named = ", ".join(each or "none" for each in found) or "none"
    return "", (f"the cost centres of this parcel are: {named}",)


def _centres(client: Client, order: Item, schedules: Sequence[Schedule]) -> Iterator[str]:
    said = client.settings.part.cost_centre
    for each in schedules:
        for row in client.rows(f"{_nested_path(client, order, each)}/child/distributions"):
            parts = text(row.get(said.field)).split(said.separator)
            yield parts[said.segment - 1].strip() if len(parts) >= said.segment else ""


def _nested_path(client: Client, order: Item, schedule: Schedule) -> str:
    """The path of a schedule below its line, where its distributions are; that of the flat list has none."""
    own = as_item(schedule.row, f"{ORDERS}/lines/schedules").path
    if own:
        return own
    path = f"{line_path(order, schedule.line)}/child/schedules"
    for row in client.rows(path, key="LineLocationId"):
        if text(row.get("LineLocationId")) == schedule.id:
            return as_item(row, f"{ORDERS}/lines/schedules").path or f"{path}/{segment(schedule.id)}"
    return f"{path}/{segment(schedule.id)}"
