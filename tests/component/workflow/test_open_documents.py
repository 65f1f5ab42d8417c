"""The intake remembers what it is not done with: no document is lost, and none starves the others."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from sandbox.engine import Fault, FaultKind
from sandbox.erps.m3.seed import Line, place
from sandbox.simulation.faults import Crashed
from shared.domain.parcel_group import document_key
from shared.errors import Misconfigured, NewerFormat
from shared.ports import Erp, Lease, OpenDocument, PollState
from shared.workflow.intake.pending import UNREAD, unread
from shared.workflow.intake.poll import BATCH, poll
from tests.builders import a_connection
from tests.component.workflow.scene import CONNECTION, DAY, MINUTE, ORDER, Scene, bought_once, key_of

HEAD, LIST = "PPS200MI.GetHead", "PPSSPPMI.LstSupHead"
NEXT_POLL = timedelta(minutes=10)
HOUR = timedelta(hours=1)
PLANT = place("Acme Plant 7", "480 Erie Canal Park", "Rochester", "NY", "14604")


def opened(scene: Scene) -> list[OpenDocument]:
    return scene.ports.connections.open_documents(CONNECTION)


def polls(scene: Scene, count: int) -> None:
    for _ in range(count):
        scene.passes(NEXT_POLL)
        scene.poll()


def numbers(count: int, first: int = 4000001) -> list[str]:
    return [str(first + number) for number in range(count)]


def seconds_of(scene: Scene, whole: float, each: float) -> Callable[[], float]:
    """Return the time left of a poll in which every request to the ERP takes `each` seconds."""
    before = len(scene.m3.recorded)
    return lambda: whole - each * (len(scene.m3.recorded) - before)


# --- nothing is passed for good ----------------------------------------------------------------------------------


@pytest.mark.parametrize("age", [timedelta(minutes=1), DAY, 20 * DAY])
def test_a_document_whose_lease_is_held_is_read_by_the_next_poll_however_old_its_change_is(age: timedelta) -> None:
    scene = Scene(start=False)
    now = scene.clock.now()
    scene.ports.connections.apply(a_connection(), now, "ann", now)
    scene.sets("running")
    scene.clock.at = now + 30 * DAY - age
    scene.order(ORDER, [Line("VALVE-1", 1), Line("VALVE-1", 1, to=PLANT)])
    scene.clock.at = now + 30 * DAY
    scene.order("4000002")
    scene.ports.leases.take(Lease("document", document_key(key_of(ORDER))), "another poll", 5 * MINUTE)
    scene.poll()
    assert [head.document for head in scene.world.heads()] == ["4000002"]
    polls(scene, 1)
    assert [head.document for head in scene.world.heads()].count(ORDER) == 2
    assert opened(scene) == []


@pytest.mark.parametrize("fails", [1, 2, 6])
def test_a_late_order_whose_read_fails_in_the_re_scan_waits_for_no_other_one(fails: int) -> None:
    scene = Scene()
    scene.lives(2 * HOUR)
    scene.order("4000002")
    scene.poll()
    scene.passes(NEXT_POLL)
    scene.order(ORDER)
    scene.tenant.orders[ORDER].stamp -= 3600 * 1000  # committed an hour late, with the stamp of its entry
    scene.m3_will("error_before", HEAD, times=fails, naming=ORDER)
    scene.lives(21 * HOUR)
    assert not scene.known(ORDER)
    scene.lives(4 * HOUR if fails < 6 else 6 * HOUR)
    assert scene.known(ORDER)


def test_the_re_scan_keeps_its_place_and_what_changes_meanwhile_is_taken_first() -> None:
    scene = Scene()
    for number in numbers(40):
        scene.passes(timedelta(seconds=1))
        scene.order(number)
    scene.poll()
    scene.work()
    scene.applies(void_window_days=2)  # every mark of the ledger is of the former file
    scene.passes(DAY)
    scene.order("4000900")
    scene.poll()
    assert scene.known("4000900"), "and with it all that the overlap has, by the new file"
    scene.applies(void_window_days=3)
    scene.passes(DAY)
    for round_ in range(1, 9):
        new = str(4000900 + round_)
        scene.order(new)
        poll(scene.ports, CONNECTION, seconds_of(scene, 50.0, 1.0))
        assert scene.known(new)
        scene.passes(NEXT_POLL)
        if scene.ports.connections.poll_state(CONNECTION).rescan_after is None:
            break
    assert 2 < round_ < 8, "over several polls, and to its end"


def test_what_a_poll_stored_before_it_broke_stays_stored() -> None:
    scene = Scene()
    for number in numbers(3 * BATCH):
        scene.passes(timedelta(seconds=1))
        scene.order(number)
    mark, calls = scene.ports.connections.mark_seen, []

    class Breaking:
        def __getattr__(self, name: str) -> Any:
            return getattr(scene.world.connections, name)

        def mark_seen(self, *args: Any) -> None:
            calls.append(args)
            if len(calls) == 2:
                raise OSError("the store is away")
            mark(*args)

    scene.with_ports(connections=Breaking())
    with pytest.raises(OSError, match="away"):
        scene.poll()
    state = scene.ports.connections.poll_state(CONNECTION)
    assert (state.scope, state.well) == ("infor-m3:ACME_TST/100", scene.clock.now())
    scene.m3.recorded.clear()
    scene.poll()
    assert scene.asked(scene.m3, HEAD) == 2 * BATCH, "the first batch is in the ledger"


# --- one document starves nobody -----------------------------------------------------------------------------------


def failing(scene: Scene, bad: list[str], kind: FaultKind, **facts: Any) -> None:
    for number in bad:
        scene.m3.faults.append(Fault(HEAD, kind, times=-1, naming=number, **facts))


@pytest.mark.parametrize("kind", ["error_before", "throttled", "reset_before", "empty"])
@pytest.mark.parametrize("count", [1, 5, 10])
def test_g14_documents_that_fail_for_good_starve_none_that_come_after_them(kind: FaultKind, count: int) -> None:
    scene = Scene()
    bad, good = numbers(count), numbers(20, 4000101)
    for number in [*bad, *good]:
        scene.passes(timedelta(seconds=1))
        scene.order(number)
    failing(scene, bad, kind, seconds=30)
    scene.poll()
    polls(scene, 6)
    assert [number for number in good if not scene.known(number)] == []
    scene.order("4000999")
    polls(scene, 1)
    assert scene.known("4000999"), "and none that comes later"
    assert {each.document for each in opened(scene)} == set(bad)
    scene.m3.faults.clear()
    scene.lives(2 * HOUR)
    assert [number for number in bad if not scene.known(number)] == []


def test_a_wait_that_is_asked_for_one_document_is_that_document_s() -> None:
    scene = Scene()
    for number in numbers(3):
        scene.order(number)
    scene.m3_will("throttled", HEAD, naming="4000001", seconds=7200)
    scene.poll()
    assert [scene.known(number) for number in numbers(3)] == [False, True, True]
    began = scene.clock.now()
    assert [each.due - began for each in opened(scene)] == [timedelta(seconds=7200)]
    polls(scene, 11)
    assert not scene.known("4000001")
    polls(scene, 1)
    assert scene.known("4000001")


class Odd:
    """An ERP that answers about some documents in its own way."""

    def __init__(self, erp: Erp, answers: dict[str, BaseException]) -> None:
        self._erp, self._answers = erp, answers

    def __getattr__(self, name: str) -> Any:
        return getattr(self._erp, name)

    def read(self, document: str) -> Any:
        if document in self._answers:
            raise self._answers[document]
        return self._erp.read(document)


def answering(scene: Scene, answers: dict[str, BaseException]) -> None:
    erp = scene.ports.open_erp
    scene.with_ports(open_erp=lambda connection: Odd(erp(connection), answers))


def bare_400(general: bool = False) -> Misconfigured:
    return Misconfigured("PPS200MI.GetHead: 400 and nothing else", field="erp.bindings.po.head", general=general)


def test_a_bare_400_about_one_document_closes_no_connection_and_is_told_after_a_day() -> None:
    scene = Scene()
    answering(scene, {ORDER: bare_400()})
    scene.order(ORDER)
    scene.order("4000002")
    scene.lives(2 * DAY)
    assert scene.connection().status == "running"
    assert bought_once(scene, "4000002")
    (odd,) = unread(opened(scene), scene.clock.now())
    assert (odd.document, odd.why) == (ORDER, "PPS200MI.GetHead: 400 and nothing else")


@pytest.mark.parametrize("general", [True, False])
def test_what_two_documents_meet_alike_or_is_the_connection_s_own_fault_closes_it(general: bool) -> None:
    scene = Scene()
    answering(scene, {number: bare_400(general) for number in numbers(2)[: 1 if general else 2]})
    for number in numbers(3):
        scene.passes(timedelta(seconds=1))
        scene.order(number)
    scene.poll()
    assert scene.connection().status == "closed"


@pytest.mark.parametrize("dies", ["4000001", "4000007"])
def test_a_new_document_that_ends_the_process_that_reads_it_keeps_no_other_one_out(dies: str) -> None:
    scene = Scene()
    for number in numbers(12):
        scene.passes(timedelta(seconds=1))
        scene.order(number)
    answering(scene, {dies: KeyboardInterrupt()})
    died = 0
    for _ in range(20):
        store = scene.world.connections
        try:
            scene.with_ports(connections=Mortal(store))
            scene.poll()
        except KeyboardInterrupt:
            died += 1
        scene.with_ports(connections=store)
        scene.passes(NEXT_POLL)
    assert [number for number in numbers(12) if not scene.known(number)] == [dies]
    assert died < 8, "ever more rarely"
    assert bool(opened(scene)[0].why)


class Mortal:
    """The store as a process has it that is killed by what breaks off its poll: it comes to no `finally`."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def save_poll(self, *args: Any) -> bool:
        killed = isinstance(sys.exc_info()[1], KeyboardInterrupt)
        return bool(killed or self._store.save_poll(*args))


