"""A carrier's bill: an invoice and its charges, and what they say of one order beside its quote. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from shared.domain.money import Money

Sort = Literal["transport", "tax", "duty", "brokerage", "information", "other"]
"""The neutral kinds of a charge. `transport` is what a price of a label covers: freight, fuel and extras."""
RISE, LEAST = Decimal("0.05"), Decimal("1.00")
"""A difference above both, as a share and in major units, is listed (facts/ups-extras.md, 8.6)."""


@dataclass(frozen=True, slots=True)
class Charge:
    """One row of a bill, `row` counted from 1. `net` is what is billed, in the invoice's currency, with its sign.

    `number` is the tracking number as the bill has it, "" for a charge of the account; `lead` is that of the shipment,
    `original` that of the parcel before a return or a reroute. `category`, `reason`, `classification`, `code` and
    `words` are the carrier's own. `cause` says in plain words why the charge came on top, "" for a plain one.
    `entered` and `weighed` are the shipper's weight and the billed one, with units. Nothing personal is in it.
    """

    row: int
    number: str
    net: Decimal
    sort: Sort
    lead: str = ""
    original: str = ""
    category: str = ""
    reason: str = ""
    classification: str = ""
    code: str = ""
    words: str = ""
    cause: str = ""
    day: date | None = None
    entered: str = ""
    weighed: str = ""

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers by which its order is looked for, the best one first."""
        return tuple(dict.fromkeys(each for each in (self.number, self.lead, self.original) if each))


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice as it was read. `edition` digests its rows: another one is another reading of the same invoice.

    `information` says that rows for information count: only with them is the sum of the rows the invoice's total.
    """

    carrier: str
    account: str
    number: str
    day: date
    total: Money
    rows: int
    edition: str
    information: bool
    imported_at: datetime | None = None
    imported_by: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.carrier, self.account, self.number

    def counts(self, charge: Charge) -> bool:
        """Tell if the charge is part of the invoice's total."""
        return self.information or charge.sort != "information"


@dataclass(frozen=True, slots=True)
class Billed:
    """Charges that belong together: those of one number on one invoice."""

    invoice: Invoice
    charges: tuple[Charge, ...]
    voided: bool = False

    @property
    def counted(self) -> tuple[Charge, ...]:
        return tuple(each for each in self.charges if self.invoice.counts(each))


@dataclass(frozen=True, slots=True)
class Comparison:
    """An order's label as it was quoted, charged at once, and billed; None where nothing is known.

    `billed` is transport without tax, `tax` and `duties` (with brokerage) and `other` stand beside it. `variance` is
    what was billed above the charge, or above the quote where the charge is not known. `cause` says why, in words.
    """

    quoted: Money | None
    charged: Money | None
    billed: Money | None = None
    tax: Money | None = None
    duties: Money | None = None
    other: Money | None = None
    variance: Money | None = None
    cause: str = ""
    invoices: tuple[str, ...] = ()

    @property
    def stands_out(self) -> bool:
        """Tell if the difference is above 5 % and 1.00."""
        base = self.charged or self.quoted
        if self.variance is None or base is None:
            return bool(self.billed)
        difference = abs(self.variance.amount)
        return difference > LEAST and difference > abs(base.amount) * RISE


def compare(quoted: Money | None, charged: Money | None, billed: Sequence[Billed]) -> Comparison:
    """Lay the prices of an order's label beside each other. Amounts in different currencies are never added nor
    compared."""
    currencies = sorted({each.invoice.total.currency for each in billed})
    if len(currencies) != 1:
        cause = f"billed in {' and '.join(currencies)}: not compared" if currencies else ""
        return Comparison(quoted, charged, cause=cause, invoices=_numbers(billed))
    (currency,) = currencies
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for charge in (charge for each in billed for charge in each.counted):
        sums[charge.sort] += charge.net

    def of(*sorts: str) -> Money | None:
        found = [sums[sort] for sort in sorts if sort in sums]
        return Money(sum(found, Decimal(0)), currency) if found else None

    transport, base = of("transport") or Money(Decimal(0), currency), charged or quoted
    variance, cause = None, f"billed in {currency}, charged in {base.currency}: not compared" if base else "no price"
    if base and base.currency == currency:
        variance = Money(transport.amount - base.amount, currency)
        cause = _cause(billed, variance.amount)
    duties, other = of("duty", "brokerage"), of("other", "information")
    return Comparison(quoted, charged, transport, of("tax"), duties, other, variance, cause, _numbers(billed))


def _cause(billed: Iterable[Billed], variance: Decimal) -> str:
    """The reasons that the bill gives, each with its amount, then weights that differ, then what is left."""
    by_cause: dict[str, Decimal] = defaultdict(Decimal)
    weights: dict[str, None] = {}
    for each in billed:
        for charge in each.counted:
            cause = charge.cause or ("billed after a void" if each.voided else "")
            if cause and charge.sort == "transport":
                by_cause[cause] += charge.net
            if charge.entered and charge.weighed and charge.entered != charge.weighed:
                weights[f"weight {charge.weighed} billed, {charge.entered} entered"] = None
    said = [f"{cause} {amount:+.2f}" for cause, amount in by_cause.items() if amount]
    left = variance - sum(by_cause.values(), Decimal(0))
    said += list(weights) if variance else []
    if left:
        said.append(f"{'price' if not weights else 'that weight and the price'} {left:+.2f}")
    return "; ".join(said)


def _numbers(billed: Iterable[Billed]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.invoice.number for each in billed))
