"""Actions at an ERP that cannot be repeated: a cost line, a submit. Each has an intent of its own, like a label.

The intent is written before the call. After a lost answer the ERP is asked whether the action stands there; it is made
again only once that is proved not to be so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from shared.connection import Connection
from shared.domain.record import Head
from shared.domain.steps import Step
from shared.domain.telling import ActionRecord
from shared.errors import Refused, Retry, Unknown
from shared.ports import ErpAction, ErpActions, Ports, WriteBack
from shared.workflow.orders.step import LEASE, stay

Failed = Retry | Unknown | Refused
"""The failures of the ERP that leave the rest of the order as it is."""


def perform(
    ports: Ports, head: Head, connection: Connection, erp: ErpActions, note: WriteBack
) -> tuple[Head, Failed | None]:
    """Makes those actions of the note that were not made yet, one after another; gives the head after them.

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
            return head, error
    for action in missing:
        head, failed = _make(ports, head, settle, erp, action, records.get(action.name))
        if failed:
            return head, failed
    return head, None


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
