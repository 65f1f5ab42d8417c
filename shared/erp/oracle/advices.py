"""Advices in Fusion: looked up by our reference, made once, and cancelled (facts/oracle.md, 4 A)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from shared.domain.state import Reason
from shared.erp.oracle.advice import Told, request_of, why_not
from shared.erp.oracle.answers import Row, text
from shared.erp.oracle.cancelling import cancel
from shared.erp.oracle.client import Client, Item, as_item
from shared.erp.oracle.orders import find, lines_of, read_schedules
from shared.erp.oracle.query import number
from shared.erp.oracle.query import text as quoted
from shared.erp.oracle.schedules import Schedule
from shared.erp.oracle.suppliers import Suppliers
from shared.errors import ParcelbridgeError, Refused, Retry, Unknown
from shared.ports import ShippedLine

INBOUND, REQUESTS = "inboundShipments", "receivingReceiptRequests"
_WAITS = ("PENDING", "RUNNING")
_SOON = 120.0
"""Seconds until a request that is not processed yet is looked at again."""


class Advices:
    """The advices of one connection."""

    def __init__(self, client: Client) -> None:
        self._client, self._door = client, client.settings.doors.advice

    # --- looking up --------------------------------------------------------------------------------------------------

    def standing(self, reference: str) -> Item | None:
        """The advice of this number, None for none that is processed."""
        rows = list(self._client.rows(INBOUND, f"ShipmentNumber = {quoted(reference)}", most=2))
        return as_item(rows[0], INBOUND) if rows else None

    def requests(self, reference: str) -> list[Item]:
        """Requests of this number that are still listed: waiting, failed, or just processed."""
        rows = self._client.rows(REQUESTS, f"ShipmentNumber = {quoted(reference)}", key="HeaderInterfaceId")
        return [as_item(row, REQUESTS) for row in rows]

    def find(self, reference: str) -> str:
        """Fusion's id of the advice, "" for none. Raises Retry while a request of it is processed."""
        found = self.standing(reference)
        if found is not None:
            return f"advice {reference} ({text(found.get('ShipmentHeaderId')) or 'no id'})"
        for request in self.requests(reference):
            status = _status(request)
            if status in _WAITS:
                raise Retry(f"Fusion has not processed advice {reference} yet: {status}", _SOON)
            if status == "SUCCESS":
                return f"advice {reference} (request {text(request.get('HeaderInterfaceId'))})"
        return ""

    # --- making ------------------------------------------------------------------------------------------------------

    def make(self, document: str, told: Told, lines: Sequence[ShippedLine], now: datetime) -> str:
        """Makes the advice, once it is looked up, and gives its id. Raises Refused where it is not to be made, or where
        Fusion did not take it; Unknown where that is open."""
        there = self.find(told.reference)
        if there:
            return there
        order = find(self._client, document)
        if order is None:
            raise Refused(Reason.WRITE_BACK, f"order {document} is gone in Fusion", field="write_back.advice")
        schedules = self._shipped(order, document, lines)
        why, hint = why_not([each for each, _ in schedules], drop_ship=self._door.drop_ship, expense=self._door.expense)
        if why:
            raise Refused(Reason.WRITE_BACK, f"order {document}: {why}", field="write_back.advice", hint=hint)
        supplier = Suppliers(self._client).of(order) if not text(order.get("Supplier")) else {}
        carrier, process = self._door.carrier or self._client.settings.carrier, self._door.process
        request = request_of(
            order, supplier, schedules, told, now=now, number=self._door.number, carrier=carrier, process=process
        )
        if not self._door.confirmed:
            raise _asks_first(document, request)
        for each in self.requests(told.reference):
            if _status(each) == "ERROR":  # failed since it was made: the next one would fail alike
                return self._made(each, told.reference)
        return self._made(self._client.create(REQUESTS, request), told.reference)

    def _shipped(self, order: Item, document: str, lines: Sequence[ShippedLine]) -> list[tuple[Schedule, Decimal]]:
        """The schedules of the shipped lines, as they are now. Raises Refused where they do not have that quantity."""
        if not lines:
            raise Refused(
                Reason.WRITE_BACK,
                f"what was shipped of order {document} is kept no longer, so nothing can be advised",
                field="write_back.advice",
                hint="make the advice by hand in Fusion",
            )
        known = {each.number: each for each in read_schedules(self._client, order, lines_of(self._client, order))}
        found = []
        for line in lines:
            schedule = known.get(line.number)
            if schedule is None or schedule.unit != line.unit or schedule.left < line.quantity:
                left = f"{schedule.left:f} {schedule.unit}" if schedule else "nothing"
                raise Refused(
                    Reason.WRITE_BACK,
                    f"{line.quantity:f} {line.unit} of line {line.number} of order {document} were shipped, and Fusion "
                    f"has {left} open: advised by somebody else, or changed",
                    field=f"lines.{line.number}",
                    hint="compare the order in Fusion with the parcel, and make the advice by hand if it is missing",
                )
            found.append((schedule, line.quantity))
        return found

    def _made(self, request: Item, reference: str) -> str:
        """Return the id of a request that was processed; a 201 says that it is stored, and no more."""
        status = _status(request)
        if status == "SUCCESS":
            return f"advice {reference} (request {text(request.get('HeaderInterfaceId'))})"
        if status != "ERROR":
            raise Unknown(f"Fusion took advice {reference} and has not processed it yet: {status or 'no status'}")
        why, left = self._errors(request), ""
        try:
            self._client.remove(_path(request))
        except ParcelbridgeError as error:
            left = f"; its failed request still stands and keeps the number: {error}"
        raise Refused(
            Reason.WRITE_BACK,
            f"Fusion did not take advice {reference}: {why}{left}",
            field="write_back.advice",
            hint="see the message of Fusion; the order, its schedule or the user's organizations may not allow it",
        )

    def _errors(self, request: Item) -> str:
        """Return the messages about each line of a request that failed."""
        path, said = _path(request), [text(request.get("ReturnMessage"))]
        try:
            for line in self._client.rows(f"{path}/child/lines", key="InterfaceTransactionId"):
                own = as_item(line, f"{REQUESTS}/lines").path
                own = own or f"{path}/child/lines/{number(text(line.get('InterfaceTransactionId')))}"
                said += [text(row.get("ErrorMessage")) for row in self._client.rows(f"{own}/child/processingErrors")]
        except ParcelbridgeError as error:
            said.append(f"its errors cannot be read: {error}")
        return "; ".join(dict.fromkeys(each for each in said if each))[:600] or "no reason is given"

    # --- cancelling --------------------------------------------------------------------------------------------------

    def find_cancelled(self, reference: str) -> str:
        """Says that the advice is cancelled, "" while it stands or was never made."""
        found = self.standing(reference)
        return f"advice {reference} is cancelled" if found is not None and self._is_cancelled(found) else ""

    def cancel(self, reference: str) -> str:
        """Cancels the advice and gives what became of it; one that was never made needs nothing."""
        found = self.standing(reference)
        if found is None:
            for request in self.requests(reference):
                if _status(request) != "ERROR":
                    raise Retry(f"advice {reference} is not processed yet: it is cancelled once it is", _SOON)
                self._client.remove(_path(request))
            return f"advice {reference} was never made"
        cancel(self._client, found, self._door.cancel, lambda: self._is_cancelled(found))
        return f"advice {reference} is cancelled"

    def _is_cancelled(self, advice: Item) -> bool:
        """Return whether all its lines are cancelled."""
        path = advice.path or f"{INBOUND}/{number(text(advice.get('ShipmentHeaderId')))}"
        rows = list(self._client.rows(f"{path}/child/shipmentLines", key="ShipmentLineId"))
        return bool(rows) and all("CANCEL" in text(row.get("ShipmentLineStatusCode")).upper() for row in rows)


def _status(request: Row) -> str:
    """PENDING, RUNNING, SUCCESS, ERROR, or ""."""
    names = ("ReturnStatus", "ProcessingStatusCode")
    return next((found.upper() for found in (text(request.get(name)) for name in names) if found), "")


def _path(request: Item) -> str:
    return request.path or f"{REQUESTS}/{number(text(request.get('HeaderInterfaceId')))}"


def _asks_first(document: str, request: dict[str, Any]) -> Refused:
    """The first advice of a connection waits for a person, who is shown what it would say."""
    lines = ", ".join(f"line {each['DocumentLineNumber']}: {each['Quantity']}" for each in request["lines"])
    shown = "; ".join(
        f"{name} {request[name]}"
        for name in ("ShipmentNumber", "VendorName", "VendorSiteCode", "WaybillAirbillNumber", "PackingSlip")
        if name in request
    )
    return Refused(
        Reason.WRITE_BACK,
        f"the advice of order {document} would be: {shown}; {lines}. "
        "Nobody has confirmed advices of this connection yet",
        field="write_back.advice.confirmed",
        hint="compare it with the order in Fusion, set write_back.advice.confirmed: true, apply the file, and retry",
    )
