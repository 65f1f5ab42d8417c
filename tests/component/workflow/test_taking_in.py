"""The poll: what the ERP changed is read once, claimed once, and never lost, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha512
from typing import Any

import pytest

from cli.hints import why_of, worded
from sandbox.erps.m3.catalogue import nok
from sandbox.erps.m3.seed import Line
from sandbox.memory import MemoryOrderStore
from shared.aws.items import snapshot_item
from shared.domain.record import AuditEntry, Head, Snapshot
from shared.domain.state import State
from shared.errors import Misconfigured, NewerFormat, Refused
from shared.http import Request, Response
from shared.ports import Lease, OpenDocument
from shared.workflow.desk.approve import retry
from shared.workflow.intake.backlog import backlog
from shared.workflow.intake.health import ALIKE, PATIENCE
from shared.workflow.intake.poll import BATCH
from shared.workflow.intake.run import chunks
from tests.component.workflow.scene import BUFFALO, CONNECTION, DAY, MINUTE, ORDER, Scene, bought_once, key_of

HEAD, LIST, LINES, ITEM = "PPS200MI.GetHead", "PPSSPPMI.LstSupHead", "PPS200MI.LstLine", "MMS200MI.GetItmBasic"


def numbers(count: int, first: int = 4000001) -> list[str]:
    return [str(first + index) for index in range(count)]


def several(scene: Scene, count: int) -> list[str]:
    """Orders that change one second after the other."""
    found = numbers(count)
    for number in found:
        scene.passes(timedelta(seconds=1))
        scene.order(number)
    return found


def reads(scene: Scene) -> int:
    return scene.asked(scene.m3, HEAD)


def state(scene: Scene) -> Any:
    return scene.ports.connections.poll_state(CONNECTION)


def opened(scene: Scene) -> list[OpenDocument]:
    return scene.ports.connections.open_documents(CONNECTION)


def budget(calls: int, whole: float = 100.0) -> Callable[[], float]:
    """Return the time left of `whole` seconds: all of it for `calls` looks at the clock, then nothing."""
    left: Iterator[float] = iter([whole] * calls)
    return lambda: next(left, 0.0)


# --- what is taken -------------------------------------------------------------------------------------------


def test_s13_s27_an_order_of_a_supplier_that_uses_the_carrier_is_taken_in_by_the_poll() -> None:
    scene = Scene()
    scene.taken_in()
    head = scene.head()
    assert scene.stands() == "RECEIVED"
    assert (head.connection, head.revision, head.generation, head.version) == (CONNECTION, 1, 1, 1)
    assert head.due_at, "a lost message cannot strand it"
    (entry,) = scene.audit()
    assert (entry.what, entry.who, entry.sequence) == ("received", "parcelbridge", 1)


def test_the_snapshot_of_an_order_expires_by_the_connection_s_retention() -> None:
    scene = Scene(retention="30d")
    scene.taken_in()
    assert scene.snapshot().expires_at == scene.clock.now() + 30 * DAY


def test_an_order_that_another_method_carries_is_not_touched() -> None:
    scene = Scene()
    scene.order(delivery_method="TRK")
    scene.order("4000002", freight_terms="PPD")
    scene.order("4000003", status="50")
    scene.lives(2 * DAY)
    assert scene.world.heads() == []
    assert scene.m3.field_writes == []


def test_what_is_older_than_the_cut_over_line_is_never_taken_however_often_it_is_scanned() -> None:
    scene = Scene(start=False)
    scene.order("4000001")
    scene.passes(MINUTE)
    scene.world.start()
    scene.passes(MINUTE)
    scene.order("4000002")
    scene.lives(9 * DAY)
    assert (scene.known("4000001"), bought_once(scene, "4000002")) == (False, True)


def test_the_backlog_is_what_a_start_would_take_in_and_reads_only() -> None:
    scene = Scene()
    several(scene, 3)
    assert [change.document for change in backlog(scene.ports, scene.connection()).changes] == numbers(3)
    assert scene.world.heads() == []


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_a_connection_that_does_not_run_is_not_polled(status: str) -> None:
    scene = Scene()
    scene.order()
    scene.sets(status)
    scene.poll()
    assert scene.m3.recorded == []


def test_a_poll_of_a_connection_that_nobody_knows_does_nothing() -> None:
    Scene(start=False).poll()


# --- once ----------------------------------------------------------------------------------------------------


def test_s11_what_was_seen_is_not_read_again_although_polls_overlap() -> None:
    scene = Scene()
    several(scene, 5)
    scene.poll()
    assert reads(scene) == 5
    for _ in range(3):
        scene.passes(MINUTE)
        scene.poll()
    assert reads(scene) == 5
    assert scene.asked(scene.m3, LIST) == 4


def test_g8_an_order_that_the_erp_committed_late_is_found_by_the_overlap() -> None:
    scene = Scene()
    scene.passes(timedelta(hours=1))
    late = scene.tenant.stamp()
    scene.passes(timedelta(seconds=120))
    scene.taken_in("4000001")
    scene.order("4000002")
    scene.tenant.orders["4000002"].stamp = late
    scene.passes(MINUTE)
    scene.poll()
    assert scene.known("4000002")


def test_g8_an_order_that_came_in_days_late_is_found_by_the_daily_re_scan() -> None:
    scene = Scene()
    scene.passes(timedelta(hours=1))
    late = scene.tenant.stamp()
    scene.lives(timedelta(hours=5))
    scene.through("4000001")
    scene.order("4000002")
    scene.tenant.orders["4000002"].stamp = late
    scene.passes(MINUTE)
    scene.poll()
    assert not scene.known("4000002"), "the overlap cannot see so far"
    scene.lives(DAY + timedelta(hours=1))
    assert bought_once(scene, "4000002")


def test_g8_the_daily_re_scan_reads_what_was_seen_once_more_while_a_void_may_help_and_then_never() -> None:
    """A cancellation may leave the list by status: twice the rows read is the bound."""
    scene = Scene()
    several(scene, 5)
    scene.poll()
    scene.work()
    scene.lives(3 * DAY)
    assert reads(scene) == 2 * 5
    scene.lives(6 * DAY)
    assert reads(scene) == 2 * 5


def test_s28_two_polls_never_run_at_once_and_a_dead_one_loses_its_lease() -> None:
    scene = Scene()
    scene.order()
    assert scene.ports.leases.take(Lease("poll", CONNECTION), "dead", timedelta(minutes=2))
    scene.poll()
    assert not scene.known()
    scene.passes(timedelta(minutes=2))
    scene.poll()
    assert scene.known()


def test_s28_an_order_that_was_claimed_meanwhile_is_claimed_once() -> None:
    scene = Scene()
    scene.order()
    scene.poll()
    scene.ports.connections.mark_seen(CONNECTION, [], scene.clock.now())
    scene.world.connections._ledger.clear()
    scene.poll()
    assert reads(scene) == 2
    assert len(scene.world.heads()) == 1
    assert scene.trail() == ["received"]


def test_how_the_last_poll_went_is_kept() -> None:
    scene = Scene()
    several(scene, 2)
    scene.poll()
    assert state(scene).polled == scene.clock.now()
    assert state(scene).outcome.startswith("2 ")
    assert state(scene).scope == "infor-m3:ACME_TST/100"


# --- the cursor, and time --------------------------------------------------------------------------------------


def test_a_poll_that_runs_out_of_time_keeps_what_it_stored_and_goes_on_by_itself() -> None:
    scene = Scene()
    several(scene, 3 * BATCH)
    scene.poll(budget(BATCH + 4))
    taken = len(scene.world.heads())
    assert 0 < taken < 3 * BATCH
    stamps = sorted(order.stamp for order in scene.tenant.orders.values())
    assert state(scene).cursor == str(stamps[taken - 1]), "only past what is stored"
    assert scene.messages("polls") == [""]
    assert len(scene.messages("orders")) == taken
    scene.work()
    assert len(scene.world.heads()) == 3 * BATCH
    assert reads(scene) == 3 * BATCH, "nothing is read twice"


def test_g8_a_poll_that_dies_at_any_read_loses_and_doubles_nothing() -> None:
    for died_at in range(6):
        scene = Scene()
        several(scene, 5)
        scene.m3_will("slow_after", HEAD, skip=died_at)
        scene.m3.wait = dies
        try:
            scene.poll()
        except KeyboardInterrupt:
            scene.passes(timedelta(minutes=3))
        scene.m3.wait = lambda _: None
        scene.lives(timedelta(hours=1))
        assert all(bought_once(scene, number) for number in numbers(5))


def dies(_: float) -> None:
    """The worker is killed while it waits: not an error that code could catch."""
    raise KeyboardInterrupt


def test_s64_a_document_that_can_not_be_read_now_does_not_block_the_others_and_comes_later() -> None:
    scene = Scene()
    several(scene, 4)
    scene.m3_will("error_before", HEAD, skip=1)
    scene.poll()
    assert [scene.known(number) for number in numbers(4)] == [True, False, True, True]
    assert [each.document for each in opened(scene)] == ["4000002"], "the cursor may pass it"
    assert "4000002" in state(scene).outcome
    assert scene.messages("polls") == [], "an ERP that fails is not asked again at once"
    scene.passes(timedelta(minutes=10))
    scene.poll()
    assert scene.known("4000002")
    assert reads(scene) == 5
    assert opened(scene) == []


def test_s57_a_throttled_erp_is_left_alone_until_the_next_poll() -> None:
    scene = Scene()
    several(scene, 4)
    scene.m3_will("throttled", HEAD, skip=1, seconds=60, times=10_000)
    scene.poll()
    assert reads(scene) == 1 + ALIKE
    assert [scene.known(number) for number in numbers(4)] == [True, False, False, False]
    assert scene.messages("polls") == []
    scene.m3.faults.clear()
    scene.passes(timedelta(minutes=10))
    scene.poll()
    assert all(scene.known(number) for number in numbers(4))


def test_an_erp_that_fails_at_everything_is_asked_a_few_times_only() -> None:
    scene = Scene()
    several(scene, 3 * PATIENCE)
    scene.m3_will("error_before", HEAD, times=10_000)
    scene.poll()
    assert reads(scene) == PATIENCE
    scene.m3.faults.clear()
    scene.lives(timedelta(hours=1))
    assert all(bought_once(scene, number) for number in numbers(3 * PATIENCE))


def test_an_erp_that_does_not_list_its_changes_is_polled_again_later() -> None:
    scene = Scene()
    scene.order()
    scene.m3_will("error_before", LIST)
    scene.poll()
    assert state(scene).outcome.startswith("the ERP did not answer: PPSSPPMI.LstSupHead")
    assert scene.connection().status == "running"
    scene.poll()
    assert scene.known()


# --- one bad document --------------------------------------------------------------------------------------------


def test_s17_an_order_without_lines_is_held_alone_and_goes_on_by_itself_once_it_has_some() -> None:
    scene = Scene()
    scene.order("4000001", lines=[])
    scene.order("4000002")
    scene.poll()
    scene.work()
    assert (scene.stands("4000001"), scene.stands("4000002")) == ("HELD lines", "DONE")
    assert scene.snapshot("4000001").problem == "order 4000001 has no lines"
    assert worded(scene.snapshot("4000001").hint) == "add lines to the order in M3, or delete it"
    assert scene.head("4000001").field == "lines"
    assert scene.known("4000001")
    scene.order("4000001")
    scene.lives(timedelta(hours=1))
    assert bought_once(scene, "4000001")


def test_s17_an_unreadable_document_is_found_again_even_if_its_stamp_never_moves() -> None:
    scene = Scene()
    scene.order(lines=[])
    scene.poll()
    order = scene.tenant.orders[ORDER]
    stamp = order.stamp
    scene.order()
    scene.tenant.orders[ORDER].stamp = stamp
    scene.passes(timedelta(hours=1))
    scene.poll()
    scene.work()
    assert bought_once(scene)


def test_s17_a_document_with_another_fault_than_before_is_held_for_that_one() -> None:
    scene = Scene()
    scene.order(lines=[])
    scene.poll()
    assert scene.stands() == "HELD lines"
    answer = scene.m3.answer

    def refusing(operation: str, request: Request) -> Response:
        if operation == "PPS200MI.LstLine":
            return scene.m3._fault(operation, nok("PP20001", "Purchase order 4000001 is damaged", "PUNO"))
        return answer(operation, request)

    scene.m3.answer = refusing  # type: ignore[method-assign]
    scene.passes(timedelta(minutes=10))
    scene.poll()
    assert scene.stands() == "HELD refused"
    assert "Purchase order 4000001 is damaged" in scene.snapshot().problem


def test_s17_a_document_that_could_not_be_read_and_then_goes_to_two_places_is_two_orders() -> None:
    scene = Scene()
    scene.order(lines=[])
    scene.poll()
    assert scene.stands() == "HELD lines"
    scene.order(lines=[Line("VALVE-1", 1), Line("VALVE-1", 1, to=BUFFALO)])
    scene.passes(timedelta(minutes=10))
    scene.poll()
    assert scene.stands() == "CANCELLED"
    groups = {head.key: head.state for head in scene.world.heads() if head.state != State.CANCELLED}
    assert len(groups) == 2
    assert set(groups.values()) == {State.RECEIVED}


def test_s17_a_document_that_was_good_and_can_not_be_read_any_more_is_held() -> None:
    scene = Scene()
    scene.taken_in()
    scene.tenant.touch(ORDER).lines.clear()
    scene.passes(MINUTE)
    scene.poll()
    assert scene.stands() == "HELD lines"
    assert scene.ups.recorded == []


class _Bounded(MemoryOrderStore):
    """Refuses what the table could not keep, by the table's own rule."""

    def create(self, head: Head, snapshot: Snapshot, entry: AuditEntry) -> bool:
        snapshot_item(head.key, snapshot)
        return super().create(head, snapshot, entry)

    def transition(self, after: Head, entry: AuditEntry, **facts: Any) -> None:
        if facts.get("snapshot"):
            snapshot_item(after.key, facts["snapshot"])
        super().transition(after, entry, **facts)


