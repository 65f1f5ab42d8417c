"""Differences from what the ERP was told are told, whatever the state; and an action is made once, behind an intent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.engine import FaultKind
from sandbox.erps.m3.tenant import ExtensionKey
from shared import log
from shared.domain.milestones import Milestone
from shared.domain.money import Money
from shared.errors import Refused, Retry, Unknown
from shared.ports import Conflict, ErpAction, ShippedLine, WriteBack
from shared.workflow.desk.approve import retry
from shared.workflow.desk.dismiss import dismiss
from shared.workflow.desk.fix import fix
from shared.workflow.desk.ship_again import propose, ship_again
from shared.workflow.desk.void import void
from shared.workflow.orders.step import HEAL
from shared.workflow.write_back.difference import tell_later
from shared.workflow.write_back.replay import write_again
from tests.component.workflow.scene import DAY, MINUTE, NOWHERE, ORDER, SETTLE, Scene, bought_once, key_of

READ, ADD, CHANGE = "CUSEXTMI.GetFieldValue", "CUSEXTMI.AddFieldValue", "CUSEXTMI.ChgFieldValue"
TRANSIT, DELIVERED = Milestone.IN_TRANSIT, Milestone.DELIVERED


def done(**connection: Any) -> Scene:
    """Bought, and the ERP has its label's facts."""
    scene = Scene(**connection)
    scene.through()
    assert bought_once(scene)
    return scene


def learns(scene: Scene, milestone: Milestone | None = None, **news: Any) -> None:
    tell_later(scene.ports, scene.head(), milestone=milestone, **news)


def milestone_of(scene: Scene) -> str:
    return scene.in_erp()["A630"]


# --- after DONE ----------------------------------------------------------------------------------------------------


def test_a_milestone_after_done_reaches_the_erp_and_the_order_stays_done() -> None:
    scene = done()
    written = len(scene.m3.field_writes)
    learns(scene, TRANSIT, why="scan 17")
    scene.work()
    assert milestone_of(scene) == "in_transit"
    assert [each.field for each in scene.m3.field_writes[written:]] == ["A630"]
    assert scene.stands() == "DONE"
    assert scene.trail()[-2:] == ["shipment_news", "erp_told"]
    assert scene.audit()[-2].why == "milestone in_transit: scan 17"
    assert scene.head().due_at is None


def test_a_milestone_that_goes_back_or_says_nothing_new_writes_nothing_at_all() -> None:
    scene = done()
    learns(scene, TRANSIT)
    scene.work()
    before, calls = scene.head(), len(scene.m3.recorded)
    for news in (Milestone.PICKED_UP, TRANSIT, Milestone.LABEL_CREATED):
        learns(scene, news)
    scene.work()
    scene.sweep()
    assert scene.head() == before
    assert len(scene.m3.recorded) == calls


def test_a_burst_of_news_is_one_write_of_the_newest() -> None:
    scene = done()
    writes = scene.asked(scene.m3, CHANGE)
    for news in (Milestone.PICKED_UP, TRANSIT, DELIVERED):
        learns(scene, news)
    scene.work()
    assert milestone_of(scene) == "delivered"
    assert scene.asked(scene.m3, CHANGE) == writes + 1


def test_arrival_and_cost_reach_the_erp_too() -> None:
    scene = done()
    learns(scene, eta="2026-11-09", cost=Money(Decimal("99.10"), "USD"))
    scene.work()
    assert (scene.in_erp()["A530"], scene.in_erp()["N096"]) == ("2026-11-09", "99.1")
    assert scene.head().cost == Money(Decimal("99.10"), "USD")


def test_a_milestone_before_the_first_write_back_is_written_with_it() -> None:
    scene = Scene()
    scene.taken_in()
    scene.process()
    learns(scene, TRANSIT)
    scene.work()
    assert bought_once(scene)
    assert milestone_of(scene) == "in_transit"
    assert scene.asked(scene.m3, ADD) + scene.asked(scene.m3, CHANGE) == 1


