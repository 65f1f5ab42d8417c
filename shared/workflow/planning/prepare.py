"""From an order to a priced shipment: checked, asked of the carrier, picked. Buys nothing and writes nothing.

The workflow's own preparation and a dry run go the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.connection import Connection
from shared.domain.order import Order
from shared.domain.shipment import AddressCheck, Quote, ShipmentPlan
from shared.domain.state import Reason
from shared.errors import Refused
from shared.ports import Carrier
from shared.workflow.planning.approval import needs_approval
from shared.workflow.planning.plan import Planned, plan_shipment
from shared.workflow.planning.price import over_a_day, price_fault
from shared.workflow.planning.timing import Wait, wait_of


@dataclass(frozen=True, slots=True)
class Prepared:
    """The shipment that would be bought, and its price.

    `quotes` are all that the carrier offered of the services asked for, `quote` the one that was picked and whose
    service the plan names. `check` is None when addresses are not checked. `notes` say what was defaulted or is odd,
    `defaulted` the lines with a default weight. `ask` is why a person must approve it, "" when nobody must; `wait` is
    why it is not bought yet, None when it may be bought now.
    """

    plan: ShipmentPlan
    quote: Quote
    quotes: tuple[Quote, ...]
    check: AddressCheck | None
    notes: tuple[str, ...]
    defaulted: tuple[str, ...]
    ask: str
    wait: Wait | None


class AddressDoubted(Refused):
    """The connection does not ship there unasked; `check` has what the carrier knows instead."""

    def __init__(self, check: AddressCheck, message: str, *, field: str = "ship_to.address", value: str = "") -> None:
        super().__init__(Reason.ADDRESS, message, field=field, value=value)
        self.check = check


def prepared(
    carrier: Carrier, order: Order, connection: Connection, now: datetime, *, address_as_is: bool = False
) -> Prepared:
    """Plans, checks and prices the order as of `now`: at most one call for the address, and one for the prices.

    With `address_as_is` a person has said that the ship-to is right, whatever the carrier knows of it. Raises
    Unshippable or Refused (AddressDoubted among them) for what a person must correct, Retry for what may go by.
    """
    planned = plan_shipment(order, connection, now)
    carrier.check_plan(replace(planned.plan, service=planned.services[0]))
    check, plan = _checked(carrier, planned.plan, connection)
    if check and not address_as_is:
        _accept(check, plan, connection)
    quotes = carrier.rate(plan, planned.services)
    sound, doubted = _sound(quotes, planned)
    quote = _picked(sound, planned, connection)
    plan = replace(plan, service=quote.service)
    if quote.service != planned.services[0]:
        carrier.check_plan(plan)
    checked = (check.note,) if check and check.note else ()
    notes = (*order.notes, *planned.notes, *checked, *doubted, *quote.alerts)
    return Prepared(
        plan=plan,
        quote=quote,
        quotes=sound,
        check=check,
        notes=tuple(dict.fromkeys(notes)),
        defaulted=planned.defaulted,
        ask="; ".join(filter(None, (needs_approval(quote, connection, planned.defaulted), planned.ask))),
        wait=wait_of(order, connection, now),
    )


def _checked(carrier: Carrier, plan: ShipmentPlan, connection: Connection) -> tuple[AddressCheck | None, ShipmentPlan]:
    """The carrier's opinion of the ship-to, and the plan with its classification."""
    if connection.address_check == "off":
        return None, plan
    check = carrier.check_address(plan.ship_to)
    if plan.ship_to.residential is None and check.residential is not None:
        plan = replace(plan, ship_to=replace(plan.ship_to, residential=check.residential))
    return check, replace(plan, street_checked=check.outcome != "not_covered")


def _accept(check: AddressCheck, plan: ShipmentPlan, connection: Connection) -> None:
    """Raises AddressDoubted for an address that the connection does not ship to unasked."""
    if check.outcome == "not_covered" and connection.address_not_covered == "hold":
        raise AddressDoubted(check, "the carrier does not validate addresses there")
    if check.outcome == "none" or (check.outcome == "ambiguous" and connection.address_check == "strict"):
        found = "; ".join(str(candidate) for candidate in check.candidates[:5])
        message = f"the carrier does not know {plan.ship_to.address}" + (f"; it knows {found}" if found else "")
        message += f" ({check.note})" if check.note else ""
        raise AddressDoubted(check, message, value=str(plan.ship_to.address))


def _sound(quotes: tuple[Quote, ...], planned: Planned) -> tuple[tuple[Quote, ...], tuple[str, ...]]:
    """The offers of the services that are asked for whose price can be true, and notes of the others.

    Raises Refused when there is none: a price of nothing would pass any approval and any limit.
    """
    offered = [each for each in quotes if each.service in planned.services]
    if not offered:
        which = " or ".join(planned.services)
        raise Refused(Reason.SERVICE, f"the carrier offers no service {which} there", field="service", value=which)
    faults = [price_fault(each.price, planned.plan.billing) for each in offered]
    said = tuple(f"service {each.service}: {fault}" for each, fault in zip(offered, faults, strict=True) if fault)
    sound = tuple(each for each, fault in zip(offered, faults, strict=True) if not fault)
    if not sound:
        raise Refused(Reason.PRICE, f"the carrier's price cannot be true: {'; '.join(said)}", field="quote")
    return sound, said


def _picked(offered: tuple[Quote, ...], planned: Planned, connection: Connection) -> Quote:
    """The cheapest of what is offered (and arrives in time). Raises Refused when the limits are in another currency, or
    are too low for it on any day."""
    limit = connection.limits.amount_per_day
    other = next((each.price.currency for each in offered if each.price.currency != limit.currency), "")
    if other:
        raise Refused(
            Reason.CURRENCY,
            f"the quote is in {other}, limits.amount_per_day in {limit.currency}",
            field="limits.amount_per_day",
            hint=f"give limits.amount_per_day in {other}",
        )
    found = _in_time(offered, planned)
    picked = min(found, key=lambda each: (each.price.amount, planned.services.index(each.service)))
    if why := over_a_day(picked, connection):
        raise Refused(Reason.PRICE, why, field="limits.amount_per_day", value=str(picked.price))
    return picked


def _in_time(offered: Sequence[Quote], planned: Planned) -> Sequence[Quote]:
    """Those that arrive by the day that is asked for. One of which the carrier does not say when is none of them."""
    by_date = planned.by_date
    if by_date is None:
        return offered
    found = [each for each in offered if each.arrival and each.arrival <= by_date]
    if found:
        return found
    dated = [(each.arrival, each) for each in offered if each.arrival]
    earliest = min(dated, key=lambda pair: (pair[0], pair[1].price.amount), default=None)
    what = (
        f"the earliest is {earliest[1].service} on {earliest[0]} for {earliest[1].price}"
        if earliest
        else ("the carrier gives no day of arrival")
    )
    message = f"none of {', '.join(planned.services)} arrives by {by_date}: {what}"
    hint = "choose a faster service in the ERP or under services, or move the needed date"
    raise Refused(Reason.SERVICE, message, field="service", value=str(by_date), hint=hint)
