"""On-call pickups of the sandbox UPS, as facts/ups-extras.md (2) has them: the same number while one exists for an
account, an address and a day; pending ones of today and tomorrow only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sandbox.carriers.ups import answers
from sandbox.carriers.ups.checks import NOT_VALID
from sandbox.carriers.ups.gate import Refusal, day_of

PRICE = "14.70"
_REFUSED = "9560131"
"""The one code of pickups that is known."""


@dataclass
class OrderedPickup:
    """A pickup in UPS's own book. `status` is 001 received, 003 done or 007 cancelled."""

    number: str
    account: str
    place: tuple[str, ...]
    day: date
    reference: str
    status: str = "001"


@dataclass
class PickupDesk:
    """All pickups that were ever ordered."""

    accounts: frozenset[str]
    book: list[OrderedPickup] = field(default_factory=list)

    def create(self, body: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        asked = body["PickupCreationRequest"]
        account = asked["Shipper"]["Account"]["AccountNumber"]
        self._check(account, asked["PickupDateInfo"], now)
        at, day = asked["PickupAddress"], day_of(asked["PickupDateInfo"]["PickupDate"])
        place = (*at["AddressLine"], at["City"], at.get("PostalCode", ""), at["CountryCode"])
        found = next(
            (
                each
                for each in self.book
                if (each.account, each.place, each.day) == (account, place, day) and each.status == "001"
            ),
            None,
        )
        if found is None and day:
            number = f"2929{len(self.book):02d}00SBX"
            found = OrderedPickup(number, account, place, day, asked.get("ReferenceNumber", ""))
            self.book.append(found)
        price = {"CurrencyCode": "USD", "GrandTotalOfAllCharge": PRICE, "GrandTotalOfAllIncentedCharge": PRICE}
        return {
            "PickupCreationResponse": {
                "Response": answers.SUCCESS,
                "PRN": found.number if found else "",
                "RateStatus": {"Code": "01", "Description": "Rate available"},
                "RateResult": price,
            }
        }

    def rate(self, body: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        asked = body["PickupRateRequest"]
        self._check(asked["ShipperAccount"]["AccountNumber"], asked["PickupDateInfo"], now)
        price = {"CurrencyCode": "USD", "GrandTotalOfAllCharge": PRICE}
        return {"PickupRateResponse": {"Response": answers.SUCCESS, "RateResult": price}}

    def pending(self, headers: Mapping[str, str], now: datetime) -> dict[str, Any]:
        account = headers.get("accountnumber", "")
        if account not in self.accounts:
            raise Refusal(400, NOT_VALID, "AccountNumber is missing or not known")
        days = {now.date() + timedelta(days=ahead) for ahead in (-1, 0, 1)}  # its own day: of the place
        rows = [
            {
                "PickupType": "01",
                "ServiceDate": f"{each.day:%Y%m%d}",
                "PRN": each.number,
                "OnCallStatusCode": each.status,
                "PickupStatusMessage": "Received at dispatch",
                "ReferenceNumber": each.reference,
            }
            for each in self.book
            if each.account == account and each.status == "001" and each.day in days
        ]
        return {"PickupPendingStatusResponse": {"Response": answers.SUCCESS, "PendingStatus": rows}}

    def cancel(self, headers: Mapping[str, str]) -> dict[str, Any]:
        """By the header Prn, which the schema does not ask for."""
        found = next((each for each in self.book if each.number == headers.get("prn")), None)
        if found is None or found.status != "001":
            raise Refusal(400, _REFUSED, "The pickup request cannot be cancelled.")
        found.status = "007"
        return {"PickupCancelResponse": {"Response": answers.SUCCESS, "PickupType": "01"}}

    def _check(self, account: str, times: Mapping[str, str], now: datetime) -> None:
        if account not in self.accounts:
            raise Refusal(400, _REFUSED, "The account is not known.")
        day = day_of(times["PickupDate"])
        if day is None or day < now.date() - timedelta(days=1) or times["CloseTime"] <= times["ReadyTime"]:
            raise Refusal(400, _REFUSED, "The pickup's day or its times are not valid.")
