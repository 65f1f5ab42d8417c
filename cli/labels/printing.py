"""Labels become a file for the printer: which, in which order, and who had them before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar
from zoneinfo import ZoneInfo

from cli.errors import CommandError
from cli.hints import worded
from cli.labels.files import paths_for, sheets, write
from cli.rendering import instant, say, table
from cli.wiring import Stack
from shared.domain.hints import Advice
from shared.domain.record import AuditEntry, Head
from shared.errors import ParcelbridgeError, hint_of
from shared.ports import Conflict, StoredConnection
from shared.workflow.desk.labelled import is_warehouse_s, labelled, made_today
from shared.workflow.desk.listing import snapshot_of
from shared.workflow.desk.print_labels import LabelImage, images_of, note_printed, printed_before
from shared.workflow.orders.label import PRINTED, bought_at

AT_ONCE = 16
"""Orders whose labels are fetched and noted beside each other."""
Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Printed:
    """One label of a file; `before` says by whom and when it was printed already, "" for never."""

    order: str
    package: int
    tracking_number: str
    warehouse: str
    format: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """The outcome of a run: files by kind, the printed labels in their order, and a sentence for each one that failed.

    `printed` counts today's labels that were left out since they were printed, `earlier` unprinted ones of other days.
    """

    files: dict[str, str] = field(default_factory=dict)
    labels: tuple[Printed, ...] = ()
    failed: tuple[str, ...] = ()
    printed: int = 0
    earlier: int = 0

    def show(self) -> None:
        if self.labels:
            columns = ("order", "package", "tracking number", "warehouse", "format", "printed before")
            rows = [(p.order, p.package, p.tracking_number, p.warehouse, p.format, p.before) for p in self.labels]
            table(columns, rows)
        for kind, path in self.files.items():
            count = sum(each.format.lower() == kind or (kind == "pdf" and each.format == "GIF") for each in self.labels)
            say(f"{path}: {count} label{'s' if count != 1 else ''}")
        again = sum(bool(each.before) for each in self.labels)
        if again:
            say(f"{again} of them printed before: throw the other one away, or a parcel goes out twice", style="bold")
        if not self.labels and not self.failed:
            say("no label to print")
        if self.printed:
            say(f"{self.printed} printed before and left out; --all prints them once more")
        if self.earlier:
            say(f"{self.earlier} of earlier days were never printed: parcelbridge labels print")
        for line in self.failed:
            say(line, error=True)


def print_labels(
    stack: Stack,
    connections: Sequence[StoredConnection],
    *,
    today: bool,
    again: bool,
    warehouse: str = "",
    file: str | None,
) -> Done:
    """Writes the labels of warehouses that nobody printed yet (`again`: all), warehouse by warehouse, or of one.

    Raises CommandError when the file cannot be written: then nothing counts as printed.
    """
    now = stack.ports.clock.now()
    found = [(head, stored) for head, stored in labelled(stack.ports, connections) if is_warehouse_s(head)]
    if warehouse:
        found = [(head, stored) for head, stored in found if warehouse_of(stack, head) == warehouse]
    of_the_day = [head for head, stored in found if not today or made_today(head, stored, now)]
    wanted = [head for head in of_the_day if again or head.label != PRINTED]
    unprinted = sum(head.label != PRINTED for head, _ in found)
    earlier = unprinted - sum(head.label != PRINTED for head in of_the_day)
    zone = ZoneInfo(connections[0].connection.timezone) if connections else None
    name = f"labels-{now.astimezone(zone):%Y-%m-%d-%H%M}"
    return _write(stack, wanted, name, file, printed=len(of_the_day) - len(wanted), earlier=earlier)


def warehouse_of(stack: Stack, head: Head) -> str:
    """Return the warehouse that prints the label, "" where the order names none or its content has expired."""
    snapshot = snapshot_of(stack.ports, head)
    return snapshot.order.warehouse if snapshot else ""


def to_print_by_warehouse(stack: Stack, connections: Sequence[StoredConnection]) -> dict[str, list[Head]]:
    """Return the orders whose labels nobody has printed yet, by warehouse."""
    found: dict[str, list[Head]] = {}
    for head, _ in labelled(stack.ports, connections):
        if is_warehouse_s(head) and head.label != PRINTED:
            found.setdefault(warehouse_of(stack, head), []).append(head)
    return dict(sorted(found.items()))


def reprint_label(stack: Stack, head: Head, package: int | None, file: str | None) -> Done:
    """Writes the labels of one order, or of one of its packages. Raises what `images_of` raises."""
    images_of(stack.ports, head, stack.who(), package)
    current = stack.ports.orders.head(head.key) or head
    name = f"label-{head.document}" + (f"-{package}" if package else "")
    return _write(
        stack, [current], "".join(c if c.isalnum() or c in "-._" else "_" for c in name), file, package=package
    )


def _write(
    stack: Stack,
    heads: Sequence[Head],
    name: str,
    file: str | None,
    *,
    package: int | None = None,
    printed: int = 0,
    earlier: int = 0,
) -> Done:
    who, failed = stack.who(), []
    images: list[LabelImage] = []

    def fetched(head: Head) -> tuple[LabelImage, ...] | str:
        try:
            its = images_of(stack.ports, head, who, package)
            sheets(its)  # an image that cannot be read costs its own order, not the others
        except (ParcelbridgeError, CommandError) as error:
            return f"{head.document}: not printed: {error}{_to_do(error)}"
        return its

    for found in beside(fetched, heads):
        if isinstance(found, str):
            failed.append(found)
        else:
            images += found
    images.sort(key=_packing_order)
    if not images:
        return Done(failed=tuple(failed), printed=printed, earlier=earlier)
    contents = sheets(images)
    paths = paths_for(list(contents), name, file)
    printed_heads = list({each.head.key: each.head for each in images}.values())
    told = beside(lambda head: (head.key, _told(printed_before(stack.ports, head))), printed_heads)
    before = dict(told)
    write(contents, paths)
    failed += _noted(stack, images, who)
    labels = tuple(_printed(each, before[each.head.key]) for each in images if not each.papers)
    return Done({kind: str(path) for kind, path in paths.items()}, labels, tuple(failed), printed, earlier)


def _to_do(error: ParcelbridgeError | CommandError) -> str:
    hint: Advice = error.hint if isinstance(error, CommandError) else hint_of(error)
    return f"; {worded(hint)}" if hint else ""


def _packing_order(image: LabelImage) -> tuple[str, str, str, int]:
    """Warehouse by warehouse, in each as the labels were made; the packages of an order together."""
    return image.warehouse, bought_at(image.head).isoformat(), image.head.key, image.package.number


def _noted(stack: Stack, images: Sequence[LabelImage], who: str) -> list[str]:
    """Notes the prints in the trails; the file is written, so what cannot be noted is said."""
    by_order: dict[str, list[LabelImage]] = {}
    for each in images:
        by_order.setdefault(each.head.key, []).append(each)

    def noted(its: list[LabelImage]) -> str:
        try:
            note_printed(stack.ports, its, who)
        except (ParcelbridgeError, Conflict) as error:
            why = "it was changed at the same moment" if isinstance(error, Conflict) else str(error)
            return f"{its[0].head.document}: its label is in the file, but: {why}"
        return ""

    return [said for said in beside(noted, list(by_order.values())) if said]


def beside(act: Callable[[Given], Made], each: Sequence[Given]) -> list[Made]:
    """Acts on each, some at a time, since each waits for AWS; gives what came of it, in the order of `each`."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(act, each))


def _told(prints: Sequence[AuditEntry]) -> str:
    return "; ".join(f"{instant(entry.at)} by {entry.who} ({entry.why})" for entry in prints)


def _printed(image: LabelImage, before: str) -> Printed:
    package = image.package
    return Printed(image.head.document, package.number, package.tracking_number, image.warehouse, image.format, before)
