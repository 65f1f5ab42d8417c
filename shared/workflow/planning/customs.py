"""The papers of an order that crosses a border, or the hold that says why there are none. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from shared.connection import Connection, Customs
from shared.domain.address import Party
from shared.domain.borders import EU, place_of
from shared.domain.customs import Papers
from shared.domain.lanes import DECLARED_ABOVE, FILED_ABOVE, Need
from shared.domain.money import Money
from shared.domain.order import Order
from shared.domain.problem import Unshippable
from shared.domain.state import Reason
from shared.domain.worth import goods_value
from shared.workflow.planning.customs_lines import Gathered, Missing, gathered, values_by_code
from shared.workflow.planning.preflight import (
    MRN,
    Looked,
    area_of,
    is_filed,
    look,
    numbers_of,
    receiver_of,
    terms_of,
    wants_mrn,
    worded,
)
from shared.workflow.planning.route import Route

SMALL = Decimal(150)
"""EUR up to which a consumer's parcel into the EU is a small one."""
_LONGEST_NUMBER = 35
_CENT = Decimal("0.01")


class CustomsMissing(Unshippable):
    """An order of which customs do not know enough: everything that is missing, in one go."""

    def __init__(self, message: str, missing: tuple[Missing, ...]) -> None:
        super().__init__(Reason.CUSTOMS, message, field=missing[0].field)
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Border:
    """A lane's things beside the label: the goods' value, the papers, why a person is asked, and notes."""

    value: Money | None = None
    papers: Papers | None = None
    ask: str = ""
    notes: tuple[str, ...] = ()


def border_of(order: Order, going: Route, connection: Connection, day: date) -> Border:
    """The value and the papers that go with the label.

    Raises Unshippable: `customs` names everything that is missing, `export_filing` wants the number of the export,
    `international` says that nobody makes the papers."""
    looked = look(order, going, connection, day)
    if not looked.needs:
        return Border()
    customs, needs = connection.customs or Customs(), looked.needs
    formed = Need.FORMS in needs or is_filed(order, needs)
    if formed and (customs.papers != "forms" or not connection.carrier.makes_papers):
        raise _international(
            f"goes from {area_of(going.ship_from)} to {area_of(going.ship_to)}", area_of(going.ship_to)
        )
    if not formed and Need.TOTAL not in needs and Need.RISK not in needs:
        _raise_contact(looked, going)
        return Border()
    if not formed and Need.RISK not in needs:
        value = _total(order, going)
        _raise_contact(looked, going)
        _check_unfiled(order, value, customs, needs)
        return Border(value)
    if looked.missing:
        raise CustomsMissing(worded(looked, going, connection), looked.missing)
    _check_filing(order, looked.goods, customs, needs)
    papers = _papers(order, going, connection, looked, day, formed=formed)
    unpaid = Need.DUTY_PAID in needs and not papers.duties_by_us
    ask = f"a consumer in {place_of(going.ship_to.address)} would have to pay duties at the door" if unpaid else ""
    return Border(_total(order, going, papers) if Need.TOTAL in needs else None, papers, ask, looked.goods.notes)


def _check_filing(order: Order, goods: Gathered, customs: Customs, needs: frozenset[Need]) -> None:
    """Above the limit of a commodity code an export waits for its number; never an exemption by itself."""
    if Need.EXPORT_FILING_ALWAYS in needs and not order.export_filing:
        raise _unfiled("exports there are filed at any value")
    if Need.EXPORT_FILING in needs and not order.export_filing:
        rate = customs.rate(goods.currency, "USD") or Decimal(0)
        for code, worth in values_by_code(goods.lines):
            if worth * rate > FILED_ABOVE:
                dollars = Money(worth * rate, "USD")
                raise _unfiled(f"goods of commodity code {code} are worth {dollars}, above {FILED_ABOVE} USD")
    if wants_mrn(order, needs):
        total = sum((line.value for line in goods.lines), Decimal(0)) * (
            customs.rate(goods.currency, "EUR") or Decimal(0)
        )
        if total > DECLARED_ABOVE:
            raise _unfiled(f"the goods are worth {Money(total, 'EUR')}, above {DECLARED_ABOVE} EUR: an MRN is wanted")


