"""`orders list|show|approve|retry` and `audit show`: what a clerk sees and decides."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from cli.errors import CommandError
from cli.hints import worded
from sandbox.memory import MemoryOrderStore
from shared.domain.address import Address, Party
from shared.domain.measures import Weight
from shared.domain.record import Snapshot
from shared.domain.shipment import AddressCheck, Billing, LabelSpec, Package, Quote, ShipmentPlan
from shared.domain.state import HINTS, Reason, State
from shared.domain.telling import Facts, Telling
from shared.errors import Refused
from shared.ports import Conflict, ShippedPackage
from shared.workflow.desk.owners import OWNERS
from tests.builders import NOW, SUPPLIER, WAREHOUSE, a_received, an_order, usd
from tests.component.cli.fakes import ME, Desk
from tests.component.cli.office import Office

KEY = "infor-m3:ACME_TST/100/1000001/-"


@pytest.fixture
def running(desk: Desk) -> Desk:
    desk.has()
    return desk


def a_plan() -> ShipmentPlan:
    return ShipmentPlan(
        account="A1B2C3",
        shipper=WAREHOUSE,
        ship_from=SUPPLIER,
        ship_to=WAREHOUSE,
        packages=(Package(Weight(Decimal(7), "kg")), Package(Weight(Decimal("3.5"), "kg"))),
        service="03",
        billing=Billing("shipper", "A1B2C3"),
        label=LabelSpec("GIF", "4x6"),
        erp_reference="1000001",
        description="Valves",
    )


def waits_for_approval(desk: Desk) -> str:
    key = desk.takes("1000001")
    quote = Quote("03", usd("171.20"), usd("151.00"), date(2026, 11, 5))
    snapshot = Snapshot(
        1, an_order(), a_plan(), quote, AddressCheck("valid"), "151.00 USD is above approve.amount 150.00 USD"
    )
    desk.moves(key, State.HELD, reason="approval", quote=quote.price, service="03", snapshot=snapshot)
    return key


def is_done(desk: Desk, document: str = "1000001", **facts: object) -> str:
    key = desk.takes(document)
    steps = (State.READY, State.INTENT, State.SHIPPED, State.DONE)
    shipped = {"service": "03", "shipment_id": "1Z1", "tracking_number": "1Z1", "written_back": True}
    desk.moves(key, *steps, cost=usd("12.30"), **{**shipped, **facts})
    return key


# --- list ---


def test_list_shows_orders_newest_first_with_what_became_of_them(running: Desk) -> None:
    is_done(running)
    running.takes("1000002", created_at=running.clock.now() + timedelta(minutes=1))
    result = running.run("orders", "list")
    assert result.exit_code == 0
    rows = [line.split() for line in result.stdout.splitlines() if line.strip().startswith("10000")]
    assert [row[0] for row in rows] == ["1000002", "1000001"]
    assert rows[1][:6] == ["1000001", "acme-infor-ups", "DONE", "03", "1Z1", "12.30"]


def test_list_can_be_narrowed_by_state_connection_and_number(running: Desk) -> None:
    is_done(running)
    running.takes("1000002")
    running.has(id="acme-two", erp={"cono": "200"})
    for arguments, documents in (
        (("--state", "done"), ["1000001"]),
        (("--state", "RECEIVED"), ["1000002"]),
        (("--state", "READY"), []),
        (("--connection", "acme-two"), []),
        (("--limit", "1"), ["1000002"]),
    ):
        found = json.loads(running.run("orders", "list", "--json", *arguments).stdout)
        assert [each["document"] for each in found] == documents, arguments
    assert "the newest 1; --limit shows more" in running.run("orders", "list", "--limit", "1").stdout


def test_list_reads_beyond_the_first_page(running: Desk) -> None:
    for number in range(230):
        running.takes(f"{2000000 + number}", created_at=running.clock.now() + timedelta(seconds=number))
    found = json.loads(running.run("orders", "list", "--json", "--limit", "220").stdout)
    assert [each["document"] for each in found] == [f"{2000229 - number}" for number in range(220)]


def test_s17_held_orders_stand_under_their_reason_with_what_to_do(running: Desk) -> None:
    running.holds("1000001", "weight", "line 1: item ITEM1 has no weight", field="lines.1.unit_weight")
    running.holds("1000002", "weight", "line 7: item ITEM7 has no weight", field="lines.7.unit_weight")
    running.holds(
        "1000003", "address", "no such street", field="ship_to.address", hint="did they mean 1300 Canterbury Rd?"
    )
    shown = running.run("orders", "list", "--held").stdout
    assert shown.count(worded(HINTS[Reason.WEIGHT])) == 1
    assert "weight (2)" in shown
    assert "line 7: item ITEM7 has no weight" in shown
    assert "what to do: did they mean 1300 Canterbury Rd?" in shown
    assert shown.index("address (1)") < shown.index("weight (2)")
    found = json.loads(running.run("orders", "list", "--held", "--json").stdout)
    assert {(each["reason"], each["why"]) for each in found} >= {("weight", "line 1: item ITEM1 has no weight")}
    assert all(each["hint"] for each in found)


def test_a_held_order_whose_content_has_expired_is_still_listed(running: Desk) -> None:
    class Forgetful(MemoryOrderStore):
        def snapshot(self, key: str, generation: int) -> Snapshot:
            raise Refused("expired", "nothing is kept any more")

    running.holds("1000001", "weight", "line 1: item ITEM1 has no weight")
    running.ports.orders.__class__ = Forgetful
    assert "weight (1)" in running.run("orders", "list", "--held").stdout
    assert "has expired (retention)" in running.run("orders", "show", "1000001").stdout


def test_an_index_that_lags_behind_never_shows_a_wrong_state(running: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    key = is_done(running)
    stale = {"held": [key], "done": [key]}
    monkeypatch.setattr(running.ports.orders, "listing", lambda _, bucket, **__: iter(stale.get(bucket, [])))
    assert running.run("orders", "list", "--held").stdout == "no order waits for a person\n"
    found = json.loads(running.run("orders", "list", "--json").stdout)
    assert [each["state"] for each in found] == ["DONE"]


def test_list_of_nothing_is_no_error(running: Desk) -> None:
    assert running.run("orders", "list").stdout == "no orders\n"
    assert running.run("orders", "list", "--held").stdout == "no order waits for a person\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--state", "LOST"), 2, "--state LOST: no state; allowed: RECEIVED, READY, INTENT, SHIPPED, DONE, HELD"),
        (("--held", "--state", "done"), 2, "--held and --state done exclude each other"),
        (("--connection", "acme-infor-upz"), 1, "did you mean acme-infor-ups?"),
        (("--limit", "0"), 2, "--limit"),
    ],
)
def test_list_says_what_is_allowed(running: Desk, arguments: tuple[str, ...], code: int, message: str) -> None:
    result = running.run("orders", "list", *arguments)
    assert result.exit_code == code
    assert message in result.stderr


# --- show ---


def test_s63_show_tells_a_clerk_what_where_to_why_and_what_next(running: Desk) -> None:
    waits_for_approval(running)
    result = running.run("orders", "show", "1000001")
    assert result.exit_code == 0
    for seen in (
        KEY,
        "HELD approval",
        "151.00 USD is above approve.amount 150.00 USD",
        "parcelbridge orders approve 1000001",
        "Acme Warehouse 1, Receiving, 1 Dock St, Albany NY 12207, US, 5185550100",
        "Valve Works, Ann Lee, 77 Mill Rd",
        "2 (7 kg, 3.5 kg), service 03, paid by shipper",
        "about 151.00 USD (published 171.20 USD), arrives 2026-11-05",
        "ITEM1",
        "2 EA",
        "received",
    ):
        assert seen in result.stdout, seen


def test_show_of_a_shipped_order_has_its_numbers_labels_and_cost(running: Desk) -> None:
    key = running.takes("1000001")
    running.moves(key, State.READY, State.INTENT)
    running.moves(
        key,
        State.SHIPPED,
        shipment_id="1Z1",
        cost=usd("12.30"),
        cost_estimated=True,
        reference="0a1b2c3d-1000001-1",
        packages=[ShippedPackage(1, "1Z1", "1000001/1/1.gif"), ShippedPackage(2, "1Z2")],
    )
    shown = running.run("orders", "show", "1000001").stdout
    for seen in (
        "1Z2",
        "s3://labels/1000001/1/1.gif",
        "none yet",
        "about 12.30 USD (estimated)",
        "0a1b2c3d-1000001-1",
        "not yet",
    ):
        assert seen in shown, seen


def test_show_offers_the_candidates_of_an_ambiguous_address(running: Desk) -> None:
    key = running.takes("1000001")
    candidate = Address(("1300 Canterbury Rd",), "Raleigh", "NC", "27608", "US")
    check = AddressCheck("ambiguous", (candidate,))
    snapshot = Snapshot(1, an_order(), address_check=check, problem="several addresses match")
    running.moves(key, State.HELD, reason="address", snapshot=snapshot)
    assert "1300 Canterbury Rd, Raleigh NC 27608, US" in running.run("orders", "show", "1000001").stdout


def test_show_of_an_order_that_goes_on_by_itself_says_so(running: Desk) -> None:
    running.takes("1000001")
    assert "nothing: it is being checked and priced" in running.run("orders", "show", "1000001").stdout
    is_done(running, "1000002")
    assert "nothing: it is done" in running.run("orders", "show", "1000002").stdout


def test_show_of_an_order_that_waits_says_for_what_and_until_when(running: Desk) -> None:
    key = running.takes("1000001")
    until = NOW + timedelta(days=4)
    running.moves(key, State.READY, reason="ship_date", not_before=until)
    shown = running.run("orders", "show", "1000001").stdout
    for seen in ("READY ship_date", "nothing: it is bought when its ship date has come", "2026-11-06 14:00"):
        assert seen in shown, seen
    running.moves(key, State.READY, reason="unconfirmed", not_before=until)
    assert "confirm the order in the ERP" in running.run("orders", "show", "1000001").stdout


def test_s19_show_has_the_erp_s_bill_to(running: Desk) -> None:
    key = running.takes("1000001")
    billed = replace(SUPPLIER, name="Acme Accounts Payable")
    running.moves(key, State.READY, snapshot=Snapshot(1, an_order(bill_to=billed)))
    assert "Acme Accounts Payable, Ann Lee, 77 Mill Rd" in running.run("orders", "show", "1000001").stdout


def test_show_for_programs_has_everything(running: Desk) -> None:
    waits_for_approval(running)
    found = json.loads(running.run("orders", "show", "1000001", "--json").stdout)
    assert found["head"]["state"] == "HELD"
    assert found["head"]["quote"] == {"amount": "151.00", "currency": "USD"}
    assert found["snapshot"]["plan"]["packages"][1]["weight"] == {"value": "3.5", "unit": "kg"}
    assert found["next"] == worded(HINTS[Reason.APPROVAL], "1000001")
    assert [entry["what"] for entry in found["trail"]] == ["received", "try_again"]


def test_texts_of_an_erp_can_not_steer_the_terminal(running: Desk) -> None:
    key = running.takes("1000001")
    sly = Party("\x1b]0;pwned\x07Acme [bold red]x[/]\u202e", WAREHOUSE.address)
    running.moves(key, State.HELD, reason="address", snapshot=Snapshot(1, replace(an_order(), ship_to=sly)))
    shown = running.run("orders", "show", "1000001").stdout
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\u202e" not in shown
    assert "Acme [bold red]x[/]" in shown


# --- which order ---


def test_an_order_is_named_by_its_number_or_by_its_key(running: Desk) -> None:
    is_done(running)
    assert running.run("orders", "show", KEY).exit_code == 0
    assert running.run("orders", "show", "1000001", "--connection", "acme-infor-ups").exit_code == 0


def test_an_order_is_found_while_the_first_poll_still_runs(desk: Desk) -> None:
    desk.has("paused")
    assert desk.run("orders", "show", "1000001").exit_code == 1
    desk.takes("1000001")
    desk.takes("1000 002")
    assert desk.run("orders", "show", "1000001").exit_code == 0
    assert desk.run("orders", "show", "1000 002").exit_code == 0


def test_a_number_that_nobody_took_says_where_it_was_looked_for(running: Desk) -> None:
    for command in (("orders", "show"), ("orders", "approve"), ("orders", "retry"), ("audit", "show")):
        result = running.run(*command, "9999999")
        assert result.exit_code == 1
        assert "there is no order 9999999 in acme-infor-ups" in result.stderr
        assert "what to do: it was not taken (yet)" in result.stderr
    assert "there is no order a/b/c/d" in running.run("orders", "show", "a/b/c/d").stderr


def test_without_a_connection_there_is_no_order(desk: Desk) -> None:
    assert "no connection is applied" in desk.run("orders", "show", "1").stderr


def test_a_number_in_two_systems_must_be_named_by_its_key(running: Desk) -> None:
    is_done(running)
    running.has(id="acme-two", erp={"cono": "200"})
    poll = replace(running.ports.connections.poll_state("acme-two"), scope="infor-m3:OTHER/200")
    with running.ports.lease("poll", "acme-two", timedelta(minutes=1)) as owner:
        running.ports.connections.save_poll("acme-two", owner, poll)
    twin = an_order(system="infor-m3:OTHER", company="200")
    running.takes("1000001", "acme-two", key=twin.key)
    result = running.run("orders", "show", "1000001")
    assert result.exit_code == 1
    assert "2 orders have the number 1000001" in result.stderr
    assert KEY in result.stderr
    assert twin.key in result.stderr
    assert running.run("orders", "show", "1000001", "--connection", "acme-two").exit_code == 0


# --- decisions ---


def test_s25_an_approval_frees_the_order_under_the_callers_name(running: Desk) -> None:
    key = waits_for_approval(running)
    result = running.run("orders", "approve", "1000001", "--quote", "151.00")
    assert result.exit_code == 0
    assert f"1000001: approved at 151.00 USD by {ME}" in result.stdout
    head = running.ports.orders.head(key)
    assert head
    assert (head.state, head.approved_by) == (State.READY, ME)
    assert running.order_queue.take() == [("acme-infor-ups", key)]
    assert running.ports.orders.audit(key)[-1].who == ME


def test_the_functions_log_lines_stay_off_the_terminal(running: Desk, caplog: pytest.LogCaptureFixture) -> None:
    waits_for_approval(running)
    caplog.clear()
    assert running.run("orders", "approve", "1000001", "--quote", "151.00").exit_code == 0
    assert caplog.records == []
    running.holds("1000002", "weight", "no weight")
    assert caplog.records


def test_what_does_not_wait_for_approval_is_not_approved(running: Desk) -> None:
    is_done(running)
    result = running.run("orders", "approve", "1000001")
    assert result.exit_code == 1
    assert "order 1000001 is DONE: only a hold for approval can be approved" in result.stderr


def test_s61_a_retry_lets_a_held_order_go_on(running: Desk) -> None:
    running.holds("1000001", "weight", "no weight")
    result = running.run("orders", "retry", "1000001")
    assert result.exit_code == 0
    assert f"1000001: goes on as RECEIVED, by {ME}" in result.stdout


def test_what_is_not_held_is_not_retried(running: Desk) -> None:
    is_done(running)
    result = running.run("orders", "retry", "1000001")
    assert result.exit_code == 1
    assert "only a held order can be retried" in result.stderr


def test_s65_nobody_decides_without_a_name(running: Desk) -> None:
    def nobody() -> str:
        raise CommandError("your AWS identity is not known, and the audit trail needs it")

    key = waits_for_approval(running)
    running.who = nobody
    result = running.run("orders", "approve", "1000001")
    assert result.exit_code == 1
    assert "your AWS identity is not known" in result.stderr
    head = running.ports.orders.head(key)
    assert head
    assert head.state == State.HELD


def test_who_comes_second_is_told_so(running: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    waits_for_approval(running)

    def first(*_: object, **__: object) -> None:
        raise Conflict(KEY)

    monkeypatch.setattr(running.ports.orders, "transition", first)
    result = running.run("orders", "approve", "1000001", "--quote", "151.00")
    assert result.exit_code == 1
    assert "somebody else changed the order at the same moment" in result.stderr


# --- audit ---


def test_s65_the_trail_has_every_step_with_who_when_and_what_it_set(running: Desk) -> None:
    waits_for_approval(running)
    running.run("orders", "approve", "1000001", "--quote", "151.00")
    shown = running.run("audit", "show", "1000001").stdout
    assert "2026-11-02 14:00 UTC" in shown
    assert ME in shown
    assert "approved" in shown
    assert "approved_by" in shown
    trail = json.loads(running.run("audit", "show", "1000001", "--json").stdout)
    assert [entry["sequence"] for entry in trail] == [1, 2, 3]
    assert trail[-1]["who"] == ME


def test_s17_where_orders_of_one_reason_need_different_things_each_hint_names_its_orders(running: Desk) -> None:
    running.holds("1000001", "address", "no such street", hint="did they mean 1300 Canterbury Rd?")
    running.holds("1000002", "address", "no such town")
    running.holds("1000003", "address", "no such town")
    shown = running.run("orders", "list", "--held").stdout
    assert "what to do for 1000001: did they mean 1300 Canterbury Rd?" in shown
    assert f"what to do for 1000002, 1000003: {worded(HINTS[Reason.ADDRESS])}" in shown


def test_retry_for_programs_gives_the_order(running: Desk) -> None:
    running.holds("1000001", "weight", "no weight")
    assert json.loads(running.run("orders", "retry", "1000001", "--json").stdout)["state"] == "RECEIVED"


def test_show_tells_what_the_erp_is_still_to_be_told_after_the_label(running: Desk) -> None:
    key = is_done(running)
    assert "the ERP is to be told" not in running.run("orders", "show", "1000001").stdout
    now, said = Facts("in_transit", "2026-11-06"), Facts("picked_up", "2026-11-06")
    due = Telling(1, now, said, due_at=NOW + timedelta(hours=1), tries=2)
    running.moves(key, State.DONE, telling=due)
    shown = " ".join(running.run("orders", "show", "1000001").stdout.split())
    assert "the ERP is to be told milestone in_transit; at 2026-11-02" in shown
    assert "2 tries failed" in shown
    assert "arrives 2026-11-06" in shown
    running.moves(key, State.DONE, telling=replace(due, due_at=None))
    assert "given up" in running.run("orders", "show", "1000001").stdout
    told = json.loads(running.run("orders", "show", "1000001", "--json").stdout)["telling"]
    assert (told["now"]["milestone"], told["tries"]) == ("in_transit", 2)


def test_every_reason_is_somebody_s_and_the_listing_says_whose(running: Desk) -> None:
    assert set(OWNERS) == set(Reason)
    running.holds("1000001", "weight", "line 1: item ITEM1 has no weight", field="lines.1.unit_weight")
    running.holds("1000002", "freight_terms", "an unknown code", field="freight_terms")
    shown = running.run("orders", "list", "--held").stdout
    assert "weight (1): clerk" in shown
    assert "freight_terms (1): administrator" in shown


def test_the_hint_of_one_order_alone_names_it(running: Desk) -> None:
    running.holds("1000001", "weight", "line 1: item ITEM1 has no weight", field="lines.1.unit_weight")
    assert "parcelbridge orders fix 1000001 weight=" in running.run("orders", "list", "--held").stdout
    running.holds("1000002", "weight", "line 1: item ITEM1 has no weight", field="lines.1.unit_weight")
    assert "parcelbridge orders fix ORDER weight=" in running.run("orders", "list", "--held").stdout


def test_a_listing_is_narrowed_by_reason_and_by_time(running: Desk) -> None:
    running.holds("1000001", "weight", "line 1: item ITEM1 has no weight", field="lines.1.unit_weight")
    running.holds("1000002", "address", "no such street", field="ship_to.address")

    def documents(*options: str) -> set[str]:
        return {each["document"] for each in json.loads(running.run("orders", "list", "--json", *options).stdout)}

    assert documents("--reason", "weight") == {"1000001"}
    assert documents("--since", "2026-11-01") == {"1000001", "1000002"}
    assert documents("--since", "2027-01-01") == set()
    assert "no reason; allowed: " in running.run("orders", "list", "--reason", "wait").stderr


def test_several_orders_in_one_command_and_one_that_is_refused_does_not_end_the_others(running: Desk) -> None:
    running.holds("1000001", "weight", "line 1: item ITEM1 has no weight", field="lines.1.unit_weight")
    is_done(running, "1000002")
    running.holds("1000003", "weight", "line 1: item ITEM1 has no weight", field="lines.1.unit_weight")
    result = running.run("orders", "retry", "1000001", "1000002", "1000003")
    assert result.exit_code == 1
    assert "1000001: goes on as RECEIVED" in result.stdout
    assert "1000003: goes on as RECEIVED" in result.stdout
    assert "1000002: " in result.stderr


def test_an_order_is_found_by_its_tracking_number() -> None:
    made = Office()
    made.through()
    number = made.head().tracking_number
    assert json.loads(made.says("orders", "show", number, "--json"))["head"]["tracking_number"] == number


def test_orders_are_listed_by_supplier_and_by_warehouse(running: Desk) -> None:
    for number, warehouse in (("1000001", "W01"), ("1000002", "W02")):
        head, snapshot, entry = a_received(number, connection="acme-infor-ups")
        order = replace(snapshot.order, warehouse=warehouse, supplier=f"V{number}")
        assert running.ports.orders.create(head, replace(snapshot, order=order), entry)
    by_warehouse = running.run("orders", "list", "--warehouse", "W02").stdout
    assert "1000002" in by_warehouse
    assert "1000001" not in by_warehouse
    by_number = running.run("orders", "list", "--supplier", "V1000001").stdout
    assert "1000001" in by_number
    assert "1000002" not in by_number
    assert "1000002" in running.run("orders", "list", "--supplier", "valve", "--warehouse", "W02").stdout
    assert "no orders" in running.run("orders", "list", "--supplier", "nobody").stdout


def test_a_watched_list_is_shown_anew_until_ctrl_c(running: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    running.takes("1000001")
    looks: list[float] = []

    def sleep(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 2:
            raise KeyboardInterrupt
        running.takes("1000002")

    monkeypatch.setattr("cli.orders.waiting.time.sleep", sleep)
    shown = running.run("orders", "list", "--watch")
    assert shown.exit_code == 0
    assert shown.stdout.count("1000001") == 2
    assert shown.stdout.count("1000002") == 1
