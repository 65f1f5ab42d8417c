"""People decide on purchase orders at a warehouse and on receipts: go on, it is there, it is not, let it be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from shared.domain.inbound_parcel import InboundParcel
from shared.domain.receiving import GONE, LIVE, Hold, InboundOrder, InboundStep, Receipt, Stage
from shared.errors import Refused
from shared.ports import Ports
from shared.ports.receiving import FollowsParcels
from shared.workflow.desk.dismiss import reason_of
from shared.workflow.receiving.record import FREE, answered, step

MOST_PARCELS = 50


def replay(ports: Ports, key: str, who: str, number: int = 0) -> InboundOrder:
    """Has the order, and those of its receipts that wait for a person (or the one named), tried again at the next turn.

    What is in doubt is looked up first, as ever. Raises Refused when nothing waits for a person.
    """
    order = _existing(ports, key)
    chosen = [each for each in ports.receiving.receipts(key) if each.held and number in (0, each.number)]
    if not chosen and (number or not order.hold):
        what = f"receipt {number}" if number else "nothing of it"
        raise Refused("state", f"order {order.document}: {what} waits for a person", field="state")
    now = ports.clock.now()
    again = [replace(each, held="", tries=0, due=now, why="") for each in chosen]
    freed: dict[str, Any] = {} if number else {**answered(order), "due": None, "terms": _accepted(order), "tries": 0}
    if order.hold == Hold.FALLEN and not number:
        freed["received"] = _taken_back(order)
    if (order.hold, order.field) == (Hold.DIFFERS, "received") and not number:
        freed["acknowledged"] = tuple(sorted({**dict(order.acknowledged), **dict(order.foreign)}.items()))
    left = order.held_receipts - len(again)
    why = f"receipts {', '.join(str(each.number) for each in again)}" if again else f"the hold {order.hold}"
    after = step(ports, order, InboundStep.REPLAYED, who=who, why=why, receipts=again, held_receipts=left, **freed)
    ports.receiving_queue.send(order.connection, [""], "receiving")
    return after


def add_parcel(ports: Ports, key: str, number: str, who: str) -> InboundOrder:
    """Notes a parcel by which the supplier sends the order: it is followed. Repeating it changes nothing. Raises
    Refused for an order that is done, and for a number of a carrier that is not followed."""
    order, stored = _existing(ports, key), ports.connections.get(_existing(ports, key).connection)
    if number in {each.number for each in order.parcels}:
        return order
    if order.stage not in LIVE:
        raise Refused("state", f"order {order.document} is {order.stage}: no parcel is expected", field="state")
    if len(order.parcels) >= MOST_PARCELS:
        raise Refused("number", f"order {order.document} has {MOST_PARCELS} parcels already", field="number")
    if stored:
        with ports.carrier(stored.connection) as carrier:
            fault = carrier.parcel_fault(number) if isinstance(carrier, FollowsParcels) else "its carrier tells of none"
        if fault:
            raise Refused("number", f"{number} cannot be followed: {fault}", field="number", value=number)
    now = ports.clock.now()
    parcels = (*order.parcels, InboundParcel(number, now, named=now))
    after = step(ports, order, InboundStep.PARCEL, who=who, why=number, parcels=parcels)
    ports.receiving_queue.send(order.connection, [""], "receiving")
    return after


def remove_parcel(ports: Ports, key: str, number: str, why: str, who: str) -> InboundOrder:
    """Takes a parcel off that a person named by mistake: it is followed no more. Receipts that it brought stand, and
    are a person's to take back. Raises Refused for a number that the order does not have."""
    order, why = _existing(ports, key), reason_of(why)
    left = tuple(each for each in order.parcels if each.number != number)
    if left == order.parcels:
        raise Refused("number", f"order {order.document} has no parcel {number}", field="number", value=number)
    return _step(ports, order, InboundStep.PARCEL_REMOVED, who, f"{number}: {why}", [], {"parcels": left})


def _taken_back(order: InboundOrder) -> tuple[tuple[str, int], ...]:
    """The totals that receipts exist for once a person has taken back in the ERP what was booked too much."""
    return tuple(sorted({**order.came, **dict(order.fell)}.items()))