def test_s42_news_is_sent_at_once_and_not_left_to_the_sweep_while_time_goes_on() -> None:
    """A real clock says another time each time that it is asked."""
    scene = done()

    class Ticking:
        def now(self) -> datetime:
            scene.clock.advance(timedelta(microseconds=1))
            return scene.clock.now()

    scene.with_ports(clock=Ticking())
    tell_later(scene.ports, scene.head(), milestone=TRANSIT)
    assert scene.messages("write-backs") == [key_of(ORDER)]


def test_a_message_that_was_lost_is_made_up_for_by_the_sweep() -> None:
    scene = done()
    learns(scene, TRANSIT)
    scene.drop_messages()
    scene.passes(MINUTE)
    scene.sweep()
    scene.work()
    assert milestone_of(scene) == "in_transit"
    assert scene.ports.orders.due_of("telling", scene.clock.now() + DAY, 10) == []


def test_a_message_of_the_sweep_that_is_lost_too_is_sent_again_later() -> None:
    scene = done()
    learns(scene, TRANSIT)
    for wait in (MINUTE, MINUTE, HEAL):
        scene.drop_messages()
        scene.passes(wait)
        scene.sweep()
    scene.work()
    assert milestone_of(scene) == "in_transit"


@pytest.mark.parametrize("kind", ["reset_after", "error_after", "empty"])
def test_a_telling_whose_answer_was_lost_is_compared_and_not_written_again(kind: FaultKind) -> None:
    scene = done()
    learns(scene, TRANSIT)
    scene.m3_will(kind, CHANGE)
    scene.work()
    telling = scene.ports.orders.telling(key_of(ORDER))
    assert telling
    assert (telling.tries, scene.stands(), scene.head().tries) == (1, "DONE", 0)
    writes = len(scene.m3.field_writes)
    scene.lives(timedelta(hours=2))
    assert milestone_of(scene) == "in_transit"
    assert len(scene.m3.field_writes) == writes
    assert scene.trail()[-1] == "erp_told"


def test_a_worker_that_dies_after_the_write_leaves_it_to_the_next_one() -> None:
    scene = done()
    learns(scene, TRANSIT)
    orders, writes = scene.ports.orders, scene.asked(scene.m3, CHANGE)

    class Dying:
        def __getattr__(self, name: str) -> Any:
            return getattr(orders, name)

        def transition(self, *_: Any, **__: Any) -> None:
            raise SystemExit

    scene.with_ports(orders=Dying())
    with pytest.raises(SystemExit):
        scene.write_back()
    scene.with_ports(orders=orders)
    scene.lives(timedelta(hours=1))
    assert scene.trail()[-1] == "erp_told"
    assert scene.asked(scene.m3, CHANGE) == writes + 1


