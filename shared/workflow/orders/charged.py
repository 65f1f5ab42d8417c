"""Compare the carrier's charge with the approved price. The parcel goes all the same: a person looks at it."""

from __future__ import annotations

from shared.domain.record import Head
from shared.domain.state import Reason
from shared.ports import Ports
from shared.workflow.orders.standing import was_held_for


def charged_above(ports: Ports, head: Head) -> str:
    """Why a person is to look at the charge, "" when it is what was approved, or somebody was shown it already.

    Approved is the quote that the label was bought on, by a person or by the file; `approve.price_rise` says how many
    percent more are let pass.
    """
    cost, approved = head.cost, head.quote
    if cost is None or approved is None or head.cost_estimated:
        return ""
    rise = ports.connections.revision(head.connection, head.revision).approve.price_rise
    if cost.currency == approved.currency and cost.amount <= approved.amount * (100 + rise) / 100:
        return ""
    if was_held_for(ports, head, Reason.PRICE_RISE):
        return ""
    if cost.currency != approved.currency:
        return f"the carrier charged {cost}, and {approved} was approved: another currency"
    return f"the carrier charged {cost}, and {approved} was approved: approve.price_rise lets {rise:f} % pass"