class _Voluminous:
    """An ERP one of whose orders is larger than any item may be: nothing in it can be compressed."""

    def __init__(self, erp: Any) -> None:
        self._erp = erp

    def __getattr__(self, name: str) -> Any:
        return getattr(self._erp, name)

    def read(self, document: str) -> Any:
        orders = self._erp.read(document)
        noise = tuple(sha512(f"{number}".encode()).hexdigest() for number in range(3000))
        return tuple(replace(order, notes=noise) for order in orders) if document == "4000001" else orders


def test_s17_an_order_too_large_to_be_kept_is_held_alone_and_goes_on_once_it_was_split() -> None:
    scene = Scene()
    erp = scene.ports.open_erp
    scene.world.orders = _Bounded()
    scene.with_ports(orders=scene.world.orders, open_erp=lambda connection: _Voluminous(erp(connection)))
    scene.order("4000001")
    scene.order("4000002")
    scene.poll()
    scene.work()
    assert (scene.stands("4000001"), scene.stands("4000002")) == ("HELD size", "DONE")
    assert "bytes" in scene.snapshot("4000001").problem
    steps = scene.trail("4000001")
    scene.lives(timedelta(hours=1))
    assert scene.trail("4000001") == steps
    scene.with_ports(open_erp=erp)
    scene.lives(timedelta(hours=1))
    assert bought_once(scene, "4000001")


