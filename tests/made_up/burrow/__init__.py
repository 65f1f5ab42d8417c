"""Burrow, an ERP that does not exist: its list has no times, a user is logged on or off, and its JSON is nested."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shared.connection import Connection, as_part
from shared.domain.address import Address, Party
from shared.domain.measures import Weight
from shared.domain.order import Order, OrderLine
from shared.domain.parcel_group import line_group
from shared.errors import Misconfigured, ParcelbridgeError, Refused, Retry, Unknown
from shared.http import Lost, NotSent, Request, Response, Transport
from shared.ports import Change, Check, Clock, Entry, Listed, LookupKind, Secrets, Tokens, WriteBack
from tests.made_up.burrow.file import BurrowErp, BurrowSelect

HOST = "https://burrow.example.invalid"
NOBODY = Party("", Address((), "", "", "", ""))
TRIES = 3
"""So often a write begins anew because somebody else was first."""


def open_erp(
    connection: Connection, *, secrets: Secrets, tokens: Tokens, transport: Transport, clock: Clock, **_: object
) -> Burrow:
    """Burrow as one connection sees it. Nothing is called yet; a session has no token that workers could share."""
    return Burrow(connection, secrets.get(connection.id, "erp"), transport, clock)


class Burrow:
    """`Erp` on Burrow: logged on with the first call, logged off by `close`."""

    def __init__(
        self, connection: Connection, credential: Mapping[str, str], transport: Transport, clock: Clock
    ) -> None:
        self._part, self._select = as_part(connection.erp, BurrowErp), as_part(connection.select, BurrowSelect)
        self._targets = {name: each.to for name, each in connection.write_back.targets().items()}
        self._credential, self._transport, self._clock, self._session = credential, transport, clock, ""

    @property
    def system(self) -> str:
        return f"burrow:{self._credential['tenant']}"

    @property
    def company(self) -> str:
        return self._part.site

    # --- the port ------------------------------------------------------------------------------------------------

    @property
    def changes_have_time(self) -> bool:
        return False

    def changed(self, cursor: str, floor: datetime) -> Sequence[Change]:
        """Everything that is open, with its revision: Burrow knows no time of a change."""
        rows = self._read("GET", "/requests").json()["requests"]
        wanted = (row for row in rows if not self._select.methods or row["method"] in self._select.methods)
        changes = [Change(row["number"], str(row["revision"])) for row in wanted]
        return sorted(changes, key=lambda each: (len(each.stamp), each.stamp, each.document))

    def listing(self, day: date, floor: datetime) -> Iterator[Listed]:
        """Requests that are open, and those that left on the day."""
        for path, ready in (("/requests", True), (f"/requests?left={day.isoformat()}", False)):
            for row in self._read("GET", path).json()["requests"]:
                if not self._select.methods or row["method"] in self._select.methods:
                    yield Listed(row["number"], ready, row["status"])

    def read(self, document: str) -> tuple[Order, ...]:
        answer = self._read("GET", f"/requests/{document}")
        if answer.status == 404:
            return (self._order(document, {"status": "gone"}, "", NOBODY, (), cancelled=True),)
        body = answer.json()
        if body["status"] == "closed":
            return (self._order(document, body, "", NOBODY, (), cancelled=True),)
        if body["status"] != "open" or (self._select.methods and body["method"] not in self._select.methods):
            return ()
        if not body["lines"]:
            raise Refused("lines", f"request {document} has no lines", field="lines", value=document)
        places: dict[Party, list[Any]] = {}
        for line in body["lines"]:
            places.setdefault(party_in(line["deliver"]), []).append(line)
        alone = len(places) == 1
        return tuple(
            self._order(document, body, "" if alone else line_group(str(lines[0]["line"])), to, lines)
            for to, lines in places.items()
        )

    def write(self, note: WriteBack) -> tuple[str, ...]:
        for _ in range(TRIES):
            answer = self._read("GET", f"/requests/{note.document}")
            if answer.status == 404:
                raise Refused("write_back", f"Burrow has no request {note.document} any more", field="document")
            shipping = answer.json()["shipping"]
            wanted = {name: value for name, value in self._wanted(note, shipping).items() if name in self._targets}
            differing = {name: value for name, value in wanted.items() if value != standing(shipping, name)}
            if differing and not self._patched(note.document, answer.headers["etag"], differing):
                continue
            return tuple(self._targets[name] for name in wanted)
        raise Retry(f"request {note.document} is changed by others all the time")

    def lookup(self, kind: LookupKind, like: str = "") -> Sequence[Entry]:
        answer = self._read("GET", f"/codes/{kind}")
        if answer.status == 404:
            raise Refused("lookup", f"Burrow has no list of {kind}", field="kind", value=kind)
        entries = [Entry(code, name) for code, name in sorted(answer.json()["codes"].items())]
        return [each for each in entries if like.casefold() in f"{each.code}\n{each.name}".casefold()]

    def ping(self) -> tuple[Check, ...]:
        try:
            self._log_on()
            listed = len(self._read("GET", "/requests").json()["requests"])
        except ParcelbridgeError as error:
            return (Check("logon", ok=False, detail=str(error)),)
        return Check("logon", ok=True, detail=self.system), Check("requests", ok=True, detail=f"{listed} are open")

    def close(self) -> None:
        """Logs off."""
        if self._session:
            session, self._session = self._session, ""
            self._send(Request("POST", f"{self._host}/logoff", {"X-Session": session}), lost=Retry)

    # --- what it says --------------------------------------------------------------------------------------------

    def _order(
        self, document: str, body: Any, delivery: str, to: Party, lines: Sequence[Any], *, cancelled: bool = False
    ) -> Order:
        return Order(
            system=self.system,
            company=self.company,
            document=document,
            delivery=delivery,
            flow="inbound",
            status=body["status"],
            changed=str(body.get("revision", "")),
            ship_from=party_in(body["supplier"]) if lines else NOBODY,
            ship_to=to,
            lines=tuple(line_in(each) for each in lines),
            service=body.get("method", ""),
            freight_terms=body.get("terms", ""),
            supplier=body.get("supplier", {}).get("code", ""),
            warehouse=body.get("warehouse", ""),
            extra=tuple(("hazard", "1") for each in lines if each["item"]["hazardous"]),
            cancelled=cancelled,
        )

    def _wanted(self, note: WriteBack, shipping: Any) -> dict[str, Any]:
        """Return the values that our paths must hold; those that stay as they are are left out."""
        values, told = values_of(note), values_of(note.before) if note.before else {}
        wanted: dict[str, Any] = {name: value for name, value in values.items() if value}
        for name, value in told.items():
            if name not in wanted and name != "tracking_numbers" and value and standing(shipping, name) == value:
                wanted[name] = ""
        if not note.tracking_numbers and note.withdrawn:
            numbers = standing(shipping, "tracking_numbers")
            wanted["tracking_numbers"] = [each for each in numbers if each not in note.withdrawn]
        return wanted

    # --- calls ---------------------------------------------------------------------------------------------------

    @property
    def _host(self) -> str:
        return self._part.base_url or HOST

    def _patched(self, document: str, etag: str, values: Mapping[str, Any]) -> bool:
        """False where the document is no longer the one that was read."""
        body = {self._targets[name]: value for name, value in values.items()}
        answer = self._call("PATCH", f"/requests/{document}/shipping", body, {"If-Match": etag}, lost=Unknown)
        if answer.status == 412:
            return False
        if answer.status != 200 or answer.json() is None:
            raise Unknown(f"Burrow answered {answer.status} to a write")
        return True

    def _read(self, method: str, path: str) -> Response:
        answer = self._call(method, path, None, {}, lost=Retry)
        if answer.status not in (200, 404) or answer.json() is None:
            raise Retry(f"Burrow answered {answer.status}")
        return answer

    def _call(
        self, method: str, path: str, body: Any, headers: Mapping[str, str], *, lost: type[ParcelbridgeError]
    ) -> Response:
        """In a session; one that has ended meanwhile is begun anew, once."""
        for _ in range(2):
            self._log_on()
            sent = json.dumps(body).encode() if body is not None else b""
            answer = self._send(Request(method, self._host + path, {"X-Session": self._session, **headers}, sent), lost)
            if answer.status != 401:
                return answer
            self._session = ""
        raise Misconfigured("Burrow ends every session at once", field="erp secret")

    def _log_on(self) -> None:
        if self._session:
            return
        given = json.dumps({name: self._credential[name] for name in ("tenant", "user", "password")}).encode()
        answer = self._send(Request("POST", f"{self._host}/logon", {}, given), lost=Retry)
        if answer.status == 401:
            raise Misconfigured("Burrow refuses the user or the password", field="erp secret")
        if answer.status != 200 or answer.json() is None:
            raise Retry(f"Burrow answered {answer.status} to the logon")
        self._session = answer.json()["session"]

    def _send(self, request: Request, lost: type[ParcelbridgeError]) -> Response:
        try:
            answer = self._transport.send(request, timeout=30)
        except NotSent as error:
            raise Retry(f"Burrow cannot be reached: {error}") from error
        except Lost as error:
            raise lost(f"no answer of Burrow: {error}") from error
        if answer.status == 429:
            raise Retry("Burrow has too much to do", answer.retry_after(self._clock.now()))
        return answer


def values_of(note: WriteBack) -> dict[str, Any]:
    """Canonical names and the values that Burrow's JSON takes."""
    return {
        "tracking_numbers": list(note.tracking_numbers),
        "service": note.service,
        "cost": f"{note.cost.amount:f}" if note.cost else "",
        "currency": note.cost.currency if note.cost else "",
        "eta": note.eta,
        "milestone": note.milestone,
    }


def standing(shipping: Mapping[str, Any], name: str) -> Any:
    """Return the value under a canonical name."""
    if name in ("cost", "currency"):
        return shipping["price"]["amount" if name == "cost" else "currency"]
    path = {"tracking_numbers": "parcels", "eta": "expected", "milestone": "stage"}.get(name, name)
    return shipping[path]


def party_in(body: Mapping[str, Any]) -> Party:
    at = body["address"]
    address = Address(tuple(at["lines"]), at["city"], at["state"], at["postcode"], at["country"])
    return Party(body["name"], address, body.get("contact", ""), body.get("phone", ""))


def line_in(body: Mapping[str, Any]) -> OrderLine:
    item, grams = body["item"], body["item"]["grams"]
    weight = Weight(Decimal(grams) / 1000, "kg") if grams else None
    return OrderLine(
        str(body["line"]), item["code"], item["name"], Decimal(body["quantity"]), body["unit"], unit_weight=weight
    )
