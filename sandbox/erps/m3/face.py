"""M3 behind the face of an emulated ERP."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sandbox.erps.m3 import seed
from sandbox.erps.m3.engine import M3Engine
from sandbox.erps.m3.kept import CountingTenant, KeepingM3
from sandbox.erps.m3.tenant import ExtensionKey, Tenant
from sandbox.faces import EmulatedErp, Entered, GivenCredential, Goods, Line, Now, Written
from shared.domain.address import Party
from shared.erp.infor.bindings import default_bindings

FIELDS = {
    "tracking_numbers": "A121",
    "service": "A230",
    "currency": "A430",
    "eta": "A530",
    "milestone": "A630",
    "cost": "N096",
}
"""Where a connection writes that maps nothing of its own."""
NAMES = {field: name for name, field in FIELDS.items()}
NOT_IN_THE_DEMO = ("lookup.", "po.bill_to")
"""Jobs of people, who look codes up, and of orders with an invoicing address of their own."""
IONAPI = "sandbox.ionapi"
OTHERS = {"system": ("A030", "EDI-850"), "user": ("A130", "QC-HOLD-7")}
"""The values that another system and a user keep in free fields of their own."""


class M3Erp(EmulatedErp):
    """A tenant with its gateway. `lean` keeps no traffic and its answers to reads."""

    kind = "infor-m3"
    name = "m3"
    hosts = frozenset({"mingle-ionapi.example.invalid", "mingle-sso.example.invalid"})
    operations = MappingProxyType(
        {
            "token": "token",
            "changed": "PPSSPPMI.LstSupHead",
            "read": "PPS200MI.GetHead",
            "write": "CUSEXTMI.AddFieldValue",
        }
    )
    user = seed.ionapi()["saak"]
    lists_services = False
    engine: M3Engine

    def __init__(self, now: Now, *, lean: bool = False) -> None:
        self.first = seed.ionapi()
        if lean:
            self.tenant: Tenant = CountingTenant(now)
            self.engine = KeepingM3(now, tenant=self.tenant, ionapi=self.first)
        else:
            self.tenant = Tenant(now)
            self.engine = M3Engine(now, tenant=self.tenant, ionapi=self.first)
        self._beside: dict[str, dict[str, str]] = {}

    @classmethod
    def file(cls) -> dict[str, Any]:
        return {
            "erp": {"kind": cls.kind, "cono": "100", "test_system": True},
            "select": {"status": {"from": "20", "to": "35"}, "delivery_method": ["UPS"]},
        }

    # --- credentials ---------------------------------------------------------------------------------------------

    @property
    def credential(self) -> Mapping[str, str]:
        return self.first

    def rotate(self) -> dict[str, str]:
        second = {**self.first, "cs": "second-client-secret", "sask": "second-secret-key"}
        self.engine.token_server.accepted = (second, self.first)
        return second

    def withdraw_first(self) -> None:
        """Also where there is no second one."""
        server = self.engine.token_server
        server.accepted = server.accepted[:1] or ({**self.first, "cs": "unknown", "sask": "unknown"},)

    def expire_tokens(self) -> None:
        self.engine.expire_tokens()

    @property
    def sessions(self) -> int:
        return self.engine.token_server.issued

    def credential_in(self, folder: Path) -> GivenCredential:
        file = folder / IONAPI
        file.write_text(json.dumps(self.first))
        return GivenCredential(("--ionapi", str(file)), "", str(file))

    def vendor_url(self, operation: str) -> str:
        return self.first["pu"] if operation == "token" else self.first["iu"]

    @classmethod
    def shown_in_the_demo(cls) -> Sequence[str]:
        """Every transaction of a job that the demo has. What the others ask is judged in
        tests/contract/test_m3_judge.py."""
        bound = [each for job, each in default_bindings().items() if not job.startswith(NOT_IN_THE_DEMO)]
        named = {f"{binding.program}.{binding.transaction}" for binding in bound}
        return sorted(named | {"token", "CUSEXTMI.ChgFieldValue"})

    # --- master data ---------------------------------------------------------------------------------------------

    def add_warehouse(self, code: str, party: Party) -> None:
        seed.add_warehouse(self.tenant, code, party)

    def add_supplier(self, code: str, party: Party, *, contact: str = "", contact_phone: str = "") -> None:
        seed.add_supplier(self.tenant, code, party, contact=contact, contact_phone=contact_phone)

    def add_item(self, code: str, name: str, *, weight: str = "", hazardous: bool = False) -> None:
        seed.add_item(self.tenant, code, name, weight=weight, hazardous=hazardous)

    def weigh(self, item: str, weight: str) -> None:
        self.tenant.change_item(item, GRWE=weight)

    # --- what users do to documents ------------------------------------------------------------------------------

    def add(self, entered: Entered) -> None:
        seed.add_order(
            self.tenant,
            entered.document,
            supplier=entered.supplier,
            lines=[_line(each) for each in entered.lines],
            warehouse=entered.warehouse,
            to=entered.to,
            status="50" if entered.received else "20",
            delivery_method=entered.service,
            freight_terms=entered.freight_terms,
            needed=f"{entered.needed_by(self.engine.now()):%Y%m%d}",
        )

    def backdate(self, document: str, at: datetime) -> None:
        self.tenant.orders[document].stamp = int(at.timestamp() * self.tenant.ticks_per_second)
        if isinstance(self.tenant, CountingTenant):
            self.tenant.listed += 1

    def edit(self, document: str) -> None:
        self.tenant.touch(document)

    def change_quantity(self, document: str, line: str, quantity: int) -> None:
        self.tenant.change_line(document, line, ORQA=str(quantity), ORQT=str(quantity))

    def readdress(self, document: str, to: Party) -> None:
        self.tenant.change_delivery(document, "1", seed.delivery(to))

    def close(self, document: str) -> None:
        self.tenant.cancel(document)

    def leave(self, document: str) -> None:
        for line in self.tenant.orders[document].lines:
            self.tenant.change_line(document, line["PNLI"], PUSL="75")

    def delete(self, document: str) -> None:
        self.tenant.delete(document)

    def write_beside(self, document: str, who: str) -> None:
        field, value = OTHERS[who]
        self._record(document)[field] = value
        self._beside.setdefault(document, {})[field] = value

    def overwrite(self, document: str, name: str, value: str) -> None:
        self._record(document)[FIELDS[name]] = value

    def _record(self, document: str) -> dict[str, str]:
        return self.tenant.extensions.setdefault(ExtensionKey("MPHEAD", (document,)), {})

    def add_unit(self, item: str, unit: str, factor: str) -> None:
        seed.add_unit(self.tenant, item, unit, factor)

    def add_methods(self, methods: Mapping[str, str]) -> None:
        self.tenant.codes["MODL"] |= methods

    def change_warehouse(self, document: str, code: str) -> None:
        self.tenant.change_head(document, WHLO=code)
        for line in self.tenant.orders[document].lines:
            self.tenant.change_line(document, line["PNLI"], WHLO=code)

    def after_write(self, document: str, act: Callable[[], object]) -> None:
        self.tenant.afterwards[document] = act

    # --- what is seen --------------------------------------------------------------------------------------------

    def documents(self) -> Sequence[str]:
        return list(self.tenant.orders)

    def fields_of(self, document: str) -> dict[str, str]:
        standing = self.tenant.free_fields(document)
        return {name: standing[field] for name, field in FIELDS.items() if _filled(standing.get(field, ""))}

    def spoilt(self, document: str) -> Mapping[str, str]:
        standing = self.tenant.free_fields(document)
        beside = self._beside.get(document, {})
        return {field: standing.get(field, "") for field, value in beside.items() if standing.get(field) != value}

    def written(self) -> Sequence[Written]:
        return [
            Written(each.at, each.who, each.document, each.field, NAMES.get(each.field, ""), each.old, each.new)
            for each in list(self.tenant.field_writes)
        ]

    def goods(self, document: str) -> Goods:
        """Lines go to their own delivery address, else to the warehouse."""
        entered = self.tenant.orders[document]
        warehouse = self.tenant.warehouses[entered.head["WHLO"]]
        own = (entered.deliveries.get(line["PNLI"]) for line in entered.lines)
        places = frozenset(each["DPON"] if each else warehouse["PONO"] for each in own)
        pieces = tuple((Decimal(line["ORQA"]), self._weight(line["ITNO"])) for line in entered.lines)
        return Goods(places, pieces)

    def _weight(self, item: str) -> Decimal | None:
        return Decimal(self.tenant.items[item].get("GRWE", "") or 0) or None


def _filled(value: str) -> bool:
    return value.strip() not in ("", "0")


def _line(line: Line) -> seed.Line:
    """M3's own line has more to say; what is not said gets its usual value."""
    if isinstance(line, seed.Line):
        return line
    return seed.Line(line.item, line.quantity, line.unit, line.per_unit, line.to, line.received)