def test_s17_an_order_that_just_fits_into_its_item_can_still_be_held() -> None:
    scene = Scene()
    key = scene.taken_in()
    bounded = _Bounded()
    bounded._orders, bounded._keys = scene.world.orders._orders, scene.world.orders._keys
    scene.world.orders = bounded
    scene.with_ports(orders=bounded)
    kept = scene.snapshot()
    largest = next(each for each in (_noisy(kept, lines) for lines in range(2000, 1000, -1)) if _fits(each))
    scene.world.orders._orders[key].snapshots[1] = largest
    scene.ups_will("throttled", "rate", times=10_000)
    scene.lives(2 * DAY)
    assert scene.stands() == "HELD retries"
    assert scene.snapshot().problem.startswith("tried ")


def _noisy(snapshot: Snapshot, lines: int) -> Snapshot:
    """A snapshot with so many lines of notes, in which nothing can be compressed."""
    noise = tuple(sha512(f"{number}".encode()).hexdigest() for number in range(lines))
    return replace(snapshot, order=replace(snapshot.order, notes=noise))


def _fits(snapshot: Snapshot) -> bool:
    try:
        snapshot_item("key", snapshot)
    except Refused:
        return False
    return True


class _Poison:
    """An ERP whose answer about some documents breaks the reader in a way that nobody foresaw."""

    def __init__(self, erp: Any, documents: set[str]) -> None:
        self._erp, self._documents = erp, documents

    def __getattr__(self, name: str) -> Any:
        return getattr(self._erp, name)

    def read(self, document: str) -> Any:
        if document in self._documents:
            raise KeyError("a field that was always there")
        return self._erp.read(document)


