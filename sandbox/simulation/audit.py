"""The audit of an order: without a gap, the intent before each effect, alone enough to tell where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import MISSING, fields

from sandbox.memory import MemoryOrderStore
from shared.domain.record import AuditEntry, Head
from shared.domain.steps import Step
from shared.workflow.orders.change import text_of
from shared.workflow.orders.step import STALE

BOOKKEEPING = frozenset({"key", "version", "token", "updated_at", "due_at", "swept"})
"""The sweep moves due_at and swept without a step; the others are the write's own, or the entry's place."""
_FIELDS = [each for each in fields(Head) if each.name not in BOOKKEEPING]
_BLANK = {each.name: text_of(each.default) if each.default is not MISSING else "" for each in _FIELDS}


def replayed(trail: Sequence[AuditEntry]) -> dict[str, str]:
    """A head's facts as texts, from the trail and nothing else."""
    facts = dict(_BLANK)
    for entry in trail:
        facts.update(change for change in entry.changes if change[0] in _BLANK)
        facts["state"], facts["field"] = str(entry.state), entry.field
    return facts


def audit_faults(trail: Sequence[AuditEntry], head: Head) -> Iterator[str]:
    """Yield the faults of one order's trail."""
    if [entry.sequence for entry in trail] != list(range(1, head.version + 1)):
        yield f"the audit has a gap: {[entry.sequence for entry in trail]} of {head.version}"
    told = replayed(trail)
    for each in _FIELDS:
        if told[each.name] != text_of(getattr(head, each.name)):
            yield f"the audit replays {each.name} as {told[each.name]!r}, the head has {getattr(head, each.name)!r}"
    content = ""
    for entry in trail:
        content = dict(entry.changes).get("content", content)
        if entry.what == Step.INTENT and content in ("", STALE):
            yield f"bought with step {entry.sequence}, though the ERP was known to have changed it since it was read"


def intents(orders: MemoryOrderStore, key: str) -> int:
    """How many creates were announced."""
    return sum(entry.what == Step.INTENT for entry in orders.audit(key))
