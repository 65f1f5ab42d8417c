"""The sandbox UPS: ten operations over one ledger, strict about requests, with index lag, tokens and faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import RLock
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sandbox.carriers.ups import answers
from sandbox.carriers.ups.addresses import Streets
from sandbox.carriers.ups.alerts import Alerts
from sandbox.carriers.ups.checks import NOT_VALID, Wrong, rate_wrong, ship_wrong, times_wrong
from sandbox.carriers.ups.gate import (
    Ambiguity,
    Refusal,
    body_of,
    control_characters,
    day_of,
    headers_of,
    last_of,
    operation_of,
    pass_gate,
    query_of,
    raise_first,
    voided_numbers_of,
)
from sandbox.carriers.ups.ledger import Ledger, LedgerShipment
from sandbox.carriers.ups.lives import Life
from sandbox.carriers.ups.manners import Manners
from sandbox.carriers.ups.papers import form_of
from sandbox.carriers.ups.parcels import Parcels, Scan
from sandbox.carriers.ups.pickups import PickupDesk
from sandbox.carriers.ups.pushes import Pushes
from sandbox.carriers.ups.quantum_view import QuantumView, check, manifest_of, record_of
from sandbox.carriers.ups.rates import Lane, cents, reaches_saturday
from sandbox.carriers.ups.reading import (
    SATURDAY,
    asks_for_saturday,
    lane_of,
    options_charge_of,
    payer_of,
    printed_of,
    rated_service_of,
    references_of,
    weights_of,
)
from sandbox.carriers.ups.tokens import TokenDesk
from sandbox.carriers.ups.tracking import NOT_FOUND, Telling, tracked
from sandbox.engine import Engine, reply
from shared.http import Request, Response


@dataclass
class UpsEngine(Engine):
    """One UPS. `clients` maps client id to secret; `accounts` are the shipper numbers that it knows.

    `index_lag` is how long recovery and tracking do not see a new shipment, of each alike unless `lag_of` says how long
    of which; a void they see after `void_lag`. `discount` is the factor of the negotiated
    rates, None when the account does not qualify; a label costs `charged` times what was quoted.
    `cie` answers address validation for New York and California only.
    `manners` is how answers are written; `polluted` puts line ends into texts, as UPS's test environment has (facts 4).
    `void_window` and `recovery_days` bound how long a void and a recovery are possible. Times in transit of a place in
    `ambiguous_cities` are a 206 with a choice; the next `spurious` creates are refused with 120081 (facts 1). With
    `errors_in_headers` an error's body is empty.

    What nobody knows for sure is as strict as it may be, and a setting: `saturday_rows` gives a service that reaches a
    Saturday twice also when it is asked for alone, `value_within_eu` asks for what the goods are worth between two
    countries of the EU (facts 14.1, 14.2). `paperless` says that the account sends its invoices by itself.

    `telling` is how Tracking tells of parcels under way, `born` is told of every parcel that is bought.
    """

    clients: dict[str, str] = field(default_factory=lambda: {"sandbox-client": "sandbox-secret"})
    accounts: frozenset[str] = frozenset({"A1B2C3"})
    index_lag: timedelta = timedelta(0)
    token_lifetime: timedelta = timedelta(seconds=14399)
    token_quota: int = 250
    discount: Decimal | None = Decimal("0.72")
    charged: Decimal = Decimal(1)
    streets: Streets = field(default_factory=Streets)
    cie: bool = False
    manners: Manners = field(default_factory=Manners)
    polluted: bool = False
    void_window: timedelta = timedelta(days=7)
    recovery_days: int = 30
    ambiguous_cities: frozenset[str] = frozenset()
    spurious: int = 0
    errors_in_headers: bool = False
    documented_void: bool = False
    paperless: bool = False
    saturday_rows: bool = True
    value_within_eu: bool = True
    ledger: Ledger = field(default_factory=Ledger)
    lag_of: Callable[[LedgerShipment], timedelta] | None = None
    void_lag: timedelta = timedelta(0)
    telling: Telling = field(default_factory=Telling)
    born: Callable[[LedgerShipment, str], None] | None = None

    def __post_init__(self) -> None:
        self.parcels, self.pushes, self.quantum = Parcels(self.ledger), Pushes(), QuantumView()
        self.alerts, self.pickups = Alerts(), PickupDesk(self.accounts)
        self.tokens = TokenDesk(self.clients, self.token_lifetime, self.token_quota)
        self._lock, self._answered = RLock(), 0
        self._operations: dict[str, Callable[[Request], Any]] = {
            "address_validation": self._address_validation,
            "rate": self._rate,
            "ship": self._ship,
            "void": self._void,
            "recovery": self._recovery,
            "track_by_reference": self._track_by_reference,
            "track": self._track,
            "subscription": self._subscription,
            "quantum_view": self._quantum_view,
            "pickup_create": lambda request: self.pickups.create(body_of(request), self.now()),
            "pickup_rate": lambda request: self.pickups.rate(body_of(request), self.now()),
            "pickup_pending": lambda request: self.pickups.pending(headers_of(request), self.now()),
            "pickup_cancel": lambda request: self.pickups.cancel(headers_of(request)),
        }

    def operation(self, request: Request) -> str:
        return operation_of(request)

    def answer(self, operation: str, request: Request) -> Response:
        """One request after the other, whatever thread they come on."""
        with self._lock:
            self._answered += 1
            self.move()
            try:
                if operation == "token":
                    return self._replied(200, self._token(request))
                pass_gate(operation, request, self.tokens, self.now())
                if control_characters(operation, request):
                    return self._silent()
                body = self._operations[operation](request)
            except Refusal as refusal:
                return self._refused(refusal)
            except Ambiguity as ambiguity:
                return self._replied(206, ambiguity.body)
            return self._replied(200, self.manners.written(operation, body))

    def choose(self, number: str, life: Life, start: datetime, pace: float) -> None:
        """Gives a parcel its life."""
        with self._lock:
            self.parcels.choose(number, life, start, pace)

    def move(self) -> None:
        """Makes the scans that are due by now. Their events wait for `push`: a webhook may ask us in turn."""
        with self._lock:
            for scan in self.parcels.advance(self.now()):
                self._happened(scan, self.parcels.planned(scan))

    def _happened(self, scan: Scan, planned: date | None) -> None:
        """A scan goes to the parcel's subscriber, and into the account's files where the parcel is the account's."""
        self.pushes.add(scan, self.alerts.standing.get(scan.number), planned)
        shipment = self.ledger.of_number(scan.number)
        record = record_of(scan, shipment) if shipment else None
        if record:
            self.quantum.add(scan.at, *record)

    def push(self) -> None:
        """Sends the events that are due by now."""
        self.pushes.send(self.now())

    def unavailable(self, status: int) -> Response:
        return self._refused(Refusal(status, "10004", "The service is temporarily unavailable"))

    def too_many(self, seconds: float) -> Response:
        headers = {"retry-after": str(int(seconds))} if seconds else {}
        return reply(429, answers.errors("10429", "Too Many Requests"), headers)

    def expire_tokens(self) -> None:
        """Every token that is out has expired: 251004."""
        self.tokens.expire()

    def revoke_tokens(self) -> None:
        """No token that is out is valid any more: UJ0001."""
        self.tokens.revoke()

    def _silent(self) -> Response:
        """How UPS answers a control character in an address: 200, and the error in the headers alone (facts 1 [R])."""
        said = "The request is not valid. Review for errors before re-submitting."
        return Response(200, {"content-length": "0", "errorcode": "1", "errordescription": said}, b"")

    def _replied(self, status: int, body: Any, headers: dict[str, str] | None = None) -> Response:
        return reply(status, body, {"bkndtransid": f"sandbox{self._answered:08d}", **(headers or {})})

    def _refused(self, refusal: Refusal) -> Response:
        headers = {"apierrorcode": refusal.code, "apierrormsg": str(refusal)}
        answer = self._replied(refusal.status, answers.errors(refusal.code, str(refusal)), headers)
        return replace(answer, body=b"") if self.errors_in_headers else answer

    def _polluted(self, words: str) -> str:
        return f"{words}&#xD;\n" if self.polluted else words

    def _token(self, request: Request) -> dict[str, str]:
        headers = headers_of(request)
        client_id = self.tokens.client_of(headers.get("authorization", ""))
        if client_id is None:
            raise Refusal(401, "250002", "Invalid Authentication Information.")
        form = parse_qs(request.body.decode("utf-8", "replace"))
        typed = headers.get("content-type", "").split(";")[0].strip().lower() == "application/x-www-form-urlencoded"
        if not typed or form.get("grant_type") != ["client_credentials"]:
            raise Refusal(400, NOT_VALID, "grant_type must be client_credentials, in a form")
        now = self.now()
        if self.tokens.over_quota(client_id, now):
            raise Refusal(429, "10429", "Quota Limit Exceeded")
        return {
            "token_type": "Bearer",
            "issued_at": str(int(now.timestamp() * 1000)),
            "client_id": client_id,
            "access_token": self.tokens.issue(client_id, now),
            "expires_in": str(int(self.token_lifetime.total_seconds())),
            "status": "approved",
        }

    def _address_validation(self, request: Request) -> dict[str, Any]:
        key = body_of(request)["XAVRequest"]["AddressKeyFormat"]
        if key["CountryCode"] not in {"US", "PR"}:
            raise Refusal(400, "264002", "Country code is invalid or missing.")
        if self.cie and key.get("PoliticalDivision1", "").upper() not in {"NY", "CA"}:
            raise Refusal(400, "9264030", "The state is not supported in the Customer Integration Environment.")
        if self.cie and not self.streets.knows_city(key.get("PoliticalDivision2", "")):
            raise Refusal(400, "9264030", "The state is not supported in the Customer Integration Environment.")
        return {"XAVResponse": {"Response": answers.SUCCESS, **self.streets.opinion(key)}}

    def _rate(self, request: Request) -> dict[str, Any]:
        option = urlsplit(request.url).path.rsplit("/", 1)[1].lower()
        shipment = body_of(request)["RateRequest"]["Shipment"]
        raise_first(rate_wrong(shipment, self.accounts))
        lane, weights = lane_of(shipment), weights_of(shipment)
        services = lane.services() if option.startswith("shop") else (rated_service_of(shipment, lane),)
        times = shipment.get("DeliveryTimeInformation") if option.endswith("timeintransit") else None
        if option.endswith("timeintransit"):
            raise_first(times_wrong(shipment, within_eu=self.value_within_eu))
            self._settle_place(shipment["ShipTo"]["Address"])
        rated = [
            row
            for service in services
            for row in self._rows(shipment, lane, service, weights, times, alone=not option.startswith("shop"))
        ]
        if not rated:
            raise Refusal(400, "111562", "There are no matching rates and transit times.")
        return {"RateResponse": {"Response": answers.SUCCESS, "RatedShipment": rated}}

    def _rows(
        self,
        shipment: dict[str, Any],
        lane: Lane,
        service: str,
        weights: list[Decimal],
        times: dict[str, Any] | None,
        *,
        alone: bool,
    ) -> Iterator[dict[str, Any]]:
        """A service's prices: with times in transit it stands twice where it reaches a Saturday, and only with that row
        where a Saturday is asked for (facts 14.2)."""
        discount, options = self._discounted(shipment), options_charge_of(shipment)
        if times is None:
            yield answers.rated(lane, service, weights, discount, options)
            return
        pickup, asked = self._pickup(times.get("Pickup")), asks_for_saturday(shipment)
        if not asked:
            weekday = answers.rated(lane, service, weights, discount, options)
            yield {**weekday, "TimeInTransit": answers.time_in_transit(lane, service, pickup)}
        if reaches_saturday(service, pickup) and (asked or self.saturday_rows or not alone):
            dearer = options if asked else options + SATURDAY
            row = answers.rated(lane, service, weights, discount, dearer)
            yield {**row, "TimeInTransit": answers.time_in_transit(lane, service, pickup, saturday=True)}

    def _settle_place(self, where: dict[str, Any]) -> None:
        city = where.get("City", "")
        if city.upper() in self.ambiguous_cities:
            raise Ambiguity(answers.ambiguous(city, where.get("StateProvinceCode", ""), where["CountryCode"]))

    def _ship(self, request: Request) -> dict[str, Any]:
        body = body_of(request)["ShipmentRequest"]
        shipment = body["Shipment"]
        if self.spurious:
            self.spurious -= 1
            raise Refusal(400, "120081", "The shipment cannot be processed.")
        raise_first(ship_wrong(shipment, self.accounts))
        raise_first(self._ship_date_wrong(shipment.get("ShipmentDate")))
        validates = body["Request"]["RequestOption"] == "validate"
        if validates and not self.streets.knows_city(shipment["ShipTo"]["Address"]["City"]):
            raise Refusal(400, "120802", "Address Validation Error on ShipTo address")
        lane, service = lane_of(shipment), shipment["Service"]["Code"]
        if service not in lane.services():
            raise Refusal(400, "111210", "The requested service is unavailable between the selected locations.")
        made = self._bought(shipment, lane, body["LabelSpecification"].get("CharacterSet", "eng"))
        self.ledger.add(made)
        self.quantum.add(made.created_at, "Manifest", manifest_of(made))
        if self.born:
            for number in made.tracking_numbers:
                self.born(made, number)
        kind = body["LabelSpecification"]["LabelImageFormat"]["Code"]
        form = form_of(shipment, paperless=self.paperless)
        return answers.shipped(made, self._discounted(shipment), kind, form)

    def _bought(self, shipment: dict[str, Any], lane: Lane, character_set: str) -> LedgerShipment:
        account, service = shipment["Shipper"]["ShipperNumber"], shipment["Service"]["Code"]
        weights = weights_of(shipment)
        numbers = self.ledger.numbers(account, service, len(weights))
        return LedgerShipment(
            shipment_id=numbers[0],
            account=account,
            service=service,
            references=references_of(shipment),
            tracking_numbers=numbers,
            created_at=self.now(),
            ship_from=printed_of(shipment.get("ShipFrom", shipment["Shipper"]), character_set),
            ship_to=printed_of(shipment["ShipTo"], character_set),
            destination=(lane.destination_postcode, lane.destination),
            weights=tuple(weights),
            charge=cents((lane.charge(service, weights) + options_charge_of(shipment)) * self.charged),
            currency=lane.currency,
            payer=payer_of(shipment),
        )

    def _void(self, request: Request) -> dict[str, Any]:
        """Of the whole shipment or of packages. A placeholder trackingnumber makes the answer 190102 (facts 4)."""
        shipment = self.ledger.of_id(last_of(request))
        named = voided_numbers_of(request)
        late = shipment is None or self.now() > shipment.created_at + self.void_window
        late = late or (shipment is not None and shipment.picked_up_at is not None)
        if shipment is None or late or not set(named) <= set(shipment.tracking_numbers):
            raise Refusal(400, "190102", "No shipment found within the allowed void period")
        if named and shipment.crosses_border:
            raise Refusal(400, "190113", "International shipments cannot be voided at package level")
        for scan in self.parcels.void(shipment, named or shipment.tracking_numbers, self.now()):
            self._happened(scan, None)
        return answers.voided(self._polluted("Voided"), named, documented=self.documented_void)

    def _recovery(self, request: Request) -> dict[str, Any]:
        asked = body_of(request)["LabelRecoveryRequest"]
        known = self._recoverable(asked)
        live = [shipment for shipment in known if shipment.live]
        if known and not live:
            raise Refusal(400, "300033", "The shipment is voided.")
        if not live:
            raise Refusal(400, "300007", "Not found: check the data or wait until the shipment is processed.")
        if all(self.now() > shipment.created_at + timedelta(days=self.recovery_days) for shipment in live):
            raise Refusal(400, "300006", "The label has expired.")
        kind = asked.get("LabelSpecification", {}).get("LabelImageFormat", {}).get("Code", "GIF")
        return answers.recovered(live[0], kind) if len(live) == 1 else answers.candidates(live)

    def _recoverable(self, asked: dict[str, Any]) -> list[LedgerShipment]:
        if "TrackingNumber" in asked:
            shipment = self.ledger.of_number(asked["TrackingNumber"])
            return self._indexed([shipment] if shipment else [])
        values = asked["ReferenceValues"]
        return self._indexed(self.ledger.of_reference(values["ShipperNumber"], values["ReferenceNumber"]["Value"]))

    def _track_by_reference(self, request: Request) -> dict[str, Any]:
        """Voided parcels stay visible. Without a window UPS looks at the last 14 days."""
        query, reference = query_of(request), last_of(request)
        today = self.now().date()
        first = day_of(query.get("fromPickUpDate")) or today - timedelta(days=14)
        last = day_of(query.get("toPickUpDate")) or today
        known = self._indexed(self.ledger.of_reference(query.get("shipperNum", ""), reference))
        found = [each for each in known if first <= each.created_at.date() <= last]
        return tracked(
            reference, [(each, each.tracking_numbers) for each in found], self.parcels, self.now(), self.telling
        )

    def _track(self, request: Request) -> dict[str, Any]:
        """The parcel alone, or at the shipment's path `count` parcels of its shipment from `offset` on."""
        number, query = last_of(request), query_of(request)
        if not 7 <= len(number) <= 34:
            raise Refusal(400, "TV1002", "Invalid inquiry number")
        shipment, now = self.parcels.shipment_of(number), self.now()
        if shipment is None or now > shipment.created_at + self.telling.kept or number in self.telling.hidden:
            return {"trackResponse": {"shipment": [{"inquiryNumber": number, "warnings": [NOT_FOUND]}]}}
        numbers: tuple[str, ...] = (number,)
        if "/shipment/" in urlsplit(request.url).path:
            first = int(query.get("offset", 0))
            numbers = shipment.tracking_numbers[first : first + int(query.get("count", 50))]
        known = self._indexed([shipment])
        told = [(each, numbers) for each in known]
        proof = query.get("returnPOD") == query.get("returnSignature") == "true"
        return tracked(number, told, self.parcels, now, self.telling, proof=proof)

    def _subscription(self, request: Request) -> dict[str, Any]:
        """By number; the version stands in the path."""
        version = urlsplit(request.url).path.split("/")[3]
        try:
            body = body_of(request)
        except ValueError as error:
            raise Refusal(400, "10001", "The request is not well formed") from error
        client, now = self.tokens.holder_of(headers_of(request)["authorization"]), self.now()
        answer = self.alerts.subscribe(body, version=version, client=client, now=now, cie=self.cie)
        if self.cie:
            for number in answer["validTrackingNumbers"]:
                self.parcels.play(number, now)
        return answer

    def _quantum_view(self, request: Request) -> dict[str, Any]:
        try:
            asked = body_of(request)["QuantumViewRequest"]
        except (ValueError, KeyError, TypeError) as error:
            raise Refusal(400, "10001", "The request is not well formed") from error
        wrong = check(asked, self.now())
        if wrong:
            raise Refusal(400, NOT_VALID, wrong)
        return self.quantum.answer(asked, self.now())

    def visible(self, reference: str) -> list[LedgerShipment]:
        """Return the live shipments under a reference, as far as the index knows by now."""
        return self._indexed([each for each in self.ledger.shipments if each.reference == reference and each.live])

    def _indexed(self, shipments: list[LedgerShipment]) -> list[LedgerShipment]:
        """Those that the index knows by now, as it knows them."""
        now, lag_of = self.now(), self.lag_of
        if lag_of is None:
            seen = [each for each in shipments if now >= each.created_at + self.index_lag]
        else:
            seen = [each for each in shipments if now >= each.created_at + lag_of(each)]
        return [self._as_seen(each) for each in seen]

    def _as_seen(self, shipment: LedgerShipment) -> LedgerShipment:
        if not self.void_lag or shipment.voided_at is None or self.now() >= shipment.voided_at + self.void_lag:
            return shipment
        return replace(shipment, voided_at=None, voided_numbers={})

    def _discounted(self, shipment: dict[str, Any]) -> Decimal | None:
        """The negotiated factor, for who asks for it and has an account."""
        asked = "NegotiatedRatesIndicator" in shipment.get("ShipmentRatingOptions", {})
        return self.discount if asked and "ShipperNumber" in shipment["Shipper"] else None

    def _pickup(self, pickup: dict[str, str] | None) -> date:
        return (day_of(pickup["Date"]) if pickup else None) or self.now().date()

    def _ship_date_wrong(self, ship_date: str | None) -> Iterator[Wrong]:
        """Up to 7 days ahead (Shipping, ShipmentDate); a day of tolerance for the origin's time zone."""
        day, today = day_of(ship_date), self.now().date()
        if ship_date and (day is None or not today - timedelta(days=1) <= day <= today + timedelta(days=8)):
            yield NOT_VALID, "ShipmentDate must be within the next 7 days"