def test_what_could_not_be_read_for_a_day_is_counted_at_each_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    monkeypatch.setattr("shared.workflow.intake.pending.log.count", lambda name, **_: counted.append(name))
    scene = Scene()
    answering(scene, {ORDER: NewerFormat("HEAD has format 9"), "4000002": KeyError("what nobody foresaw")})
    scene.order(ORDER)
    scene.order("4000002")
    scene.order("4000003", lines=[Line("GASKET-X", 1)])
    scene.lives(UNREAD - HOUR)
    assert "DocumentsUnread" not in counted
    scene.lives(2 * HOUR)
    counted.clear()
    polls(scene, 1)
    assert counted.count("DocumentsUnread") == 2, "the held order is read, and rests"


# --- many at rest ------------------------------------------------------------------------------------------------


def in_doubt(count: int) -> Scene:
    """So many orders of whose creates nothing was heard, held for a person."""
    scene = Scene(unknown="hold")
    for number in numbers(count):
        scene.order(number)
    scene.ups_will("reset_before", times=count)
    scene.poll(lambda: 10_000.0)
    scene.work()
    scene.passes(20 * MINUTE)
    scene.sweep()
    scene.work()
    assert {scene.stands(number) for number in numbers(count)} == {"HELD unknown"}
    return scene


