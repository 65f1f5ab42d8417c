"""The schedules of a purchase order: what is to go where, and how much of it nobody has sent yet. Pure.

A schedule has the quantity, the place and the day; its line has the item. Which of them was advised or received stands
in the order's life cycle only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.domain.order import Skipped
from shared.domain.reference import is_reference
from shared.erp.oracle.answers import Row, number, text
from shared.errors import Misconfigured, Refused

DROP_SHIP, EXPENSE = "DROP SHIP", "EXPENSE"
_RECEIVED = "CLOSED FOR RECEIVING"
_NEVER = date(4712, 12, 31)
_DAYS = ("PromisedDeliveryDate", "RequestedDeliveryDate")


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule with its line. `number` is the line's, with the schedule's behind a stroke from the second one on;
    `left` counts units of `unit`. `price` is that of one unit, None where there is none."""

    number: str
    id: str
    line: Row
    row: Row
    ordered: Decimal
    left: Decimal
    unit: str
    unit_code: str
    needed: date | None
    received: bool = False

    @property
    def item(self) -> str:
        return text(self.line.get("Item"))

    @property
    def description(self) -> str:
        return text(self.line.get("Description")) or text(self.row.get("ItemDescription"))

    @property
    def organization(self) -> str:
        """The receiving organization: its code, or its id where no code is told."""
        return text(self.row.get("ShipToOrganizationCode")) or text(self.row.get("ShipToOrganizationId"))

    @property
    def destination(self) -> str:
        """DROP SHIP, INVENTORY, EXPENSE, or "" where the pod does not say."""
        return text(self.row.get("DestinationTypeCode")).upper().replace("_", " ")


def schedules_of(lines: Sequence[Row], rows: Iterable[Row], moved: Mapping[str, Moved]) -> list[Schedule]:
    """The schedules by line and number. Raises Refused for one whose line is not there, or whose numbers are none."""
    by_id = {text(line.get("POLineId")): line for line in lines}
    by_number = {text(line.get("LineNumber")): line for line in lines}
    found = []
    for row in rows:
        line = by_id.get(text(row.get("POLineId"))) or by_number.get(text(row.get("LineNumber")))
        if line is None:
            raise Refused("lines", f"a schedule of line {text(row.get('POLineId'))} has no line", field="lines")
        found.append(_schedule(line, row, moved))
    return sorted(found, key=lambda each: (number(each.line, "LineNumber", "a line"), each.number))


def _schedule(line: Row, row: Row, moved: Mapping[str, Moved]) -> Schedule:
    main, own = text(line.get("LineNumber")), text(row.get("ScheduleNumber"))
    name = main if own in ("", "1") else f"{main}/{own}"
    ordered = number(row, "Quantity", f"line {name}")
    gone = moved.get(text(row.get("LineLocationId")), Moved())
    return Schedule(
        number=name,
        id=text(row.get("LineLocationId")),
        line=line,
        row=row,
        ordered=ordered,
        left=max(ordered - gone.under_way, Decimal(0)),
        unit=text(line.get("UOM")) or text(row.get("UOMCode")) or text(line.get("UOMCode")),
        unit_code=text(row.get("UOMCode")) or text(line.get("UOMCode")),
        needed=next((day for day in (day_of(row.get(name)) for name in _DAYS) if day), None),
        received=_status(row) == _RECEIVED or (ordered > 0 and gone.received >= ordered),
    )


@dataclass(frozen=True, slots=True)
class Moved:
    """The quantities of a schedule by the life cycle: advised, advised and not received yet, and received."""

    advised: Decimal = Decimal(0)
    coming: Decimal = Decimal(0)
    received: Decimal = Decimal(0)

    @property
    def under_way(self) -> Decimal:
        """The quantity that nobody is to send any more. A receipt does not name its advice, so neither counts twice."""
        return max(self.advised, self.received + self.coming)


def moved_of(shipments: Iterable[Row], receipts: Iterable[Row]) -> dict[str, Moved]:
    """The life cycle by schedule. Our own advices are left out: what we wrote makes no other order of it."""
    advised, coming, received = (defaultdict[str, Decimal](Decimal) for _ in range(3))
    for row in shipments:
        if is_reference(text(row.get("Shipment")).partition(".")[0]):
            continue
        name, quantity = text(row.get("LineLocationId")), number(row, "ShippedQuantity", "an advice")
        advised[name] += quantity
        coming[name] += 0 if text(row.get("ReceiptDate")) else quantity
    for row in receipts:
        received[text(row.get("LineLocationId"))] += number(row, "ReceivedQuantity", "a receipt")
    return {name: Moved(advised[name], coming[name], received[name]) for name in {*advised, *received}}


def is_confirmed(schedule: Schedule, name: str) -> bool:
    """Return whether the supplier has confirmed a day for it. Raises Misconfigured where schedules have no such field:
    nothing would ever be confirmed."""
    if name not in schedule.row:
        raise Misconfigured(
            f"the schedule of line {schedule.number} does not say whether it is confirmed: it has no {name}",
            field="erp.confirmed_field",
            hint="name the field that has the confirmed day, or leave ship_when.confirmed out",
            general=False,
        )
    return day_of(schedule.row.get(name)) is not None


def ended(schedule: Schedule) -> bool:
    """Return whether it is closed or cancelled."""
    status = _status(schedule.row)
    return status == "CLOSED" or status.startswith(("CANCEL", "FINALLY"))


def _status(row: Row) -> str:
    return (text(row.get("StatusCode")) or text(row.get("Status"))).upper().replace("_", " ")


def why_skipped(schedule: Schedule, flow: str, organizations: Sequence[str]) -> str:
    """Return why a schedule is not shipped, "" when it is."""
    drop_ship = schedule.destination == DROP_SHIP
    to = "to a customer" if drop_ship else f"to {schedule.destination or 'an unknown end'}"
    own = {text(schedule.row.get(name)) for name in ("ShipToOrganizationCode", "ShipToOrganizationId")}
    reasons = {
        "closed or cancelled": ended(schedule),
        "received": schedule.received,
        "no quantity: a service, or a return": schedule.ordered <= 0,
        f"nothing left of {schedule.ordered:f} {schedule.unit}: advised or received": schedule.left <= 0,
        f"goes {to}, which this connection's flow ({flow}) does not take": drop_ship != (flow == "drop-ship"),
        f"for organization {schedule.organization}, which this connection does not select": bool(
            organizations and not own & set(organizations)
        ),
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def left_out(schedules: Iterable[Schedule], reasons: Mapping[str, str]) -> tuple[Skipped, ...]:
    """The schedules that are not shipped, each with why."""
    return tuple(Skipped(each.number, reasons[each.number]) for each in schedules if reasons[each.number])


def day_of(value: object) -> date | None:
    """A date, or the day of a moment; None for none, for 4712-12-31, and for a text that is none."""
    try:
        found = date.fromisoformat(text(value)[:10])
    except ValueError:
        return None
    return None if found == _NEVER else found
