"""SYSPRO behind the face of an emulated ERP: dispatch notes that go from a warehouse to a customer.

A supplier of the face is the customer who receives. Each note has a sales order of its own, whose number is another
one; our values stand in the custom form of that order (facts/syspro.md, section 6).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from sandbox.erps.syspro import seed
from sandbox.erps.syspro.company import Company, FormField, Operator, Row
from sandbox.erps.syspro.engine import SysproEngine
from sandbox.erps.syspro.tables import Value, stored_key
from sandbox.faces import EmulatedErp, Entered, GivenCredential, Goods, Line, Now, Written
from shared.domain.address import Party
from shared.domain.order import Flow

HOST, PORT = "syspro.example.invalid", 30001
FORM = (
    FormField("TRACK1", "TrackingNumbers", "A", 110),
    FormField("SHPSVC", "CarrierService", "A", 20),
    FormField("FRTCUR", "FreightCurrency", "A", 3),
    FormField("SHPETA", "ExpectedOn", "A", 20),
    FormField("TRKSTS", "TrackingStatus", "A", 40),
    FormField("FRTCST", "FreightCost", "N", 12, 2),
    FormField("EDIREF", "EdiReference", "A", 20),
)
"""The custom form of sales orders: by code, column, type and length."""
FIELDS = {
    "tracking_numbers": "TRACK1",
    "service": "SHPSVC",
    "currency": "FRTCUR",
    "eta": "SHPETA",
    "milestone": "TRKSTS",
    "cost": "FRTCST",
}
"""Where the connection writes. SYSPRO has no field of its own for any of it."""
NAMES = {code: name for name, code in FIELDS.items()}
OTHERS = {"system": ("EDIREF", "EDI-850"), "user": ("UserField1", "QC-HOLD-7")}
"""The values that another system keeps in the order's form, and a user on the dispatch note."""
FIRST = {
    "operator": seed.OPERATOR,
    "operator_password": seed.PASSWORD,
    "company_password": "",
    "hosts": f"{HOST}:{PORT}",
}
SECOND = {**FIRST, "operator": "PBRIDGE2", "operator_password": "second secret"}
"""A second password of one operator would not be valid beside the first one: a second operator is."""
COUNTRIES = {"US": "USA", "CA": "Canada"}


