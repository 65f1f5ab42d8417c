"""The duties of every carrier's adapter, whatever the carrier: asked of the emulated one, and judged by its own
book."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from sandbox.engine import FaultKind
from shared.domain.address import Party
from shared.domain.measures import Weight
from shared.domain.shipment import Billing, CreatedShipment, Label, LabelSpec, Package, ShipmentPlan
from shared.errors import Misconfigured, Refused, Retry, Unknown
from tests.contract.bench import ALBANY, BUFFALO, DOCUMENT, NEW_YORK, CarrierBench

REFERENCE, OTHER = "PB1-7K3MZQ2A4XYW-1", "PB1-7K3MZQ2A4XYW-10"
OUTCOMES: dict[FaultKind, tuple[type[Exception] | None, int]] = {
    "reset_before": (Unknown, 0),
    "reset_after": (Unknown, 1),
    "silent_before": (Unknown, 0),
    "silent_after": (Unknown, 1),
    "error_before": (Unknown, 0),
    "error_after": (Unknown, 1),
    "empty": (Unknown, 1),
    "throttled": (Retry, 0),
    "slow_after": (None, 1),
}
"""The error of a create that meets a fault, and how many shipments there are: only a proof is no Unknown."""


class CarrierSuite:
    """`bench` is the fixture of the module that collects it: a CarrierBench of each kind."""

    # --- check_plan and check_address ----------------------------------------------------------------------------

    def test_a_plan_that_is_well_passes_and_nobody_is_asked(self, bench: CarrierBench) -> None:
        bench.carrier().check_plan(a_plan(bench))
        assert bench.asked() == []

    def test_what_the_carrier_does_not_take_is_refused_by_its_field_and_nobody_is_asked(
        self, bench: CarrierBench
    ) -> None:
        for wrong in (
            a_plan(bench, ship_to=replace(ALBANY, name="A" * 200)),
            a_plan(bench, packages=(Package(Weight(Decimal(0), "lb")),)),
            a_plan(bench, packages=()),
        ):
            with pytest.raises(Refused) as refused:
                bench.carrier().check_plan(wrong)
            assert refused.value.field
            assert refused.value.reason
        assert bench.asked() == []

    def test_an_address_is_judged_or_said_to_be_not_covered(self, bench: CarrierBench) -> None:
        nowhere = replace(ALBANY, address=replace(ALBANY.address, lines=("1 Nowhere Ln",)))
        good, bad = (bench.carrier().check_address(each).outcome for each in (ALBANY, nowhere))
        assert (good, bad) == (("valid", "none") if bench.emulated.validates else ("not_covered", "not_covered"))

    # --- rate ----------------------------------------------------------------------------------------------------

    def test_a_service_that_was_asked_for_is_priced_and_no_other(self, bench: CarrierBench) -> None:
        service = bench.emulated.service
        (quote,) = bench.carrier().rate(a_plan(bench), [service])
        assert quote.service == service
        assert quote.price.amount > 0
        assert quote.price.currency == "USD"
        assert bench.live() == []

    def test_what_was_quoted_is_what_is_billed(self, bench: CarrierBench) -> None:
        (quote,) = bench.carrier().rate(a_plan(bench), [bench.emulated.service])
        made = buy(bench)
        assert made.cost == quote.price
        (shipment,) = bench.emulated.ledger.live_of_order(DOCUMENT)
        assert bench.emulated.billed(shipment) == quote.price.amount

    # --- create --------------------------------------------------------------------------------------------------

    def test_a_shipment_has_our_reference_the_erp_s_number_and_a_number_a_package(self, bench: CarrierBench) -> None:
        made = buy(bench, packages=(package("5"), package("7.5")))
        (shipment,) = bench.emulated.ledger.live_of_order(DOCUMENT)
        assert (shipment.reference, shipment.erp_reference) == (REFERENCE, DOCUMENT)
        assert made.shipment_id == shipment.shipment_id
        assert len(set(made.tracking_numbers)) == 2
        assert made.tracking_numbers == shipment.tracking_numbers
        assert shipment.destination == ("12207", "US")
        assert made.service == shipment.service == bench.emulated.service

    def test_a_label_has_its_own_number_from_the_create_or_as_soon_as_there_is_one(self, bench: CarrierBench) -> None:
        made = buy(bench, packages=(package("5"), package("7.5")))
        labels = made.labels or later_labels(bench, made)
        assert [each.package for each in labels] == [1, 2]
        assert [each.tracking_number for each in labels] == list(made.tracking_numbers)
        assert all(each.tracking_number.encode() in each.image for each in labels)
        assert {each.format for each in labels} == {bench.emulated.file()["label"]["format"]}

    def test_labels_are_served_again_for_a_shipment_that_exists(self, bench: CarrierBench) -> None:
        made = buy(bench)
        once, again = later_labels(bench, made), later_labels(bench, made)
        assert once == again
        assert once[0].tracking_number == made.tracking_numbers[0]

    def test_a_create_is_never_repeated_by_the_adapter(self, bench: CarrierBench) -> None:
        bench.will("error_before", "create")
        with pytest.raises(Unknown):
            buy(bench)
        assert bench.asked().count(bench.system.operations["create"]) == 1

    @pytest.mark.parametrize("kind", OUTCOMES)
    def test_each_fault_of_a_create_has_its_one_outcome(self, bench: CarrierBench, kind: FaultKind) -> None:
        raised, made = OUTCOMES[kind]
        bench.will(kind, "create", seconds=37 if kind == "throttled" else 0)
        if raised:
            with pytest.raises(raised) as error:
                buy(bench)
            assert getattr(error.value, "after", 37) == 37
        else:
            buy(bench)
        assert len(bench.live()) == made

    def test_what_the_carrier_refuses_is_refused_and_nothing_is_made(self, bench: CarrierBench) -> None:
        with pytest.raises(Refused) as refused:
            buy(bench, service=bench.emulated.service[:-1] + "9")
        assert refused.value.reason
        assert bench.live() == []

    # --- find ----------------------------------------------------------------------------------------------------

    def test_a_shipment_is_found_by_exactly_our_reference(self, bench: CarrierBench) -> None:
        made = buy(bench)
        bench.clock.advance(timedelta(minutes=1))
        (found,) = find(bench, REFERENCE)
        assert (found.shipment_id, found.tracking_numbers) == (made.shipment_id, made.tracking_numbers)
        for other in (OTHER, REFERENCE[:-1], REFERENCE.lower(), DOCUMENT[:-1]):
            assert find(bench, other) == ()

    def test_of_two_references_of_which_one_begins_with_the_other_each_finds_its_own(self, bench: CarrierBench) -> None:
        first = buy(bench)
        second = bench.carrier().create(a_plan(bench), OTHER)
        bench.clock.advance(timedelta(minutes=1))
        assert [each.shipment_id for each in find(bench, REFERENCE)] == [first.shipment_id]
        assert [each.shipment_id for each in find(bench, OTHER)] == [second.shipment_id]

    def test_two_shipments_of_one_reference_are_both_found_or_nothing_is_known_yet(self, bench: CarrierBench) -> None:
        ids = {buy(bench).shipment_id, buy(bench).shipment_id}
        bench.clock.advance(timedelta(minutes=1))
        assert {each.shipment_id for each in find(bench, REFERENCE)} == ids

    def test_what_is_voided_is_not_found(self, bench: CarrierBench) -> None:
        made = buy(bench)
        bench.carrier().void(made.shipment_id)
        bench.clock.advance(timedelta(minutes=1))
        assert find(bench, REFERENCE) == ()

    def test_what_the_index_does_not_see_yet_is_found_later(self, bench: CarrierBench) -> None:
        bench.emulated.lag_by(timedelta(minutes=5))
        buy(bench)
        assert find(bench, REFERENCE) == ()
        bench.clock.advance(timedelta(minutes=6))
        assert len(find(bench, REFERENCE)) == 1

    def test_a_look_up_finds_what_a_lost_answer_had_made(self, bench: CarrierBench) -> None:
        bench.will("reset_after", "create")
        with pytest.raises(Unknown):
            buy(bench)
        bench.clock.advance(timedelta(minutes=1))
        assert [each.shipment_id for each in find(bench, REFERENCE)] == bench.live()

    def test_a_look_up_changes_nothing(self, bench: CarrierBench) -> None:
        buy(bench)
        before = [replace(each) for each in bench.emulated.ledger.shipments]
        find(bench, REFERENCE)
        assert bench.emulated.ledger.shipments == before

    # --- void ----------------------------------------------------------------------------------------------------

    def test_a_void_ends_the_shipment_and_says_so_in_words(self, bench: CarrierBench) -> None:
        made = buy(bench)
        assert bench.carrier().void(made.shipment_id)
        assert bench.live() == []

    def test_a_second_void_counts_as_voided(self, bench: CarrierBench) -> None:
        made = buy(bench)
        bench.carrier().void(made.shipment_id)
        assert bench.carrier().void(made.shipment_id)

    def test_a_void_whose_answer_was_lost_is_retry_and_the_repetition_counts_as_voided(
        self, bench: CarrierBench
    ) -> None:
        made = buy(bench)
        bench.will("reset_after", "void")
        with pytest.raises(Retry):
            bench.carrier().void(made.shipment_id)
        assert bench.carrier().void(made.shipment_id)
        assert bench.live() == []

    def test_what_is_not_known_or_picked_up_is_not_voided(self, bench: CarrierBench) -> None:
        made = buy(bench)
        with pytest.raises(Refused):
            bench.carrier().void(made.shipment_id[:-1] + ("0" if made.shipment_id[-1] != "0" else "1"))
        bench.emulated.pick_up(bench.emulated.ledger.shipments[0])
        with pytest.raises(Refused):
            bench.carrier().void(made.shipment_id)
        assert bench.live() == [made.shipment_id]

    # --- trouble -------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("method", ["rate", "find", "labels", "void"])
    @pytest.mark.parametrize("kind", ["throttled", "error_before", "reset_before", "silent_before"])
    def test_a_call_that_buys_nothing_and_had_no_answer_is_retry(
        self, bench: CarrierBench, method: str, kind: FaultKind
    ) -> None:
        made = buy(bench)
        later_labels(bench, made)
        bench.will(kind, method, seconds=37)
        with pytest.raises(Retry) as retry:
            ask(bench, method, made)
        assert retry.value.after == (37 if kind == "throttled" else None)
        ask(bench, method, made)

    @pytest.mark.parametrize("method", ["rate", "create", "find", "labels", "void"])
    def test_refused_credentials_are_misconfigured_and_prove_that_nothing_was_made(
        self, bench: CarrierBench, method: str
    ) -> None:
        made = buy(bench)
        later_labels(bench, made)
        bench.emulated.withdraw_first()
        bench.emulated.revoke_tokens()
        with pytest.raises(Misconfigured) as refused:
            ask(bench, method, made)
        assert str(refused.value)
        assert bench.live() == [made.shipment_id]

    def test_an_expired_token_is_renewed_in_the_midst_of_it(self, bench: CarrierBench) -> None:
        carrier = bench.carrier()
        carrier.rate(a_plan(bench), [bench.emulated.service])
        bench.emulated.expire_tokens()
        assert carrier.create(a_plan(bench), REFERENCE)
        assert len(bench.live()) == 1

    def test_a_second_credential_takes_over_while_both_hold(self, bench: CarrierBench) -> None:
        second = bench.emulated.rotate()
        assert buy(bench)
        bench.emulated.withdraw_first()
        bench.secrets.fields[bench.connection().id, "carrier"] = second
        assert buy(bench)

    # --- for people ----------------------------------------------------------------------------------------------

    def test_the_page_of_a_parcel_has_its_number_and_nobody_is_asked(self, bench: CarrierBench) -> None:
        url = bench.carrier().tracking_url("1Z 999")
        assert url.startswith("https://")
        assert "1Z%20999" in url
        assert bench.asked() == []

    def test_a_connection_that_is_well_passes_its_test_and_buys_nothing(self, bench: CarrierBench) -> None:
        checks = bench.carrier().ping()
        assert checks
        assert [each for each in checks if not each.ok] == []
        assert bench.emulated.ledger.shipments == []

    def test_a_connection_whose_credential_is_refused_fails_its_test_in_words(self, bench: CarrierBench) -> None:
        bench.emulated.withdraw_first()
        failed = [each for each in bench.carrier().ping() if not each.ok]
        assert failed
        assert all(each.detail for each in failed)


def package(pounds: str) -> Package:
    return Package(Weight(Decimal(pounds), "lb"), lines=("1",))


def a_plan(bench: CarrierBench, **changes: object) -> ShipmentPlan:
    """A parcel from Buffalo to Albany, on the account of the connection's file."""
    file, carrier = bench.emulated.file(), bench.connection().carrier
    account = getattr(carrier, "account", "") or file["carrier"].get("account", "")
    shipper: Party = replace(NEW_YORK, attention="Kim Ross")
    plan = ShipmentPlan(
        account=account,
        shipper=shipper,
        ship_from=replace(BUFFALO, attention="Ann Lee"),
        ship_to=replace(ALBANY, attention="Receiving"),
        packages=(package("12.34"),),
        service=bench.emulated.service,
        billing=Billing("shipper", account),
        label=LabelSpec(file["label"]["format"], file["label"]["stock"]),
        erp_reference=DOCUMENT,
        description="Ball valve DN50",
    )
    return replace(plan, **changes)  # type: ignore[arg-type]


def buy(bench: CarrierBench, **changes: object) -> CreatedShipment:
    return bench.carrier().create(a_plan(bench, **changes), REFERENCE)


def find(bench: CarrierBench, reference: str) -> tuple[CreatedShipment, ...]:
    since = bench.clock.now() - timedelta(days=1)
    return bench.carrier().find(reference, a_plan(bench), since).shipments


def later_labels(bench: CarrierBench, made: CreatedShipment) -> tuple[Label, ...]:
    """The images, once the carrier has processed the shipment."""
    for _ in range(10):
        try:
            return bench.carrier().labels(made.shipment_id, a_plan(bench))
        except Retry:
            bench.clock.advance(timedelta(minutes=1))
    raise AssertionError("no label within ten minutes")


def ask(bench: CarrierBench, method: str, made: CreatedShipment) -> object:
    carrier, plan = bench.carrier(), a_plan(bench)
    if method == "rate":
        return carrier.rate(plan, [plan.service])
    if method == "create":
        return carrier.create(plan, REFERENCE)
    if method == "find":
        return carrier.find(REFERENCE, plan, bench.clock.now() - timedelta(days=1))
    return carrier.labels(made.shipment_id, plan) if method == "labels" else carrier.void(made.shipment_id)
