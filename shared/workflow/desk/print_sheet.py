"""The labels that a warehouse has to print, and one file of them: each label is in one file only, and noted before it
is handed out, so that nobody prints it twice unawares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice

from shared.domain.record import Head
from shared.errors import ParcelbridgeError, Refused
from shared.ports import Conflict, Ports, StoredConnection
from shared.workflow.desk.labelled import is_warehouse_s, labelled
from shared.workflow.desk.listing import snapshot_of
from shared.workflow.desk.print_labels import LabelImage, note_printed, stored_images
from shared.workflow.orders.label import PRINTED
from shared.workflow.orders.standing import existing

MOST = 100
"""Orders of one file."""
LARGEST = 3 * 1024 * 1024
"""Bytes of one file: an answer of the API has room for that."""
LOOKED_AT = 2000
"""Orders with a label that are looked at for some to print, the newest of each connection first."""
RAW = ("ZPL", "EPL", "SPL")
"""Languages of printers: such labels stand one after another in a file."""
IMAGES = ("GIF", "PNG")
"""Kinds that are given image by image: whoever asks makes pages of them."""


@dataclass(frozen=True, slots=True)
class ToPrint:
    """An order whose label its warehouse has not printed; `kind` is that of its image (GIF, PDF, ZPL ...)."""

    head: Head
    warehouse: str
    kind: str
    packages: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """Labels in the order in which they were asked for, in `content` as one file unless they are images; and why an
    order is not among them, by its key."""

    content: bytes
    labels: tuple[LabelImage, ...]
    left_out: dict[str, str] = field(default_factory=dict)


def to_print(ports: Ports, connections: Sequence[StoredConnection]) -> tuple[list[ToPrint], bool]:
    """The orders to print, by warehouse and kind, the oldest first; and whether every label was looked at."""
    looked = [head for head, _ in islice(labelled(ports, connections), LOOKED_AT + 1)]
    found = [each for head in looked[:LOOKED_AT] if _waits(head) for each in _described(ports, head)]
    found.sort(key=lambda each: (each.warehouse, each.kind, each.head.created_at, each.head.key))
    return found, len(looked) <= LOOKED_AT


def _waits(head: Head) -> bool:
    return is_warehouse_s(head) and head.label != PRINTED


def _described(ports: Ports, head: Head) -> Iterator[ToPrint]:
    """Nothing for one whose images are not all kept: they are still being fetched."""
    live = [each for each in ports.orders.packages(head.key, head.generation) if not each.voided]
    if live and all(each.label for each in live):
        snapshot = snapshot_of(ports, head)
        yield ToPrint(head, snapshot.order.warehouse if snapshot else "", kind_of(live[0].label), len(live))


def kind_of(place: str) -> str:
    """The kind of the image at this place, in capitals."""
    return place.rpartition(".")[2].upper()


def sheet_of(ports: Ports, wanted: Sequence[tuple[str, int]], kind: str, who: str) -> Sheet:
    """One file of the labels of orders, by their keys and the versions that were seen.

    An order is left out when it moved since, its label is printed or withdrawn, an image is missing or cannot be read,
    or the file is full: the rest goes into the next one. What is in the file is noted in the orders' trails before.
    """
    parts, labels, left, size = list[bytes](), list[LabelImage](), dict[str, str](), 0
    for key, version in wanted[:MOST]:
        try:
            images, part = _part(ports, key, version, kind, room=LARGEST - size)
            note_printed(ports, images, who, version=version)
        except Conflict:
            left[key] = "somebody else changed it meanwhile, or has it printed"
        except (ParcelbridgeError, ValueError) as error:
            left[key] = str(error)
        else:
            size += len(part) or sum(len(each.image) for each in images)
            parts.append(part)
            labels.extend(images)
    return Sheet(_joined(parts, kind), tuple(labels), left)


def _part(ports: Ports, key: str, version: int, kind: str, room: int) -> tuple[tuple[LabelImage, ...], bytes]:
    """The images of one order and its part of the file. Raises Conflict, Refused; ValueError for one that cannot be
    read."""
    head = existing(ports, key, version)
    if not _waits(head):
        raise Refused("label", "its label is printed already, or is not for a warehouse", field="label")
    images = stored_images(ports, head)
    others = {each.format for each in images} - {kind}
    if others:
        papers = any(each.papers for each in images)
        where = "it goes with papers, which the command line prints" if papers else "it goes into another file"
        raise Refused("label", f"its label is {', '.join(sorted(others))}: {where}", field="kind")
    part = _joined([each.image for each in images], kind)
    size = sum(len(each.image) for each in images) if kind in IMAGES else len(part)
    if size > room:
        raise Refused("size", "the file is full: it goes into the next one", field="orders")
    return images, part


def _joined(parts: Sequence[bytes], kind: str) -> bytes:
    """One file of what can be joined; nothing for images. Raises ValueError for a PDF that cannot be read."""
    if kind in RAW:
        return b"".join(each if each.endswith(b"\n") else each + b"\n" for each in parts)
    return _pdf_of(parts) if kind == "PDF" and parts else b""


def _pdf_of(parts: Sequence[bytes]) -> bytes:
    from pypdf import PdfWriter  # noqa: PLC0415 - few requests need it

    written, out = PdfWriter(), BytesIO()
    try:
        for each in parts:
            written.append(BytesIO(each))
        written.write(out)
    except Exception as error:  # noqa: BLE001 - the library raises what it likes for a broken file
        raise ValueError(f"its PDF cannot be read: {type(error).__name__}") from None
    return out.getvalue()
