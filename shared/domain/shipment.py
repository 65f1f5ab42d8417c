"""The canonical shipment that is bought, and what a carrier says about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.domain.address import Address, Party
from shared.domain.customs import Papers
from shared.domain.measures import Dimensions, Weight
from shared.domain.money import Money
from shared.domain.pictures import is_picture

LabelFormat = Literal["GIF", "ZPL", "EPL", "SPL", "PDF", "PNG"]
Accessorial = Literal["saturday", "signature", "adult_signature", "declared_value"]


@dataclass(frozen=True, slots=True)
class Package:
    """One parcel: its weight, its size when known, the order lines in it, and its declared value when one is asked
    for. `handling_unit` is the ERP's own number of a parcel that it packed, "" where it has none."""

    weight: Weight
    dimensions: Dimensions | None = None
    lines: tuple[str, ...] = ()
    value: Money | None = None
    handling_unit: str = ""


@dataclass(frozen=True, slots=True)
class Billing:
    """Who pays the carrier: shipper, receiver or third_party, with the paying account."""

    kind: Literal["shipper", "receiver", "third_party"]
    account: str
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class LabelSpec:
    """The label asked for: image format and stock (4x6 or 4x8, inches)."""

    format: LabelFormat
    stock: str


@dataclass(frozen=True, slots=True)
class ShipmentPlan:
    """Everything that decides what the carrier is asked to make, free of any carrier's own wording.

    `service` is the carrier's service code, "" while it is still to be chosen among quotes.
    `erp_reference` is the order's number for people; our own reference is made at the intent, not here. `ship_date` is
    the day in the ship-from's zone, None for the day of the label. `value` is what the goods are worth, where the lane
    asks for it. `accessorials` are sorted. `street_checked` says that the carrier had an opinion of the ship-to's
    street: where it had none, the create itself is to validate as much as it can. `papers` are what customs are told,
    None where nothing is.
    """

    account: str
    shipper: Party
    ship_from: Party
    ship_to: Party
    packages: tuple[Package, ...]
    service: str
    billing: Billing
    label: LabelSpec
    erp_reference: str
    description: str
    ship_date: date | None = None
    accessorials: tuple[Accessorial, ...] = ()
    value: Money | None = None
    street_checked: bool = False
    papers: Papers | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A price for one service. `negotiated` is the account's rate, None when the account gets the published one.

    Amounts are as the carrier states them, whether they can be true or not.
    """

    service: str
    published: Money
    negotiated: Money | None = None
    arrival: date | None = None
    alerts: tuple[str, ...] = ()

    @property
    def price(self) -> Money:
        """Return the price that the account will be billed."""
        return self.negotiated or self.published


@dataclass(frozen=True, slots=True)
class AddressCheck:
    """A carrier's opinion of an address; `not_covered` means that it has none for that place.

    `residential` is the carrier's classification, None when it did not say.
    """

    outcome: Literal["valid", "ambiguous", "none", "not_covered"]
    candidates: tuple[Address, ...] = ()
    residential: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A label image as the carrier delivered it; the format is the answer's, not the one asked for.

    `package` is its package's place in the answer, from 1.
    """

    tracking_number: str
    format: str
    image: bytes
    package: int


def by_package(numbers: Sequence[str], labels: Iterable[Label]) -> dict[int, Label]:
    """The labels by package, counted from 1 as `numbers` are: by tracking number, and where numbers are alike (a
    carrier's test environment may mask them all, facts/ups.md 4) by place too. Bytes that are no such picture are no
    label."""
    pictures = [label for label in labels if is_picture(label.format, label.image)]
    found = {(label.tracking_number, label.package): label for label in pictures}
    named = {label.tracking_number: label for label in found.values()}
    alike = {number for number, times in Counter(numbers).items() if times > 1}
    matched = {
        place: found.get((number, place)) if number in alike else named.get(number)
        for place, number in enumerate(numbers, start=1)
    }
    return {place: label for place, label in matched.items() if label}


@dataclass(frozen=True, slots=True)
class Document:
    """The papers for customs as the carrier made them: format (PDF) and bytes."""

    format: str
    image: bytes


@dataclass(frozen=True, slots=True)
class CreatedShipment:
    """A shipment that a create call made, or that a look-up found at the carrier.

    `cost` is None from a look-up, since no carrier returns charges there. `labels` may be empty. `source` says which
    call told us. `picked_up` is None where nobody says whether the carrier has it. `papers` are those for customs, None
    from a look-up, since no carrier gives them again.
    """

    shipment_id: str
    tracking_numbers: tuple[str, ...]
    cost: Money | None
    labels: tuple[Label, ...] = ()
    service: str = ""
    alerts: tuple[str, ...] = ()
    request_id: str = ""
    source: str = "create"
    picked_up: bool | None = None
    papers: Document | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The result of a look-up: live shipments with exactly our reference, none when `shipments` is empty.

    `voided` are tracking numbers under that reference of which a source says that they are voided.
    """

    shipments: tuple[CreatedShipment, ...] = ()
    asked: tuple[str, ...] = ()
    voided: frozenset[str] = frozenset()
