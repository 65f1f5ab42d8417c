"""Answers of ShipStation: pure readers over decoded JSON. Unknown fields are ignored, an unreadable answer is None."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from shared.carriers.shipstation.faults import ApiError, errors
from shared.carriers.shipstation.plain import day, inside, rows, text
from shared.domain.money import Money
from shared.domain.shipment import CreatedShipment, Quote, ShipmentPlan

LABELS = "ShipStation's labels"
ALREADY_VOIDED = "label_already_voided"
_DOWNLOAD = re.compile(r"/v2/downloads/[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+){0,4}\.(pdf|png|zpl)")


def total(*amounts: Any) -> Money:
    """The sum of {currency, amount} objects, of which all but the first may be absent. NaN where it cannot be told:
    it must not pass for a price. Who takes the price looks at it (workflow/planning/price.py)."""
    stated = [each for each in amounts if each is not None]
    currencies = {text(inside(each, "currency")).upper() for each in stated}
    try:
        numbers = [Decimal(text(inside(each, "amount"))) for each in stated]
    except InvalidOperation:
        numbers = []
    readable = amounts[0] is not None and numbers and len(currencies) == 1
    return Money(sum(numbers, Decimal(0)) if readable else Decimal("NaN"), min(currencies, default=""))


# --- rates -----------------------------------------------------------------------------------------------------------


def quotes(body: Any, accounts: Mapping[str, str], package_code: str) -> tuple[Quote, ...] | None:
    """The prices of the services that `accounts` names, each at its account; what is not offered, or not valid, is left
    out. Of several prices of one service the highest counts: nobody shall be billed more than was approved."""
    listed = inside(body, "rate_response", "rates")
    if not isinstance(listed, list):
        return None
    found: dict[str, Quote] = {}
    for rate in rows(listed):
        service = text(rate.get("service_code"))
        account, kind = text(rate.get("carrier_id")), text(rate.get("package_type"))
        if account not in ("", accounts.get(service)) or kind not in ("", package_code) or service not in accounts:
            continue
        if text(rate.get("validation_status")) == "invalid" or rate.get("error_messages"):
            continue
        parts = ("shipping_amount", "insurance_amount", "confirmation_amount", "other_amount")
        price = total(*(rate.get(part) for part in parts))
        alerts = tuple(filter(None, map(text, rate.get("warning_messages") or ())))
        quote = Quote(service, price, arrival=day(rate.get("estimated_delivery_date")), alerts=alerts)
        if service not in found or not price.amount < found[service].price.amount:
            found[service] = quote
    return tuple(found[service] for service in accounts if service in found)


def rate_errors(body: Any) -> tuple[ApiError, ...]:
    """The reasons for which there is no price: the errors of the request, and those of each rate that is not valid."""
    answer = inside(body, "rate_response")
    invalid = (*rows(inside(answer, "invalid_rates")), *rows(inside(answer, "rates")))
    said = (text(each) for rate in invalid for each in rate.get("error_messages") or ())
    return (*errors(answer), *(ApiError(each) for each in dict.fromkeys(said) if each))


# --- labels ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A label as ShipStation tells of it. `downloads` are the files of its packages by format, paths on our host;
    `destination` is postcode and country, blank where they are not told."""

    label_id: str
    status: str
    reference: str
    numbers: tuple[str, ...]
    cost: Money | None
    service: str
    carrier_code: str
    destination: tuple[str, str]
    is_return: bool
    voided_at: str
    downloads: tuple[Mapping[str, str], ...]
    whole: Mapping[str, str]

    @property
    def voided(self) -> bool:
        return self.status == "voided"

    def shipment(self, request: str, alerts: tuple[str, ...]) -> CreatedShipment:
        """As a create has made it."""
        facts = (self.label_id, self.numbers, self.cost)
        return CreatedShipment(*facts, service=self.service, alerts=alerts, request_id=request)

    def found(self, request: str, *, moved: bool | None, cost: Money | None = None) -> CreatedShipment:
        """As a look-up finds it: without a charge of its own, unless it is given one, the quote stands in its place."""
        return CreatedShipment(
            self.label_id,
            self.numbers,
            cost,
            service=self.service,
            request_id=request,
            source=LABELS,
            picked_up=moved,
        )

    def files(self, wanted: str) -> tuple[tuple[str, str], ...]:
        """Format and path of the image of each package: its own, or the label's as a whole; empty without any."""
        own = tuple(map(partial(_chosen, wanted=wanted), self.downloads))
        whole = _chosen(self.whole, wanted=wanted)
        if len(own) == len(self.numbers) and all(own):
            return tuple(filter(None, own))
        return (whole,) * len(self.numbers) if whole else ()


