"""A small SYSPRO for tests of the adapter, written from the facts alone; every call is held against the judge."""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from defusedxml.ElementTree import fromstring

from sandbox.memory import ManualClock, MemoryLeases, MemorySecrets
from shared.carriers.ups.file import KIND as UPS
from shared.connection import Connection, Kinds, parse
from shared.erp.syspro.adapter import Syspro, open_erp
from shared.erp.syspro.file import KIND
from shared.http import Lost, Request, Response
from tests.builders import NOW

CONTRACTS = Path(os.environ.get("PARCELBRIDGE_CONTRACTS") or Path(__file__).resolve().parents[4] / ".." / "shared")
PASSWORD, OPERATOR = "c4n&ry #1", "LINK"
ORDER, OTHER = "000000000015574", "000000000015575"
GONE = "ERROR: Unable to read the SYSPRO base directory registry string BaseDir8"
NOT_LICENSED = "ERROR: e.net exception raised: 100000"
FEED = "https://erp.example/odata/A"
FIELDS = {"TRACK1": ("A", 60), "TRKSVC": ("A", 16), "TRKSTS": ("A", 20), "FRTCST": ("N", 12), "FRTCUR": ("A", 3)}
KEYS = {
    "MdnMaster": ("DispatchNote",),
    "MdnDetail": ("DispatchNote", "DispatchNoteLine"),
    "SorMaster": ("SalesOrder",),
    "SorDetail": ("SalesOrder", "SalesOrderLine"),
}


def a_connection(**changes: Any) -> Connection:
    """The connection of the design's example, with parts of it changed."""
    raw: dict[str, Any] = {
        "id": "acme-syspro-ups",
        "flow": "outbound",
        "erp": {
            "kind": "syspro",
            "url": "https://erp.example:30001",
            "company": "A",
            "weight_unit": "lb",
            "default_country": "US",
            "test_system": True,
        },
        "carrier": {"kind": "ups", "account": "A1B2C3", "environment": "test", "shipper": {"location": "MAIN"}},
        "timezone": "America/Chicago",
        "schedule": "rate(30 minutes)",
        "select": {"status": ["5", "7"], "ship_via": ["UPS"]},
        "packing": {"rule": "max_weight", "max_weight": {"value": 50, "unit": "lb"}},
        "services": {"UPS": "03"},
        "approve": {"mode": "automatic"},
        "write_back": {
            "tracking_numbers": {"form": "ORD", "field": "TRACK1", "max": 60, "mode": "append"},
            "service": "TRKSVC",
            "milestone": {"form": "ORD", "field": "TRKSTS", "values": {"delivered": "D"}},
            "cost": {"form": "ORD", "field": "FRTCST"},
        },
        "locations": {
            "MAIN": {
                "name": "Acme",
                "phone": "3125550100",
                "address": {
                    "lines": ["200 Dock Rd"],
                    "city": "Chicago",
                    "state": "IL",
                    "postcode": "60601",
                    "country": "US",
                },
            }
        },
    }
    for name, value in changes.items():
        raw[name] = {**raw[name], **value} if isinstance(value, dict) and isinstance(raw.get(name), dict) else value
    return parse(raw, Kinds.of(KIND, UPS))


