"""The part that a dry run and the workflow share: an order checked and priced, with nothing bought and nothing
written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shared.domain.money import Money
from shared.domain.problem import Unshippable
from shared.domain.shipment import AddressCheck, Quote, ShipmentPlan
from shared.domain.state import Reason
from shared.errors import Refused
from shared.workflow.planning.prepare import AddressDoubted, prepared
from tests.builders import NOW, SUPPLIER, a_connection, a_line, an_order, usd

GROUND = Quote("03", usd("12.00"), arrival=date(2026, 11, 6))
SECOND_DAY = Quote("02", usd("30.00"), arrival=date(2026, 11, 4), alerts=("may vary",))
VALID = AddressCheck("valid", residential=True)
NEXT_DAY = Quote("01", usd("55.00"), usd("29.00"), arrival=date(2026, 11, 3))


class Answers:
    """A carrier with set answers, which notes what it was asked. What would buy it has not."""

    def __init__(self, *quotes: Quote, check: AddressCheck = VALID) -> None:
        self.quotes, self.check, self.asked = quotes, check, list[str]()

    def check_plan(self, plan: ShipmentPlan) -> None:
        self.asked.append(f"plan {plan.service}")

    def check_address(self, party: Any) -> AddressCheck:
        self.asked.append("address")
        return self.check

    def rate(self, plan: ShipmentPlan, services: Any) -> tuple[Quote, ...]:
        self.asked.append(f"rate {' '.join(services)}")
        return self.quotes


def found(carrier: Answers, order: Any = None, as_is: bool = False, **connection: Any) -> Any:
    file = a_connection(**connection)
    return prepared(carrier, order or an_order(), file, NOW, address_as_is=as_is)  # type: ignore[arg-type]


def choosing(pick: str) -> dict[str, Any]:
    return {"UPS": {"any": ["03", "02", "01"], "pick": pick}}


def test_s20_s26_an_order_is_checked_and_priced_in_two_calls() -> None:
    carrier = Answers(GROUND)
    result = found(carrier, an_order(notes=("from the ERP",)))
    assert carrier.asked == ["plan 03", "address", "rate 03"]
    assert (result.quote, result.quotes, result.ask, result.wait) == (GROUND, (GROUND,), "", None)
    assert (result.plan.service, result.plan.ship_to.residential) == ("03", False), "what the ERP knows stays"
    assert result.notes == ("from the ERP",)


@pytest.mark.parametrize(
    ("check", "checked"),
    [(VALID, True), (AddressCheck("ambiguous"), True), (AddressCheck("not_covered"), False)],
)
def test_the_create_knows_whether_anybody_had_an_opinion_of_the_street(check: AddressCheck, checked: bool) -> None:
    assert found(Answers(GROUND, check=check), as_is=True).plan.street_checked is checked
    assert found(Answers(GROUND, check=check), address_check="off").plan.street_checked is False


def test_what_is_wrong_with_the_order_itself_asks_nobody() -> None:
    carrier = Answers(GROUND)
    with pytest.raises(Unshippable):
        found(carrier, an_order(lines=(a_line(unit_weight=None),)))
    assert carrier.asked == []


def test_s29_the_cheapest_of_what_is_offered_by_what_the_account_pays() -> None:
    carrier = Answers(GROUND, SECOND_DAY, NEXT_DAY)
    assert found(carrier, services=choosing("cheapest")).quote == GROUND
    assert carrier.asked == ["plan 03", "address", "rate 03 02 01"]
    assert found(Answers(SECOND_DAY, NEXT_DAY), services=choosing("cheapest")).quote == NEXT_DAY


def test_s29_of_equal_prices_the_first_that_the_file_names_is_taken() -> None:
    offered = (replace(NEXT_DAY, negotiated=usd("12.00")), GROUND)
    assert found(Answers(*offered), services=choosing("cheapest")).quote == GROUND


@pytest.mark.parametrize(("needed", "service"), [("2026-11-20", "03"), ("2026-11-04", "01"), ("2026-11-03", "01")])
def test_s29_the_cheapest_by_date_is_the_cheapest_of_those_that_arrive_by_then(needed: str, service: str) -> None:
    carrier = Answers(GROUND, SECOND_DAY, NEXT_DAY)
    order = an_order(needed=date.fromisoformat(needed))
    assert found(carrier, order, services=choosing("cheapest_by_date")).plan.service == service
    assert carrier.asked[-1] == ("rate 03 02 01" if service == "03" else "plan 01"), "the picked one is looked at too"


def test_s29_when_none_arrives_in_time_the_earliest_is_named() -> None:
    order = an_order(needed=date(2026, 11, 2))
    with pytest.raises(
        Refused, match=r"arrives by 2026-11-02: the earliest is 01 on 2026-11-03 for 29\.00 USD"
    ) as refused:
        found(Answers(GROUND, NEXT_DAY), order, services=choosing("cheapest_by_date"))
    assert (refused.value.reason, refused.value.field) == (Reason.SERVICE, "service")


def test_s29_a_service_without_a_day_of_arrival_is_not_taken_for_one_in_time() -> None:
    order, undated = an_order(needed=date(2026, 12, 24)), replace(GROUND, arrival=None)
    with pytest.raises(Refused, match="the carrier gives no day of arrival"):
        found(Answers(undated), order, services=choosing("cheapest_by_date"))
    assert found(Answers(undated, SECOND_DAY), order, services=choosing("cheapest_by_date")).quote == SECOND_DAY


IMPOSSIBLE = ["0.00", "-0.01", "NaN", "-Infinity", "Infinity", "1000000000"]


@pytest.mark.parametrize("amount", IMPOSSIBLE)
@pytest.mark.parametrize("which", ["published", "negotiated"])
def test_a_price_that_cannot_be_true_holds_the_order_however_it_is_approved(which: str, amount: str) -> None:
    said = Money(Decimal(amount), "USD")
    quoted = replace(GROUND, published=said) if which == "published" else replace(GROUND, negotiated=said)
    for approve in ({"mode": "automatic"}, {"mode": "below", "amount": "50.00", "currency": "USD"}):
        with pytest.raises(Refused, match="the carrier's price cannot be true: service 03: ") as refused:
            found(Answers(quoted), approve=approve)
        assert (refused.value.reason, refused.value.field) == (Reason.PRICE, "quote")


def test_a_price_without_a_currency_is_none() -> None:
    with pytest.raises(Refused, match="has no currency"):
        found(Answers(replace(GROUND, negotiated=Money(Decimal(5), ""))))


def test_nothing_is_a_price_where_another_account_pays() -> None:
    rule = {"supplier": "V100", "bill": "third_party", "account": "Z9Y8X7", "postcode": "10001", "country": "US"}
    free = replace(GROUND, negotiated=usd("0.00"))
    assert found(Answers(free), billing={"rules": [rule]}).quote == free
    own = {"supplier": "V100", "bill": "shipper", "account": "Z9Y8X7"}
    with pytest.raises(Refused, match="our own account pays"):
        found(Answers(free), billing={"rules": [own]})


def test_of_several_services_one_whose_price_cannot_be_true_is_left_out_and_noted() -> None:
    free = replace(GROUND, negotiated=usd("0.00"))
    result = found(Answers(free, SECOND_DAY), services=choosing("cheapest"))
    assert (result.quote, result.quotes) == (SECOND_DAY, (SECOND_DAY,))
    assert "service 03: 0.00 USD is nothing, and our own account pays" in result.notes


def test_a_price_above_a_whole_day_s_limit_is_told_and_does_not_wait_for_ever() -> None:
    limits = {"amount_per_day": {"amount": "11.99", "currency": "USD"}}
    with pytest.raises(Refused, match=r"12\.00 USD is more than limits\.amount_per_day 11\.99 USD") as refused:
        found(Answers(GROUND), limits=limits)
    assert (refused.value.reason, refused.value.field) == (Reason.PRICE, "limits.amount_per_day")
    assert found(Answers(GROUND), limits={"amount_per_day": {"amount": "12.00", "currency": "USD"}}).quote == GROUND


def test_a_doubted_address_comes_with_what_the_carrier_knows_and_may_be_confirmed() -> None:
    doubt = AddressCheck("ambiguous", (SUPPLIER.address,), note="two of them")
    with pytest.raises(AddressDoubted, match="the carrier does not know 1 Dock St") as doubted:
        found(Answers(GROUND, check=doubt))
    assert doubted.value.check == doubt
    result = found(Answers(GROUND, check=doubt), as_is=True)
    assert (result.check, result.notes) == (doubt, ("two of them",))


def test_s16_a_default_weight_and_a_waiting_day_are_told() -> None:
    bare = an_order(lines=(a_line(unit_weight=None),), needed=date(2026, 12, 24))
    result = found(
        Answers(GROUND),
        bare,
        defaults={"unit_weight": {"value": "1", "unit": "lb"}},
        ship_when={"days_before_needed": 5},
    )
    assert (result.defaulted, result.ask) == (("line 1",), "a default weight was taken: line 1")
    assert result.wait.why == "it ships on 2026-12-18, needed 2026-12-24"
