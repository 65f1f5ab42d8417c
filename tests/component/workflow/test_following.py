"""Orders that are known and not bought yet follow their ERP: corrected, changed, cancelled, deselected, wanted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from sandbox.erps.m3.seed import Line, delivery
from shared.domain.order import Order
from shared.domain.state import State
from shared.http import Request
from shared.ports import Conflict, ConnectionStore, Erp, PollState
from shared.workflow.desk.approve import retry
from shared.workflow.intake.pending import LONGEST
from tests.component.workflow.scene import (
    ALBANY,
    CONNECTION,
    DAY,
    MINUTE,
    NOWHERE,
    ORDER,
    SETTLE,
    Scene,
    bought_once,
    key_of,
)

NEXT_POLL = timedelta(minutes=10)
HEAD = "PPS200MI.GetHead"
MANUAL: dict[str, Any] = {"approve": {"mode": "manual", "amount": None}}


def next_poll(scene: Scene) -> None:
    scene.passes(NEXT_POLL)
    scene.poll()


def held_for_weight(**connection: Any) -> Scene:
    scene = Scene(**connection)
    scene.through(lines=[Line("GASKET-X", 5)])
    assert scene.stands() == "HELD weight"
    return scene


# --- held, and corrected ------------------------------------------------------------------------------------------


def test_s64_a_weight_corrected_in_the_item_master_lets_the_order_go_on_by_itself() -> None:
    scene = held_for_weight()
    stamp = scene.tenant.orders[ORDER].stamp
    scene.lives(3 * DAY)
    scene.tenant.change_item("GASKET-X", GRWE="0.2")
    scene.lives(LONGEST + timedelta(hours=1))
    assert scene.tenant.orders[ORDER].stamp == stamp, "no change of the order told of it"
    assert bought_once(scene)
    assert scene.trail()[:4] == ["received", "held", "read_again", "quoted"]


def test_s64_an_address_corrected_on_the_order_lets_it_go_on_by_itself() -> None:
    scene = Scene()
    scene.through(to=NOWHERE)
    scene.tenant.change_delivery(ORDER, "1", delivery(ALBANY))
    scene.lives(timedelta(hours=1))
    assert bought_once(scene)


def test_s64_a_held_order_is_read_ever_more_rarely_and_costs_no_step_while_nothing_is_corrected() -> None:
    scene = held_for_weight()
    scene.m3.recorded.clear()
    read = []
    for number in range(1, 3 * 144 + 1):
        before = scene.asked(scene.m3, HEAD)
        next_poll(scene)
        read += [number] * (scene.asked(scene.m3, HEAD) - before)
    assert read[:6] == [1, 2, 4, 8, 16, 32], "as long again as it has been held, in polls of ten minutes"
    assert {later - before for before, later in pairwise(read[6:])} == {LONGEST // NEXT_POLL}
    assert scene.trail() == ["received", "held"]


@pytest.mark.parametrize("touch", ["a retry", "a change in the ERP", "a new file"])
def test_s64_a_held_order_that_somebody_touches_is_read_at_the_next_poll(touch: str) -> None:
    scene = held_for_weight()
    scene.lives(3 * DAY)
    scene.tenant.change_item("GASKET-X", GRWE="0.2")
    if touch == "a retry":
        retry(scene.ports, key_of(ORDER), "ann")
        scene.work()
        assert scene.stands() == "HELD weight", "of what was read last"
    elif touch == "a new file":
        scene.applies(void_window_days=3)
    else:
        scene.tenant.touch(ORDER)
    next_poll(scene)
    scene.work()
    assert bought_once(scene)


def test_s64_correcting_one_thing_brings_the_next_one_to_light() -> None:
    scene = Scene()
    scene.through(lines=[Line("GASKET-X", 5)], to=NOWHERE)
    assert scene.stands() == "HELD weight"
    scene.tenant.change_item("GASKET-X", GRWE="0.2")
    next_poll(scene)
    scene.work()
    assert scene.stands() == "HELD address"


def test_s64_a_file_that_maps_what_was_missing_lets_held_orders_go_on_by_themselves() -> None:
    scene = Scene()
    scene.through(freight_terms="EXW")
    assert scene.stands() == "HELD freight_terms"
    scene.applies(freight_terms={"COL": "we_pay", "EXW": "we_pay"})
    scene.lives(timedelta(hours=1))
    assert bought_once(scene)


def test_a_file_that_changes_nothing_for_a_held_order_leaves_it_held_without_end() -> None:
    scene = Scene()
    scene.through(freight_terms="EXW")
    scene.applies(services={"UPS": "03", "AIR": "01"})
    scene.lives(DAY)
    assert scene.stands() == "HELD freight_terms"
    assert len(scene.trail()) <= 4, "looked at once more, not at every poll"


def test_many_held_orders_are_walked_over_several_polls_and_none_is_left_out() -> None:
    scene = Scene()
    documents = [str(4000001 + number) for number in range(12)]
    for number in documents:
        scene.order(number, lines=[Line("GASKET-X", 1)])
    scene.poll()
    scene.work()
    scene.tenant.change_item("GASKET-X", GRWE="1.2")
    scene.passes(NEXT_POLL)
    for _ in range(3):
        looks = iter([100.0] * 6)
        scene.poll(lambda looks=looks: next(looks, 50.0))  # type: ignore[misc]
    states = [scene.head(number).state for number in documents]
    assert states.count(State.RECEIVED) == 12 or states.count(State.HELD) < 12
    scene.lives(timedelta(hours=1))
    assert all(bought_once(scene, number) for number in documents)


def held_ones(scene: Scene, count: int) -> list[str]:
    """Orders that are held for their article, after a poll."""
    numbers = [str(4000001 + number) for number in range(count)]
    for number in numbers:
        scene.order(number, lines=[Line("GASKET-X", 1)])
    scene.poll()
    scene.work()
    scene.passes(NEXT_POLL)
    scene.m3.recorded.clear()
    return numbers


def test_re_reading_takes_at_most_its_share_of_the_poll() -> None:
    scene = Scene()
    held_ones(scene, 6)
    scene.order("4999999")
    looks = iter([100.0, 100.0, 100.0])
    scene.poll(lambda: next(looks, 59.0))
    assert scene.asked(scene.m3, HEAD) == 3, "two of the held ones, and the new one"
    assert scene.known("4999999")


def test_re_reading_goes_on_behind_the_one_that_was_read_last() -> None:
    scene = Scene()
    numbers = held_ones(scene, 6)
    read = list[str]()
    for expected in (3, 0, 3):
        scene.m3.recorded.clear()
        looks = iter([100.0] * (1 + expected))
        scene.poll(partial(next, looks, 19.0))
        read += [number for number in numbers for each in requests(scene) if number in each.url]
        assert len(requests(scene)) == expected
    assert read == numbers


def requests(scene: Scene) -> list[Request]:
    return [each.request for each in scene.m3.recorded if each.operation == HEAD]


def test_a_held_order_that_ends_the_poll_keeps_neither_new_ones_nor_further_held_ones_out() -> None:
    scene = Scene()
    numbers = held_ones(scene, 52)
    erp, store = scene.ports.open_erp, scene.ports.connections
    scene.with_ports(open_erp=lambda connection: _Killing(erp(connection), numbers[1]), connections=_Unfinished(store))
    scene.order("4999999")
    with pytest.raises(KeyboardInterrupt):
        scene.poll()
    assert not scene.known("4999999")
    scene.passes(NEXT_POLL)
    scene.m3.recorded.clear()
    scene.poll()
    assert scene.known("4999999")
    read = [number for number in numbers for each in requests(scene) if number in each.url]
    assert read == numbers[2:5], "the one that ends polls waits, and so does what was read"
    assert scene.ports.connections.open_documents(CONNECTION)[1].document == numbers[1]


class _Unfinished:
    """A store that a poll never reaches at its end."""

    def __init__(self, store: ConnectionStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def save_poll(self, connection: str, owner: str, state: PollState) -> bool:
        at_the_end = state.outcome != self._store.poll_state(connection).outcome
        return at_the_end or self._store.save_poll(connection, owner, state)


class _Killing:
    """An ERP whose one document ends the process that reads it."""

    def __init__(self, erp: Erp, document: str) -> None:
        self._erp, self._document = erp, document

    def __getattr__(self, name: str) -> Any:
        return getattr(self._erp, name)

    def read(self, document: str) -> Sequence[Order]:
        if document == self._document:
            raise KeyboardInterrupt
        return self._erp.read(document)


# --- changed -----------------------------------------------------------------------------------------------------


def test_s28_an_order_that_changes_before_its_label_is_prepared_anew_and_bought_as_it_is_now() -> None:
    scene = Scene(**MANUAL)
    scene.through()
    quote = scene.head().quote
    scene.passes(MINUTE)
    scene.tenant.change_line(ORDER, "1", ORQA="8", ORQT="8")
    next_poll(scene)
    scene.work()
    head = scene.head()
    assert scene.stands() == "HELD approval"
    assert quote
    assert head.quote
    assert quote < head.quote
    assert scene.trail() == ["received", "held", "read_again", "held"]
    assert scene.snapshot().order.lines[0].quantity == 8


def test_a_changed_order_that_waits_in_a_backoff_is_prepared_anew_at_once() -> None:
    scene = Scene()
    scene.ups_will("throttled", seconds=7200)
    scene.through()
    assert scene.stands() == "READY retry"
    scene.passes(MINUTE)
    scene.tenant.change_line(ORDER, "1", ORQA="8", ORQT="8")
    next_poll(scene)
    head = scene.head()
    assert (scene.stands(), head.tries, head.not_before) == ("RECEIVED", 0, None)
    scene.work()
    assert bought_once(scene)
    assert scene.snapshot().order.lines[0].quantity == 8


def test_s28_what_changes_after_the_label_is_never_bought_by_itself() -> None:
    scene = Scene()
    scene.through()
    bought = scene.head()
    scene.passes(MINUTE)
    scene.tenant.change_line(ORDER, "1", ORQA="8", ORQT="8")
    next_poll(scene)
    scene.work()
    scene.lives(3 * DAY)
    assert scene.stands() == "HELD remaining"
    assert scene.head().shipment_id == bought.shipment_id
    assert scene.creates() == 1


@pytest.mark.parametrize("happens", ["changed", "cancelled", "deselected"])
def test_a_held_order_that_has_its_label_is_not_taken_back(happens: str) -> None:
    scene = Scene(write_back={"tracking_numbers": {"to": "A121", "max": 5}})
    scene.through()
    assert scene.stands() == "HELD write_back"
    before = scene.audit()
    scene.passes(MINUTE)
    if happens == "changed":
        scene.tenant.change_line(ORDER, "1", ORQA="8", ORQT="8")
    elif happens == "cancelled":
        scene.tenant.cancel(ORDER)
    else:
        scene.tenant.change_head(ORDER, MODL="TRK")
    next_poll(scene)
    assert scene.stands() == "HELD write_back"
    assert scene.audit()[: len(before)] == before
    marked = [] if happens == "deselected" else ["changed_meanwhile"]
    assert scene.trail()[len(before) :] == marked, "noted once, and looked at when the number is in the ERP"
    next_poll(scene)
    assert scene.trail()[len(before) :] == marked


# --- cancelled, deselected, and back -------------------------------------------------------------------------------


def test_an_order_that_the_erp_cancels_before_its_label_is_cancelled() -> None:
    scene = held_for_weight()
    scene.tenant.cancel(ORDER)
    next_poll(scene)
    assert scene.stands() == "CANCELLED"
    assert (scene.trail()[-1], scene.audit()[-1].why) == ("cancelled", "status 99 in the ERP")
    scene.lives(DAY)
    assert scene.creates() == 0


def test_an_order_that_the_erp_deletes_before_its_label_is_cancelled() -> None:
    scene = held_for_weight()
    scene.tenant.delete(ORDER)
    next_poll(scene)
    assert scene.stands() == "CANCELLED"


def test_an_order_that_the_selection_no_longer_wants_is_let_go() -> None:
    scene = held_for_weight()
    scene.tenant.change_head(ORDER, MODL="TRK")
    next_poll(scene)
    assert (scene.stands(), scene.trail()[-1]) == ("CANCELLED", "no_longer_selected")
    next_poll(scene)
    scene.tenant.touch(ORDER)
    next_poll(scene)
    assert scene.trail()[-1] == "no_longer_selected"


def test_s28_an_order_in_doubt_that_the_selection_no_longer_wants_stays_in_doubt() -> None:
    scene = Scene()
    scene.taken_in()
    scene.ups_will("reset_before")
    scene.process()
    scene.lives(DAY / 24)
    assert scene.stands() == "HELD unknown"
    scene.tenant.change_head(ORDER, MODL="TRK")
    next_poll(scene)
    assert scene.stands() == "HELD unknown"
    assert scene.head().in_doubt


def test_what_was_told_after_the_label_stays_told_when_the_selection_no_longer_wants_the_order() -> None:
    scene = Scene()
    scene.through()
    scene.tenant.change_line(ORDER, "1", ORQA="8", ORQT="8")
    scene.lives(DAY / 24)
    assert scene.stands() == "HELD remaining"
    scene.tenant.change_head(ORDER, MODL="TRK")
    next_poll(scene)
    assert scene.stands() == "HELD remaining"


def test_a_quoted_order_that_the_selection_no_longer_wants_is_never_bought() -> None:
    scene = Scene()
    scene.taken_in()
    scene.tenant.change_head(ORDER, MODL="TRK")
    scene.passes(MINUTE)
    scene.poll()
    scene.process()
    scene.lives(DAY)
    assert scene.stands() == "CANCELLED"
    assert scene.creates() == 0


def test_an_order_that_is_wanted_again_is_prepared_anew_and_shipped() -> None:
    scene = Scene()
    scene.taken_in()
    scene.tenant.change_head(ORDER, MODL="TRK")
    scene.passes(MINUTE)
    scene.poll()
    assert scene.stands() == "CANCELLED"
    scene.passes(MINUTE)
    scene.tenant.change_head(ORDER, MODL="UPS")
    next_poll(scene)
    assert scene.trail()[-1] == "selected_again"
    scene.work()
    assert bought_once(scene)


def test_an_order_that_comes_back_unreadable_is_held() -> None:
    scene = Scene()
    scene.taken_in()
    scene.tenant.change_head(ORDER, MODL="TRK")
    scene.passes(MINUTE)
    scene.poll()
    lines = list(scene.tenant.orders[ORDER].lines)
    scene.passes(MINUTE)
    scene.tenant.change_head(ORDER, MODL="UPS")
    scene.tenant.orders[ORDER].lines.clear()
    next_poll(scene)
    assert scene.stands() == "HELD lines"
    scene.tenant.orders[ORDER].lines.extend(lines)
    next_poll(scene)
    scene.work()
    assert bought_once(scene)


def test_an_order_that_is_cancelled_and_stays_so_costs_no_further_step() -> None:
    scene = held_for_weight(select={"status": {"from": "20", "to": "99"}})
    scene.tenant.cancel(ORDER)
    next_poll(scene)
    scene.passes(MINUTE)
    scene.tenant.touch(ORDER)
    next_poll(scene)
    assert scene.trail() == ["received", "held", "cancelled"]


@pytest.mark.parametrize("happens", ["changed", "cancelled", "deselected"])
def test_an_order_that_somebody_moves_while_it_is_read_is_read_again_later(happens: str) -> None:
    scene = Scene(select={"status": {"from": "20", "to": "99"}})
    scene.taken_in()
    if happens == "changed":
        scene.tenant.change_line(ORDER, "1", ORQA="8", ORQT="8")
    elif happens == "cancelled":
        scene.tenant.cancel(ORDER)
    else:
        scene.tenant.change_head(ORDER, MODL="TRK")
    store = scene.ports.orders

    class Overtaken:
        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def transition(self, *_: Any, **__: Any) -> None:
            raise Conflict(key_of(ORDER))

    scene.with_ports(orders=Overtaken())
    scene.passes(MINUTE)
    scene.poll()
    assert scene.stands() == "RECEIVED"
    scene.with_ports(orders=store)
    scene.passes(MINUTE)
    scene.poll()
    assert scene.stands() == ("RECEIVED" if happens == "changed" else "CANCELLED")
    assert len(scene.trail()) == 2


def test_an_order_that_waits_for_a_limit_and_is_cancelled_meanwhile_is_not_bought() -> None:
    """M3 lists by status: that a waiting order left the range, no list tells."""
    scene = Scene(limits={"labels_per_hour": 1})
    scene.through("4000001")
    scene.through("4000002")
    assert scene.stands("4000002") == "READY limit"
    scene.tenant.cancel("4000002")
    scene.lives(SETTLE * 8)
    assert scene.live("4000002") == []
