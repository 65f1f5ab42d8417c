"""The adapter against the sandbox engine: one life of a shipment, and every way in which an answer can be lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sandbox.engine import Fault
from sandbox.memory import ManualClock
from sandbox.ups import UpsEngine
from shared.domain.shipment import LabelSpec, Package
from shared.errors import Misconfigured, ParcelbridgeError, Refused, Retry, Unknown
from tests.samples.ups.plans import REFERENCE, SWEDEN, WAREHOUSE, a_plan, at, every_plan, lb
from tests.samples.ups.wire import EngineTransport, with_engine

LAG = timedelta(minutes=10)


class World:
    """A carrier, the engine behind it, and the clock that both live by."""

    def __init__(self, **changes: Any) -> None:
        self.clock = ManualClock()
        self.engine = UpsEngine(self.clock.now, **changes)
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
    assert [label.format for label in made.labels] == [plan.label.format] * len(plan.packages)
    (found,) = world.carrier.find(REFERENCE, plan, began).shipments
    assert (found.shipment_id, found.tracking_numbers) == (made.shipment_id, made.tracking_numbers)
    assert world.carrier.labels(made.shipment_id, plan) == made.labels == found.labels
    assert world.carrier.void(made.shipment_id) == "Voided"
    assert world.carrier.void(made.shipment_id) == "Voided"
    assert world.carrier.find(REFERENCE, plan, began).shipments == ()
    assert (len(world.engine.ledger.shipments), world.engine.ledger.live()) == (1, [])


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
    assert world.operations == ["token", "address_validation"]
    assert world.engine.ledger.shipments == []


def test_no_request_carries_anything_but_ups_host() -> None:
    world = World()
    world.carrier.create(a_plan(), REFERENCE)
    assert isinstance(world.transport, EngineTransport)
    assert all(request.url.startswith("https://wwwcie.ups.com/") for request in world.transport.sent)
