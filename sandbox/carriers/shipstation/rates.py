"""The carriers of the emulated account, and their prices: made up, but the same for the same shipment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.carriers.shipstation.wire import Refusal

_POUNDS = {
    "pound": Decimal(1),
    "ounce": Decimal(1) / 16,
    "gram": Decimal("0.0022046226"),
    "kilogram": Decimal("2.2046226"),
}
_CONFIRMATION = {"signature": Decimal("5.55"), "direct_signature": Decimal("5.55"), "adult_signature": Decimal("7.15")}
_FUEL, _INSURED = Decimal("0.085"), Decimal("0.0125")
_RESIDENTIAL = Decimal("4.60")
_MESSAGES = {"ups": (35, 35, 0), "stamps_com": (60, 60, 60), "fedex": (35, 30, 30)}
"""How long the three texts of a label can be."""
HEAVIEST = Decimal(150)
"""Pounds of one package."""


@dataclass(frozen=True)
class Service:
    """`abroad` goes to other countries, and only there; `several` takes more than one package."""

    code: str
    name: str
    base: Decimal
    pound: Decimal
    days: int
    abroad: bool = False
    several: bool = True


@dataclass(frozen=True)
class CarrierAccount:
    """A carrier that is connected to the account."""

    carrier_id: str
    code: str
    name: str
    account: str
    services: tuple[Service, ...]
    funded: bool = False

    @property
    def number(self) -> int:
        return int(self.carrier_id[3:])

    def service(self, code: str) -> Service | None:
        return next((each for each in self.services if each.code == code), None)


def _service(
    code: str, name: str, base: str, pound: str, days: int, *, abroad: bool = False, several: bool = True
) -> Service:
    return Service(code, name, Decimal(base), Decimal(pound), days, abroad, several)


UPS = CarrierAccount(
    "se-101",
    "ups",
    "UPS",
    "A1B2C3",
    (
        _service("ups_ground", "UPS® Ground", "6.05", "0.30", 4),
        _service("ups_3_day_select", "UPS 3 Day Select®", "10.50", "0.73", 3),
        _service("ups_2nd_day_air", "UPS 2nd Day Air®", "16.15", "1.13", 2),
        _service("ups_next_day_air", "UPS Next Day Air®", "30.90", "1.73", 1),
        _service("ups_standard_international", "UPS Standard®", "18.00", "0.80", 5, abroad=True),
        _service("ups_worldwide_saver", "UPS Worldwide Saver®", "70.00", "3.80", 3, abroad=True),
    ),
)
STAMPS = CarrierAccount(
    "se-102",
    "stamps_com",
    "Stamps.com",
    "SS123",
    (
        _service("usps_ground_advantage", "USPS Ground Advantage", "7.20", "0.52", 5, several=False),
        _service("usps_priority_mail", "USPS Priority Mail", "9.85", "0.88", 3, several=False),
        _service(
            "usps_priority_mail_international",
            "USPS Priority Mail Intl",
            "38.00",
            "2.10",
            9,
            abroad=True,
            several=False,
        ),
    ),
    funded=True,
)
FEDEX = CarrierAccount(
    "se-103",
    "fedex",
    "FedEx",
    "297929999",
    (
        _service("fedex_ground", "FedEx Ground®", "9.40", "0.47", 4),
        _service("fedex_2day", "FedEx 2Day®", "23.90", "1.75", 2),
        _service("fedex_international_economy", "FedEx International Economy®", "64.00", "3.20", 5, abroad=True),
    ),
)


@dataclass(frozen=True)
class Price:
    """The price of a label in its four parts: the first alone is not the price (facts 2)."""

    shipping: Decimal
    insurance: Decimal
    confirmation: Decimal
    other: Decimal

    @property
    def total(self) -> Decimal:
        return self.shipping + self.insurance + self.confirmation + self.other

    @property
    def without_insurance(self) -> Decimal:
        """Return what a label names as the cost of the shipment."""
        return self.total - self.insurance


@dataclass(frozen=True)
class Parcel:
    """The parts that make a price. `insured` is the value in all, None where nothing is insured."""

    origin: tuple[str, str]
    destination: tuple[str, str]
    pounds: tuple[Decimal, ...]
    residential: bool
    confirmation: str
    insured: Decimal | None
    customs: bool

    @property
    def abroad(self) -> bool:
        return self.origin[1] != self.destination[1]

    @property
    def zone(self) -> int:
        """Return 2 to 8 by the distance of the postcodes at home, 6 abroad."""
        heads = self.origin[0][:3], self.destination[0][:3]
        if self.abroad or not all(each.isdecimal() for each in heads):
            return 6
        return 2 + min(6, abs(int(heads[0]) - int(heads[1])) // 100)


def cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def pounds(weight: Mapping[str, object]) -> Decimal:
    return Decimal(str(weight["value"])) * _POUNDS[str(weight["unit"])]


def price(service: Service, parcel: Parcel) -> Price:
    factor = 1 + Decimal("0.06") * (parcel.zone - 2)
    shipping = cents(sum(((service.base + service.pound * each) * factor for each in parcel.pounds), Decimal(0)))
    other = shipping * _FUEL + (_RESIDENTIAL * len(parcel.pounds) if parcel.residential else 0)
    confirmation = _CONFIRMATION.get(parcel.confirmation, Decimal(0)) * len(parcel.pounds)
    insurance = cents(parcel.insured * _INSURED) if parcel.insured else Decimal(0)
    return Price(shipping, insurance, confirmation, cents(other))


def why_not(carrier: CarrierAccount, service: Service, parcel: Parcel) -> Refusal | None:
    """Return the carrier's refusal of a parcel in its own words, None if it takes it."""
    if service.abroad != parcel.abroad:
        return _refused(carrier, "carrier_conflict", f"{service.name} is not available between these countries.")
    if len(parcel.pounds) > 1 and not service.several:
        return _refused(carrier, "carrier_conflict", f"{service.name} does not support multi-package shipments.")
    if any(each > HEAVIEST for each in parcel.pounds):
        return _refused(carrier, "carrier_conflict", f"A package is heavier than {HEAVIEST} pounds.")
    if parcel.abroad and not parcel.customs:
        return _refused(carrier, "customs_items_required", "Customs items are required for this shipment.")
    return None


