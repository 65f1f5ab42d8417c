"""The side of UPS that sends a driver when asked: on-call pickups, API v2409 (facts/ups-extras.md, 2)."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal
from typing import Any

from shared.carriers.ups.calls import Answer
from shared.carriers.ups.codes import SERVICES
from shared.carriers.ups.phones import phone
from shared.carriers.ups.plain import as_list, day, inside, text
from shared.carriers.ups.tracking import UpsTracking
from shared.carriers.ups.values import money
from shared.carriers.ups.verdict import Verdict, create_verdict, not_allowed, refusal, worded
from shared.domain.measures import Weight
from shared.domain.money import Money
from shared.domain.pickup import MadePickup, PendingPickup, PickupOrder
from shared.errors import Misconfigured, Refused, Retry, Unknown
from shared.http import Lost, NotSent

CREATE = "/api/pickupcreation/v2409/pickup"
ONCALL = "/api/shipments/v2409/pickup/oncall"
CANCEL = "/api/shipments/v2409/pickup/02"
"""By the number, which stands in the header Prn."""
_HEAVY = {"lb": Decimal(70), "kg": Decimal(32)}
_COMPANY, _CONTACT, _NOTE = 27, 22, 57


class UpsPickups(UpsTracking):
    """UPS's on-call pickups for one connection; part of its carrier."""

    cancelled_status = "007"

    def pickup_price(self, order: PickupOrder) -> Money | None:
        answer = self._calls.read("POST", ONCALL, rate(order, self._settings.account))
        if not answer.readable or inside(answer.body, "PickupRateResponse", "RateResult") is None:
            raise self._calls.failed(answer)
        return _price(inside(answer.body, "PickupRateResponse", "RateResult"))

    def make_pickup(self, order: PickupOrder) -> MadePickup:
        """UPS gives the same number while a pickup of this address and day exists [S]."""
        try:
            answer = self._calls.buy(CREATE, create(order, self._settings.account))
        except NotSent as error:
            raise Retry(f"the pickup did not reach UPS: {error}") from error
        except Lost as error:
            raise Unknown(f"no answer to the pickup: {error}") from error
        return _made(answer)

    def pending_pickups(self) -> tuple[PendingPickup, ...]:
        """Of today and tomorrow, which is all that UPS tells."""
        answer = self._calls.read("GET", ONCALL, headers={"AccountNumber": self._settings.account})
        said = inside(answer.body, "PickupPendingStatusResponse")
        if not answer.readable or said is None:
            raise self._calls.failed(answer)
        return tuple(
            PendingPickup(
                number=text(inside(each, "PRN")),
                day=day(inside(each, "ServiceDate")),
                reference=text(inside(each, "ReferenceNumber")),
                status=text(inside(each, "OnCallStatusCode")),
            )
            for each in as_list(inside(said, "PendingStatus"))
        )

    def cancel_pickup(self, number: str) -> None:
        answer = self._calls.read("DELETE", CANCEL, headers={"Prn": number})
        code = text(inside(answer.body, "PickupCancelResponse", "Response", "ResponseStatus", "Code"))
        if not answer.readable or code != "1":
            raise self._calls.failed(answer)


def _made(answer: Answer) -> MadePickup:
    """The pickup that the answer proves. Raises as `make_pickup`."""
    said = inside(answer.body, "PickupCreationResponse")
    number = text(inside(said, "PRN"))
    words = worded(answer.errors) or f"UPS answered {answer.response.status} without a pickup's number"
    match create_verdict(answer.response.status, answer.envelope, numbered=bool(number)):
        case Verdict.CREATED:
            return MadePickup(number, _price(inside(said, "RateResult")))
        case Verdict.REFUSED:
            raise refusal(answer.envelope)
        case Verdict.NOT_ALLOWED:
            raise not_allowed(answer.envelope, answer.response.status, answer.product)
        case Verdict.NOT_MADE:
            raise Retry(words, answer.retry_after)
    raise Unknown(f"{words} (request {answer.request_id})")


def _price(result: Any) -> Money | None:
    """The whole price of a rate result, None where there is none that can be one."""
    total = text(inside(result, "GrandTotalOfAllCharge"))
    return money({"CurrencyCode": text(inside(result, "CurrencyCode")), "MonetaryValue": total}) if total else None


