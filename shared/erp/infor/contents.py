"""Sort the lines of a purchase order: those to ship, those skipped and why, those with hazardous goods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.domain.order import OrderLine, Skipped
from shared.erp.infor.client import Record
from shared.erp.infor.lines import PoLine, lacks_ratio, order_line, ratio_of, why_service, why_skipped
from shared.erp.infor.master import MasterFiles
from shared.erp.infor.settings import InforSettings


@dataclass(frozen=True, slots=True)
class Content:
    """One line to be shipped: as M3 has it and as we ship it, with its notes; `hazard` names it when it is one."""

    of: PoLine
    line: OrderLine
    hazard: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    shipped: tuple[Content, ...]
    skipped: tuple[Skipped, ...]


def contents_of(lines: Sequence[PoLine], order_type: str, master: MasterFiles, settings: InforSettings) -> Contents:
    """Sorts the lines, asking for each item that may be shipped once. Of a return nothing is shipped."""
    received_from = settings.bindings["po.lines"].settings.get("received_from", "50")
    returned = order_type != "" and order_type in settings.bindings["po.head"].codes("return_types")
    shipped, skipped = [], []
    for line in lines:
        why = f"a return: order type {order_type}" if returned else why_skipped(line, received_from)
        item = None if why else master.item(line.item)
        why = why or why_service(line, item, settings.bindings["item.basic"])
        if why:
            skipped.append(Skipped(line.number, why))
        else:
            shipped.append(_content(line, item, master, settings))
    return Contents(tuple(shipped), tuple(skipped))


def _content(line: PoLine, item: Record | None, master: MasterFiles, settings: InforSettings) -> Content:
    ratio = None
    if lacks_ratio(line):
        ratio = ratio_of(master.units(line.item), line.unit, settings.bindings["item.units"])
    read = order_line(line, item, settings.weight_unit, settings.length_unit, ratio)
    dangerous = item is not None and settings.hazard.applies(line.item, item.get("hazardous", ""))
    hazard = f"line {line.number}, item {line.item}" if dangerous else ""
    return Content(line, read, hazard, tuple(_notes(line, item, read, by_item=ratio is not None)))


def _notes(line: PoLine, item: Record | None, read: OrderLine, *, by_item: bool) -> Iterator[str]:
    """Yield a note for each value that was missing, taken from elsewhere or left out."""
    if item is None:
        yield f"line {line.number}: item {line.item} is not in the item file"
    if by_item:
        yield f"line {line.number}: from {line.unit} to {read.unit} by the alternate units of item {line.item}"
    elif lacks_ratio(line):
        yield f"line {line.number}: no ratio from {line.unit} to {line.basic_unit}, so no weight"
    if line.left != line.ordered:
        yield f"line {line.number}: {line.left.normalize():f} of {line.ordered.normalize():f} left"
