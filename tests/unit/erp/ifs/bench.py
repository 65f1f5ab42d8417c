"""An IFS tenant of the sandbox, our adapter on it, and every request between them held against the contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sandbox.engine import ConnectionDropped
from sandbox.erps.ifs.engine import IfsEngine
from sandbox.erps.ifs.seed import add_handling_unit, add_line, add_lookups, add_shipment, add_site
from sandbox.erps.ifs.tenant import Tenant
from sandbox.judging import NoContracts, contracts, judge_named
from sandbox.memory import ManualClock, MemorySecrets, MemoryTokens
from shared.carriers.ups.file import KIND as UPS
from shared.connection import Connection, Kinds, parse
from shared.erp.ifs.adapter import IfsCloud, open_erp
from shared.erp.ifs.file import KIND
from shared.http import Lost, Request, Response
from tests.builders import NOW

SECRET = "s3cr3t-of-ifs"


def a_connection(**changes: Any) -> Connection:
    """The connection of the design's example, with parts of it changed."""
    raw: dict[str, Any] = {
        "id": "acme-ifs-ups",
        "flow": "outbound",
        "erp": {
            "kind": "ifs-cloud",
            "host": "acme.ifs.cloud",
            "realm": "acmetst",
            "company": "10",
            "test_system": True,
            "weight_unit": "kg",
        },
        "carrier": {"kind": "ups", "account": "A1B2C3", "environment": "test", "shipper": {"location": "1"}},
        "timezone": "Europe/Stockholm",
        "schedule": "rate(5 minutes)",
        "select": {"site": ["1"], "state": ["Completed"], "forwarder": ["UPS"]},
        "packing": {"rule": "handling_units"},
        "services": {"UPS": "11"},
        "approve": {"mode": "automatic"},
        "write_back": {
            "tracking_numbers": {"to": "AirwayBillNo", "mode": "if_empty", "max": 50},
            "milestone": "Cf_TrackingStatus",
            "eta": "Cf_Eta",
        },
        "locations": {
            "1": {
                "name": "Acme",
                "phone": "+46850000000",
                "address": {"lines": ["Hamngatan 1"], "city": "Stockholm", "postcode": "11147", "country": "SE"},
            }
        },
    }
    for name, value in changes.items():
        raw[name] = {**raw[name], **value} if isinstance(value, dict) and isinstance(raw.get(name), dict) else value
    return parse(raw, Kinds.of(KIND, UPS))


@dataclass
class Wire:
    """The engine as the other side; each request is kept."""

    engine: IfsEngine
    sent: list[Request] = field(default_factory=list)
    before: Callable[[Request], object] = lambda _: None

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        self.sent.append(request)
        self.before(request)
        try:
            return self.engine.handle(request)
        except ConnectionDropped as error:
            raise Lost(str(error)) from error


def judged(bench: Bench) -> dict[str, list[str]]:
    """The problems of what was sent, by address; none where the contracts are not beside the project. A list of sites
    is not in the contract: a tenant may have it, and only then it is asked for."""
    try:
        judge = judge_named(contracts(), "ifs")
    except NoContracts:
        return {}
    sent = (each for each in bench.wire.sent if "Reference_Site" not in each.url)
    found = {each.url: judge.check(each.method, each.url, dict(each.headers), each.body) for each in sent}
    return {url: problems for url, problems in found.items() if problems}


class Bench:
    """One tenant with site 1, and the adapter of one connection."""

    def __init__(self, **changes: Any) -> None:
        self.clock = ManualClock(NOW)
        self.tenant = Tenant(now=self.clock.now)
        self.engine = IfsEngine(tenant=self.tenant, now=self.clock.now, client_secret=SECRET)
        add_site(self.tenant, "1", "Europe/Stockholm")
        add_lookups(self.tenant)
        for name in ("Cf_TrackingStatus", "Cf_Eta"):
            self.tenant.add_custom_field(name, "T", 40)
        self.wire = Wire(self.engine)
        self.changes = changes

    def erp(self, **changes: Any) -> IfsCloud:
        connection = a_connection(**{**self.changes, **changes})
        credential = {"client_id": "sandbox-client", "client_secret": SECRET}
        secrets = MemorySecrets({(connection.id, "erp"): credential})
        erp = open_erp(
            connection, secrets=secrets, tokens=MemoryTokens(self.clock), transport=self.wire, clock=self.clock
        )
        assert isinstance(erp, IfsCloud)
        return erp

    def shipment(self, **fields: Any) -> str:
        """A shipment with a line and a handling unit of 2.5 kg; its number."""
        number = add_shipment(self.tenant, "1", **fields)
        add_line(self.tenant, number, "BIKE-1", 2)
        add_handling_unit(self.tenant, number, weight=2.5, Width=30, Height=20, Depth=40, UomForLength="cm")
        return str(number)

    def passes(self, span: timedelta) -> None:
        self.clock.advance(span)

    def stored(self, document: str) -> dict[str, Any]:
        """The shipment as the database has it."""
        table = self.tenant.table("ShipmentSet")
        return next(row.values for key, row in table.items() if str(key[0]) == document)
