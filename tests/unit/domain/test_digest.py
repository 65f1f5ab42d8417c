"""Digests over releases: the same reading, a change, and the same shipment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.domain.digest import PLAN_VERSION, content_of, fingerprint_of, hash_of, is_content
from shared.domain.measures import Weight
from shared.domain.money import Money
from shared.domain.order import Order, Skipped
from shared.domain.shipment import Billing, LabelSpec, Package, ShipmentPlan
from tests.builders import SUPPLIER, WAREHOUSE, a_line, an_order

Change = Callable[[Order], Order]

A_CHANGE: dict[str, Change] = {
    "name": lambda order: replace(order, ship_to=replace(order.ship_to, name="Acme Warehouse 2")),
    "address": lambda order: replace(
        order, ship_to=replace(order.ship_to, address=replace(order.ship_to.address, city="Troy"))
    ),
    "quantity": lambda order: replace(order, lines=(a_line(quantity=Decimal(3)),)),
    "item": lambda order: replace(order, lines=(a_line(item="ITEM9"),)),
    "line": lambda order: replace(order, lines=(a_line(), a_line("2"))),
    "service": lambda order: replace(order, service="UPS2"),
}
CORRECTED: dict[str, Change] = {
    "weight": lambda order: replace(order, lines=(a_line(unit_weight=Weight(Decimal(4), "kg")),)),
    "phone": lambda order: replace(order, ship_to=replace(order.ship_to, phone="5185550199")),
    "supplier's address": lambda order: replace(order, ship_from=replace(order.ship_from, name="Valve Works Inc")),
    "freight terms": lambda order: replace(order, freight_terms="EXW"),
    "status": lambda order: replace(order, status="35"),
    "needed": lambda order: replace(order, needed=date(2026, 12, 24)),
    "skipped line": lambda order: replace(order, skipped=(Skipped("2", "received"),)),
    "confirmation": lambda order: replace(order, confirmed=False),
    "customer": lambda order: replace(order, customer="C7"),
    "cost centre": lambda order: replace(order, cost_centre="4100"),
    "accessorials": lambda order: replace(order, accessorials=("SAT",)),
    "handling units": lambda order: replace(order, handling_units=PLAN.packages),
    "value": lambda order: replace(order, lines=(a_line(value=Money(Decimal(5), "USD")),)),
    "unit of the weight": lambda order: replace(order, lines=(a_line(weight_per="BX"),)),
    "hazard": lambda order: replace(order, extra=(("hazard", "line 1"),)),
}
SAME: dict[str, Change] = {
    "change stamp": lambda order: replace(order, changed="9"),
    "trailing zeros": lambda order: replace(order, lines=(a_line(quantity=Decimal("2.000")),)),
    "exponent": lambda order: replace(order, lines=(a_line(quantity=Decimal("0.2E+1")),)),
}

PLAN = ShipmentPlan(
    account="A1B2C3",
    shipper=WAREHOUSE,
    ship_from=SUPPLIER,
    ship_to=WAREHOUSE,
    packages=(Package(Weight(Decimal("7.0"), "kg"), None, ("1",)),),
    service="03",
    billing=Billing("shipper", "A1B2C3"),
    label=LabelSpec("GIF", "4x6"),
    erp_reference="1000001",
    description="Valve 1",
    ship_date=date(2026, 11, 2),
)


@pytest.mark.parametrize("name", A_CHANGE)
def test_ship_to_quantities_items_and_service_make_a_change(name: str) -> None:
    changed = A_CHANGE[name](an_order())
    assert fingerprint_of(changed) != fingerprint_of(an_order())
    assert content_of(changed) != content_of(an_order())


@pytest.mark.parametrize("name", CORRECTED)
def test_anything_else_is_seen_as_corrected_and_is_no_change(name: str) -> None:
    corrected = CORRECTED[name](an_order())
    assert fingerprint_of(corrected) == fingerprint_of(an_order())
    assert content_of(corrected) != content_of(an_order())


@pytest.mark.parametrize("name", SAME)
def test_what_says_the_same_has_the_same_digests(name: str) -> None:
    same = SAME[name](an_order())
    assert (content_of(same), fingerprint_of(same)) == (content_of(an_order()), fingerprint_of(an_order()))


def test_our_own_words_are_nothing_that_was_read() -> None:
    skipped = an_order(skipped=(Skipped("2", "received"),))
    assert content_of(an_order(notes=("the supplier has no phone",))) == content_of(an_order())
    assert content_of(replace(skipped, skipped=(Skipped("2", "it is received"),))) == content_of(skipped)


def test_the_content_that_a_release_up_to_0_1_0_digested_with_its_words_is_known_again() -> None:
    order = an_order(notes=("the supplier has no phone",), skipped=(Skipped("2", "received"),))
    assert is_content("4216388e2a09d7327255bcb3", order)
    assert is_content(content_of(order), order)
    assert not is_content("4216388e2a09d7327255bcb3", replace(order, status="35"))


def test_a_release_digests_an_order_as_the_last_one_did() -> None:
    """Golden: were these to move, every order that waits would be read again, and every intent be rebuilt."""
    assert content_of(an_order()) == "c12a8e6cd0129dd11c659c82"
    assert fingerprint_of(an_order()) == "6256c647d684e479c45b0987"


def test_a_plan_keeps_its_hash_over_releases_and_names_the_version_of_its_form() -> None:
    assert hash_of(PLAN) == "1:6efc5a62d0e728e075957629"
    assert hash_of(PLAN).startswith(f"{PLAN_VERSION}:")


def test_every_part_of_a_plan_stands_in_its_hash() -> None:
    others = [
        replace(PLAN, account="ZZZZZZ"),
        replace(PLAN, shipper=SUPPLIER),
        replace(PLAN, ship_from=WAREHOUSE),
        replace(PLAN, ship_to=replace(WAREHOUSE, residential=True)),
        replace(PLAN, packages=PLAN.packages * 2),
        replace(PLAN, service="02"),
        replace(PLAN, billing=Billing("receiver", "A1B2C3")),
        replace(PLAN, label=LabelSpec("ZPL", "4x6")),
        replace(PLAN, erp_reference="1000002"),
        replace(PLAN, description="Valve"),
        replace(PLAN, ship_date=None),
        replace(PLAN, accessorials=("saturday",)),
        replace(PLAN, value=Money(Decimal(5), "USD")),
        replace(PLAN, packages=(replace(PLAN.packages[0], value=Money(Decimal(5), "USD")),)),
    ]
    hashes = {hash_of(plan) for plan in (PLAN, *others)}
    assert len(hashes) == 1 + len(others)
    assert hash_of(replace(PLAN, packages=(Package(Weight(Decimal(7), "kg"), None, ("1",)),))) == hash_of(PLAN)
