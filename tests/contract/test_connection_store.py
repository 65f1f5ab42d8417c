"""One suite for the connection store in memory and on DynamoDB: revisions, status, poll lease, ledger."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sandbox.memory import ManualClock
from shared.aws.intake import Intake
from shared.domain.hints import Action, Advice, Hint, do
from shared.domain.run import KEPT, Fate, Run, RunDocument
from shared.errors import Retry
from shared.ports import Change, Conflict, ConnectionStore, Lease, Leases, OpenDocument, PollState
from tests.builders import NOW, a_connection

ID = "acme-infor-ups"
POLL, SPAN = Lease("poll", ID), timedelta(minutes=5)


def test_the_first_apply_pauses_and_fixes_the_cut_over_line(connections: ConnectionStore) -> None:
    stored = connections.apply(a_connection(), NOW, "ann", NOW)
    assert (stored.revision, stored.status, stored.start_from) == (1, "paused", NOW)
    assert connections.get(ID) == stored


def test_when_it_was_first_applied_stays_known(connections: ConnectionStore) -> None:
    connections.apply(a_connection(), NOW - timedelta(days=3), "ann", NOW)
    connections.apply(a_connection(settle="30m"), NOW, "ann", NOW + timedelta(days=1))
    assert connections.first_applied(ID) == NOW
    with pytest.raises(KeyError):
        connections.first_applied("nobody-s")


def test_a_later_apply_keeps_the_line_and_the_status_and_both_revisions(connections: ConnectionStore) -> None:
    connections.apply(a_connection(), NOW, "ann", NOW)
    connections.set_status(ID, "running", "started", "ann", NOW)
    changed = a_connection(settle="30m")
    later = connections.apply(changed, NOW + timedelta(days=1), "ann", NOW)
    assert (later.revision, later.status, later.start_from) == (2, "running", NOW)
    assert connections.revision(ID, 1) == a_connection()
    assert connections.revision(ID, 2) == changed


def test_applying_the_same_file_again_makes_no_revision(connections: ConnectionStore) -> None:
    connections.apply(a_connection(), NOW, "ann", NOW)
    assert connections.apply(a_connection(), NOW, "bob", NOW).revision == 1


def test_what_was_never_applied_has_no_revision_and_no_status(connections: ConnectionStore) -> None:
    connections.apply(a_connection(), NOW, "ann", NOW)
    with pytest.raises(KeyError):
        connections.revision(ID, 2)
    with pytest.raises(KeyError):
        connections.set_status("none", "running", "started", "ann", NOW)
    assert connections.get("none") is None


def test_of_two_who_apply_at_once_both_files_are_kept_or_one_is_told(connections: ConnectionStore) -> None:
    connections.apply(a_connection(), NOW, "ann", NOW)
    outcomes: list[str] = []

    def work(settle: str) -> None:
        try:
            stored = connections.apply(a_connection(settle=settle), NOW, settle, NOW)
            outcomes.append(f"revision {stored.revision}")
        except Conflict:
            outcomes.append("conflict")

    workers = [threading.Thread(target=work, args=(f"{minutes}m",)) for minutes in (20, 30)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    latest = connections.get(ID)
    assert latest is not None
    assert connections.revision(ID, latest.revision) == latest.connection
    assert sorted(outcomes) in (["conflict", "revision 2"], ["revision 2", "revision 3"])


def test_all_connections_are_listed_and_an_unknown_one_is_none(connections: ConnectionStore) -> None:
    connections.apply(a_connection(id="zzz"), NOW, "ann", NOW)
    connections.apply(a_connection(id="aaa"), NOW, "ann", NOW)
    assert [each.connection.id for each in connections.all()] == ["aaa", "zzz"]
    assert connections.get("none") is None


def test_a_poll_that_lost_its_lease_saves_nothing(
    connections: ConnectionStore, leases: Leases, clock: ManualClock
) -> None:
    leases.take(POLL, "one", SPAN)
    clock.advance(SPAN)
    leases.take(POLL, "two", SPAN)
    assert not connections.save_poll(ID, "one", PollState(cursor="9"))
    assert connections.poll_state(ID) == PollState()


def test_without_a_lease_nothing_is_saved(connections: ConnectionStore, leases: Leases) -> None:
    assert not connections.save_poll(ID, "one", PollState(cursor="9"))
    leases.take(Lease("poll", "another"), "one", SPAN)
    assert not connections.save_poll(ID, "one", PollState(cursor="9"))
    assert connections.poll_state(ID) == PollState()


def test_a_saved_poll_is_found_by_the_next_one(connections: ConnectionStore, leases: Leases) -> None:
    state = PollState("17", "infor-m3:T/100", "key", NOW, NOW + timedelta(minutes=1), "3 taken")
    leases.take(POLL, "one", SPAN)
    assert connections.save_poll(ID, "one", state)
    leases.release(POLL, "one")
    assert leases.take(POLL, "two", SPAN)
    assert connections.poll_state(ID) == state


def test_when_a_poll_last_succeeded_outlives_the_failed_ones_after_it(
    connections: ConnectionStore, leases: Leases
) -> None:
    leases.take(POLL, "one", SPAN)
    for at, succeeded in ((NOW, NOW), (NOW + timedelta(minutes=10), None)):
        before = connections.poll_state(ID)
        connections.save_poll(ID, "one", replace(before, polled=at, succeeded=succeeded or before.succeeded))
    assert connections.poll_state(ID).succeeded == NOW


def test_a_connection_tells_when_it_was_touched_last(connections: ConnectionStore) -> None:
    later = NOW + timedelta(hours=1)
    assert connections.apply(a_connection(), NOW, "ann", NOW).touched == NOW
    connections.set_status(ID, "running", "started", "ann", later)
    stored = connections.get(ID)
    assert stored
    assert stored.touched == later
    assert connections.all()[0].touched == later


def test_a_ledger_that_does_not_take_a_note_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document whose note as older than the line were lost would be bought a label for."""

    class Full:
        @staticmethod
        def batch_write_item(**asked: Any) -> Any:
            return {"UnprocessedItems": asked["RequestItems"]}

    monkeypatch.setattr("shared.aws.intake.time.sleep", lambda _: None)
    full: Any = Full()
    with pytest.raises(Retry, match="did not take 1 of its notes"):
        Intake(full, "table").mark_seen(ID, [Change("7", "1")], NOW)


