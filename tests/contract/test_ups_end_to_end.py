"""The adapter against the sandbox engine: one life of a shipment, and every way in which an answer can be lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest

from sandbox.carriers.ups import UpsEngine
from sandbox.carriers.ups.manners import Manners, Nothing
from sandbox.engine import Fault
from sandbox.memory import ManualClock
from shared.domain.budget import Budget
from shared.domain.shipment import LabelSpec, Package
from shared.errors import Misconfigured, ParcelbridgeError, Refused, Retry, Unknown
from tests.samples.ups.plans import ACCOUNTS, REFERENCE, SWEDEN, WAREHOUSE, a_plan, at, every_plan, lb
from tests.samples.ups.wire import EngineTransport, with_engine
from tests.unit.carriers.ups.quirks import keeps

LAG = timedelta(minutes=10)


class World:
    """A carrier, the engine behind it, and the clock that both live by."""

    def __init__(self, **changes: Any) -> None:
        self.clock = ManualClock()
        self.engine = UpsEngine(self.clock.now, **{"accounts": ACCOUNTS, **changes})
        self.carrier, self.transport = with_engine(self.engine, self.clock)

    @property
    def operations(self) -> list[str]:
        return [each.operation for each in self.engine.recorded]


@pytest.mark.parametrize("name", [name for name, plan in every_plan().items()])
def test_every_plan_is_priced_bought_found_labelled_and_voided(name: str) -> None:
    world, plan = World(polluted=True), every_plan()[name]
    began = world.clock.now()
    (quote,) = world.carrier.rate(plan, [plan.service])
    made = world.carrier.create(plan, REFERENCE)
    assert made.cost == quote.price
    assert quote.arrival is not None
    labels = world.carrier.labels(made.shipment_id, plan)
    assert [label.format for label in labels] == [plan.label.format] * len(plan.packages)
    assert made.labels == (() if plan.label.format == "PDF" else labels)  # a PDF comes by recovery only
    (found,) = world.carrier.find(REFERENCE, plan, began).shipments
    assert (found.shipment_id, found.tracking_numbers) == (made.shipment_id, made.tracking_numbers)
    assert found.labels == labels
    assert world.carrier.void(made.shipment_id) == "Voided"
    assert world.carrier.void(made.shipment_id) == "Voided"
    assert world.carrier.find(REFERENCE, plan, began).shipments == ()
    assert (len(world.engine.ledger.shipments), world.engine.ledger.live()) == (1, [])


MANNERS = [
    Manners(singletons=singletons, nothing=nothing, grown=grown)
    for singletons in (True, False)
    for nothing in get_args(Nothing)
    for grown in (False, True)
]


@pytest.mark.parametrize("manners", MANNERS, ids=str)
@pytest.mark.parametrize("name", ["inbound", "two_packages", "inside_sweden"])
@keeps(120)
def test_the_same_is_read_however_the_answers_are_written(manners: Manners, name: str) -> None:
    """Lists as lists or as objects, absent members left out, blank or null, and members that nobody knows."""
    plan, read = every_plan()[name], []
    for world in (World(), World(manners=manners, polluted=True, documented_void=True)):
        began = world.clock.now()
        numbers = [str(world.carrier.check_address(plan.ship_to)), str(world.carrier.rate(plan, [plan.service, "02"]))]
        made = world.carrier.create(plan, REFERENCE)
        numbers += [made.shipment_id, str(made.tracking_numbers), str(made.cost), str(made.labels), str(made.alerts)]
        (found,) = world.carrier.find(REFERENCE, plan, began).shipments
        numbers.append(str(replace(found, request_id="")))
        numbers.append(world.carrier.void(made.shipment_id))
        numbers.append(str(world.carrier.find(REFERENCE, plan, began)))
        read.append(numbers)
    assert read[0] == read[1]


@keeps(67)
def test_single_packages_are_voided_and_the_others_stay() -> None:
    for documented in (False, True):
        world = World(documented_void=documented)
        plan = a_plan(packages=(Package(lb("1")), Package(lb("2")), Package(lb("3"))))
        made = world.carrier.create(plan, REFERENCE)
        first, *others = made.tracking_numbers
        assert world.carrier.void(made.shipment_id, [first]) == f"Voided; {first} Voided"
        assert world.carrier.void(made.shipment_id, [first]) == f"Voided; {first} Voided"
        (found,) = world.carrier.find(REFERENCE, plan, world.clock.now()).shipments
        assert found.tracking_numbers == tuple(others)
        world.carrier.void(made.shipment_id, others)
        assert world.carrier.find(REFERENCE, plan, world.clock.now()).shipments == ()
        assert world.engine.ledger.live() == []


def test_what_is_found_says_whether_it_was_picked_up_and_what_was_is_not_voided() -> None:
    world = World()
    plan = a_plan(packages=(Package(lb("1")), Package(lb("2"))))
    made = world.carrier.create(plan, REFERENCE)
    (found,) = world.carrier.find(REFERENCE, plan, world.clock.now()).shipments
    assert found.picked_up is False
    world.engine.ledger.shipments[0].picked_up_at = world.clock.now()
    (found,) = world.carrier.find(REFERENCE, plan, world.clock.now()).shipments
    assert found.picked_up is True
    with pytest.raises(Refused, match="190102"):
        world.carrier.void(made.shipment_id)


@keeps(75)
def test_a_void_is_refused_for_anothers_parcel_too_late_or_across_a_border_by_package() -> None:
    world = World()
    made = world.carrier.create(a_plan(), REFERENCE)
    with pytest.raises(Refused, match="190102"):
        world.carrier.void(made.shipment_id, ["1ZA1B2C30300009999"])
    abroad = world.carrier.create(a_plan(ship_to=SWEDEN, service="65"), f"{REFERENCE}0")
    with pytest.raises(Refused, match="190113"):
        world.carrier.void(abroad.shipment_id, [abroad.tracking_numbers[0]])
    world.clock.advance(world.engine.void_window + timedelta(minutes=1))  # the adapter knows of no period: UPS says so
    with pytest.raises(Refused, match="190102"):
        world.carrier.void(made.shipment_id)
    assert len(world.engine.ledger.live()) == 2


def test_masked_numbers_are_read_parcel_by_parcel_and_are_no_key() -> None:
    world = World(manners=Manners(masked=True))
    made = world.carrier.create(a_plan(packages=(Package(lb("1")), Package(lb("2")))), REFERENCE)
    assert made.tracking_numbers == ("1ZXXXXXXXXXXXXXXXX",) * 2
    assert len({label.image for label in made.labels}) == 2
    assert "names no parcel" in made.alerts[-1]
    with pytest.raises(Refused, match="190102"):
        world.carrier.void(made.shipment_id)


def test_an_ambiguous_place_is_refused_with_its_choice() -> None:
    world = World(ambiguous_cities=frozenset({"ALBANY"}))
    with pytest.raises(Refused, match="ALBANY E NY US; ALBANY W NY US") as refusal:
        world.carrier.rate(a_plan(), ["03"])
    assert refusal.value.reason == "address"


def test_a_spurious_refusal_makes_nothing_and_the_same_request_passes_later() -> None:
    world = World(spurious=1)
    with pytest.raises(Refused, match="120081"):
        world.carrier.create(a_plan(), REFERENCE)
    assert world.engine.ledger.shipments == []
    assert world.carrier.create(a_plan(), REFERENCE).shipment_id


def test_errors_in_the_headers_alone_prove_nothing_on_a_create_and_are_read_elsewhere() -> None:
    world = World(errors_in_headers=True)
    with pytest.raises(Refused, match="111285"):
        world.carrier.rate(a_plan(ship_to=at(WAREHOUSE, state="CA")), ["03"])
    with pytest.raises(Unknown, match="111285"):
        world.carrier.create(a_plan(ship_to=at(WAREHOUSE, state="CA")), REFERENCE)
    world.engine.expire_tokens()
    assert world.carrier.rate(a_plan(), ["03"])


def test_s20_a_suite_that_validation_drops_is_seen_and_a_street_written_out_is_the_same() -> None:
    world = World()
    dropped = world.carrier.check_address(at(WAREHOUSE, lines=("1 Tower St", "Suite 5")))
    assert dropped.outcome == "ambiguous"
    assert [candidate.lines for candidate in dropped.candidates] == [("1 TOWER ST",)]
    assert world.carrier.check_address(at(WAREHOUSE, lines=("1 Dock Street", "Suite 5"))).outcome == "valid"


def test_s24_a_shipment_on_another_account_of_ours_is_bought_and_found_there() -> None:
    world, plan = World(), every_plan()["bill_other_account"]
    made = world.carrier.create(plan, REFERENCE)
    (entry,) = world.engine.ledger.shipments
    assert (entry.account, entry.payer) == ("D4E5F6", "BillShipper:D4E5F6")
    (found,) = world.carrier.find(REFERENCE, plan, world.clock.now()).shipments
    assert found.shipment_id == made.shipment_id


def test_s52_g12_above_the_budget_no_token_is_asked_for_until_its_time() -> None:
    world = World()
    world.carrier, world.transport = with_engine(
        world.engine, world.clock, token_budget=Budget("tokens", 2, 1, timedelta(minutes=10))
    )
    world.carrier.check_address(WAREHOUSE)
    world.engine.expire_tokens()
    with pytest.raises(Retry, match="tokens were asked for since"):
        world.carrier.create(a_plan(), REFERENCE)
    assert world.operations.count("token") == 1
    world.clock.advance(timedelta(minutes=10))
    assert world.carrier.create(a_plan(), REFERENCE).shipment_id
    assert (world.operations.count("token"), len(world.engine.ledger.live())) == (2, 1)


def test_g12_a_whole_life_takes_one_token() -> None:
    world = World()
    world.carrier.check_address(WAREHOUSE)
    world.carrier.rate(a_plan(), ["03"])
    world.carrier.create(a_plan(), REFERENCE)
    assert world.operations == ["token", "address_validation", "rate", "ship"]


LOST = [
    (Fault("ship", "reset_before"), 0),
    (Fault("ship", "reset_after"), 1),
    (Fault("ship", "error_before"), 0),
    (Fault("ship", "error_after"), 1),
    (Fault("ship", "error_after", status=500), 1),
    (Fault("ship", "empty"), 1),
]


@pytest.mark.parametrize(("fault", "made"), LOST, ids=lambda value: getattr(value, "kind", str(value)))
def test_s28_a_lost_answer_is_unknown_and_the_look_up_after_the_lag_tells_the_truth(fault: Fault, made: int) -> None:
    world = World(index_lag=LAG)
    world.engine.faults.append(fault)
    began = world.clock.now()
    with pytest.raises(Unknown):
        world.carrier.create(a_plan(), REFERENCE)
    assert len(world.engine.ledger.live()) == made
    assert world.carrier.find(REFERENCE, a_plan(), began).shipments == ()  # too early: proves nothing
    world.clock.advance(LAG)
    found = world.carrier.find(REFERENCE, a_plan(), began).shipments
    assert [each.shipment_id for each in found] == [each.shipment_id for each in world.engine.ledger.live()]
    assert all(each.cost is None and each.labels for each in found)
    assert world.operations.count("ship") == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault("ship", "throttled", seconds=7), Retry),
        (Fault("token", "throttled"), Retry),
        (Fault("token", "reset_after"), Retry),
    ],
)
def test_proof_that_nothing_was_made_is_a_retry(fault: Fault, kind: type[ParcelbridgeError]) -> None:
    world = World()
    world.engine.faults.append(fault)
    with pytest.raises(kind):
        world.carrier.create(a_plan(), REFERENCE)
    assert world.engine.ledger.shipments == []
    assert world.carrier.create(a_plan(), REFERENCE).shipment_id


@pytest.mark.parametrize("operation", ["recovery", "track_by_reference"])
@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "error_before", "throttled", "empty"])
def test_a_look_up_with_one_silent_source_is_no_answer(operation: str, kind: Any) -> None:
    world = World()
    world.carrier.create(a_plan(), REFERENCE)
    world.engine.faults.append(Fault(operation, kind))
    with pytest.raises(Retry):
        world.carrier.find(REFERENCE, a_plan(), world.clock.now())


def test_a_second_label_under_one_reference_is_seen() -> None:
    world = World()
    plan = a_plan(packages=(Package(lb("1")), Package(lb("2"))))
    made = {world.carrier.create(plan, REFERENCE).shipment_id for _ in range(2)}
    found = world.carrier.find(REFERENCE, plan, world.clock.now()).shipments
    assert {each.shipment_id for each in found} == made
    assert [len(each.tracking_numbers) for each in found] == [2, 2]


def test_only_exactly_our_reference_is_found() -> None:
    world = World()
    world.carrier.create(a_plan(), f"{REFERENCE}0")
    assert world.carrier.find(REFERENCE, a_plan(), world.clock.now()).shipments == ()


def test_an_expired_token_is_renewed_within_the_call_and_the_create_made_once() -> None:
    world = World()
    world.carrier.check_address(WAREHOUSE)
    world.engine.expire_tokens()
    world.carrier.create(a_plan(), REFERENCE)
    assert world.operations == ["token", "address_validation", "ship", "token", "ship"]
    assert len(world.engine.ledger.live()) == 1


def test_a_token_ends_by_its_own_expires_in_before_ups_has_to_say_so() -> None:
    world = World(token_lifetime=timedelta(hours=1))
    world.carrier.check_address(WAREHOUSE)
    world.clock.advance(timedelta(hours=1))
    world.carrier.check_address(WAREHOUSE)
    assert world.operations == ["token", "address_validation", "token", "address_validation"]


def test_a_revoked_token_closes_the_connection_and_spends_no_new_one() -> None:
    world = World()
    world.carrier.check_address(WAREHOUSE)
    world.engine.revoke_tokens()
    with pytest.raises(Misconfigured, match="UJ0001"):
        world.carrier.create(a_plan(), REFERENCE)
    assert world.operations.count("token") == 1
    assert world.engine.ledger.shipments == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"account": "ZZZZZZ"}, "connection"),
        ({"service": "65"}, "service"),
        ({"ship_to": at(WAREHOUSE, state="CA")}, "address"),
        ({"packages": (Package(lb("151")),)}, "weight"),
    ],
)
def test_s17_what_ups_refuses_is_held_by_its_reason(changes: dict[str, Any], reason: str) -> None:
    world = World()
    with pytest.raises(Refused) as refusal:
        world.carrier.create(a_plan(**changes), REFERENCE)
    assert refusal.value.reason == reason
    assert world.engine.ledger.shipments == []


def test_an_address_is_valid_ambiguous_unknown_or_not_covered() -> None:
    world = World(cie=True)
    streets = {"valid": ("1 Dock St",), "ambiguous": ("Ambiguous St",), "none": ("1 Nowhere Rd",)}
    for outcome, street in streets.items():
        assert world.carrier.check_address(at(WAREHOUSE, lines=street)).outcome == outcome
    assert world.carrier.check_address(SWEDEN).outcome == "not_covered"
    atlanta = at(WAREHOUSE, city="Atlanta", state="GA", postcode="30301")
    assert world.carrier.check_address(atlanta).outcome == "not_covered"


def test_a_lost_image_heals_in_the_format_of_the_plan() -> None:
    world = World()
    made = world.carrier.create(a_plan(), REFERENCE)
    for form, start in (("ZPL", b"^XA"), ("PDF", b"%PDF"), ("GIF", b"GIF89a")):
        (label,) = world.carrier.labels(made.shipment_id, a_plan(label=LabelSpec(form, "4x6")))  # type: ignore[arg-type]
        assert (label.format, label.image.startswith(start)) == (form, True)


def test_s66_a_ping_makes_real_calls_that_change_nothing() -> None:
    world = World()
    checks = world.carrier.ping()
    assert all(check.ok for check in checks)
    assert world.operations == ["token", "address_validation", "recovery", "track_by_reference"]
    assert world.engine.ledger.shipments == []


def test_no_request_carries_anything_but_ups_host() -> None:
    world = World()
    world.carrier.create(a_plan(), REFERENCE)
    assert isinstance(world.transport, EngineTransport)
    assert all(request.url.startswith("https://wwwcie.ups.com/") for request in world.transport.sent)
