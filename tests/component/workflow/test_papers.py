"""Across a border: the invoice is made with the label, kept and printed with it, and no label goes out without it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cli.labels.files import sheets
from sandbox.erps.m3.seed import Line, place
from shared.errors import Refused
from shared.workflow.desk.approve import retry
from shared.workflow.desk.print_labels import images_of, note_printed
from shared.workflow.shipping.papers import place_of_papers
from tests.builders import a_connection
from tests.component.workflow.scene import MINUTE, ORDER, SETTLE, Scene, bought_once, key_of

TORONTO = place("Acme Canada", "1 King St", "Toronto", "ON", "M5V 3L9", country="CA", phone="416-555-0100")
ITEM = {"code": "8481.80.30.90", "origin": "US", "description": "brass gate valve"}


def filed(**customs: Any) -> dict[str, Any]:
    """A connection that has papers made, for goods to its site in Toronto."""
    contact = {"attention": "Ed Roy", "phone": "416-555-0100"}
    address = {"lines": ["1 King St"], "city": "Toronto", "state": "ON", "postcode": "M5V 3L9", "country": "CA"}
    holder = {
        **a_connection().model_dump(mode="json")["locations"]["HQ"],
        "attention": "Kim Ross",
        "phone": "404-555-0100",
    }
    return {
        "customs": {"papers": "forms", "terms": "DAP", "items": {"VALVE-1": ITEM}, **customs},
        "locations": {"HQ": holder, "W01": {"name": "Acme Canada", "address": address, **contact}},
        "services": {"UPS": "11"},
        "packing": {"rule": "max_weight", "max_weight": {"value": 50, "unit": "lb"}},
    }


def shipped(scene: Scene, *, pieces: int = 2) -> None:
    scene.through(lines=[Line("VALVE-1", pieces, amount="80")], to=TORONTO)


def asked_for(scene: Scene) -> dict[str, Any]:
    (create,) = [each for each in scene.ups.recorded if each.operation == "ship"]
    body: dict[str, Any] = json.loads(create.request.body)["ShipmentRequest"]["Shipment"]
    return body


def papers_of(scene: Scene) -> str:
    return place_of_papers(scene.head())


def test_the_invoice_is_asked_for_with_the_label_and_kept_beside_it() -> None:
    scene = Scene(**filed())
    shipped(scene)
    assert scene.stands() == "DONE"
    assert bought_once(scene)
    form = asked_for(scene)["ShipmentServiceOptions"]["InternationalForms"]
    assert form["FormType"] == ["01"]
    assert form["Product"][0]["CommodityCode"] == "8481803090"
    assert asked_for(scene)["InvoiceLineTotal"]["MonetaryValue"] == "80.00"
    assert scene.ports.labels.get(papers_of(scene)).startswith(b"%PDF")


def test_it_is_printed_with_the_first_label_in_the_right_number() -> None:
    scene = Scene(**filed(copies=2))
    shipped(scene, pieces=10)
    images = images_of(scene.ports, scene.head(), "ann")
    labels = [each for each in images if not each.papers]
    assert (len(labels) > 1, [each.papers for each in images].count(True)) == (True, 2)
    assert images_of(scene.ports, scene.head(), "ann", 2) == tuple(labels[1:2]), "the second label goes alone"
    assert sheets(images)["pdf"].startswith(b"%PDF")
    after = note_printed(scene.ports, images, "ann")
    assert after.label == "printed"


def test_nothing_is_bought_while_anything_is_missing_for_customs() -> None:
    scene = Scene(**filed(items={}))
    shipped(scene)
    assert scene.stands() == "HELD customs"
    assert scene.creates() == 0
    problem = scene.snapshot().problem
    assert "commodity code of line 1 (VALVE-1)" in problem
    assert "origin of line 1 (VALVE-1)" in problem
    scene.applies(**filed())
    retry(scene.ports, key_of(ORDER), "ann")
    scene.work()
    assert bought_once(scene)


@pytest.mark.parametrize("kind", ["reset_after", "empty"])
def test_an_adopted_shipment_whose_invoice_was_in_the_lost_answer_is_held(kind: Any) -> None:
    scene = Scene(**filed())
    scene.ups_will(kind)
    shipped(scene)
    scene.passes(SETTLE)
    scene.process()
    scene.work()
    assert scene.stands() == "HELD papers"
    assert len(scene.live()) == 1
    assert not any(scene.in_erp().values()), "a label that nobody may use is not told"
    with pytest.raises(Refused, match="its label is not to be used"):
        images_of(scene.ports, scene.head(), "ann")
    retry(scene.ports, key_of(ORDER), "ann")
    scene.work()
    assert scene.stands() == "DONE"
    assert [each.papers for each in images_of(scene.ports, scene.head(), "ann")] == [False], "a person made them"
    assert bought_once(scene)


def dies_at_the_first_image(scene: Scene) -> None:
    images = scene.ports.labels

    class Broken:
        def __getattr__(self, name: str) -> Any:
            return getattr(images, name)

        def put(self, place: str, image: bytes, keep: Any = None) -> None:
            raise ConnectionError(place)

    scene.with_ports(labels=Broken())
    with pytest.raises(ConnectionError):
        shipped(scene)
    scene.with_ports(labels=images)


def test_papers_that_a_worker_could_not_keep_any_more_are_never_taken_for_kept() -> None:
    scene = Scene(**filed())
    dies_at_the_first_image(scene)
    assert scene.head().shipment_id
    scene.lives(120 * MINUTE)
    assert scene.stands() == "HELD papers"


@pytest.mark.parametrize(("asks", "stands"), [(True, "DONE"), (False, "HELD papers")])
def test_a_paperless_account_gives_a_copy_only_where_it_is_asked_for(asks: bool, stands: str) -> None:
    scene = Scene(**filed(paperless=asks))
    scene.ups.paperless = True
    shipped(scene)
    assert scene.stands() == stands


def test_a_pdf_label_that_is_recovered_later_costs_no_papers() -> None:
    scene = Scene(**filed(), label={"to": "warehouse", "format": "PDF"})
    scene.ups.index_lag = 5 * MINUTE
    shipped(scene)
    assert scene.ports.labels.has(papers_of(scene))
    scene.lives(60 * MINUTE)
    assert scene.stands() == "DONE"
