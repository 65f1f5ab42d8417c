"""Our cost as a freight charge of the shipment, where the file asks for it (facts/ifs.md, section 8).

A charge has no key of ours, so it is an action behind an intent, and a charge of our type that stands there already is
taken for ours: none is made twice. Its amount is 0, for the customer is not billed by it; the cost is ours. After a
void its cost becomes 0. A charge without a cost counts as none: another shipment of the order makes its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from shared.domain.hints import Action, Hint, do
from shared.domain.money import Money
from shared.domain.state import Reason
from shared.erp.ifs import odata
from shared.erp.ifs.answers import Stale
from shared.erp.ifs.client import Client, Row, plain
from shared.erp.ifs.file import Charge
from shared.erp.ifs.read import key_of
from shared.erp.ifs.source import Key
from shared.errors import Misconfigured, Refused, Retry, Unknown
from shared.ports import ErpAction, WriteBack

NAME, BACK = "freight charge", "freight charge taken back"
NONE = "no charge with a cost"
"""Stands in place of a number where the charge is taken back."""


def actions(charge: Charge, note: WriteBack) -> Sequence[ErpAction]:
    """See ErpActions.actions: one charge a shipment, once its cost is known for certain; taken back after a void.

    A label may follow a void before the first charge was taken back: that comes first, or it would count as its own."""
    if not charge.enabled:
        return ()
    if note.tracking_numbers:
        if not note.cost or not note.cost.amount or note.cost_estimated:
            return ()
        name = f"{NAME} {note.reference}" if note.withdrawn else NAME
        return (*_taken_back(note, note.voided), _action(name, NAME, note.document, note.cost))
    if note.before is None:
        return ()
    earlier = [each for each in note.voided if each.reference != note.before.reference]
    return _taken_back(note, (*earlier, note.before))


def _taken_back(note: WriteBack, voided: Iterable[WriteBack]) -> tuple[ErpAction, ...]:
    """The charges of voided shipments, each under the name that it has whenever it is taken back."""
    return tuple(
        _action(f"{BACK} {each.reference}", BACK, note.document, each.cost) for each in voided if each.cost is not None
    )


def _action(name: str, kind: str, document: str, cost: Money) -> ErpAction:
    values = (("kind", kind), ("amount", f"{cost.amount:f}"), ("currency", cost.currency))
    return ErpAction(name, f"{kind} {cost}", document, values)


def find_action(client: Client, charge: Charge, action: ErpAction) -> str:
    """See ErpActions.find_action."""
    standing = _standing(client, charge, action.document)
    if dict(action.values)["kind"] == BACK:
        return "" if standing else NONE
    return plain(standing[0].get("SequenceNo")) if standing else ""


def _standing(client: Client, charge: Charge, document: str) -> list[Row]:
    """The shipment's charges of our type that have a cost."""
    where = f"{client.settings.key} eq {odata.number(document)}"
    rows = client.rows(client.settings.projection, charge.set, where, [Key("SequenceNo", "number")])
    return [
        each for each in rows if plain(each.get("ChargeType")) == charge.charge_type and _cost(each) not in ("", "0")
    ]


def _cost(row: Row) -> str:
    return plain(row.get("ChargeCost"))


def act(client: Client, charge: Charge, action: ErpAction) -> str:
    """See ErpActions.act."""
    if dict(action.values)["kind"] == BACK:
        return _take_back(client, charge, action)
    return _make(client, charge, action)


def _make(client: Client, charge: Charge, action: ErpAction) -> str:
    values = dict(action.values)
    if not charge.enabled or values["currency"] != charge.currency:
        raise Refused(
            Reason.WRITE_BACK,
            f"the cost of shipment {action.document} is in {values['currency']}, charges are in {charge.currency}",
            field="write_back.charge.currency",
            value=values["currency"],
            hint="enter it by hand in IFS",
        )
    row = {
        client.settings.key: Decimal(odata.number(action.document)),
        "ChargeType": charge.charge_type,
        "ChargeAmount": Decimal(0),
        "ChargeCost": Decimal(values["amount"]),
        "ChargedQty": Decimal(1),
    }
    try:
        made = client.create(client.settings.projection, charge.set, key_of(client, action.document), row)
    except Stale as error:
        raise Unknown(str(error)) from error
    except Misconfigured as error:
        if error.general:
            raise
        raise Refused(Reason.WRITE_BACK, str(error), field="write_back.charge", hint=error.hint) from error
    return plain(made.get("SequenceNo"))


def _take_back(client: Client, charge: Charge, action: ErpAction) -> str:
    """Sets the cost of our charge to 0. Raises Refused, for a person, where it is not surely ours or stays as it is."""
    standing = _standing(client, charge, action.document)
    ours = [each for each in standing if _cost(each) == plain(Decimal(dict(action.values)["amount"]))]
    if len(standing) != 1 or len(ours) != 1:
        said = ", ".join(f"{plain(each.get('SequenceNo'))} with {_cost(each)}" for each in standing)
        raise _by_hand(action, f"which charge is ours is not sure: there is {said}")
    number = plain(ours[0].get("SequenceNo"))
    key = f"{charge.set}({client.settings.key}={odata.number(action.document)},SequenceNo={odata.number(number)})"
    try:
        client.change(
            client.settings.projection, key, str(ours[0].get("@odata.etag") or ""), {"ChargeCost": Decimal(0)}
        )
    except Stale as error:
        raise Retry(str(error)) from error
    except (Refused, Misconfigured) as error:
        raise _by_hand(action, str(error)) from error
    if _standing(client, charge, action.document):
        raise _by_hand(action, "IFS accepted the change and did not store it")
    return f"{number} without a cost"


def _by_hand(action: ErpAction, why: str) -> Refused:
    message = f"the freight charge of shipment {action.document} still has the cost of a voided label: {why}"
    hint = Hint("set its ChargeCost to 0 in IFS or remove it; {0} goes on", (do(Action.RETRY, order=action.document),))
    return Refused(Reason.WRITE_BACK, message, field="write_back.charge", hint=hint)
