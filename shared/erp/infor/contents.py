"""What the lines of a purchase order come to: what is shipped, what is not and why, what is hazardous."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.domain.order import OrderLine, Skipped
from shared.erp.infor.client import Record
from shared.erp.infor.lines import PoLine, order_line, why_service, why_skipped
from shared.erp.infor.master import MasterFiles
from shared.erp.infor.settings import InforSettings


@dataclass
class Contents:
    """`open_lines` are the shipped ones as M3 has them; `hazards` go into Order.extra."""

    shipped: list[OrderLine] = field(default_factory=list)
    open_lines: list[PoLine] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    hazards: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def contents_of(lines: Sequence[PoLine], master: MasterFiles, settings: InforSettings) -> Contents:
    """Sorts the lines, asking for each item that may be shipped once."""
    contents = Contents()
    received_from = settings.bindings["po.lines"].settings.get("received_from", "50")
    for line in lines:
        why = why_skipped(line, received_from)
        item = None if why else master.item(line.item)
        why = why or why_service(line, item, settings.bindings["item.basic"])
        if why:
            contents.skipped.append(Skipped(line.number, why))
        else:
            _ship(contents, line, item, settings)
    return contents


def _ship(contents: Contents, line: PoLine, item: Record | None, settings: InforSettings) -> None:
    read = order_line(line, item, settings.weight_unit, settings.length_unit)
    contents.open_lines.append(line)
    contents.shipped.append(read)
    if item is None:
        contents.notes.append(f"line {line.number}: item {line.item} is not in the item file")
    elif item.get("hazardous", "").strip("0"):
        contents.hazards.append(("hazard", f"line {line.number}, item {line.item}"))
    if read.unit == line.unit != line.basic_unit != "":
        contents.notes.append(f"line {line.number}: no ratio from {line.unit} to {line.basic_unit}, so no weight")
    if line.left != line.ordered:
        contents.notes.append(f"line {line.number}: {line.left.normalize():f} of {line.ordered.normalize():f} left")