def test_g14_s17_s64_poison_in_one_document_leaves_the_others_and_is_read_again_until_it_can_be() -> None:
    scene = Scene()
    erp = scene.ports.open_erp
    scene.with_ports(open_erp=lambda connection: _Poison(erp(connection), {"4000003"}))
    several(scene, 10)
    scene.lives(timedelta(hours=2))
    done = [number for number in numbers(10) if scene.known(number) and bought_once(scene, number)]
    assert done == [number for number in numbers(10) if number != "4000003"]
    (poison,) = opened(scene)
    assert (poison.document, poison.why) == ("4000003", "KeyError, see the log")
    scene.with_ports(open_erp=erp)
    scene.lives(timedelta(hours=2))
    assert bought_once(scene, "4000003")


def test_g14_s64_held_orders_that_can_not_be_read_any_more_do_not_stop_new_ones() -> None:
    scene = Scene()
    held = numbers(PATIENCE + 1)
    for number in held:
        scene.order(number, lines=[Line("GASKET-X", 1)])
    scene.poll()
    scene.work()
    erp = scene.ports.open_erp
    scene.with_ports(open_erp=lambda connection: _Poison(erp(connection), set(held)))
    scene.passes(timedelta(hours=1))
    new = numbers(3, first=4999991)
    for number in new:
        scene.order(number)
    scene.poll()
    assert all(scene.known(number) for number in new)


