"""From an order and its connection to the shipment that would be bought, or the first reason why not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from shared.connection import Connection
from shared.domain.address import Address, Party
from shared.domain.measures import Weight
from shared.domain.money import Money
from shared.domain.order import Order, Skipped
from shared.domain.problem import Unshippable
from shared.domain.shipment import Billing, LabelSpec, Quote
from shared.domain.state import Reason
from shared.workflow.permission import needs_approval
from shared.workflow.planning import Planned, plan_shipment
from tests.builders import NOW, SUPPLIER, WAREHOUSE, a_connection, a_line, an_order, usd

KILO = Weight(Decimal(1), "kg")


def at(party: Party, **changes: Any) -> Party:
    return replace(party, address=replace(party.address, **changes))


def plan_of(order: Order, connection: Connection | None = None) -> Planned:
    return plan_shipment(order, connection or a_connection(), NOW)


def problem_of(order: Order, connection: Connection | None = None) -> Unshippable:
    with pytest.raises(Unshippable) as problem:
        plan_of(order, connection)
    return problem.value


def test_s18_the_plan_has_the_order_s_parties_weights_and_number_and_the_connection_s_account() -> None:
    planned = plan_of(an_order(), a_connection())
    plan = planned.plan
    assert (plan.account, plan.service, plan.erp_reference) == ("A1B2C3", "03", "1000001")
    assert (plan.ship_from, plan.ship_to, plan.shipper.name) == (SUPPLIER, WAREHOUSE, "Acme")
    assert [package.weight.to("kg").value.quantize(Decimal("0.001")) for package in plan.packages] == [Decimal(7)]
    assert plan.billing == Billing("shipper", "A1B2C3")
    assert plan.label == LabelSpec("GIF", "4x6")
    assert (planned.services, planned.defaulted) == (("03",), ())


def test_the_goods_description_keeps_to_the_carrier_s_35_characters() -> None:
    described = an_order(lines=(a_line(description="x" * 50),))
    assert plan_of(described, a_connection()).plan.description == "x" * 35


@pytest.mark.parametrize("terms", ["EXW", "PPD", ""])
def test_s17_terms_that_do_not_say_we_pay_hold_an_inbound_order(terms: str) -> None:
    problem = problem_of(an_order(freight_terms=terms))
    assert (problem.reason, problem.field, problem.value) == (Reason.FREIGHT_TERMS, "freight_terms", terms)
    assert f"freight terms {terms!r} are not mapped to we_pay" in str(problem)


def test_s17_an_unmapped_delivery_method_holds_the_order() -> None:
    problem = problem_of(an_order(service="AIR"))
    assert (problem.reason, problem.field, problem.value) == (Reason.SERVICE, "service", "AIR")
    assert str(problem) == "delivery method 'AIR' is not mapped to a carrier service"


def test_s17_a_hazardous_item_holds_the_order() -> None:
    problem = problem_of(an_order(extra=(("buyer", "x"), ("hazard", "line 1, item SOLVENT"))))
    assert (problem.reason, problem.field, problem.value) == (Reason.HAZARD, "lines", "line 1, item SOLVENT")


def test_other_extra_facts_of_an_order_hold_nothing() -> None:
    assert plan_of(an_order(extra=(("buyer", "x"),)), a_connection()).services == ("03",)


def test_s17_an_order_of_skipped_lines_says_why_each_was_skipped() -> None:
    skipped = (Skipped("1", "received or closed: status 50"), Skipped("2", "a service: item FREIGHT"))
    problem = problem_of(an_order(lines=(), skipped=skipped))
    assert (problem.reason, problem.field) == (Reason.LINES, "lines")
    assert str(problem) == (
        "nothing is left to ship: line 1: received or closed: status 50; line 2: a service: item FREIGHT"
    )
    assert str(problem_of(an_order(lines=()))) == "nothing is left to ship: it has no lines"


def test_s17_a_missing_weight_holds_the_order() -> None:
    problem = problem_of(an_order(lines=(a_line(unit_weight=None),)))
    assert (problem.reason, problem.field) == (Reason.WEIGHT, "lines.1.unit_weight")


@pytest.mark.parametrize("rule", ["one_per_order", "one_per_line", "max_weight"])
def test_s16_a_missing_weight_is_filled_from_the_warehouse_s_default_before_the_general_one(rule: str) -> None:
    connection = a_connection(
        packing={"rule": rule},
        defaults={
            "unit_weight": {"value": "2", "unit": "lb"},
            "warehouse": {"W01": {"unit_weight": {"value": "3", "unit": "lb"}}},
        },
    )
    missing = an_order(lines=(a_line(unit_weight=None),))
    own, general = plan_of(missing, connection), plan_of(replace(missing, warehouse="W02"), connection)
    assert own.plan.packages[0].weight == Weight(Decimal(6), "lb"), "a default is for one unit, never for the order"
    assert general.plan.packages[0].weight == Weight(Decimal(4), "lb")
    assert own.defaulted == ("line 1",)


def test_s16_a_weight_of_the_erp_is_never_replaced_by_a_default() -> None:
    connection = a_connection(defaults={"unit_weight": {"value": "2", "unit": "lb"}}, packing={"rule": "one_per_line"})
    planned = plan_of(an_order(lines=(a_line(), a_line("2", unit_weight=None))), connection)
    assert [package.weight for package in planned.plan.packages] == [Weight(Decimal("7.0"), "kg"), lb("4")]
    assert planned.defaulted == ("line 2",)


def lb(value: str) -> Weight:
    return Weight(Decimal(value), "lb")


@pytest.mark.parametrize(
    ("role", "field", "party"),
    [
        ("ship_from", "name", replace(SUPPLIER, name=" ")),
        ("ship_from", "address.lines", at(SUPPLIER, lines=())),
        ("ship_to", "address.city", at(WAREHOUSE, city="")),
        ("ship_to", "address.country", at(WAREHOUSE, country="")),
        ("ship_to", "address.state", at(WAREHOUSE, state="")),
        ("ship_from", "address.postcode", at(SUPPLIER, postcode="")),
    ],
)
def test_s17_a_missing_field_of_a_party_holds_the_order_and_is_named(role: str, field: str, party: Party) -> None:
    problem = problem_of(replace(an_order(), **{role: party}))  # type: ignore[arg-type]
    assert (problem.reason, problem.field) == (Reason.MISSING, f"{role}.{field}")
    assert str(problem) == f"{role} has no {field.rsplit('.', maxsplit=1)[-1]}"


def in_ireland(party: Party) -> Party:
    return at(party, country="IE", state="", postcode="", city="Dublin")


def test_a_country_without_states_or_postcodes_is_asked_for_neither() -> None:
    order = an_order(ship_from=in_ireland(SUPPLIER), ship_to=in_ireland(WAREHOUSE))
    assert plan_of(order, a_connection()).plan.ship_to.address.country == "IE"


def test_a_phone_is_left_to_the_carrier() -> None:
    assert plan_of(an_order(ship_to=replace(WAREHOUSE, phone="")), a_connection()).plan.ship_to.phone == ""


@pytest.mark.parametrize(
    ("country", "state", "value"), [("MX", "JAL", "MX"), ("US", "VI", "VI"), ("VI", "", "VI"), ("US", "GU", "GU")]
)
def test_s17_another_country_or_a_territory_holds_the_order(country: str, state: str, value: str) -> None:
    problem = problem_of(an_order(ship_to=at(WAREHOUSE, country=country, state=state)))
    assert (problem.reason, problem.field) == (Reason.INTERNATIONAL, "ship_to.address.country")
    assert (problem.value, str(problem)) == (value, f"goes from US to {value}")


def test_puerto_rico_is_one_place_however_the_erp_writes_it() -> None:
    san_juan = Address(("1 Calle Sol",), "San Juan", "PR", "00901", "PR")
    order = an_order(
        ship_from=replace(SUPPLIER, address=san_juan),
        ship_to=replace(WAREHOUSE, address=replace(san_juan, country="US")),
    )
    assert plan_of(order, a_connection()).plan.ship_to.address.country == "PR", "a country of its own"


def test_s24_a_billing_rule_names_the_paying_account_of_its_supplier() -> None:
    rule = {"supplier": "V100", "bill": "third_party", "account": "Z9Y8X7", "postcode": "10001", "country": "US"}
    connection = a_connection(billing={"rules": [rule]})
    assert plan_of(an_order(), connection).plan.billing == Billing("third_party", "Z9Y8X7", "10001", "US")
    assert plan_of(an_order(supplier="V200"), connection).plan.billing == Billing("shipper", "A1B2C3")
    assert plan_of(an_order(supplier=""), connection).plan.billing == Billing("shipper", "A1B2C3")


def test_a_default_that_no_rule_fills_holds_the_order_for_the_connection() -> None:
    rule = {"supplier": "V100", "bill": "receiver", "account": "Z9Y8X7", "postcode": "10001", "country": "US"}
    problem = problem_of(an_order(supplier="V200"), a_connection(billing={"default": "receiver", "rules": [rule]}))
    assert (problem.reason, problem.field) == (Reason.CONNECTION, "billing.rules")


# --- approval ------------------------------------------------------------------------------------------------


def quote(amount: str, currency: str = "USD") -> Quote:
    return Quote("03", Money(Decimal(amount), currency))


def test_s27_an_automatic_connection_asks_nobody() -> None:
    assert needs_approval(quote("9999"), a_connection(approve={"mode": "automatic"}), ()) == ""


def test_s25_a_manual_connection_asks_for_every_order() -> None:
    connection = a_connection(approve={"mode": "manual", "amount": None})
    assert needs_approval(quote("0.01"), connection, ()) == "approve.mode is manual"


def test_s25_a_ceiling_may_be_reached_and_not_passed() -> None:
    connection = a_connection(approve={"mode": "below", "amount": "150.00", "currency": "USD"})
    assert needs_approval(quote("150.00"), connection, ()) == ""
    assert needs_approval(quote("150.01"), connection, ()) == "150.01 USD is above approve.amount 150.00 USD"


def test_s25_the_account_s_own_rate_decides_not_the_published_one() -> None:
    negotiated = replace(quote("200.00"), negotiated=usd("140.00"))
    assert needs_approval(negotiated, a_connection(), ()) == ""


def test_s25_a_quote_in_another_currency_than_the_ceiling_is_held_for_the_currency() -> None:
    with pytest.raises(Unshippable, match=r"the quote of 1\.00 CAD is in CAD, approve\.currency is USD") as problem:
        needs_approval(quote("1.00", "CAD"), a_connection(), ())
    assert (problem.value.reason, problem.value.field) == (Reason.CURRENCY, "approve.currency")
    assert needs_approval(quote("1.00", "CAD"), a_connection(approve={"mode": "automatic"}), ()) == ""
    manual = a_connection(approve={"mode": "manual"})
    assert needs_approval(quote("1.00", "CAD"), manual, ()) == "approve.mode is manual"


@pytest.mark.parametrize("mode", ["automatic", "below"])
def test_s16_a_default_weight_is_for_a_person_unless_the_connection_allows_it(mode: str) -> None:
    asked = needs_approval(quote("1.00"), a_connection(approve={"mode": mode}), ("line 2", "line 4"))
    assert asked == "a default weight was taken: line 2, line 4"
    allowed = a_connection(approve={"mode": mode}, defaults={"allow_automatic": True})
    assert needs_approval(quote("1.00"), allowed, ("line 2",)) == ""
