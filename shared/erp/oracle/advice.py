"""The advance shipment notice as Fusion takes it: the request, and our block in its comments. Pure.

Only ASNType ASN with AutoTransactCode SHIP leaves the stock alone: without them the same request posts a receipt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from shared.domain.state import Reason
from shared.erp.fields.numbers import joined
from shared.erp.oracle.answers import Row, text
from shared.erp.oracle.schedules import DROP_SHIP, EXPENSE, Schedule, day_of
from shared.errors import Refused
from shared.ports import WriteBack

LONGEST: Mapping[str, int] = {"WaybillAirbillNumber": 20, "PackingSlip": 25, "ShipmentNumber": 30, "Comments": 4000}
"""Characters that a field takes (columns of the interface)."""
SKEW = timedelta(minutes=15)
"""How far before now an advice is shipped: a moment in the future, by the pod's own clock, is refused."""
_BEGIN, _END = "[parcelbridge] ", " [/parcelbridge]"
_BLOCK = re.compile(r"\[parcelbridge\] .*? \[/parcelbridge\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Told:
    """The facts of the parcels that an advice has. `eta` is a day or "", `milestone` one of ours or ""."""

    reference: str
    numbers: tuple[str, ...]
    milestone: str
    eta: str


def shipments_of(note: WriteBack) -> tuple[WriteBack, ...]:
    """The shipments of a note that have an advice each: those with labels of ours."""
    return tuple(each for each in note.shipments or (note,) if each.reference and each.tracking_numbers)


def number_of(note: WriteBack) -> str:
    """The shipment number of the advice of one shipment: our reference.

    Its lead number cannot be changed: once that is voided and others live, another advice takes its place, with a
    number of its own, since a cancelled one keeps its."""
    place = _replaced(note)
    return f"{note.reference}.{place}" if place else note.reference


def cancelled_by(note: WriteBack) -> list[str]:
    """The numbers of the advices that count no more, of those that were or may have been made."""
    if note.before is None or not note.withdrawn:
        return []
    live = {each.reference: _replaced(each) for each in shipments_of(note)}
    gone = {
        each.reference: len(each.tracking_numbers) for each in shipments_of(note.before) if each.reference not in live
    }
    return [
        f"{reference}.{place}" if place else reference
        for reference, many in {**gone, **live}.items()
        for place in range(many)
    ]


def _replaced(note: WriteBack) -> int:
    """How many numbers of the shipment before the one that leads now are voided."""
    if note.before is None or note.before.reference != note.reference:
        return 0
    living = (place for place, each in enumerate(note.before.tracking_numbers) if each not in note.withdrawn)
    return next(living, len(note.before.tracking_numbers))


def comments_with(standing: str, told: Told) -> str:
    """The comments with our block: in the place of an older one, else at the beginning; other text stays."""
    said = [told.milestone, f"arrives {told.eta}" if told.eta else ""]
    head = "; ".join(each for each in said if each)
    others = len(_BLOCK.sub("", standing, count=1))
    room = LONGEST["Comments"] - others - len(head) - len(_BEGIN) - len(_END) - 3
    numbers = joined(told.numbers, room, separator=", ") if room > 0 else None
    block = f"{_BEGIN}{'; '.join(each for each in (head, numbers or '') if each)}{_END}"
    if _BLOCK.search(standing):
        return _BLOCK.sub(lambda _: block, standing, count=1)
    return f"{block}\n{standing}" if standing else block


def arrival(eta: str) -> str:
    """Noon of the day, as a moment with its offset; "" for none."""
    day = day_of(eta)
    return f"{datetime.combine(day, time(12)):%Y-%m-%dT%H:%M:%S}+00:00" if day else ""


def request_of(
    order: Row, supplier: Row, schedules: Sequence[tuple[Schedule, Decimal]], told: Told, *,
    now: datetime, number: str, carrier: str, process: str,
) -> dict[str, Any]:  # fmt: skip
    """The request for an advice of these schedules, each with the quantity that is shipped of it.

    Raises Refused for schedules of several receiving organizations, and for a number that no field takes.
    """
    organizations = {_organization(each) for each, _ in schedules}
    if len(organizations) != 1:
        raise _refused(told, "the parcel goes to several receiving organizations: one advice is for one", "lines")
    if len(told.reference) > LONGEST["ShipmentNumber"]:
        raise _refused(told, f"a shipment number has {LONGEST['ShipmentNumber']} characters", "ShipmentNumber")
    shipped = now.astimezone(UTC) - SKEW
    expected = arrival(told.eta)
    head: dict[str, Any] = {
        "ASNType": "ASN",
        "ReceiptSourceCode": "VENDOR",
        **dict(organizations),
        "VendorName": text(order.get("Supplier")) or text(supplier.get("Supplier")),
        "VendorSiteCode": text(order.get("SupplierSite")),
        "ShipmentNumber": told.reference,
        "ShippedDate": f"{shipped:%Y-%m-%dT%H:%M:%S}+00:00",
        **_numbered(told, number),
        "FreightCarrierName": carrier,
        "NumberOfContainers": len(told.numbers),
        "Comments": comments_with("", told),
        "InsertAndProcessFlag": process == "at_once",
    }
    if expected and date.fromisoformat(expected[:10]) >= shipped.date():
        head["ExpectedReceiptDate"] = expected
    lines = [_line(order, each, quantity) for each, quantity in schedules]
    return {**{name: value for name, value in head.items() if value != ""}, "lines": lines}


def _line(order: Row, schedule: Schedule, quantity: Decimal) -> dict[str, Any]:
    line = {
        "ReceiptSourceCode": "VENDOR",
        "SourceDocumentCode": "PO",
        "TransactionType": "SHIP",
        "AutoTransactCode": "SHIP",
        **dict([_organization(schedule)]),
        "DocumentNumber": text(order.get("OrderNumber")),
        "DocumentLineNumber": Decimal(text(schedule.line.get("LineNumber"))),
        "DocumentScheduleNumber": Decimal(text(schedule.row.get("ScheduleNumber")) or "1"),
        "ItemNumber": schedule.item,
        "ItemDescription": "" if schedule.item else schedule.description,
        "Quantity": quantity,
        "SoldtoLegalEntity": text(order.get("SoldToLegalEntity")),
        **_unit(schedule),
    }
    return {name: value for name, value in line.items() if value != ""}


def _unit(schedule: Schedule) -> dict[str, str]:
    """The unit by its name where the line has it, else by its code."""
    named = text(schedule.line.get("UOM"))
    return {"UnitOfMeasure": named} if named else {"UOMCode": schedule.unit_code}


def _organization(schedule: Schedule) -> tuple[str, Any]:
    """The receiving organization as the request names it: by id, which every schedule has."""
    id_ = text(schedule.row.get("ShipToOrganizationId"))
    return ("OrganizationId", int(id_)) if id_.isdecimal() else ("OrganizationCode", schedule.organization)


def _numbered(told: Told, number: str) -> dict[str, str]:
    """The lead number in the field that takes it: a UPS number fits the waybill, a longer one the packing slip."""
    lead = told.numbers[0]
    for name in dict.fromkeys((number, "PackingSlip")):
        if len(lead) <= LONGEST[name]:
            return {name: lead}
    raise _refused(told, f"{lead} fits neither the waybill nor the packing slip", number)


def why_not(schedules: Sequence[Schedule], *, drop_ship: bool, expense: bool) -> tuple[str, str]:
    """Return why these schedules take no advice, with what to do; two blanks when they do."""
    ends = {each.destination for each in schedules}
    if DROP_SHIP in ends and not drop_ship:
        return (
            "an advice of a line that goes to a customer ships the sales order and recognises its revenue",
            "set write_back.advice.drop_ship: true if that is wanted",
        )
    if EXPENSE in ends and not expense:
        return (
            "expense lines are received only where their receipt is required",
            "set write_back.advice.expense: true where it is, or use write_back.order",
        )
    if "" in ends and not drop_ship:
        return (
            "Fusion does not say whether the goods go to a customer, where an advice would recognise revenue",
            "let the user see DestinationTypeCode, or set write_back.advice.drop_ship: true",
        )
    return "", ""


def _refused(told: Told, why: str, field: str) -> Refused:
    return Refused(
        Reason.WRITE_BACK,
        f"advice {told.reference} cannot be made: {why}",
        field=field,
        hint="make it by hand in Fusion",
    )
