"""Orders that go to several places, lived through: a label a place, no line in two of them, all numbers in the ERP."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.engine import Fault
from sandbox.erps.m3.seed import Line, add_item, add_order, add_supplier, add_warehouse, delivery, place
from sandbox.simulation.by_hand import STRIKES, one_fault
from sandbox.simulation.faults import Kind, Plan
from shared.domain.milestones import Milestone
from shared.domain.parcel_group import by_line, delivery_of, document_key, key_in
from shared.domain.record import AuditEntry, Head
from shared.domain.state import State
from shared.errors import Refused
from shared.ports import Conflict, Lease, ShippedLine, WriteBack
from shared.workflow.desk.approve import approve, retry
from shared.workflow.intake.poll import poll
from shared.workflow.orders.step import STALE
from shared.workflow.shipping.process import process
from shared.workflow.write_back.difference import tell_later
from shared.workflow.write_back.document import together
from shared.workflow.write_back.process import write_back
from tests.builders import a_connection, usd
from tests.deep import deep, one_in, size
from tests.worlds import World, a_minute

ORDER = "4000001"
CONNECTION = "acme-infor-ups"
ALBANY = place("Acme", "1 Dock St", "Albany", "NY", "12207", phone="518-555-0100")
PLANT = place("Acme Plant 7", "480 Erie Canal Park", "Rochester", "NY", "14604")
SITE = place("Acme Site 9", "9 Harbor Dr", "Cleveland", "OH", "44114")
PLACES = (None, PLANT, SITE)
DAY = timedelta(days=1)


def a_world(lines: Sequence[Line], plan: Plan | None = None, **connection: object) -> World:
    world = World(a_connection(**connection), plan)
    world.start()
    add_warehouse(world.tenant, "W01", ALBANY)
    works = place("Valve Works", "77 Mill Rd", "Buffalo", "NY", "14201", phone="716-555-0101")
    add_supplier(world.tenant, "V100", works, contact="Ann Lee", contact_phone="716-555-0102")
    add_item(world.tenant, "VALVE-1", "Gate valve", weight="3.5")
    add_order(world.tenant, ORDER, supplier="V100", lines=list(lines))
    return world


def to(*places: int) -> list[Line]:
    return [Line("VALVE-1", 2, to=PLACES[at]) for at in places]


def send(world: World, line: str, at: int) -> None:
    """A buyer gives a line another delivery address, or (0) none."""
    party = PLACES[at]
    world.tenant.change_delivery(ORDER, line, delivery(party) if party else None)
    world.tenant.change_head(ORDER, MTDP="1")


def polled(world: World) -> None:
    poll(world.ports, CONNECTION, a_minute)


def worked(world: World) -> None:
    while messages := [(name, *each) for name, queue in world.queues.items() for each in queue.take()]:
        for name, _, order in messages:
            process(world.ports, order, a_minute) if name == "orders" else write_back(world.ports, order, a_minute)


def through(world: World) -> None:
    polled(world)
    worked(world)


def groups(world: World) -> dict[str, str]:
    """State and reason by group."""
    return {delivery_of(head.key): f"{head.state} {head.reason}".strip() for head in heads(world)}


def heads(world: World) -> list[Head]:
    return sorted(world.heads(), key=lambda head: by_line(delivery_of(head.key)))


def lines_bought(world: World) -> Counter[str]:
    """How often each line is in a label, by what was sent to the carrier."""
    bought = [head for head in world.heads() if head.shipment_id]
    plans = [world.orders.snapshot(head.key, head.generation).plan for head in bought]
    return Counter(line for plan in plans if plan for package in plan.packages for line in set(package.lines))


def test_S15_S28_S32_an_order_to_two_places_is_two_labels_whose_numbers_and_cost_stand_together_in_the_erp() -> None:
    world = a_world(to(0, 1, 0))
    through(world)
    assert groups(world) == {"line-1": "DONE", "line-2": "DONE"}
    live = world.ups.ledger.live_of_order(ORDER)
    fields = world.tenant.free_fields(ORDER)
    assert len(live) == 2
    assert fields["A121"].split() == [number for head in heads(world) for number in numbers(world, head)]
    costs = [head.cost.amount for head in heads(world) if head.cost]
    assert Decimal(fields["N096"]) == sum(costs) != costs[0]
    assert (fields["A230"], fields["A430"]) == ("03", "USD")


def numbers(world: World, head: Head) -> list[str]:
    return [package.tracking_number for package in world.orders.packages(head.key, head.generation)]


def test_a_group_that_is_held_does_not_keep_the_others_and_joins_them_in_the_erp_later() -> None:
    world = a_world([*to(0), Line("NEW-1", 1, to=PLANT)])
    add_item(world.tenant, "NEW-1", "Not weighed yet")
    through(world)
    assert groups(world) == {"line-1": "DONE", "line-2": "HELD weight"}
    before = world.tenant.free_fields(ORDER)["A121"]
    world.tenant.change_item("NEW-1", GRWE="2")
    through(world)
    assert groups(world) == {"line-1": "DONE", "line-2": "DONE"}
    assert world.tenant.free_fields(ORDER)["A121"].split()[:1] == [before]
    assert len(world.tenant.free_fields(ORDER)["A121"].split()) == 2


def test_numbers_beyond_six_are_counted_in_the_erp_and_noted_in_the_trail() -> None:
    lines = [Line("VALVE-1", 40, to=None), Line("VALVE-1", 30, to=PLANT)]
    world = a_world(lines, packing={"rule": "max_weight", "max_weight": {"value": "70", "unit": "lb"}})
    polled(world)
    worked(world)
    for head in heads(world):
        if head.state == State.HELD:
            approve(world.ports, head.key, "ann")
    worked(world)
    made = sum(head.packages_made for head in heads(world))
    assert made > 6
    assert world.tenant.free_fields(ORDER)["A121"].endswith(f" +{made - 6}")
    told = [
        entry.why for head in heads(world) for entry in world.orders.audit(head.key) if entry.what == "written_back"
    ]
    assert any(f"A121 ({made - 6} more numbers are kept in our store)" in why for why in told)
    assert sum(len(numbers(world, head)) for head in heads(world)) == made


def test_an_address_that_is_corrected_before_the_label_leaves_the_claims_as_they_are() -> None:
    world = a_world(to(0, 1))
    polled(world)
    keys = [head.key for head in heads(world)]
    world.tenant.change_delivery(ORDER, "2", {**delivery(PLANT), "DAD1": "482 Erie Canal Park"})
    through(world)
    assert [head.key for head in heads(world)] == keys
    assert groups(world) == {"line-1": "DONE", "line-2": "DONE"}
    assert len(world.ups.ledger.live_of_order(ORDER)) == 2


@pytest.mark.parametrize("after_label", [False, True])
@pytest.mark.parametrize(("before", "then"), [
    ((0, 0), (0, 1)), ((0, 1), (0, 0)), ((0, 1, 0), (0, 1, 1)), ((0, 1, 0), (1, 1, 0)), ((0, 1), (1, 0)),
    ((0, 1, 2, 1), (0, 2, 2, 0)), ((0, 0, 0), (0, 1, 2)),
])  # fmt: skip
def test_S28_lines_that_move_between_addresses_are_in_one_label_each(
    before: tuple[int, ...], then: tuple[int, ...], after_label: bool
) -> None:
    world = a_world(to(*before))
    polled(world)
    if after_label:
        worked(world)
    for number, at in enumerate(then, 1):
        send(world, str(number), at)
    through(world)
    assert lines_bought(world) == {str(n): 1 for n in range(1, len(before) + 1)}
    held = {head.reason for head in heads(world) if head.state == State.HELD}
    assert held == ({"changed"} if after_label else set()), "a shipped line that goes elsewhere now is told"
    assert len(world.ups.ledger.live_of_order(ORDER)) == len(set(before if after_label else then))


def test_S28_a_move_after_one_of_two_labels_ships_only_what_was_not_shipped() -> None:
    world = a_world([*to(0), Line("NEW-1", 1, to=PLANT), *to(0)])
    add_item(world.tenant, "NEW-1", "Not weighed yet")
    through(world)
    assert groups(world) == {"line-1": "DONE", "line-2": "HELD weight"}
    send(world, "3", 1)
    world.tenant.change_item("NEW-1", GRWE="2")
    through(world)
    assert lines_bought(world) == {"1": 1, "2": 1, "3": 1}
    assert groups(world) == {"line-1": "HELD changed", "line-2": "DONE"}
    problem = world.orders.snapshot(heads(world)[0].key, 1).problem
    assert "another ship-to for line 3" in problem
    snapshot = world.orders.snapshot(heads(world)[1].key, 1)
    assert "line 3 has the same ship-to and stays with another parcel group" in snapshot.notes


def test_S28_a_line_that_was_entered_again_after_the_label_waits_for_a_person() -> None:
    world = a_world(to(0, 1))
    through(world)
    order = world.tenant.touch(ORDER)
    again = {**order.lines[1], "PNLI": "3"}
    order.lines[1].update(PUSL="99", PUST="99")
    order.lines.append(again)
    order.deliveries["3"] = delivery(SITE)
    through(world)
    assert groups(world) == {"line-1": "DONE", "line-2": "DONE", "line-3": "HELD ship_tos"}
    head = heads(world)[2]
    assert "line 3 came after a label" in world.orders.snapshot(head.key, 1).problem
    world.clock.advance(timedelta(minutes=10))
    through(world)
    assert groups(world)["line-3"] == "HELD ship_tos"
    retry(world.ports, head.key, "ann")
    worked(world)
    assert groups(world)["line-3"] == "DONE"
    assert len(world.tenant.free_fields(ORDER)["A121"].split()) == 3


def test_a_change_of_what_waits_for_a_person_leaves_it_waiting() -> None:
    world = a_world(to(0, 1))
    through(world)
    order = world.tenant.touch(ORDER)
    order.lines.append({**order.lines[1], "PNLI": "3"})
    order.deliveries["3"] = delivery(SITE)
    through(world)
    world.tenant.change_line(ORDER, "3", ORQA="9", ORQT="9")
    through(world)
    assert groups(world)["line-3"] == "HELD ship_tos"
    assert lines_bought(world) == {"1": 1, "2": 1}


def test_a_split_order_that_is_cancelled_lets_every_waiting_group_go_and_asks_about_the_shipped_one() -> None:
    world = a_world([*to(0), Line("NEW-1", 1, to=PLANT)])
    add_item(world.tenant, "NEW-1", "Not weighed yet")
    through(world)
    world.tenant.cancel(ORDER)
    through(world)
    assert groups(world) == {"line-1": "HELD cancelled", "line-2": "CANCELLED"}


def in_doubt() -> World:
    """Two parcel groups whose creates were never answered."""
    world = a_world(to(0, 1), unknown="retry")
    world.ups.faults.append(Fault("ship", "reset_before", times=10))
    through(world)
    assert {head.state for head in world.heads()} == {State.UNKNOWN}
    return world


def stale(world: World) -> set[str]:
    """The groups that are not bought again as they were."""
    return {delivery_of(head.key) for head in world.heads() if head.content == STALE}


def test_groups_in_doubt_that_nobody_changed_are_what_they_were() -> None:
    world = in_doubt()
    polled(world)
    assert stale(world) == set()


def test_S28_a_group_in_doubt_whose_place_changed_is_not_bought_again_as_it_was() -> None:
    world = in_doubt()
    send(world, "2", 2)
    polled(world)
    assert stale(world) == {"line-2"}


def test_S28_groups_in_doubt_of_a_cancelled_order_are_not_bought_again() -> None:
    world = in_doubt()
    world.tenant.cancel(ORDER)
    polled(world)
    assert stale(world) == {"line-1", "line-2"}


def test_a_split_order_that_is_no_longer_selected_lets_every_waiting_group_go() -> None:
    world = a_world([Line("NEW-1", 1), Line("NEW-1", 1, to=PLANT)])
    add_item(world.tenant, "NEW-1", "Not weighed yet")
    through(world)
    world.tenant.change_head(ORDER, MODL="TRK")
    through(world)
    assert groups(world) == {"line-1": "CANCELLED", "line-2": "CANCELLED"}
    world.tenant.change_head(ORDER, MODL="UPS")
    through(world)
    assert groups(world) == {"line-1": "HELD weight", "line-2": "HELD weight"}


def test_a_split_order_that_can_not_be_read_holds_its_waiting_groups_and_goes_on_once_it_can() -> None:
    world = a_world([Line("NEW-1", 1), Line("NEW-1", 1, to=PLANT)])
    add_item(world.tenant, "NEW-1", "Not weighed yet")
    through(world)
    world.tenant.change_line(ORDER, "1", ORQA="ten")
    through(world)
    assert groups(world) == {"line-1": "HELD lines", "line-2": "HELD lines"}
    world.tenant.change_line(ORDER, "1", ORQA="10")
    world.tenant.change_item("NEW-1", GRWE="1")
    through(world)
    assert groups(world) == {"line-1": "DONE", "line-2": "DONE"}


def test_while_another_worker_has_the_document_its_lines_are_not_divided_and_its_fields_not_written() -> None:
    world = a_world(to(0, 1))
    document = f"infor-m3:ACME_TST/100/{ORDER}"
    lease = Lease("document", document)
    assert world.ports.leases.take(lease, "somebody", timedelta(minutes=5))
    polled(world)
    assert heads(world) == []
    world.ports.leases.release(lease, "somebody")
    polled(world)
    for _, key in world.queues["orders"].take():
        process(world.ports, key, a_minute)
    assert document_key(heads(world)[0].key) == document
    world.ports.leases.take(lease, "somebody", timedelta(minutes=5))
    worked(world)
    assert {head.state for head in heads(world)} == {State.SHIPPED}
    assert "A121" not in world.tenant.free_fields(ORDER)
    world.run(timedelta(hours=1), done=lambda w: all(head.state == State.DONE for head in w.heads()))
    assert len(world.tenant.free_fields(ORDER)["A121"].split()) == 2


def test_S28_a_worker_that_is_about_to_buy_while_a_line_moves_buys_nothing_of_the_old_group(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = a_world(to(0, 1, 0))
    polled(world)
    (key,) = (order for _, order in world.queues["orders"].take() if order.endswith("line-1"))
    send(world, "3", 1)
    noted = world.documents.add_groups

    def meanwhile(*facts: object) -> bool:
        process(world.ports, key, a_minute)
        return noted(*facts)  # type: ignore[arg-type]

    monkeypatch.setattr(world.documents, "add_groups", meanwhile)
    through(world)
    assert lines_bought(world) == {"1": 1, "2": 1, "3": 1}
    assert groups(world) == {"line-1": "DONE", "line-2": "DONE"}


def test_a_group_whose_claim_was_lost_goes_on_by_itself_though_its_neighbour_was_shipped_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = a_world(to(0, 1))
    create = world.orders.create

    def once(head: Head, *facts: object) -> bool:
        if head.key.endswith("line-2"):
            monkeypatch.setattr(world.orders, "create", create)
            raise ConnectionError("the table did not answer")
        return create(head, *facts)  # type: ignore[arg-type]

    monkeypatch.setattr(world.orders, "create", once)
    world.work(lambda: polled(world))
    process(world.ports, heads(world)[0].key, a_minute)
    worked(world)
    assert groups(world) == {"line-1": "DONE"}
    world.clock.advance(timedelta(minutes=10))
    through(world)
    assert groups(world) == {"line-1": "DONE", "line-2": "DONE"}
    assert lines_bought(world) == {"1": 1, "2": 1}


def test_S28_a_group_that_is_bought_at_that_very_moment_is_left_and_divided_at_the_next_poll(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = a_world(to(0, 1, 0))
    polled(world)
    send(world, "3", 1)
    transition = world.orders.transition

    def too_late(after: Head, entry: AuditEntry, **facts: object) -> None:
        if entry.what == "regrouping":
            monkeypatch.setattr(world.orders, "transition", transition)
            raise Conflict(after.key)
        transition(after, entry, **facts)  # type: ignore[arg-type]

    monkeypatch.setattr(world.orders, "transition", too_late)
    polled(world)
    worked(world)
    assert lines_bought(world) == {"1": 1, "2": 1, "3": 1}
    world.clock.advance(timedelta(minutes=10))
    through(world)
    assert lines_bought(world) == {"1": 1, "2": 1, "3": 1}
    assert groups(world) == {"line-1": "HELD changed", "line-2": "DONE"}


def test_S28_when_what_was_shipped_is_kept_no_longer_the_rest_of_the_document_is_for_a_person() -> None:
    world = a_world([*to(0), Line("NEW-1", 1, to=PLANT)])
    add_item(world.tenant, "NEW-1", "Not weighed yet")
    through(world)
    world.orders._orders[heads(world)[0].key].snapshots.clear()
    world.tenant.change_item("NEW-1", GRWE="2")
    through(world)
    assert groups(world) == {"line-1": "DONE", "line-2": "HELD ship_tos"}
    assert "kept no longer" in world.orders.snapshot(heads(world)[1].key, 1).problem


def test_costs_in_two_currencies_have_no_sum_and_are_for_a_person() -> None:
    one = WriteBack(ORDER, "A", "S1", ("1Z1",), "03", usd("12.50"), eta="2026-11-05")
    other = WriteBack(ORDER, "B", "S2", ("1Z2", "1Z1"), "02", None, cost_estimated=True, eta="2026-11-04")
    both = together([one, other])
    assert (both.tracking_numbers, both.service, both.cost) == (("1Z1", "1Z2"), "03 02", usd("12.50"))
    assert (both.eta, both.cost_estimated, both.reference) == ("2026-11-05", True, "A B")
    lines = [replace(each, lines=(ShippedLine(each.reference, Decimal(2), "EA"),)) for each in (one, other)]
    assert [each.number for each in together(lines).lines] == ["A", "B"]
    euros = WriteBack(ORDER, "C", "S3", ("1Z3",), "03", type(usd("1"))(Decimal(1), "EUR"))
    with pytest.raises(Refused, match="cost EUR and USD, which have no sum") as caught:
        together([one, euros])
    assert (caught.value.reason, caught.value.field) == ("write_back", "write_back.cost")


# --- two connections, each for a warehouse of its own ----------------------------------------------------------------

ERIE = place("Acme West", "7 Lake Rd", "Erie", "PA", "16501", phone="814-555-0100")
WEST = "acme-west"


def two_connections() -> World:
    """An order of two lines for W01; another connection takes what is for W02."""
    world = a_world(to(0, 0), select={"warehouses": ["W01"]})
    add_warehouse(world.tenant, "W02", ERIE)
    world.secrets.fields |= {(WEST, side): world.secrets.get(CONNECTION, side) for side in ("erp", "carrier")}
    now = world.clock.now()
    world.connections.apply(a_connection(id=WEST, select={"warehouses": ["W02"]}), now, "ann", now)
    world.connections.set_status(WEST, "running", "started", "ann", now)
    return world


def moves(world: World, line: str, warehouse: str) -> None:
    """A buyer has a line delivered to another warehouse."""
    world.tenant.change_line(ORDER, line, WHLO=warehouse)
    world.tenant.change_head(ORDER, MTWP="1")


class Interrupted:
    """The document store of a poll that is overtaken right after it has seen that nothing is divided yet."""

    def __init__(self, documents: Any, meanwhile: Callable[[], None]) -> None:
        self._documents, self._pending = documents, [meanwhile]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._documents, name)

    def groups(self, document: str) -> Any:
        found = self._documents.groups(document)
        if self._pending:
            self._pending.pop()()
        return found


def overtaken(world: World, connection: str, meanwhile: Callable[[], None]) -> None:
    ports = replace(world.ports, documents=Interrupted(world.documents, meanwhile))  # type: ignore[arg-type]
    poll(ports, connection, a_minute)
    worked(world)


def everywhere(world: World) -> dict[str, str]:
    """State and reason by group, of all connections."""
    keys = [key_in(f"infor-m3:ACME_TST/100/{ORDER}", name) for name in ("", "line-1", "line-2")]
    found = {key: world.orders.head(key) for key in keys}
    return {delivery_of(key): f"{head.state} {head.reason}".strip() for key, head in found.items() if head}


def lines_in_labels(world: World) -> Counter[str]:
    """How often each line is in a label that lives at the carrier, whichever connection bought it."""
    heads_ = [world.orders.head(key) for key in world.orders._orders]
    plans = [world.orders.snapshot(head.key, 1).plan for head in heads_ if head and head.shipment_id]
    return Counter(line for plan in plans if plan for package in plan.packages for line in set(package.lines))


def test_S15_two_connections_each_ship_the_lines_of_their_own_warehouse() -> None:
    world = two_connections()
    moves(world, "2", "W02")
    for connection in (WEST, CONNECTION):
        poll(world.ports, connection, a_minute)
        worked(world)
    assert everywhere(world) == {"line-1": "DONE", "line-2": "DONE"}
    assert lines_in_labels(world) == {"1": 1, "2": 1}
    assert len(world.tenant.free_fields(ORDER)["A121"].split()) == 2


@pytest.mark.parametrize("buys", [True, False])
def test_S28_a_line_that_goes_to_another_connection_s_warehouse_between_reading_and_claiming_is_in_one_label(
    buys: bool,
) -> None:
    world = two_connections()

    def meanwhile() -> None:
        moves(world, "2", "W02")
        poll(world.ports, WEST, a_minute)
        if buys:
            worked(world)

    overtaken(world, CONNECTION, meanwhile)
    through(world)
    assert everywhere(world) == {"line-1": "DONE", "line-2": "DONE"}
    assert lines_in_labels(world) == {"1": 1, "2": 1}


@pytest.mark.parametrize("buys", [True, False])
def test_S28_a_line_that_comes_back_from_another_connection_s_warehouse_meanwhile_is_in_one_label(buys: bool) -> None:
    world = two_connections()
    moves(world, "2", "W02")

    def meanwhile() -> None:
        moves(world, "2", "W01")
        polled(world)
        if buys:
            worked(world)

    overtaken(world, WEST, meanwhile)
    for connection in (WEST, CONNECTION):
        poll(world.ports, connection, a_minute)
        worked(world)
    assert lines_in_labels(world) == {"1": 1, "2": 1}


def test_while_another_connection_divides_a_document_an_order_for_one_place_waits_for_the_next_poll() -> None:
    world = two_connections()
    lease = Lease("document", f"infor-m3:ACME_TST/100/{ORDER}")
    assert world.ports.leases.take(lease, "west", timedelta(minutes=5))
    polled(world)
    assert everywhere(world) == {}
    world.ports.leases.release(lease, "west")
    through(world)
    assert everywhere(world) == {"": "DONE"}


def test_a_single_connection_takes_no_lease_for_an_order_for_one_place() -> None:
    """A lease is two writes an order; the poll's own lease is enough."""
    world = a_world(to(0))
    world.ports.leases.take(Lease("document", f"infor-m3:ACME_TST/100/{ORDER}"), "somebody", timedelta(minutes=5))
    through(world)
    assert groups(world) == {"": "DONE"}


