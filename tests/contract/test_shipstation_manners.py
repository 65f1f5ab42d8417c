"""Ways of a ShipStation account that no document settles: the adapter does its work under each of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.errors import Refused, Retry, Unknown
from tests.contract.bench import CarrierBench
from tests.contract.carrier_suite import OTHER, REFERENCE, a_plan, buy, find, later_labels

WAYS: list[dict[str, Any]] = [
    {"duplicate": "refused"},
    {"inline_external": "reused"},
    {"inline_external": "refused"},
    {"rates_leave": False},
    {"errors": "page"},
    {"headers": True},
    {"shipped_date": True},
    {"processing_tells_cost": True},
    {"unknown_query": "ignored"},
    {"carrier_needed": False, "phone_needed": False},
]


def a_bench(**ways: Any) -> CarrierBench:
    bench = CarrierBench("shipstation")
    book: Any = bench.emulated.engine.book  # type: ignore[attr-defined]
    for name, value in ways.items():
        setattr(book.manners, name, value)
    return bench


@pytest.mark.parametrize("ways", WAYS, ids=str)
def test_a_label_is_priced_bought_found_drawn_and_voided_whatever_the_account_s_ways(ways: dict[str, Any]) -> None:
    bench = a_bench(**ways)
    service = bench.emulated.service
    (quote,) = bench.carrier().rate(a_plan(bench), [service])
    made = buy(bench)
    assert made.cost == quote.price
    bench.clock.advance(timedelta(minutes=1))
    assert [each.shipment_id for each in find(bench, REFERENCE)] == [made.shipment_id]
    assert later_labels(bench, made)[0].tracking_number == made.tracking_numbers[0]
    assert [each for each in bench.carrier().ping() if not each.ok] == []
    assert bench.carrier().void(made.shipment_id)
    assert bench.live() == []


def test_a_label_that_is_processed_for_minutes_is_found_once_it_has_its_number() -> None:
    bench = a_bench(processing=timedelta(minutes=3))
    with pytest.raises(Unknown):
        buy(bench)
    bench.clock.advance(timedelta(minutes=1))
    with pytest.raises(Retry):
        find(bench, REFERENCE)
    bench.clock.advance(timedelta(minutes=3))
    (found,) = find(bench, REFERENCE)
    assert [found.shipment_id] == bench.live()
    assert found.tracking_numbers


def test_a_second_create_under_one_reference_is_unknown_where_the_account_refuses_it() -> None:
    bench = a_bench(inline_external="refused")
    buy(bench)
    with pytest.raises(Unknown):
        buy(bench)
    assert len(bench.live()) == 1


def test_an_account_that_takes_a_number_once_says_which_key_to_set_and_then_serves() -> None:
    bench = a_bench(unique_numbers=True)
    buy(bench)
    with pytest.raises(Refused) as refused:
        bench.carrier().create(a_plan(bench), OTHER)
    assert refused.value.field == "carrier.order_number"
    file: Any = bench.emulated.file()["carrier"]
    carrier = bench.carrier(carrier={**file, "order_number": "reference"})
    assert carrier.create(a_plan(bench), OTHER)


def test_a_burst_meets_the_limit_of_the_key_seldom_and_loses_nothing() -> None:
    bench = a_bench()
    carrier, made, tries = bench.carrier(), 0, 0
    waiting = [f"{REFERENCE}-{number}" for number in range(400)]
    while waiting:
        tries += 1
        try:
            carrier.create(a_plan(bench), waiting[0])
        except Retry as error:
            bench.clock.advance(timedelta(seconds=error.after or 1))
        else:
            made += 1
            waiting.pop(0)
    answers = [each.status for each in bench.emulated.engine.recorded]  # type: ignore[attr-defined]
    assert made == len(bench.live()) == 400
    assert answers.count(429) <= len(answers) / 100
    assert tries < 1200
