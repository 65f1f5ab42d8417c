"""Snail, a carrier that does not exist: an API key, no address validation, and labels that are drawn later."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any
from urllib.parse import quote

from shared.connection import Connection
from shared.domain.address import Party
from shared.domain.money import Money
from shared.domain.shipment import AddressCheck, CreatedShipment, Found, Label, Quote, ShipmentPlan
from shared.errors import Misconfigured, ParcelbridgeError, Refused, Retry, Unknown
from shared.http import Lost, NotSent, Request, Response, Transport
from shared.ports import Check, Clock, Secrets, Tokens

HOST = "https://snail.example.invalid"
LONGEST_NAME, HEAVIEST = 60, Decimal(150)


def open_carrier(
    connection: Connection, *, secrets: Secrets, tokens: Tokens, transport: Transport, clock: Clock, **_: object
) -> Snail:
    """Snail as one connection sees it. Its key is no token: there is nothing to share or to renew."""
    return Snail(connection, secrets, transport, clock)


class Snail:
    """`Carrier` on Snail."""

    def __init__(self, connection: Connection, secrets: Secrets, transport: Transport, clock: Clock) -> None:
        self._connection, self._host = connection.id, connection.carrier.base_url or HOST
        self._secrets, self._transport, self._clock = secrets, transport, clock

    def check_plan(self, plan: ShipmentPlan) -> None:
        body_of(plan)

    def check_address(self, party: Party) -> AddressCheck:
        return AddressCheck("not_covered", note="Snail validates no addresses")

    def rate(self, plan: ShipmentPlan, services: Sequence[str]) -> tuple[Quote, ...]:
        answer = self._asked("POST", "/rates", body_of(plan))
        offered = {each["service"]: money(each["price"]) for each in answer["rates"]}
        return tuple(Quote(service, offered[service]) for service in services if service in offered)

    def create(self, plan: ShipmentPlan, reference: str) -> CreatedShipment:
        body = {**body_of(plan), "service": plan.service, "reference": reference, "order": plan.erp_reference}
        answer = self._call("POST", "/shipments", body, lost=Unknown)
        made = answer.json()
        if answer.status == 201 and isinstance(made, dict) and made.get("id"):
            return shipment_in(made, "create", money(made["price"]))
        self._refused(answer)
        raise Unknown(f"Snail answered {answer.status} to the create")

    def find(self, reference: str, plan: ShipmentPlan, since: datetime) -> Found:
        """Snail finds what begins like the reference, voided shipments too: only exactly ours that live are taken."""
        rows = self._asked("GET", f"/shipments?like={quote(reference, safe='')}")["shipments"]
        ours = [row for row in rows if row["reference"] == reference and row["status"] != "void"]
        return Found(tuple(shipment_in(row, "list") for row in ours), ("list",))

    def labels(self, shipment_id: str, plan: ShipmentPlan) -> tuple[Label, ...]:
        body = self._asked("GET", f"/shipments/{shipment_id}/labels")
        if body.get("status") == "processing":
            raise Retry(f"Snail is still drawing the labels of {shipment_id}", body.get("wait"))
        drawn = enumerate(body["labels"], 1)
        return tuple(Label(each["number"], "PNG", base64.b64decode(each["png"]), place) for place, each in drawn)

    def void(self, shipment_id: str, packages: Sequence[str] = ()) -> str:
        if packages:
            raise Refused("refused", "Snail voids whole shipments only", field="packages", value=" ".join(packages))
        answer = self._call("DELETE", f"/shipments/{shipment_id}", None, lost=Retry)
        if answer.status == 409 and answer.json()["error"]["code"] == "already_void":
            return "was void already"
        self._refused(answer)
        if answer.status != 200 or answer.json() is None:
            raise Retry(f"Snail answered {answer.status} to the void")
        return "void"

    def tracking_url(self, tracking_number: str) -> str:
        return f"{HOST}/track?number={quote(tracking_number, safe='')}"

    def ping(self) -> tuple[Check, ...]:
        try:
            self._asked("GET", "/shipments?like=-")
        except ParcelbridgeError as error:
            return (Check("key", ok=False, detail=str(error)),)
        return (Check("key", ok=True, detail="accepted"),)

    # --- calls ---------------------------------------------------------------------------------------------------

    def _asked(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._call(method, path, body, lost=Retry)
        self._refused(answer)
        if answer.status not in (200, 202) or answer.json() is None:
            raise Retry(f"Snail answered {answer.status}")
        return answer.json()

    def _call(self, method: str, path: str, body: Any, *, lost: type[ParcelbridgeError]) -> Response:
        key = self._secrets.get(self._connection, "carrier")["key"]
        sent = json.dumps(body).encode() if body is not None else b""
        try:
            request = Request(method, self._host + path, {"Api-Key": key}, sent)
            answer = self._transport.send(request, timeout=30, fresh=lost is Unknown)
        except NotSent as error:
            raise Retry(f"Snail cannot be reached: {error}") from error
        except Lost as error:
            raise lost(f"no answer of Snail: {error}") from error
        if answer.status == 429:
            raise Retry("Snail has too much to do", answer.retry_after(self._clock.now()))
        return answer

    def _refused(self, answer: Response) -> None:
        """Raises for Snail's own envelope of an error; anything else proves nothing."""
        body = answer.json()
        if answer.status == 401 and isinstance(body, dict):
            raise Misconfigured("Snail refuses the key", field="carrier secret")
        if answer.status in (404, 409, 422) and isinstance(body, dict) and "error" in body:
            error = body["error"]
            raise Refused("refused", error["message"], field=error.get("field", ""))


def body_of(plan: ShipmentPlan) -> dict[str, Any]:
    """Build the body of a shipment: its goods, sender and receiver. Raises Refused for values that Snail does not
    take."""
    if not plan.packages:
        raise Refused("missing", "the shipment has no package", field="packages")
    for side, party in (("ship_from", plan.ship_from), ("ship_to", plan.ship_to)):
        if len(party.name) > LONGEST_NAME:
            message = f"a name has at most {LONGEST_NAME} characters"
            raise Refused("missing", message, field=f"{side}.name", value=party.name)
    pounds = [each.weight.to("lb").value.quantize(Decimal(1), ROUND_CEILING) for each in plan.packages]
    for number, each in enumerate(pounds, 1):
        if not 0 < each <= HEAVIEST:
            raise Refused("weight", f"a package weighs up to {HEAVIEST} lb", field=f"packages[{number}].weight")
    return {"from": told(plan.ship_from), "to": told(plan.ship_to), "pounds": [str(each) for each in pounds]}


def told(party: Party) -> dict[str, str]:
    at = party.address
    return {
        "name": party.name,
        "lines": "\n".join(at.lines),
        "city": at.city,
        "zip": at.postcode,
        "country": at.country,
    }


def money(price: str) -> Money:
    amount, _, currency = price.partition(" ")
    return Money(Decimal(amount), currency)


def shipment_in(row: dict[str, Any], source: str, cost: Money | None = None) -> CreatedShipment:
    numbers = tuple(row["numbers"])
    picked_up = row["status"] == "under_way"
    return CreatedShipment(row["id"], numbers, cost, service=row["service"], source=source, picked_up=picked_up)
