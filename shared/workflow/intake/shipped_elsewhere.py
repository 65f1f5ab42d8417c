"""An order whose ERP holds a tracking number already that is not ours: somebody shipped it by hand."""

from __future__ import annotations

from shared.domain.digest import fingerprint_of
from shared.domain.order import Order
from shared.domain.record import Head
from shared.domain.state import DISMISSED, Reason, State
from shared.errors import Refused
from shared.ports import Ports
from shared.workflow.orders.label import INBOUND


def shipped_elsewhere(ports: Ports, head: Head | None, order: Order) -> Refused | None:
    """The fault of an order without a label of ours whose number field is filled; None for any other.

    A number that we wrote for an earlier label of the order is ours. So is one that a person named as its supplier's:
    the order waits for that parcel as long as the ERP changes nothing, and gets no label when it does."""
    if order.cancelled or (head and head.shipment_id):
        return None
    if head and head.label == INBOUND:
        waits = (head.state, head.reason) == (State.CANCELLED, DISMISSED)
        return None if waits and fingerprint_of(order) == head.fingerprint else _on_its_way(order)
    if not order.shipped_as:
        return None
    generations = range(1, head.generation + 1) if head else ()
    ours = [each.tracking_number for made in generations for each in ports.orders.packages(order.key, made)]
    if any(number and number in order.shipped_as for number in ours):
        return None
    return Refused(
        Reason.ALREADY_SHIPPED,
        f"the ERP has the number {order.shipped_as} for order {order.document}, which is not ours",
        field="shipped_as",
        value=order.shipped_as,
    )


def _on_its_way(order: Order) -> Refused:
    message = f"order {order.document} was changed in the ERP, and its supplier sends it on its own already"
    return Refused(Reason.ALREADY_SHIPPED, message, field="shipped_as", value=order.shipped_as)
