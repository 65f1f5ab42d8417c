"""The emulated ION API gateway, its token server and M3's REST server, over a tenant.

MI errors come as the two public clients have seen them: with status 200 or 400, in results[0] or at the top level
(facts/infor.md, section 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from sandbox.engine import Engine, reply
from sandbox.erps.m3.catalogue import CONTEXT, MiFault, Transaction, check, find, nok
from sandbox.erps.m3.tenant import FieldWrite, Row, Tenant
from sandbox.erps.m3.token_server import TokenServer
from sandbox.erps.m3.transactions import run
from shared.http import Request, Response

ErrorStyle = Literal["mixed", "results_200", "results_400", "top_400"]
_STYLES: tuple[ErrorStyle, ...] = ("results_200", "results_400", "top_400")


@dataclass
class M3Engine(Engine):
    """One tenant behind its gateway. `ionapi` is the credentials file that its token server accepts.

    Operations: "token", "PROGRAM.Transaction", and "unknown" for paths that lead nowhere. A request's path matters, its
    host does not. `error_style` "mixed" goes through the three shapes in turn.
    """

    tenant: Tenant = field(kw_only=True)
    ionapi: Mapping[str, str] = field(kw_only=True)
    error_style: ErrorStyle = "mixed"
    token_server: TokenServer = field(init=False)
    _lock: Lock = field(default_factory=Lock, repr=False)
    _errors: int = 0
    _answers: int = 0

    def __post_init__(self) -> None:
        self.token_server = TokenServer(self.ionapi, self.now)

    @property
    def field_writes(self) -> list[FieldWrite]:
        """The ledger: every free field written, in order."""
        return self.tenant.field_writes

    def expire_tokens(self) -> None:
        """Revokes every token that was given out."""
        self.token_server.tokens.clear()

    def operation(self, request: Request) -> str:
        path = urlsplit(request.url).path
        if path == self.token_server.path:
            return "token"
        place = _execute_path(self.ionapi)
        single = path.removeprefix(place).split("/") if path.startswith(place) else []
        return f"{single[0]}.{single[1]}" if len(single) == 2 else "unknown"

    def answer(self, operation: str, request: Request) -> Response:
        with self._lock:
            return self._answer(operation, request)

    def _answer(self, operation: str, request: Request) -> Response:
        if operation == "token":
            return self.token_server.answer(request)
        if operation == "unknown":
            return reply(404, {"error": "not_found"})
        if request.method != "GET":
            return reply(405, {"error": "method_not_allowed"}, {"allow": "GET"})
        who = self.token_server.bearer(request)
        if not who:
            return reply(401, {"error": "invalid_token"}, {"www-authenticate": 'Bearer error="invalid_token"'})
        try:
            return self._call(operation, request, who)
        except MiFault as fault:
            return self._fault(operation, fault)

    def _call(self, operation: str, request: Request, who: str) -> Response:
        program, _, name = operation.partition(".")
        record, context = _asked(urlsplit(request.url).query)
        transaction = find(self.tenant.programs, program, name)
        if context.get("cono", "").strip() != self.tenant.company:
            company = context.get("cono", "").strip() or "0"
            raise nok("XAU0008", f"Not authorized for company {company}", "CONO")
        check(transaction, record, context)
        rows = run(operation, self.tenant, record, who)
        return reply(200, self._body(name, _shown(transaction, rows, self.tenant.company, context)))

    def _body(self, transaction: str, records: list[Row]) -> dict[str, Any]:
        """Every other answer has its flag as a string, which was seen too."""
        self._answers += 1
        return {
            "results": [{"transaction": transaction, "records": records}],
            "wasTerminated": "false" if self._answers % 2 else False,
            "nrOfSuccessfullTransactions": 1,
            "nrOfFailedTransactions": 0,
        }

    def _fault(self, operation: str, fault: MiFault) -> Response:
        error = {
            "errorMessage": fault.message,
            "errorType": fault.kind,
            "errorCode": fault.code,
            "errorCfg": "",
            "errorField": fault.field,
        }
        self._errors += 1
        style = _STYLES[self._errors % 3] if self.error_style == "mixed" else self.error_style
        if style == "top_400" and fault.kind == "TransactionNotFound":
            return Response(400, {"content-length": "0"}, b"")
        if style == "top_400":
            return reply(400, error)
        result = {"transaction": operation.partition(".")[2], "records": []} | error
        counters = {"nrOfSuccessfullTransactions": 0, "nrOfFailedTransactions": 1}
        return reply(200 if style == "results_200" else 400, {"results": [result], "wasTerminated": False} | counters)


@lru_cache(maxsize=1024)
def _asked(query: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The input record and the context of a query. Nobody changes them: the same query is asked often."""
    given = parse_qsl(query, keep_blank_values=True)
    record = {key: value for key, value in given if key not in CONTEXT}
    return record, {key: value for key, value in given if key in CONTEXT}


def _shown(transaction: Transaction, rows: Iterable[Row], company: str, context: Mapping[str, str]) -> list[Row]:
    """Output as the context asks for it: columns, number of records, blanks kept or left out, padded or not."""
    most = int(context.get("maxrecs", "100"))
    asked = [column for column in context.get("returncols", "").split(",") if column]
    shown = []
    for number, row in enumerate(rows):
        if most and number >= most:
            break
        full = {"CONO": company} | row
        record = {name: full.get(name, "") for name in asked or transaction.outputs}
        if context.get("righttrim") == "false":
            record = {name: value.ljust(transaction.outputs[name].length) for name, value in record.items()}
        if context.get("excludeempty") == "true":
            record = {name: value for name, value in record.items() if value.strip()}
        shown.append(record)
    return shown


def _execute_path(ionapi: Mapping[str, str]) -> str:
    return f"{urlsplit(ionapi['iu']).path.rstrip('/')}/{ionapi['ti']}/M3/m3api-rest/v2/execute/"
