"""One suite for bills in memory and on DynamoDB."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from shared.domain.billing import Charge, Invoice
from shared.ports import Bills, Kept
from tests.builders import NOW, usd

NUMBER, OTHER = "1ZA1B2C30300000011", "1ZA1B2C30300000099"
INVOICE = Invoice("ups", "0000A1B2C3", "A1B2C3476", date(2026, 11, 21), usd("41.40"), 3, "e1", information=False)


def a_charge(row: int, number: str = NUMBER, net: str = "10.00") -> Charge:
    return Charge(row, number, Decimal(net), "transport", reason="ADC", day=date(2026, 11, 16), entered="10 L")


def test_charges_are_found_at_their_number_and_count_from_the_commit_on(bills: Bills) -> None:
    charges = (a_charge(1), a_charge(2))
    bills.keep(INVOICE, [Kept(NUMBER, charges, ours=True)])
    (kept,) = bills.at("ups", NUMBER)
    assert (kept.account, kept.invoice, kept.edition, kept.charges) == ("0000A1B2C3", "A1B2C3476", "e1", charges)
    assert bills.invoice(*INVOICE.key) is None
    assert list(bills.invoices()) == []
    committed = replace(INVOICE, imported_at=NOW, imported_by="ann")
    bills.commit(committed)
    assert bills.invoice(*INVOICE.key) == committed
    assert list(bills.invoices()) == [committed]
    assert (bills.at("ups", OTHER), list(bills.others(INVOICE))) == ((), [])


def test_charges_that_are_kept_twice_are_there_once(bills: Bills) -> None:
    kept = [Kept(NUMBER, (a_charge(1),), ours=True), Kept("", (a_charge(2, ""),), ours=False)]
    for _ in range(2):
        bills.keep(INVOICE, kept)
        bills.commit(INVOICE)
    assert [each.charges for each in bills.at("ups", NUMBER)] == [(a_charge(1),)]
    assert list(bills.others(INVOICE)) == [kept[1]]
    assert list(bills.invoices()) == [INVOICE]


def test_what_no_order_has_is_listed_with_its_invoice_in_the_order_of_the_file(bills: Bills) -> None:
    kept = [Kept(OTHER, (a_charge(row, OTHER),), ours=False) for row in (12, 2, 100)]
    bills.keep(INVOICE, kept)
    assert [each.charges[0].row for each in bills.others(INVOICE)] == [2, 12, 100]
    assert [each.charges[0].row for each in bills.at("ups", OTHER)] == [2, 12, 100]


def test_another_edition_stands_beside_the_former_one(bills: Bills) -> None:
    bills.keep(INVOICE, [Kept(NUMBER, (a_charge(1),), ours=True), Kept("", (a_charge(2, ""),), ours=False)])
    second = replace(INVOICE, edition="e2")
    bills.keep(second, [Kept(NUMBER, (a_charge(1, net="9.00"),), ours=True)])
    bills.commit(second)
    assert {each.edition for each in bills.at("ups", NUMBER)} == {"e1", "e2"}
    assert list(bills.others(second)) == []
    assert bills.invoice(*INVOICE.key) == second


def test_invoices_are_listed_the_latest_day_first(bills: Bills) -> None:
    older = replace(INVOICE, number="A1B2C3475", day=date(2026, 11, 14))
    for each in (older, INVOICE):
        bills.commit(each)
    assert list(bills.invoices()) == [INVOICE, older]


def test_many_charges_of_one_number_are_all_there(bills: Bills) -> None:
    charges = tuple(a_charge(row) for row in range(1, 351))
    bills.keep(INVOICE, [Kept(NUMBER, charges, ours=True)])
    assert tuple(charge for each in bills.at("ups", NUMBER) for charge in each.charges) == charges


def test_a_parcel_s_bill_is_none_of_its_events_and_the_order_of_it_is_found_as_before(aws: Any) -> None:
    bills, tracking, orders = aws.bills(), aws.tracking(), aws.orders()
    bills.keep(INVOICE, [Kept(NUMBER, (a_charge(1),), ours=True)])
    assert tracking.events("ups", NUMBER, "acme") == ()
    assert tracking.watch("ups", NUMBER) is None
    assert orders.order_of_parcel("ups", NUMBER) is None
    assert aws.pages().parcel("ups", NUMBER, "acme") == (None, ())