def too_long(carrier: CarrierAccount, packages: Sequence[Mapping[str, Any]]) -> Refusal | None:
    """Return a refusal if the texts of packages are too long for the carrier's label."""
    for package in packages:
        texts = [(package.get("label_messages") or {}).get(f"reference{n}") for n in (1, 2, 3)]
        for number, (text, most) in enumerate(zip(texts, _MESSAGES[carrier.code], strict=True), 1):
            if text and len(text) > most:
                return _refused(carrier, "invalid_string_length", f"reference{number} has more than {most} characters.")
    return None


def _refused(carrier: CarrierAccount, code: str, message: str) -> Refusal:
    identity = (carrier.carrier_id, carrier.code)
    return Refusal(400, code, message, type="business_rules", source="carrier", carrier=identity)


def of_service(carriers: Sequence[CarrierAccount], code: str) -> tuple[CarrierAccount, Service] | None:
    """Return the first carrier that sells a service, with that service."""
    found = ((carrier, carrier.service(code)) for carrier in carriers)
    return next(((carrier, service) for carrier, service in found if service), None)


def check_digit(body: str) -> int:
    """Return modulus 10 over the characters behind 1Z. Letters count from A = 2 upwards, every second one is
    doubled."""
    total = 0
    for position, character in enumerate(body):
        digit = int(character) if character.isdigit() else (ord(character) - 63) % 10
        total += digit * 2 if position % 2 else digit
    return -total % 10


def tracking_number(carrier: CarrierAccount, serial: int) -> str:
    """Return a number in the carrier's own form."""
    if carrier.code == "ups":
        body = f"{carrier.account}03{serial:07d}"
        return f"1Z{body}{check_digit(body)}"
    return f"94001118995616{serial:08d}" if carrier.code == "stamps_com" else f"7834{serial:08d}"
