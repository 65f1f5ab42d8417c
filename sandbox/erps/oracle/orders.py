"""Orders and their change orders: what an open order lets change, and how a change is submitted, approved, implemented
(facts/oracle.md, sections 3 and 4B)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sandbox.erps.oracle.faults import FusionFault
from sandbox.erps.oracle.pod import Change, Pod, Row, Values, lines_of

OURS = "PARCELBRIDGE"
"""The account that comes through the API."""
WAITING = ("PENDING APPROVAL", "PENDING ACCEPTANCE", "PENDING SIGNATURE")
UNDECIDED = ("DRAFT", *WAITING)
SHOWN = (*UNDECIDED, "REJECTED")
"""Statuses of a change whose values stand on the draft side."""


def as_shown(pod: Pod, order: Row) -> Row:
    """The order as it is approved, by the status that it has while a change of it waits."""
    change, status = pod.changes.get(order.id), pod.manners.pending_status
    if status == "OPEN" or change is None or change.status not in WAITING or order.values["StatusCode"] != "OPEN":
        return order
    values = {**order.values, "StatusCode": status, "Status": status.title()}
    return Row(order.id, values, order.version, order.children)


def draft_of(pod: Pod, order: Row) -> Row:
    """The order with what its open change would make of it."""
    change = pod.changes.get(order.id)
    values = {**order.values, "VersionId": order.id + int(order.values.get("Revision") or 0)}
    if change is None:
        return Row(order.id, values, order.version, order.children)
    values["ChangeOrderStatusCode"] = change.status
    if change.status not in SHOWN:
        return Row(order.id, values, order.version, order.children)
    children = dict(order.children)
    children["DFF"] = [
        Row(each.id, {**each.values, **change.flexfield}, max(each.version, change.flexfield_version))
        for each in order.child("DFF")
    ]
    return Row(order.id, {**values, **change.values, "VersionId": values["VersionId"] + 1}, order.version, children)


def schedules_of(order: Row) -> list[tuple[Row, Row]]:
    """Lines with their schedules."""
    return [(line, each) for line in order.child("lines") for each in line.child("schedules")]


def life_cycle(pod: Pod, order: Row) -> Row:
    """The advices and receipts of an order."""
    row = Row(order.id, {"POHeaderId": order.id, "OrderNumber": order.values["OrderNumber"]}, order.version)
    advised = row.child("shipments")
    for advice in pod.advices_of(order):
        for line in lines_of(advice, order.id):
            moments = {name: advice.values.get(name) for name in ("ShippedDate", "ExpectedReceiptDate")}
            advised.append(Row(line.id, {**line.values["_advised"], **_seen(advice), **_days(moments)}))
    mine = [(number, each) for number, each in pod.receipts if each["_order"] == order.id]
    row.child("receipts").extend(Row(number, each) for number, each in mine)
    prices = {each.id: line.values.get("Price") or Decimal(1) for line, each in schedules_of(order)}
    arrived = sum((each["ReceivedQuantity"] * prices[each["LineLocationId"]] for _, each in mine), Decimal(0))
    shipped = sum(
        (each.values["ShippedQuantity"] * prices[each.values["LineLocationId"]] for each in advised), Decimal(0)
    )
    row.values |= {"InTransitAmount": shipped, "InReceivingAmount": Decimal(0), "DeliveredAmount": arrived}
    return row


def _seen(advice: Row) -> Values:
    values = advice.values
    return {
        "ShipmentId": advice.id,
        "Shipment": values["ShipmentNumber"],
        "Carrier": values.get("Carrier"),
        "Tracking": values.get("WaybillAirbillNumber"),
    }


def _days(moments: Mapping[str, Any]) -> Values:
    return {name: moment.date() if moment else None for name, moment in moments.items()}


def open_quantity(pod: Pod, order: Row, schedule: Row) -> Decimal:
    """The quantity that is neither advised nor received; what was received against an advice is counted once."""
    cycle = life_cycle(pod, order)
    advised = sum(
        (each.values["ShippedQuantity"] for each in cycle.child("shipments") if _of(each, schedule)), Decimal(0)
    )
    arrived = [each for each in cycle.child("receipts") if _of(each, schedule) and not each.values.get("_advised")]
    left: Decimal = schedule.values["Quantity"] - advised
    return left - sum((each.values["ReceivedQuantity"] for each in arrived), Decimal(0))


def _of(row: Row, schedule: Row) -> bool:
    return bool(row.values["LineLocationId"] == schedule.id)


# --- the change order ------------------------------------------------------------------------------------------------


def change_header(pod: Pod, order: Row, values: Values) -> None:
    """PATCH of the header. Raises FusionFault 400."""
    if "SupplierSiteId" in values:
        raise FusionFault(400, "The supplier site of an open order cannot be changed.", "SupplierSiteId")
    change = _opened(pod, order)
    before = draft_of(pod, order).values
    change.values |= values
    pod.touch(order)
    pod.wrote("draftPurchaseOrders", order, str(order.values["OrderNumber"]), values, before)


def change_flexfield(pod: Pod, order: Row, row: Row, values: Values) -> None:
    """PATCH of the flexfield's row. Raises FusionFault 400."""
    change = _opened(pod, order)
    change.flexfield |= values
    change.flexfield_version = pod.next_version()
    pod.touch(order)
    pod.wrote("draftPurchaseOrders/DFF", order, str(order.values["OrderNumber"]), values, row.values)