@pytest.mark.parametrize("changed", [False, True])
def test_350_orders_in_doubt_keep_no_new_order_out_whatever_became_of_the_file(changed: bool) -> None:
    scene = in_doubt(350)
    if changed:
        scene.applies(unknown="hold", void_window_days=2)
    scene.passes(DAY)
    at_once = 0
    for number in range(18):
        new = str(4999000 + number)
        scene.order(new)
        goes_on = True
        while goes_on:
            scene.passes(5 * MINUTE)
            poll(scene.ports, CONNECTION, seconds_of(scene, 300.0, 0.25))
            goes_on = bool(scene.world.queues["polls"].take())
            at_once += goes_on
        assert scene.known(new)
    assert at_once < 5, "the re-scan ends, and the poller rests"
    state = scene.ports.connections.poll_state(CONNECTION)
    assert state.rescan_after is None
    assert state.succeeded == state.polled


def waiting(count: int, days: int = 14) -> Scene:
    """So many orders that ship in some days, a day after each was claimed."""
    scene = Scene(ship_when={"days_before_needed": 2}, timezone="UTC")
    day = (scene.clock.now() + timedelta(days=days + 2)).strftime("%Y%m%d")
    for number in numbers(count):
        scene.order(number, needed=day)
    scene.poll(lambda: 10_000.0)
    scene.work()
    assert {scene.stands(number) for number in numbers(count)} == {"READY ship_date"}
    scene.lives(DAY)
    scene.m3.recorded.clear()
    return scene


