"""Actions at an ERP that cannot be repeated: a cost line, a submit. Each has an intent of its own, like a label.

The intent is written before the call. After a lost answer the ERP is asked whether the action stands there; it is made
again only once that is proved not to be so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.connection import Connection
from shared.domain.parcel_group import document_key
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
WITH_ANOTHER = "made with another parcel group"


@dataclass(frozen=True, slots=True)
class Performed:
    """The head after its actions, and the first failure. `again_at` is when the ERP is asked how it decided on one of
    them, None where nothing is open. `refused` is the record of one that it decided against, which is the failure: the
    step that tells a person of it writes it, so that it is never known and untold."""

    head: Head
    failed: Failed | None = None
    again_at: datetime | None = None
    refused: ActionRecord | None = None


def perform(
    ports: Ports,
    head: Head,
    connection: Connection,
    erp: ErpActions,
    note: WriteBack,
    *,
    awaited: int = 0,
    others: Sequence[str] = (),
) -> Performed:
    """Makes those actions of the note that were not made yet, one after another, and follows up those that the ERP's
    people still decide on. `awaited` parcel groups of the document are about to get a label, `others` are the keys of
    all of them but the head.

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
        if action.whole and others:
            performed = _make_whole(ports, head, settle, erp, action, records.get(action.name), others)
        else:
            performed = _make(ports, head, settle, erp, action, records.get(action.name))
        head = performed.head
        if performed.failed:
            return performed
    return _followed(ports, head, erp, actions)


def _followed(ports: Ports, head: Head, erp: ErpActions, actions: Sequence[ErpAction]) -> Performed:
    """Asks how the ERP's people decided, where they had time to. What is refused already was told to a person."""
    if not isinstance(erp, DecidesLater):
        return Performed(head)
    now, records = ports.clock.now(), {record.name: record for record in ports.orders.actions(head.key)}
    again_at: datetime | None = None
    for action in actions:
        record = records.get(action.name)
        if record is None or record.state != "done" or _verdict(erp, record.found) != "open":
            continue
        if now - record.at >= SOONEST:
            try:
                found = _asked(erp, action, record, now)
            except (Retry, Unknown, Refused) as error:
                return Performed(head, error)
            after = replace(record, found=found)
            if _verdict(erp, found) == "refused":
                return Performed(head, _rejected(action, after), refused=after)
            if _verdict(erp, found) != "open":
                head = stay(ports, head, what=Step.ACTION_MADE, why=f"{action.what}: {found}", action=after)
                continue
        at = now + min(max((now - record.at) / 2, SOONEST), LATEST)
        again_at = min(at, again_at or at)
    return Performed(head, again_at=again_at)


def _verdict(erp: ErpActions | DecidesLater, found: str) -> Verdict:
    """The verdict of the ERP's people, or ours where none comes."""
    if not isinstance(erp, DecidesLater):
        return ""
    return "refused" if found in (GONE, UNDECIDED) else erp.verdict(found)


def _asked(erp: DecidesLater, action: ErpAction, record: ActionRecord, now: datetime) -> str:
    """Return what became of the action by now."""
    found = erp.decided(action) or GONE
    return UNDECIDED if erp.verdict(found) == "open" and now - record.at > PATIENCE else found


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


def _make_whole(
    ports: Ports,
    head: Head,
    settle: timedelta,
    erp: ErpActions,
    action: ErpAction,
    record: ActionRecord | None,
    others: Sequence[str],
) -> Performed:
    """Makes an action of the whole document under its lease, unless another parcel group made it: then that one holds
    for this one, too, also where the ERP's people have rejected it since."""
    with ports.lease("document", document_key(head.key), LEASE) as owner:
        if not owner:
            return Performed(head, Retry("another parcel group of the order is being written back", SOON))
        theirs = [each for key in others for each in ports.orders.actions(key) if each.name == action.name]
        made = next((each for each in theirs if each.state == "done"), None)
        if made:  # which also follows up what is decided on it
            why = f"{action.what}: {WITH_ANOTHER} ({made.found})"
            told = replace(made, found=WITH_ANOTHER)
            return Performed(stay(ports, head, what=Step.ACTION_MADE, why=why, action=told))
        try:
            _let_settle(theirs, settle, ports.clock.now())
        except Retry as error:
            return Performed(head, error)
        return _make(ports, head, settle, erp, action, record)


def _make(
    ports: Ports, head: Head, settle: timedelta, erp: ErpActions, action: ErpAction, record: ActionRecord | None
) -> Performed:
    now = ports.clock.now()
    try:
        if record and record.state == "intended":
            _wait(record, record.at + settle, now)
            found = erp.find_action(action)
            if found:
                return _done(ports, head, erp, record, action, found)
    except (Retry, Unknown, Refused) as error:
        return Performed(head, error)
    attempt = record.attempt + 1 if record else 1
    intent = ActionRecord(action.name, "intended", now, attempt)
    head = stay(ports, head, what=Step.ACTION_INTENT, why=action.what, action=intent)
    try:
        found = erp.find_action(action) or erp.act(action)
    except Unknown as error:
        return Performed(head, error)
    except (Retry, Refused) as error:
        free = ActionRecord(action.name, "not_made", now, attempt)
        head = stay(ports, head, what=Step.ACTION_NOT_MADE, why=f"{action.what}: {error}", action=free)
        return Performed(head, error)
    return _done(ports, head, erp, intent, action, found)


def _wait(record: ActionRecord, until: datetime, now: datetime) -> None:
    """Raises Retry until the ERP is sure to show what was made, and whoever made it is surely dead."""
    if now < until:
        message = f"what became of {record.name} is looked up once it has settled"
        raise Retry(message, (until - now).total_seconds())


def _done(ports: Ports, head: Head, erp: ErpActions, record: ActionRecord, action: ErpAction, found: str) -> Performed:
    done = ActionRecord(record.name, "done", record.at, record.attempt, found)
    if _verdict(erp, found) == "refused":
        return Performed(head, _rejected(action, done), refused=done)
    return Performed(stay(ports, head, what=Step.ACTION_MADE, why=f"{action.what}: {found}", action=done))
