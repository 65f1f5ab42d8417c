"""The emulated SYSPRO: e.net over REST, and the OData feed, over a company (facts/syspro.md)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.etree.ElementTree import Element

from sandbox.engine import Engine, reply
from sandbox.erps.syspro import details, find, forms, posting
from sandbox.erps.syspro.company import (
    FORM_SETUP,
    GENERIC,
    PRIMARY_POSTING,
    PRIMARY_QUERY,
    PURCHASE_QUERY,
    Company,
    Operator,
    Write,
)
from sandbox.erps.syspro.details import Details
from sandbox.erps.syspro.documents import DECLARATION, Fault, NotThere, SaysError, given, overlooked, read, tag, wrap
from sandbox.erps.syspro.feed import ROOT as FEED
from sandbox.erps.syspro.feed import Feed
from sandbox.erps.syspro.find import ATTRIBUTES, Finder
from sandbox.erps.syspro.forms import Forms
from sandbox.erps.syspro.manners import Manners
from sandbox.erps.syspro.posting import Posting
from sandbox.erps.syspro.sessions import Sessions
from shared.http import Request, Response

REST = "/sysprowcfservice/rest/"
LONGEST = 16_000
"""Characters of an address that the HTTP stack takes."""
SPACE = "{http://SYSPROWcfService}"
VERSION, SYSPRO_VERSION = "7.0.0.6", "8.0.161"


class Call(NamedTuple):
    """A call by its own name: method, parameters, and the object that it always asks."""

    name: str
    parameters: tuple[str, ...]
    object: str = ""
    method: str = "GET"


class Object(NamedTuple):
    """A business object: the calls that it belongs to, its functional area, its root, and the elements it knows."""

    calls: tuple[str, ...]
    area: str
    root: str
    known: Iterable[str]


_SETUP = ("UserId", "BusinessObject", "XmlParameters", "XmlIn")
CALLS = {
    each.name.lower(): each
    for each in (
        Call("GetVersion", ()),
        Call("Logon", ("Operator", "OperatorPassword", "CompanyId", "CompanyPassword")),
        Call("GetLogonProfile", ("UserId",)),
        Call("Logoff", ("UserId",)),
        Call("Query/Query", ("UserId", "BusinessObject", "XmlIn")),
        Call("Query/Fetch", ("UserId", "XmlIn"), "COMFCH"),
        Call("Query/Browse", ("UserId", "XmlIn"), "COMBRW"),
        Call("Setup/Add", _SETUP),
        Call("Setup/Update", _SETUP),
        Call("Setup/Delete", _SETUP),
        Call("Transaction/Post", _SETUP),
        Call("Transaction/PostLD", (), method="POST"),
    )
}
_POSTS = ("Transaction/Post", "Transaction/PostLD")
OBJECTS = {
    "COMFND": Object(("Query/Query",), GENERIC, "Query", find.FIND),
    "COMFCH": Object(("Query/Fetch",), GENERIC, "Fetch", find.FETCH),
    "COMQFM": Object(("Query/Query",), FORM_SETUP, "Query", forms.QUERY),
    "COMSFM": Object(("Setup/Add", "Setup/Update", "Setup/Delete"), FORM_SETUP, "SetupCustomForm", forms.SETUP),
    "COMSNO": Object(("Setup/Add", "Setup/Update"), FORM_SETUP, "SetupNotepad", posting.NOTEPAD),
    "PORQRY": Object(("Query/Query",), PURCHASE_QUERY, "Query", details.PURCHASE),
    "SORQDN": Object(("Query/Query",), PRIMARY_QUERY, "Query", details.NOTE),
    "SORQRY": Object(("Query/Query",), PRIMARY_QUERY, "Query", details.ORDER),
    "SORTDH": Object(_POSTS, PRIMARY_POSTING, "PostDispNoteHeader", posting.HEADER),
    "SORTDS": Object(_POSTS, PRIMARY_POSTING, "PostDispStatus", posting.STATUS),
    "SORTOS": Object(_POSTS, PRIMARY_POSTING, "PostSorOrderStatus", posting.ORDER_STATUS),
    "SORTOI": Object(_POSTS, PRIMARY_POSTING, "SalesOrders", posting.ORDERS),
}
"""Every other object is not installed."""
PARAMETERS = {
    "COMSFM": (),
    "COMSNO": (),
    "SORTDH": ("ApplyIfEntireDocumentValid",),
    "SORTDS": ("ApplyIfEntireDocumentValid",),
    "SORTOS": ("ApplyIfEntireDocumentValid", "InBoxMsgReqd", "AllowInvoiceInformationEntry", "StatusInProcess"),
    "SORTOI": ("InBoxMsgReqd", "TypeOfOrder", "OrderStatus", "StatusInProcess", "Process", "AllowZeroPrice"),
}


@dataclass
class SysproEngine(Engine):
    """One installation with one company. A request's path matters, its host does not.

    Operations: "GetVersion", "Logon", "GetLogonProfile", "Logoff"; a business object by its name, COMFND and COMFCH
    with their table behind it ("COMFND.MdnMaster"); "odata.SET", and "unknown" for paths that lead nowhere. `ignored`
    are the elements that were sent and overlooked, `installed` the objects that the release has.
    """

    company: Company = field(kw_only=True)
    manners: Manners = field(default_factory=Manners)
    installed: set[str] = field(default_factory=lambda: set(OBJECTS))
    ignored: list[str] = field(default_factory=list)
    sessions: Sessions = field(init=False)
    feed: Feed = field(init=False)
    _lock: Lock = field(default_factory=Lock, repr=False)
    _answers: int = 0
    _exceptions: int = 0

    def __post_init__(self) -> None:
        self.sessions = Sessions(self.company, self.manners)
        self.feed = Feed(self.company, self.manners)
        self._finder = Finder(self.company, self.manners)
        self._forms = Forms(self.company, self.manners)
        self._details = Details(self.company, self.manners)
        self._posting = Posting(self.company, self.manners)

    @property
    def writes(self) -> list[Write]:
        """The ledger: every value that was written, in order."""
        return self.company.writes

    def operation(self, request: Request) -> str:
        call = _call(request)
        if call is None:
            return self.feed.operation(request) if urlsplit(request.url).path.startswith(FEED) else "unknown"
        if not call.parameters or "UserId" not in call.parameters or call.parameters == ("UserId",):
            asked = _large(request.body) if call.name == "Transaction/PostLD" else {}
            return asked.get("BusinessObject") or call.name
        asked = _asked(request)
        name = call.object or asked.get("BusinessObject") or call.name
        return f"{name}.{_table(asked.get('XmlIn', ''))}" if name in ("COMFND", "COMFCH") else name

    def answer(self, operation: str, request: Request) -> Response:
        with self._lock:
            try:
                if urlsplit(request.url).path.startswith(FEED):
                    return self.feed.answer(request)
                text = self._rest(request)
            except NotThere as refused:
                return _page(refused.status, refused.text)
            except SaysError as error:
                text = error.text
        return self._said(text)

    def _rest(self, request: Request) -> str:
        parts = urlsplit(request.url)
        if len(parts.path) + len(parts.query) > LONGEST:
            raise NotThere(400, "Bad Request - Request Too Long")
        if not self.manners.e_net:
            raise NotThere(503, "Service Unavailable")
        call = _call(request)
        if call is None:
            raise NotThere(404, "Endpoint not found.")
        if request.method != call.method:
            raise NotThere(405, "Method not allowed.")
        if call.method == "POST" and "xml" not in _kind(request):
            raise NotThere(415, "Unsupported Media Type")
        asked = _large(request.body) if call.method == "POST" else _asked(request)
        wanted = _SETUP if call.method == "POST" else call.parameters
        if missing := [each for each in wanted if each not in asked]:
            raise NotThere(400, f"The server encountered an error: {missing[0]}")
        self._note([f"{call.name}: {each}" for each in asked if each not in wanted])
        return self._call(call, asked)

    def _call(self, call: Call, asked: dict[str, str]) -> str:
        if call.name == "GetVersion":
            return VERSION
        if call.name == "Logon":
            return self.sessions.logon(asked)
        if call.name == "Logoff":
            return self.sessions.logoff(asked["UserId"])
        who = self.sessions.holder(asked["UserId"])
        if call.name == "GetLogonProfile":
            return _profile(self.company, who)
        return self._object(call, call.object or asked["BusinessObject"].strip(), asked, who)

    def _object(self, call: Call, name: str, asked: dict[str, str], who: Operator) -> str:
        known = OBJECTS.get(name)
        if known is None or name not in self.installed or known.area not in who.areas or call.name not in known.calls:
            raise SaysError(self._exception())
        root = read(asked["XmlIn"])
        if root.tag != known.root:
            raise SaysError(f"ERROR: The root element {known.root} is missing")
        self._note([f"{name}: {each}" for each in overlooked(root, known.known)])
        if call.name.startswith("Query/"):
            return self._query(name, root, who)
        parameters = read(asked["XmlParameters"])
        takes = {f"Parameters/{each}" for each in (*PARAMETERS[name], "ValidateOnly", "IgnoreWarnings")}
        self._note([f"{name} parameters: {each}" for each in overlooked(parameters, takes)])
        return self._write(call, name, root, parameters, who)

    def _note(self, found: list[str]) -> None:
        """Each once."""
        self.ignored += [each for each in found if each not in self.ignored]

    def _query(self, name: str, root: Element, who: Operator) -> str:
        answers: dict[str, Callable[[], str]] = {
            "COMFND": lambda: self._finder.find(root, who),
            "COMFCH": lambda: self._finder.fetch(root, who),
            "COMQFM": lambda: self._forms.query(root),
            "PORQRY": lambda: self._details.purchase(root, who),
            "SORQDN": lambda: self._details.note(root, who),
            "SORQRY": lambda: self._details.order(root, who),
        }
        try:
            return answers[name]()
        except Fault as fault:
            return wrap(root.tag, fault.xml(), ATTRIBUTES)

    def _write(self, call: Call, name: str, root: Element, parameters: Element, who: Operator) -> str:
        """Left out, ValidateOnly counts as Y: nothing is posted and nothing says so."""
        said = given(parameters, "Parameters/ValidateOnly")
        only = said == "Y" or (not said and self.manners.missing_validate_only == "validates")
        action, before = call.name.rpartition("/")[2], len(self.company.writes)
        stumble = next((each for each in self.manners.stumbles if each.object == name), None)
        if stumble:
            self.manners.stumbles.remove(stumble)
            only = only or not stumble.after
        acts: dict[str, Callable[[], str]] = {
            "COMSFM": lambda: self._forms.setup(root, action, who, only_validates=only),
            "COMSNO": lambda: self._posting.notepad(root, action, who, only_validates=only),
            "SORTDH": lambda: self._posting.items(root, self._posting.header, who, parameters, only_validates=only),
            "SORTDS": lambda: self._posting.items(root, self._posting.status, who, parameters, only_validates=only),
            "SORTOS": lambda: self._posting.items(
                root, self._posting.order_status, who, parameters, only_validates=only
            ),
            "SORTOI": lambda: self._posting.orders(root, who, only_validates=only),
        }
        answer = acts[name]()
        if said == "Y":
            failed = "<ErrorNumber>" in answer
            status = wrap("ValidationStatus", tag("Status", "Failed" if failed else "Successful"))
            answer = answer.replace(f"</{root.tag}>", f"{status}</{root.tag}>")
        for written in self.company.writes[before:]:
            if act := self.company.afterwards.pop(written.key, None):
                act()
        if stumble:
            raise SaysError(stumble.text)
        return _lowered(answer) if self.manners.lower_case else answer

    def _exception(self) -> str:
        self._exceptions += 1
        way = self.manners.exception
        bare = way == "bare" or (way == "mixed" and self._exceptions % 2)
        return "e.net exception 100000" if bare else "ERROR: e.net exception raised: 100000"

    def _said(self, text: str) -> Response:
        """A line feed and a blank follow the last tag; XML declares Windows-1252, whatever it is sent as."""
        self._answers += 1
        document = text.startswith("<")
        whole = f"{DECLARATION}{text}\n " if document else text
        declared = self.manners.charset == "declared" or (self.manners.charset == "mixed" and self._answers % 2)
        if self.manners.wrapper == "json":
            whole = json.dumps(whole, ensure_ascii=False)
        if self.manners.wrapper == "string":
            whole = wrap(
                "string", tag("x", whole)[3:-4], ' xmlns="http://schemas.microsoft.com/2003/10/Serialization/"'
            )
        body = whole.encode("cp1252", "replace") if declared else whole.encode()
        return Response(200, _HEADERS, body)

    def unavailable(self, status: int) -> Response:
        """A 5xx of the HTTP stack, or of what stands before it: a page."""
        return _page(status, "Service Unavailable")

    def too_many(self, seconds: float) -> Response:
        """SYSPRO has none: that of a proxy before it."""
        return reply(429, {"message": "Too many requests"}, {"retry-after": str(int(seconds))} if seconds else {})


_HEADERS = {"content-type": "application/octet-stream", "server": "Microsoft-HTTPAPI/2.0"}


def _page(status: int, text: str) -> Response:
    headers = {"content-type": "text/html", "server": "Microsoft-HTTPAPI/2.0"}
    return Response(status, headers, f"<HTML><BODY><h2>{text}</h2></BODY></HTML>".encode())


def _call(request: Request) -> Call | None:
    """The call at a path, whatever its capitals."""
    path = unquote(urlsplit(request.url).path).lower()
    return CALLS.get(path.removeprefix(REST).rstrip("/")) if path.startswith(REST) else None


def _kind(request: Request) -> str:
    return next((value for name, value in request.headers.items() if name.lower() == "content-type"), "")


def _asked(request: Request) -> dict[str, str]:
    query = urlsplit(request.url).query
    return dict(parse_qsl(query, keep_blank_values=True, encoding="utf-8", errors="replace"))


def _large(body: bytes) -> dict[str, str]:
    """The documents of a PostLD body, by name; {} for what is no such document."""
    try:
        root = read(body.decode("utf-8", "replace"))
    except SaysError:
        return {}
    if root.tag != f"{SPACE}TransactionPostLD":
        return {}
    return {each.tag.removeprefix(SPACE): each.text or "" for each in root if not len(each)}


def _table(text: str) -> str:
    """The table that is named in a document, for the record of the traffic."""
    return text.partition("<TableName>")[2].partition("</TableName>")[0].strip()


def _profile(company: Company, who: Operator) -> str:
    parts = {
        "CompanyName": "Acme",
        "OperatorCode": who.name,
        "OperatorGroup": "LINK",
        "CompanyDate": company.today(),
        "DecimalFormat": "1",
        "DateFormat": "01",
        "SysproVersion": SYSPRO_VERSION,
        "EnetVersion": VERSION,
        "SystemSiteId": "SITE-1",
    }
    return wrap("LogonProfile", "".join(tag(*each) for each in parts.items()), ATTRIBUTES)


def _lowered(answer: str) -> str:
    """Answers of Setup and Transaction have names in lower case, but for the counters' parent."""
    out, place = [], 0
    while (start := answer.find("<", place)) >= 0:
        end = answer.find(">", start)
        name = answer[start:end]
        stop = name.find(" ")
        head, rest = (name, "") if stop < 0 else (name[:stop], name[stop:])
        kept = "StatusOfItems" in head or "StatusofItems" in head
        out += [answer[place:start], head if kept else head.lower(), rest]
        place = end
    return "".join([*out, answer[place:]])
