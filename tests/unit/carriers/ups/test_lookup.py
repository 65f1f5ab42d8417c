"""Finding a shipment again: two sources, exact matches, and no answer is never "not found"."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sandbox.memory import ManualClock
from shared.domain.shipment import Billing, LabelSpec, Package
from shared.errors import Misconfigured, Refused, Retry
from shared.http import Lost, Response
from tests.samples.ups import answers
from tests.samples.ups.answers import SECOND, SHIPMENT
from tests.samples.ups.plans import REFERENCE, a_plan, lb
from tests.samples.ups.wire import Script, lines, refused, said, scripted
from tests.unit.carriers.ups.quirks import keeps

SINCE = ManualClock().now() - timedelta(minutes=20)
NOTHING = (refused("300007"), said(answers.tracked()))
ONE = answers.tracked((SHIPMENT, (REFERENCE, "1000001"), "003"))
TWO_PIECES = a_plan(packages=(Package(lb("1")), Package(lb("2"))))


def find(*steps: Response | Exception, plan: object = None) -> tuple[object, Script]:
    carrier, script = scripted(*steps)
    return carrier.find(REFERENCE, plan or a_plan(), SINCE), script  # type: ignore[arg-type]


def shipments(found: object) -> list[str]:
    return [each.shipment_id for each in found.shipments]  # type: ignore[attr-defined]


@keeps(85)
def test_both_sources_are_asked_every_time() -> None:
    found, script = find(said(answers.recovered(SHIPMENT)), said(ONE))
    assert lines(script.sent) == [
        "POST https://wwwcie.ups.com/api/labels/v1/recovery",
        (
            f"GET https://wwwcie.ups.com/api/track/v1/reference/details/{REFERENCE}?locale=en_US"
            "&fromPickUpDate=20261101&toPickUpDate=20261103&shipperNum=A1B2C3&refNumType=SmallPackage"
        ),
    ]
    assert found.asked == ("label_recovery", "track_by_reference")  # type: ignore[attr-defined]


@keeps(80)
def test_what_recovery_finds_has_its_numbers_and_labels_and_no_cost() -> None:
    found, _ = find(said(answers.recovered(SHIPMENT, SECOND)), said(answers.tracked()))
    (shipment,) = found.shipments  # type: ignore[attr-defined]
    assert (shipment.shipment_id, shipment.tracking_numbers) == (SHIPMENT, (SHIPMENT, SECOND))
    assert (shipment.cost, len(shipment.labels), shipment.source) == (None, 2, "label_recovery")


@keeps(89)
def test_nothing_at_both_sources_is_not_found() -> None:
    found, _ = find(*NOTHING)
    assert shipments(found) == []


def test_the_documents_own_404_is_not_found_too() -> None:
    found, _ = find(refused("300007"), refused("TW0001", status=404))
    assert shipments(found) == []


def test_what_tracking_alone_knows_is_completed_by_recovery_of_its_number() -> None:
    found, script = find(refused("300007"), said(ONE), said(answers.recovered(SHIPMENT)))
    assert shipments(found) == [SHIPMENT]
    assert script.sent[2].json["LabelRecoveryRequest"]["TrackingNumber"] == SHIPMENT


@keeps(43, 88)
def test_a_single_parcels_number_is_the_shipments_even_before_recovery_knows_it() -> None:
    found, _ = find(refused("300007"), said(ONE), refused("300007"))
    (shipment,) = found.shipments  # type: ignore[attr-defined]
    assert (shipment.shipment_id, shipment.tracking_numbers) == (SHIPMENT, (SHIPMENT,))
    assert (shipment.source, shipment.labels) == ("track_by_reference", ())


def test_of_several_parcels_the_shipment_is_not_guessed() -> None:
    with pytest.raises(Retry, match="does not say yet"):
        find(refused("300007"), said(ONE), refused("300007"), plan=TWO_PIECES)


@pytest.mark.parametrize("theirs", ["PB1-7K3MZQ2A4XYW-10", "pb1-7k3mzq2a4xyw-1", "PB1-7K3MZQ2A4XYW"])
def test_only_exactly_our_reference_counts(theirs: str) -> None:
    found, _ = find(refused("300007"), said(answers.tracked((SHIPMENT, (theirs,), "003"))))
    assert shipments(found) == []
    found, _ = find(said(answers.recovered(SHIPMENT)), said(answers.tracked((SHIPMENT, (theirs,), "003"))))
    assert shipments(found) == []


def test_a_parcel_without_references_is_not_taken_for_anothers_and_not_for_ours_until_recovery_names_it() -> None:
    bare = said(answers.tracked((SHIPMENT, (), "003")))
    with pytest.raises(Retry, match="without its references"):
        find(refused("300007"), bare)
    found, _ = find(said(answers.recovered(SHIPMENT)), bare)
    assert shipments(found) == [SHIPMENT]


@keeps(83)
def test_a_voided_shipment_is_not_found() -> None:
    voided = answers.tracked((SHIPMENT, (REFERENCE,), "007"))
    found, _ = find(said(answers.recovered(SHIPMENT)), said(voided))
    assert shipments(found) == []
    found, _ = find(refused("300033"), said(voided))
    assert shipments(found) == []
    found, _ = find(refused("300007"), said(ONE), refused("300033"))
    assert shipments(found) == []


@keeps(78)
def test_several_shipments_are_all_returned() -> None:
    first, second = said(answers.recovered(SHIPMENT)), said(answers.recovered(SECOND, shipment=SECOND))
    found, _ = find(said(answers.candidates(SHIPMENT, SECOND)), said(answers.tracked()), first, second)
    assert shipments(found) == [SHIPMENT, SECOND]


def test_candidates_of_one_shipment_are_one_shipment() -> None:
    whole = said(answers.recovered(SHIPMENT, SECOND))
    found, script = find(said(answers.candidates(SHIPMENT, SECOND)), said(answers.tracked()), whole)
    assert shipments(found) == [SHIPMENT]
    assert len(script.sent) == 3


def test_a_second_shipment_that_only_tracking_knows_is_returned_beside_the_first() -> None:
    both = answers.tracked((SHIPMENT, (REFERENCE,), "003"), (SECOND, (REFERENCE,), "003"))
    found, _ = find(said(answers.recovered(SHIPMENT)), said(both), said(answers.recovered(SECOND, shipment=SECOND)))
    assert shipments(found) == [SHIPMENT, SECOND]


@pytest.mark.parametrize("code", ["300001", "300003", "300006", "300034", "300035", "9801031"])
@keeps(82)
def test_what_recovery_knows_and_does_not_name_is_no_not_found(code: str) -> None:
    with pytest.raises(Retry):
        find(refused(code), said(answers.tracked()))


def test_several_shipments_of_which_one_is_named_are_not_taken_for_one() -> None:
    with pytest.raises(Retry):
        find(refused("300001"), said(ONE), said(answers.recovered(SHIPMENT)))


NO_ANSWERS = [
    Lost("x"),
    said(None),
    said(None, 429),
    refused("10004", status=503),
    said(None, 404),
    refused("10404", status=404),
]


@pytest.mark.parametrize("step", NO_ANSWERS)
def test_a_source_that_does_not_answer_leaves_it_open(step: Response | Exception) -> None:
    with pytest.raises(Retry):
        find(step)
    with pytest.raises(Retry):
        find(refused("300007"), step)
    with pytest.raises(Retry):
        find(refused("300007"), said(ONE), step)


@keeps(103)
def test_a_source_that_refuses_the_question_leaves_it_open_too() -> None:
    with pytest.raises(Retry):
        find(refused("300005"))
    with pytest.raises(Retry):
        find(refused("300007"), refused("TV1002"))
    with pytest.raises(Retry):
        find(refused("300000"))


def test_a_refused_credential_closes_the_connection_while_looking_too() -> None:
    with pytest.raises(Misconfigured):
        find(refused("250002", status=401))


def test_a_later_ship_date_widens_the_window() -> None:
    _, script = find(*NOTHING, plan=a_plan(ship_date=date(2026, 11, 6)))
    assert "fromPickUpDate=20261101&toPickUpDate=20261107" in script.sent[1].line


def test_a_shipment_bought_on_another_account_is_looked_for_there() -> None:
    _, script = find(*NOTHING, plan=a_plan(billing=Billing("shipper", "D4E5F6")))
    assert script.sent[0].json["LabelRecoveryRequest"]["ReferenceValues"]["ShipperNumber"] == "D4E5F6"
    assert "shipperNum=D4E5F6" in script.sent[1].line


def test_labels_come_in_the_plans_format() -> None:
    carrier, script = scripted(said(answers.recovered(SHIPMENT, SECOND)))
    plan = replace(TWO_PIECES, label=LabelSpec("ZPL", "4x6"))
    labels = carrier.labels(SHIPMENT, plan)
    assert [(label.tracking_number, label.format) for label in labels] == [(SHIPMENT, "ZPL"), (SECOND, "ZPL")]
    asked = script.sent[0].json["LabelRecoveryRequest"]
    assert (asked["TrackingNumber"], asked["LabelSpecification"]["LabelImageFormat"]) == (SHIPMENT, {"Code": "ZPL"})


@pytest.mark.parametrize(
    "step", [*map(refused, ("300007", "300034", "9801031")), said(answers.recovered(SHIPMENT, image=""))]
)
@keeps(81, 119)
def test_labels_that_are_not_there_yet_are_a_retry(step: Response) -> None:
    carrier, _ = scripted(step)
    with pytest.raises(Retry):
        carrier.labels(SHIPMENT, a_plan())


@pytest.mark.parametrize("code", ["300033", "300006"])
@keeps(79)
def test_labels_that_never_come_are_refused(code: str) -> None:
    carrier, _ = scripted(refused(code))
    with pytest.raises(Refused, match=code):
        carrier.labels(SHIPMENT, a_plan())
