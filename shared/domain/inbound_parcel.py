"""A parcel by which a supplier sends a purchase order to a warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class InboundParcel:
    """A parcel by which the supplier sends an order, by its tracking number. `taken` is when the carrier was seen to
    have it, `delivered` when it was seen to have been delivered, `due` when it is looked at next, `named` when a person
    named it."""

    number: str
    due: datetime
    taken: datetime | None = None
    delivered: datetime | None = None
    named: datetime | None = None