def test_what_the_erp_refuses_is_given_up_told_and_tried_again_with_the_next_news(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = done(write_back={"milestone": {"to": "A730", "max": 13}})
    counted: list[str] = []
    monkeypatch.setattr(log, "count", lambda name, **_: counted.append(name))
    learns(scene, Milestone.OUT_FOR_DELIVERY)
    scene.work()
    assert (scene.stands(), scene.trail()[-1], counted) == ("DONE", "telling_given_up", ["ErpNotTold"])
    assert "milestone does not fit into A730" in scene.audit()[-1].why
    scene.lives(DAY)
    assert scene.trail()[-1] == "telling_given_up", "it waits for a person or for news"
    learns(scene, DELIVERED)
    scene.work()
    assert scene.in_erp()["A730"] == "delivered"


def test_what_was_given_up_is_told_by_a_replay() -> None:
    scene = done()
    learns(scene, TRANSIT)
    scene.m3_will("throttled", READ, seconds=1200, times=1)
    scene.work()
    write_again(scene.ports, key_of(ORDER), "ann")
    telling = scene.ports.orders.telling(key_of(ORDER))
    assert telling
    assert (telling.differs, telling.due_at, milestone_of(scene)) == (False, None, "in_transit")


def test_an_erp_that_asks_for_a_wait_gets_it() -> None:
    scene = done()
    learns(scene, TRANSIT)
    scene.m3_will("throttled", READ, seconds=1200)
    scene.work()
    asked = scene.asked(scene.m3, READ)
    scene.write_back()
    assert scene.asked(scene.m3, READ) == asked, "an early message is only a hint"
    scene.lives(timedelta(hours=1))
    assert milestone_of(scene) == "in_transit"


@pytest.mark.parametrize("connection", [{"write_back": {"milestone": "off"}}, {"write_back": {"enabled": False}}])
def test_what_has_no_field_is_known_and_never_due(connection: dict[str, Any]) -> None:
    scene = Scene(**connection)
    scene.through()
    calls = len(scene.m3.recorded)
    learns(scene, TRANSIT)
    scene.work()
    scene.passes(DAY)
    scene.sweep()
    scene.work()
    assert len(scene.m3.recorded) == calls
    telling = scene.ports.orders.telling(key_of(ORDER))
    assert telling
    assert (telling.now.milestone, telling.due_at) == ("in_transit", None)


@pytest.mark.parametrize("mode", ["overwrite", "if_empty", "append"])
def test_in_every_mode_our_own_milestone_makes_room_for_the_next(mode: str) -> None:
    scene = done(write_back={"milestone": {"to": "A630", "mode": mode}})
    for news in (TRANSIT, DELIVERED):
        learns(scene, news)
        scene.work()
        assert milestone_of(scene) == news


def test_what_another_wrote_into_an_if_empty_field_stays() -> None:
    scene = done(write_back={"milestone": {"to": "A630", "mode": "if_empty"}})
    (extension,) = (each for key, each in scene.tenant.extensions.items() if key.keys == (ORDER,))
    extension["A630"] = "by hand"
    learns(scene, TRANSIT)
    scene.work()
    assert milestone_of(scene) == "by hand"
    assert scene.trail()[-1] == "erp_told"


def test_a_void_after_news_takes_everything_of_ours_out() -> None:
    scene = done()
    learns(scene, TRANSIT, eta="2026-11-09")
    scene.work()
    void(scene.ports, key_of(ORDER), "ann")
    scene.lives(timedelta(hours=1))
    left = {name: value for name, value in scene.in_erp().items() if value not in ("", "0")}
    assert (scene.stands(), left) == ("CANCELLED voided", {"A630": "voided"})


def test_news_that_cross_a_void_are_not_told_of_a_label_that_is_gone() -> None:
    scene = done()
    head = scene.head()
    void(scene.ports, key_of(ORDER), "ann")
    with pytest.raises(Conflict):
        tell_later(scene.ports, head, milestone=TRANSIT)
    learns(scene, TRANSIT)
    scene.lives(timedelta(hours=1))
    assert milestone_of(scene) == "voided"


def test_a_new_label_begins_its_own_milestones() -> None:
    scene = done()
    learns(scene, TRANSIT)
    scene.work()
    void(scene.ports, key_of(ORDER), "ann")
    scene.lives(timedelta(hours=1))
    ship_again(scene.ports, propose(scene.ports, key_of(ORDER)), "ann")
    scene.lives(timedelta(hours=1))
    assert (scene.stands(), milestone_of(scene)) == ("DONE", "label_created")
    learns(scene, Milestone.PICKED_UP)
    scene.work()
    assert milestone_of(scene) == "picked_up"
    learns(scene, TRANSIT)
    scene.work()
    assert milestone_of(scene) == "in_transit"


# --- while HELD ----------------------------------------------------------------------------------------------------

FLAG: dict[str, Any] = {"write_back": {"failure": {"to": "A730", "values": {"address": "ADR"}}}}


def held_for_its_address(**connection: Any) -> Scene:
    scene = Scene(**connection)
    scene.through(to=NOWHERE)
    assert scene.stands() == "HELD address"
    return scene


def test_s21_s40_a_held_order_s_reason_stands_in_the_erp_and_leaves_it_once_it_is_put_right() -> None:
    scene = held_for_its_address(**FLAG)
    assert scene.in_erp() == {"A730": "ADR"}
    assert scene.stands() == "HELD address"
    assert scene.trail()[-1] == "erp_told"
    fix(scene.ports, key_of(ORDER), ["address=as-is"], "ann")
    scene.lives(timedelta(hours=2))
    assert bought_once(scene)
    assert scene.in_erp()["A730"] == ""


def test_s40_without_a_field_for_it_a_hold_asks_the_erp_for_nothing() -> None:
    scene = held_for_its_address()
    assert scene.ports.orders.telling(key_of(ORDER)) is None
    assert scene.asked(scene.m3, READ) == 0
    assert scene.trail()[-1] == "held"


def test_s40_an_approval_is_no_failure() -> None:
    scene = Scene(approve={"mode": "manual"}, **FLAG)
    scene.through()
    assert scene.stands() == "HELD approval"
    assert scene.in_erp() == {}


def test_s40_a_flag_that_the_erp_does_not_take_now_is_told_later_and_the_hold_stays() -> None:
    scene = Scene(**FLAG)
    scene.m3_will("throttled", READ, seconds=600)
    scene.through(to=NOWHERE)
    assert (scene.stands(), scene.in_erp()) == ("HELD address", {})
    scene.lives(timedelta(hours=1))
    assert (scene.stands(), scene.in_erp()) == ("HELD address", {"A730": "ADR"})


def test_s40_a_flag_leaves_the_erp_when_a_person_dismisses_the_order() -> None:
    scene = held_for_its_address(**FLAG)
    dismiss(scene.ports, key_of(ORDER), "bought elsewhere", "ann")
    scene.work()
    assert (scene.stands(), scene.in_erp()) == ("CANCELLED dismissed", {"A730": ""})
    assert scene.trail()[-1] == "erp_told"


# --- actions -------------------------------------------------------------------------------------------------------


@dataclass
class Ledger:
    """An ERP's own book of cost lines; `goes` says what goes wrong with the next calls, in their order."""

    lines: list[str] = field(default_factory=list)
    goes: list[str] = field(default_factory=list)
    shows: bool = True
    notes: list[WriteBack] = field(default_factory=list)
    written: list[int] = field(default_factory=list)
    """How many lines stood when the fields were written."""

    def actions(self, note: WriteBack) -> Sequence[ErpAction]:
        self.notes.append(note)
        if not note.cost:
            was = note.before
            return (ErpAction(f"back-{was.reference}", "taken back", note.document),) if was and was.cost else ()
        amount = f"{note.cost.amount} {note.cost.currency}"
        return (ErpAction(f"cost-{note.reference}", f"cost line of {amount}", note.document, (("amount", amount),)),)

    def find_action(self, action: ErpAction) -> str:
        return str(self.lines.index(action.name) + 1) if self.shows and action.name in self.lines else ""

    @property
    def taken_back(self) -> list[str]:
        return [each for each in self.lines if each.startswith("back-")]

    def act(self, action: ErpAction) -> str:
        went = self.goes.pop(0) if self.goes else ""
        if went == "busy":
            raise Retry("the ledger is busy")
        if went == "refused":
            raise Refused("write_back", "the period is closed", field="write_back.cost")
        if went != "lost_before":
            self.lines.append(action.name)
        if went:
            raise Unknown("no answer")
        return str(len(self.lines))


def acting(*goes: str, **connection: Any) -> tuple[Scene, Ledger]:
    """Shipped, in front of an ERP that books a cost line beside what M3 does."""
    scene, ledger = Scene(**connection), Ledger(goes=list(goes))
    opened = scene.ports.open_erp

    class Both:
        def __init__(self, erp: Any) -> None:
            self._erp = erp

        def __getattr__(self, name: str) -> Any:
            if name == "write":
                ledger.written.append(len(ledger.lines))
            found = getattr(ledger, name, None) if name in ("actions", "find_action", "act") else None
            return found or getattr(self._erp, name)

    scene.with_ports(open_erp=lambda connection: Both(opened(connection)))
    scene.taken_in()
    scene.process()
    return scene, ledger


def test_s34_a_cost_line_is_made_once_behind_its_intent() -> None:
    scene, ledger = acting()
    scene.work()
    assert bought_once(scene)
    assert scene.trail()[-3:] == ["action_intent", "action_made", "written_back"]
    (record,) = scene.ports.orders.actions(key_of(ORDER))
    assert (record.state, record.found, len(ledger.lines)) == ("done", "1", 1)
    write_again(scene.ports, key_of(ORDER), "ann")
    learns(scene, TRANSIT)
    scene.work()
    assert len(ledger.lines) == 1


@pytest.mark.parametrize("goes", [("lost_after",), ("lost_before",), ("lost_before", "lost_after"), ("busy",)])
def test_a_lost_answer_is_looked_up_and_the_line_is_there_once(goes: tuple[str, ...]) -> None:
    scene, ledger = acting(*goes)
    scene.work()
    assert scene.stands() == "SHIPPED retry"
    scene.lives(timedelta(hours=3))
    assert bought_once(scene)
    assert len(ledger.lines) == 1


def test_the_fields_are_written_again_once_an_action_was_made_since_some_may_stand_on_it() -> None:
    scene, ledger = acting()
    scene.work()
    assert ledger.written == [0, 1]
    write_again(scene.ports, key_of(ORDER), "ann")
    scene.work()
    assert ledger.written == [0, 1, 1]


def test_a_note_has_the_lines_that_were_shipped_as_they_were_read() -> None:
    scene, ledger = acting()
    scene.work()
    snapshot = scene.ports.orders.snapshot(key_of(ORDER), 1)
    assert snapshot
    assert snapshot.order.lines
    assert ledger.notes[-1].lines == tuple(
        ShippedLine(each.number, each.quantity, each.unit) for each in snapshot.order.lines
    )


def test_what_stands_in_the_erp_already_is_not_made_again() -> None:
    """As after a restored table, or where another parcel group has made what is the whole document's."""
    scene, ledger = acting()
    ledger.lines.append(f"cost-{scene.head().reference}")
    scene.work()
    assert bought_once(scene)
    assert len(ledger.lines) == 1


def test_nothing_is_looked_up_or_repeated_before_the_answer_has_settled() -> None:
    scene, ledger = acting("lost_after")
    ledger.shows = False
    scene.work()
    scene.lives(SETTLE - MINUTE)
    assert len(ledger.lines) == 1
    ledger.shows = True
    scene.lives(timedelta(hours=2))
    assert bought_once(scene)
    assert len(ledger.lines) == 1


def test_two_workers_make_one_line() -> None:
    scene, ledger = acting()
    scene.drop_messages()
    act = ledger.act

    def meanwhile(action: ErpAction) -> str:
        ledger.act = act  # type: ignore[method-assign]
        scene.write_back()
        return act(action)

    ledger.act = meanwhile  # type: ignore[method-assign]
    scene.write_back()
    scene.lives(timedelta(hours=2))
    assert bought_once(scene)
    assert len(ledger.lines) == 1


def test_a_worker_that_died_behind_its_intent_is_followed_by_a_look_up() -> None:
    scene, ledger = acting()

    def dies(action: ErpAction) -> str:
        ledger.lines.append(action.name)
        raise SystemExit

    ledger.act = dies  # type: ignore[method-assign]
    with pytest.raises(SystemExit):
        scene.work()
    del ledger.act
    scene.lives(timedelta(hours=2))
    assert bought_once(scene)
    assert len(ledger.lines) == 1


def test_an_action_that_the_erp_refuses_holds_the_order_and_a_retry_makes_it() -> None:
    scene, ledger = acting("refused")
    scene.work()
    assert scene.stands() == "HELD write_back"
    assert [each.state for each in scene.ports.orders.actions(key_of(ORDER))] == ["not_made"]
    retry(scene.ports, key_of(ORDER), "ann")
    scene.work()
    assert bought_once(scene)
    assert len(ledger.lines) == 1


def test_s34_after_a_void_what_an_action_made_is_taken_back() -> None:
    scene, ledger = acting()
    scene.work()
    void(scene.ports, key_of(ORDER), "ann")
    scene.lives(timedelta(hours=1))
    assert (scene.stands(), len(ledger.taken_back)) == ("CANCELLED voided", 1)


def test_what_takes_an_action_back_waits_until_the_lost_answer_of_that_action_has_settled() -> None:
    scene, ledger = acting("lost_after", settle="3h")
    scene.work()
    void(scene.ports, key_of(ORDER), "ann")
    scene.lives(timedelta(hours=2))
    assert (scene.stands(), ledger.taken_back) == ("HELD void", [])
    scene.lives(timedelta(hours=3))
    assert (scene.stands(), len(ledger.taken_back)) == ("CANCELLED voided", 1)


def test_an_erp_that_does_not_take_an_action_back_holds_the_voided_order_until_a_person_has_done_it() -> None:
    scene, ledger = acting()
    scene.work()
    ledger.goes = ["refused"]
    void(scene.ports, key_of(ORDER), "ann")
    scene.lives(timedelta(hours=1))
    assert scene.stands() == "HELD write_back"
    retry(scene.ports, key_of(ORDER), "ann")
    scene.work()
    assert (scene.stands(), len(ledger.taken_back)) == ("CANCELLED voided", 1)


def test_m3_needs_no_action_and_writes_no_intent() -> None:
    scene = done()
    assert scene.ports.orders.actions(key_of(ORDER)) == ()
    assert "action_intent" not in scene.trail()


# --- only if empty or ours -----------------------------------------------------------------------------------------


def test_g4_a_milestone_that_a_lost_write_left_is_ours_once_news_overtake_it() -> None:
    """The ERP holds what nobody proved to be written; a field that is filled only if empty or ours takes the next."""
    careful = {"milestone": {"to": "A630", "mode": "if_empty"}}
    scene = done(write_back=careful)
    learns(scene, TRANSIT)
    scene.m3_will("reset_after", CHANGE)
    scene.work()
    assert milestone_of(scene) == "in_transit"
    assert scene.ports.orders.telling(key_of(ORDER)).differs  # type: ignore[union-attr]
    learns(scene, DELIVERED)
    scene.lives(timedelta(hours=3))
    assert milestone_of(scene) == "delivered"
    assert scene.ports.orders.telling(key_of(ORDER)).maybe == ()  # type: ignore[union-attr]


def test_g4_a_first_write_that_was_lost_is_ours_too() -> None:
    scene = Scene(write_back={"milestone": {"to": "A630", "mode": "if_empty"}})
    scene.taken_in()
    scene.process()
    scene.m3_will("reset_after", ADD)
    scene.work()
    assert milestone_of(scene) == "label_created"
    learns(scene, TRANSIT)
    scene.lives(timedelta(hours=3))
    assert milestone_of(scene) == "in_transit"


def test_g4_a_user_s_own_words_stay_in_such_a_field() -> None:
    scene = done(write_back={"milestone": {"to": "A630", "mode": "if_empty"}})
    scene.tenant.extensions[ExtensionKey("MPHEAD", (ORDER,))]["A630"] = "ASK ANN"
    learns(scene, TRANSIT)
    scene.lives(timedelta(hours=3))
    assert milestone_of(scene) == "ASK ANN"
