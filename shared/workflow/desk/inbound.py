"""A person names the parcel by which a supplier sends an order on its own: it is watched, and the ERP is told of it.

The order then needs no label of ours, and gets none: it is dismissed, and an order that the ERP changes later is held.
"""

from __future__ import annotations

from dataclasses import replace

from shared.connection import Connection
from shared.domain.hints import Action, Hint, do
from shared.domain.parcel import TAKEN_OFF, Watch
from shared.domain.record import Head
from shared.domain.state import DISMISSED, Reason, State
from shared.domain.steps import Step
from shared.domain.telling import Telling, with_news
from shared.errors import Misconfigured, Refused
from shared.ports import Ports, StoredConnection
from shared.workflow.desk.dismiss import reason_of
from shared.workflow.intake.claim import bare, claimed
from shared.workflow.orders.change import StepChange
from shared.workflow.orders.label import INBOUND
from shared.workflow.orders.standing import existing, standing
from shared.workflow.orders.step import move
from shared.workflow.orders.watched import watch_of
from shared.workflow.tracking.apply import shipment_milestone
from shared.workflow.tracking.change import change

_FREE = frozenset({State.RECEIVED, State.READY, State.HELD, State.CANCELLED})
"""States of an order without a label in which it is certain that none is being bought."""


def add_inbound(ports: Ports, key: str, number: str, who: str) -> Head:
    """Takes the supplier's own tracking number of an order in; the head after it. Repeating it changes nothing.

    Raises Refused when the order has a label of ours, or may have one, when the number has not the carrier's form, and
    when it is another order's. Raises Conflict when somebody else was first.
    """
    head = existing(ports, key)
    _refuse_labelled(ports, head)
    connection = ports.connections.revision(head.connection, head.revision)
    _check_form(connection, number)
    telling = ports.orders.telling(key) or Telling(head.generation)
    if number in telling.now.numbers.split():
        return head
    _watch(ports, head, connection.carrier.kind, number)  # first: it makes sure that the number is this order's alone
    numbers = " ".join([*telling.now.numbers.split(), number])
    now = replace(telling.now, numbers=numbers, failure="")
    told = with_news(replace(telling, generation=head.generation), now, ports.clock.now())
    facts: StepChange = {"who": who, "why": number, "telling": told, "label": INBOUND}
    return move(ports, head, State.CANCELLED, what=Step.INBOUND_ADDED, reason=DISMISSED, **facts)


def remove_inbound(ports: Ports, key: str, number: str, why: str, who: str) -> Head:
    """Takes a supplier's number off that a person named by mistake, also in the ERP; the head after it. The order stays
    dismissed: it gets the right number by `add_inbound`.

    Raises Refused for a number that no person named, such as that of a label of ours. Raises Conflict.
    """
    head, why = existing(ports, key), reason_of(why)
    telling = ports.orders.telling(key) or Telling(head.generation)
    named = telling.now.numbers.split()
    if head.label != INBOUND or number not in named:
        message = f"order {head.document} has no number {number} that a person named"
        void = Hint("a label of ours is voided: {0}", (do(Action.VOID, order=head.document),))
        raise Refused("number", message, field="number", value=number, hint=void if head.shipment_id else "")
    if (head.state, head.reason) != (State.CANCELLED, DISMISSED):
        hint = Hint("decide that first: {0}", (do(Action.SHOW, order=head.document),))
        raise Refused("state", f"order {head.document} is {standing(head)}", field="state", hint=hint)
    carrier = ports.connections.revision(head.connection, head.revision).carrier.kind
    left = [each for each in named if each != number]
    rest = ports.tracking.watches([(carrier, each) for each in left])
    milestone = shipment_milestone(rest) if any(each.facts.milestone for each in rest) else None
    now = replace(telling.now, numbers=" ".join(left), milestone=milestone or "", eta="")
    facts: StepChange = {"who": who, "why": f"{number}: {why}", "telling": with_news(telling, now, ports.clock.now())}
    after = move(ports, head, State.CANCELLED, what=Step.INBOUND_REMOVED, reason=DISMISSED, **facts)
    watch = ports.tracking.watch(carrier, number)
    if watch and watch.order == key:
        change(ports, watch, _taken_off)
    return after