def test_orders_that_wait_for_their_day_are_looked_for_hourly_in_one_list() -> None:
    scene = waiting(30)
    polls(scene, 6 * 24)
    assert scene.asked(scene.m3, HEAD) == 0
    assert scene.asked(scene.m3, LIST) <= 6 * 24 + 24 + 2, "a list a poll, one more an hour, and the re-scan"


def test_an_order_that_waits_for_its_day_and_left_the_list_is_cancelled_within_the_hour() -> None:
    scene = waiting(3)
    scene.tenant.delete(ORDER)
    polls(scene, 7)
    assert (scene.stands(), scene.stands("4000002")) == ("CANCELLED", "READY ship_date")
    assert scene.asked(scene.m3, HEAD) == 1


def test_an_order_is_read_by_key_before_its_day_begins() -> None:
    scene = waiting(2)
    lines = scene.tenant.orders[ORDER].lines
    lines[0]["ORQA"] = lines[0]["ORQT"] = "5"  # and nothing stamps the order
    scene.clock.at = _midnight(scene.clock.now() + 13 * DAY) - 20 * MINUTE
    polls(scene, 1)
    assert scene.asked(scene.m3, HEAD) == 2
    scene.lives(HOUR)
    assert bought_once(scene)
    assert scene.snapshot().order.lines[0].quantity == 5


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0)


def test_an_order_that_waits_for_a_limit_and_left_the_list_is_cancelled_before_the_hour_is_over() -> None:
    scene = Scene(limits={"labels_per_hour": 1})
    for number in numbers(5):
        scene.order(number)
    scene.poll()
    scene.work()
    waits = [number for number in numbers(5) if scene.stands(number) == "READY limit"]
    scene.m3.recorded.clear()
    polls(scene, 1)
    assert scene.asked(scene.m3, HEAD) == 0
    scene.tenant.cancel(waits[0])
    polls(scene, 1)
    assert scene.stands(waits[0]) == "CANCELLED"
    assert scene.asked(scene.m3, HEAD) == 1


def test_the_connections_are_loaded_once_a_poll_however_many_documents_it_reads() -> None:
    scene = Scene()
    for number in numbers(12):
        scene.order(number)
    store, asked = scene.ports.connections, []

    class Counting:
        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def all(self) -> Any:
            asked.append(1)
            return store.all()

    scene.with_ports(connections=Counting())
    scene.poll()
    assert len(scene.world.heads()) == 12
    assert len(asked) == 1


def test_what_was_closed_before_the_first_poll_came_to_its_end_is_found_by_the_first_re_scan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The workers died, one after the other, before they could say how far they came; their orders were shipped."""
    scene = Scene(void_window_days=1)
    save = scene.world.connections.save_poll

    def dies(connection: str, owner: str, state: PollState) -> None:
        if not state.reading:
            raise Crashed("connections.save_poll")
        save(connection, owner, state)

    scene.order()
    with monkeypatch.context() as dying:
        dying.setattr(scene.world.connections, "save_poll", dies)
        with pytest.raises(Crashed):
            scene.poll()
    scene.passes(timedelta(minutes=20))
    scene.sweep()
    scene.work()
    assert bought_once(scene)
    scene.tenant.cancel(ORDER)
    scene.passes(3 * DAY)
    scene.lives(2 * DAY)
    assert scene.stands() == "HELD cancelled"
