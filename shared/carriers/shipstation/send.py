"""An order of V2 without its label: a person buys that in ShipStation."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from shared.carriers.shipstation import build
from shared.carriers.shipstation.calls import ShipStationCalls
from shared.carriers.shipstation.faults import blamed, errors
from shared.carriers.shipstation.plain import inside, rows, text
from shared.carriers.shipstation.settings import ShipStationSettings
from shared.domain.shipment import ShipmentPlan
from shared.domain.state import Reason
from shared.errors import Refused, Unknown

SHIPMENTS = "/v2/shipments"


def order(calls: ShipStationCalls, plan: ShipmentPlan, reference: str, settings: ShipStationSettings) -> str:
    """The order's id there. One that has our reference is looked for first; one that somebody cancelled is Refused."""
    body = {"shipments": [order_of(plan, reference, settings)]}
    known = _known(calls, reference)
    if known is None:
        answer = calls.buy(SHIPMENTS, body)
        known = next(iter(rows(inside(answer.body, "shipments"))), {})
        found = errors(known)
        if found and not any(each.code == "identifier_conflict" for each in found):
            reason, field = blamed(found)
            raise Refused(reason, "; ".join(map(str, found)), field=field)
    identifier = text(known.get("shipment_id"))
    if not identifier:  # the answer says nothing, or that it is there already: the next look tells
        raise Unknown("ShipStation answered the order without its id")
    if text(known.get("shipment_status")) == "cancelled":
        message = f"order {identifier} with our reference was cancelled in ShipStation"
        raise Refused(Reason.REFUSED, message, field="reference", value=identifier)
    return f"{identifier} in ShipStation"


def _known(calls: ShipStationCalls, reference: str) -> dict[str, Any] | None:
    answer = calls.maybe("GET", f"{SHIPMENTS}/external_shipment_id/{quote(reference, safe='')}")
    body = answer.body if answer else None
    ours = text(inside(body, "external_shipment_id")) == reference
    return body if ours and isinstance(body, dict) else None


def order_of(plan: ShipmentPlan, reference: str, settings: ShipStationSettings) -> dict[str, Any]:
    """The shipment as a label would have it; `create_sales_order` shows it to people as an order (facts 2)."""
    return {**build.label(plan, reference, settings)["shipment"], "create_sales_order": True}
