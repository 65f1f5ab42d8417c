"""How UPS writes its answers, whatever they say: collapsed lists, absent members, unknown ones, masked numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Nothing = Literal["absent", "blank", "null"]
MASKED = "1ZXXXXXXXXXXXXXXXX"
"""The text that the test environment gives instead of each number (facts 4 [R])."""


@dataclass(frozen=True)
class Manners:
    """How answers are written: `singletons` as objects, as the recorded versions had them; what is not there as
    `absent`, as `""` (`blank`) or as null; members that nobody has documented (`grown`); numbers masked."""

    singletons: bool = True
    nothing: Nothing = "absent"
    grown: bool = False
    masked: bool = False

    def written(self, operation: str, body: Any) -> Any:
        """Tracking keeps its lists and its camelCase, whatever the other operations do (facts 1)."""
        if self.masked and operation == "ship":
            body = masked(body)
        if self.nothing != "absent":
            body = hollow(body, "" if self.nothing == "blank" else None)
        if self.grown:
            body = grown(body)
        return collapsed(body) if self.singletons and not operation.startswith("track") else body


# Members that may be absent, beside one that tells where they belong.
_OPTIONAL = {
    "RatedPackage": ("NegotiatedRateCharges", "TimeInTransit", "GuaranteedDelivery", "RatedShipmentAlert"),
    "PackageResults": ("NegotiatedRateCharges", "ControlLogReceipt", "Form"),
    "ShippingLabel": ("ShippingReceipt", "USPSPICNumber"),
    "LabelResults": ("TrackingCandidate", "CODTurnInPage"),
    "LabelImage": ("Receipt",),
    "TrackingCandidate": ("LabelResults",),
    "SummaryResult": ("PackageLevelResults",),
    "NoCandidatesIndicator": ("Candidate", "AddressClassification"),
    "ResponseStatus": ("Alert", "TransactionReference"),
    "PoliticalDivision2": ("PoliticalDivision3", "Urbanization"),
    "trackingNumber": ("deliveryDate", "deliveryTime", "deliveryInformation", "weight", "service"),
    "warnings": ("package",),
}


def hollow(value: Any, nothing: Any) -> Any:
    """Optional members that are not there stand there as `nothing`."""
    if isinstance(value, list):
        return [hollow(member, nothing) for member in value]
    if not isinstance(value, dict):
        return value
    written = {name: hollow(member, nothing) for name, member in value.items()}
    for name in value.keys() & _OPTIONAL.keys():
        for member in _OPTIONAL[name]:
            written.setdefault(member, nothing)
    return written


def grown(value: Any) -> Any:
    """Every object has a member that nobody knows."""
    if isinstance(value, dict):
        return {**{name: grown(member) for name, member in value.items()}, "AddedIn2027": {"Code": "new"}}
    return [grown(member) for member in value] if isinstance(value, list) else value


def masked(value: Any) -> Any:
    """Every tracking and shipment number is the same one."""
    if isinstance(value, list):
        return [masked(member) for member in value]
    if not isinstance(value, dict):
        return value
    names = {"TrackingNumber", "ShipmentIdentificationNumber"}
    return {name: MASKED if name in names else masked(member) for name, member in value.items()}


def collapsed(value: Any) -> Any:
    """Every list of one becomes its element, as on the versions that were recorded."""
    if isinstance(value, dict):
        return {name: collapsed(member) for name, member in value.items()}
    if isinstance(value, list):
        return collapsed(value[0]) if len(value) == 1 else [collapsed(member) for member in value]
    return value
