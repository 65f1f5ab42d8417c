"""Advices after processing: what a PATCH changes, and what cancels them (facts/oracle.md, section 4A)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.erps.oracle.faults import FusionFault, bad_parameter, bad_value
from sandbox.erps.oracle.pod import Pod, Row, Values, documents_of

UNSURE = frozenset({"WaybillAirbillNumber", "PackingSlip"})
_ACTIONS = {
    "cancelASN": ("ShipmentHeaderId",),
    "cancelASNLine": ("ShipmentLineId",),
    "closeASNLine": ("ShipmentLineId",),
}


def change(pod: Pod, advice: Row, values: Values) -> None:
    """PATCH of an advice. Raises FusionFault 400."""
    if cancelled(advice):
        raise FusionFault(400, "The shipment is cancelled.")
    before = dict(advice.values)
    pod.touch(advice, **values)
    document = documents_of(pod, advice)
    pod.wrote("inboundShipments", advice, document, values, before)
    pod.stands(document)


def change_flexfield(pod: Pod, advice: Row, row: Row, values: Values) -> None:
    """PATCH of a flexfield's row, of the header or of a line."""
    before = dict(row.values)
    row.values |= values
    row.version = pod.next_version()
    document = documents_of(pod, advice)
    pod.wrote("inboundShipments/DFF", advice, document, values, before)
    pod.stands(document)


def cancelled(advice: Row) -> bool:
    lines = advice.child("shipmentLines")
    return bool(lines) and all(each.values["ShipmentLineStatusCode"] == "CANCELLED" for each in lines)


def parameters_of(pod: Pod, action: str) -> tuple[str, ...]:
    return pod.manners.cancel_parameters.get(action, _ACTIONS[action])


def act(pod: Pod, action: str, given: Mapping[str, Any], turn: int) -> Values:
    """An action on the collection: 200 with what came of it. Raises FusionFault 400 for wrong parameters."""
    wanted = parameters_of(pod, action)
    for name in given:
        if name not in wanted:
            raise bad_parameter(name)
    if missing := [name for name in wanted if given.get(name) in (None, "")]:
        raise bad_value(missing[0], "it is mandatory")
    status, message = (
        ("Success", "") if _done(pod, action, given) else ("Error", "The shipment line cannot be changed.")
    )
    names = pod.manners.cancel_result[turn % len(pod.manners.cancel_result)]
    return dict(zip(names, (status, message), strict=True))


def _done(pod: Pod, action: str, given: Mapping[str, Any]) -> bool:
    """Ends the lines that are meant; False when one of them was no longer to come."""
    advice, lines = _meant(pod, given)
    if not lines or any(each.values["ShipmentLineStatusCode"] != "EXPECTED" for each in lines):
        return False
    for line in lines:
        pod.touch(line, ShipmentLineStatusCode="CLOSED" if action == "closeASNLine" else "CANCELLED")
    pod.touch(advice)
    pod.wrote("inboundShipments", advice, documents_of(pod, advice), {action: "Success"}, {})
    return True


def _meant(pod: Pod, given: Mapping[str, Any]) -> tuple[Row, list[Row]]:
    """The advice by the values that stand in its fields, the line by its id; a name's capitals do not matter."""
    facts = {name.lower(): str(value) for name, value in given.items()}
    line_id = facts.pop("shipmentlineid", None)
    for advice in pod.advices():
        own = {name.lower(): str(value) for name, value in advice.values.items()}
        if any(own.get(name) != value for name, value in facts.items()):
            continue
        lines = [each for each in advice.child("shipmentLines") if line_id in (None, str(each.id))]
        if lines and (facts or line_id):
            return advice, lines
    return Row(0, {}), []


def check_writable(pod: Pod, values: Values) -> None:
    """Waybill and packing slip may not be changed. Raises FusionFault 400."""
    for name in UNSURE & set(values):
        if pod.manners.advice_waybill == "refused":
            raise bad_value(name, "it cannot be updated")
