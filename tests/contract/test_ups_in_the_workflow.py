"""The adapter's knowledge of UPS, lived through by the workflow: one order from the ERP to its labels."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sandbox.carriers.ups.manners import MASKED, Manners
from sandbox.engine import Fault
from sandbox.erps.m3.seed import Line, add_item, add_order, add_supplier, add_warehouse, place
from shared.domain.state import State
from shared.http import Response
from tests.builders import a_connection
from tests.worlds import World, settled

ORDER = "4000001"
PARCELS = 4


def live(street: str = "1 Dock St", *, ups: dict[str, Any] | None = None, **connection: Any) -> World:
    """An order of 20 valves in four parcels to a warehouse at `street`; `ups` sets the sandbox UPS."""
    world = World(a_connection(**connection))
    for name, value in (ups or {}).items():
        setattr(world.ups, name, value)
    world.start()
    add_warehouse(world.tenant, "W01", place("Acme", street, "Albany", "NY", "12207", phone="518-555-0100"))
    works = place("Valve Works", "77 Mill Rd", "Buffalo", "NY", "14201", phone="716-555-0101")
    add_supplier(world.tenant, "V100", works, contact="Ann Lee", contact_phone="716-555-0102")
    add_item(world.tenant, "VALVE-1", "Gate valve", weight="3.5")
    add_order(world.tenant, ORDER, supplier="V100", lines=[Line("VALVE-1", 20)])
    world.run(timedelta(days=7), done=settled)
    return world


@pytest.mark.parametrize(("form", "start"), [("GIF", b"GIF89a"), ("ZPL", b"^XA"), ("PDF", b"%PDF")])
def test_s28_s30_a_connection_gets_its_labels_in_its_format_and_pdf_by_recovery(form: str, start: bytes) -> None:
    world = live(label={"format": form})
    (head,) = world.heads()
    packages = world.orders.packages(head.key, 1)
    assert (head.state, len(packages)) == (State.DONE, PARCELS)
    assert all(package.label.endswith(f".{form.lower()}") for package in packages)
    images = [world.ports.labels.get(package.label) for package in packages]
    assert all(image.startswith(start) for image in images)
    assert len(set(images)) == PARCELS
    assert len(world.ups.ledger.live_of_order(ORDER)) == 1


def test_s30_on_the_test_host_where_all_numbers_look_alike_every_parcel_has_its_own_image() -> None:
    world = live(ups={"manners": Manners(masked=True)})
    (head,) = world.heads()
    packages = world.orders.packages(head.key, 1)
    assert (head.state, {package.tracking_number for package in packages}) == (State.DONE, {MASKED})
    assert len({world.ports.labels.get(package.label) for package in packages}) == PARCELS
    assert world.tenant.free_fields(ORDER)["A121"] == MASKED


def test_s20_a_warehouse_whose_suite_validation_drops_is_held_with_the_difference_in_words() -> None:
    world = live("1 Tower St Suite 5", ups={"streets": Suiteless()})
    (head,) = world.heads()
    assert (head.state, head.reason) == (State.HELD, "address")
    assert "no STE 5: 1 TOWER ST" in world.orders.snapshot(head.key, 1).problem
    assert world.ups.ledger.shipments == []


class Suiteless:
    """UPS's opinion of a tower: valid, without the suite."""

    def opinion(self, key: dict[str, Any]) -> dict[str, Any]:
        place_ = {**key, "AddressLine": ["1 TOWER ST"], "PoliticalDivision2": key["PoliticalDivision2"].upper()}
        return {"ValidAddressIndicator": "", "Candidate": [{"AddressKeyFormat": place_}]}


@pytest.mark.parametrize("nothing", ["absent", "blank", "null"])
def test_s27_an_order_is_done_however_ups_writes_its_answers(nothing: Any) -> None:
    for singletons in (True, False):
        world = live(ups={"manners": Manners(singletons, nothing, grown=True), "polluted": True})
        assert [head.state for head in world.heads()] == [State.DONE]
        assert len(world.ups.ledger.live_of_order(ORDER)) == 1


def test_s57_a_throttled_ups_is_asked_again_later_and_the_order_is_bought_once() -> None:
    throttled = Throttled()
    world = live(ups={"too_many": throttled.too_many, "faults": throttled.faults})
    assert [head.state for head in world.heads()] == [State.DONE]
    assert throttled.struck == 6
    assert len(world.ups.ledger.live_of_order(ORDER)) == 1


class Throttled:
    """429 at each of the three operations, twice: without a body or a wait, as UPS has it (facts 1)."""

    def __init__(self) -> None:
        self.faults = [Fault(operation, "throttled", times=2) for operation in ("address_validation", "rate", "ship")]
        self.struck = 0

    def too_many(self, seconds: float) -> Response:
        self.struck += 1
        return Response(429, {}, b"")
