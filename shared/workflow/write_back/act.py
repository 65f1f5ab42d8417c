"""Actions at an ERP that cannot be repeated: a cost line, a submit. Each has an intent of its own, like a label.

The intent is written before the call. After a lost answer the ERP is asked whether the action stands there; it is made
again only once that is proved not to be so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from shared.connection import Connection
from shared.domain.record import Head
from shared.domain.state import Reason
from shared.domain.steps import Step
from shared.domain.telling import ActionRecord
from shared.errors import Refused, Retry, Unknown
from shared.ports import DecidesLater, ErpAction, ErpActions, Ports, Verdict, WriteBack
from shared.workflow.orders.step import LEASE, stay

Failed = Retry | Unknown | Refused
"""The failures of the ERP that leave the rest of the order as it is."""
SOON = 60.0
"""Seconds until it is seen again whether the document's other parcel groups have their labels."""
SOONEST, LATEST = timedelta(minutes=15), timedelta(hours=12)
"""The pace at which a decision at the ERP is asked for: after half of the time that it has lasted, within these."""
PATIENCE = timedelta(days=30)
"""So long a decision may last before a person is told that there is none."""
GONE, UNDECIDED = "no longer there", "undecided for 30 days"


@dataclass(frozen=True, slots=True)
class Performed:
    """The head after its actions, and the first failure. `again_at` is when the ERP is asked how it decided on one of
    them, None where nothing is open; `refused` says that the failure is its decision against what was made."""

    head: Head
    failed: Failed | None = None
    again_at: datetime | None = None
    refused: bool = False


def perform(
    ports: Ports, head: Head, connection: Connection, erp: ErpActions, note: WriteBack, *, awaited: int = 0
) -> Performed:
    """Makes those actions of the note that were not made yet, one after another, and follows up those that the ERP's
    people still decide on. `awaited` parcel groups of the document are about to get a label.

    Ends with the first that fails: Retry while the outcome of an earlier call settles or where the ERP made nothing,
    Unknown when an answer was lost or the ERP cannot tell, Refused. A later call goes on from there. What an earlier
    note wanted and this one does not settles first: what takes it back must see it.
    """
    records = {record.name: record for record in ports.orders.actions(head.key)}
    actions, settle = erp.actions(note), LEASE + connection.settle
    missing = [each for each in actions if each.name not in records or records[each.name].state != "done"]
    unwanted = [record for name, record in records.items() if name not in {each.name for each in actions}]
    if missing:
        try:
            _let_settle(unwanted, settle, ports.clock.now())
        except Retry as error:
            return Performed(head, error)
    for action in missing:
        if action.whole and awaited:
            why = f"{awaited} more parcel groups of the order are about to get a label: all are told at once"
            return Performed(head, Retry(why, SOON))
        head, failed = _make(ports, head, settle, erp, action, records.get(action.name))
        if failed:
            return Performed(head, failed)
    return _followed(ports, head, erp, actions, {each.name for each in missing})


def _followed(
    ports: Ports, head: Head, erp: ErpActions, actions: Sequence[ErpAction], made: Collection[str]
) -> Performed:
    """Asks how the ERP's people decided, where they had time to; those just `made` may be refused already."""
    if not isinstance(erp, DecidesLater):
        return Performed(head)
    decided = partial(_decided, erp)
    now, records = ports.clock.now(), {record.name: record for record in ports.orders.actions(head.key)}
    again_at: datetime | None = None
    for action in actions:
        record = records.get(action.name)
        if record is None or record.state != "done":
            continue
        verdict = decided(record.found)
        if verdict == "open" and now - record.at >= SOONEST:
            try:
                head, record = _asked(ports, head, erp, action, record, decided)
            except (Retry, Unknown, Refused) as error:
                return Performed(head, error)
            verdict = decided(record.found)
        elif verdict == "refused" and action.name not in made:
            verdict = ""  # a person was told of it
        if verdict == "refused":
            return Performed(head, _rejected(action, record), refused=True)
        if verdict == "open":
            at = now + min(max((now - record.at) / 2, SOONEST), LATEST)
            again_at = min(at, again_at or at)
    return Performed(head, again_at=again_at)


def _decided(erp: DecidesLater, found: str) -> Verdict:
    """The verdict of the ERP's people, or ours where none comes."""
    return "refused" if found in (GONE, UNDECIDED) else erp.verdict(found)


def _asked(
    ports: Ports,
    head: Head,
    erp: ErpActions,
    action: ErpAction,
    record: ActionRecord,
    decided: Callable[[str], Verdict],
) -> tuple[Head, ActionRecord]:
    """The record with what became of the action, which is written down once it is decided."""
    found = erp.find_action(action) or GONE
    if decided(found) == "open":
        if ports.clock.now() - record.at <= PATIENCE:
            return head, record
        found = UNDECIDED
    after = replace(record, found=found)
    what = Step.ACTION_NOT_MADE if decided(found) == "refused" else Step.ACTION_MADE
    return stay(ports, head, what=what, why=f"{action.what}: {found}", action=after), after


def _rejected(action: ErpAction, record: ActionRecord) -> Refused:
    return Refused(
        Reason.WRITE_BACK,
        f"order {action.document}: what the ERP took was not approved there: {record.found}",
        field="write_back",
        hint="it is not sent again: enter it there by hand if it is wanted, then retry, which lets it pass",
    )


def _let_settle(records: Iterable[ActionRecord], settle: timedelta, now: datetime) -> None:
    """Raises Retry while the outcome of one of them is open."""
    for record in records:
        if record.state == "intended":
            _wait(record, record.at + settle, now)


def _make(
    ports: Ports, head: Head, settle: timedelta, erp: ErpActions, action: ErpAction, record: ActionRecord | None
) -> tuple[Head, Failed | None]:
    now = ports.clock.now()
    try:
        if record and record.state == "intended":
            _wait(record, record.at + settle, now)
            found = erp.find_action(action)
            if found:
                return _done(ports, head, record, action, found), None
    except (Retry, Unknown, Refused) as error:
        return head, error
    attempt = record.attempt + 1 if record else 1
    intent = ActionRecord(action.name, "intended", now, attempt)
    head = stay(ports, head, what=Step.ACTION_INTENT, why=action.what, action=intent)
    try:
        found = erp.find_action(action) or erp.act(action)
    except Unknown as error:
        return head, error
    except (Retry, Refused) as error:
        free = ActionRecord(action.name, "not_made", now, attempt)
        return stay(ports, head, what=Step.ACTION_NOT_MADE, why=f"{action.what}: {error}", action=free), error
    return _done(ports, head, intent, action, found), None


def _wait(record: ActionRecord, until: datetime, now: datetime) -> None:
    """Raises Retry until the ERP is sure to show what was made, and whoever made it is surely dead."""
    if now < until:
        message = f"what became of {record.name} is looked up once it has settled"
        raise Retry(message, (until - now).total_seconds())


def _done(ports: Ports, head: Head, record: ActionRecord, action: ErpAction, found: str) -> Head:
    done = ActionRecord(record.name, "done", record.at, record.attempt, found)
    return stay(ports, head, what=Step.ACTION_MADE, why=f"{action.what}: {found}", action=done)
