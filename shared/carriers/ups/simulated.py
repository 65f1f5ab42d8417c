"""Events in the form that Track Alert pushes them, made up: for whoever tries a webhook out (facts 8 and 14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from shared.domain.milestones import Milestone

_STEPS: Mapping[Milestone, tuple[str, str, str, str]] = {
    Milestone.LABEL_CREATED: ("M", "MP", "003", "Shipment Ready for UPS"),
    Milestone.PICKED_UP: ("I", "OR", "160", "Origin Scan "),
    Milestone.IN_TRANSIT: ("I", "DP", "005", "On the Way"),
    Milestone.OUT_FOR_DELIVERY: ("I", "OT", "021", "Out for Delivery"),
    Milestone.EXCEPTION: ("X", "XX", "013", "Exception"),
    Milestone.DELIVERED: ("D", "FS", "011", "DELIVERED "),
    Milestone.RETURNED: ("X", "RS", "034", "Returned to sender"),
    Milestone.VOIDED: ("MV", "VM", "007", "Shipment cancelled"),
}
"""Type, code, descriptionCode and words."""


def simulated(number: str, milestone: Milestone, at: datetime) -> dict[str, object]:
    """The body of an event that takes the parcel to the milestone at that instant; in Baltimore, whose wall clock is
    taken to be in UTC. What UPS does not know it writes as ""."""
    kind, code, digits, words = _STEPS[milestone]
    day, time = f"{at.astimezone(UTC):%Y%m%d}", f"{at.astimezone(UTC):%H%M%S}"
    delivered = milestone == Milestone.DELIVERED
    return {
        "trackingNumber": number,
        "localActivityDate": day,
        "localActivityTime": time,
        "activityLocation": {"city": "Baltimore", "stateProvince": "MD", "postalCode": "", "country": "US"},
        "activityStatus": {"type": kind, "code": code, "description": words, "descriptionCode": digits},
        "scheduledDeliveryDate": "",
        "actualDeliveryDate": day if delivered else "",
        "actualDeliveryTime": time if delivered else "",
        "gmtActivityDate": day,
        "gmtActivityTime": time,
        "gmtOffset": "",
        "deliveryStartTime": "",
        "deliveryEndTime": "",
        "deliveryTimeDescription": "",
        "alternateTrackingNumber": "",
        "receivedBy": "SIMULATED" if delivered else "",
    }
