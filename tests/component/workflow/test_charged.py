"""The carrier's charge, compared with the approved price: the parcel goes, and a person is shown it once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.erps.m3.seed import Line
from shared.workflow.desk.approve import retry
from shared.workflow.desk.dismiss import dismiss
from shared.workflow.desk.void import void
from tests.component.workflow.scene import ORDER, Scene, bought_once, key_of

KEY, ANN = key_of(ORDER), "ann"


def charged(factor: str, **connection: Any) -> Scene:
    """An order whose label costs so many times what was quoted, as far as it goes by itself."""
    scene = Scene(**connection)
    scene.ups.charged = Decimal(factor)
    scene.through()
    return scene


@pytest.mark.parametrize("factor", ["1", "0.5", "1.049"])
def test_a_charge_of_up_to_five_percent_more_is_what_was_approved(factor: str) -> None:
    assert charged(factor).stands() == "DONE"


def test_a_charge_above_what_was_approved_is_written_and_told_and_stops_no_parcel() -> None:
    scene = charged("60")
    head = scene.head()
    assert scene.stands() == "HELD price_rise"
    assert (len(scene.live()), scene.creates()) == (1, 1)
    assert (head.written_back, head.tracking_number) == (True, scene.in_erp()["A121"])
    assert all(scene.ports.labels.has(each.label) for each in scene.ports.orders.packages(KEY, 1))
    assert head.cost is not None
    assert head.quote is not None
    assert Decimal(scene.in_erp()["N096"]) == head.cost.amount > head.quote.amount * 50
    said = f"the carrier charged {head.cost}, and {head.quote} was approved: approve.price_rise lets 5 % pass"
    assert scene.snapshot().problem == said


def test_the_percentage_is_the_connection_s() -> None:
    assert charged("1.2", approve={"mode": "automatic", "price_rise": 25}).stands() == "DONE"
    assert charged("1.02", approve={"mode": "automatic", "price_rise": 0}).stands() == "HELD price_rise"


@pytest.mark.parametrize("lets_pass", ["dismiss", "retry"])
def test_what_a_person_has_seen_is_not_shown_again(lets_pass: str) -> None:
    scene = charged("2")
    dismiss(scene.ports, KEY, "as invoiced", ANN) if lets_pass == "dismiss" else retry(scene.ports, KEY, ANN)
    assert scene.stands() == "DONE"
    scene.lives(timedelta(hours=26))
    assert scene.stands() == "DONE"
    assert bought_once(scene)


def test_a_dear_label_may_be_voided() -> None:
    scene = charged("2")
    void(scene.ports, KEY, ANN)
    scene.lives(timedelta(minutes=30))
    assert scene.stands() == "CANCELLED voided"


def test_a_change_of_the_erp_meanwhile_is_told_after_it() -> None:
    scene = charged("2", select={"status": {"from": "20", "to": "99"}})
    scene.passes(timedelta(hours=1))
    scene.tenant.cancel(ORDER)
    scene.lives(timedelta(minutes=30))
    assert scene.stands() == "HELD price_rise"
    dismiss(scene.ports, KEY, "as invoiced", ANN)
    scene.lives(timedelta(minutes=30))
    assert scene.stands() == "HELD cancelled"


def test_the_day_s_amount_counts_what_was_charged() -> None:
    """Two labels fit by their quotes, where the first one cost as much as it was quoted."""
    scene = Scene()
    scene.through(lines=[Line("VALVE-1", 2)])
    price = scene.head().quote
    assert price is not None
    for factor, room, stands in (("1", "2.5", "DONE"), ("2", "2.5", "READY limit"), ("0.5", "1.6", "DONE")):
        limit = {"amount": str(round(price.amount * Decimal(room), 2)), "currency": "USD"}
        dear = Scene(limits={"amount_per_day": limit})
        dear.ups.charged = Decimal(factor)
        dear.through("4000002", lines=[Line("VALVE-1", 2)])
        dear.through(lines=[Line("VALVE-1", 2)])
        assert dear.stands() == stands, factor


@pytest.mark.parametrize("factor", ["0", "-1"])
def test_a_charge_that_cannot_be_true_counts_as_the_quote_and_says_so(factor: str) -> None:
    scene = charged(factor)
    head = scene.head()
    assert (head.cost, head.cost_estimated) == (head.quote, True)
    assert scene.stands() == "DONE"
    if factor == "0":
        (made,) = [entry for entry in scene.audit() if entry.what == "created"]
        assert "the charge 0.00 USD is nothing, and our own account pays" in made.why
