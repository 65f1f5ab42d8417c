"""Our cost as a freight charge of the shipment, where the file asks for it (facts/ifs.md, section 8).

A charge has no key of ours, so it is an action behind an intent, and a charge of our type that stands there already is
taken for ours: none is made twice. Its amount is 0, for the customer is not billed by it; the cost is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from shared.domain.state import Reason
from shared.erp.ifs import odata
from shared.erp.ifs.answers import Stale
from shared.erp.ifs.client import Client, plain
from shared.erp.ifs.file import Charge
from shared.erp.ifs.read import key_of
from shared.erp.ifs.source import Key
from shared.errors import Refused, Unknown
from shared.ports import ErpAction, WriteBack

NAME = "freight charge"


def actions(charge: Charge, note: WriteBack) -> Sequence[ErpAction]:
    """See ErpActions.actions: one charge an order, once its cost is known for certain."""
    if not charge.enabled or not note.tracking_numbers or note.cost is None or note.cost_estimated:
        return ()
    values = (("amount", f"{note.cost.amount:f}"), ("currency", note.cost.currency))
    return (ErpAction(NAME, f"{NAME} {note.cost}", note.document, values),)


def find_action(client: Client, charge: Charge, action: ErpAction) -> str:
    """See ErpActions.find_action."""
    where = f"{client.settings.key} eq {odata.number(action.document)}"
    for row in client.rows(client.settings.projection, charge.set, where, [Key("SequenceNo", "number")]):
        if plain(row.get("ChargeType")) == charge.charge_type:
            return plain(row.get("SequenceNo"))
    return ""


def act(client: Client, charge: Charge, action: ErpAction) -> str:
    """See ErpActions.act."""
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
    return plain(made.get("SequenceNo"))