class SysproErp(EmulatedErp):
    """An installation with one company. `lean` keeps no traffic."""

    kind = "syspro"
    name = "syspro"
    hosts = frozenset({HOST})
    token_life = timedelta(seconds=1)  # a session is logged off at the end of its run
    operations = MappingProxyType(
        {
            "token": "Logon",
            "changed": "COMFND.MdnMaster",
            "read": "COMFND.MdnDetail",
            "write": "COMSFM",
        }
    )
    user = seed.OPERATOR
    change_times = False
    flow: ClassVar[Flow] = "outbound"
    form: ClassVar[str] = "ORD"
    several_places = names_terms = False
    most_numbers = 5  # of UPS, and how many more, within 110 characters
    engine: SysproEngine

    def __init__(self, now: Now, *, lean: bool = False) -> None:
        self.company = Company(now)
        self.engine = SysproEngine(now, company=self.company)
        if lean:
            nothing: Any = deque(maxlen=0)
            self.engine.recorded = nothing
        seed.add_operator(self.company)
        seed.add_lookups(self.company)
        for each in FORM:
            self.company.add_form_field("ORD", each)
        self._parties: dict[str, Party] = {}
        self._units: dict[tuple[str, str], str] = {}
        self._orders: dict[str, str] = {}
        self._beside: dict[str, dict[str, str]] = {}

    @classmethod
    def file(cls) -> dict[str, Any]:
        """Addresses of warehouses are in no table that the facts know: `locations` has them by the warehouse's code."""
        forms: dict[str, Any] = {name: {"form": cls.form, "field": code} for name, code in FIELDS.items()}
        forms["tracking_numbers"] |= {"max": 110}
        return {
            "flow": "outbound",
            "timezone": "America/New_York",
            "erp": {
                "kind": cls.kind,
                "url": f"https://{HOST}:{PORT}",
                "company": "A",
                "source": "dispatch",
                "read": "comfnd",
                "weight_unit": "kg",
                "default_country": "US",
                "test_system": True,
            },
            "hazard": {"field": "StorageHazard"},
            "select": {"status": ["5", "7"], "ship_via": ["UPS"]},
            "write_back": forms,
            "locations": LOCATIONS,
        }

    # --- credentials ---------------------------------------------------------------------------------------------

    @property
    def credential(self) -> Mapping[str, str]:
        return FIRST

    def rotate(self) -> dict[str, str]:
        seed.add_operator(self.company, SECOND["operator"], SECOND["operator_password"])
        return dict(SECOND)

    def withdraw_first(self) -> None:
        """Also where there is no second one: its password is one that nobody has."""
        self.company.operators[FIRST["operator"]] = Operator(FIRST["operator"], "withdrawn")

    def expire_tokens(self) -> None:
        self.engine.sessions.living.clear()

    @property
    def sessions(self) -> int:
        return self.engine.sessions.logons

    def credential_in(self, folder: Path) -> GivenCredential:
        name, secret = FIRST["operator"], FIRST["operator_password"]
        return GivenCredential(
            ("--operator", name, "--operator-password-stdin", "--host", f"{HOST}:{PORT}"),
            f"{secret}\n",
            f"{name}, {secret}",
        )

    def vendor_url(self, operation: str) -> str:
        return f"https://{HOST}:{PORT}"

    @classmethod
    def shown_in_the_demo(cls) -> Sequence[str]:
        return (*cls.operations.values(), "COMFND.SorMaster", "COMQFM", "Logoff")

    # --- master data ---------------------------------------------------------------------------------------------

    def add_warehouse(self, code: str, party: Party) -> None:
        self.company.insert("InvWhControl", Warehouse=code, Description=party.name)

    def add_supplier(self, code: str, party: Party, *, contact: str = "", contact_phone: str = "") -> None:
        """A customer."""
        self._parties[code] = party
        facts = {"Contact": contact, "Telephone": contact_phone or party.phone, "State": party.address.state}
        lines = {f"ShipToAddr{place}": text for place, text in _lines(party).items()}
        facts |= lines | {"ShipPostalCode": party.address.postcode}
        self.company.insert("ArCustomer", Customer=code, Name=party.name, **facts)

    def add_item(self, code: str, name: str, *, weight: str = "", hazardous: bool = False) -> None:
        seed.add_stock(self.company, code, name, mass=weight, hazard="Y" if hazardous else "")

    def weigh(self, item: str, weight: str) -> None:
        """The mass of the stock code; lines of notes keep theirs."""
        self.company.change("InvMaster", item, Mass=Decimal(weight))

    # --- what users do to documents ------------------------------------------------------------------------------

    def add(self, entered: Entered) -> None:
        """Without a place of its own it goes to the customer."""
        to = self._parties[entered.supplier] if entered.to is None else entered.to
        order = self._orders[entered.document] = _order_of(entered.document)
        lines = [self._line(each, entered.warehouse) for each in entered.lines]
        common: dict[str, Value] = {
            "Customer": entered.supplier,
            "CustomerName": self._parties[entered.supplier].name if entered.supplier in self._parties else "",
            "ShippingInstrs": self._instruction(entered.service),
            "DeliveryTerms": entered.freight_terms,
        }
        more: dict[str, Value] = {"ShippingInstrsCod": entered.service, "Warehouse": entered.warehouse}
        more |= {f"ShipAddress{place}": text for place, text in _lines(to).items()}
        more |= {"ShipPostalCode": to.address.postcode, "State": to.address.state}
        seed.add_order(self.company, order, *lines, **common, **more)
        due = f"{entered.needed_by(self.engine.now()):%Y-%m-%d}"
        seed.add_note(self.company, entered.document, order, *lines, **common, **_address(to), PlannedDeliverDate=due)
        if entered.received:
            seed.invoice(self.company, entered.document)

    def _instruction(self, code: str) -> str:
        """The carrier as the note words it; its code stands on the order only."""
        found = self.company.table("TblSoShipInst").get((code,))
        return str(found["InstructionText"]) if found else code

    def _line(self, line: Line, warehouse: str) -> seed.Goods:
        """In the stocking unit; what has left already is no part of the note."""
        factor = Decimal(line.per_unit) or Decimal(self._units.get((line.item, line.unit), "1"))
        left = (Decimal(line.quantity) - Decimal(line.received)) * factor
        mass = str(self.company.row("InvMaster", line.item)["Mass"])
        return seed.Goods(line.item, left, mass, warehouse=warehouse, unit=line.unit)

    def backdate(self, document: str, at: datetime) -> None:
        """Nothing of a note says when it was made."""

    def edit(self, document: str) -> None:
        self.company.change("MdnMaster", document, LastOperator="ANN")

    def change_quantity(self, document: str, line: str, quantity: int) -> None:
        values = {"MStockQtyToShp": Decimal(quantity), "MOrderQty": Decimal(quantity)}
        self.company.change("MdnDetail", document, Decimal(line), **values)
        self.edit(document)

    def readdress(self, document: str, to: Party) -> None:
        self.company.change("MdnMaster", document, **_address(to))

    def close(self, document: str) -> None:
        seed.move(self.company, document, "*")

    def leave(self, document: str) -> None:
        """The invoice run takes it, from whatever status."""
        seed.invoice(self.company, document)

    def delete(self, document: str) -> None:
        """With its order, and what stood in that one's form."""
        note, order = stored_key(document), stored_key(self._orders[document])
        for table, key in (("MdnMaster", note), ("MdnDetail", note), ("SorMaster", order), ("SorDetail", order)):
            rows = self.company.table(table)
            for each in [each for each in rows if each[0] == key]:
                del rows[each]
        self.company.table("CusSorMaster+").pop((order, ""), None)

    def write_beside(self, document: str, who: str) -> None:
        field, value = OTHERS[who]
        if who == "system":
            self.company.set_value(self.form, self._orders[document], field, value)
        else:
            self.company.change("MdnMaster", document, **{field: value})
        self._beside.setdefault(document, {})[field] = value

    def overwrite(self, document: str, name: str, value: str) -> None:
        """A person at the screen of the order's custom form."""
        stands: Value = Decimal(value) if name == "cost" else value
        self.company.set_value(self.form, self._orders[document], FIELDS[name], stands)

    def add_unit(self, item: str, unit: str, factor: str) -> None:
        self._units[item, unit] = factor

    def add_methods(self, methods: Mapping[str, str]) -> None:
        for code, text in methods.items():
            seed.add_instruction(self.company, code, text)

    def change_warehouse(self, document: str, code: str) -> None:
        for row in list(self.company.where("MdnDetail", DispatchNote=document)):
            self.company.change("MdnDetail", document, row["DispatchNoteLine"], MWarehouse=code)
        self.company.change("SorMaster", self._orders[document], Warehouse=code)
        self.edit(document)

    def after_write(self, document: str, act: Callable[[], object]) -> None:
        self.company.afterwards[stored_key(self._orders[document])] = act

    # --- what is seen --------------------------------------------------------------------------------------------

    def documents(self) -> Sequence[str]:
        return [each for each in self._orders if self._note(each) is not None]

    def fields_of(self, document: str) -> dict[str, str]:
        """A deleted note has none; a cost of zero is none."""
        if document not in self._orders:
            return {}
        found = {name: self._standing(document, code) for name, code in FIELDS.items()}
        found["tracking_numbers"] = " ".join(re.split(r"[,;\s]+", found["tracking_numbers"])).strip()
        if not Decimal(found["cost"] or 0):
            found["cost"] = ""
        return {name: value for name, value in found.items() if value}

    def _standing(self, document: str, field: str) -> str:
        """Return the value of a field of the form, or in a column of the note."""
        if any(each.name == field for each in FORM):
            value = self.company.value(self.form, self._orders[document], field)
            return "" if value is None else str(value)
        note = self._note(document)
        return str(note[field]) if note else ""

    def spoilt(self, document: str) -> Mapping[str, str]:
        if self._note(document) is None:
            return {}
        standing = {field: self._standing(document, field) for field in self._beside.get(document, {})}
        return {field: text for field, text in standing.items() if text != self._beside[document][field]}

    def written(self) -> Sequence[Written]:
        """Both operators are ours."""
        documents = {stored_key(order): document for document, order in self._orders.items()}
        documents |= {stored_key(document): document for document in self._orders}
        return [
            Written(each.at, self.user, documents[each.key], each.name, NAMES.get(each.name, ""), each.old, each.new)
            for each in list(self.engine.writes)
        ]

    def overlooked(self) -> Sequence[str]:
        return list(self.engine.ignored)

    def goods(self, document: str) -> Goods:
        note = self._note(document) or {}
        rows = self.company.where("MdnDetail", DispatchNote=document)
        pieces = tuple((Decimal(str(row["MStockQtyToShp"])), self._mass(row)) for row in rows)
        return Goods(frozenset({str(note["DispatchPostalCode"])}), pieces)

    def _mass(self, line: Row) -> Decimal | None:
        """Zero is missing: then the stock code's own counts."""
        item = self.company.row("InvMaster", line["MStockCode"])
        return Decimal(str(line["MStockUnitMass"] or 0)) or Decimal(str(item["Mass"] or 0)) or None

    def _note(self, document: str) -> Row | None:
        return self.company.table("MdnMaster").get((stored_key(document),))


