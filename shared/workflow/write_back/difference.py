"""Tell the ERP whatever differs from what it was told, in any state: a cost after DONE, a failure while HELD.

The order stays where it is. A telling that fails has tries of its own, and one that is given up waits for a person or
for the next difference.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from shared import log
from shared.connection import Connection
from shared.domain.backoff import GIVE_UP, next_try
from shared.domain.milestones import Milestone, follows
from shared.domain.money import Money
from shared.domain.record import Head
from shared.domain.state import Reason, State
from shared.domain.steps import Step
from shared.domain.telling import ActionRecord, Facts, Telling, may_be_told, with_news
from shared.errors import Refused, Retry
from shared.ports import Ports
from shared.workflow.orders.change import StepChange
from shared.workflow.orders.label import INBOUND
from shared.workflow.orders.step import held, stay
from shared.workflow.write_back.act import Failed
from shared.workflow.write_back.telling import begun, tell_erp, unwanted_by

LATE_WRITE = timedelta(hours=1)
"""A write whose answer was lost takes effect within this, or not at all."""
DAILY = timedelta(days=1)
"""The pace at which a rejection is seen again that cannot hold its order yet."""
TRIES = 12
"""Tries at least before a telling is given up: a connection that was closed for a day gets them all the same."""


def tell_later(
    ports: Ports,
    head: Head,
    *,
    milestone: Milestone | None = None,
    eta: str = "",
    cost: Money | None = None,
    why: str = "",
) -> Head:
    """Notes what is new of an order's shipments, and has the ERP told; for whoever learns it, such as tracking.

    `milestone` is that of all its live parcels as one. One that goes back, or says nothing new, is no news: without any
    news nothing is written, and the head comes back as it was. Raises Conflict when somebody else was first.
    """
    if not (head.tracking_number or head.label == INBOUND):
        return head
    telling = begun(ports, head)
    now = _with(telling.now, milestone, eta, cost if cost != head.cost else None)
    if now == telling.now:
        return head
    news = with_news(telling, now, ports.clock.now())
    changed = _names(telling.now, now)
    if not _tells(ports.connections.revision(head.connection, head.revision), changed, head):
        said = replace(news.said, **{name: getattr(now, name) for name in changed})
        news = replace(news, said=said, due_at=telling.due_at if now != said else telling.again_at)
    what = ", ".join(f"{name} {getattr(now, name)}" for name in changed)
    facts: StepChange = {"why": f"{what}: {why}".removesuffix(": "), "telling": news}
    if "cost" in changed:
        facts |= {"cost": cost, "cost_estimated": False}
    return stay(ports, head, what=Step.SHIPMENT_NEWS, **facts)


def read_once_more(telling: Telling, now: datetime) -> Telling:
    """The telling by which the ERP is read again, though nothing differs: a write whose answer was lost, or that is
    still under way, may take effect until then."""
    at = now + LATE_WRITE
    return replace(telling, due_at=at if not telling.differs else telling.due_at, again_at=at)


def due_telling(ports: Ports, head: Head) -> Telling | None:
    """Return the telling that is due on the order by now, None for none. A label's first write-back comes before."""
    waits_for_first = head.state == State.HELD and head.tracking_number and not head.written_back
    telling = ports.orders.telling(head.key) if may_be_told(head) and not waits_for_first else None
    if telling is None or telling.due_at is None:
        return None
    waits_until = telling.not_before or (None if telling.differs else telling.again_at)
    return telling if waits_until is None or waits_until <= ports.clock.now() else None


