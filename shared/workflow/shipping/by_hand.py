"""A person buys the label at the carrier: only the order is sent there, and its number comes back.

Until then the order is UNKNOWN, for a reason of its own: whether there is a label is asked of the carrier again and
again, by the poll of the order and at once when a webhook speaks of it. Nothing of it is bought by us, and it is held
for nobody: after a time somebody is reminded.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Unpack

from shared import log
from shared.connection import Connection
from shared.domain.hints import Action, Hint, do
from shared.domain.record import Head
from shared.domain.shipment import ShipmentPlan
from shared.domain.state import AWAITED, BY_HAND, BY_HAND_LATE, Reason, State
from shared.domain.steps import Step
from shared.errors import Misconfigured, Refused, Retry, Unknown
from shared.ports import Carrier, Ports, SendsOrders, Spend
from shared.workflow.orders.change import HeadChange
from shared.workflow.orders.step import STALE, again_later, held, move

SOON, SELDOM = timedelta(minutes=10), timedelta(hours=1)
"""How long the carrier is left alone between two looks for the label: a quarter of the time so far, within these."""


class NothingMade(HeadChange):
    """The former values of the head, restored once it is proved that a create made nothing."""

    spend: Spend


def send_order(
    ports: Ports, intent: Head, carrier: Carrier, plan: ShipmentPlan, **nothing_made: Unpack[NothingMade]
) -> None:
    """Sends the order behind its INTENT, and has it wait for its label. Where the answer was lost, it waits too: the
    first look sends it again, which makes no second one."""
    try:
        sent = _send(carrier, plan, intent.reference)
    except Refused as error:
        held(
            ports,
            intent,
            error.reason,
            str(error),
            field=error.field,
            hint=error.hint,
            what=Step.REFUSED,
            **nothing_made,
        )
    except Retry as error:
        again_later(ports, intent, str(error), error.after, state=State.READY, what=Step.NOT_SENT, **nothing_made)
    except Misconfigured as error:
        move(ports, intent, State.READY, what=Step.NOT_SENT, why=str(error), **nothing_made)
        raise
    except Unknown as error:
        move(ports, intent, State.UNKNOWN, what=Step.OUTCOME_UNKNOWN, why=str(error), reason=str(Reason.UNKNOWN))
    else:
        move(ports, intent, State.UNKNOWN, what=Step.ORDER_SENT, why=sent, reason=BY_HAND)


def _send(carrier: Carrier, plan: ShipmentPlan, reference: str) -> str:
    if not isinstance(carrier, SendsOrders):
        raise Refused(Reason.CONNECTION, "the carrier takes no orders without a label", field="carrier")
    return carrier.send_order(plan, reference)


def await_label(ports: Ports, head: Head, plan: ShipmentPlan, connection: Connection) -> None:
    """No label yet: the order is sent where that is not certain, somebody is reminded, and the next look is noted."""
    now = ports.clock.now()
    if head.content == STALE:
        _changed_meanwhile(ports, head)
    elif head.reason not in AWAITED:
        _make_sure(ports, head, plan, connection)
    elif head.reason == BY_HAND and now >= _late(head, now, connection):
        log.count("LabelsAwaited", connection=head.connection)
        why = f"no label for {head.reference} yet: buy it at the carrier"
        due = now + _pause(head, now)
        move(ports, head, State.UNKNOWN, what=Step.REMINDED, why=why, reason=BY_HAND_LATE, due_at=due)
    else:
        again = now + _pause(head, now)
        if head.reason == BY_HAND:
            again = min(again, max(now + SOON, _late(head, now, connection)))
        ports.orders.postpone(head, again, count=False)


def _pause(head: Head, now: datetime) -> timedelta:
    return min(max((now - (head.intent_at or now)) / 4, SOON), SELDOM)


def _late(head: Head, now: datetime, connection: Connection) -> datetime:
    return (head.intent_at or now) + connection.carrier.remind_after


def _make_sure(ports: Ports, head: Head, plan: ShipmentPlan, connection: Connection) -> None:
    """Sends an order once more of which nobody knows if it was sent: it is made once, by its reference."""
    try:
        with ports.carrier(connection) as carrier:
            sent = _send(carrier, plan, head.reference)
    except Refused as error:
        held(ports, head, Reason.UNKNOWN, str(error), field=error.field, hint=error.hint)
    except (Retry, Unknown) as error:
        after = error.after if isinstance(error, Retry) else None
        again_later(
            ports, head, str(error), after, state=State.UNKNOWN, gives_up=Reason.UNKNOWN, what=Step.LOOK_UP_FAILED
        )
    else:
        facts: HeadChange = {"tries": 0, "first_try_at": None}
        move(ports, head, State.UNKNOWN, what=Step.ORDER_SENT, why=sent, reason=BY_HAND, **facts)


def _changed_meanwhile(ports: Ports, head: Head) -> None:
    """The ERP changed an order that waits at the carrier as it was: a person decides."""
    acts = (do(Action.DECLARE_ABSENT, order=head.document), do(Action.LIST_UNKNOWN))
    hint = Hint(f"cancel order {head.reference} at the carrier and {{0}}; or buy its label there as it stands", acts)
    message = "the order was changed in the ERP while it waits at the carrier for its label"
    held(ports, head, Reason.UNKNOWN, message, field="reference", hint=hint)
