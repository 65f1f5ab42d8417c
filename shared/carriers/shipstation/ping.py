"""The lines of a connection test: credential, accounts and services of the file, and each fact that is not sure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlencode

from shared.carriers.shipstation import build, parse
from shared.carriers.shipstation.build import account_of
from shared.carriers.shipstation.calls import ShipStationCalls
from shared.carriers.shipstation.plain import inside, rows, text
from shared.carriers.shipstation.settings import ShipStationSettings
from shared.errors import ParcelbridgeError, Refused, Retry, hint_of
from shared.ports import Check

NOBODY = "PARCELBRIDGE-TEST"
"""A number that nothing has: a connection test looks it up."""
_SHIPMENTS = f"/v2/shipments?{urlencode({'shipment_status': 'pending', 'page': 1})}"


@dataclass(frozen=True, slots=True)
class Account:
    """A carrier account as ShipStation lists it, with the codes of its services (None: they are listed elsewhere)."""

    key: str
    words: str
    services: tuple[str, ...] | None = None


def checks(calls: ShipStationCalls, settings: ShipStationSettings) -> Iterator[Check]:
    """The lines of a test of V2. Raises nothing: what fails is a Check."""
    found: list[Account] = []
    yield asked("ShipStation key", lambda: _key(calls, found, settings.api))
    if not found:
        return
    yield accounts(settings, found)
    yield services(settings, {each.key: each.services or () for each in found})
    yield asked("ShipStation labels", lambda: _look_up(calls))
    yield asked("ShipStation shipments", lambda: _shipments(calls, settings))
    if settings.push == "v2":
        yield asked("ShipStation webhooks", lambda: _webhooks(calls))
        yield asked("ShipStation signatures", lambda: _signatures(calls))
    elif settings.push == "v1":
        hint = "set tracking.push: v2, or use the API v1"
        yield Check("ShipStation webhooks", ok=False, detail="a key of V2 makes no webhook of V1", hint=hint)


def asked(name: str, ask: Callable[[], str]) -> Check:
    """The check of a call: what was seen, or why it failed."""
    try:
        return Check(name, ok=True, detail=ask())
    except ParcelbridgeError as error:
        return Check(name, ok=False, detail=str(error), hint=hint_of(error))


def _key(calls: ShipStationCalls, found: list[Account], api: str) -> str:
    body = calls.ask("GET", build.CARRIERS).body
    listed = inside(body, "carriers")
    if not isinstance(listed, list):
        raise Retry("ShipStation answered without its carriers")
    found += [_account(row) for row in rows(listed) if text(row.get("carrier_id"))]
    return accepted(api, found)


def accepted(api: str, found: list[Account]) -> str:
    """Says which credential was given, and what it opens."""
    if not found:
        hint = "connect a carrier in ShipStation under Settings, Shipping, Carriers & Fulfillment"
        raise Refused("connection", f"a credential of {api} is accepted, and no carrier is connected", hint=hint)
    return f"a credential of {api} is accepted; carriers: {', '.join(f'{each.key} ({each.words})' for each in found)}"


def _account(row: dict[str, Any]) -> Account:
    words = text(row.get("nickname")) or text(row.get("friendly_name"))
    words = ", ".join(dict.fromkeys(filter(None, (text(row.get("carrier_code")), words))))
    if row.get("disabled_by_billing_plan") is True:
        words += ", not in the plan"
    if text(row.get("connection_status")) == "pending_approval":
        words += ", not approved yet"
    codes = (text(each.get("service_code")) for each in rows(row.get("services")))
    return Account(text(row.get("carrier_id")), words, tuple(filter(None, codes)))


def accounts(settings: ShipStationSettings, found: Sequence[Account]) -> Check:
    """Check that the accounts of the file exist, each with the nearest one that does."""
    words = {each.key: each.words for each in found}
    named = settings.accounts.items()
    missing = [f"{family}: {key} is none{_seller(family, key, found)}" for family, key in named if key not in words]
    there = ", ".join(f"{key} ({said})" for key, said in words.items())
    if missing or not named:
        detail = "; ".join(missing) or "carrier.accounts names none, so that no label can be bought"
        hint = f"name under carrier.accounts, by how their codes of services begin, one of: {there}"
        return Check("ShipStation accounts", ok=False, detail=detail, hint=hint)
    return Check("ShipStation accounts", ok=True, detail=", ".join(f"{name} at {key}" for name, key in named))


def _seller(family: str, key: str, found: Sequence[Account]) -> str:
    """The account that sells such services, else the one that is written most like it: ids are all alike."""
    sellers = [each.key for each in found if any(code.startswith(f"{family}_") for code in each.services or ())]
    return f" (is it {sellers[0]}?)" if sellers else nearest(key, [each.key for each in found])


def services(settings: ShipStationSettings, known: Mapping[str, Iterable[str]]) -> Check:
    """Check that each service that the file maps to is sold by its account."""
    wrong = []
    for service in settings.services:
        try:
            codes = list(known.get(account_of(service, settings), ()))
        except Refused as error:
            wrong.append(str(error))
            continue
        if service not in codes:
            wrong.append(f"{service} is none{nearest(service, codes)}")
    said = "; ".join(wrong) or ", ".join(settings.services) or "the file maps to none"
    hint = "correct it under services in the connection file" if wrong else ""
    return Check("ShipStation services", ok=not wrong, detail=said, hint=hint)


def nearest(name: str, names: Iterable[str]) -> str:
    near = get_close_matches(name, list(names), n=1)
    return f" (is it {near[0]}?)" if near else ""


def _look_up(calls: ShipStationCalls) -> str:
    """A look-up of a number that nobody has. What an answer lists all the same shows that the filter is not heeded."""
    listed = parse.labels(calls.ask("GET", build.labels_path(external_shipment_id=NOBODY)).body)
    if listed is None:
        raise Retry("ShipStation answered without a list of labels")
    if any(row.reference != NOBODY for row in listed.labels):
        raise Refused("unknown", "labels are listed whatever their external_shipment_id: look-ups read all of them")
    return "found by our reference, and by nothing else"


def _shipments(calls: ShipStationCalls, settings: ShipStationSettings) -> str:
    """Count the shipments that wait for a label, which a price must not change, and look for a number twice."""
    body = calls.ask("GET", _SHIPMENTS).body
    listed = inside(body, "shipments")
    if not isinstance(listed, list):
        raise Retry("ShipStation answered without a list of shipments")
    numbers = Counter(filter(None, (text(row.get("shipment_number")) for row in rows(listed))))
    twice = [number for number, times in numbers.items() if times > 1]
    count = text(inside(body, "total")) or str(len(listed))
    told = f"a number may stand twice, as {twice[0]} does" if twice else "no order number stands twice among those seen"
    return f"{count} wait for a label; {told}; order_number is {settings.order_number}"


def _signatures(calls: ShipStationCalls) -> str:
    """Read the key set by which webhooks are verified: where it cannot be read, none is believed."""
    keys = calls.keys.now()
    return f"{len(keys)} {'key' if len(keys) == 1 else 'keys'} to verify webhooks with: {', '.join(sorted(keys))}"


def _webhooks(calls: ShipStationCalls) -> str:
    body = calls.ask("GET", build.WEBHOOKS).body
    if not isinstance(body, list):
        raise Retry("ShipStation answered without a list of webhooks")
    events = sorted({text(row.get("event")) for row in rows(body)} - {""})
    told = next((name for name in build.TRACK_EVENTS if name in events), "")
    there = f"{told} is subscribed to" if told else "made with the first parcel"
    return f"{there}; the account has {', '.join(events) or 'none'}"
