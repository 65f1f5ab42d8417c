"""The adapter's settings of a connection, and the facts about ShipStation that are not sure enough to be constants."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal
from urllib.parse import quote

from shared.carriers.shipstation.file import Place, ShipStationCarrier, ShipStationTracking
from shared.connection import Connection, as_part
from shared.domain.budget import Budget
from shared.url import rebase

HOSTS = {"v2": "https://api.shipstation.com", "v1": "https://ssapi.shipstation.com"}
_MINUTE = timedelta(minutes=1)
BUDGETS = {
    "v2": Budget("calls", most=180, free=60, pace=timedelta(seconds=0.5), window=_MINUTE),
    "v1": Budget("calls", most=36, free=12, pace=timedelta(seconds=2.5), window=_MINUTE),
}
"""A tenth below what ShipStation takes in a minute, 200 and 40 (facts 1). A third comes as it is asked for, the rest is
spread, so that no minute holds the end of one window and the beginning of the next one in full."""

PAGES = {
    r"1Z[0-9A-Z]{16}": "https://www.ups.com/track?tracknum={number}",
    r"9\d{19,21}": "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}",
    r"\d{12}|\d{15}": "https://www.fedex.com/fedextrack/?trknbr={number}",
}
CARRIERS = {r"1Z[0-9A-Z]{16}": "ups", r"9\d{19,21}": "usps", r"\d{12}|\d{15}": "fedex"}
_ANY_PAGE = "https://www.17track.net/en/track?nums={number}"


@dataclass(frozen=True, slots=True)
class ShipStationSettings:
    """One connection's ShipStation account. `base_url` replaces scheme and authority only. Timeouts are seconds.

    `accounts` are the carrier accounts by the beginning of the codes of services, `services` what the file maps to.

    Unsure facts, kept as settings: `order_number` (facts 1: one page says that an account takes a shipment_number once,
    captures and the contract say otherwise); `package_code` (the contract: "package" for a parcel of one's own, where a
    carrier has other types beside it); `longest` (no document says how long a name or a line of an address may be);
    `most_pages` (facts 8: the largest page is not known, so the usual one is asked for); `budget` (facts 1);
    `currency` (V1 names none: that of the file's limits);
    `quantity_names`, `received_names` (facts 3: how a line of a purchase order names its pieces and those that came in
    was not seen: the first is written, a refusal of it leads to the next; all are read);
    `tracking_pages`, `tracking_carriers` (no document names public pages, or carriers by the form of their numbers:
    these are in wide use).
    """

    connection_id: str
    api: Literal["v1", "v2"] = "v2"
    accounts: Mapping[str, str] = field(default_factory=dict)
    order_number: Literal["erp", "reference"] = "erp"
    services: tuple[str, ...] = ()
    push: str = "off"
    by_hand: bool = False
    currency: str = "USD"
    base_url: str | None = None
    read_timeout: float = 20.0
    create_timeout: float = 60.0
    package_code: str = "package"
    longest: int = 100
    most_pages: int = 20
    tracking_pages: Mapping[str, str] = field(default_factory=lambda: PAGES)
    tracking_carriers: Mapping[str, str] = field(default_factory=lambda: CARRIERS)
    inbound_as: Literal["purchase_order", "shipment"] | None = None
    places: Mapping[str, Place] = field(default_factory=dict)
    stocked: bool = False
    quantity_names: tuple[str, ...] = ("quantity", "quantity_ordered", "ordered_quantity")
    received_names: tuple[str, ...] = ("received_quantity", "quantity_received")

    @classmethod
    def of(cls, connection: Connection) -> ShipStationSettings:
        carrier = as_part(connection.carrier, ShipStationCarrier)
        return cls(
            connection_id=connection.id,
            api=carrier.api,
            accounts=carrier.accounts,
            order_number=carrier.order_number,
            services=connection.carrier_services,
            push=as_part(connection.tracking, ShipStationTracking).push,
            by_hand=carrier.by_hand,
            currency=connection.limits.amount_per_day.currency,
            base_url=carrier.base_url,
            inbound_as=carrier.inbound_as,
            places=getattr(connection, "warehouses", {}),
            stocked=bool(getattr(connection, "stock", None)),
        )

    @property
    def budget(self) -> Budget:
        return BUDGETS[self.api]

    def url(self, path: str) -> str:
        """The address of `path` at this connection's host, whatever host an answer has named."""
        return rebase(HOSTS[self.api] + path, self.base_url)

    def tracking_url(self, number: str) -> str:
        """The public page of the carrier that numbers its parcels so."""
        found = (page for form, page in self.tracking_pages.items() if re.fullmatch(form, number))
        return next(found, _ANY_PAGE).format(number=quote(number, safe=""))
