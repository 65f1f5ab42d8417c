"""Errands of the console: a void, a further shipment or the end of a doubt happens once, however often it is asked for,
whoever dies meanwhile, and only for the order that the person saw."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sandbox.erps.m3.seed import Line
from sandbox.memory_errands import MemoryErrands
from shared.domain.errand import LAPSES, TAKES, Errand, Stage, Verb, errand_id
from shared.workflow.desk.errands import run
from tests.component.workflow.scene import CONNECTION, MINUTE, ORDER, SETTLE, Scene, bought_once, key_of
from tests.component.workflow.test_unknowns import held as doubtful
from tests.component.workflow.test_unknowns import with_two_shipments

KEY, ANN = key_of(ORDER), "console:ann"


class Counter:
    """A scene, and people who ask for errands about its order."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.errands, self._asked = scene, MemoryErrands(), 0

    def asks(self, verb: Verb, **facts: Any) -> Errand:
        """Keeps an errand for the order as it is now."""
        self._asked += 1
        now, subject = self.scene.clock.now(), facts.pop("subject", KEY)
        version = self.scene.head().version if subject == KEY else 0
        errand = Errand(
            subject, errand_id(now, f"w{self._asked}"), verb, CONNECTION, ANN, now, **{"version": version, **facts}
        )
        self.errands.add(errand)
        return errand

    def runs(self, errand: Errand) -> Errand:
        """A worker gets its message."""
        run(self.scene.ports, self.errands, errand.place)
        found = self.errands.get(errand.subject, errand.id)
        assert found
        return found

    def does(self, verb: Verb, **facts: Any) -> Errand:
        return self.runs(self.asks(verb, **facts))


@pytest.fixture
def counter() -> Counter:
    scene = Scene()
    scene.through(lines=[Line("VALVE-1", 2)])
    scene.passes(timedelta(hours=1))
    return Counter(scene)


def test_a_void_is_done_by_the_worker_in_the_name_of_whoever_asked(counter: Counter) -> None:
    scene = counter.scene
    done = counter.does(Verb.VOID, why="wrong supplier")
    assert (done.stage, done.result.said) == (
        Stage.DONE,
        "voided at the carrier; the ERP's fields are corrected next",
    )
    scene.work()
    assert scene.live() == []
    assert scene.stands() == "CANCELLED voided"
    (asked,) = [each for each in scene.audit() if each.what == "void_asked"]
    assert (asked.who, asked.why.endswith("wrong supplier")) == (ANN, True)


def test_a_void_that_was_asked_for_twice_calls_the_carrier_once(counter: Counter) -> None:
    first, second = counter.asks(Verb.VOID, why="a"), counter.asks(Verb.VOID, why="b")
    assert counter.runs(first).stage == Stage.DONE
    late = counter.runs(second)
    assert (late.stage, late.result.said) == (
        Stage.REFUSED,
        "somebody else changed the order meanwhile: it is HELD (void) now",
    )
    assert counter.scene.asked(counter.scene.ups, "void") == 1
    counter.runs(first)
    assert counter.scene.asked(counter.scene.ups, "void") == 1, "a message may come twice"


def test_an_errand_whose_worker_died_is_not_done_again_and_says_so(counter: Counter) -> None:
    errand, scene = counter.asks(Verb.VOID, why="a"), counter.scene
    assert counter.errands.begin(errand, scene.clock.now())
    scene.passes(TAKES)
    left = counter.runs(errand)
    assert (left.stage, left.standing(scene.clock.now())) == (Stage.BEGUN, "unclear")
    assert scene.asked(scene.ups, "void") == 0
    assert scene.live()


def test_an_errand_that_nobody_began_in_time_is_not_done_any_more(counter: Counter) -> None:
    errand, scene = counter.asks(Verb.VOID, why="a"), counter.scene
    scene.passes(LAPSES)
    left = counter.runs(errand)
    assert (left.stage, left.standing(scene.clock.now())) == (Stage.ASKED, "lapsed")
    assert scene.asked(scene.ups, "void") == 0


def test_an_order_that_moved_after_the_person_saw_it_is_not_voided(counter: Counter) -> None:
    errand = counter.asks(Verb.VOID, version=counter.scene.head().version - 1)
    left = counter.runs(errand)
    assert (left.stage, left.result.said) == (
        Stage.REFUSED,
        "somebody else changed the order meanwhile: it is DONE now",
    )
    assert counter.scene.asked(counter.scene.ups, "void") == 0


def test_a_void_whose_answer_is_lost_is_not_known_and_may_be_asked_for_again(counter: Counter) -> None:
    scene = counter.scene
    scene.ups_will("reset_after", "void")
    left = counter.does(Verb.VOID, why="a")
    assert left.stage == Stage.UNCLEAR
    assert "not known" in left.result.said
    assert scene.stands() == "HELD void"
    assert counter.does(Verb.VOID, why="again").stage == Stage.DONE
    scene.lives(timedelta(hours=1))
    assert scene.live() == []
    assert scene.stands() == "CANCELLED voided"


def test_a_void_that_the_carrier_refuses_says_why_in_its_words(counter: Counter) -> None:
    counter.scene.passes(counter.scene.ups.void_window + MINUTE)
    left = counter.does(Verb.VOID, why="a")
    assert left.stage == Stage.REFUSED
    assert "allowed void period" in left.result.said
    assert counter.scene.stands() == "DONE"