# --- under faults ----------------------------------------------------------------------------------------------------


def eventful(plan: Plan | None = None) -> World:
    """Two places; a line moves once the first label may be there; then a week goes by."""
    world = a_world(to(0, 1, 0), plan)
    world.run(timedelta(minutes=1), done=lambda _: False)
    world.work(lambda: send(world, "3", 1))
    ends(world)
    return world


def ends(world: World) -> None:
    """A week, or until all is settled; then two polls more, which see what moved meanwhile."""
    world.run(timedelta(days=7), done=lambda w: bool(w.heads()) and all(h.state in ENDS for h in w.heads()))
    world.run(timedelta(minutes=11), done=lambda _: False)
    world.run(timedelta(days=7), done=lambda w: all(h.state in ENDS for h in w.heads()))


ENDS = frozenset({State.DONE, State.HELD, State.CANCELLED})


def moving(plan: Plan | None = None) -> World:
    """Two places; a line moves before anything was bought, and each worker may die on the way."""
    world = a_world(to(0, 1, 0), plan)
    world.work(lambda: poll(world.ports, CONNECTION, a_minute))
    for queue in world.queues.values():
        queue.take()
    send(world, "3", 1)
    ends(world)
    return world


def fault_free(life: object) -> int:
    return len(life().choke.trace)  # type: ignore[operator]


