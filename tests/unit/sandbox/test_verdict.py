"""The demo's last line: each thing that can go wrong is seen in the ledgers, whatever our own store says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from sandbox.seed import declared, expectations, unwanted
from sandbox.verdict import Ledgers, Verdict, judge
from shared.domain.record import Head
from shared.domain.state import State
from tests.builders import a_head, an_order

ORDERS = 10
DONE, HELD, BESIDE = "4000001", "4000003", "4000010"


def shipment(document: str, **changes: Any) -> dict[str, Any]:
    number = f"1Z{document}"
    base = {"order": document, "shipment_id": number, "tracking_numbers": [number], "billed": "12.30", "live": True}
    base["delivered"] = False
    return {**base, **changes}


class Scene:
    """A demo that went well, in books and heads, to be spoilt."""

    def __init__(self) -> None:
        ends = expectations(ORDERS)
        self.shipments: dict[str, list[dict[str, Any]]] = {}
        self.fields: dict[str, dict[str, str]] = {name: {} for name in [*ends, *unwanted(ORDERS)]}
        self.heads: dict[str, Head] = {}
        self.written: set[str] = set()
        self.lost = 1
        self.spoilt: dict[str, dict[str, str]] = {}
        self.overlooked: list[str] = []
        for end in ends.values():
            facts: dict[str, Any] = {"state": end.state, "reason": end.reason}
            if end.shipments:
                self.shipments[end.document] = [shipment(end.document)]
                self.fields[end.document] = {
                    **dict(end.fields),
                    "tracking_numbers": f"1Z{end.document}",
                    "cost": "12.3",
                }
                self.written.add(end.document)
                facts["shipment_id"] = f"1Z{end.document}"
            self.heads[end.document] = a_head(an_order(end.document), **facts)

    def judged(self, travelled: Sequence[str] = ()) -> Verdict:
        return judge(
            declared(ORDERS),
            list(self.heads.values()),
            Ledgers(self.shipments, self.fields, frozenset(self.written), self.lost, self.spoilt, self.overlooked),
            travelled,
        )

    def becomes(self, document: str, **facts: Any) -> None:
        self.heads[document] = replace(self.heads[document], **facts)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def counts(verdict: Verdict) -> tuple[int, int, int]:
    return verdict.unexpected, verdict.lost, verdict.duplicated


def test_a_demo_that_went_well_is_good_and_says_so_in_one_line(scene: Scene) -> None:
    verdict = scene.judged()
    assert verdict.good
    assert verdict.complaints == ()
    assert str(verdict) == "demo: orders=10 done=8 delivered=0 held=2 unexpected=0 lost=0 duplicated=0"


def delivered(scene: Scene) -> list[str]:
    """Every parcel has arrived, and the ERP was told so."""
    for document, shipments in scene.shipments.items():
        shipments[:] = [{**each, "delivered": True} for each in shipments]
        scene.fields[document]["milestone"] = "delivered"
    return list(scene.shipments)


def test_each_order_that_travelled_is_delivered_by_the_books_of_both(scene: Scene) -> None:
    travelled = delivered(scene)
    verdict = scene.judged(travelled)
    assert verdict.good
    assert str(verdict) == "demo: orders=10 done=8 delivered=8 held=2 unexpected=0 lost=0 duplicated=0"


def test_a_delivery_that_the_erp_was_not_told_of_is_unexpected(scene: Scene) -> None:
    travelled = delivered(scene)
    scene.fields[DONE]["milestone"] = "in_transit"
    verdict = scene.judged(travelled)
    assert (verdict.delivered, verdict.unexpected) == (7, 1)
    assert f"{DONE}: in the ERP milestone='in_transit', delivered" in verdict.complaints


def test_a_parcel_that_has_not_arrived_is_unexpected_whatever_the_erp_was_told(scene: Scene) -> None:
    travelled = delivered(scene)
    scene.shipments[DONE][0]["delivered"] = False
    verdict = scene.judged(travelled)
    assert (verdict.delivered, verdict.unexpected) == (7, 1)
    assert f"{DONE}: in the ERP milestone='delivered', on its way" in verdict.complaints


def test_two_live_shipments_of_one_order_are_a_duplicate_whatever_their_references(scene: Scene) -> None:
    scene.shipments[DONE].append(shipment(DONE, shipment_id="1ZOTHER", tracking_numbers=["1ZOTHER"]))
    verdict = scene.judged()
    assert not verdict.good
    assert verdict.duplicated == 1
    assert f"{DONE}: 2 live shipments" in verdict.complaints


def test_a_voided_shipment_beside_the_live_one_is_no_duplicate(scene: Scene) -> None:
    scene.shipments[DONE].insert(0, shipment(DONE, shipment_id="1ZVOID", live=False))
    assert scene.judged().good


def test_a_duplicate_of_an_order_that_nobody_should_ship_counts_too(scene: Scene) -> None:
    stranger = unwanted(ORDERS)[0]
    scene.shipments[stranger] = [shipment(stranger), shipment(stranger)]
    verdict = scene.judged()
    assert verdict.duplicated == 1
    assert f"{stranger}: shipped or written to, though the selection does not want it" in verdict.complaints


def test_an_order_that_was_never_taken_in_is_lost(scene: Scene) -> None:
    del scene.heads[DONE]
    scene.shipments.pop(DONE)
    verdict = scene.judged()
    assert (verdict.lost, verdict.done) == (1, 7)
    assert f"{DONE}: not taken in" in verdict.complaints
    assert not verdict.good


@pytest.mark.parametrize("numbers", ["", "1ZANOTHER", f"1Z{DONE} 1ZMORE"])
def test_an_order_that_is_done_without_the_carrier_s_numbers_in_the_erp_is_lost(scene: Scene, numbers: str) -> None:
    scene.fields[DONE]["tracking_numbers"] = numbers
    assert scene.judged().lost == 1


def test_an_order_that_is_done_without_a_shipment_is_lost(scene: Scene) -> None:
    scene.shipments.pop(DONE)
    assert counts(scene.judged()) == (1, 1, 0)


def test_a_label_that_was_bought_and_that_the_store_knows_nothing_of_is_lost(scene: Scene) -> None:
    scene.shipments[HELD] = [shipment(HELD)]
    assert counts(scene.judged()) == (1, 1, 0)


def test_an_order_that_does_not_end_as_declared_is_unexpected(scene: Scene) -> None:
    scene.becomes(HELD, reason="address")
    verdict = scene.judged()
    assert counts(verdict) == (1, 0, 0)
    assert verdict.complaints == (f"{HELD}: HELD address, declared HELD weight",)


def test_an_order_that_still_moves_is_neither_done_nor_held(scene: Scene) -> None:
    scene.becomes(DONE, state=State.SHIPPED)
    verdict = scene.judged()
    assert (verdict.done, verdict.held, verdict.unexpected) == (7, 2, 1)
    assert not verdict.good


def test_a_cost_that_the_carrier_does_not_bill_is_unexpected(scene: Scene) -> None:
    scene.fields[DONE]["cost"] = "12.31"
    assert scene.judged().complaints == (f"{DONE}: in the ERP cost='12.31', the carrier bills 12.30",)


def test_a_missing_service_or_currency_is_unexpected(scene: Scene) -> None:
    scene.fields[DONE]["currency"] = ""
    assert scene.judged().complaints == (f"{DONE}: in the ERP currency=''",)


def test_g4_a_field_of_another_system_that_was_changed_is_unexpected(scene: Scene) -> None:
    scene.spoilt[BESIDE] = {"A030": "ours now"}
    assert counts(scene.judged()) == (1, 0, 0)


@pytest.mark.parametrize("name", ["tracking_numbers", "service", "cost"])
def test_a_held_order_with_anything_in_our_fields_is_unexpected(scene: Scene, name: str) -> None:
    scene.fields[HELD][name] = "1"
    assert scene.judged().unexpected == 1


def test_an_order_that_the_selection_does_not_want_and_that_was_taken_in_is_unexpected(scene: Scene) -> None:
    stranger = unwanted(ORDERS)[1]
    scene.heads[stranger] = a_head(an_order(stranger), state=State.HELD)
    verdict = scene.judged()
    assert not verdict.good
    assert verdict.complaints == (f"{stranger}: taken in, though the selection does not want it",)


def test_writing_to_an_order_that_the_selection_does_not_want_is_unexpected(scene: Scene) -> None:
    scene.written.add(unwanted(ORDERS)[2])
    assert scene.judged().unexpected == 1


def test_a_demo_in_which_no_answer_was_lost_has_not_shown_recovery(scene: Scene) -> None:
    scene.lost = 0
    verdict = scene.judged()
    assert verdict.unexpected == 1
    assert not verdict.good


def test_a_name_that_the_erp_was_sent_and_does_not_know_is_unexpected() -> None:
    scene = Scene()
    scene.overlooked.append("COMSFM: Item/Telephone")
    verdict = scene.judged()
    assert verdict.unexpected == 1
    assert "COMSFM: Item/Telephone" in verdict.complaints[0]
