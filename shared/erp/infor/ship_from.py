"""Where a purchase order's goods come from: the supplier's address, contact and phone."""

from __future__ import annotations

from datetime import date

from shared.domain.address import Party
from shared.domain.countries import of_three_letters
from shared.erp.infor.client import Record
from shared.erp.infor.master import MasterFiles
from shared.erp.infor.parties import NOBODY, choose_address, choose_contact, first_phone, party_of
from shared.erp.infor.settings import InforSettings


def ship_from(head: Record, master: MasterFiles, settings: InforSettings, today: date) -> tuple[Party, list[str]]:
    """The supplier as sender, and notes of what was not found. Three calls, none for a supplier seen in this poll."""
    number = head["supplier"]
    basic = master.supplier(number)
    if basic is None:
        return NOBODY, [f"supplier {number} is not in the supplier file"]
    binding = settings.bindings["supplier.address"]
    types, ids = binding.codes("address_types"), binding.codes("address_ids")
    place = choose_address(master.supplier_addresses(number), types, ids, today)
    notes = [] if place else [f"supplier {number} has no address"]
    record = place or {"country": basic.get("country", "")}
    contact, country = None, of_three_letters(record.get("country", ""))
    if "supplier_contact" in settings.phone_sources:
        contact = choose_contact(master.supplier_contacts(number), head.get("reference", ""), country)
    phone = _phone(settings.phone_sources, contact or {}, basic, country)
    if not phone:
        notes.append(f"supplier {number} has no phone number that could be dialled")
    attention = (contact or {}).get("contact", "")
    return party_of(record, name=basic.get("name", ""), attention=attention, phone=phone), notes


def _phone(sources: tuple[str, ...], contact: Record, basic: Record, country: str) -> str:
    """The first whole number of the connection's sources, in their order."""
    texts = {
        "supplier_contact": [contact.get("phone", "")],
        "supplier": [basic.get("phone", ""), basic.get("phone2", "")],
    }
    return first_phone((text for source in sources for text in texts.get(source, [])), country)
