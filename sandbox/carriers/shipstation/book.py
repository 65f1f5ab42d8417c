"""The books of the account: shipments, labels, rates, carriers and places, with the ledger of what was bought."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sandbox.carriers.shipstation.manners import Manners
from sandbox.carriers.shipstation.rates import FEDEX, STAMPS, UPS, CarrierAccount, Parcel, Price, Service, pounds
from sandbox.carriers.shipstation.wire import not_found
from sandbox.ledger import Ledger, LedgerShipment

Address = dict[str, Any]
DOCK: Address = {
    "name": "Sandbox Warehouse",
    "phone": "518-555-0100",
    "company_name": "Sandbox Inc.",
    "address_line1": "1 Dock St",
    "city_locality": "Albany",
    "state_province": "NY",
    "postal_code": "12207",
    "country_code": "US",
    "address_residential_indicator": "no",
}


@dataclass
class Shipment:
    """A shipment of V2, which is an order of V1 and of the UI (facts 1). `asked` is the checked body; `order` whether
    it shows as an order, `key` is V1's orderKey. `money` is what the order's customer paid, on the first part of a
    split order alone (facts 5). `v1` is the status of V1 where V2 has no word for it."""

    shipment_id: str
    external: str | None
    number: str
    asked: dict[str, Any]
    created: datetime
    modified: datetime
    order: bool = False
    batch: str = ""
    status: str = "pending"
    key: str = ""
    shared: str | None = None
    money: Decimal | None = None
    v1: dict[str, Any] = field(default_factory=dict)

    @property
    def serial(self) -> int:
        """Return V1's orderId."""
        return int(self.shipment_id[3:])


@dataclass
class Label:
    """A label that was bought, and its line in the ledger. `external` is the external_shipment_id that it shows, which
    others may show too (facts 1). Until `ready` it is processing."""

    label_id: str
    shipment: Shipment
    made: LedgerShipment
    carrier: CarrierAccount
    service: Service
    price: Price
    external: str | None
    batch: str
    ready: datetime
    form: str = "pdf"
    layout: str = "4x6"
    inline: bool = False
    test: bool = False
    return_label: bool = False

    @property
    def serial(self) -> int:
        """Return V1's shipmentId."""
        return int(self.label_id[3:])


@dataclass
class Rate:
    rate_id: str
    shipment: Shipment
    carrier: CarrierAccount
    service: Service
    price: Price


@dataclass
class Warehouse:
    """A place to ship from."""

    warehouse_id: str
    name: str
    address: Address
    default: bool = False


@dataclass
class Book:
    """One account. `seen` decides which labels the lists know by now."""

    now: Callable[[], datetime]
    manners: Manners
    ledger: Ledger
    carriers: tuple[CarrierAccount, ...] = (UPS, STAMPS, FEDEX)
    warehouses: dict[str, Warehouse] = field(default_factory=dict)
    shipments: dict[str, Shipment] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    rates: dict[str, Rate] = field(default_factory=dict)
    by_external: dict[str, Shipment] = field(default_factory=dict)
    labels_by_external: dict[str, list[Label]] = field(default_factory=dict)
    index_lag: timedelta = timedelta(0)
    lag_of: Callable[[LedgerShipment], timedelta] | None = None
    void_lag: timedelta = timedelta(0)
    told: Callable[[str, str], None] = lambda _event, _where: None
    """Whom to tell of an event: its name, and the path of what happened."""
    born: Callable[[LedgerShipment, str], None] | None = None
    _by_number: dict[str, Label] = field(default_factory=dict)
    _serials: dict[str, int] = field(default_factory=dict)

    def serial(self, kind: str, first: int) -> int:
        """Return the next number of its kind, from `first` on."""
        self._serials[kind] = self._serials.get(kind, first - 1) + 1
        return self._serials[kind]

    def se(self, kind: str, first: int) -> str:
        return f"se-{self.serial(kind, first)}"

    def add_warehouse(self, name: str, address: Address) -> Warehouse:
        made = Warehouse(self.se("warehouse", 4501), name, dict(address), default=not self.warehouses)
        self.warehouses[made.warehouse_id] = made
        return made

    def shipment(self, identifier: str) -> Shipment:
        """Return the shipment with this id. Raises Refusal."""
        if identifier not in self.shipments:
            raise not_found("shipment", identifier)
        return self.shipments[identifier]

    def label(self, identifier: str) -> Label:
        """Return the label with this id. Raises Refusal."""
        if identifier not in self.labels:
            raise not_found("label", identifier)
        return self.labels[identifier]

    def of_number(self, number: str) -> Label | None:
        """Return the label that has a parcel's number."""
        return self._by_number.get(number)

    def carrier(self, identifier: str) -> CarrierAccount | None:
        return next((each for each in self.carriers if each.carrier_id == identifier), None)

    def keep(self, shipment: Shipment) -> None:
        self.shipments[shipment.shipment_id] = shipment
        if shipment.external:
            self.by_external.setdefault(shipment.external, shipment)

    def file(self, label: Label) -> None:
        """Enter the label into the books and into the ledger."""
        self.labels[label.label_id] = label
        self._by_number |= dict.fromkeys(label.made.tracking_numbers, label)
        if label.external:
            self.labels_by_external.setdefault(label.external, []).append(label)
        self.ledger.add(label.made)

    def seen(self, label: Label) -> bool:
        """Return True once lists know of the label."""
        lag = self.lag_of(label.made) if self.lag_of else self.index_lag
        return self.now() >= label.made.created_at + lag

    def voided_at(self, label: Label, *, listed: bool = False) -> datetime | None:
        """Return when the label was voided; with `listed`, as lists know it by now."""
        at = label.made.voided_at
        return None if at and listed and self.now() < at + self.void_lag else at

    def status(self, label: Label, *, listed: bool = False) -> str:
        if self.voided_at(label, listed=listed):
            return "voided"
        return "processing" if self.now() < label.ready else "completed"

    def origin(self, asked: dict[str, Any]) -> Address:
        """Return where a shipment starts. Raises Refusal for an unknown warehouse."""
        if asked.get("ship_from"):
            return dict(asked["ship_from"])
        identifier = str(asked.get("warehouse_id"))
        if identifier not in self.warehouses:
            raise not_found("warehouse", identifier)
        return self.warehouses[identifier].address

    def parcel(self, asked: dict[str, Any]) -> Parcel:
        """Return the facts that its prices depend on."""
        origin, to = self.origin(asked), asked["ship_to"]
        packages = asked.get("packages") or []
        values = [Decimal(str(each["insured_value"]["amount"])) for each in packages if each.get("insured_value")]
        insured = sum(values, Decimal(0)) if asked.get("insurance_provider") not in {None, "none"} else None
        return Parcel(
            (str(origin["postal_code"]), origin["country_code"]),
            (str(to["postal_code"]), to["country_code"]),
            tuple(pounds(each["weight"]) for each in packages),
            to.get("address_residential_indicator") == "yes",
            asked.get("confirmation") or "none",
            insured,
            bool((asked.get("customs") or {}).get("customs_items") or _declared(packages)),
        )


def _declared(packages: list[dict[str, Any]]) -> list[Any]:
    """Return the products of packages that say what customs asks for."""
    products: Iterator[dict[str, Any]] = (each for package in packages for each in package.get("products") or ())
    return [each for each in products if each.get("value") and each.get("country_of_origin")]