def _check_unfiled(order: Order, value: Money, customs: Customs, needs: frozenset[Need]) -> None:
    """Without an invoice nobody asks for commodity codes: up to the limit altogether no code can be above it."""
    if Need.EXPORT_FILING not in needs or order.export_filing:
        return
    rate = customs.rate(value.currency, "USD")
    if rate is None:
        field = f"customs.rates.{value.currency}_USD"
        missing = Missing(field, f"rate of {value.currency} in USD")
        raise CustomsMissing(f"is worth {value}, and customs want: {missing.fact} [{field}]", (missing,))
    if value.amount * rate <= FILED_ABOVE:
        return
    goods = gathered(order.lines, customs, "", frozenset())
    codes = dict(values_by_code(goods.lines))
    if goods.missing or any(worth * rate > FILED_ABOVE for worth in codes.values()):
        raise _unfiled(
            f"the goods are worth {value}, above {FILED_ABOVE} USD, and not surely less of each commodity code"
        )


def _unfiled(why: str) -> Unshippable:
    return Unshippable(Reason.EXPORT_FILING, f"the export has no filing: {why}", field="export_filing")


def _papers(order: Order, going: Route, connection: Connection, looked: Looked, day: date, *, formed: bool) -> Papers:
    customs, goods = connection.customs or Customs(), looked.goods
    rule = receiver_of(order, going, customs)
    terms, _ = terms_of(order, customs, rule)
    sender, receiver = numbers_of(order, customs, rule)
    number = f"{order.document}-{order.delivery}" if order.delivery else order.document
    collected = _collected(customs, going)
    small = None
    if Need.SMALL in looked.needs:
        total = sum((line.value for line in goods.lines), Decimal(0))
        small = total * (customs.rate(goods.currency, "EUR") or Decimal(0)) <= SMALL
    mrn = order.export_filing if re.fullmatch(MRN, order.export_filing) else ""
    return Papers(
        lines=goods.lines,
        currency=goods.currency,
        number=number if len(number) <= _LONGEST_NUMBER else order.document,
        day=day,
        reason=rule.reason or customs.reason,
        terms=terms,
        sold_to=_sold_to(order, going, customs),
        exporter=sender,
        receiver=receiver,
        receiver_kind=rule.kind or customs.receiver,
        declaration=customs.declaration,
        form=formed,
        order_number=order.document,
        duties_by_us=terms == "DDP",
        importer_sold_to=customs.importer == "sold_to",
        risk=(rule.risk or customs.risk) if Need.RISK in looked.needs else "",
        collected=collected if (rule.kind or customs.receiver) == "consumer" else ("", ""),
        small=small,
        filing="" if mrn else order.export_filing,
        declared=mrn,
        paperless=customs.paperless,
        copies=customs.copies,
    )


def _collected(customs: Customs, going: Route) -> tuple[str, str]:
    place = place_of(going.ship_to.address)
    name = "EU" if place in EU else place
    return next(((each, number) for each, number in customs.vat_collected.items() if each == name), ("", ""))


def _sold_to(order: Order, going: Route, customs: Customs) -> Party:
    """The carrier wants who bought in the country of who receives (facts/ups-international.md 2)."""
    bought = order.bill_to
    usable = bought and bought.name.strip() and bought.address.country == going.ship_to.address.country
    return bought if bought and usable and customs.sold_to == "bill_to" else going.ship_to


def _total(order: Order, going: Route, papers: Papers | None = None) -> Money:
    """The goods' worth for the carrier, which takes none below 1."""
    value = (
        papers.value
        if papers and papers.form
        else goods_value(((line, Decimal(1)) for line in order.lines), Reason.INTERNATIONAL)
    )
    if value.amount < 1:
        where = f"goes from {place_of(going.ship_from.address)} to {place_of(going.ship_to.address)}"
        message = f"{where} and is worth {value}: the carrier takes no value below 1"
        raise Unshippable(Reason.INTERNATIONAL, message, field="lines", value=str(value))
    return Money(value.amount.quantize(_CENT, ROUND_CEILING), value.currency)


def _raise_contact(looked: Looked, going: Route) -> None:
    """Across borders the carrier asks for whom to ask and by which phone (specs/ups, Shipping, ShipTo)."""
    if looked.missing:
        lane = f"goes from {place_of(going.ship_from.address)} to {place_of(going.ship_to.address)}"
        field = looked.missing[0].field
        raise Unshippable(Reason.INTERNATIONAL, f"{lane}, and ship_to has no {field.partition('.')[2]}", field=field)


def _international(message: str, value: str) -> Unshippable:
    return Unshippable(Reason.INTERNATIONAL, message, field="ship_to.address.country", value=value)
