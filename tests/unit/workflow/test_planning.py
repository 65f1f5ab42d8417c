"""From an order and its connection to the shipment that would be bought, or the first reason why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shared.connection import Connection, Packing, ShipWhen
from shared.domain.address import Address, Party
from shared.domain.measures import Weight
from shared.domain.money import Money
from shared.domain.order import Order, Skipped
from shared.domain.problem import Unshippable
from shared.domain.shipment import Billing, LabelSpec, Package, Quote
from shared.domain.state import Reason
from shared.workflow.planning.approval import needs_approval
from shared.workflow.planning.plan import Planned, plan_shipment
from tests.builders import NOW, SUPPLIER, WAREHOUSE, a_connection, a_line, an_order, usd

KILO = Weight(Decimal(1), "kg")
LATER = ShipWhen(days_before_needed=7)


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


@pytest.mark.parametrize(("country", "meant"), [("USA", "US"), ("UK", "GB"), ("Germany", "DE"), ("X1", "")])
@pytest.mark.parametrize("role", ["ship_from", "ship_to"])
def test_a_country_that_is_no_code_is_named_as_that_and_not_as_a_border(role: str, country: str, meant: str) -> None:
    party = at({"ship_from": SUPPLIER, "ship_to": WAREHOUSE}[role], country=country)
    problem = problem_of(replace(an_order(), **{role: party}))  # type: ignore[arg-type]
    assert (problem.reason, problem.field, problem.value) == (Reason.ADDRESS, f"{role}.address.country", country)
    said = f"{role}: {country} is no ISO code of two letters"
    assert str(problem) == (f"{said}, {meant} is" if meant else said)


def test_puerto_rico_is_asked_for_no_state() -> None:
    ponce = Address(("1 Calle Sol",), "Ponce", "", "00717", "PR")
    order = an_order(ship_from=replace(SUPPLIER, address=ponce), ship_to=replace(WAREHOUSE, address=ponce))
    assert plan_of(order).plan.ship_to.address == ponce


def test_northern_ireland_is_named_where_an_order_goes_there() -> None:
    belfast = Address(("1 Donegall Sq",), "Belfast", "", "BT1 1AA", "GB")
    dublin = in_ireland(SUPPLIER)
    problem = problem_of(an_order(ship_from=dublin, ship_to=replace(WAREHOUSE, address=belfast)))
    assert problem.reason == Reason.INTERNATIONAL
    assert str(problem) == "goes from IE to GB (Northern Ireland)"


@pytest.mark.parametrize(
    ("kilograms", "quantity", "weights", "noted"),
    [
        ("27.3", "2", ["60.19 lb", "60.19 lb"], "one unit of line 1 weighs 60.19 lb, over packing.max_weight 50 lb"),
        ("22.6", "2", ["49.82 lb", "49.82 lb"], ""),
        ("10", "3", ["44.09 lb", "22.05 lb"], ""),
    ],
)
def test_a_unit_that_is_heavier_than_the_packages_may_be_goes_alone_and_is_noted(
    kilograms: str, quantity: str, weights: list[str], noted: str
) -> None:
    line = a_line(unit_weight=Weight(Decimal(kilograms), "kg"), quantity=Decimal(quantity))
    connection = a_connection(packing={"rule": "max_weight", "max_weight": {"value": "50", "unit": "lb"}})
    planned = plan_of(an_order(lines=(line,)), connection)
    assert [str(package.weight) for package in planned.plan.packages] == weights
    assert [note for note in planned.notes if "max_weight" in note] == [noted] * bool(noted)


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


# --- who pays, by the rule that names the most -----------------------------------------------------------------


READS = {"program": "PPS200MI", "transaction": "GetHead", "kind": "get", "output": {"supplier": "SUNO"}}
BINDINGS = {"po.head": {**READS, "output": {"supplier": "SUNO", "customer": "OURR", "cost_centre": "PROJ"}}}


def paying(order: Order, *rules: dict[str, str], default: str = "shipper") -> Billing:
    named = [{"bill": "shipper", **rule} for rule in rules]
    connection = a_connection(billing={"default": default, "rules": named}, erp={"bindings": BINDINGS})
    return plan_of(order, connection).plan.billing


def test_s24_billing_is_by_customer_supplier_and_cost_centre_as_far_as_a_rule_names_them() -> None:
    order = an_order(customer="C7", cost_centre="4100")
    by_customer = {"customer": "C7", "bill": "third_party", "account": "CCCCCC", "postcode": "10001", "country": "US"}
    assert paying(order, by_customer) == Billing("third_party", "CCCCCC", "10001", "US")
    assert paying(order, {"cost_centre": "4100", "account": "DDDDDD"}) == Billing("shipper", "DDDDDD")
    both = {"supplier": "V100", "cost_centre": "4200", "account": "EEEEEE"}
    assert paying(order, both) == Billing("shipper", "A1B2C3"), "every name must match"


def test_s24_the_rule_that_names_the_most_decides_and_of_equals_the_first() -> None:
    order = an_order(customer="C7", cost_centre="4100")
    rules = (
        {"supplier": "V100", "account": "AAAAAA"},
        {"customer": "C7", "account": "BBBBBB"},
        {"supplier": "V100", "cost_centre": "4100", "account": "CCCCCC"},
    )
    assert paying(order, *rules).account == "CCCCCC"
    assert paying(order, *rules[:2]).account == "AAAAAA"
    assert paying(replace(order, cost_centre="9"), *rules).account == "AAAAAA"


def test_s24_a_blank_of_the_order_matches_no_rule() -> None:
    assert paying(an_order(customer=""), {"customer": "C7", "account": "BBBBBB"}).account == "A1B2C3"


# --- services and accessorials -----------------------------------------------------------------------------------


def choosing(*services: str, pick: str = "cheapest") -> Connection:
    return a_connection(services={"UPS": {"any": list(services), "pick": pick}})


def test_s29_of_several_services_none_is_chosen_before_they_are_priced() -> None:
    planned = plan_of(an_order(), choosing("03", "02", "03"))
    assert (planned.services, planned.plan.service, planned.by_date) == (("03", "02"), "", None)
    assert plan_of(an_order(), choosing("03")).plan.service == "03"


def test_s29_the_cheapest_by_date_has_the_needed_date_to_keep() -> None:
    chosen = choosing("03", "02", pick="cheapest_by_date")
    assert plan_of(an_order(needed=date(2026, 11, 6)), chosen).by_date == date(2026, 11, 6)
    problem = problem_of(an_order(), chosen)
    assert (problem.reason, problem.field) == (Reason.MISSING, "needed")


def test_s29_an_order_that_ships_later_than_a_carrier_can_be_told_has_as_much_less_time() -> None:
    chosen = choosing("03", "02", pick="cheapest_by_date").model_copy(update={"ship_when": LATER})
    planned = plan_of(an_order(needed=date(2026, 12, 4)), chosen)
    assert planned.plan.ship_date == date(2026, 11, 9)
    assert planned.by_date == date(2026, 11, 16), "it ships on 27 November, for a week on the way"


def test_saturday_signature_and_declared_value_are_off_unless_mapped() -> None:
    worth = a_line(value=usd("80.00"))
    plain = plan_of(an_order(lines=(worth,), accessorials=("SAT", "SIG", "INS")))
    assert (plain.plan.accessorials, plain.plan.value, plain.plan.packages[0].value) == ((), None, None)
    assert plain.notes == tuple(f"accessorial {code} is not mapped: left out" for code in ("SAT", "SIG", "INS"))


def test_accessorials_are_those_that_the_order_s_codes_are_mapped_to() -> None:
    mapped = a_connection(accessorials={"UPS": "saturday", "SIG": "signature", "ADU": "adult_signature"})
    assert plan_of(an_order(), mapped).plan.accessorials == ("saturday",), "a delivery method is a code too"
    assert plan_of(an_order(accessorials=("SIG",)), mapped).plan.accessorials == ("saturday", "signature")
    both = plan_of(an_order(accessorials=("SIG", "ADU")), mapped)
    assert both.plan.accessorials == ("adult_signature", "saturday"), "an adult's signature is one"


def test_s17_a_declared_value_is_the_goods_own_and_never_invented() -> None:
    declared = a_connection(accessorials={"INS": "declared_value"})
    worth = an_order(lines=(a_line(value=usd("80.00")),), accessorials=("INS",))
    plan = plan_of(worth, declared).plan
    assert (plan.accessorials, plan.packages[0].value) == (("declared_value",), usd("80.00"))
    problem = problem_of(an_order(accessorials=("INS",)), declared)
    assert (problem.reason, problem.field) == (Reason.MISSING, "lines.1.value")


# --- what is held --------------------------------------------------------------------------------------------


def abroad(country: str, state: str = "", postcode: str = "10115", **facts: Any) -> Party:
    return replace(at(WAREHOUSE, country=country, state=state, postcode=postcode), **facts)


def test_s17_inside_the_eu_a_contact_and_a_phone_are_enough() -> None:
    berlin, paris = abroad("DE"), abroad("FR")
    assert plan_of(an_order(ship_from=berlin, ship_to=paris)).plan.value is None
    for field in ("attention", "phone"):
        problem = problem_of(an_order(ship_from=berlin, ship_to=replace(paris, **{field: " "})))  # type: ignore[arg-type]
        assert (problem.reason, problem.field) == (Reason.INTERNATIONAL, f"ship_to.{field}")
    assert problem_of(an_order(ship_from=berlin, ship_to=abroad("CH"))).reason == Reason.INTERNATIONAL
    canary = problem_of(an_order(ship_from=abroad("ES"), ship_to=abroad("ES", postcode="35001")))
    assert str(canary) == "goes from ES to ES (Canary Islands)"


@pytest.mark.parametrize(
    ("country", "state", "postcode"), [("PR", "PR", "00901"), ("US", "PR", "00901"), ("PR", "", "00717")]
)
def test_s17_us_to_puerto_rico_goes_with_what_the_goods_are_worth_and_only_then(
    country: str, state: str, postcode: str
) -> None:
    to = abroad(country, state, postcode)
    lines = (a_line(value=usd("80.00")), a_line("2", value=usd("1.50")))
    assert plan_of(an_order(ship_to=to, lines=lines)).plan.value == usd("81.50")
    for value in (None, usd("0.00"), Money(Decimal(3), "EUR")):
        problem = problem_of(an_order(ship_to=to, lines=(lines[0], a_line("2", value=value))))
        assert (problem.reason, problem.field) == (Reason.INTERNATIONAL, "lines.2.value")
    cheap = problem_of(an_order(ship_to=to, lines=(a_line(value=usd("0.99")),)))
    assert (cheap.reason, cheap.field) == (Reason.INTERNATIONAL, "lines")


def test_s17_us_to_canada_waits_for_a_commercial_invoice_whatever_the_goods_are_worth() -> None:
    order = an_order(ship_to=abroad("CA", "ON", "M5V3L9"), lines=(a_line(value=usd("80.00")),))
    problem = problem_of(order)
    assert (problem.reason, str(problem)) == (Reason.INTERNATIONAL, "goes from US to CA")


def test_s17_great_britain_to_northern_ireland_and_campione_are_no_inland() -> None:
    london, belfast = abroad("GB", postcode="EC1A 1BB"), abroad("GB", postcode="BT1 1AA")
    rome, campione = abroad("IT", postcode="00100"), abroad("IT", postcode="22061")
    for here, there, said in (
        (london, belfast, "goes from GB to GB (Northern Ireland)"),
        (rome, campione, "goes from IT to IT (Campione d'Italia)"),
    ):
        problem = problem_of(an_order(ship_from=here, ship_to=there))
        assert (problem.reason, str(problem)) == (Reason.INTERNATIONAL, said)
    assert plan_of(an_order(ship_from=belfast, ship_to=london)).plan, "the other way nothing is declared"


def test_s17_from_puerto_rico_a_value_is_no_customs_data() -> None:
    order = an_order(ship_from=abroad("PR", "PR", "00901"), lines=(a_line(value=usd("80.00")),))
    assert problem_of(order).reason == Reason.INTERNATIONAL


def test_s17_a_post_office_box_or_a_military_address_holds_the_order() -> None:
    for to in (at(WAREHOUSE, lines=("PO Box 5",)), at(WAREHOUSE, city="APO", state="AE", postcode="09021")):
        problem = problem_of(an_order(ship_to=to))
        assert (problem.reason, problem.field) == (Reason.PO_BOX, "ship_to.address")
    assert plan_of(an_order(ship_from=at(SUPPLIER, lines=("PO Box 5",)))).plan, "goods are not handed over there"


def test_s17_a_quantity_in_another_unit_than_the_weight_is_held_and_no_default_corrects_it() -> None:
    boxes = a_line(unit="BX", unit_weight=None, weight_per="EA")
    problem = problem_of(an_order(lines=(boxes,)), a_connection(defaults={"unit_weight": {"value": "1", "unit": "lb"}}))
    assert (problem.reason, problem.field, problem.value) == (Reason.UNITS, "lines.1.unit", "BX")
    assert problem_of(an_order(lines=(a_line(unit=" "),))).reason == Reason.UNITS


def test_weights_in_several_units_are_added_up_and_not_held() -> None:
    lines = (a_line(unit_weight=Weight(Decimal(1), "kg")), a_line("2", unit_weight=Weight(Decimal(500), "g")))
    plan = plan_of(an_order(lines=lines), a_connection(packing={"rule": "one_per_order"})).plan
    assert plan.packages[0].weight == Weight(Decimal(3), "kg")


def test_s16_zero_is_a_missing_weight() -> None:
    zero = an_order(lines=(a_line(unit_weight=Weight(Decimal(0), "kg")),))
    assert problem_of(zero).reason == Reason.WEIGHT
    planned = plan_of(zero, a_connection(defaults={"unit_weight": {"value": "2", "unit": "lb"}}))
    assert (planned.plan.packages[0].weight, planned.defaulted) == (lb("4"), ("line 1",))


def test_s17_an_item_that_the_file_lists_as_hazardous_holds_the_order_whatever_the_erp_says() -> None:
    problem = problem_of(an_order(), a_connection(hazard={"items": ["ITEM1"]}))
    assert (problem.reason, str(problem)) == (Reason.HAZARD, "line 1, item ITEM1 is hazardous")


def test_s19_handling_units_and_bill_to_of_the_erp_are_taken_as_they_are() -> None:
    packed = a_connection().model_copy(update={"packing": Packing(rule="handling_units")})
    order = an_order(handling_units=(Package(lb("9")),), bill_to=SUPPLIER, lines=(a_line(unit_weight=None),))
    assert plan_of(order, packed).plan.packages == (Package(lb("9")),)


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