def test_an_order_that_a_newer_release_keeps_is_left_alone_and_the_others_go_on() -> None:
    scene = Scene()
    several(scene, 3)
    scene.poll()
    scene.drop_messages()
    for number in numbers(3):
        scene.tenant.change_line(number, "1", ORQA="3", ORQT="3")
    store = scene.ports.orders

    class Newer:
        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def head(self, key: str) -> Head | None:
            if key == key_of("4000002"):
                raise NewerFormat("HEAD has format 99")
            return store.head(key)

    scene.with_ports(orders=Newer())
    scene.passes(MINUTE)
    scene.poll()
    changed = ["received", "read_again"]
    assert [scene.trail(number) for number in numbers(3)] == [changed, ["received"], changed]
    scene.with_ports(orders=store)
    scene.passes(MINUTE)
    scene.poll()
    assert scene.trail("4000002") == ["received", "read_again"], "it was not taken for seen"


# --- the connection's own faults -----------------------------------------------------------------------------------


def test_a_refused_credential_closes_the_connection_with_a_clear_why_and_loses_nothing() -> None:
    scene = Scene()
    several(scene, 2)
    good = scene.m3.token_server.ionapi
    scene.m3.token_server.ionapi = {**good, "sask": "another"}
    scene.poll()
    stored = scene.connection()
    assert stored.status == "closed"
    assert "refused the credentials: 400 invalid_grant" in stored.why
    assert "parcelbridge secrets set acme-infor-ups erp" in why_of(stored)
    assert state(scene).outcome.startswith("closed: ")
    scene.m3.recorded.clear()
    scene.lives(DAY)
    assert scene.m3.recorded == [], "with refused credentials every further call burns quota"
    scene.m3.token_server.ionapi = good
    scene.sets("running")
    scene.lives(timedelta(hours=1))
    assert all(bought_once(scene, number) for number in numbers(2))


def test_a_missing_credential_closes_the_connection_and_names_the_command_that_sets_it() -> None:
    scene = Scene()
    scene.order()
    erp = scene.ports.open_erp

    def without(connection: Any) -> Any:
        raise Misconfigured("connection acme-infor-ups has no erp credential", hint="parcelbridge secrets set ...")

    scene.with_ports(open_erp=without)
    scene.poll()
    assert scene.connection().status == "closed"
    assert why_of(scene.connection()) == "connection acme-infor-ups has no erp credential; parcelbridge secrets set ..."
    scene.with_ports(open_erp=erp)
    scene.sets("running")
    scene.lives(timedelta(hours=1))
    assert bought_once(scene)


