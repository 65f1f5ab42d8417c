"""The changes of an advice after it was made: the newest milestone in its comments, a new day of arrival, segments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shared.domain.state import Reason
from shared.erp.fields.clearing import same
from shared.erp.fields.mapping import differing, fields_of, mentioned
from shared.erp.fields.numbers import rest_of
from shared.erp.oracle.advice import LONGEST, Told, arrival, comments_with, number_of, shipments_of
from shared.erp.oracle.advices import Advices
from shared.erp.oracle.answers import NotOpen, Stale, text
from shared.erp.oracle.client import Client, Item
from shared.erp.oracle.schedules import day_of
from shared.errors import Misconfigured, Refused
from shared.ports import WriteBack

TRIES = 3
"""Tries against others who change the same advice; then the write-back is tried again later, and held in the end."""
SEGMENT = 150
"""Characters of a segment."""


def write(client: Client, note: WriteBack) -> tuple[str, ...]:
    """See Erp.write. Advices that are not made yet are made with what is known then, and are no concern of this."""
    if not client.settings.doors.enabled or not client.settings.doors.advice.enabled:
        return ()
    held = list[str]()
    for shipment in shipments_of(note):
        held += _tell(client, note, shipment)
    return tuple(dict.fromkeys(held))


def _tell(client: Client, note: WriteBack, shipment: WriteBack) -> list[str]:
    """Tell one advice of its shipment, with the segments of the whole document."""
    reference = number_of(shipment)
    for left in reversed(range(TRIES)):
        advice = Advices(client).standing(reference)
        if advice is None:
            return []
        item = client.item(advice.path) if advice.path else None
        if item is None:
            raise Misconfigured(
                f"advice {reference} is listed without a link, so it cannot be changed", field="erp.framework"
            )
        try:
            return [*_of_header(client, item, shipment, reference), *_of_segments(client, item, note)]
        except Stale as error:
            if not left:
                raise Refused(
                    Reason.WRITE_BACK,
                    f"somebody else changes advice {reference} at the same time, {TRIES} times in a row: {error}",
                    field="write_back.advice",
                ) from error
    raise AssertionError  # the last try returns or raises


def _of_header(client: Client, item: Item, shipment: WriteBack, reference: str) -> Iterator[str]:
    """Change what differs of the header, and give the names of what it holds."""
    wanted = _wanted(client, item, shipment, reference)
    unlike = {name: value for name, value in wanted.items() if not _stands(item, name, value)}
    if unlike:
        client.change(item, unlike)
    numbers = shipment.tracking_numbers
    led = [name for name in ("WaybillAirbillNumber", "PackingSlip") if text(item.get(name)) in numbers]
    yield from (f"inboundShipments.{name}" for name in (*led, *wanted))


def _wanted(client: Client, item: Item, shipment: WriteBack, reference: str) -> dict[str, str]:
    """Return the values for the advice of a shipment."""
    told = Told(reference, shipment.tracking_numbers, shipment.milestone, shipment.eta)
    wanted = dict[str, str]()
    if client.settings.doors.advice.milestones == "Comments":
        standing = text(item.get("Comments"))
        comments = comments_with(standing, told)
        if len(comments) > LONGEST["Comments"]:
            raise Refused(
                Reason.WRITE_BACK,
                f"the comments of advice {reference} are full",
                field="write_back.advice.milestones",
                hint="shorten them in Fusion, or set write_back.advice.milestones: off",
            )
        wanted["Comments"] = comments
    if arrival(told.eta):
        wanted["ExpectedReceiptDate"] = arrival(told.eta)
    return wanted


def _of_segments(client: Client, item: Item, note: WriteBack) -> Iterator[str]:
    """Change what differs of the flexfield, by its row's own ETag, and give the segments that hold the note."""
    targets, child = mentioned(client.settings.segments, note), client.settings.doors.advice.flexfield
    if not targets:
        return
    row = _flexfield(client, item, child)
    standing = {target.field: text(row.get(target.field)) for target in targets.values()}
    ours = fields_of(targets, note, standing, dict.fromkeys(standing, SEGMENT))
    unlike: Mapping[str, str | None] = {name: value or None for name, value in differing(ours, standing).items()}
    if unlike:
        client.change(row, unlike)
    yield from (f"{child}.{name}{rest_of(value) if value else ' emptied'}" for name, value in ours.items())


def _flexfield(client: Client, item: Item, child: str) -> Item:
    """The row of an advice's flexfield, read by itself."""
    path = f"{item.path}/child/{child}"
    try:
        listed = next(client.rows(path, most=1), None)
    except NotOpen:
        listed = None
    found = client.item(f"{path}/{text(item.get('ShipmentHeaderId'))}") if listed is not None else None
    if found is None:
        raise Misconfigured(
            f"advice {text(item.get('ShipmentNumber'))} has no row of {child}",
            field="write_back.advice.flexfield",
            hint="take the child's name from inboundShipments/describe",
        )
    found.path = found.path or f"{path}/{text(item.get('ShipmentHeaderId'))}"
    return found


def _stands(item: Item, name: str, value: str) -> bool:
    standing = text(item.get(name))
    return day_of(standing) == day_of(value) if name == "ExpectedReceiptDate" else same(standing, value)
