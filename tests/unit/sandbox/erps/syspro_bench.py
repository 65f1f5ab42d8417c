"""An emulated SYSPRO on the bench, with the calls that a client makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from urllib.parse import quote, urlencode
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from sandbox.erps.syspro import seed
from sandbox.erps.syspro.company import Company, FormField
from sandbox.erps.syspro.engine import SysproEngine
from sandbox.erps.syspro.feed import ROOT
from shared.http import Request, Response

HOST = "https://anywhere.example:30001"
REST = f"{HOST}/SYSPROWCFService/Rest"
NOTE, ORDER = "000000004000001", "000000009000001"
YES, NO = (f"<Parameters><ValidateOnly>{each}</ValidateOnly></Parameters>" for each in "YN")
FORM = (
    FormField("TRACK1", "TrackingNumbers", "A", 40),
    FormField("FRTCST", "FreightCost", "N", 12, 2),
    FormField("SHPETA", "ExpectedOn", "D", 10),
    FormField("TRKSTS", "Milestone", "A", 20, allowed=("L", "D")),
)


@dataclass
class Syspro:
    """A company with one operator, one order and its dispatch note; logged on."""

    clock: datetime = field(default_factory=lambda: datetime(2026, 11, 2, 14, 0, tzinfo=UTC))
    session: str = ""

    def __post_init__(self) -> None:
        self.company = Company(lambda: self.clock)
        self.engine = SysproEngine(lambda: self.clock, company=self.company)
        self.manners = self.engine.manners
        self.operator = seed.add_operator(self.company)
        seed.add_lookups(self.company)
        for each in FORM:
            self.company.add_form_field("ORD", each)
        seed.add_stock(self.company, "VALVE-1", "Gate valve", mass="3.5")
        self.note("4000001", "9000001")
        self.logon()

    def note(self, number: str, order: str, *lines: seed.Goods, **fields: str) -> None:
        goods = lines or (seed.Goods("VALVE-1", 2, "3.5"),)
        if (order.zfill(15),) not in self.company.table("SorMaster"):
            seed.add_order(self.company, order, *goods)
        seed.add_note(self.company, number, order, *goods, **fields)

    # --- calls -----------------------------------------------------------------------------------------------------

    def get(self, call: str, **parameters: str) -> Response:
        query = urlencode(parameters, quote_via=quote, safe="")
        return self.engine.handle(Request("GET", f"{REST}/{call}" + (f"?{query}" if query else "")))

    def logon(self, **changes: str) -> str:
        given = {"Operator": seed.OPERATOR, "OperatorPassword": seed.PASSWORD, "CompanyId": "A", "CompanyPassword": ""}
        text = self.get("Logon", **{**given, **changes}).body.decode()
        if "ERROR" not in text:
            self.session = text
        return text

    def query(self, name: str, xml: str) -> str:
        return text_of(self.get("Query/Query", UserId=self.session, BusinessObject=name, XmlIn=xml))

    def fetch(self, table: str, key: str, more: str = "") -> str:
        xml = f"<Fetch><TableName>{table}</TableName><Key>{key}</Key>{more}</Fetch>"
        return text_of(self.get("Query/Fetch", UserId=self.session, XmlIn=xml))

    def find(
        self, *tests: str, table: str = "MdnMaster", columns: str = "DispatchNote", rows: str = "100", order: str = ""
    ) -> str:
        listed = "".join(f"<Column>{each}</Column>" for each in columns.split())
        where = f"<Where>{''.join(tests)}</Where>" if tests else ""
        by = f"<OrderBy><Column>{order}</Column></OrderBy>" if order else ""
        most = f"<ReturnRows>{rows}</ReturnRows>" if rows else ""
        inner = f"<TableName>{table}</TableName>{most}<Columns>{listed}</Columns>{where}{by}"
        return self.query("COMFND", f"<Query>{inner}</Query>")

    def found(self, *tests: str, **asked: str) -> list[list[str]]:
        return rows_of(self.find(*tests, **asked))

    def form(self, key: str = "9000001", kind: str = "ORD") -> str:
        return self.query("COMQFM", f"<Query><Key><FormType>{kind}</FormType><KeyField>{key}</KeyField></Key></Query>")

    def value(self, code: str, key: str = "9000001") -> tuple[str, str]:
        """A field's value and whether it is null."""
        fields = xml_of(self.form(key)).findall("Field")
        item = next(each for each in fields if each.findtext("Name") == code)
        return (item.findtext("Value") or "").strip(), item.findtext("ValueNull") or ""

    def setup(self, action: str, *items: str, parameters: str = NO) -> str:
        asked = {"UserId": self.session, "BusinessObject": "COMSFM"}
        asked["XmlParameters"] = f"<SetupCustomForm>{parameters}</SetupCustomForm>"
        asked["XmlIn"] = f"<SetupCustomForm>{''.join(items)}</SetupCustomForm>"
        return text_of(self.get(f"Setup/{action}", **asked))

    def post(self, name: str, root: str, xml: str, parameters: str = NO, *, large: bool = False) -> str:
        return text_of(self.post_whole(name, root, xml, parameters, large=large))

    def post_whole(self, name: str, root: str, xml: str, parameters: str = NO, *, large: bool = False) -> Response:
        asked = {"UserId": self.session, "BusinessObject": name}
        asked |= {"XmlParameters": f"<{root}>{parameters}</{root}>", "XmlIn": f"<{root}>{xml}</{root}>"}
        if not large:
            return self.get("Transaction/Post", **asked)
        inner = "".join(f"<{each}>{escape(text)}</{each}>" for each, text in asked.items())
        body = f'<TransactionPostLD xmlns="http://SYSPROWcfService">{inner}</TransactionPostLD>'
        headers = {"Content-Type": "application/xml"}
        return self.engine.handle(Request("POST", f"{REST}/Transaction/PostLD", headers, body.encode()))

    def feed(self, rest: str, method: str = "GET", credential: str = "") -> Response:
        headers = {"Authorization": f"Basic {credential}"} if credential else {}
        return self.engine.handle(Request(method, f"{HOST}{ROOT}A/{rest}", headers))

    def pass_seconds(self, seconds: float) -> None:
        self.clock += timedelta(seconds=seconds)


def where(column: str, condition: str, value: str, joint: str = "", opened: str = "(", closed: str = ")") -> str:
    parts = {"OpenBracket": opened, "AndOr": joint, "Column": column, "Condition": condition, "Value": value}
    parts["CloseBracket"] = closed
    return f"<Expression>{''.join(f'<{name}>{text}</{name}>' for name, text in parts.items())}</Expression>"


def item(code: str, value: str, key: str = "9000001", element: str = "AlphaValue", kind: str = "ORD") -> str:
    head = f"<Key><FormType>{kind}</FormType><KeyField>{key}</KeyField><FieldName>{code}</FieldName></Key>"
    return f"<Item>{head}<{element}>{escape(value)}</{element}></Item>"


def text_of(answer: Response) -> str:
    """The declared charset first, then UTF-8: as the answers are seen transported."""
    assert answer.status == 200, answer.body
    try:
        return answer.body.decode("utf-8")
    except UnicodeDecodeError:
        return answer.body.decode("cp1252")


def xml_of(text: str) -> Element:
    found: Element = fromstring(text.partition("?>")[2] if text.startswith("<?") else text)
    return found


def rows_of(text: str) -> list[list[str]]:
    return [[(cell.text or "").strip() for cell in row] for row in xml_of(text).findall("Row")]
