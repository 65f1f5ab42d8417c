"""A person corrects a field of an order that has no label yet: the fix lies over the ERP's value, and on it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shared.domain.hints import Action, Advice, Hint, do
from shared.domain.record import Fix, Head, Snapshot
from shared.domain.state import Reason, State
from shared.domain.steps import Step
from shared.errors import Misconfigured, Refused
from shared.ports import Ports
from shared.workflow.orders.standing import ASKED, existing, is_voided, standing
from shared.workflow.orders.step import move
from shared.workflow.planning.dry_run import Tried, tried_with
from shared.workflow.planning.fixable import full_name
from shared.workflow.planning.fixes import read_fixes, together

_FIXABLE = frozenset({State.RECEIVED, State.READY, State.HELD})


def fix(
    ports: Ports,
    key: str,
    texts: Sequence[str],
    who: str,
    undo: Sequence[str] = (),
    *,
    version: int | None = None,
) -> Head:
    """Lays the typed fixes (field=value) over the order, takes back those of the fields in `undo`, and lets it go on.

    An approval is taken back with it: what was approved is not what is shipped. The audit names the fields, never a
    value. Raises Refused for an order that may have a label, and for a fix that cannot be; Conflict when
    it is no longer at `version`.
    """
    head = existing(ports, key, version)
    snapshot, fixes, fields = _laid(ports, head, texts, who, undo)
    now = ports.clock.now()
    after = move(
        ports,
        head,
        State.RECEIVED,
        what=Step.FIXED,
        who=who,
        why=", ".join(fields),
        snapshot=replace(snapshot, fixes=fixes, problem="", hint="", approved_at=None),
        approved_by="",
        tries=0,
        first_try_at=None,
    )
    ports.connections.ask_for(head.connection, head.document, now, ASKED)
    ports.order_queue.send(head.connection, [key], "order")
    return after


def preview(ports: Ports, key: str, texts: Sequence[str], who: str, undo: Sequence[str] = ()) -> Tried:
    """Return what would become of the order under these fixes, with its weights and its price; nothing is written.

    Raises Refused as `fix` does. A carrier that cannot be asked costs the price, not the fix.
    """
    head = existing(ports, key)
    snapshot, fixes, _ = _laid(ports, head, texts, who, undo)
    stored = ports.connections.get(head.connection)
    connection = stored.connection if stored else ports.connections.revision(head.connection, head.revision)
    try:
        return tried_with(ports, connection, snapshot.order, fixes)
    except Misconfigured as error:
        return Tried(head.document, "not_tried", snapshot.order, why=str(error), fixes=fixes)


def _laid(
    ports: Ports, head: Head, texts: Sequence[str], who: str, undo: Sequence[str]
) -> tuple[Snapshot, tuple[Fix, ...], list[str]]:
    """The order as it stands, all fixes that would lie over it, and the fields that the new ones are of."""
    _check_unshipped(head)
    snapshot = ports.orders.snapshot(head.key, head.generation)
    _check_readable(head, snapshot)
    stored = ports.connections.get(head.connection)
    services = stored.connection.services if stored else {}
    packed = bool(stored and stored.connection.packing.rule == "handling_units")
    now = ports.clock.now()
    made = read_fixes(snapshot.order, texts, tuple(services), snapshot.address_check, who, now, packed=packed)
    fields = [*(each.field for each in made), *_undone(head, snapshot, undo)]
    left = tuple(each for each in snapshot.fixes if each.field not in fields)
    fixes = together(left, made)
    if fixes == snapshot.fixes:
        raise Refused("fix", f"order {head.document}: {', '.join(fields) or 'nothing'} has that value already")
    return snapshot, fixes, fields


def _check_unshipped(head: Head) -> None:
    document = head.document
    hint: Advice = ""
    if is_voided(head):
        message = f"order {document} is {standing(head)}: it is read anew in the ERP when it is shipped again"
        hint = Hint("correct it in the ERP, then {0}", (do(Action.SHIP, order=document),))
    elif head.shipment_id:
        message = f"order {document} has a label ({head.tracking_number or head.shipment_id}): a fix would not be on it"
        acts = (do(Action.VOID, order=document), do(Action.SHIP, order=document))
        hint = Hint("{0}, correct it in the ERP, then {1}", acts)
    elif head.in_doubt or head.state in (State.INTENT, State.UNKNOWN):
        message = f"order {document} is {standing(head)}: a label may exist, and a fix would not be on it"
        hint = Hint("{0} shows what is known of it", (do(Action.LIST_UNKNOWN),))
    elif head.state == State.HELD and head.reason == Reason.STRAY:
        message = f"order {document} is {standing(head)}: a label of it lives at the carrier, and it would get another"
        hint = Hint("void it at the carrier, then {0}; fix it afterwards", (do(Action.RETRY, order=document),))
    elif head.state not in _FIXABLE:
        message = f"order {document} is {standing(head)}: only an order that waits for its label can be fixed"
    elif head.state == State.HELD and head.reason == Reason.SHIP_TOS:
        message = f"order {document} is {standing(head)}: no field of it decides whether its lines were shipped already"
        hint = Hint("check what is under way, then {0}; fix it afterwards", (do(Action.RETRY, order=document),))
    else:
        return
    raise Refused("state", message, field="state", value=str(head.state), hint=hint)


def _check_readable(head: Head, snapshot: Snapshot) -> None:
    if not snapshot.order.lines:
        message = f"order {head.document} has no line that could be shipped: {snapshot.problem or 'it was not read'}"
        raise Refused("fix", message, field="lines", hint="correct it in the ERP; the next poll takes it from there")


def _undone(head: Head, snapshot: Snapshot, undo: Sequence[str]) -> list[str]:
    lying = [each.field for each in snapshot.fixes]
    weights = [field for field in lying if field.endswith((".unit_weight", ".weight"))]
    meant = {"address": ["ship_to.address"], "weight": weights or ["weight"]}
    fields = [field for each in undo for field in meant.get(each, [full_name(each)])]
    for field in fields:
        if field not in lying:
            has = f"fixed are: {', '.join(lying)}" if lying else "nothing of it is"
            raise Refused("fix", f"order {head.document}: {field} is not fixed; {has}", field=field)
    return fields
