"""The actions in Fusion that cannot be repeated blindly: an advice, its cancelling, a change of the order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from shared.domain.milestones import RANK, Milestone
from shared.domain.state import Reason
from shared.erp.fields.numbers import joined
from shared.erp.oracle.advice import Told, cancelled_by, number_of, shipments_of
from shared.erp.oracle.advices import Advices
from shared.erp.oracle.answers import Stale
from shared.erp.oracle.client import Client
from shared.erp.oracle.decisions import Wanted
from shared.erp.oracle.file import OracleWriteBack, Segment
from shared.erp.oracle.order_change import OrderChanges
from shared.errors import Refused, Unknown
from shared.ports import ErpAction, ShippedLine, WriteBack

ADVICE, CANCEL, ORDER, FAILURE = "advice", "cancel advice", "order", "order failure"
_SEGMENT, _LINE, _NUMBER = 150, "line:", "number"
_FIELDS = {"NoteToReceiver": 1000, "Description": 240, "SupplierOrder": 150}
"""Characters that a field takes; a segment takes 150."""


def actions(doors: OracleWriteBack, note: WriteBack) -> list[ErpAction]:
    """See ErpActions.actions: nothing while both doors are off."""
    if not doors.enabled:
        return []
    return [
        *(_of_advice(doors, note) if doors.advice.enabled else ()),
        *(_of_order(doors, note) if doors.order.enabled else ()),
    ]


def find_action(client: Client, action: ErpAction) -> str:
    """See ErpActions.find_action."""
    values = dict(action.values)
    if values["kind"] == ADVICE:
        return Advices(client).find(values["reference"])
    if values["kind"] == CANCEL:
        return Advices(client).find_cancelled(values["reference"])
    return OrderChanges(client).find(action.document, _wanted(client.settings.doors, action))


def decided(client: Client, action: ErpAction) -> str:
    """See DecidesLater.decided: of change orders alone, since nobody decides on an advice."""
    return OrderChanges(client).decided(action.document, _wanted(client.settings.doors, action))


def act(client: Client, action: ErpAction, now: datetime) -> str:
    """See ErpActions.act."""
    values = dict(action.values)
    try:
        if values["kind"] == ADVICE:
            return _advise(client, action, now)
        if values["kind"] == CANCEL:
            return Advices(client).cancel(values["reference"])
        return OrderChanges(client).make(action.document, _wanted(client.settings.doors, action))
    except Stale as error:
        raise Unknown(str(error)) from error


def _advise(client: Client, action: ErpAction, now: datetime) -> str:
    values = dict(action.values)
    numbers = tuple(value for name, value in action.values if name == _NUMBER)
    told = Told(values["reference"], numbers, values["milestone"], values["eta"])
    lines = [_line(value) for name, value in action.values if name == _LINE]
    return Advices(client).make(action.document, told, lines, now)


def _of_advice(doors: OracleWriteBack, note: WriteBack) -> Iterator[ErpAction]:
    """One advice a shipment. Those that count no more are cancelled before another one is made."""
    for number in cancelled_by(note):
        values = (("kind", CANCEL), ("reference", number))
        yield ErpAction(f"{CANCEL} {number}", f"cancel advice {number}", note.document, values)
    for shipment in shipments_of(note):
        if _is_due(doors.advice.moment, shipment.milestone):
            number = number_of(shipment)
            facts = (("kind", ADVICE), ("reference", number), ("milestone", shipment.milestone), ("eta", shipment.eta))
            numbers = tuple((_NUMBER, each) for each in shipment.tracking_numbers)
            lines = tuple((_LINE, f"{each.number}={each.quantity:f}={each.unit}") for each in shipment.lines)
            yield ErpAction(f"{ADVICE} {number}", f"advice {number}", note.document, (*facts, *numbers, *lines))


def _is_due(moment: str, milestone: str) -> bool:
    """Return whether the moment of the advice has come: with the label, or once the carrier has the parcel."""
    if moment == "label" or not milestone:
        return moment == "label"
    return RANK[Milestone.PICKED_UP] <= RANK[Milestone(milestone)] < RANK[Milestone.VOIDED]


def _line(written: str) -> ShippedLine:
    number, quantity, unit = written.split("=", 2)
    return ShippedLine(number, Decimal(quantity), unit)


def _of_order(doors: OracleWriteBack, note: WriteBack) -> Iterator[ErpAction]:
    """One change with the numbers of all parcel groups and the tracking page, one with a failure: each once per order.

    A field that may be overwritten is written again for a new shipment, which is another change order.
    """
    order = doors.order
    page = order.tracking_url if note.tracking_url else None
    first = order.tracking_numbers or page
    if first and note.tracking_numbers:
        values = [("kind", ORDER)]
        if order.tracking_numbers:
            numbers, longest = note.all_numbers or note.tracking_numbers, _longest(order.tracking_numbers)
            values.append(("tracking_numbers", joined(numbers, longest, separator=", ") or ""))
        if page:
            values.append(("tracking_url", note.tracking_url))
        name = ORDER if first.mode == "if_empty" else f"{ORDER} {note.reference}"
        yield ErpAction(name, "tracking number", note.document, tuple(values), whole=True)
    if isinstance(order.failure_flag, Segment) and note.failure:
        flagged = (("kind", FAILURE), ("failure_flag", note.failure))
        yield ErpAction(FAILURE, "shipping problem", note.document, flagged, whole=True)


def _wanted(doors: OracleWriteBack, action: ErpAction) -> Wanted:
    """Return the values for the order, with the fields of the file.

    Raises Refused where the file has them no more, or a value does not fit."""
    found = []
    for name, value in action.values:
        if name == "kind":
            continue
        segment = getattr(doors.order, name)
        if not isinstance(segment, Segment):
            raise Refused(
                Reason.WRITE_BACK, f"write_back.order.{name} is not mapped any more", field="write_back.order"
            )
        if not value or len(value) > _longest(segment):
            raise Refused(
                Reason.WRITE_BACK,
                f"{name} does not fit into {segment.segment or segment.field}",
                field=f"write_back.order.{name}",
                value=value,
                hint=f"it takes {_longest(segment)} characters",
            )
        found.append((segment, value))
    return Wanted(action.what, tuple(found))


def _longest(segment: Segment) -> int:
    return _FIELDS[segment.field] if segment.field else _SEGMENT