def rate(order: PickupOrder, account: str) -> dict[str, Any]:
    """The question for a price, for the order's own day. Raises Refused."""
    address = _address(order)
    line = {"AddressLine": address["AddressLine"][0]}
    known = ("City", "StateProvince", "PostalCode", "CountryCode", "ResidentialIndicator")
    return {
        "PickupRateRequest": {
            "Request": {},
            "ShipperAccount": _account(order, account),
            "PickupAddress": {**line, **{name: address[name] for name in known if name in address}},
            "AlternateAddressIndicator": "N",
            "ServiceDateOption": "03",
            "PickupDateInfo": _times(order),
        }
    }


def create(order: PickupOrder, account: str) -> dict[str, Any]:
    """The order of a pickup that the account pays. Raises Refused for what does not fit."""
    note = " ".join(order.place.address.lines[1:])
    _fits(note, _NOTE, "address.lines")
    body: dict[str, Any] = {
        "Request": {},
        "RatePickupIndicator": "Y",
        "Shipper": {"Account": _account(order, account)},
        "PickupDateInfo": _times(order),
        "PickupAddress": _address(order),
        "AlternateAddressIndicator": "N",
        "PickupPiece": [
            {
                "ServiceCode": _service(each.service),
                "Quantity": str(each.quantity),
                "DestinationCountryCode": each.country,
                "ContainerCode": "01",
            }
            for each in order.pieces
        ],
        "TotalWeight": _weight(order),
        "OverweightIndicator": "Y" if _is_heavy(order.heaviest) else "N",
        "PaymentMethod": "01",
        "ShippingLabelsAvailable": "Y",
        "ReferenceNumber": order.reference,
    }
    return {"PickupCreationRequest": {**body, **({"SpecialInstruction": note} if note else {})}}


def _account(order: PickupOrder, account: str) -> dict[str, str]:
    return {"AccountNumber": account, "AccountCountryCode": order.place.address.country}


def _times(order: PickupOrder) -> dict[str, str]:
    return {
        "CloseTime": f"{order.close:%H%M}",
        "ReadyTime": f"{order.ready:%H%M}",
        "PickupDate": f"{order.day:%Y%m%d}",
    }


def _address(order: PickupOrder) -> dict[str, Any]:
    place, at = order.place, order.place.address
    contact = place.attention or "Shipping"
    _fits(place.name, _COMPANY, "name")
    _fits(contact, _CONTACT, "attention")
    _fits(at.postcode.replace(" ", ""), 8, "address.postcode")
    number = phone(place, "location", required=True)
    more = {"StateProvince": at.state, "PostalCode": at.postcode.replace(" ", "")}
    return {
        "CompanyName": place.name,
        "ContactName": contact,
        "AddressLine": [at.lines[0]],
        "City": at.city,
        **{name: value for name, value in more.items() if value},
        "CountryCode": at.country,
        "ResidentialIndicator": "Y" if place.residential else "N",
        "Phone": number,
    }


def _fits(value: str, most: int, field: str) -> None:
    if len(value) > most:
        message = f"the location's {field} has {len(value)} characters, UPS takes {most} for a pickup"
        hint = "shorten it under locations in the connection file"
        raise Refused("pickup", message, field=f"locations.{field}", value=value, hint=hint)


def _service(code: str) -> str:
    """A service in UPS's other table: of those that are known it is the ship code with a zero before it. Codes with
    letters have none."""
    if code not in SERVICES or not code.isdigit():
        raise Refused("service", f"service {code}: which code a pickup has for it is not known", field="service")
    return f"0{code}"


def _weight(order: PickupOrder) -> dict[str, str]:
    unit = "kg" if order.weight.unit in {"kg", "g"} else "lb"
    total = order.weight.to("kg" if unit == "kg" else "lb").value.quantize(Decimal("0.1"), rounding=ROUND_UP)
    if len(f"{total}") > 6:
        raise Misconfigured(f"a pickup of {total} {unit} is too heavy for UPS's form", field="weight", general=False)
    return {"Weight": f"{total}", "UnitOfMeasurement": "KGS" if unit == "kg" else "LBS"}


def _is_heavy(heaviest: Weight) -> bool:
    unit = "kg" if heaviest.unit in {"kg", "g"} else "lb"
    return heaviest.to("kg" if unit == "kg" else "lb").value > _HEAVY[unit]
