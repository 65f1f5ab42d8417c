"""An emulated carrier's own book of shipments, by which loss and duplication are judged."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass
class LedgerShipment:
    """One shipment that was bought. `references` has ours first, the ERP's second; `voided_at` is None while it lives,
    `voided_numbers` has its parcels that were voided, and when.

    `picked_up_at` is None until the carrier has it. `ship_to` is the consignee's name and place, a line each; `weights`
    are pounds, one a package.
    """

    shipment_id: str
    account: str
    service: str
    references: tuple[str, ...]
    tracking_numbers: tuple[str, ...]
    created_at: datetime
    ship_from: tuple[str, ...]
    ship_to: tuple[str, ...]
    destination: tuple[str, str]
    weights: tuple[Decimal, ...]
    charge: Decimal
    currency: str
    payer: str
    voided_at: datetime | None = None
    voided_numbers: dict[str, datetime] = field(default_factory=dict)
    picked_up_at: datetime | None = None

    def void(self, numbers: tuple[str, ...], at: datetime) -> None:
        """Voids those parcels; the shipment with its last one."""
        for number in numbers:
            self.voided_numbers.setdefault(number, at)
        if len(self.voided_numbers) == len(self.tracking_numbers):
            self.voided_at = self.voided_at or at

    @property
    def live_numbers(self) -> tuple[str, ...]:
        return tuple(number for number in self.tracking_numbers if number not in self.voided_numbers)

    @property
    def crosses_border(self) -> bool:
        return self.ship_from[-1] != self.destination[1]

    @property
    def reference(self) -> str:
        return self.references[0] if self.references else ""

    @property
    def erp_reference(self) -> str:
        """The ERP's own number, which goes with the shipment as its second reference."""
        return self.references[1] if len(self.references) > 1 else ""

    @property
    def live(self) -> bool:
        return self.voided_at is None


@dataclass
class Ledger:
    """Every shipment that was ever bought, in the order of buying."""

    shipments: list[LedgerShipment] = field(default_factory=list)
    _by_id: dict[str, LedgerShipment] = field(default_factory=dict)
    _by_number: dict[str, LedgerShipment] = field(default_factory=dict)
    _by_reference: dict[tuple[str, str], list[LedgerShipment]] = field(default_factory=lambda: defaultdict(list))
    _by_order: dict[str, list[LedgerShipment]] = field(default_factory=lambda: defaultdict(list))
    _serial: int = 0

    def live(self) -> list[LedgerShipment]:
        return [shipment for shipment in self.shipments if shipment.live]

    def of_order(self, erp_reference: str) -> list[LedgerShipment]:
        """Every shipment, voided ones too, that carries the ERP's number as its second reference."""
        return list(self._by_order.get(erp_reference, ()))

    def live_of_order(self, erp_reference: str) -> list[LedgerShipment]:
        return [shipment for shipment in self.of_order(erp_reference) if shipment.live]

    def of_reference(self, account: str, reference: str) -> list[LedgerShipment]:
        return list(self._by_reference.get((account, reference), ()))

    def of_number(self, tracking_number: str) -> LedgerShipment | None:
        return self._by_number.get(tracking_number)

    def of_id(self, shipment_id: str) -> LedgerShipment | None:
        return self._by_id.get(shipment_id)

    def serials(self, count: int) -> range:
        """The next `count` serial numbers: never given twice, the same ones for the same history."""
        first, self._serial = self._serial + 1, self._serial + count
        return range(first, self._serial + 1)

    def add(self, shipment: LedgerShipment) -> None:
        self.shipments.append(shipment)
        self._by_id[shipment.shipment_id] = shipment
        for number in shipment.tracking_numbers:
            self._by_number[number] = shipment
        for reference in dict.fromkeys(shipment.references):
            self._by_reference[(shipment.account, reference)].append(shipment)
        if shipment.erp_reference:
            self._by_order[shipment.erp_reference].append(shipment)
