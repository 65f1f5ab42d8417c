"""Bills in dictionaries: for the simulation and the tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shared.domain.billing import Invoice
from shared.ports.billing import Kept, KeptCharges

_Key = tuple[str, str, str]


class MemoryBills:
    """Passes the same contract suite as the bills on DynamoDB."""

    def __init__(self) -> None:
        self._heads: dict[_Key, Invoice] = {}
        self._at: dict[tuple[str, str], dict[tuple[_Key, str, int], KeptCharges]] = {}
        self._others: dict[tuple[_Key, str], dict[int, Kept]] = {}

    def invoice(self, carrier: str, account: str, number: str) -> Invoice | None:
        return self._heads.get((carrier, account, number))

    def invoices(self) -> Iterator[Invoice]:
        return iter(sorted(self._heads.values(), key=lambda each: (each.day, each.key), reverse=True))

    def keep(self, invoice: Invoice, kept: Sequence[Kept]) -> None:
        for each in kept:
            first = each.charges[0].row
            if each.number:
                found = KeptCharges(invoice.account, invoice.number, invoice.edition, each.charges)
                place = (invoice.key, invoice.edition, first)
                self._at.setdefault((invoice.carrier, each.number), {})[place] = found
            if not each.ours:
                self._others.setdefault((invoice.key, invoice.edition), {})[first] = each

    def commit(self, invoice: Invoice) -> None:
        self._heads[invoice.key] = invoice

    def at(self, carrier: str, number: str) -> tuple[KeptCharges, ...]:
        kept = self._at.get((carrier, number), {})
        return tuple(kept[place] for place in sorted(kept))

    def others(self, invoice: Invoice) -> Iterator[Kept]:
        kept = self._others.get((invoice.key, invoice.edition), {})
        return iter([kept[row] for row in sorted(kept)])