def judge() -> Any:
    """The judge's module, None where the contracts are not beside the project."""
    file = CONTRACTS / "tools" / "judge_syspro.py"
    if not file.exists():
        return None
    spec = importlib.util.spec_from_file_location("judge_syspro", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass
class Fake:
    """Tables, forms and sessions. `before` may answer a call in its place, or raise; `after` spoils its answer."""

    tables: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    forms: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    password: str = PASSWORD
    session: str = ""
    logons: int = 0
    ignored: set[str] = field(default_factory=set)
    bare: bool = False
    sent: list[tuple[Request, str]] = field(default_factory=list)
    written: list[tuple[str, ...]] = field(default_factory=list)
    before: Callable[[str, dict[str, str]], str | Response | None] = lambda _call, _given: None
    after: Callable[[str, dict[str, str], str], str | Response] = lambda _call, _given, answer: answer

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        assert 0 < timeout <= 120
        parts = urlsplit(request.url)
        call = parts.path.partition("/Rest/")[2]
        given = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        if call == "Transaction/PostLD":
            root = fromstring(request.body)
            given = {each.tag.rpartition("}")[2]: each.text or "" for each in root}
        try:
            early = self.before(call, given)
            answer = self._answer(call, given) if early is None else early
            answer = self.after(call, given, answer) if isinstance(answer, str) else answer
        except Lost:
            self.sent.append((request, ""))
            raise
        response = answer if isinstance(answer, Response) else Response(200, {}, answer.encode("cp1252"))
        self.sent.append((request, response.body.decode("cp1252") if response.status == 200 else ""))
        return response

    def _answer(self, call: str, given: dict[str, str]) -> str:
        if call in ("GetVersion", "Logon"):
            return "7.0.0.6" if call == "GetVersion" else self._logon(given)
        if given["UserId"] != self.session:
            return GONE
        if call == "Logoff":
            self.session = ""
            return "0"
        if call == "GetLogonProfile":
            return "<Profile><SysproVersion>8.0.161</SysproVersion><SystemSiteId>SITE1</SystemSiteId></Profile>"
        return self._asked(call, given)

    def _logon(self, given: dict[str, str]) -> str:
        if given["OperatorPassword"] != self.password:
            return "ERROR: Invalid operator password"
        self.logons += 1
        self.session = f"{self.logons:034d}  "
        return f'"{self.session}"'

    def _asked(self, call: str, given: dict[str, str]) -> str:
        what = {"Query/Fetch": "COMFCH"}.get(call) or given["BusinessObject"]
        assert "<?xml" in given["XmlIn"]
        document = fromstring(given["XmlIn"])
        only = "<ValidateOnly>Y" in given.get("XmlParameters", "")
        made: dict[str, Callable[[], str]] = {
            "COMFND": lambda: self._find(document),
            "COMFCH": lambda: self._fetch(document),
            "COMQFM": lambda: self._form(document),
            "SORQDN": lambda: self._detail(document),
            "COMSFM": lambda: self._setup(call, document, only=only),
            "SORTDH": lambda: self._note(document, only=only),
        }
        return NOT_LICENSED if what in self.absent else made[what]() + "\n "

    def _find(self, document: Any) -> str:
        table = document.findtext("TableName")
        columns = [each.text for each in document.iterfind("Columns/Column")]
        rows = [row for row in self.tables.get(table, []) if _holds(document, row)]
        key = document.findtext("OrderBy/Column")
        known = set().union(*(row.keys() for row in self.tables.get(table, []))) or set(columns)
        if not set(columns) <= known:
            return f"<{table}>{an_error('Column', '100000', 'Column not known')}</{table}>"
        rows = sorted(rows, key=lambda row: row[key])[: int(document.findtext("ReturnRows"))]
        inside = "".join(
            "<Row>" + "".join(f"<{each}>{escape(row.get(each, ''))}</{each}>" for each in columns) + "</Row>"
            for row in rows
        )
        return (
            f'<?xml version="1.0" encoding="Windows-1252"?><{table}><HeaderDetails><TableName>{table}</TableName>'
            f"</HeaderDetails>{inside}<RowsReturned>{len(rows):>6}</RowsReturned></{table}>"
        )

    def _detail(self, document: Any) -> str:
        """SORQDN; `bare` lines name neither their type nor their order, as code of an old release has them."""
        key = document.findtext("Key/DispatchNote")
        (head,) = [row for row in self.tables["MdnMaster"] if row["DispatchNote"] == key]
        lines = ""
        for row in self.tables["MdnDetail"]:
            left_out = {"SalesOrder", "LineType"} if self.bare else set()
            inner = "".join(f"<{n}>{escape(v)}</{n}>" for n, v in row.items() if n not in left_out)
            lines += f"<Merchandise>{inner}</Merchandise>" if row["DispatchNote"] == key else ""
        order = head["SalesOrder"]
        return f"<DispatchNoteDetail><SalesOrder>{order}</SalesOrder><Lines>{lines}</Lines></DispatchNoteDetail>"

    def _fetch(self, document: Any) -> str:
        table, key = document.findtext("TableName"), document.findtext("Key")
        row = next(row for row in self.tables[table] if row[KEYS[table][0]] == key)
        return (
            f"<{table}>" + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in row.items()) + f"</{table}>"
        )

    def _form(self, document: Any) -> str:
        form, key = document.findtext("Key/FormType"), document.findtext("Key/KeyField")
        values = self.forms.get((form, key), {})
        fields = "".join(
            f"<Field><Name>{name}</Name><Column>{name}</Column><Type>{kind}</Type><Length>{length}</Length>"
            f"<Value>{escape(values.get(name, ''))}</Value><ValueNull>{'NY'[name not in values]}</ValueNull></Field>"
            for name, (kind, length) in FIELDS.items()
        )
        head = f"<Key><FormType>{form}</FormType><KeyField>{key}</KeyField></Key>"
        return f"<Query>{head}{fields if form == 'ORD' else ''}</Query>"

    def _setup(self, call: str, document: Any, *, only: bool) -> str:
        items = ""
        for item in document.iterfind("Item"):
            form, key, name = (item.findtext(f"Key/{each}") for each in ("FormType", "KeyField", "FieldName"))
            value = next(
                item.findtext(each)
                for each in ("AlphaValue", "NumericValue", "DateValue")
                if item.find(each) is not None
            )
            values = self.forms.setdefault((form, key), {})
            wrong = (name in values) == (call == "Setup/Add")
            if wrong:
                items += f"<item>{an_error('fieldname', '120001', 'Duplicate key')}</item>"
            elif not only and name not in self.ignored:
                values[name] = value or ""
                self.written.append((call, key, name, value or ""))
        failed = items.count("<item>")
        return (
            f"<setupcustomform>{items}<StatusOfItems><recordsread>{len(list(document)):05}</recordsread>"
            f"<recordsinvalid>{failed:05}</recordsinvalid></StatusOfItems></setupcustomform>"
        )

    def _note(self, document: Any, *, only: bool) -> str:
        for item in document.iterfind("Item"):
            (row,) = [r for r in self.tables["MdnMaster"] if r["DispatchNote"] == item.findtext("DispatchNote")]
            new = {each.tag: (each.text or "")[:30] for each in item if each.tag != "DispatchNote"}
            if not only:
                row.update(new)
                self.written.append(("SORTDH", row["DispatchNote"], *new.values()))
        counted = "<ItemsProcessed>000001</ItemsProcessed><ItemsInvalid>0</ItemsInvalid>"
        return f"<PostDispNoteHeader><Item/><StatusofItems>{counted}</StatusofItems></PostDispNoteHeader>"


