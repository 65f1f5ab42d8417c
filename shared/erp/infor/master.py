"""Suppliers, warehouses and items, read once a poll. What was corrected in M3 must be seen at the next one."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.erp.infor.client import M3Client, Record
from shared.ports import Clock

KEEP = timedelta(minutes=5)
MOST = 4_000
"""Records kept at once: a bound on memory, far above what one poll reads."""


class MasterFiles:
    """A small cache in front of three master files; it forgets everything when a poll begins and after five minutes."""

    def __init__(self, client: M3Client, clock: Clock) -> None:
        self._client, self._clock = client, clock
        self._kept: dict[tuple[str, str], list[Record]] = {}
        self._since: datetime = clock.now()

    def forget(self) -> None:
        self._kept.clear()
        self._since = self._clock.now()

    def supplier(self, number: str) -> Record | None:
        return self._first("supplier.basic", "supplier", number)

    def supplier_contacts(self, number: str) -> list[Record]:
        return self._all("supplier.contact", "supplier", number)

    def supplier_addresses(self, number: str) -> list[Record]:
        return self._all("supplier.address", "supplier", number)

    def warehouse(self, code: str) -> Record | None:
        return self._first("warehouse.address", "warehouse", code)

    def item(self, number: str) -> Record | None:
        return self._first("item.basic", "item", number)

    def invoice_receiver(self, place: str, document: str) -> Record | None:
        """Who is billed under a code of our invoicing addresses: asked with the first order that names the code."""
        return next(iter(self._kept_at(("po.bill_to", place), {"po_number": document})), None) if place else None

    def customs(self, warehouse: str, item: str) -> Record | None:
        """The customs data of an item in the facility of a warehouse; None where M3 has none."""
        place = self._first("warehouse.facility", "warehouse", warehouse)
        facility = place.get("facility", "") if place else ""
        if not facility or not item:
            return None
        found = self._kept_at(("item.customs", f"{facility}/{item}"), {"facility": facility, "item": item})
        return found[0] if found else None

    def units(self, item: str) -> list[Record]:
        """The alternate units of an item."""
        return self._all("item.units", "item", item)

    def _first(self, job: str, key: str, value: str) -> Record | None:
        records = self._all(job, key, value)
        return records[0] if records else None

    def _all(self, job: str, key: str, value: str) -> list[Record]:
        """Blank keys name nothing and ask nothing."""
        return self._kept_at((job, value), {key: value}) if value else []

    def _kept_at(self, place: tuple[str, str], asked: dict[str, str]) -> list[Record]:
        if self._clock.now() - self._since > KEEP or len(self._kept) >= MOST:
            self.forget()
        if place not in self._kept:
            self._kept[place] = self._client.records(place[0], asked)
        return self._kept[place]
