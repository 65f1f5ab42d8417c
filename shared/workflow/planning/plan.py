"""From an order and its connection to the shipment that would be bought. Pure: asks nobody, invents nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from shared.connection import BillingRule, Connection, ServiceChoice
from shared.domain.borders import with_own_country
from shared.domain.order import Order, OrderLine
from shared.domain.packing import overweight_notes, pack
from shared.domain.problem import Unshippable
from shared.domain.shipment import Accessorial, Billing, ShipmentPlan
from shared.domain.state import Reason
from shared.workflow.planning.customs import border_of
from shared.workflow.planning.route import Route, route
from shared.workflow.planning.timing import ship_date, ship_day
from shared.workflow.planning.validation import (
    check_hazard,
    check_lines,
    check_party,
    check_reach,
    check_terms,
    check_units,
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A shipment to be rated, and what was filled in from defaults on the way.

    Of several `services` one is picked by price; with `by_date` only those that arrive by then, counted from the plan's
    ship date, come into question. `ask` is why a person is asked whatever it costs, "" for nothing.
    """

    plan: ShipmentPlan
    services: tuple[str, ...]
    defaulted: tuple[str, ...]
    notes: tuple[str, ...] = ()
    by_date: date | None = None
    ask: str = ""


def plan_shipment(order: Order, connection: Connection, now: datetime) -> Planned:
    """The canonical shipment of `order`, as of `now`. Raises Unshippable with the reason and the field for the first
    thing wrong."""
    check_terms(order, connection)
    services = _services(order, connection)
    check_hazard(order, connection)
    check_lines(order)
    check_units(order)
    lines, defaulted = _with_default_weights(order, connection)
    going = checked_route(order, connection)
    border = border_of(order, going, connection, ship_day(order, connection, now))
    extras, unmapped = _accessorials(order, connection)
    rule = connection.packing.packing_rule(valued="declared_value" in extras)
    packages = pack(lines, rule, order.handling_units)
    plan = ShipmentPlan(
        account=connection.carrier.payer,
        shipper=connection.shipper.party() if connection.shipper else going.ship_from,
        ship_from=going.ship_from,
        ship_to=going.ship_to,
        packages=packages,
        service=services[0] if len(services) == 1 else "",
        billing=billing_of(order, connection),
        label=connection.label.spec(),
        erp_reference=order.document,
        description=lines[0].description[:35],
        ship_date=ship_date(order, connection, now),
        accessorials=extras,
        value=border.value,
        papers=border.papers,
    )
    notes = (*going.notes, *border.notes, *unmapped, *overweight_notes(packages, rule))
    return Planned(plan, services, defaulted, notes, _by_date(order, connection, plan, now), border.ask)


def checked_route(order: Order, connection: Connection) -> Route:
    """The order's places, each with what no carrier can do without. Raises Unshippable."""
    going = route(order, connection)
    check_party("ship_from", going.ship_from)
    check_party("ship_to", going.ship_to)
    check_reach(going)
    return replace(going, ship_from=with_own_country(going.ship_from), ship_to=with_own_country(going.ship_to))


def _services(order: Order, connection: Connection) -> tuple[str, ...]:
    service = connection.services.get(order.service)
    if service is None:
        raise Unshippable(
            Reason.SERVICE,
            f"delivery method {order.service!r} is not mapped to a carrier service",
            field="service",
            value=order.service,
        )
    return tuple(dict.fromkeys(service.any)) if isinstance(service, ServiceChoice) else (service,)


def _by_date(order: Order, connection: Connection, plan: ShipmentPlan, now: datetime) -> date | None:
    """The day by which the cheapest has to arrive. A plan that is dated earlier than its order ships, since carriers
    take no later date, is held to an earlier day by as much."""
    service = connection.services.get(order.service)
    if not isinstance(service, ServiceChoice) or service.pick != "cheapest_by_date":
        return None
    if order.needed is None:
        message = "the service is picked by the needed date, and the order has none"
        raise Unshippable(Reason.MISSING, message, field="needed")
    day = ship_day(order, connection, now)
    return order.needed - (day - (plan.ship_date or day))


def _accessorials(order: Order, connection: Connection) -> tuple[tuple[Accessorial, ...], tuple[str, ...]]:
    """The extra services that the order's codes are mapped to, and notes of the codes that are not."""
    codes = [code for code in order.accessorials if code]
    found = {connection.accessorials[code] for code in (order.service, *codes) if code in connection.accessorials}
    if "adult_signature" in found:  # which is a signature already
        found.discard("signature")
    notes = (f"accessorial {code} is not mapped: left out" for code in codes if code not in connection.accessorials)
    return tuple(sorted(found)), tuple(notes)


def _with_default_weights(order: Order, connection: Connection) -> tuple[tuple[OrderLine, ...], tuple[str, ...]]:
    """Fills missing unit weights (zero is missing) from the warehouse's default or the general one, both per unit and
    never per order. Handling units have weights of their own."""
    default = connection.defaults.unit_weight_of(order.warehouse)
    if connection.packing.rule == "handling_units":
        return order.lines, ()
    lines = tuple(
        replace(line, unit_weight=default, weight_defaulted=True) if default and _weightless(line) else line
        for line in order.lines
    )
    return lines, tuple(f"line {line.number}" for line in lines if line.weight_defaulted)


def _weightless(line: OrderLine) -> bool:
    return line.unit_weight is None or line.unit_weight.value <= 0


def billing_of(order: Order, connection: Connection) -> Billing:
    """Who pays: by the matching rule that names the most, the first of equals; without one, the shipper's account."""
    own, rule = connection.carrier.payer, billing_rule(order, connection)
    if rule:
        return Billing(rule.bill, rule.account or own, rule.postcode, rule.country)
    if connection.billing.default != "shipper":
        raise Unshippable(
            Reason.CONNECTION,
            f"billing.default is {connection.billing.default} and no rule names the paying account of this order",
            field="billing.rules",
        )
    return Billing("shipper", own)


def billing_rule(order: Order, connection: Connection) -> BillingRule | None:
    """The rule that names who pays for the order, None where none matches."""
    matching = [rule for rule in connection.billing.rules if _matches(rule, order)]
    return max(matching, key=lambda each: len(each.conditions), default=None)


def _matches(rule: BillingRule, order: Order) -> bool:
    return bool(rule.conditions) and all(getattr(order, name) == value for name, value in rule.conditions.items())
