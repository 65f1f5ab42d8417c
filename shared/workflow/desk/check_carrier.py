"""Check that the carrier takes the account, its location and the mapped services, by an address and a price (S66)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from shared.connection import Connection, Location, ServiceChoice
from shared.domain.measures import Weight
from shared.domain.shipment import Billing, Package, Quote, ShipmentPlan
from shared.errors import ParcelbridgeError, Refused
from shared.ports import Carrier, Check

SAMPLE = Weight(Decimal(5), "lb")
"""The sample parcel: from the account's location to itself, so that every service of that country may apply."""


def carrier_checks(carrier: Carrier, connection: Connection) -> Iterator[Check]:
    """Asks and buys nothing. Each failure names the key of the file to correct."""
    if connection.shipper is None:  # what a sample costs from nowhere to nowhere, nobody can say
        return
    yield _location(carrier, connection, connection.shipper)
    try:
        quotes = carrier.rate(sample_plan(connection), connection.carrier_services)
    except Refused as error:
        yield Check("sample rate", False, f"{error}; {_to_correct(connection, error.field)}")
        return
    except ParcelbridgeError as error:
        yield Check("sample rate", False, str(error))
        return
    yield from _services(connection, quotes)
    yield _currency(connection, quotes)


def sample_plan(connection: Connection) -> ShipmentPlan:
    """A parcel of the account's own, from its location to itself, on its own account."""
    holder, account = connection.shipper, connection.carrier.payer
    if holder is None:
        raise ValueError("a sample parcel needs a location that holds the account")
    shipper = holder.party()
    return ShipmentPlan(
        account=account,
        shipper=shipper,
        ship_from=shipper,
        ship_to=shipper,
        packages=(Package(SAMPLE),),
        service=connection.carrier_services[0],
        billing=Billing("shipper", account),
        label=connection.label.spec(),
        erp_reference="TEST",
        description="connection test",
    )


def _location(carrier: Carrier, connection: Connection, holder: Location) -> Check:
    key = f"locations.{connection.carrier.holder}.address"
    try:
        check = carrier.check_address(holder.party())
    except ParcelbridgeError as error:
        return Check("location", False, f"{key}: {error}")
    if check.outcome in ("valid", "not_covered"):
        said = "valid" if check.outcome == "valid" else check.note or "not validated by the carrier there"
        return Check("location", True, f"{key}: {said}")
    known = "; ".join(str(candidate) for candidate in check.candidates[:3])
    said = f"the carrier knows {known}" if known else "the carrier does not know it"
    return Check("location", False, f"{key}: {said}" + (f" ({check.note})" if check.note else ""))


def _services(connection: Connection, quotes: Sequence[Quote]) -> Iterator[Check]:
    """One that is not offered may be right for other places: that is said, and fails only when none is offered."""
    offered = {quote.service for quote in quotes}
    missing = [each for each in connection.carrier_services if each not in offered]
    priced = ", ".join(f"{quote.service} {quote.price}" for quote in quotes)
    if missing:
        keys = ", ".join(key for code in missing for key in _keys_of(connection, code))
        why = f"{', '.join(missing)} is not offered for {SAMPLE} from the account's location to itself"
        said = f"{why}: is the code right? It stands at {keys}; offered: {priced or 'none'}"
        yield Check("sample rate", bool(quotes), said)
    else:
        yield Check("sample rate", True, f"{SAMPLE}: {priced}")


def _keys_of(connection: Connection, code: str) -> Iterator[str]:
    for method, service in connection.services.items():
        if code == service or (isinstance(service, ServiceChoice) and code in service.any):
            yield f"services.{method}"


def _currency(connection: Connection, quotes: Sequence[Quote]) -> Check:
    """Amounts of the file are compared with prices: in another currency every order would be held."""
    billed = {quote.price.currency for quote in quotes}
    ceiling = connection.approve.ceiling
    wrong = [
        f"{key} is in {amount.currency}"
        for key, amount in (("limits.amount_per_day", connection.limits.amount_per_day), ("approve.amount", ceiling))
        if amount and billed - {amount.currency}
    ]
    if wrong:
        return Check("currency", False, f"the account is billed in {', '.join(sorted(billed))}; {'; '.join(wrong)}")
    return Check("currency", True, ", ".join(sorted(billed)) or "no price was given")


def _to_correct(connection: Connection, field: str) -> str:
    """The key of the file behind a field of the sample parcel."""
    place = f"locations.{connection.carrier.holder}"
    if field.startswith(("ship", "address")):
        return f"correct {place}"
    return {
        "service": "correct services",
        "account": f"correct carrier.account, or {place}: it must be the account's registered address",
        "billing.account": "correct carrier.account",
    }.get(field, f"correct carrier.account, services or {place}")
