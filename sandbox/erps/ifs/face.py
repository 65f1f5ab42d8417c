"""IFS Cloud behind the face of an emulated ERP: shipments that go from a site to a customer.

A warehouse of the face is a site, a supplier the customer who receives. A shipping clerk packs each line into cartons,
whose gross weight IFS works out from the parts (facts/ifs.md, sections 4 and 5).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from sandbox.erps.ifs import seed
from sandbox.erps.ifs.engine import IfsEngine
from sandbox.erps.ifs.literals import Value
from sandbox.erps.ifs.metadata import metadata
from sandbox.erps.ifs.tenant import Stored, Tenant
from sandbox.faces import EmulatedErp, Entered, GivenCredential, Goods, Line, Now, Written
from shared.domain.address import Party
from shared.domain.order import Flow

HOST = "acme.ifs.example.invalid"
ZONE = "America/New_York"
FIELDS = {
    "tracking_numbers": "AirwayBillNo",
    "service": "Cf_CarrierService",
    "currency": "Cf_FreightCurrency",
    "eta": "Cf_Eta",
    "milestone": "Cf_TrackingStatus",
    "cost": "Cf_FreightCost",
}
"""Where the connection writes. IFS has a field of its own for the number only; all others were made (section 6)."""
NAMES = {field: name for name, field in FIELDS.items()}
OTHERS = {"system": ("Cf_EdiReference", "EDI-850"), "user": ("NoteText", "QC-HOLD-7")}
"""The values that another system and a user keep on the shipment."""
FIRST = {"client_id": "sandbox-client", "client_secret": "sandbox-secret", "hosts": HOST}
SECOND = {**FIRST, "client_secret": "second-client-secret"}
CARTON = Decimal(22)
"""Kilograms that the clerk puts into one carton at most; a heavier piece has one of its own."""


class IfsErp(EmulatedErp):
    """A tenant with its IAM. `lean` keeps no traffic."""

    kind = "ifs-cloud"
    name = "ifs"
    hosts = frozenset({HOST})
    operations = MappingProxyType(
        {
            "token": "token",
            "changed": "ShipmentHandling.ShipmentSet.GET",
            "read": "ShipmentHandling.ShipmentLineSet.GET",
            "write": "ShipmentHandling.ShipmentSet.PATCH",
        }
    )
    user = "PARCELBRIDGE"
    token_life = timedelta(seconds=150)  # 180 s, and renewed 30 s before they end
    most_numbers = 2  # of UPS, within 50 characters
    flow: ClassVar[Flow] = "outbound"
    several_places = names_terms = weighs_lines = knows_hazards = False
    names_warehouses = takes_when_closed = False
    engine: IfsEngine

    def __init__(self, now: Now, *, lean: bool = False) -> None:
        self.tenant = Tenant(now)
        self.engine = IfsEngine(now, tenant=self.tenant)
        if lean:
            nothing: Any = deque(maxlen=0)
            self.engine.recorded = nothing
        seed.add_lookups(self.tenant)
        for field in (*FIELDS.values(), OTHERS["system"][0]):
            if field.startswith("Cf_"):
                self.tenant.add_custom_field(field, "T", 100)
        self._parties: dict[str, Party] = {}
        self._items: dict[str, tuple[str, Decimal]] = {}
        self._beside: dict[str, dict[str, str]] = {}
        self._units = 0

    @classmethod
    def file(cls) -> dict[str, Any]:
        """The sites are in no list of the file: the shipment says where it goes from."""
        return {
            "flow": "outbound",
            "timezone": ZONE,
            "erp": {
                "kind": cls.kind,
                "host": HOST,
                "realm": "acmetst",
                "company": "10",
                "weight_unit": "kg",
                "phone": "2125550199",
                "test_system": True,
            },
            "select": {"state": ["Completed"], "forwarder": ["UPS"]},
            "packing": {"rule": "handling_units"},
            "write_back": {**FIELDS, "tracking_numbers": {"to": "AirwayBillNo", "mode": "if_empty", "max": 50}},
        }

    @property
    def described(self) -> Mapping[str, Any]:
        """The metadata of the shipments: this tenant lists its sites."""
        name = "ShipmentHandling"
        return {"metadata": [metadata(name, self.tenant.projections[name]).decode()]}

    # --- credentials ---------------------------------------------------------------------------------------------

    @property
    def credential(self) -> Mapping[str, str]:
        return FIRST

    def rotate(self) -> dict[str, str]:
        self.engine.token_server.further.add(SECOND["client_secret"])
        return dict(SECOND)

    def withdraw_first(self) -> None:
        """Also where there is no second one."""
        self.engine.token_server.client_secret = "withdrawn"  # noqa: S105 - nobody has it

    def expire_tokens(self) -> None:
        self.engine.expire_tokens()

    @property
    def sessions(self) -> int:
        return self.engine.token_server.issued

    def credential_in(self, folder: Path) -> GivenCredential:
        name, secret = FIRST["client_id"], FIRST["client_secret"]
        return GivenCredential(
            ("--client-id", name, "--client-secret-stdin", "--host", HOST), f"{secret}\n", f"{name}, {secret}"
        )

    def vendor_url(self, operation: str) -> str:
        return f"https://{HOST}"

    @classmethod
    def shown_in_the_demo(cls) -> Sequence[str]:
        return ("token", *sorted(set(cls.operations.values()) - {"token"}), "HandlingUnitsHandling.HandlingUnits.GET")

    # --- master data ---------------------------------------------------------------------------------------------

    def add_warehouse(self, code: str, party: Party) -> None:
        self._parties[code] = party
        seed.add_site(self.tenant, code, ZONE, name=party.name)

    def add_supplier(self, code: str, party: Party, *, contact: str = "", contact_phone: str = "") -> None:
        """A customer. Phones stand nowhere on a shipment (section 4)."""
        self._parties[code] = Party(party.name, party.address, contact)

    def add_item(self, code: str, name: str, *, weight: str = "", hazardous: bool = False) -> None:
        """A shipment does not say that a part is hazardous."""
        self._items[code] = name, Decimal(weight or 0)

    def weigh(self, item: str, weight: str) -> None:
        """Gross weights are worked out anew; no version moves, for they are no columns."""
        self._items[item] = self._items[item][0], Decimal(weight)
        for line in self.tenant.table("ShipmentLineSet").values():
            if line.values["SourcePartNo"] == item:
                self._pack(str(line.values["ShipmentId"]))

    # --- what users do to documents ------------------------------------------------------------------------------

    def add(self, entered: Entered) -> None:
        """Without a place of its own it goes to the customer."""
        to = self._parties[entered.supplier] if entered.to is None else entered.to
        due = datetime.combine(entered.needed_by(self.engine.now()), time())  # the wall clock of the site
        fields: dict[str, Any] = {
            "ShipmentId": Decimal(entered.document),
            "ReceiverId": entered.supplier,
            "ForwardAgentId": entered.service,
            "PlannedShipDate": self.tenant.site_time(entered.warehouse),
            "PlannedDeliveryDate": due,
            "ConsignmentNoteId": entered.document,
            **_sender(self._parties[entered.warehouse]),
            **_receiver(to),
        }
        seed.add_shipment(self.tenant, entered.warehouse, state="Closed" if entered.received else "Completed", **fields)
        for line in entered.lines:
            self._add_line(entered.document, line)
        self._pack(entered.document)

    def _add_line(self, document: str, line: Line) -> None:
        """Add a line with its open quantity: goods that have left already are no part of the shipment."""
        name, quantity = self._items[line.item][0], int(line.quantity) - int(line.received)
        number, words = int(document), {"SourcePartDescription": name, "SourceUnitMeas": line.unit}
        seed.add_line(self.tenant, number, line.item, quantity, order=f"C{document}", **words)

    def _pack(self, document: str) -> None:
        """Cartons for what is on the lines, instead of those that there are."""
        units = self.tenant.table("HandlingUnits")
        for key in [key for key, each in units.items() if each.values["ShipmentId"] == Decimal(document)]:
            del units[key]
        for quantity, weight in self._pieces(document):
            left, each = quantity, weight or Decimal(0)
            fits = max(1, int(CARTON // each)) if each else int(quantity)
            while left > 0:
                inside = min(left, Decimal(fits))
                self._units += 1
                number: dict[str, Any] = {"HandlingUnitId": Decimal(self._units)}
                seed.add_handling_unit(self.tenant, int(document), weight=float(inside * each), **number)
                left -= inside

    def backdate(self, document: str, at: datetime) -> None:
        row = self._row(document)
        row.version = at.astimezone(self.tenant.database_timezone).strftime("%Y%m%d%H%M%S")
        row.values["CreatedDate"] = self.tenant.site_time(str(row.values["Contract"]), at).date()

    def edit(self, document: str) -> None:
        self._change(document)

    def change_quantity(self, document: str, line: str, quantity: int) -> None:
        values = {"InventoryQty": Decimal(quantity), "QtyToShip": Decimal(quantity)}
        self.tenant.change("ShipmentLineSet", (Decimal(document), Decimal(line)), **values)
        self._pack(document)
        self._change(document)

    def readdress(self, document: str, to: Party) -> None:
        self._change(document, **_receiver(to))

    def close(self, document: str) -> None:
        self._change(document, Objstate="Cancelled")

    def leave(self, document: str) -> None:
        """Delivered, then closed."""
        seed.deliver(self.tenant, int(document))
        self._change(document, Objstate="Closed")

    def delete(self, document: str) -> None:
        del self.tenant.table("ShipmentSet")[Decimal(document),]

    def write_beside(self, document: str, who: str) -> None:
        field, value = OTHERS[who]
        self._change(document, **{field: value})
        self._beside.setdefault(document, {})[field] = value

    def overwrite(self, document: str, name: str, value: str) -> None:
        self._change(document, **{FIELDS[name]: value})

    def add_unit(self, item: str, unit: str, factor: str) -> None:
        """A line of a shipment is in the unit of inventory."""

    def add_methods(self, methods: Mapping[str, str]) -> None:
        for code, text in methods.items():
            seed.add_forwarder(self.tenant, code, text)

    def change_warehouse(self, document: str, code: str) -> None:
        self._change(document, Contract=code, **_sender(self._parties[code]))

    def after_write(self, document: str, act: Callable[[], object]) -> None:
        self.tenant.afterwards[int(document)] = act

    def _change(self, document: str, **values: Value) -> None:
        self.tenant.change("ShipmentSet", (Decimal(document),), **values)

    # --- what is seen --------------------------------------------------------------------------------------------

    def documents(self) -> Sequence[str]:
        return [str(key[0]) for key in self.tenant.table("ShipmentSet")]

    def fields_of(self, document: str) -> dict[str, str]:
        """A deleted shipment has none."""
        row = self.tenant.table("ShipmentSet").get((Decimal(document),))
        found = {name: str(row.values.get(field) or "") for name, field in FIELDS.items()} if row else {}
        found["tracking_numbers"] = found.get("tracking_numbers", "").replace(",", "")
        return {name: value for name, value in found.items() if value}

    def spoilt(self, document: str) -> Mapping[str, str]:
        row = self.tenant.table("ShipmentSet").get((Decimal(document),))
        beside = self._beside.get(document, {}) if row else {}
        standing = row.values if row else {}
        return {field: str(standing.get(field)) for field, value in beside.items() if standing.get(field) != value}

    def written(self) -> Sequence[Written]:
        """Only our account comes through the API."""
        return [
            Written(each.at, self.user, str(each.key[0]), field, NAMES.get(field, ""), _text(each.before, field), new)
            for each in list(self.engine.writes)
            for field in each.values
            for new in [_text(each.values, field)]
        ]

    def goods(self, document: str) -> Goods:
        place = str(self._row(document).values["ReceiverZipCode"] or "")
        return Goods(
            frozenset({place}), tuple((quantity, weight or None) for quantity, weight in self._pieces(document))
        )

    def _pieces(self, document: str) -> list[tuple[Decimal, Decimal]]:
        lines = self.tenant.table("ShipmentLineSet").items()
        mine = [each.values for key, each in lines if key[0] == Decimal(document)]
        return [(Decimal(str(line["InventoryQty"])), self._items[str(line["SourcePartNo"])][1]) for line in mine]

    def _row(self, document: str) -> Stored:
        return self.tenant.shipment(int(document))


def _text(values: Mapping[str, Value], field: str) -> str:
    return str(values.get(field) or "")


def _sender(party: Party) -> dict[str, str | None]:
    return {"SenderName": party.name, **_address(party, "Sender")}


def _receiver(party: Party) -> dict[str, str | None]:
    return {
        "ReceiverAddressName": party.name,
        "ReceiverReference": party.attention or None,
        **_address(party, "Receiver"),
    }


def _address(party: Party, side: str) -> dict[str, str | None]:
    at = party.address
    lines: dict[str, str | None] = {f"{side}Address{number}": None for number in range(1, 7)}
    lines |= {f"{side}Address{number}": line for number, line in enumerate(at.lines, 1)}
    rest = {"City": at.city, "State": at.state, "ZipCode": at.postcode, "Country": at.country}
    return {**lines, **{f"{side}{name}": value or None for name, value in rest.items()}}