def tell_difference(ports: Ports, head: Head, connection: Connection, telling: Telling) -> None:
    """Tells the ERP what differs; the order stays in its state."""
    unwanted = unwanted_by(connection)
    if unwanted:
        settled = replace(telling, said=telling.now, due_at=None)
        stay(ports, head, what=Step.NOT_WRITTEN_BACK, why=unwanted, telling=settled)
        return
    last = bool(telling.again_at) and not telling.differs and not telling.tries
    if last:  # should the order go on before these calls have their effect, the next reading is due already
        telling = read_once_more(telling, ports.clock.now())
        head = stay(ports, head, what=Step.ERP_READ_AGAIN, telling=telling)
    written = tell_erp(ports, head, connection)
    if written.failed:
        if written.refused and head.state == State.DONE:
            _hold(ports, written.head, telling, written.failed, written.refused)
            return
        if written.refused and head.state != State.CANCELLED:
            _hold_later(ports, written.head, telling, written.failed)
            return
        _failed(ports, written.head, telling, written.failed, written.refused)
        return
    told = written.telling
    if last and told:
        at = written.again_at
        told = replace(told, again_at=at, due_at=at if told.due_at == told.again_at else told.due_at)
    stay(ports, written.head, what=Step.ERP_TOLD, why=", ".join(written.fields), telling=told)


def _with(facts: Facts, milestone: Milestone | None, eta: str, cost: Money | None) -> Facts:
    """The facts with what is new."""
    stood = Milestone(facts.milestone) if facts.milestone else Milestone.LABEL_CREATED
    if milestone and follows(stood, milestone):
        facts = replace(facts, milestone=str(milestone))
    return replace(facts, eta=eta or facts.eta, cost=cost or facts.cost)


def _names(before: Facts, now: Facts) -> list[str]:
    return [name for name in ("milestone", "eta", "cost") if getattr(now, name) != getattr(before, name)]


def _tells(connection: Connection, names: list[str], head: Head) -> bool:
    """Tell if these facts are told by a telling: some field is mapped to them, and the first write-back is made."""
    mapped = connection.write_back.writes
    wanted = any(mapped(name) for name in names) or ("cost" in names and mapped("currency"))
    begun_already = head.written_back or head.label == INBOUND
    return begun_already and wanted and not unwanted_by(connection)


def _hold(ports: Ports, head: Head, telling: Telling, error: Failed, refused: ActionRecord) -> None:
    """A person is told what the ERP's people decided against."""
    settled = replace(telling, due_at=None if not telling.differs else telling.due_at, again_at=None)
    field, hint = (error.field, error.hint) if isinstance(error, Refused) else ("", "")
    what = Step.WRITE_BACK_REFUSED
    facts: StepChange = {"telling": settled, "action": refused}
    held(ports, head, Reason.WRITE_BACK, str(error), field=field, hint=hint, what=what, **facts)


def _hold_later(ports: Ports, head: Head, telling: Telling, error: Failed) -> None:
    """Note a rejection by the ERP's people while the order is held for another reason, or is under way to its
    label: its record stays undecided, so that the order is held for it once it is done."""
    if not telling.tries:
        log.trouble("erp_not_told", order=head.key, connection=head.connection, why=str(error))
        log.count("ErpNotTold", connection=head.connection)
    at = ports.clock.now() + DAILY
    waits = replace(telling, tries=telling.tries + 1, due_at=at, not_before=at, again_at=at)
    stay(ports, head, what=Step.TELLING_FAILED, why=str(error), telling=waits)


def _failed(ports: Ports, head: Head, telling: Telling, error: Failed, refused: ActionRecord | None) -> None:
    now, since = ports.clock.now(), telling.since or ports.clock.now()
    tried = replace(telling, tries=telling.tries + 1, since=since)
    if isinstance(error, Refused) or (now - since > GIVE_UP and tried.tries > TRIES):
        log.trouble("erp_not_told", order=head.key, connection=head.connection, why=str(error))
        log.count("ErpNotTold", connection=head.connection)
        given_up = replace(tried, due_at=None)
        stay(ports, head, what=Step.TELLING_GIVEN_UP, why=str(error), telling=given_up, action=refused)
        return
    at = next_try(head.key, telling.tries, now, error.after if isinstance(error, Retry) else None)
    stay(ports, head, what=Step.TELLING_FAILED, why=str(error), telling=replace(tried, due_at=at, not_before=at))
