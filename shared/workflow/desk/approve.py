"""A person's decisions on an order: approve its price, let it go on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from shared.connection import Connection
from shared.domain.hints import Action, Hint, do
from shared.domain.money import Money
from shared.domain.record import Head
from shared.domain.state import Reason, State
from shared.domain.steps import Step
from shared.errors import Refused
from shared.ports import Conflict, Ports
from shared.workflow.orders.after_label import LET_PASS, back, settle
from shared.workflow.orders.change import HeadChange
from shared.workflow.orders.standing import ASKED, existing, is_voided, standing
from shared.workflow.orders.step import move


def approve(ports: Ports, key: str, who: str, *, seen: Money | None = None, version: int | None = None) -> Head:
    """Frees a quoted order to be bought: for 7 days, and for at most 5 % more than it was quoted at.

    `seen` is the quote that the person saw, `version` the order's at that moment. Raises Refused when it does not wait
    for an approval, or was quoted anew since: nobody approves an unseen price. Raises Conflict when somebody else
    decided since `version`.
    """
    head = existing(ports, key)
    if head.state != State.HELD or head.reason != Reason.APPROVAL:
        if version not in (None, head.version):
            raise Conflict(key)
        raise Refused("state", f"order {head.document} is {standing(head)}: only a hold for approval can be approved")
    if (seen is not None and seen != head.quote) or version not in (None, head.version):
        raise _quoted_anew(head, seen)
    snapshot = ports.orders.snapshot(key, head.generation)
    approved = move(
        ports,
        head,
        State.READY,
        what=Step.APPROVED,
        snapshot=replace(snapshot, approved_at=ports.clock.now(), approved_price=head.quote),
        who=who,
        why=str(head.quote),
        approved_by=who,
        tries=0,
        first_try_at=None,
    )
    ports.order_queue.send(head.connection, [key], "order")
    return approved


@dataclass(frozen=True, slots=True)
class Seen:
    """An order and the quote that a person saw on it, at that version."""

    key: str
    version: int
    quote: Money | None


@dataclass(frozen=True, slots=True)
class Approved:
    """The result of one of many: `head` once it is approved, or why it is not."""

    seen: Seen
    head: Head | None = None
    error: Refused | Conflict | None = None


def approve_each(ports: Ports, orders: Iterable[Seen], who: str) -> Iterator[Approved]:
    """Approves one after another. One that is refused does not keep the others waiting."""
    for each in orders:
        try:
            head = approve(ports, each.key, who, seen=each.quote, version=each.version)
        except (Refused, Conflict) as error:
            yield Approved(each, error=error)
        else:
            yield Approved(each, head)


def _quoted_anew(head: Head, seen: Money | None) -> Refused:
    was = f"not {seen}" if seen not in (None, head.quote) else f"{seen or 'its price'} as before, for a changed order"
    message = f"order {head.document} is quoted at {head.quote} now, {was}: it was not approved"
    hint = Hint("{0}, then approve what it says", (do(Action.SHOW, order=head.document),))
    return Refused("quote", message, field="quote", value=str(head.quote), hint=hint)


def retry(ports: Ports, key: str, who: str, *, version: int | None = None) -> Head:
    """Lets a held order go on from where it stopped, under the latest connection file.

    Without a label it is prepared anew from what was read last; with one, the write-back goes on, also without an image
    that the carrier does not give; after a lost answer
    the carrier is asked again, and what follows is for the connection's policy; what the ERP changed after the label is
    let pass, and a hold for a stray is over until the next look finds one. What was, or may have been, bought at
    another carrier's host than the file names now keeps the revision that it was bought under. Raises Refused when it
    is not held, Conflict when it is no longer at `version`.
    """
    head = existing(ports, key, version)
    if head.state != State.HELD:
        raise Refused("state", f"order {head.document} is {standing(head)}: only a held order can be retried")
    if head.reason == Reason.APPROVAL:
        raise Refused("state", f"order {head.document} waits for approval of {head.quote}: approve it")
    after = _after_label(ports, head, who)
    if after:
        return after
    stored = ports.connections.get(head.connection)
    facts: HeadChange = {"tries": 0, "first_try_at": None}
    if stored and (not (head.shipment_id or head.in_doubt) or _same_host(ports, head, stored.connection)):
        facts["revision"] = stored.revision
    state, reason = (State.SHIPPED if head.shipment_id else State.RECEIVED), ""
    if head.in_doubt and not head.shipment_id:
        state, reason, facts["due_at"] = State.UNKNOWN, str(Reason.UNKNOWN), ports.clock.now()
    going = move(ports, head, state, what=Step.RETRIED, who=who, reason=reason, **facts)
    if state == State.RECEIVED:
        ports.connections.ask_for(head.connection, head.document, ports.clock.now(), ASKED)
    without_image = head.reason in (Reason.LABEL, Reason.PAPERS)
    (ports.write_back_queue if without_image else ports.order_queue).send(head.connection, [key], "order")
    return going


def _after_label(ports: Ports, head: Head, who: str) -> Head | None:
    """Carry out a retry for a hold that came after the label; None for any other hold. Raises Refused for a void that
    is in doubt, which only the void itself can settle."""
    if is_voided(head):
        again: HeadChange = {"tries": 0, "first_try_at": None, "due_at": ports.clock.now()}
        going = move(ports, head, State.HELD, what=Step.RETRIED, who=who, reason=str(Reason.VOID), **again)
        ports.write_back_queue.send(head.connection, [head.key], "order")
        return going
    if head.reason == Reason.VOID:
        hint = Hint("{0} asks the carrier again", (do(Action.VOID, order=head.document),))
        raise Refused("state", f"whether the void of order {head.document} was made is not known", hint=hint)
    if head.reason == Reason.STRAY:
        return back(ports, head, what=Step.RETRIED, why="stray", who=who)
    if head.reason in LET_PASS and head.shipment_id:
        return settle(ports, head, who, head.reason, what=Step.RETRIED)
    return None


def _same_host(ports: Ports, head: Head, now: Connection) -> bool:
    """Tell if the file still names the carrier that the order was bought from."""
    then = ports.connections.revision(head.connection, head.revision)
    return then.carrier.host == now.carrier.host
