"""The action that cancels an advice. Its parameters stand in no page: the pod's own description is asked for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shared.domain.state import Reason
from shared.erp.oracle.answers import text
from shared.erp.oracle.client import Client, Item
from shared.errors import Misconfigured, Refused, Unknown

ACTION = "cancelASN"
_FIELDS = ("ShipmentHeaderId", "ShipmentNumber", "OrganizationId", "OrganizationCode", "VendorName", "VendorSiteCode")


def cancel(client: Client, advice: Item, named: Mapping[str, str], is_cancelled: Callable[[], bool]) -> None:
    """Cancels all lines of the advice. A 200 alone does not say so: the result does, or else the lines.

    Raises Refused where Fusion says no, Unknown where it does not say.
    """
    fields = named or described(client.describe("inboundShipments"))
    if not fields:
        raise Misconfigured(
            f"which parameters {ACTION} takes is neither described by the pod nor in the file",
            field="write_back.advice.cancel",
            hint="look at inboundShipments/describe with a user who may, and name them there",
        )
    values = {name: text(advice.get(field)) for name, field in fields.items()}
    result = client.act("inboundShipments", ACTION, values)
    said = [each for each in _values(result) if each]
    status = [each.upper() for each in said]
    if any(each.startswith(("ERROR", "FAIL")) for each in status):
        raise Refused(
            Reason.WRITE_BACK,
            f"Fusion did not cancel advice {text(advice.get('ShipmentNumber'))}: {'; '.join(said)[:300]}",
            field="write_back.advice",
            hint="cancel it by hand in Fusion: goods that were received cannot be",
        )
    if not any(each.startswith("SUCCESS") for each in status) and not is_cancelled():
        raise Unknown(f"Fusion does not say whether it cancelled advice {text(advice.get('ShipmentNumber'))}")


def described(resource: Mapping[str, Any] | None) -> dict[str, str]:
    """Parameter → field of the advice, of those parameters whose meaning is clear; nothing without a description."""
    found = dict[str, str]()
    for action in _actions(resource or {}):
        if text(action.get("name")) != ACTION:
            continue
        parameters = action.get("parameters")
        for each in parameters if isinstance(parameters, list) else []:
            name = text(each.get("name")) if isinstance(each, Mapping) else ""
            field = next((field for field in _FIELDS if field.casefold() == name.casefold()), "")
            if field:
                found[name] = field
    return found


def _actions(resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The actions of a description, of its items and of its collection."""
    for place in (resource, resource.get("collection"), resource.get("item")):
        actions = place.get("actions") if isinstance(place, Mapping) else None
        for each in actions if isinstance(actions, list) else []:
            if isinstance(each, Mapping):
                yield each


def _values(result: Any) -> Iterator[str]:
    """Every plain value of a result, whatever its keys are called."""
    if isinstance(result, Mapping):
        for each in result.values():
            yield from _values(each)
    elif isinstance(result, list):
        for each in result:
            yield from _values(each)
    else:
        yield text(result)
