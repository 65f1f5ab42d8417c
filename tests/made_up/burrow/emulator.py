"""Burrow, emulated: requests in nested JSON, sessions that must be ended, and ETags."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sandbox.engine import Engine, reply
from sandbox.faces import EmulatedErp, Entered, GivenCredential, Goods, Now, Written
from shared.domain.address import Party
from shared.http import Request, Response

FIRST = {"tenant": "HOLE1", "user": "parcelbridge", "password": "carrot"}
SECOND = {**FIRST, "password": "turnip"}
PATHS = {
    "tracking_numbers": "parcels",
    "service": "service",
    "cost": "price.amount",
    "currency": "price.currency",
    "eta": "expected",
    "milestone": "stage",
}
NAMES = {path: name for name, path in PATHS.items()}
SEATS, IDLE = 40, timedelta(minutes=10)
"""So many sessions at once; one that nobody uses ends by itself."""
OTHERS = {"system": "EDI-850", "user": "QC-HOLD-7"}


@dataclass
class BurrowEngine(Engine):
    """Requests by number, as JSON; `writes` is the ledger."""

    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=lambda: {"suppliers": {}, "warehouses": {}})
    passwords: set[str] = field(default_factory=lambda: {FIRST["password"]})
    sessions: dict[str, datetime] = field(default_factory=dict)
    logons: int = 0
    logoffs: int = 0
    writes: list[Written] = field(default_factory=list)
    afterwards: dict[str, Callable[[], object]] = field(default_factory=dict)

    def operation(self, request: Request) -> str:
        path = urlsplit(request.url).path.split("/")[1:]
        if path[0] == "requests":
            return ("scan", "document", "shipping")[len(path) - 1]
        return path[0]

    def answer(self, operation: str, request: Request) -> Response:
        if operation == "logon":
            return self._log_on(json.loads(request.body))
        session, now = request.headers.get("X-Session", ""), self.now()
        if operation == "logoff":
            self.logoffs += self.sessions.pop(session, None) is not None
            return reply(200, {"bye": True})
        if self.sessions.get(session, now - IDLE) + IDLE <= now:
            return reply(401, {"error": "no such session"})
        self.sessions[session] = now
        if operation == "scan":
            left = parse_qs(urlsplit(request.url).query).get("left", [""])[0]
            found = self._left_on(left) if left else self._open()
            rows = [{name: each[name] for name in ("number", "revision", "method", "status")} for each in found]
            return reply(200, {"requests": rows})
        named = urlsplit(request.url).path.split("/")[2]
        if operation == "codes":
            known = self.codes.get(named)
            return reply(404, {"error": "no such list"}) if known is None else reply(200, {"codes": known})
        return self._document(operation, named, request)

    def _document(self, operation: str, number: str, request: Request) -> Response:
        document = self.documents.get(number)
        if document is None:
            return reply(404, {"error": "no such request"})
        etag = f'"{document["revision"]}.{document["touched"]}"'
        if operation == "document":
            return reply(200, document, {"etag": etag})
        if request.headers.get("If-Match") != etag:
            return reply(412, {"error": "stale"})
        for dotted, value in json.loads(request.body).items():
            self.put(number, dotted, value, FIRST["user"])
        return reply(200, document["shipping"])

    def put(self, number: str, dotted: str, value: Any, who: str) -> None:
        """Puts a value under `shipping`; what our own user puts there is in the ledger."""
        document = self.documents[number]
        place, _, leaf = dotted.rpartition(".")
        holder = document["shipping"][place] if place else document["shipping"]
        if who == FIRST["user"]:
            old, new = words_of(holder.get(leaf, "")), words_of(value)
            self.writes.append(Written(self.now(), who, number, dotted, NAMES.get(dotted, ""), old, new))
        holder[leaf] = value
        document["touched"] += 1
        if who == FIRST["user"] and number in self.afterwards:
            self.afterwards.pop(number)()

    def _open(self) -> list[dict[str, Any]]:
        return [each for each in self.documents.values() if each["status"] == "open"]

    def _left_on(self, day: str) -> list[dict[str, Any]]:
        return [each for each in self.documents.values() if each.get("left") == day]

    def _log_on(self, given: Mapping[str, str]) -> Response:
        now = self.now()
        self.sessions = {name: used for name, used in self.sessions.items() if used + IDLE > now}
        if given["user"] != FIRST["user"] or given["password"] not in self.passwords:
            return reply(401, {"error": "wrong user or password"})
        if len(self.sessions) >= SEATS:
            return self.too_many(30)
        self.logons += 1
        self.sessions[f"s{self.logons}"] = now
        return reply(200, {"session": f"s{self.logons}"})


class EmulatedBurrow(EmulatedErp):
    """Burrow behind the face."""

    kind = name = "burrow"
    hosts = frozenset({"burrow.example.invalid"})
    operations = MappingProxyType(
        {"token": "logon", "changed": "scan", "read": "document", "write": "shipping", "close": "logoff"}
    )
    user = FIRST["user"]
    change_times = False
    engine: BurrowEngine

    def __init__(self, now: Now, *, lean: bool = False) -> None:
        self.engine = BurrowEngine(now)
        if lean:
            nothing: Any = deque(maxlen=0)
            self.engine.recorded = nothing
        self._parties: dict[str, Any] = {}
        self._items: dict[str, dict[str, Any]] = {}
        self._beside: dict[str, dict[str, str]] = {}

    @classmethod
    def file(cls) -> dict[str, Any]:
        return {"erp": {"kind": "burrow", "site": "north", "test_system": True}, "select": {"methods": ["UPS"]}}

    @property
    def credential(self) -> Mapping[str, str]:
        return FIRST

    def credential_in(self, folder: Path) -> GivenCredential:
        arguments = ("--tenant", FIRST["tenant"], "--user", FIRST["user"], "--password-stdin")
        return GivenCredential(arguments, f"{FIRST['password']}\n", f"{FIRST['user']}, {FIRST['password']}")

    def vendor_url(self, operation: str) -> str:
        return "https://burrow.example.invalid"

    @classmethod
    def shown_in_the_demo(cls) -> Sequence[str]:
        return tuple(cls.operations.values())

    def rotate(self) -> dict[str, str]:
        self.engine.passwords.add(SECOND["password"])
        return dict(SECOND)

    def withdraw_first(self) -> None:
        self.engine.passwords.discard(FIRST["password"])

    def expire_tokens(self) -> None:
        self.engine.sessions.clear()

    @property
    def sessions(self) -> int:
        """Those that nobody has ended."""
        return self.engine.logons - self.engine.logoffs

    def add_warehouse(self, code: str, party: Party) -> None:
        self._parties[code] = told(party)
        self.engine.codes["warehouses"][code] = party.name

    def add_supplier(self, code: str, party: Party, *, contact: str = "", contact_phone: str = "") -> None:
        self._parties[code] = {**told(party), "code": code, "contact": contact, "phone": contact_phone or party.phone}
        self.engine.codes["suppliers"][code] = party.name

    def add_item(self, code: str, name: str, *, weight: str = "", hazardous: bool = False) -> None:
        grams = int(Decimal(weight or 0) * 1000)
        self._items[code] = {"code": code, "name": name, "grams": grams, "hazardous": hazardous}

    def weigh(self, item: str, weight: str) -> None:
        self._items[item]["grams"] = int(Decimal(weight) * 1000)

    def add(self, entered: Entered) -> None:
        to = told(entered.to) if entered.to else self._parties[entered.warehouse]
        lines = [
            {
                "line": number,
                "item": self._items[each.item],
                "quantity": str(each.quantity),
                "unit": each.unit,
                "deliver": told(each.to) if each.to else to,
            }
            for number, each in enumerate(entered.lines, 1)
        ]
        self.engine.documents[entered.document] = {
            "number": entered.document,
            "revision": 1,
            "touched": 0,
            "status": "received" if entered.received else "open",
            "method": entered.service,
            "terms": entered.freight_terms,
            "supplier": self._parties[entered.supplier],
            "warehouse": entered.warehouse,
            "lines": lines,
            "shipping": {"parcels": [], "price": {"amount": "", "currency": ""}}
            | dict.fromkeys(("service", "expected", "stage"), ""),
        }

    def backdate(self, document: str, at: datetime) -> None:
        """It has no times."""

    def edit(self, document: str) -> None:
        self.engine.documents[document]["revision"] += 1

    def change_quantity(self, document: str, line: str, quantity: int) -> None:
        self.engine.documents[document]["lines"][int(line) - 1]["quantity"] = str(quantity)
        self.edit(document)

    def readdress(self, document: str, to: Party) -> None:
        self.engine.documents[document]["lines"][0]["deliver"] = told(to)
        self.edit(document)

    def close(self, document: str) -> None:
        self.engine.documents[document]["status"] = "closed"
        self.edit(document)

    def leave(self, document: str) -> None:
        left = self.engine.now().date().isoformat()
        self.engine.documents[document] |= {"status": "received", "left": left}
        self.edit(document)

    def delete(self, document: str) -> None:
        del self.engine.documents[document]

    def write_beside(self, document: str, who: str) -> None:
        self.engine.put(document, f"note_of_{who}", OTHERS[who], who)
        self._beside.setdefault(document, {})[f"note_of_{who}"] = OTHERS[who]

    def overwrite(self, document: str, name: str, value: str) -> None:
        self.engine.put(document, PATHS[name], value.split() if name == "tracking_numbers" else value, "a user")

    def add_unit(self, item: str, unit: str, factor: str) -> None:
        """Its lines are in whole pieces."""

    def add_methods(self, methods: Mapping[str, str]) -> None:
        """It has no list of them: a document may name any."""

    def change_warehouse(self, document: str, code: str) -> None:
        self.engine.documents[document]["warehouse"] = code
        for each in self.engine.documents[document]["lines"]:
            each["deliver"] = self._parties[code]
        self.edit(document)

    def after_write(self, document: str, act: Callable[[], object]) -> None:
        self.engine.afterwards[document] = act

    def documents(self) -> Sequence[str]:
        return list(self.engine.documents)

    def fields_of(self, document: str) -> dict[str, str]:
        found = {}
        for name, dotted in PATHS.items():
            value: Any = self.engine.documents.get(document, {}).get("shipping", {})
            for part in dotted.split("."):
                value = value.get(part, {}) if value else ""
            found[name] = words_of(value)
        return {name: value for name, value in found.items() if value}

    def spoilt(self, document: str) -> Mapping[str, str]:
        if document not in self.engine.documents:
            return {}
        shipping, beside = self.engine.documents[document]["shipping"], self._beside.get(document, {})
        return {name: shipping.get(name, "") for name, value in beside.items() if shipping.get(name) != value}

    def written(self) -> Sequence[Written]:
        return list(self.engine.writes)

    def goods(self, document: str) -> Goods:
        lines = self.engine.documents[document]["lines"]
        places = frozenset(each["deliver"]["address"]["postcode"] for each in lines)
        return Goods(places, tuple((Decimal(each["quantity"]), kilograms(each["item"])) for each in lines))


def kilograms(item: Mapping[str, Any]) -> Decimal | None:
    return Decimal(item["grams"]) / 1000 if item["grams"] else None


def told(party: Party) -> dict[str, Any]:
    at = party.address
    address = {"lines": list(at.lines), "city": at.city, "state": at.state, "postcode": at.postcode}
    return {"name": party.name, "phone": party.phone, "address": {**address, "country": at.country}}


def words_of(value: Any) -> str:
    return " ".join(value) if isinstance(value, list) else str(value or "")
