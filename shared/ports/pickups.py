"""Pickups as the workflow needs them: a carrier that makes them, and the store of what it was asked."""

from __future__ import annotations

from datetime import date
from typing import Protocol, runtime_checkable

from shared.domain.money import Money
from shared.domain.pickup import MadePickup, PendingPickup, Pickup, PickupOrder


@runtime_checkable
class PicksUp(Protocol):
    """The side of a carrier that sends a driver when asked; an adapter has it where the carrier has it."""

    @property
    def cancelled_status(self) -> str:
        """The status of a pending pickup that was cancelled."""
        ...

    def pickup_price(self, order: PickupOrder) -> Money | None:
        """The price of a pickup, None where the carrier does not say. Raises Retry, Refused or Misconfigured."""
        ...

    def make_pickup(self, order: PickupOrder) -> MadePickup:
        """Orders the pickup. Raises Refused and Retry (nothing was ordered by this call), Misconfigured, or Unknown
        (it may have been ordered)."""
        ...

    def pending_pickups(self) -> tuple[PendingPickup, ...]:
        """The account's pickups that are not done yet. Raises Retry, Refused or Misconfigured."""
        ...

    def cancel_pickup(self, number: str) -> None:
        """Cancels a pickup; may be repeated. Raises Retry, Refused or Misconfigured."""
        ...


class Pickups(Protocol):
    """The pickups of accounts, by place and day."""

    def get(self, account: str, key: str) -> Pickup | None: ...

    def save(self, pickup: Pickup) -> bool:
        """Writes it over that of version `pickup.version - 1`; False when somebody else was first."""
        ...

    def since(self, account: str, day: date) -> list[Pickup]:
        """The account's pickups of that day and later, in their order."""
        ...