def _accepted(order: InboundOrder) -> str:
    """A person who lets a changed order go on has brought the warehouse to what the ERP wants."""
    changed = order.stage == Stage.OPEN and order.hold in (Hold.CHANGED, Hold.CANCELLED)
    return order.wanted if changed and order.wanted != GONE else order.terms


def dismiss_receipt(ports: Ports, key: str, number: int, why: str, who: str) -> InboundOrder:
    """Lets a receipt be that waits for a person: it was booked by hand, or is not to be booked. Raises Refused."""
    order, why = _existing(ports, key), reason_of(why)
    found = _held(ports, order, number)
    done = replace(found, state="dismissed", held="", why=why)
    left = {"open_receipts": order.open_receipts - 1, "held_receipts": order.held_receipts - 1}
    said = f"receipt {number}: {why}"
    return _step(ports, order, InboundStep.DISMISSED, who, said, [done], left)


def adopt(ports: Ports, key: str, remote_id: str, who: str) -> InboundOrder:
    """Takes an order of the warehouse as ours, after a lost answer, by a person's word. Raises Refused, also for one
    that another of our records has: what comes in for it would be booked twice."""
    order = _in_doubt(ports, key)
    taken = _whose(ports, order, remote_id)
    if taken:
        message = f"{remote_id} is the order of {taken.document} at {taken.warehouse}"
        raise Refused("purchase", message, field="purchase", value=remote_id)
    changes = {"stage": Stage.DRAFT, "remote_id": remote_id, "due": None, "tries": 0, **FREE}
    return _step(ports, order, InboundStep.FOUND, who, f"{remote_id}, by a person's word", [], changes)


def _whose(ports: Ports, order: InboundOrder, remote_id: str) -> InboundOrder | None:
    """The other record of the connection that has this order of the warehouse, None for none."""
    store = ports.receiving
    keys = (key for bucket in ("open", "held", "done") for key in store.listing(order.connection, bucket))
    found = (store.get(key) for key in keys if key != order.key)
    return next((each for each in found if each and each.remote_id == remote_id), None)


def declare_not_made(ports: Ports, key: str, who: str) -> InboundOrder:
    """The warehouse has no order of ours, by a person's word: it is made again at the next turn. Raises Refused."""
    order = _in_doubt(ports, key)
    changes = {"stage": Stage.TAKEN, "told": "", "due": None, "tries": 0, **FREE}
    return _step(ports, order, InboundStep.NOT_MADE, who, "by a person's word", [], changes)


def _step(
    ports: Ports,
    order: InboundOrder,
    what: InboundStep,
    who: str,
    why: str,
    receipts: list[Receipt],
    changes: dict[str, Any],
) -> InboundOrder:
    after = step(ports, order, what, who=who, why=why, receipts=receipts, **changes)
    ports.receiving_queue.send(order.connection, [""], "receiving")
    return after


def _existing(ports: Ports, key: str) -> InboundOrder:
    order = ports.receiving.get(key)
    if order is None:
        raise Refused("order", f"there is no purchase order {key} at a warehouse", field="order")
    return order


def _in_doubt(ports: Ports, key: str) -> InboundOrder:
    order = _existing(ports, key)
    if order.stage != Stage.INTENT or order.hold not in (Hold.UNKNOWN, Hold.TWICE):
        message = f"order {order.document} is {order.stage}: nobody is asked whether it was made"
        raise Refused("state", message, field="state", value=str(order.stage))
    return order


def _held(ports: Ports, order: InboundOrder, number: int) -> Receipt:
    found = next((each for each in ports.receiving.receipts(order.key) if each.number == number), None)
    if found is None or not found.held:
        raise Refused("state", f"order {order.document}: receipt {number} does not wait for a person", field="receipt")
    if found.state == "intended":
        message = f"receipt {number} may be booked: look in the ERP for {found.mark}, then replay it"
        raise Refused("state", message, field="receipt", value=found.mark)
    return found