def verdict(world: World) -> str:
    """Return the verdict of the carrier's book and the ERP on the order's lines."""
    bought = lines_bought(world)
    twice = [line for line, times in bought.items() if times > 1]
    live = world.ups.ledger.live_of_order(ORDER)
    known = {head.shipment_id for head in world.heads()}
    if twice or any(each.shipment_id not in known for each in live):
        unknown = [h for h in world.heads() if h.state == State.HELD and h.reason == "unknown"]
        return "held" if unknown and not twice else f"duplicated: {twice}"
    if any(head.state not in ENDS for head in world.heads()):
        return f"stuck: {groups(world)}"
    held = [head for head in world.heads() if head.state == State.HELD and head.reason != "changed"]
    if set(bought) != {"1", "2", "3"} and not held:
        return f"lost: only {sorted(bought)} are shipped, {groups(world)}"
    written = world.tenant.free_fields(ORDER).get("A121", "").split()
    if not held and sorted(written) != sorted(number for each in live for number in each.tracking_numbers):
        return f"lost: the ERP has {written}"
    return "held" if held else "done"


@deep
@pytest.mark.no_cover
@pytest.mark.parametrize("kind", STRIKES)
@pytest.mark.parametrize("life", [eventful, moving])
def test_S28_no_single_fault_puts_a_line_into_two_labels_or_loses_one(kind: Kind, life: object) -> None:
    calls = fault_free(life)
    ends = {}
    for number in one_in(len(STRIKES), range(calls), STRIKES.index(kind)):
        world = life(one_fault(number, kind))  # type: ignore[operator]
        ends[f"{kind} at {number} {world.choke.trace[number]}"] = verdict(world)
    assert {where: end for where, end in ends.items() if end not in ("done", "held")} == {}
    held = [where for where, end in ends.items() if end == "held"]
    assert len(held) <= 6, f"only a fault around a create leaves a person to decide: {held}"