def _taken_off(watch: Watch) -> Watch:
    return replace(watch, finished=TAKEN_OFF, subscribe_at=None, poll_at=None, due_at=None)


def take_in(ports: Ports, stored: StoredConnection, document: str, number: str, who: str) -> Head:
    """Takes in an order that no poll has taken in, with its supplier's own tracking number; the head after it.

    The ERP is asked for it by its number. One that the selection does not want is known by its number alone. Until the
    parcel is noted the order is held, so that nothing is bought. Raises Refused when the ERP has it no more, and for
    one that goes to several places, and what the ERP raises.
    """
    connection = stored.connection
    _check_form(connection, number)
    parcel = ports.orders.order_of_parcel(connection.carrier.kind, number)
    watch = ports.tracking.watch(connection.carrier.kind, number)
    if parcel or (watch and watch.finished != TAKEN_OFF):
        owner = parcel.order if parcel else watch.order if watch else ""
        raise Refused("number", f"{number} is a parcel of order {owner}", field="number", value=number)
    with ports.erp(connection) as erp:
        scope = ports.connections.poll_state(connection.id).scope
        if scope not in ("", f"{erp.system}/{erp.company}"):
            raise Misconfigured(
                f"the ERP credential is for {erp.system}/{erp.company}, not {scope}", field="erp secret"
            )
        orders = erp.read(document) or (bare(erp, connection, document),)
    if len(orders) > 1:
        hint = "wait until it is taken in, then name the one that the parcel is of by its full key"
        raise Refused("ship_tos", f"order {document} goes to {len(orders)} places", field="order", hint=hint)
    (order,) = orders
    if order.cancelled:
        raise Refused("gone", f"the ERP has no open order {document}", field="order", value=document)
    message = f"order {document} is sent by its supplier on its own, by {number}"
    fault = Refused(Reason.ALREADY_SHIPPED, message, field="shipped_as", value=number)
    claimed(ports, stored, order, fault, who=who, label=INBOUND)  # by its label no poll lets it go on
    return add_inbound(ports, order.key, number, who)


def _check_form(connection: Connection, number: str) -> None:
    fault = connection.carrier.number_fault(number)
    if fault:
        raise Refused("number", f"{number} is no number of {connection.carrier.kind}: {fault}", field="number")


def _refuse_labelled(ports: Ports, head: Head) -> None:
    stands = f"order {head.document} is {standing(head)}"
    generations = range(1, head.generation + 1)
    packages = [each for made in generations for each in ports.orders.packages(head.key, made)]
    ours = [each.tracking_number for each in packages if each.tracking_number and not each.voided]
    if ours:
        hint = Hint("if the supplier sends it on its own: {0}", (do(Action.VOID, order=head.document),))
        message = f"{stands} and has a label of ours: {', '.join(ours)}"
        raise Refused("label", message, field="shipment_id", value=head.shipment_id, hint=hint)
    if head.in_doubt or head.shipment_id or head.state not in _FREE or head.reason in (Reason.UNKNOWN, Reason.VOID):
        hint = Hint("wait until it is decided: {0}", (do(Action.SHOW, order=head.document),))
        raise Refused("state", f"{stands}: it has, or may have, a label of ours", field="state", hint=hint)
    if head.generation > 1 or (head.state == State.CANCELLED and head.reason != DISMISSED):
        raise Refused("state", f"{stands}: no parcel of its supplier is expected", field="state")


def _watch(ports: Ports, head: Head, carrier: str, number: str) -> None:
    """Begins to watch the parcel, or finds that it is watched for this order already. Raises Refused for another's."""
    parcel = ports.orders.order_of_parcel(carrier, number)
    owner = parcel.order if parcel else head.key
    anew = watch_of(head, carrier, number, 0, ports.clock.now())
    if owner == head.key and not ports.tracking.begin(anew):
        stands = ports.tracking.watch(carrier, number)
        owner = stands.order if stands else owner
        if stands and stands.finished == TAKEN_OFF:
            ports.tracking.save(replace(anew, version=stands.version + 1))
            owner = head.key
    if owner != head.key:
        raise Refused("number", f"{number} is a parcel of order {owner}", field="number", value=number)
