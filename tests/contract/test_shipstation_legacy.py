"""The suite of every carrier on the legacy V1 of ShipStation, but for what V1 cannot do: several packages in a label,
its image a second time, and a second label of one order."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from sandbox.carriers.shipstation.face import ShipStationV1
from sandbox.engine import FaultKind
from sandbox.systems import CARRIERS
from shared.carriers.shipstation.build import party
from shared.domain.shipment import CreatedShipment, Label
from shared.errors import Refused, Unknown
from tests.contract import carrier_suite
from tests.contract.bench import BUFFALO, CarrierBench
from tests.contract.carrier_suite import CarrierSuite, a_plan, buy, package


def labels_of(_: CarrierBench, made: CreatedShipment) -> tuple[Label, ...]:
    """The images as the create gave them."""
    return made.labels


@pytest.fixture
def bench() -> Iterator[CarrierBench]:
    with (
        patch.dict(CARRIERS, {"shipstation": ShipStationV1}),
        patch.object(carrier_suite, "later_labels", labels_of),
    ):
        bench = CarrierBench("shipstation")
        told = party(BUFFALO, "ship_from", 100)
        bench.emulated.engine.book.add_warehouse("Valve Works", told)  # type: ignore[attr-defined]
        yield bench


class TestLegacy(CarrierSuite):
    """The whole suite; what stands here again is as V1 has it."""

    def test_a_shipment_has_our_reference_the_erp_s_number_and_a_number_a_package(self, bench: CarrierBench) -> None:
        made = buy(bench)
        (shipment,) = bench.emulated.ledger.live()
        assert shipment.reference == carrier_suite.REFERENCE
        assert made.tracking_numbers == shipment.tracking_numbers
        with pytest.raises(Refused) as refused:
            bench.carrier().check_plan(a_plan(bench, packages=(package("5"), package("7.5"))))
        assert refused.value.field == "packages"

    def test_a_label_has_its_own_number_from_the_create_or_as_soon_as_there_is_one(self, bench: CarrierBench) -> None:
        (label,) = buy(bench).labels
        assert label.tracking_number.encode() in label.image

    def test_labels_are_served_again_for_a_shipment_that_exists(self, bench: CarrierBench) -> None:
        made = buy(bench)
        with pytest.raises(Refused):
            bench.carrier().labels(made.shipment_id, a_plan(bench))

    def test_two_shipments_of_one_reference_are_both_found_or_nothing_is_known_yet(self, bench: CarrierBench) -> None:
        buy(bench)
        with pytest.raises(Unknown):
            buy(bench)
        assert len(bench.live()) == 1

    @pytest.mark.parametrize("method", ["rate", "find", "void"])
    @pytest.mark.parametrize("kind", ["throttled", "error_before", "reset_before", "silent_before"])
    def test_a_call_that_buys_nothing_and_had_no_answer_is_retry(
        self, bench: CarrierBench, method: str, kind: FaultKind
    ) -> None:
        super().test_a_call_that_buys_nothing_and_had_no_answer_is_retry(bench, method, kind)

    @pytest.mark.parametrize("method", ["rate", "create", "find", "void"])
    def test_refused_credentials_are_misconfigured_and_prove_that_nothing_was_made(
        self, bench: CarrierBench, method: str
    ) -> None:
        super().test_refused_credentials_are_misconfigured_and_prove_that_nothing_was_made(bench, method)

    def test_a_second_credential_takes_over_while_both_hold(self, bench: CarrierBench) -> None:
        second = bench.emulated.rotate()
        assert buy(bench)
        bench.emulated.withdraw_first()
        bench.secrets.fields[bench.connection().id, "carrier"] = second
        assert bench.carrier().create(a_plan(bench), carrier_suite.OTHER)
