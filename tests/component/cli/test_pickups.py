"""`pickups`: a driver for a location and a day, ordered once. Judged by the sandbox UPS's own book."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sandbox.carriers.ups.pickups import OrderedPickup
from tests.component.cli.office import Office

SUPPLIER = "V100"
ORDER = ("pickups", "order", SUPPLIER, "--ready", "13:00", "--close", "17:00")
BUSY = timedelta(minutes=4)


def an_office(**place: Any) -> Office:
    """One order whose label waits at supplier V100; it is 09:00 there."""
    address = {"lines": ["77 Mill Rd"], "city": "Buffalo", "state": "NY", "postcode": "14201", "country": "US"}
    location = {"name": "Valve Works", "address": address, "phone": "7165550101", "timezone": "America/New_York"}
    office = Office(locations={SUPPLIER: {**location, **place}})
    office.through("4000001")
    return office


@pytest.fixture
def office() -> Office:
    return an_office()


def live(office: Office) -> list[OrderedPickup]:
    return [each for each in office.ups.pickups.book if each.status == "001"]


def creates(office: Office) -> int:
    return office.asked(office.ups, "pickup_create")


def test_a_pickup_is_ordered_after_its_price_was_shown_and_a_person_said_yes(office: Office) -> None:
    assert "1 parcel; price: 14.70 USD" in office.says(*ORDER, given="n\n", ends=1)
    assert office.ups.pickups.book == []
    said = office.says(*ORDER, given="y\n")
    (made,) = live(office)
    assert (made.number in said, "14.70 USD" in said, "made" in said) == (True, True, True)
    assert (str(made.day), made.account) == ("2026-11-02", "A1B2C3")
    assert made.number in office.says("pickups", "list")


def test_a_second_order_for_the_place_and_day_orders_nothing(office: Office) -> None:
    office.says(*ORDER, "--yes")
    assert "there is one already, and nothing was ordered" in office.says(*ORDER, "--yes")
    assert (len(live(office)), creates(office)) == (1, 1)
    office.says(*ORDER, "--yes", "--day", "2026-11-03")
    assert len(live(office)) == 2


@pytest.mark.parametrize("kind", ["reset_after", "error_after"])
def test_after_a_lost_answer_the_pickup_is_found_and_ordered_once(office: Office, kind: Any) -> None:
    office.ups_will(kind, "pickup_create")
    said = office.says(*ORDER, "--yes", ends=1)
    assert "whether the pickup was ordered is not known" in said
    assert "the same command looks what became of it" in said
    assert "right now: try again in" in office.says(*ORDER, "--yes", ends=1)
    office.passes(BUSY)
    said = office.says(*ORDER, "--yes")
    (made,) = live(office)
    assert made.number in said
    assert creates(office) == 1


def test_where_nothing_was_ordered_the_same_order_is_given_again(office: Office) -> None:
    office.ups_will("reset_before", "pickup_create")
    office.says(*ORDER, "--yes", ends=1)
    assert office.ups.pickups.book == []
    office.passes(BUSY)
    office.says(*ORDER, "--yes")
    assert (len(live(office)), creates(office)) == (1, 2)


def test_where_the_carrier_does_not_list_it_yet_it_has_the_same_number_again(office: Office) -> None:
    office.ups_will("reset_after", "pickup_create")
    office.says(*ORDER, "--yes", "--day", "2026-11-09", ends=1)  # beyond what UPS lists: today and tomorrow
    office.passes(BUSY)
    office.says(*ORDER, "--yes", "--day", "2026-11-09")
    assert (len(office.ups.pickups.book), creates(office)) == (1, 2)


def test_no_order_is_repeated_once_the_driver_may_have_come(office: Office) -> None:
    office.ups_will("reset_after", "pickup_create")
    office.says(*ORDER, "--yes", ends=1)
    office.ups.pickups.book[0].status = "003"
    office.passes(timedelta(hours=5))
    said = office.says(*ORDER, "--yes", ends=1)
    assert "is not known, and its time has begun" in said
    assert "look at the carrier's own page, or call it" in said
    assert len(office.ups.pickups.book) == 1


def test_a_worker_that_dies_after_the_call_leaves_an_intent_that_is_settled(office: Office) -> None:
    store = office.ports.pickups

    class Dies:
        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def save(self, pickup: Any) -> bool:
            if pickup.number:
                raise SystemExit(9)
            return store.save(pickup)

    office.with_ports(pickups=Dies())
    assert office.run(*ORDER, "--yes").exit_code != 0
    office.with_ports(pickups=store)
    office.passes(BUSY)
    office.says(*ORDER, "--yes")
    assert (len(live(office)), creates(office)) == (1, 1)


def test_of_two_people_at_once_one_orders(office: Office) -> None:
    store = office.ports.pickups

    class Overtaken:
        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def save(self, pickup: Any) -> bool:
            office.with_ports(pickups=store)
            office.says(*ORDER, "--yes")
            return store.save(pickup)

    office.with_ports(pickups=Overtaken())
    assert "somebody else changed" in office.says(*ORDER, "--yes", ends=1)
    assert (len(live(office)), creates(office)) == (1, 1)


def test_a_refusal_proves_that_nothing_was_ordered_and_the_next_try_is_a_new_one(office: Office) -> None:
    ups = office.ups.pickups
    accounts, ups.accounts = ups.accounts, frozenset()
    assert "9560131" in office.says(*ORDER, "--yes", ends=1)
    ups.accounts = accounts
    office.says(*ORDER, "--yes")
    assert len(live(office)) == 1


def test_a_pickup_is_cancelled_once_and_may_be_ordered_anew(office: Office) -> None:
    office.says(*ORDER, "--yes")
    assert "cancelled" in office.says("pickups", "cancel", SUPPLIER)
    assert "cancelled" in office.says("pickups", "cancel", SUPPLIER)
    assert (live(office), office.asked(office.ups, "pickup_cancel")) == ([], 1)
    office.says(*ORDER, "--yes")
    assert len(live(office)) == 1
    assert len({each.reference for each in office.ups.pickups.book}) == 2


def test_a_cancel_whose_answer_was_lost_ends_with_the_next_one(office: Office) -> None:
    office.says(*ORDER, "--yes")
    office.ups_will("reset_after", "pickup_cancel")
    office.says("pickups", "cancel", SUPPLIER, ends=1)
    assert "is being cancelled" in office.says(*ORDER, "--yes", ends=1)
    assert "cancelled" in office.says("pickups", "cancel", SUPPLIER)
    assert live(office) == []


@pytest.mark.parametrize("status", ["007", "001"])
def test_a_cancel_of_a_day_that_the_carrier_does_not_list_is_not_taken_for_made(office: Office, status: str) -> None:
    office.says(*ORDER, "--yes", "--day", "2026-11-09")
    office.ups_will("reset_after" if status == "007" else "reset_before", "pickup_cancel")
    office.says("pickups", "cancel", SUPPLIER, "--day", "2026-11-09", ends=1)
    (pickup,) = office.ups.pickups.book
    assert pickup.status == status
    ends = 1 if status == "007" else 0
    office.says("pickups", "cancel", SUPPLIER, "--day", "2026-11-09", ends=ends)
    assert ("cancelling" if ends else "cancelled") in office.says("pickups", "list")


def test_a_pickup_that_the_carrier_does_not_cancel_stands(office: Office) -> None:
    office.says(*ORDER, "--yes")
    office.ups.pickups.book[0].status = "003"
    assert "cannot be cancelled" in office.says("pickups", "cancel", SUPPLIER, ends=1)
    assert "made" in office.says("pickups", "list")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*ORDER, "--day", "2026-11-01"), "day 2026-11-01: a day from 2026-11-02 on"),
        (("pickups", "order", SUPPLIER, "--ready", "17:00", "--close", "13:00"), "close 13:00"),
        (("pickups", "order", "W77", "--ready", "13:00", "--close", "17:00"), "location W77 is not in the file"),
        (("pickups", "cancel", SUPPLIER), "no pickup was made at V100"),
    ],
)
def test_what_cannot_be_ordered_is_said_and_nothing_is_asked(
    office: Office, arguments: tuple[str, ...], said: str
) -> None:
    assert said in office.says(*arguments, ends=1)
    assert creates(office) == 0


def test_nothing_is_ordered_where_no_parcel_waits() -> None:
    office = an_office()
    office.says("orders", "void", "4000001", "--reason", "wrong", given="y\ny\n")
    assert "no parcel waits at V100" in office.says(*ORDER, "--yes", ends=1)


def test_a_name_that_ups_does_not_take_is_named_and_never_cut() -> None:
    office = an_office(name="Valve Works of the Northern Lakes")
    said = office.says(*ORDER, "--yes", ends=1)
    assert "the location's name has 33 characters, UPS takes 27 for a pickup" in said
    assert creates(office) == 0
