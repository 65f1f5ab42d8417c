"""The events of a parcel become its facts, and those of all parcels of an order the order's milestone.

A message is only a hint: the facts are worked out anew from all events that are kept, so it may run twice, late, or
at the same time, and leaves one result.
"""

from __future__ import annotations

from dataclasses import replace

from shared import log
from shared.domain.milestones import FINAL, Milestone, roll_up
from shared.domain.parcel import TAKEN_OFF, Watch, facts_of
from shared.domain.record import Head
from shared.errors import NewerFormat
from shared.ports import Conflict, Ports
from shared.workflow.orders.closing import newer_format
from shared.workflow.orders.label import INBOUND
from shared.workflow.orders.watched import supplier_numbers
from shared.workflow.tracking.change import TRIES, change
from shared.workflow.tracking.times import at_once, with_times
from shared.workflow.write_back.difference import tell_later


def apply_told(ports: Ports, connection: str, number: str) -> None:
    """Apply the events that the connection's carrier told of a parcel; the message of a webhook. Raises Conflict."""
    stored = ports.connections.get(connection)
    if stored:
        apply_events(ports, stored.connection.carrier.kind, number)


def apply_events(ports: Ports, carrier: str, number: str) -> Watch | None:
    """Brings a parcel up to what is told of it, and its order with it; None for a number that nobody watches.

    Raises Conflict when others were first again and again.
    """
    try:
        watch = ports.tracking.watch(carrier, number)
        if watch is None:
            log.step("parcel_not_watched", parcel=number)
            return None
        with log.about(order=watch.order, parcel=number):
            watch = _updated(ports, watch)
            _tell_order(ports, watch)
    except NewerFormat as error:
        newer_format("", number, error)
        return None
    return watch


def _updated(ports: Ports, before: Watch) -> Watch:
    """The watch with what its events amount to. A parcel that comes out of an exception is asked for at once: a lost
    event may say that it did so on its way back."""

    def to(stands: Watch) -> Watch:
        facts, now = (
            facts_of(ports.tracking.events(stands.carrier, stands.number, stands.connection)),
            ports.clock.now(),
        )
        if facts == stands.facts:
            return stands
        after = with_times(replace(stands, facts=facts, silent=False), now)
        over = stands.facts.milestone == Milestone.EXCEPTION and facts.milestone not in {Milestone.EXCEPTION, *FINAL}
        return at_once(after, now) if over else after

    after = change(ports, before, to)
    _noticed(before, after)
    heard = after.facts.heard
    if heard and heard != before.facts.heard:
        lag = (ports.clock.now() - heard).total_seconds()
        log.measure("TrackingLag", lag, unit=log.SECONDS, connection=after.connection)
    return after


def _noticed(before: Watch, after: Watch) -> None:
    """Log and count a change that a person or an operator must see."""
    if after.facts.milestone == before.facts.milestone:
        return
    parcel = {"connection": after.connection, "order": after.order, "parcel": after.number}
    log.step("parcel_milestone", **parcel, milestone=str(after.facts.milestone or ""))
    if after.facts.milestone == Milestone.EXCEPTION:
        log.trouble("parcel_exception", **parcel, why=after.facts.problem)
        log.count("ParcelExceptions", connection=after.connection)


def _tell_order(ports: Ports, watch: Watch) -> None:
    """The order learns the milestone of all its live parcels as one, and the latest of their arrivals.

    An order that was shipped again is told of its last shipment. Repeating it changes nothing.
    """
    if watch.finished == TAKEN_OFF or not (watch.facts.milestone or watch.facts.expected):
        return
    for left in reversed(range(TRIES)):
        head = ports.orders.head(watch.order)
        if head is None or head.generation != watch.generation:
            return
        parcels = parcels_of(ports, head, watch.carrier)
        milestone = shipment_milestone(parcels)
        expected = [each.facts.expected for each in parcels if each.facts.expected]
        eta = max(expected).isoformat() if expected and milestone not in FINAL else ""
        try:
            tell_later(ports, head, milestone=milestone, eta=eta, why=f"parcel {watch.number}")
        except Conflict:
            if not left:
                raise
        else:
            return


def parcels_of(ports: Ports, head: Head, carrier: str) -> list[Watch]:
    """The watched parcels of the order's last shipment that count, or those by which its supplier sends it."""
    if head.label == INBOUND:
        return ports.tracking.watches([(carrier, number) for number in supplier_numbers(ports, head)])
    live = [each for each in ports.orders.packages(head.key, head.generation) if not each.voided]
    return ports.tracking.watches([(carrier, each.tracking_number) for each in live])


def shipment_milestone(parcels: list[Watch]) -> Milestone | None:
    """The milestone of an order's live parcels as one; a parcel without an event stands at its label."""
    return roll_up([each.facts.milestone or Milestone.LABEL_CREATED for each in parcels])