def _order_of(document: str) -> str:
    """The number of a note's sales order: never the note's own."""
    return str(int(document) + 5_000_000) if document.isdigit() else f"S-{document}"


def _lines(party: Party) -> dict[str, str]:
    """Two lines for building and street, city, state and country: a third line has no place, as at the vendor."""
    at = party.address
    first, second = (*at.lines, "", "")[:2]
    return {"1": first, "2": second, "3": at.city, "4": at.state, "5": COUNTRIES.get(at.country, at.country)}


def _address(party: Party) -> dict[str, Value]:
    lines: dict[str, Value] = {f"DispatchAddress{place}": text for place, text in _lines(party).items()}
    at = party.address
    return {**lines, "DispatchCustName": party.name, "DispatchPostalCode": at.postcode, "State": at.state}


def _location(name: str, phone: str, line: str, city: str, state: str, postcode: str, country: str = "US") -> Any:
    address = {"lines": [line], "city": city, "state": state, "postcode": postcode, "country": country}
    return {"name": name, "phone": phone, "address": address}


LOCATIONS: dict[str, Any] = {
    "HQ": _location("Acme", "4045550100", "1 A St", "Atlanta", "GA", "30301"),
    "W01": _location("Acme", "5185550100", "1 Dock St", "Albany", "NY", "12207"),
    "W02": _location("Acme", "3125550100", "2200 W Fulton St", "Chicago", "IL", "60612"),
    "W03": _location("Acme", "2145550100", "5 Trinity Blvd", "Dallas", "TX", "75207"),
    "W90": _location("Acme Canada", "4165550155", "100 King St W", "Toronto", "ON", "M5X 1A9", "CA"),
}
"""The account's holder and the warehouses of the sandbox's customers (sandbox/seed.py)."""