def _opened(pod: Pod, order: Row) -> Change:
    """The open change order, or a new one: somebody else's is joined without a word."""
    status, change = order.values["StatusCode"], pod.changes.get(order.id)
    if order.values.get("FrozenFlag"):
        raise FusionFault(400, "You cannot edit the purchase order because it is frozen.")
    if status != "OPEN":
        raise FusionFault(400, f"You cannot edit the purchase order because its status is {order.values['Status']}.")
    if change and change.status in WAITING:
        raise FusionFault(400, f"You cannot edit the purchase order: a change order is {change.status}.")
    if change is None or change.status != "DRAFT":
        change = pod.changes[order.id] = Change(OURS)
    elif change.who != OURS and not change.joined:
        change.joined = True
        pod.facts.append(("joined", str(order.values["OrderNumber"])))
    return change


def submit(pod: Pod, order: Row, *, bypass: bool) -> str:
    """Sends the open change through approval. Raises FusionFault 400."""
    change = pod.changes.get(order.id)
    if change is None or change.status != "DRAFT":
        raise FusionFault(400, "There is no change order in status Incomplete to submit.")
    if pod.manners.submit == "refused":
        raise FusionFault(400, "The change order cannot be submitted: a required attribute has no value.")
    if bypass:
        pod.facts.append(("bypassed", str(order.values["OrderNumber"])))
    pod.submitted[str(order.values["OrderNumber"])] += 1
    change.status, change.decided = "PENDING APPROVAL", pod.now() + (0 if bypass else 1) * pod.manners.approval
    settle_changes(pod)
    return "SUCCESS"


def withdraw(pod: Pod, order: Row, statuses: tuple[str, ...]) -> str:
    """Deletes or cancels the change when it is in one of these statuses. Raises FusionFault 400."""
    change = pod.changes.get(order.id)
    if change is None or change.status not in statuses:
        raise FusionFault(400, "The change order cannot be removed in its status.")
    if change.who != OURS:
        pod.facts.append(("removed", str(order.values["OrderNumber"])))
    del pod.changes[order.id]
    pod.touch(order)
    return "SUCCESS"


def settle_changes(pod: Pod) -> None:
    """Gives every approval that is due; an external change then waits for the supplier."""
    for number, change in list(pod.changes.items()):
        if change.status == "DRAFT" and change.until and change.until <= pod.now():
            implement(pod, pod.orders[number], change)
        if change.status not in WAITING or change.decided is None or change.decided > pod.now():
            continue
        if pod.manners.decision == "rejected" or pod.orders[number].values["OrderNumber"] in pod.rejected:
            change.status = "REJECTED"
            continue
        if change.status == "PENDING APPROVAL" and pod.manners.external:
            change.status, change.decided = "PENDING ACCEPTANCE", change.decided + pod.manners.approval
            continue
        implement(pod, pod.orders[number], change)


def implement(pod: Pod, order: Row, change: Change) -> None:
    """The change is the order's, which has a new revision."""
    change.status = "PROCESSED"
    for row in order.child("DFF") if change.flexfield else ():
        row.values |= change.flexfield
        row.version = pod.next_version()
    values = {name: value for name, value in change.values.items() if name != "ChangeOrderDescription"}
    pod.touch(order, **values, Revision=(order.values.get("Revision") or Decimal(0)) + 1)
    pod.stands(str(order.values["OrderNumber"]))


def change_by_user(pod: Pod, order: Row, who: str = "BUYER", status: str = "DRAFT", **values: Any) -> Change | None:
    """A buyer opens a change order. An open one of ours locks them out: None, and the ledger has it."""
    change = pod.changes.get(order.id)
    if change and change.status in UNDECIDED and change.who != who:
        pod.facts.append(("locked out", str(order.values["OrderNumber"])))
        return None
    pod.changes[order.id] = change = Change(who, status, values)
    return change
