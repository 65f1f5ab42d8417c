"""The error of a pure rule: an order cannot become a shipment as it stands."""

from __future__ import annotations

from shared.domain.state import Reason


class Unshippable(Exception):
    """`reason` for the listing, the `field` at fault and its `value`; the text is for the person who corrects it."""

    def __init__(self, reason: Reason, message: str, *, field: str = "", value: str = "") -> None:
        super().__init__(message)
        self.reason, self.field, self.value = reason, field, value