def test_an_order_that_moves_between_the_carrier_s_answer_and_ours_is_not_known(counter: Counter) -> None:
    """The void is made, and another writer was first: nobody may read that nothing happened."""
    scene = counter.scene
    ups = scene.ports.open_carrier

    class Slow:
        def __init__(self, carrier: Any) -> None:
            self._carrier = carrier

        def __getattr__(self, name: str) -> Any:
            return getattr(self._carrier, name)

        def void(self, *arguments: Any) -> str:
            said = str(self._carrier.void(*arguments))
            head = scene.head()
            entry = replace(scene.audit()[-1], sequence=head.version + 1)
            scene.ports.orders.transition(replace(head, version=head.version + 1, token="another"), entry)
            return said

    scene.with_ports(open_carrier=lambda connection: Slow(ups(connection)))
    left = counter.does(Verb.VOID, why="a")
    assert (left.stage, scene.live()) == (Stage.UNCLEAR, [])


def test_what_was_voided_is_shipped_again_as_it_was_shown_and_once(counter: Counter) -> None:
    scene = counter.scene
    counter.does(Verb.VOID, why="a")
    scene.work()
    shown = counter.does(Verb.PROPOSE)
    assert shown.result.rows == (("1", "VALVE-1", "Gate valve", "2 EA", "0", "2"),)
    twice = [counter.asks(Verb.SHIP, token=shown.result.token) for _ in range(2)]
    assert [counter.runs(each).stage for each in twice] == [Stage.DONE, Stage.REFUSED]
    scene.work()
    assert scene.stands() == "DONE"
    assert scene.creates() == 2
    assert len(scene.live()) == 1


def test_what_the_erp_changed_since_it_was_shown_is_not_shipped(counter: Counter) -> None:
    scene = counter.scene
    counter.does(Verb.VOID, why="a")
    scene.work()
    shown = counter.does(Verb.PROPOSE)
    scene.tenant.change_line(ORDER, "1", ORQA="8", ORQT="8")
    left = counter.does(Verb.SHIP, token=shown.result.token)
    assert (left.stage, left.result.said) == (
        Stage.REFUSED,
        "the ERP has changed the order since it was shown: look at it again",
    )
    assert scene.creates() == 1


def test_of_two_labels_in_doubt_both_are_found_and_the_named_one_is_taken_once() -> None:
    counter = Counter(with_two_shipments())
    first, second = counter.scene.live()
    found = counter.does(Verb.LOOK_UP)
    assert [row[0] for row in found.result.rows] == [first.shipment_id, second.shipment_id]
    twice = [counter.asks(Verb.ADOPT, names=(second.shipment_id,)) for _ in range(2)]
    assert [counter.runs(each).stage for each in twice] == [Stage.DONE, Stage.REFUSED]
    assert counter.scene.head().shipment_id == second.shipment_id
    assert counter.scene.creates() == 1


def test_a_label_that_was_never_made_is_bought_once_after_a_person_s_word() -> None:
    counter = Counter(doubtful())
    assert counter.does(Verb.LOOK_UP).result.said.startswith("nothing found at")
    counter.scene.passes(SETTLE)
    twice = [counter.asks(Verb.DECLARE_ABSENT, why="UPS says so by phone") for _ in range(2)]
    assert [counter.runs(each).stage for each in twice] == [Stage.DONE, Stage.REFUSED]
    (word,) = [each for each in counter.scene.audit() if each.what == "declared_absent"]
    assert (word.who, word.why.endswith("declared absent: UPS says so by phone")) == (ANN, True)
    counter.scene.work()
    counter.scene.lives()
    assert bought_once(counter.scene)


def test_a_label_that_exists_is_not_declared_absent() -> None:
    counter = Counter(with_two_shipments())
    counter.scene.passes(SETTLE)
    left = counter.does(Verb.DECLARE_ABSENT, why="I did not see it")
    assert (left.stage, "a label exists" in left.result.said) == (Stage.REFUSED, True)
    assert counter.scene.creates() == 1


def test_a_dry_run_shows_what_would_be_bought_and_buys_nothing(counter: Counter) -> None:
    scene = counter.scene
    scene.order("4000002")
    done = counter.does(Verb.DRY_RUN, subject=CONNECTION)
    assert done.stage == Stage.DONE
    assert {row[0]: row[1] for row in done.result.rows}["4000002"] == "would be bought"
    assert "all that is priced together" in done.result.said
    assert scene.creates() == 1
    assert not scene.known("4000002")
    gone = counter.does(Verb.DRY_RUN, subject="nobody")
    assert (gone.stage, gone.result.said) == (Stage.REFUSED, "there is no connection nobody")


def test_a_test_of_the_connection_asks_both_systems_and_buys_nothing(counter: Counter) -> None:
    done = counter.does(Verb.TEST, subject=CONNECTION)
    assert done.stage == Stage.DONE
    assert {row[1] for row in done.result.rows} == {"erp", "carrier", "connection"}
    failed = [row for row in done.result.rows if row[0] == "FAILED"]
    said = f"{len(failed)} of {len(done.result.rows)} checks failed" if failed else "checks went well"
    assert said in done.result.said
    assert counter.scene.creates() == 1


def test_an_error_of_ours_is_not_tried_again(counter: Counter) -> None:
    def broken(_: object) -> Any:
        raise ZeroDivisionError

    counter.scene.with_ports(open_carrier=broken)
    left = counter.does(Verb.VOID, why="a")
    assert (left.stage, left.result.said) == (Stage.UNCLEAR, "an error of ours, which was logged")


def test_a_message_that_names_no_errand_is_a_mistake_and_one_that_is_gone_is_none(counter: Counter) -> None:
    run(counter.scene.ports, counter.errands, f"{KEY}|gone")
    with pytest.raises(ValueError, match="names no errand"):
        run(counter.scene.ports, counter.errands, "gone")
