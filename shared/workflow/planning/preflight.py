"""Pre-flight: everything that customs want of an order on its lane and that nobody says, in one go. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from shared.connection import Connection, Customs
from shared.connection.customs import Receiver
from shared.domain.address import Party
from shared.domain.borders import customs_area, place_of
from shared.domain.customs import Numbers
from shared.domain.lanes import Lane, LaneRule, Need, lane_of, needs_of, rules_of
from shared.domain.order import Order
from shared.workflow.planning.customs_lines import Gathered, Missing, gathered
from shared.workflow.planning.route import Route

MRN = r"\d{2}[A-Z]{2}[A-Z0-9]{14}"
"""An export declaration's number (facts/ups-international.md 1)."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A pre-flight: the lane on the day, its rules, what it needs, and what was put together."""

    lane: Lane
    rules: tuple[LaneRule, ...]
    needs: frozenset[Need]
    goods: Gathered
    missing: tuple[Missing, ...]


def look(order: Order, going: Route, connection: Connection, day: date) -> Looked:
    """Everything that is missing of an order on its lane, on its ship date."""
    customs = connection.customs or Customs()
    rule = receiver_of(order, going, customs)
    kind = rule.kind or customs.receiver
    lane = lane_of(going.ship_from.address, going.ship_to.address)
    rules = rules_of(lane, day, kind, customs.chosen)
    needs = needs_of(lane, rules)
    formed = Need.FORMS in needs or is_filed(order, needs)
    goods = gathered(order.lines if formed else (), customs, place_of(going.ship_to.address), needs)
    missing = (
        *goods.missing,
        *(_of_order(order, customs, rule, needs) if formed else ()),
        *_contacts(going, connection, needs, both=formed),
        *_of_northern_ireland(order, customs, rule, needs),
        *(_of_limits(order, customs, goods, needs) if formed and goods.currency else ()),
    )
    return Looked(lane, rules, needs, goods, missing)


def worded(looked: Looked, going: Route, connection: Connection) -> str:
    """Return one sentence that names each missing fact once, with its lines and where it is entered."""
    by_fact = dict[tuple[str, str], list[Missing]]()
    for each in looked.missing:
        by_fact.setdefault((each.fact, each.field if not each.of else ""), []).append(each)
    said = "; ".join(_said(found, connection) for found in by_fact.values())
    return f"goes from {area_of(going.ship_from)} to {area_of(going.ship_to)}, and customs want: {said}"


def where_of(missing: Missing, connection: Connection) -> str:
    """Return where a person enters what is missing."""
    erp = connection.erp.customs_places.get(missing.fact)
    key = _KEYS.get(missing.fact)
    places = (erp or "", f"customs.items.ITEM.{key}" if key else "", "" if missing.of else missing.field)
    return " or ".join(filter(None, places))


_KEYS = {
    "commodity_code": "code", "origin": "origin", "customs_description": "description", "net_weight": "net_weight",
    "value": "value", "maker_id": "maker_id",
}  # fmt: skip


def _said(found: list[Missing], connection: Connection) -> str:
    lines = ", ".join(each.of + (f": {each.why}" if each.why else "") for each in found if each.of)
    why = "" if lines else found[0].why
    words = found[0].fact.replace("_", " ") + (f" of {lines}" if lines else "") + (f": {why}" if why else "")
    where = where_of(found[0], connection)
    return f"{words} [{where}]" if where else words


def receiver_of(order: Order, going: Route, customs: Customs) -> Receiver:
    return customs.rule_for(order.customer, order.warehouse, place_of(going.ship_to.address))


def is_filed(order: Order, needs: frozenset[Need]) -> bool:
    """A filing's number has no place but on the forms, which the carrier takes on every lane."""
    return bool(order.export_filing) and Need.EXPORT_FILING in needs


