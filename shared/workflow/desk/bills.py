"""Bills of carriers, taken in and laid beside what the labels cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby, islice
from typing import Any, Protocol

from shared.domain.billing import Billed, Charge, Comparison, Invoice, compare
from shared.domain.money import Money
from shared.domain.record import Head
from shared.ports import Bill, Bills, Kept, Ports

AT_ONCE = 2000
"""Charges that are in memory together."""


class Beside(Protocol):
    """Acts on each of some, one after another or beside each other; gives what came of it in their order."""

    def __call__(self, act: Callable[[Any], Any], each: Sequence[Any], /) -> list[Any]: ...


def one_by_one(act: Callable[[Any], Any], each: Sequence[Any]) -> list[Any]:
    return [act(one) for one in each]


@dataclass(frozen=True, slots=True)
class Imported:
    """The outcome of an import: the invoice, and how much of it is of orders of ours, of other parcels, and of the
    account. `before` is the invoice as it stood, None for a new one."""

    invoice: Invoice
    before: Invoice | None
    notes: tuple[str, ...]
    parcels: int = 0
    ours: tuple[int, Decimal] = (0, Decimal(0))
    others: tuple[int, Decimal] = (0, Decimal(0))
    account: tuple[int, Decimal] = (0, Decimal(0))

    @property
    def unchanged(self) -> bool:
        return self.before is not None and self.before.edition == self.invoice.edition


def import_bill(ports: Ports, bill: Bill, who: str, beside: Beside = one_by_one) -> Imported:
    """Keeps the charges of a bill and then has them count, all at once. Read again, it changes nothing.

    A run that ends before that leaves nothing that counts. Raises Refused when the file changes meanwhile, Retry when
    the store takes no more.
    """
    invoice, counted = bill.invoice, _Counted()
    before = ports.bills.invoice(*invoice.key)
    charges = bill.charges()
    while some := list(islice(charges, AT_ONCE)):
        kept = _joined(ports, invoice, some, beside)
        ports.bills.keep(invoice, kept)
        counted.take(invoice, kept)
    stamped = replace(invoice, imported_at=ports.clock.now(), imported_by=who)
    if before is None or before.edition != invoice.edition:
        ports.bills.commit(stamped)
    parts = {name: (rows, amount) for name, (rows, amount) in counted.parts.items()}
    return Imported(stamped, before, bill.notes, len(counted.numbers), **parts)


class _Counted:
    """Rows and amounts by whose they are, and the numbers of ours."""

    def __init__(self) -> None:
        self.parts = {name: (0, Decimal(0)) for name in ("ours", "others", "account")}
        self.numbers: set[str] = set()

    def take(self, invoice: Invoice, kept: Iterable[Kept]) -> None:
        for each in kept:
            whose = "ours" if each.ours else "others" if each.number else "account"
            rows, amount = self.parts[whose]
            net = sum((charge.net for charge in each.charges if invoice.counts(charge)), Decimal(0))
            self.parts[whose] = (rows + len(each.charges), amount + net)
            if each.ours:
                self.numbers.add(each.number)


def _joined(ports: Ports, invoice: Invoice, charges: Sequence[Charge], beside: Beside) -> list[Kept]:
    """The charges by the number at which they are kept: the first of theirs that an order of ours has, else the
    tracking number."""
    numbers = sorted({number for each in charges for number in each.numbers})
    known = beside(lambda number: ports.orders.order_of_parcel(invoice.carrier, number) is not None, numbers)
    ours = {number for number, is_known in zip(numbers, known, strict=True) if is_known}

    def place(charge: Charge) -> tuple[str, bool]:
        found = next((number for number in charge.numbers if number in ours), "")
        return (found, True) if found else (next(iter(charge.numbers), ""), False)

    return [Kept(number, tuple(its), ours=mine) for (number, mine), its in groupby(charges, place)]


def without_order(ports: Ports, invoice: Invoice) -> Iterator[Charge]:
    """The invoice's charges of which no order of ours is known by now."""
    for kept in ports.bills.others(invoice):
        for charge in kept.charges:
            if not any(ports.orders.order_of_parcel(invoice.carrier, number) for number in charge.numbers):
                yield charge


class Billing:
    """The charges of orders; invoices are read once."""

    def __init__(self, ports: Ports) -> None:
        self._ports, self._invoices = ports, _Invoices(ports.bills)

    def of(self, head: Head) -> list[Billed]:
        """The charges that count, of each parcel that the order ever had, those of voided labels too."""
        connection = self._ports.connections.revision(head.connection, head.revision)
        carrier = connection.carrier.kind
        found = []
        for number, voided in self._numbers(head).items():
            for kept in self._ports.bills.at(carrier, number):
                invoice = self._invoices.of(carrier, kept.account, kept.invoice)
                if invoice and invoice.edition == kept.edition:
                    found.append(Billed(invoice, kept.charges, voided))
        return found

    def _numbers(self, head: Head) -> dict[str, bool]:
        """The order's tracking numbers, and whether they are of a label that was voided."""
        packages = (
            (each, generation != head.generation or each.voided or head.position.label == "voided")
            for generation in range(1, head.generation + 1)
            for each in self._ports.orders.packages(head.key, generation)
        )
        return {each.tracking_number: voided for each, voided in packages if each.tracking_number}

    def compared(self, head: Head) -> Comparison:
        """The order's label as it was quoted, charged and billed. A charge that is estimated is no charge; neither has
        a label that was voided, which should cost nothing."""
        billed = self.of(head)
        if head.position.label == "voided":
            return compare(None, Money(Decimal(0), billed[0].invoice.total.currency) if billed else None, billed)
        return compare(head.quote, None if head.cost_estimated else head.cost, billed)


class _Invoices:
    """Invoices by key, asked for once."""

    def __init__(self, bills: Bills) -> None:
        self._bills = bills
        self._found: dict[tuple[str, str, str], Invoice | None] = {}

    def of(self, carrier: str, account: str, number: str) -> Invoice | None:
        key = (carrier, account, number)
        if key not in self._found:
            self._found[key] = self._bills.invoice(*key)
        return self._found[key]
