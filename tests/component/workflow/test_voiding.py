"""A person voids a label: in doubt it shows, what is refused stays as it was, and the ERP holds only what lives."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from cli.hints import worded
from sandbox.engine import FaultKind
from sandbox.erps.m3.seed import Line, delivery
from sandbox.erps.m3.tenant import ExtensionKey
from sandbox.memory import MemoryLabels
from shared.domain.state import State
from shared.errors import Misconfigured, Refused
from shared.ports import Conflict
from shared.workflow.desk.approve import approve, retry
from shared.workflow.desk.fix import fix
from shared.workflow.desk.ship_again import propose, ship_again
from shared.workflow.desk.void import void
from shared.workflow.orders.standing import is_voided
from shared.workflow.orders.step import LEASE, SYSTEM
from shared.workflow.write_back.update import note_of
from tests.component.workflow.scene import ALBANY, BUFFALO, DAY, MINUTE, ORDER, Scene, bought_once, key_of

KEY, ANN = key_of(ORDER), "arn:aws:sts::1:assumed-role/Clerk/ann"
FOUR_PACKAGES = [Line("VALVE-1", 20)]
READ, CHANGE = "CUSEXTMI.GetFieldValue", "CUSEXTMI.ChgFieldValue"
NOTHING = {"A630": "voided"}
"""The fields of the ERP when no shipment is left: its milestone."""


def done(lines: list[Line] | None = None, **connection: Any) -> Scene:
    """Shipped, written back, and at rest for an hour."""
    scene = Scene(**connection)
    scene.through(lines=lines or [Line("VALVE-1", 2)])
    scene.passes(timedelta(hours=1))
    return scene


def voided(scene: Scene, **facts: Any) -> None:
    void(scene.ports, KEY, ANN, **facts)
    scene.work()


def standing(scene: Scene) -> dict[str, str]:
    """Return the values of our fields, blanks left out."""
    return {name: value for name, value in scene.in_erp().items() if value not in ("", "0")}


# --- a void --------------------------------------------------------------------------------------------------------


def test_a_void_cancels_the_shipment_at_the_carrier_and_takes_everything_of_it_out_of_the_erp() -> None:
    scene = done()
    voided(scene, why="wrong supplier")
    assert scene.live() == []
    assert scene.stands() == "CANCELLED voided"
    assert standing(scene) == NOTHING
    assert is_voided(scene.head())
    assert scene.head().written_back is False


def test_the_image_of_a_voided_label_is_taken_away_at_once() -> None:
    scene = done()
    (place,) = [each.label for each in scene.ports.orders.packages(KEY, 1)]
    assert scene.ports.labels.has(place)
    void(scene.ports, KEY, ANN)
    assert not scene.ports.labels.has(place)


def test_g5_the_audit_says_who_asked_before_the_carrier_was_called_and_what_it_said_after() -> None:
    scene = done()
    shipment = scene.head().shipment_id
    ups, seen = scene.ports.open_carrier, []

    class Watched:
        def __init__(self, carrier: Any) -> None:
            self._carrier = carrier

        def void(self, *arguments: Any) -> str:
            seen.append(scene.trail()[-1])
            return str(self._carrier.void(*arguments))

    scene.with_ports(open_carrier=lambda connection: Watched(ups(connection)))
    voided(scene, why="wrong supplier")
    asked, made, gone = scene.audit()[-3:]
    assert seen == ["void_asked"]
    assert (asked.what, asked.who, asked.why) == ("void_asked", ANN, f"shipment {shipment}: wrong supplier")
    assert (made.what, made.who, made.why) == ("voided", ANN, f"shipment {shipment}: Voided")
    assert (gone.what, gone.who, gone.state) == ("withdrawn", SYSTEM, State.CANCELLED)


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "error_after", "throttled", "empty"])
def test_a_void_whose_answer_is_lost_is_visibly_in_doubt_and_may_be_asked_again(kind: FaultKind) -> None:
    scene = done()
    scene.ups_will(kind, "void")
    voided(scene)
    assert scene.stands() == "HELD void"
    assert "its answer is not known" in scene.snapshot().problem
    assert scene.trail()[-2:] == ["void_asked", "void_in_doubt"]
    assert scene.head().tracking_number
    scene.lives(2 * DAY)
    assert scene.stands() == "HELD void", "nobody voids by itself"
    voided(scene)
    assert scene.live() == []
    assert scene.stands() == "CANCELLED voided"
    assert standing(scene) == NOTHING


def test_a_void_in_doubt_is_neither_retried_away_nor_taken_for_made() -> None:
    scene = done()
    scene.ups_will("reset_before", "void")
    voided(scene)
    with pytest.raises(Refused, match="whether the void of order 4000001 was made is not known"):
        retry(scene.ports, KEY, ANN)
    assert scene.asked(scene.m3, CHANGE) == 0, "the number stands while the parcel may live"


@pytest.mark.parametrize("before", ["DONE", "SHIPPED retry", "HELD write_back"])
def test_a_void_that_comes_too_late_leaves_the_order_as_it_was_with_the_carrier_s_words(before: str) -> None:
    scene = Scene(write_back={"tracking_numbers": {"to": "A121", "max": 5 if "HELD" in before else 120}})
    if "retry" in before:
        scene.m3_will("error_before", READ, times=1)
    scene.through()
    assert scene.stands() == before
    problem = scene.snapshot().problem
    scene.passes(scene.ups.void_window + MINUTE)
    with pytest.raises(Refused, match="No shipment found within the allowed void period"):
        void(scene.ports, KEY, ANN)
    assert scene.stands() == before.removesuffix(" retry")
    assert scene.snapshot().problem == problem
    assert scene.trail()[-1] == "void_refused"
    assert "190102" in scene.audit()[-1].why
    if before != "HELD write_back":
        scene.lives(timedelta(hours=1))
        assert bought_once(scene)


def test_a_void_that_is_refused_when_it_is_asked_again_finds_the_order_s_own_standing_in_the_trail() -> None:
    scene = done(write_back={"tracking_numbers": {"to": "A121", "max": 5}})
    assert scene.stands() == "HELD write_back"
    scene.ups_will("reset_before", "void")
    voided(scene)
    scene.passes(scene.ups.void_window)
    with pytest.raises(Refused):
        void(scene.ports, KEY, ANN)
    assert scene.stands() == "HELD write_back"
    assert "held for write_back" in scene.snapshot().problem


def test_a_credential_that_is_refused_at_a_void_moves_nothing() -> None:
    scene = done()
    scene.ups.revoke_tokens()
    scene.ups.clients.clear()
    with pytest.raises(Misconfigured):
        void(scene.ports, KEY, ANN)
    assert scene.stands() == "DONE"


def test_a_credential_that_is_refused_when_a_void_is_asked_again_leaves_the_void_before_in_doubt() -> None:
    scene = done()
    scene.ups_will("reset_after", "void")
    voided(scene)
    clients = dict(scene.ups.clients)
    scene.ups.revoke_tokens()
    scene.ups.clients.clear()
    with pytest.raises(Misconfigured):
        void(scene.ports, KEY, ANN)
    assert scene.live() == []
    assert scene.stands() == "HELD void", "its number is not live, and is not to look so"
    scene.ups.clients.update(clients)
    scene.lives(DAY)
    voided(scene)
    assert scene.stands() == "CANCELLED voided"
    assert standing(scene) == NOTHING


@pytest.mark.parametrize("state", ["unknown to us", "taken in", "voided"])
def test_what_has_no_shipment_can_not_be_voided(state: str) -> None:
    scene = Scene()
    if state == "taken in":
        scene.taken_in()
    elif state == "voided":
        scene = done()
        voided(scene)
    with pytest.raises(Refused):
        void(scene.ports, KEY, ANN)
    assert scene.asked(scene.ups, "void") == (1 if state == "voided" else 0)


def test_a_void_is_not_given_back_to_the_limits() -> None:
    scene = done(limits={"labels_per_day": 1})
    voided(scene)
    ship_again(scene.ports, propose(scene.ports, KEY), ANN)
    scene.work()
    assert scene.stands() == "READY limit"


# --- the ERP after it ------------------------------------------------------------------------------------------------


def test_what_somebody_else_wrote_into_our_fields_stays() -> None:
    scene = done()
    number = scene.in_erp()["A121"]
    row = scene.tenant.extensions[ExtensionKey("MPHEAD", (ORDER,))]
    row |= {"A121": f"ask Bob {number} first", "A230": "by truck", "A030": "EDI-850"}
    voided(scene)
    assert standing(scene) == {**NOTHING, "A121": "ask Bob first", "A230": "by truck", "A030": "EDI-850"}


def test_the_milestone_says_voided_until_the_next_label() -> None:
    scene = done()
    voided(scene)
    assert standing(scene) == {"A630": "voided"}
    ship_again(scene.ports, propose(scene.ports, KEY), ANN)
    scene.work()
    assert scene.in_erp()["A630"] == "label_created"


@pytest.mark.parametrize("kind", ["error_before", "reset_after", "throttled"])
@pytest.mark.parametrize("operation", [READ, CHANGE])
def test_s59_the_correction_is_tried_again_on_its_own(operation: str, kind: FaultKind) -> None:
    scene = done()
    scene.m3_will(kind, operation)
    voided(scene)
    assert scene.stands() == "HELD void"
    assert scene.head().tries == 1
    scene.lives(timedelta(hours=3))
    assert scene.stands() == "CANCELLED voided"
    assert standing(scene) == NOTHING


def test_s61_a_correction_that_fails_for_a_day_is_for_a_person_and_goes_on_with_a_retry() -> None:
    scene = done()
    scene.m3_will("error_before", READ, times=10_000)
    voided(scene)
    scene.lives(2 * DAY)
    assert scene.stands() == "HELD write_back"
    scene.m3.faults.clear()
    retry(scene.ports, KEY, ANN)
    scene.work()
    assert scene.stands() == "CANCELLED voided"
    assert standing(scene) == NOTHING
    assert scene.creates() == 1


def test_a_correction_whose_message_is_lost_is_found_by_the_sweep() -> None:
    scene = done()
    void(scene.ports, KEY, ANN)
    scene.drop_messages()
    scene.lives(timedelta(hours=1))
    assert scene.stands() == "CANCELLED voided"


def test_a_field_that_m3_does_not_empty_is_told_and_not_passed_over() -> None:
    scene = done(erp={"bindings": {"shipment.write_back": _binding(blank=" ")}})
    voided(scene)
    assert scene.stands() == "HELD write_back"
    assert "could not be emptied" in scene.snapshot().problem


def _binding(blank: str) -> dict[str, Any]:
    return {
        "program": "CUSEXTMI",
        "transaction": "AddFieldValue",
        "change": "ChgFieldValue",
        "kind": "write",
        "input": {"FILE": "MPHEAD", "PK01": "{po_number}"},
        "settings": {"blank": blank},
    }


def test_a_write_back_that_was_under_way_at_the_void_does_not_bring_the_number_back() -> None:
    """The writer has read the order before the void, and writes after it: the correction waits until it is dead."""
    scene = Scene()
    scene.taken_in()
    scene.process()
    scene.drop_messages()

    def voided() -> None:
        void(scene.ports, KEY, ANN)
        scene.work()

    scene.before_the_next("erp", "write", voided)
    scene.write_back()
    assert scene.in_erp()["A121"], "written after the void"
    assert scene.stands() == "HELD void"
    scene.lives(LEASE + 20 * MINUTE)
    assert scene.stands() == "CANCELLED voided"
    assert standing(scene) == NOTHING


def test_a_connection_that_writes_nothing_has_nothing_to_correct() -> None:
    scene = done(write_back={"enabled": False})
    voided(scene)
    assert scene.stands() == "CANCELLED voided"
    assert scene.m3.field_writes == []


def test_two_people_who_void_at_once_leave_one_void_and_an_honest_word_to_the_second() -> None:
    scene = done()
    store = scene.ports.orders

    class Overtaken:
        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def transition(self, *arguments: Any, **facts: Any) -> None:
            scene.with_ports(orders=store)
            void(scene.ports, KEY, "bob")
            store.transition(*arguments, **facts)

    scene.with_ports(orders=Overtaken())
    with pytest.raises(Conflict):
        void(scene.ports, KEY, ANN)
    scene.work()
    assert scene.stands() == "CANCELLED voided"
    assert scene.asked(scene.ups, "void") == 1


# --- single packages -------------------------------------------------------------------------------------------------


def test_a_single_package_is_voided_and_the_others_numbers_stay_in_the_erp() -> None:
    scene = done(FOUR_PACKAGES)
    (shipment,) = scene.live()
    first, second, *others = shipment.tracking_numbers
    voided(scene, packages=(first,))
    assert scene.live()[0].live_numbers == (second, *others)
    assert scene.stands() == "DONE"
    assert scene.in_erp()["A121"].split() == [second, *others]
    assert (scene.head().tracking_number, scene.head().packages_made) == (second, 3)
    assert "package_voided" in scene.trail()
    scene.lives(DAY)
    assert scene.stands() == "DONE"


def test_voiding_every_package_by_number_voids_the_shipment() -> None:
    scene = done(FOUR_PACKAGES)
    (shipment,) = scene.live()
    for number in shipment.tracking_numbers[:3]:
        voided(scene, packages=(number,))
        scene.passes(LEASE)
    voided(scene, packages=shipment.tracking_numbers[3:])
    assert scene.live() == []
    assert scene.stands() == "CANCELLED voided"
    assert standing(scene) == NOTHING


def test_a_number_that_is_not_the_order_s_or_is_voided_is_refused_before_the_carrier_is_asked() -> None:
    scene = done(FOUR_PACKAGES)
    number = scene.live()[0].tracking_numbers[1]
    voided(scene, packages=(number,))
    for each in (number, "1Z999"):
        with pytest.raises(Refused, match="is no live package"):
            void(scene.ports, KEY, ANN, packages=(each,))
    assert scene.asked(scene.ups, "void") == 1


def test_an_image_of_a_voided_package_is_not_looked_for() -> None:
    scene = done(FOUR_PACKAGES)
    first = scene.live()[0].tracking_numbers[0]
    void(scene.ports, KEY, ANN, packages=(first,))
    scene.drop_messages()
    place = next(each.label for each in scene.ports.orders.packages(KEY, 1) if each.tracking_number == first)
    labels = MemoryLabels()
    labels.images = {each: b"image" for each in (p.label for p in scene.ports.orders.packages(KEY, 1)) if each != place}
    scene.with_ports(labels=labels)
    scene.lives(timedelta(hours=1))
    assert scene.stands() == "DONE"
    recoveries = [each.request for each in scene.ups.recorded if each.operation == "recovery"]
    assert [each for each in recoveries if b"ReferenceNumber" not in (each.body or b"")] == [], "looks alone ask so"


# --- parcel groups ---------------------------------------------------------------------------------------------------

GROUPS = [KEY.removesuffix("-") + name for name in ("line-1", "line-2")]


def two_places() -> Scene:
    scene = Scene()
    scene.through(lines=[Line("VALVE-1", 2, to=ALBANY), Line("VALVE-1", 3, to=BUFFALO)])
    scene.passes(timedelta(hours=1))
    assert len(scene.in_erp()["A121"].split()) == 2
    return scene


def test_a_void_of_one_parcel_group_leaves_the_other_s_number_and_cost() -> None:
    scene = two_places()
    void(scene.ports, GROUPS[0], ANN)
    scene.work()
    (left,) = scene.live()
    assert scene.in_erp()["A121"].split() == list(left.tracking_numbers)
    assert abs(Decimal(scene.in_erp()["N096"]) - left.charge * Decimal("0.72")) <= Decimal("0.01")
    assert scene.in_erp().get("A630", "") == "label_created"


@pytest.mark.parametrize("between", [timedelta(0), timedelta(hours=1)])
def test_when_every_parcel_group_is_voided_nothing_of_any_is_left_in_the_erp(between: timedelta) -> None:
    scene = two_places()
    for key in GROUPS:
        void(scene.ports, key, ANN)
        if between:
            scene.work()
        scene.passes(between)
    scene.lives(timedelta(hours=1))
    assert scene.live() == []
    assert standing(scene) == NOTHING


def test_s28_a_voided_group_s_lines_are_shipped_by_no_poll_and_again_by_a_person() -> None:
    scene = two_places()
    void(scene.ports, GROUPS[0], ANN)
    scene.work()
    scene.tenant.touch(ORDER)
    scene.lives(2 * DAY)
    assert len(scene.live()) == 1
    proposal = propose(scene.ports, GROUPS[0])
    assert [line.number for line in proposal.order.lines] == ["1"]
    ship_again(scene.ports, proposal, ANN)
    scene.lives(timedelta(hours=1))
    assert len(scene.live()) == 2
    assert len(scene.in_erp()["A121"].split()) == 2
    assert scene.in_erp()["A630"] == "label_created"


def test_s28_lines_of_a_group_that_is_shipped_again_are_not_divided_among_the_others() -> None:
    """Its first label lives; while the second one waits, a line of the first is readdressed: it is in a parcel."""
    scene = Scene()
    scene.through(lines=[Line("VALVE-1", 2, to=ALBANY), Line("VALVE-1", 3, to=BUFFALO), Line("VALVE-1", 4, to=ALBANY)])
    scene.passes(timedelta(hours=1))
    scene.tenant.change_line(ORDER, "3", ORQA="9", ORQT="9")
    scene.poll()
    ship_again(scene.ports, propose(scene.ports, GROUPS[0]), ANN)
    scene.drop_messages()
    scene.tenant.change_delivery(ORDER, "1", delivery(BUFFALO))
    scene.lives(DAY)
    plans = [scene.world.orders.snapshot(head.key, head.generation).plan for head in scene.world.heads()]
    shipped = [{line for package in plan.packages for line in package.lines} for plan in plans if plan]
    assert shipped == [{"3"}, {"2"}], "and line 1 in none of them a second time"
    assert len(scene.live()) == 3


# --- shipped again ---------------------------------------------------------------------------------------------------


def test_s28_what_was_voided_is_never_shipped_again_by_a_poll_whatever_the_erp_says() -> None:
    scene = done()
    voided(scene)
    scene.tenant.change_line(ORDER, "1", ORQA="8", ORQT="8")
    scene.lives(9 * DAY)
    scene.tenant.cancel(ORDER)
    scene.lives(DAY)
    assert scene.stands() == "CANCELLED voided"
    assert scene.creates() == 1


def test_a_person_ships_a_voided_order_again_as_the_next_generation_with_everything_anew() -> None:
    scene = done()
    voided(scene)
    first = scene.ups.ledger.of_order(ORDER)[0]
    scene.tenant.change_line(ORDER, "1", ORQA="4", ORQT="4")
    begun = ship_again(scene.ports, propose(scene.ports, KEY), ANN)
    facts = (begun.generation, begun.state, begun.attempt, begun.shipment_id, begun.tracking_number, begun.approved_by)
    assert facts == (2, State.RECEIVED, 0, "", "", "")
    assert (begun.quote, begun.cost, begun.written_back, begun.intent_at, begun.plan_hash) == (
        None,
        None,
        False,
        None,
        "",
    )
    assert (scene.audit()[-1].what, scene.audit()[-1].who) == ("ship_again", ANN)
    scene.work()
    assert bought_once(scene)
    (second,) = scene.live()
    assert second.reference == first.reference.removesuffix("-1") + "-2"
    assert scene.world.orders.snapshot(KEY, 2).order.lines[0].quantity == 4
    assert scene.world.orders.snapshot(KEY, 1).order.lines[0].quantity == 2, "what was shipped then is kept"


def test_the_note_of_a_label_after_a_void_names_the_shipment_that_was_voided_before_it() -> None:
    scene = done()
    first = scene.head()
    voided(scene)
    ship_again(scene.ports, propose(scene.ports, KEY), ANN)
    scene.work()
    note = note_of(scene.ports, scene.head(), None, lambda _: "")
    assert [(each.reference, each.cost) for each in note.voided] == [(first.reference, first.cost)]
    assert note.reference == scene.head().reference != first.reference
    scene.passes(timedelta(hours=1))
    voided(scene)
    gone = note_of(scene.ports, scene.head(), None, lambda _: "").voided
    assert [each.reference for each in gone] == [first.reference, note.reference]


def test_a_shipment_that_was_voided_beside_one_that_lives_is_not_one_before_it() -> None:
    scene = done()
    ship_again(scene.ports, propose(scene.ports, KEY, ("1",), all_open=True), ANN)
    scene.work()
    scene.passes(timedelta(hours=1))
    voided(scene)
    assert note_of(scene.ports, scene.head(), None, lambda _: "").voided == ()


def test_s16_a_person_s_fix_goes_on_with_the_order_that_is_shipped_again() -> None:
    scene = Scene()
    scene.through(lines=[Line("GASKET-X", 2)])
    fix(scene.ports, KEY, ["weight=1.5 lb"], ANN)
    scene.work()
    scene.passes(timedelta(hours=1))
    voided(scene)
    ship_again(scene.ports, propose(scene.ports, KEY), ANN)
    scene.work()
    assert scene.stands() == "DONE"
    assert [each.field for each in scene.world.orders.snapshot(KEY, 2).fixes] == ["lines.1.unit_weight"]


def test_only_the_named_lines_of_a_voided_order_are_shipped_again_also_after_it_is_read_again() -> None:
    scene = Scene(approve={"mode": "manual", "amount": None})
    scene.through(lines=[Line("VALVE-1", 2), Line("VALVE-1", 3)])
    approve(scene.ports, KEY, ANN)
    scene.work()
    scene.passes(timedelta(hours=1))
    voided(scene)
    ship_again(scene.ports, propose(scene.ports, KEY, ("2",)), ANN)
    scene.work()
    assert scene.stands() == "HELD approval"
    scene.tenant.change_line(ORDER, "1", ORQA="7", ORQT="7")
    scene.passes(MINUTE)
    scene.poll()
    scene.work()
    approve(scene.ports, KEY, ANN)
    scene.work()
    assert len(scene.live()) == 1
    plan = scene.world.orders.snapshot(KEY, 2).plan
    assert plan
    assert [package.lines for package in plan.packages] == [("2",)]


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("a line that is not there", "has no open line 7"),
        ("cancelled meanwhile", "is not shipped again"),
        ("selected no more", "does not want it"),
        ("everything received", "nothing is open"),
    ],
)
def test_what_the_erp_does_not_have_open_is_not_shipped_again(what: str, says: str) -> None:
    scene = done(select={"status": {"from": "20", "to": "99"}})
    voided(scene)
    if what == "cancelled meanwhile":
        scene.tenant.cancel(ORDER)
    elif what == "selected no more":
        scene.tenant.change_head(ORDER, MODL="TRK")
    elif what == "everything received":
        scene.tenant.change_line(ORDER, "1", RVQA="2")
    with pytest.raises(Refused, match=says):
        propose(scene.ports, KEY, ("7",) if "line" in what else ())
    assert scene.stands() == "CANCELLED voided"


def test_a_shipped_order_is_not_shipped_again_without_naming_lines() -> None:
    scene = done()
    with pytest.raises(Refused, match="is DONE: what is shipped again is voided") as refused:
        propose(scene.ports, KEY)
    assert "--lines" in worded(refused.value.hint)
    assert scene.creates() == 1


def test_an_order_that_moved_between_the_proposal_and_the_yes_is_not_shipped() -> None:
    scene = done()
    voided(scene)
    proposal = propose(scene.ports, KEY)
    ship_again(scene.ports, proposal, "bob")
    with pytest.raises(Conflict):
        ship_again(scene.ports, proposal, ANN)
    scene.work()
    assert bought_once(scene)


def test_two_generations_voided_one_after_the_other_leave_nothing_in_the_erp() -> None:
    scene = done()
    voided(scene)
    ship_again(scene.ports, propose(scene.ports, KEY), ANN)
    scene.work()
    scene.passes(timedelta(hours=1))
    voided(scene)
    assert scene.stands() == "CANCELLED voided"
    assert standing(scene) == NOTHING
    assert scene.live() == []
