"""Where a purchase order's goods go: the line's delivery address, else the line's warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shared.domain.address import Party
from shared.domain.order import Flow
from shared.domain.state import Reason
from shared.erp.infor.client import M3Client, Record
from shared.erp.infor.lines import PoLine
from shared.erp.infor.master import MasterFiles
from shared.erp.infor.parties import NOBODY, has_address, party_of, phone_of
from shared.errors import Refused


class ShipTos:
    """Finds the one ship-to of an order's lines."""

    def __init__(self, client: M3Client, master: MasterFiles, flow: Flow) -> None:
        self._client, self._master, self._flow = client, master, flow

    def of(self, document: str, lines: Sequence[PoLine], head: Record) -> tuple[Party, list[str]]:
        """The ship-to and notes. Raises Refused `ship_tos` when the lines go to several places.

        An order without several delivery addresses (MTDP 0) is asked once a warehouse; any other, line by line.
        """
        single = head.get("several_addresses") == "0"
        asked: dict[str, tuple[Party, list[str]]] = {}
        places: dict[Party, list[str]] = {}
        for line in lines:
            group = line.warehouse if single else line.main
            if group not in asked:
                asked[group] = self._of_line(document, line)
            places.setdefault(asked[group][0], []).append(line.number)
        if len(places) > 1:
            raise _several(document, places)
        notes = [note for _, found in asked.values() for note in found]
        return next(iter(places)), list(dict.fromkeys(notes))

    def _of_line(self, document: str, line: PoLine) -> tuple[Party, list[str]]:
        record = self._client.record("po.delivery_address", {"po_number": document, "line": line.main})
        if record is not None and has_address(record):
            return self._delivery(party_of(record), line)
        if self._flow == "drop-ship":
            return NOBODY, [f"line {line.number} has no delivery address: a drop-ship does not go to the warehouse"]
        warehouse = self._master.warehouse(line.warehouse)
        if warehouse is None or not has_address(warehouse):
            return NOBODY, [f"warehouse {line.warehouse} has no address, line {line.number} no delivery address"]
        party = party_of(warehouse, name=warehouse.get("warehouse_name", ""))
        return replace(party, phone=phone_of(warehouse.get("phone", ""), party.address.country)), []

    def _delivery(self, party: Party, line: PoLine) -> tuple[Party, list[str]]:
        """A delivery address has no phone field: inbound, the warehouse answers for it."""
        warehouse = self._master.warehouse(line.warehouse) if self._flow == "inbound" else None
        phone = phone_of((warehouse or {}).get("phone", ""), party.address.country)
        return replace(party, phone=phone), [
            f"the ship-to phone is that of warehouse {line.warehouse}"
        ] if phone else []


def _several(document: str, places: dict[Party, list[str]]) -> Refused:
    """Names lines and places, not persons."""
    shown = "; ".join(
        f"lines {', '.join(numbers)} to {party.address.city or 'no address'} {party.address.postcode}".strip()
        for party, numbers in places.items()
    )
    return Refused(
        Reason.SHIP_TOS,
        f"order {document} goes to {len(places)} addresses: {shown}",
        field="ship_to",
        value=str(len(places)),
        hint="split the order in M3, one delivery address each",
    )