def an_error(name: str, number: str, said: str) -> str:
    """An error of a document, as e.net writes it."""
    inside = f"<Value/><ErrorNumber>{number}</ErrorNumber><ErrorDescription>{said}</ErrorDescription>"
    return f"<{name}>{inside}</{name}>"


def _holds(document: Any, row: dict[str, str]) -> bool:
    """The conditions, worked out as Python has them: names and values are data of the test."""
    words = []
    for each in document.iterfind("Where/Expression"):
        value, want = row.get(each.findtext("Column"), ""), each.findtext("Value") or ""
        true = {"EQ": value == want, "GE": value >= want, "LE": value <= want}[each.findtext("Condition")]
        joint = (each.findtext("AndOr") or "").lower()
        words.append(f"{joint} {each.findtext('OpenBracket')}{true}{each.findtext('CloseBracket')}")
    text = " ".join(words)
    assert re.fullmatch(r"[()\s]*|(?:[()\s]|True|False|and|or)*", text)
    return bool(eval(text)) if text.strip() else True


class Bench:
    """One SYSPRO with company A, and the adapter of one connection. All calls pass the judge when it is there."""

    def __init__(self, **changes: Any) -> None:
        self.clock, self.fake, self.changes = ManualClock(NOW), Fake(), changes
        self.leases = MemoryLeases(self.clock, {})
        self.fake.tables = {name: [] for name in ("MdnMaster", "MdnDetail", "SorMaster", "SorDetail")}
        self.fake.tables["ArCustomer"] = [{"Customer": "C1", "Name": "Valve Works Inc", "Telephone": "716-555-0101"}]
        self.fake.tables["InvMaster"] = [{"StockCode": "GASKET", "Mass": "      0.800000", "StorageHazard": ""}]
        self.opened: list[Syspro] = []

    def erp(self, **changes: Any) -> Syspro:
        connection = a_connection(**{**self.changes, **changes})
        credential = {
            "operator": OPERATOR,
            "operator_password": PASSWORD,
            "odata_user": "feed",
            "odata_password": "f33d",
        }
        secrets = MemorySecrets({(connection.id, "erp"): credential})
        erp = open_erp(
            connection, secrets=secrets, transport=self.fake, clock=self.clock, leases=self.leases, sleep=lambda _: None
        )
        assert isinstance(erp, Syspro)
        self.opened.append(erp)
        return erp

    def run(self, ask: Callable[[Syspro], Any], **changes: Any) -> Any:
        """One run: opened, asked, closed."""
        erp = self.erp(**changes)
        try:
            return ask(erp)
        finally:
            erp.close()

    def note(
        self, number: str = "000000000000346", orders: tuple[str, ...] = ("000000000015574",), **fields: str
    ) -> str:
        """A dispatch note with a line of each order, and the orders; its number as people know it."""
        row = dict.fromkeys(_COLUMNS, "") | {
            "DispatchNote": number, "SalesOrder": orders[0], "Customer": "C1", "DispatchNoteStatus": "5",
            "DispatchCustName": "Valve Works", "DispatchAddress1": "Unit 4", "DispatchAddress2": "77 Mill Rd",
            "DispatchAddress3": "Buffalo", "DispatchAddress4": "New York", "State": "NY", "DispatchPostalCode": "14201",
            "PlannedDeliverDate": "2026-11-05", "TimeStamp": f"{len(self.fake.tables['MdnMaster']) + 1000}",
        } | fields  # fmt: skip
        self.fake.tables["MdnMaster"].append(row)
        for place, order in enumerate(orders, 1):
            self.line(number, str(place), order)
            if order not in {each["SalesOrder"] for each in self.fake.tables["SorMaster"]}:
                self.order(order)
        return number.lstrip("0")

    def order(self, number: str, **fields: str) -> None:
        self.fake.tables["SorMaster"].append(
            dict.fromkeys(_ORDER_COLUMNS, "") | {"SalesOrder": number, "ShippingInstrsCod": "UPS", "OrderStatus": "4",
            "Customer": "C1", "NumDispatches": "1", "CustomerName": "Valve Works", "ShipAddress3": "Buffalo",
            "ShipAddress2": "77 Mill Rd", "State": "NY", "ShipPostalCode": "14201",
            "EntrySystemDate": "2026-11-02"} | fields
        )  # fmt: skip

    def line(self, note: str, number: str, order: str, table: str = "MdnDetail", **fields: str) -> None:
        key = {"DispatchNote": note, "DispatchNoteLine": number} if table == "MdnDetail" else {}
        self.fake.tables[table].append(
            {**key, "SalesOrder": order, "SalesOrderLine": number, "LineType": "1", "MStockCode": f"VALVE-{number}",
            "MStockDes": "Gate valve", "MWarehouse": "FG", "MStockQtyToShp": "         2.000000", "MStockingUom": "EA",
            "MStockUnitMass": "3.500000", "MBomFlag": "", **fields}
        )  # fmt: skip

    def calls(self) -> list[str]:
        """The calls so far, with their objects."""
        found = []
        for request, _ in self.fake.sent:
            parts = urlsplit(request.url)
            given = parse_qs(parts.query)
            found.append(" ".join([parts.path.partition("/Rest/")[2], *given.get("BusinessObject", ())]))
        return found

    def judged(self) -> list[str]:
        """Return the problems that the vendor's judge finds in the calls and in their order."""
        judging = judge()
        if judging is None:
            return []
        run = judging.SysproRun(judging.SysproJudge(odata=FEED))
        for request, answer in self.fake.sent:
            run.see(request.method, request.url, dict(request.headers), request.body, answer=answer or None)
        return list(run.finish())


_COLUMNS = (
    "DispatchNote", "SalesOrder", "Customer", "CustomerPoNumber", "DispatchNoteStatus", "Invoice", "InvoiceCreatedDate",
    "PlannedDeliverDate", "ShippingInstrs", "Branch", "UserField1", "UserField2", "ActualDeliveryDate",
    "DispatchCustName", "DispatchName", "DispatchAddress1", "DispatchAddress2", "DispatchAddress3", "DispatchAddress4",
    "DispatchAddress5", "DispatchPostalCode", "State", "TimeStamp",
)  # fmt: skip
_ORDER_COLUMNS = (
    "SalesOrder", "Customer", "CustomerName", "CustomerPoNumber", "OrderStatus", "CancelledFlag", "ReqShipDate",
    "ShippingInstrs", "ShippingInstrsCod", "Warehouse", "Branch", "NumDispatches", "ShipAddress1", "ShipAddress2",
    "ShipAddress3", "ShipAddress3Loc", "ShipAddress4", "ShipAddress5", "ShipPostalCode", "State", "EntrySystemDate",
    "TimeStamp",
)  # fmt: skip