def test_the_ledger_remembers_the_last_stamp_of_each_document(connections: ConnectionStore) -> None:
    expires = NOW + timedelta(days=9)
    connections.mark_seen(ID, [Change(str(n), "1") for n in range(130)], expires)
    connections.mark_seen(ID, [Change("7", "2"), Change("7", "3")], expires)
    seen = connections.seen(ID, [str(n) for n in range(130)] + ["new"])
    assert seen["7"] == "3"
    assert seen["129"] == "1"
    assert "new" not in seen
    assert connections.seen("another", ["7"]) == {}


# --- open documents ----------------------------------------------------------------------------------------------

LATER = NOW + timedelta(minutes=10)


def kept(connections: ConnectionStore, document: str, **facts: Any) -> OpenDocument:
    found = OpenDocument(document, NOW, LATER, **facts)
    connections.keep_open(ID, found, None)
    return found


def test_a_document_is_open_until_it_is_closed(connections: ConnectionStore) -> None:
    one = kept(connections, "1", read=NOW, stamp="17", tries=3, why="503", until=NOW + timedelta(days=2))
    other = kept(connections, "2")
    assert connections.open_documents(ID) == [one, other]
    assert connections.open_documents("another") == []
    connections.close_document(ID, one)
    connections.close_document(ID, one)
    assert connections.open_documents(ID) == [other]
    again = kept(connections, "1")
    assert connections.open_documents(ID) == [again, other], "nothing is left of the first time"


def test_of_two_who_keep_a_document_open_the_first_one_counts(connections: ConnectionStore) -> None:
    first = kept(connections, "1", why="first")
    kept(connections, "1", why="second")
    assert connections.open_documents(ID) == [first]
    after = replace(first, due=LATER + timedelta(hours=1), why="third")
    connections.keep_open(ID, after, first)
    connections.keep_open(ID, replace(after, why="fourth"), first)
    assert connections.open_documents(ID) == [after]


def test_a_document_that_somebody_asks_for_is_open_whatever_a_poll_made_of_it_meanwhile(
    connections: ConnectionStore,
) -> None:
    before = kept(connections, "1", tries=2, why="503", read=NOW)
    connections.ask_for(ID, "1", NOW, until=LATER)
    connections.close_document(ID, before)
    connections.keep_open(ID, replace(before, due=LATER + timedelta(hours=1)), before)
    assert connections.open_documents(ID) == [replace(before, due=NOW, until=LATER)]
    connections.ask_for(ID, "2", LATER, why="ann")
    connections.ask_for(ID, "2", LATER)
    assert connections.open_documents(ID)[1] == OpenDocument("2", LATER, LATER, why="ann")