def test_a_refused_credential_of_the_carrier_closes_the_connection_and_the_order_waits_unbought() -> None:
    scene = Scene()
    scene.ups.clients, clients = {}, dict(scene.ups.clients)
    scene.ups.tokens.clients = scene.ups.clients
    scene.through()
    stored = scene.connection()
    assert stored.status == "closed"
    assert "UPS refuses the credential" in stored.why
    assert "developer portal" in why_of(stored)
    assert scene.stands() == "RECEIVED"
    scene.ups.tokens.clients = clients
    scene.sets("running")
    scene.lives(timedelta(hours=1))
    assert bought_once(scene)


def test_a_credential_that_is_refused_at_the_create_leaves_the_order_ready_and_buys_once_it_is_corrected() -> None:
    scene = Scene()
    scene.before_the_next("carrier", "create", scene.ups.revoke_tokens)
    scene.through()
    assert scene.connection().status == "closed"
    assert scene.stands() == "READY"
    assert scene.trail()[-2:] == ["intent", "not_sent"]
    assert scene.head().in_doubt is False
    scene.sets("running")
    scene.ups.tokens.clients = dict(scene.ups.clients)
    scene.clock.advance(5 * timedelta(hours=1))
    scene.lives(timedelta(hours=1))
    assert bought_once(scene)


def test_an_unreachable_erp_loses_nothing_and_closes_nothing() -> None:
    scene = Scene()
    scene.order()
    hosts = transport_hosts(scene)
    m3 = {name: hosts.pop(name) for name in [name for name in hosts if "mingle" in name]}
    scene.poll()
    assert scene.connection().status == "running"
    assert "name or service not known" in state(scene).outcome
    hosts.update(m3)
    scene.lives(timedelta(hours=1))
    assert bought_once(scene)


def test_an_unreachable_carrier_makes_orders_wait_and_holds_them_after_a_day() -> None:
    scene = Scene()
    hosts = transport_hosts(scene)
    ups = {name: hosts.pop(name) for name in [name for name in hosts if "ups" in name]}
    scene.through()
    assert scene.stands() == "RECEIVED retry"
    assert "name or service not known" in scene.audit()[-1].why
    scene.lives(2 * DAY)
    assert scene.stands() == "HELD retries"
    assert "name or service not known" in scene.snapshot().problem
    hosts.update(ups)
    retry(scene.ports, key_of(ORDER), "ann")
    scene.work()
    assert bought_once(scene)


def transport_hosts(scene: Scene) -> dict[str, Any]:
    """The hosts that can be reached, by name."""
    hosts: dict[str, Any] = scene.world.outside._by_host
    return hosts


def test_chunks_leave_nothing_out() -> None:
    assert [list(chunk) for chunk in chunks(range(7), 3)] == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(chunks([], 3)) == []


def test_an_order_that_was_cancelled_before_it_was_ever_seen_is_not_taken() -> None:
    scene = Scene(select={"status": {"from": "20", "to": "99"}})
    scene.order()
    scene.tenant.cancel(ORDER)
    scene.poll()
    assert not scene.known()
    assert state(scene).cursor == str(scene.tenant.orders[ORDER].stamp)


def test_a_credential_that_is_revoked_in_the_middle_of_a_poll_closes_the_connection_and_keeps_what_was_stored() -> None:
    scene = Scene()
    several(scene, 4)
    good = scene.m3.token_server.ionapi

    def revoked(_: float) -> None:
        scene.m3.expire_tokens()
        scene.m3.token_server.ionapi = {**good, "sask": "another"}

    scene.m3_will("slow_after", LINES, skip=1)
    scene.m3.wait = revoked
    scene.poll()
    assert scene.connection().status == "closed"
    assert 1 <= len(scene.world.heads()) < 4
    scene.m3.token_server.ionapi = good
    scene.sets("running")
    scene.lives(timedelta(hours=1))
    assert all(bought_once(scene, number) for number in numbers(4))
