"""Where a purchase order's goods go: the line's delivery address, else the line's warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shared.domain.address import Address, Party
from shared.domain.order import Flow
from shared.erp.infor.client import M3Client, Record
from shared.erp.infor.groups import Place
from shared.erp.infor.lines import PoLine
from shared.erp.infor.master import MasterFiles
from shared.erp.infor.parties import NOBODY, address_of, has_address, party_of, phone_of


class ShipTos:
    """Finds the ship-to of each line of an order."""

    def __init__(self, client: M3Client, master: MasterFiles, flow: Flow) -> None:
        self._client, self._master, self._flow = client, master, flow

    def of(self, document: str, lines: Sequence[PoLine], head: Record) -> dict[str, Place]:
        """Ship-to and notes by line number.

        An order without several delivery addresses (MTDP 0) is asked once a warehouse; any other, line by line. Sub-
        lines have the address of their line: GetDelAddress knows no others.
        """
        single = head.get("several_addresses") == "0"
        asked: dict[tuple[str, str], Place] = {}
        found: dict[str, Place] = {}
        for line in lines:
            same = ("" if single else line.main, line.warehouse)
            if same not in asked:
                asked[same] = self._of_line(document, line)
            found[line.number] = asked[same]
        return found

    def _of_line(self, document: str, line: PoLine) -> Place:
        record = self._client.record("po.delivery_address", {"po_number": document, "line": line.main})
        if record is not None and has_address(record):
            party = party_of(record)
            if self._flow == "drop-ship" and self._is_warehouse(party.address, line.warehouse):
                return NOBODY, (f"line {line.number} has the address of warehouse {line.warehouse}: no customer's",)
            return self._delivery(party, line)
        if self._flow == "drop-ship":
            return NOBODY, (f"line {line.number} has no delivery address: a drop-ship does not go to the warehouse",)
        warehouse = self._master.warehouse(line.warehouse)
        if warehouse is None or not has_address(warehouse):
            return NOBODY, (f"warehouse {line.warehouse} has no address, line {line.number} no delivery address",)
        party = party_of(warehouse, name=warehouse.get("warehouse_name", ""))
        return replace(party, phone=phone_of(warehouse.get("phone", ""), party.address.country)), ()

    def _is_warehouse(self, address: Address, code: str) -> bool:
        """M3 fills a delivery address in from the warehouse: for a drop-ship that is no place to go to."""
        warehouse = self._master.warehouse(code)
        return warehouse is not None and _written(address_of(warehouse)) == _written(address)

    def _delivery(self, party: Party, line: PoLine) -> Place:
        """A delivery address has no phone field: inbound, the warehouse answers for it."""
        warehouse = self._master.warehouse(line.warehouse) if self._flow == "inbound" else None
        phone = phone_of((warehouse or {}).get("phone", ""), party.address.country)
        notes = (f"the ship-to phone is that of warehouse {line.warehouse}",) if phone else ()
        return replace(party, phone=phone), notes


def _written(address: Address) -> str:
    """An address without case, blanks and punctuation."""
    return "".join(character for character in str(address).casefold() if character.isalnum())
