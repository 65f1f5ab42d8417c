"""Goods and papers at a customs border: what is known of an item, and what an invoice for customs says. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from shared.domain.address import Party
from shared.domain.measures import Weight
from shared.domain.money import Money

ReceiverKind = Literal["business", "consumer"]
Risk = Literal["", "at_risk", "not_at_risk", "unknown"]
Incoterm = Literal["CFR", "CIF", "CIP", "CPT", "DAF", "DDP", "DAP", "DEQ", "DES", "EXW", "FAS", "FCA", "FOB"]
"""Terms that carriers take on an invoice: DPU, DAT and DDU are not among them (facts/ups-international.md 2)."""


@dataclass(frozen=True, slots=True)
class CustomsData:
    """The facts that customs ask of the item of a line; "" and None where nobody says it.

    `commodity_code` and `origin` are as the ERP writes them: dots, and the ERP's own country codes, are taken care of
    where the papers are made. `net_weight` is that of one unit. `unit` is the unit on the papers. The ids are the
    seller's, the maker's and the standard one (GTIN).
    """

    commodity_code: str = ""
    origin: str = ""
    description: str = ""
    net_weight: Weight | None = None
    unit: str = ""
    seller_id: str = ""
    maker_id: str = ""
    standard_id: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line of an invoice for customs. `quantity` is a whole number of `unit`, `unit_value` is for one, in the
    invoice's currency, with at most 6 decimals; `value` is that of the whole line. `net_weight` is the whole line's."""

    item: str
    description: str
    quantity: int
    unit: str
    unit_value: Decimal
    value: Decimal
    commodity_code: str
    origin: str
    net_weight: Weight | None = None
    seller_id: str = ""
    maker_id: str = ""
    standard_id: str = ""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers by which authorities know somebody; "" where there is none."""

    eori: str = ""
    vat: str = ""
    tax_id: str = ""
    ukims: str = ""


@dataclass(frozen=True, slots=True)
class Papers:
    """An invoice for customs, and what the carrier is told beside it.

    `form` is False where the carrier is told without one. `collected` names where our own VAT number was used when
    the goods were sold (EU for IOSS) and the number. `small` says if a parcel into the EU is worth at most 150 EUR,
    None where nobody asks. `filing` is the number of the export's filing (ITN) or its exemption, `declared` the export
    declaration's own number (MRN).
    """

    lines: tuple[InvoiceLine, ...]
    currency: str
    number: str
    day: date
    reason: str
    terms: str
    sold_to: Party
    exporter: Numbers
    receiver: Numbers
    receiver_kind: ReceiverKind
    declaration: str
    form: bool = True
    order_number: str = ""
    duties_by_us: bool = False
    importer_sold_to: bool = False
    risk: Risk = ""
    collected: tuple[str, str] = ("", "")
    small: bool | None = None
    filing: str = ""
    declared: str = ""
    paperless: bool = False
    copies: int = 3

    @property
    def value(self) -> Money:
        """Return the worth of all lines."""
        return Money(sum((line.value for line in self.lines), Decimal(0)), self.currency)
