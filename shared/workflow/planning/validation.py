"""Check an order before any carrier is asked: each check raises Unshippable with reason, field and sentence."""

from __future__ import annotations

from shared.connection import Connection
from shared.domain.address import Party
from shared.domain.countries import is_country, meant_by
from shared.domain.order import Order
from shared.domain.postal import only_by_post
from shared.domain.problem import Unshippable
from shared.domain.state import Reason
from shared.workflow.planning.route import Route

_POSTCODE_FREE = frozenset({"AE", "HK", "IE", "PA", "QA"})
"""Countries without postal codes in general use (Universal Postal Union country pages)."""
_WITH_STATE = frozenset({"US", "CA"})
"""Countries whose addresses name a state; Puerto Rico's have none (Shipping, StateProvinceCode)."""


def check_terms(order: Order, connection: Connection) -> None:
    """Somebody else's freight is never put on our account. Drop-ship has no terms unless the file maps some."""
    named = order.flow == "inbound" and connection.erp.names_freight_terms
    asked = named or (order.flow != "outbound" and connection.freight_terms)
    if asked and connection.freight_terms.get(order.freight_terms) != "we_pay":
        raise Unshippable(
            Reason.FREIGHT_TERMS,
            f"freight terms {order.freight_terms!r} are not mapped to we_pay: the label would be on our account",
            field="freight_terms",
            value=order.freight_terms,
        )


def check_hazard(order: Order, connection: Connection) -> None:
    listed = connection.hazard.items if connection.hazard else ()
    found = [value for name, value in order.extra if name == "hazard"]
    found += [f"line {line.number}, item {line.item}" for line in order.lines if line.item in listed]
    if found:
        raise Unshippable(Reason.HAZARD, f"{found[0]} is hazardous", field="lines", value=found[0])


def check_lines(order: Order) -> None:
    if not order.lines:
        skipped = "; ".join(f"line {each.line}: {each.reason}" for each in order.skipped) or "it has no lines"
        raise Unshippable(Reason.LINES, f"nothing is left to ship: {skipped}", field="lines")


def check_units(order: Order) -> None:
    """A weight of one unit times a quantity of another is no weight at all, and no default corrects that."""
    for line in order.lines:
        field = f"lines.{line.number}.unit"
        if line.weight_per and line.weight_per != line.unit:
            message = f"line {line.number}: {line.quantity:f} {line.unit}, and nothing says how many {line.weight_per}"
            raise Unshippable(Reason.UNITS, f"{message} one of them is", field=field, value=line.unit)
        if not line.unit.strip():
            raise Unshippable(Reason.UNITS, f"line {line.number}: its quantity has no unit", field=field)


def check_party(role: str, party: Party) -> None:
    """The fields that no carrier can do without; a phone is left to the carrier and the service."""
    where = party.address
    _check_country(role, where.country)
    values = {"name": party.name, "address.lines": "".join(where.lines), "address.city": where.city}
    values["address.country"] = where.country
    if where.country in _WITH_STATE:
        values["address.state"] = where.state
    if where.country not in _POSTCODE_FREE:
        values["address.postcode"] = where.postcode
    for field, value in values.items():
        if not value.strip():
            raise Unshippable(Reason.MISSING, f"{role} has no {field.split('.')[-1]}", field=f"{role}.{field}")


def _check_country(role: str, country: str) -> None:
    """Else the lane would be taken for one across a border, and the order be held for that."""
    if not country.strip() or is_country(country):
        return
    meant = meant_by(country)
    message = f"{role}: {country} is no ISO code of two letters" + (f", {meant} is" if meant else "")
    raise Unshippable(Reason.ADDRESS, message, field=f"{role}.address.country", value=country)


def check_reach(going: Route) -> None:
    """No parcel is handed over at a post office."""
    what = only_by_post(going.ship_to.address)
    if what:
        message = f"the ship-to is {what}: no parcel is delivered there"
        raise Unshippable(Reason.PO_BOX, message, field="ship_to.address", value=str(going.ship_to.address))
