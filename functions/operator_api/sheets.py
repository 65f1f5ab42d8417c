"""Orders as they are answered. Whoever may not see personal data gets none: neither streets, phones and persons, nor
sentences that repeat them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from functions.operator_api.answers import Advised, Answer, advised
from functions.operator_api.fields import key_text
from functions.operator_api.people import Role
from shared.domain.address import Party
from shared.domain.hints import Advice, about
from shared.domain.money import Money
from shared.domain.record import AuditEntry, Fix, Head, Snapshot
from shared.domain.state import HINTS, WAITS, Reason, State
from shared.ports import ShippedPackage
from shared.workflow.desk.owners import owner_of
from shared.workflow.planning.fixes import fixed

HIDDEN = "(hidden)"
_PERSONAL = (".phone", ".attention", ".address.lines")


class Amount(Answer):
    """An amount in major units, as a text, and its currency (ISO 4217)."""

    amount: str
    currency: str


class OrderRow(Answer):
    """An order in a list. `price` is its cost, or its quote while the label is not bought; `estimated` says that the
    carrier has not billed it. `owner` is whose a hold is: clerk, purchasing or administrator."""

    key: str
    version: int
    document: str
    connection: str
    state: str
    reason: str
    field: str
    why: str
    hint: Advised | None
    owner: str
    in_doubt: bool
    service: str
    tracking_number: str
    price: Amount | None
    quote: Amount | None
    estimated: bool
    label: str
    created_at: datetime
    updated_at: datetime
    next_try: datetime | None


class OrderList(Answer):
    """A page of orders; `cursor` is where the next one begins, null at the end."""

    orders: list[OrderRow]
    cursor: str | None


class PartyShown(Answer):
    """Who sends or receives. `lines`, `attention` and `phone` are empty for a viewer."""

    name: str
    lines: list[str]
    city: str
    state: str
    postcode: str
    country: str
    attention: str
    phone: str


class LineShown(Answer):
    """A line that is shipped."""

    number: str
    item: str
    description: str
    quantity: str
    unit: str
    unit_weight: str


class PackageShown(Answer):
    """A package of the shipment; `has_label` says that its image is kept."""

    number: int
    tracking_number: str
    voided: bool
    has_label: bool


class FixShown(Answer):
    """A person's correction that lies over the ERP's value."""

    field: str
    value: str
    over: str
    who: str
    at: datetime


class Content(Answer):
    """The order as it is shipped, with its fixes. Null once its personal data has expired."""

    ship_from: PartyShown
    ship_to: PartyShown
    lines: list[LineShown]
    warehouse: str
    supplier: str
    needed: date | None
    service: str
    fixes: list[FixShown]
    notes: list[str]
    address_check: str


class Sheet(Answer):
    """One order."""

    order: OrderRow
    content: Content | None
    packages: list[PackageShown]
    shipment_id: str
    reference: str
    approved_by: str
    tries: int
    generation: int
    in_the_erp: bool


class Step(Answer):
    """An entry of the trail: who did what, when and why."""

    sequence: int
    at: datetime
    who: str
    what: str
    state: str
    why: str
    field: str
    request_ids: list[str]


def amount(money: Money | None) -> Amount | None:
    """The amount as it is answered, None for none."""
    return amount_of(money) if money else None


def amount_of(money: Money) -> Amount:
    """The amount as it is answered."""
    return Amount(amount=f"{money.amount:.2f}", currency=money.currency)


def row(head: Head, snapshot: Snapshot | None, role: Role) -> OrderRow:
    """The order in a list; the snapshot says why it is held, None where it is not asked for or has expired."""
    held = head.state == State.HELD
    hint = _hint(head, snapshot)
    return OrderRow(
        key=key_text(head.key),
        version=head.version,
        document=head.document,
        connection=head.connection,
        state=head.state,
        reason=head.reason,
        field=head.field,
        why=_shown(snapshot.problem, snapshot, role) if snapshot and held else "",
        hint=_hidden_in(advised(hint), snapshot, role) if hint else None,
        owner=owner_of(head.reason) if held else "",
        in_doubt=head.in_doubt,
        service=head.service,
        tracking_number=head.tracking_number,
        price=amount(head.cost or head.quote),
        quote=amount(head.quote),
        estimated=head.cost_estimated or head.cost is None,
        label=head.label,
        created_at=head.created_at,
        updated_at=head.updated_at,
        next_try=head.due_at,
    )


def _hint(head: Head, snapshot: Snapshot | None) -> Advice:
    if head.state != State.HELD:
        return WAITS.get(head.reason, "")
    if snapshot and snapshot.hint:
        return about(snapshot.hint, head.document)
    usual = HINTS.get(Reason(head.reason)) if head.reason in list(Reason) else None
    return about(usual, head.document) if usual else ""


def content(snapshot: Snapshot, role: Role) -> Content:
    """The order as it is shipped."""
    order = fixed(snapshot.order, snapshot.fixes)
    check = snapshot.address_check
    return Content(
        ship_from=party(order.ship_from, role),
        ship_to=party(order.ship_to, role),
        lines=[
            LineShown(
                number=each.number,
                item=each.item,
                description=each.description,
                quantity=f"{each.quantity.normalize():f}",
                unit=each.unit,
                unit_weight=f"{each.unit_weight}" if each.unit_weight else "",
            )
            for each in order.lines
        ],
        warehouse=order.warehouse,
        supplier=order.supplier,
        needed=order.needed,
        service=order.service,
        fixes=[_fix(each, role) for each in snapshot.fixes],
        notes=[_shown(each, snapshot, role) for each in snapshot.notes or order.notes],
        address_check=_shown(f"{check.outcome} {check.note}".strip(), snapshot, role) if check else "",
    )


def party(party: Party, role: Role) -> PartyShown:
    """A party; a viewer sees the town and no more of it."""
    full = role >= Role.CLERK
    where = party.address
    return PartyShown(
        name=party.name,
        lines=list(where.lines) if full else [],
        city=where.city,
        state=where.state,
        postcode=where.postcode,
        country=where.country,
        attention=party.attention if full else "",
        phone=party.phone if full else "",
    )


def _fix(fix: Fix, role: Role) -> FixShown:
    hidden = role < Role.CLERK and _is_personal(fix.field)
    value, over = (HIDDEN, HIDDEN) if hidden else (fix.value, fix.over)
    return FixShown(field=fix.field, value=value, over=over, who=fix.who, at=fix.at)


def _is_personal(field: str) -> bool:
    return any(part in field for part in _PERSONAL)


def package(each: ShippedPackage) -> PackageShown:
    """A package of the shipment."""
    return PackageShown(
        number=each.number,
        tracking_number=each.tracking_number,
        voided=each.voided,
        has_label=bool(each.label) and not each.voided,
    )


def step(entry: AuditEntry) -> Step:
    """An entry of the trail, which holds no personal data."""
    return Step(
        sequence=entry.sequence,
        at=entry.at,
        who=entry.who,
        what=entry.what,
        state=entry.state,
        why=entry.why,
        field=entry.field,
        request_ids=list(entry.request_ids),
    )


def _hidden_in(hint: Advised, snapshot: Snapshot | None, role: Role) -> Advised:
    if snapshot is None or role >= Role.CLERK:
        return hint
    return hint.model_copy(update={"sentence": _shown(hint.sentence, snapshot, role), "actions": []})


def _shown(text: str, snapshot: Snapshot, role: Role) -> str:
    """A sentence; for a viewer without what is personal in it."""
    if role >= Role.CLERK:
        return text
    for secret in sorted(_personal(snapshot), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _personal(snapshot: Snapshot) -> set[str]:
    """Every street, phone and contact that the order names, as the ERP has it and as it was fixed."""
    orders = (snapshot.order, fixed(snapshot.order, snapshot.fixes))
    parties = [each for order in orders for each in (order.ship_from, order.ship_to, order.bill_to) if each]
    found: list[Sequence[str]] = [(each.attention, each.phone, *each.address.lines) for each in parties]
    check = snapshot.address_check
    found += [each.lines for each in check.candidates] if check else []
    found += [(each.value, each.over) for each in snapshot.fixes if _is_personal(each.field)]
    return {text for texts in found for text in texts if len(text) > 2}