@deep
@pytest.mark.no_cover
@settings(max_examples=size(30, 300), deadline=None)
@given(st.data())
def test_S28_however_buyers_move_lines_and_workers_run_no_line_is_in_two_labels(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 5))
    world = a_world(to(*(data.draw(st.integers(0, 2)) for _ in range(count))))
    for _ in range(data.draw(st.integers(1, 12))):
        step = data.draw(st.sampled_from(["move", "move", "poll", "one", "work", "touch"]))
        if step == "move":
            send(world, str(data.draw(st.integers(1, count))), data.draw(st.integers(0, 2)))
        elif step == "poll":
            polled(world)
        elif step == "one":
            for _, key in world.queues["orders"].take()[:1]:
                process(world.ports, key, a_minute)
        elif step == "touch":
            world.tenant.touch(ORDER)
        else:
            worked(world)
        world.clock.advance(timedelta(minutes=1))
        assert all(times == 1 for times in lines_bought(world).values())
    world.run(DAY, done=lambda _: False)
    assert lines_bought(world) == {str(n): 1 for n in range(1, count + 1)}
    live = world.ups.ledger.live_of_order(ORDER)
    assert sorted(world.tenant.free_fields(ORDER)["A121"].split()) == sorted(
        n for s in live for n in s.tracking_numbers
    )


