"""A shipment of as many packages as a carrier takes in one: every number of it is kept, and found, whatever breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shared.domain.record import AuditEntry, Head
from shared.domain.state import State
from shared.domain.telling import ActionRecord, Facts, Telling
from shared.errors import NewerFormat
from shared.ports import Conflict, OrderStore, Parcel, ShippedPackage, Spend
from tests.builders import NOW, a_received, a_step, usd
from tests.contract.backends import AwsBackend, Client

MOST = 200
"""Packages of one UPS shipment."""
LABEL = "infor-m3:ACME_TST/100/1000001/-/1/{}.zpl"


def packages(count: int, **facts: Any) -> list[ShippedPackage]:
    made = (ShippedPackage(n, f"1ZA1B2C303{n:08}", LABEL.format(n), carrier="ups") for n in range(1, count + 1))
    return [replace(each, **facts) for each in made]


def intended(orders: OrderStore, document: str = "1000001") -> Head:
    """An order whose create call is under way."""
    head, snapshot, entry = a_received(document)
    orders.create(head, snapshot, entry)
    after, step = a_step(head, State.INTENT)
    orders.transition(after, step)
    return after


def bought(orders: OrderStore, count: int, document: str = "1000001") -> Head:
    after, step = shipped(intended(orders, document))
    orders.transition(after, step, packages=packages(count))
    return after


def shipped(head: Head, **changes: Any) -> tuple[Head, AuditEntry]:
    return a_step(head, State.SHIPPED, shipment_id="1ZA1B2C30300000001", **changes)


@pytest.mark.parametrize("count", [49, 50, 51, 101, MOST])
def test_every_package_of_a_shipment_is_kept_and_found(orders: OrderStore, count: int) -> None:
    after = bought(orders, count)
    assert orders.head(after.key) == after
    assert orders.packages(after.key, 1) == tuple(packages(count))
    assert orders.packages(after.key, 2) == ()
    for number in (1, count // 2, count):
        found = orders.order_of_parcel("ups", f"1ZA1B2C303{number:08}")
        assert found == Parcel(after.key, 1, number)


def test_a_step_that_writes_all_it_can_beside_the_packages_is_one_step(orders: OrderStore) -> None:
    head = intended(orders)
    after, step = shipped(head)
    spend = Spend("acme-infor-ups", NOW, usd("10.00"), 9, 9, usd("100.00"))
    told = Telling(1, Facts(milestone="label_created"))
    snapshot = orders.snapshot(head.key, 1)
    action = ActionRecord("cost", "intended", NOW)
    facts = {"snapshot": snapshot, "spend": spend, "telling": told, "action": action}
    orders.transition(after, step, packages=packages(MOST), **facts)  # type: ignore[arg-type]
    assert len(orders.packages(after.key, 1)) == MOST
    assert (orders.telling(after.key), orders.actions(after.key)) == (told, (action,))


@pytest.mark.parametrize("changed", [[7], [51, 120, 200], list(range(40, 130)), list(range(1, 201))])
def test_packages_of_a_large_shipment_are_changed_one_by_one_or_together(
    orders: OrderStore, changed: list[int]
) -> None:
    head = bought(orders, MOST)
    wanted = packages(MOST)
    for number in changed:
        wanted[number - 1] = replace(wanted[number - 1], voided=True, label="")
    after, step = a_step(head, State.HELD, reason="void")
    orders.transition(after, step, packages=[wanted[number - 1] for number in changed])
    assert orders.packages(head.key, 1) == tuple(wanted)


def test_the_packages_of_each_generation_are_its_own(orders: OrderStore) -> None:
    head = bought(orders, MOST)
    again, step = shipped(head, generation=2)
    later = packages(60, label="", voided=True)
    orders.transition(again, step, packages=later)
    assert orders.packages(head.key, 1) == tuple(packages(MOST))
    assert orders.packages(head.key, 2) == tuple(later)


def test_one_number_for_several_packages_leads_to_the_first_of_them(orders: OrderStore) -> None:
    head = intended(orders)
    after, step = shipped(head)
    same = [replace(each, tracking_number="1ZSAME") for each in packages(3)]
    orders.transition(after, step, packages=same)
    assert orders.packages(head.key, 1) == tuple(same)
    assert orders.order_of_parcel("ups", "1ZSAME") == Parcel(head.key, 1, 1)


def test_numbers_that_lead_to_another_order_stay_there_and_keep_no_step(orders: OrderStore) -> None:
    theirs = bought(orders, 150, "1000002")
    ours = bought(orders, MOST)
    assert orders.packages(ours.key, 1) == tuple(packages(MOST))
    assert orders.order_of_parcel("ups", "1ZA1B2C30300000150") == Parcel(theirs.key, 1, 150)
    assert orders.order_of_parcel("ups", "1ZA1B2C30300000151") == Parcel(ours.key, 1, 151)


def test_who_comes_second_writes_no_package(orders: OrderStore) -> None:
    head = intended(orders)
    orders.transition(*a_step(head, State.UNKNOWN))
    late, step = shipped(head)
    late = replace(late, token="late")
    with pytest.raises(Conflict):
        orders.transition(late, step, packages=packages(MOST))
    assert orders.packages(head.key, 1) == ()


# --- in the table ----------------------------------------------------------------------------------------------------


class Broken(Exception):
    """The process ends."""


@pytest.mark.parametrize("made", [0, 1, 2])
def test_nothing_is_lost_wherever_the_process_ends(aws: AwsBackend, made: int) -> None:
    """A number may be known before its order is SHIPPED. Head, audit and packages come together, so that what a look-up
    finds is stored as if nothing had been."""
    head, numbers, left = intended(aws.orders()), packages(110), [made]
    after, step = shipped(head)

    def ends(call: Callable[[], Any]) -> Any:
        if not left[0]:
            raise Broken
        left[0] -= 1
        return call()

    ending: Any = Client(aws.connect("dynamodb"), "transact_write_items", ends)
    with pytest.raises(Broken):
        aws.orders(ending).transition(after, step, packages=numbers)
    assert aws.orders().head(head.key) == head
    assert aws.orders().packages(head.key, 1) == ()
    assert len(aws.orders().audit(head.key)) == 2
    left[0] = 3
    aws.orders(ending).transition(after, step, packages=numbers)
    assert left == [0], "two steps for the numbers, and one for all that must come together"
    assert aws.orders().head(head.key) == after
    assert aws.orders().packages(head.key, 1) == tuple(numbers)
    for each in numbers[::10]:
        assert aws.orders().order_of_parcel("ups", each.tracking_number) == Parcel(head.key, 1, each.number)


def test_packages_that_an_earlier_release_kept_one_by_one_are_read_and_changed(aws: AwsBackend) -> None:
    """It could store up to 97 in one step, before numbers led to their orders."""
    head = bought(aws.orders(), 40)
    for each in packages(97)[40:]:
        item = {"pk": f"ORDER#{head.key}", "sk": f"PKG#0001#{each.number:03}", "v": 1}
        aws.put({**item, "tracking_number": each.tracking_number, "label": each.label})
    assert aws.orders().packages(head.key, 1) == tuple(packages(97))
    wanted = packages(97)
    wanted[60] = replace(wanted[60], voided=True)
    after, step = a_step(head, State.HELD, reason="void")
    aws.orders().transition(after, step, packages=[wanted[60]])
    assert aws.orders().packages(head.key, 1) == tuple(wanted)


def test_a_release_that_knows_no_shared_items_leaves_the_order_alone(aws: AwsBackend) -> None:
    """Its numbers would not be all of the shipment's."""
    head = bought(aws.orders(), MOST)
    shared = [item for item in aws.items() if "packages" in item]
    assert {item["v"] for item in shared} == {2}
    assert all(item["sk"].startswith("PKG#0001#") for item in shared)
    aws.put({**shared[0], "v": 3})
    with pytest.raises(NewerFormat, match="has format 3"):
        aws.orders().packages(head.key, 1)