def test_many_documents_may_be_open(connections: ConnectionStore) -> None:
    for number in range(120):
        kept(connections, f"{number:04}", why="x" * 300)
    assert [each.document for each in connections.open_documents(ID)] == [f"{number:04}" for number in range(120)]


def test_what_a_poll_was_reading_is_kept_and_gone_when_it_is_done(connections: ConnectionStore, leases: Leases) -> None:
    leases.take(POLL, "one", SPAN)
    state = PollState("17", rescan_after="5", checked=NOW, reading=(Change("1", "17"), Change("2", "18")))
    connections.save_poll(ID, "one", state)
    assert connections.poll_state(ID) == state
    connections.save_poll(ID, "one", PollState("18", checked=NOW))
    assert connections.poll_state(ID) == PollState("18", checked=NOW)


def test_what_to_do_about_a_closed_connection_is_kept_until_its_status_is_set_again(
    connections: ConnectionStore,
) -> None:
    def hint() -> Advice:
        stored = connections.get(ID)
        assert stored
        return stored.hint

    connections.apply(a_connection(), NOW, "ann", NOW)
    set_it = Hint("set it: {0}", (do(Action.SET_CREDENTIAL, connection=ID, side="erp"),))
    connections.set_status(ID, "closed", "401", "parcelbridge", NOW, set_it)
    assert hint() == set_it
    assert connections.apply(a_connection(settle="30m"), NOW, "ann", NOW).hint == set_it
    assert hint() == set_it
    connections.set_status(ID, "closed", "401", "parcelbridge", NOW, "set the secret again")
    assert hint() == "set the secret again"
    connections.set_status(ID, "running", "started", "ann", NOW)
    assert hint() == ""


def test_a_pause_with_all_others_is_known_by_a_field_and_outlives_a_new_file(connections: ConnectionStore) -> None:
    def with_all() -> bool:
        stored = connections.get(ID)
        assert stored
        return stored.with_all

    connections.apply(a_connection(), NOW, "ann", NOW)
    connections.set_status(ID, "paused", "any words", "ann", NOW, with_all=True)
    assert with_all()
    assert connections.apply(a_connection(settle="30m"), NOW, "ann", NOW).with_all
    assert with_all()
    connections.set_status(ID, "paused", "paused by ann", "ann", NOW)
    assert not with_all()


def test_runs_are_kept_newest_first_each_under_its_connection(connections: ConnectionStore) -> None:
    documents = (RunDocument("1", Fate.TAKEN), RunDocument("2", Fate.HELD, "weight lines"))
    first = Run(ID, NOW, NOW + timedelta(seconds=3), "2 read", 5, 3, 2, 1, documents, 7, goes_on=True)
    second = Run(ID, NOW + timedelta(minutes=5), NOW + timedelta(minutes=5), "0 read")
    for run in (second, first, first):
        connections.keep_run(run, run.ended + KEPT)
    connections.keep_run(replace(first, connection="another-one"), NOW)
    assert connections.runs(ID, 10) == [second, first]
    assert connections.runs(ID, 1) == [second]
    assert connections.run(ID, first.name) == first
    assert connections.run(ID, "20200101T000000.000000Z") is None
    assert connections.runs("nobody-s", 10) == []


def test_a_run_leaves_the_poll_and_the_revisions_of_its_connection_alone(
    connections: ConnectionStore, leases: Leases
) -> None:
    connections.apply(a_connection(), NOW, "ann", NOW)
    leases.take(POLL, "one", SPAN)
    connections.save_poll(ID, "one", PollState("17", polled=NOW))
    connections.keep_run(Run(ID, NOW, NOW, "0 read"), NOW + KEPT)
    assert connections.poll_state(ID) == PollState("17", polled=NOW)
    assert connections.first_applied(ID) == NOW


def test_what_a_newer_release_did_with_a_document_is_shown_in_its_own_word(connections: ConnectionStore) -> None:
    run = Run(ID, NOW, NOW, "1 read", documents=(RunDocument("1", "beamed_up"),))
    connections.keep_run(run, NOW + KEPT)
    assert connections.runs(ID, 1) == [run]