def _chosen(files: Mapping[str, str], *, wanted: str) -> tuple[str, str] | None:
    """The wanted format, else the first that there is."""
    return (wanted, files[wanted]) if wanted in files else next(iter(files.items()), None)


def part_of(image: bytes, kind: str, place: int, count: int) -> bytes:
    """A package's part of a file for all of them: of ZPL its format, of others the whole file."""
    formats = re.findall(rb"\^XA.*?\^XZ", image, re.DOTALL) if kind == "ZPL" else []
    return bytes(formats[place - 1]) if len(formats) == count else image


def label(row: Any) -> LabelRow | None:
    """A label; None when the body is none. Of several packages each has a number, or there is none yet."""
    label_id = text(inside(row, "label_id"))
    if not label_id:
        return None
    packages = rows(row.get("packages"))
    numbers = tuple(filter(None, (text(each.get("tracking_number")) for each in packages)))
    own = text(row.get("tracking_number"))
    if len(numbers) < max(len(packages), 1):
        numbers = (own,) if own and len(packages) < 2 else ()
    cost = row.get("shipment_cost")
    voided = row.get("voided") is True or text(row.get("status")) == "voided"
    where = row.get("ship_to") or inside(row, "shipment", "ship_to")
    return LabelRow(
        label_id=label_id,
        status="voided" if voided else text(row.get("status")),
        reference=text(row.get("external_shipment_id")),
        numbers=numbers,
        cost=total(cost, row.get("insurance_cost")) if cost is not None else None,
        service=text(row.get("service_code")),
        carrier_code=text(row.get("carrier_code")),
        destination=(text(inside(where, "postal_code")), text(inside(where, "country_code")).upper()),
        is_return=row.get("is_return_label") is True,
        voided_at=text(row.get("voided_at")),
        downloads=tuple(_downloads(each.get("label_download")) for each in packages),
        whole=_downloads(row.get("label_download")),
    )


def _downloads(given: Any) -> dict[str, str]:
    """Format → path of its file. Only the path is taken of an address, and only one of this form: the key goes to our
    own host alone (facts 5)."""
    links = [text(inside(given, name)) for name in ("pdf", "png", "zpl", "href")]
    paths = (_path(link) for link in links)
    return {path.rpartition(".")[2].upper(): path for path in paths if path}


def _path(link: str) -> str:
    try:
        path = urlsplit(link).path
    except ValueError:
        return ""
    return path if _DOWNLOAD.fullmatch(path) else ""


def goes_to(row: LabelRow, plan: ShipmentPlan) -> bool:
    """Return whether the label's destination, as far as it is told, is the plan's."""
    at = plan.ship_to.address
    (postcode, country), same = row.destination, _folded(at.postcode)
    short = min(len(same), len(_folded(postcode)), 5)
    return country in ("", at.country.upper()) and (not short or _folded(postcode)[:short] == same[:short])


def _folded(postcode: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", postcode.upper())


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of labels, and how many pages there are."""

    labels: tuple[LabelRow, ...]
    pages: int


def labels(body: Any) -> Listed | None:
    """A page of labels; None when the body is none."""
    listed = inside(body, "labels")
    if not isinstance(listed, list):
        return None
    pages = inside(body, "pages")
    count = pages if isinstance(pages, int) and not isinstance(pages, bool) else 1
    return Listed(tuple(filter(None, map(label, listed))), count)


@dataclass(frozen=True, slots=True)
class Voided:
    """The outcome of a void, and ShipStation's words and code for it."""

    done: bool
    words: str
    code: str


def voided(body: Any) -> Voided | None:
    """HTTP 200 with `approved: false` is a refusal, but for a label that was voided before (facts 2)."""
    approved, code = inside(body, "approved"), text(inside(body, "reason_code"))
    if not isinstance(approved, bool):
        return None
    done = approved or code == ALREADY_VOIDED
    return Voided(done, text(inside(body, "message")) or code or ("voided" if done else "refused"), code)


def void_hint(code: str) -> str:
    """Advice for a person about a refused void."""
    return _VOID_HINTS.get(code, "look at the label in ShipStation; what cannot be voided there is for its carrier")


_VOID_HINTS = {
    "label_not_found_within_void_period": "its time is over: ask the carrier for a refund",
    "label_already_used": "the carrier has the parcel: ask for it to be returned",
    "contact_carrier": "ShipStation leaves it to the carrier: ask there",
}


def subscription(body: Any, wanted: Mapping[str, Any]) -> str | None:
    """The id of the webhook that has the wanted event and address, "" where its headers are the wanted ones too; None
    when there is none. The list is a bare array (facts 2), and may keep its headers to itself."""
    for row in rows(body):
        if (text(row.get("event")), text(row.get("url"))) == (wanted["event"], wanted["url"]):
            return "" if row.get("headers") == wanted["headers"] else text(row.get("webhook_id")) or None
    return None
