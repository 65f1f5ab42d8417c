"""From an order and its connection to the shipment that would be bought. Pure: asks nobody, invents nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shared.connection import Connection
from shared.domain.address import Address, Party
from shared.domain.order import Order, OrderLine
from shared.domain.packing import pack
from shared.domain.problem import Unshippable
from shared.domain.shipment import Billing, Quote, ShipmentPlan
from shared.domain.state import Reason

_POSTCODE_FREE = frozenset({"AE", "HK", "IE", "PA", "QA"})
"""Countries without postal codes in general use (Universal Postal Union country pages)."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A shipment to be rated, and what was filled in from defaults on the way."""

    plan: ShipmentPlan
    services: tuple[str, ...]
    defaulted: tuple[str, ...]


def plan_shipment(order: Order, connection: Connection) -> Planned:
    """The canonical shipment of `order`. Raises Unshippable with the reason and the field for the first thing wrong."""
    _check_terms(order, connection)
    services = _services(order, connection)
    _check_hazard(order)
    _check_lines(order)
    lines, defaulted = _with_default_weights(order, connection)
    _check_party("ship_from", order.ship_from)
    _check_party("ship_to", order.ship_to)
    _check_border(order)
    plan = ShipmentPlan(
        account=connection.carrier.account,
        shipper=connection.shipper.party(),
        ship_from=order.ship_from,
        ship_to=order.ship_to,
        packages=pack(lines, connection.packing.packing_rule()),
        service=services[0],
        billing=_billing(order, connection),
        label=connection.label.spec(),
        erp_reference=order.document,
        description=lines[0].description[:35],
    )
    return Planned(plan, services, defaulted)


def needs_approval(quote: Quote, connection: Connection, defaulted: tuple[str, ...]) -> str:
    """Why a person must approve the quote, "" when nobody needs to."""
    mode, ceiling = connection.approve.mode, connection.approve.ceiling
    if defaulted and not connection.defaults.allow_automatic:
        return "a default weight was taken: " + ", ".join(defaulted)
    if mode == "automatic":
        return ""
    if mode == "manual" or ceiling is None:
        return "approve.mode is manual"
    if quote.price.currency != ceiling.currency:
        return f"the quote is in {quote.price.currency}, approve.currency is {ceiling.currency}"
    return "" if quote.price <= ceiling else f"{quote.price} is above approve.amount {ceiling}"


def _check_terms(order: Order, connection: Connection) -> None:
    if order.flow == "inbound" and connection.freight_terms.get(order.freight_terms) != "we_pay":
        raise Unshippable(
            Reason.FREIGHT_TERMS,
            f"freight terms {order.freight_terms!r} are not mapped to we_pay: the label would be on our account",
            field="freight_terms",
            value=order.freight_terms,
        )


def _services(order: Order, connection: Connection) -> tuple[str, ...]:
    service = connection.services.get(order.service)
    if not isinstance(service, str):
        raise Unshippable(
            Reason.SERVICE,
            f"delivery method {order.service!r} is not mapped to a carrier service",
            field="service",
            value=order.service,
        )
    return (service,)


def _check_hazard(order: Order) -> None:
    for name, value in order.extra:
        if name == "hazard":
            raise Unshippable(Reason.HAZARD, f"{value} is hazardous", field="lines", value=value)


def _check_lines(order: Order) -> None:
    if not order.lines:
        skipped = "; ".join(f"line {each.line}: {each.reason}" for each in order.skipped) or "it has no lines"
        raise Unshippable(Reason.LINES, f"nothing is left to ship: {skipped}", field="lines")


def _with_default_weights(order: Order, connection: Connection) -> tuple[tuple[OrderLine, ...], tuple[str, ...]]:
    """Fills missing unit weights from the warehouse's default or the general one (both per unit, never per order)."""
    default = connection.defaults.unit_weight_of(order.warehouse)
    lines = tuple(
        replace(line, unit_weight=default, weight_defaulted=True) if line.unit_weight is None and default else line
        for line in order.lines
    )
    return lines, tuple(f"line {line.number}" for line in lines if line.weight_defaulted)


def _check_party(role: str, party: Party) -> None:
    """The fields that no carrier can do without; a phone is left to the carrier and the service."""
    values = {"name": party.name, "address.lines": "".join(party.address.lines), "address.city": party.address.city}
    values["address.country"] = party.address.country
    if party.address.country in ("US", "CA", "PR"):
        values["address.state"] = party.address.state
    if party.address.country not in _POSTCODE_FREE:
        values["address.postcode"] = party.address.postcode
    for field, value in values.items():
        if not value.strip():
            raise Unshippable(Reason.MISSING, f"{role} has no {field.split('.')[-1]}", field=f"{role}.{field}")


def _check_border(order: Order) -> None:
    """Another country, or a US territory, wants customs data that no order carries yet."""
    origin, destination = _customs_area(order.ship_from.address), _customs_area(order.ship_to.address)
    if origin != destination:
        raise Unshippable(
            Reason.INTERNATIONAL,
            f"goes from {origin} to {destination}",
            field="ship_to.address.country",
            value=destination,
        )


def _customs_area(address: Address) -> str:
    territory = address.country == "US" and address.state in ("PR", "VI", "GU", "AS", "MP")
    return address.state if territory else address.country


def _billing(order: Order, connection: Connection) -> Billing:
    """The first billing rule that matches the order's supplier, else the default; then the shipper's account pays."""
    for rule in connection.billing.rules:
        if rule.supplier and rule.supplier == order.supplier:
            return Billing(
                rule.bill, rule.account or connection.carrier.account, rule.postcode or "", rule.country or ""
            )
    if connection.billing.default != "shipper":
        raise Unshippable(
            Reason.CONNECTION,
            f"billing.default is {connection.billing.default} and no rule names the paying account of this order",
            field="billing.rules",
        )
    return Billing("shipper", connection.carrier.account)