def _of_order(order: Order, customs: Customs, rule: Receiver, needs: frozenset[Need]) -> Iterator[Missing]:
    terms, fault = terms_of(order, customs, rule)
    if fault:
        yield fault
    elif (customs.duties, terms == "DDP") in (("receiver", True), ("us", False)):
        yield Missing("customs.duties", "payer of duties", why=f"{customs.duties} contradicts terms {terms}")
    _, receiver = numbers_of(order, customs, rule)
    if Need.RECEIVER_EORI in needs and not receiver.eori:
        yield Missing("customs.receivers.eori", "EORI number of the receiver")
    if Need.RECEIVER_TAX_ID in needs and not receiver.tax_id:
        yield Missing("customs.receivers.tax_id", "tax number of the receiver")


def terms_of(order: Order, customs: Customs, rule: Receiver) -> tuple[str, Missing | None]:
    mapped = customs.term_of.get(order.freight_terms)
    if order.freight_terms and customs.term_of and not mapped and not rule.terms:
        return "", Missing(f"customs.term_of.{order.freight_terms}", "terms of delivery")
    terms = rule.terms or mapped or customs.terms
    return terms or "", None if terms else Missing("customs.terms", "terms of delivery")


def _contacts(going: Route, connection: Connection, needs: frozenset[Need], *, both: bool) -> Iterator[Missing]:
    """Whom to ask and by which phone: of the receiver, with an invoice of sender and holder too."""
    if Need.CONTACT not in needs:
        return
    parties = [("ship_to", "ship-to", going.ship_to)]
    if both:
        parties.append(("ship_from", "ship-from", going.ship_from))
    if both and connection.shipper:
        parties.append((f"locations.{connection.carrier.holder}", "account's holder", connection.shipper.party()))
    for place, role, party in parties:
        for field in ("attention", "phone"):
            if not getattr(party, field).strip():
                yield Missing(f"{place}.{field}", f"{field} of the {role}")


def numbers_of(order: Order, customs: Customs, rule: Receiver) -> tuple[Numbers, Numbers]:
    """The sender's and the receiver's numbers: ours are those of whoever of the two we are, and a supplier's are not
    known."""
    ours = Numbers(customs.ours.eori or "", customs.ours.vat or "", "", customs.ours.ukims or "")
    theirs = Numbers(rule.eori or "", "", rule.tax_id or "", rule.ukims or "")
    if order.flow == "outbound":
        return ours, theirs
    if order.flow == "inbound":
        return Numbers(), Numbers(theirs.eori or ours.eori, ours.vat, theirs.tax_id, theirs.ukims or ours.ukims)
    return Numbers(), theirs


def _of_northern_ireland(order: Order, customs: Customs, rule: Receiver, needs: frozenset[Need]) -> Iterator[Missing]:
    risk, sides = rule.risk or customs.risk, numbers_of(order, customs, rule)
    if Need.RISK in needs and not risk:
        yield Missing("customs.risk", "risk of entering the EU")
    if Need.UKIMS in needs and risk == "not_at_risk" and not any(side.ukims for side in sides):
        yield Missing("customs.ours.ukims", "UKIMS number of one side")
    if Need.UKIMS in needs and risk == "not_at_risk" and not any(side.eori for side in sides):
        yield Missing("customs.ours.eori", "EORI number of one side")


def _of_limits(order: Order, customs: Customs, goods: Gathered, needs: frozenset[Need]) -> Iterator[Missing]:
    """Rates without which nobody knows if a limit is passed."""
    filed = Need.EXPORT_FILING in needs and not order.export_filing
    for asked, currency in ((filed, "USD"), (Need.SMALL in needs, "EUR"), (wants_mrn(order, needs), "EUR")):
        if asked and customs.rate(goods.currency, currency) is None:
            yield Missing(f"customs.rates.{goods.currency}_{currency}", f"rate of {goods.currency} in {currency}")


def wants_mrn(order: Order, needs: frozenset[Need]) -> bool:
    return Need.EXPORT_DECLARATION in needs and not re.fullmatch(MRN, order.export_filing)


def area_of(party: Party) -> str:
    area = customs_area(party.address)
    return place_of(party.address) if area == "EU" else area