@pytest.mark.parametrize(
    ("told", "whole"),
    [
        (("delivered", "picked_up"), "in_transit"),
        (("exception", "in_transit"), "exception"),
        (("delivered", "delivered"), "delivered"),
        (("label_created", "picked_up"), "picked_up"),
    ],
)
def test_the_milestone_of_several_groups_goes_by_rank_and_not_by_the_alphabet(
    told: tuple[str, str], whole: str
) -> None:
    one, other = (WriteBack(ORDER, "A", "S1", ("1Z1",), "03", None, milestone=each) for each in told)
    assert {together([one, other]).milestone, together([other, one]).milestone} == {whole}


def milestone(world: World, group: int, reached: Milestone) -> None:
    world.clock.advance(timedelta(hours=1))
    tell_later(world.ports, heads(world)[group], milestone=reached)
    worked(world)


@pytest.mark.parametrize("mode", ["overwrite", "if_empty", "append"])
def test_milestones_of_two_groups_stand_in_the_erp_as_one_and_our_own_word_makes_room(mode: str) -> None:
    world = a_world(to(0, 1), write_back={"milestone": {"to": "A630", "mode": mode}})
    through(world)
    told = []
    for group, reached in ((0, Milestone.DELIVERED), (1, Milestone.PICKED_UP), (1, Milestone.EXCEPTION)):
        milestone(world, group, reached)
        told.append(world.tenant.free_fields(ORDER)["A630"])
    milestone(world, 1, Milestone.DELIVERED)
    assert [*told, world.tenant.free_fields(ORDER)["A630"]] == ["in_transit", "in_transit", "exception", "delivered"]
    assert groups(world) == {"line-1": "DONE", "line-2": "DONE"}


def test_s40_a_group_that_is_held_flags_the_order_and_leaves_the_numbers_of_the_other_one() -> None:
    world = a_world(to(0, 1), write_back={"failure": "A730"})
    world.tenant.change_delivery(ORDER, "2", delivery(place("Acme", "1 Nowhere Ln", "Albany", "NY", "12207")))
    through(world)
    assert groups(world) == {"line-1": "DONE", "line-2": "HELD address"}
    fields = world.tenant.free_fields(ORDER)
    assert fields["A121"].split() == numbers(world, heads(world)[0])
    assert (fields["A730"], fields["A630"]) == ("address", "label_created")
