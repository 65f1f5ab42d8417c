"""A carrier as the workflow sees it: prices, labels, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from shared.domain.address import Party
from shared.domain.shipment import AddressCheck, CreatedShipment, Found, Label, Quote, ShipmentPlan
from shared.ports.checks import Check


class Carrier(Protocol):
    """A carrier, seen by one connection. Read calls raise Retry, Refused or Misconfigured."""

    def check_plan(self, plan: ShipmentPlan) -> None:
        """Asks nobody. Raises Refused, naming the field, for what the carrier does not take as it stands: a name that
        is too long, an address that does not fit, a size over its limits."""
        ...

    def check_address(self, party: Party) -> AddressCheck: ...

    def rate(self, plan: ShipmentPlan, services: Sequence[str]) -> tuple[Quote, ...]:
        """Prices of `services` for the plan, with arrival dates where the carrier gives them."""
        ...

    def create(self, plan: ShipmentPlan, reference: str) -> CreatedShipment:
        """Buys the shipment. Not repeatable. Raises Refused (a hard error: nothing was made), Retry (proof that nothing
        was made) or Unknown (everything else)."""
        ...

    def find(self, reference: str, plan: ShipmentPlan, since: datetime) -> Found:
        """Looks for shipments with exactly `reference`, at every source the carrier has. Changes nothing.

        Returns labels where a source gives them. Raises Retry when a source did not answer: then nothing is known."""
        ...

    def labels(self, shipment_id: str, plan: ShipmentPlan) -> tuple[Label, ...]:
        """The images of a shipment that exists, one a package. Raises Retry while the carrier has not processed it."""
        ...

    def void(self, shipment_id: str, packages: Sequence[str] = ()) -> str:
        """Cancels a shipment, or those of its packages that are named; returns the carrier's own words. Raises Refused
        when it is too late or not known, or when a named package was not cancelled."""
        ...

    def tracking_url(self, tracking_number: str) -> str:
        """The address of the carrier's own page about a parcel. Asks nobody."""
        ...

    def ping(self) -> tuple[Check, ...]: ...


@runtime_checkable
class SendsOrders(Protocol):
    """The side of a carrier that takes an order whose label a person buys there; an adapter has it where it does.

    `find` then tells what was bought, with its cost where the carrier says it."""

    def send_order(self, plan: ShipmentPlan, reference: str) -> str:
        """Sends the order under `reference`, unless it is there; says what it is there. May be repeated.

        Raises Refused and Retry (nothing was sent by this call), Misconfigured, or Unknown (it may have been sent)."""
        ...
