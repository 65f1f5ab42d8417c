"""Bills of carriers as the workflow needs them: a file of one, and the store of what was read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.domain.billing import Charge, Invoice


class Bill(Protocol):
    """A bill's file that was read to its end and adds up. It is read once more for its charges."""

    @property
    def invoice(self) -> Invoice: ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for people about what was left out or not as expected."""
        ...

    def charges(self) -> Iterator[Charge]:
        """The charges in the order of the file, one at a time. Raises Refused where the file changed meanwhile."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """Charges of one invoice in a row, and the tracking number at which they are kept; `ours` says that an order of
    ours has it. Charges of the account have no number."""

    number: str
    charges: tuple[Charge, ...]
    ours: bool


@dataclass(frozen=True, slots=True)
class KeptCharges:
    """Charges as they are found at a tracking number, with the invoice's account, number and edition."""

    account: str
    invoice: str
    edition: str
    charges: tuple[Charge, ...]


class Bills(Protocol):
    """Invoices and their charges. Charges count from the moment on at which their edition is committed, at once."""

    def invoice(self, carrier: str, account: str, number: str) -> Invoice | None:
        """The invoice as it was committed last."""
        ...

    def invoices(self) -> Iterator[Invoice]:
        """All invoices, the latest day first."""
        ...

    def keep(self, invoice: Invoice, kept: Sequence[Kept]) -> None:
        """Keeps charges of this edition, none of which counts yet. May be repeated. Raises Retry."""
        ...

    def commit(self, invoice: Invoice) -> None:
        """Makes this edition the invoice's: all its charges count, and none of a former edition."""
        ...

    def at(self, carrier: str, number: str) -> tuple[KeptCharges, ...]:
        """All charges ever kept at a tracking number, whatever became of their edition."""
        ...

    def others(self, invoice: Invoice) -> Iterator[Kept]:
        """The charges of an edition that no order of ours had when it was read, in the order of the file."""
        ...
