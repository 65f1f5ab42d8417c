"""People's decisions: who may approve what, what a retry does, and that the audit says who it was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sandbox.erps.m3.seed import Line
from shared.domain.state import State
from shared.errors import Refused
from shared.workflow.desk.approve import approve, retry
from shared.workflow.desk.fix import fix
from tests.component.workflow.scene import ORDER, SETTLE, Scene, bought_once, key_of

MANUAL: dict[str, Any] = {"approve": {"mode": "manual", "amount": None}}
KEY = key_of(ORDER)


def awaiting_approval(**facts: Any) -> Scene:
    scene = Scene(**MANUAL)
    scene.through(**facts)
    assert scene.stands() == "HELD approval"
    return scene


def test_s25_an_approved_order_is_bought_and_the_audit_says_who_approved_which_amount() -> None:
    scene = awaiting_approval()
    quote = scene.head().quote
    approved = approve(scene.ports, KEY, "arn:aws:sts::1:assumed-role/Clerk/ann")
    assert approved.state == State.READY
    assert scene.messages() == [KEY]
    entry = scene.audit()[-1]
    assert (entry.what, entry.who, entry.why) == ("approved", "arn:aws:sts::1:assumed-role/Clerk/ann", str(quote))
    scene.work()
    assert bought_once(scene)
    assert scene.head().approved_by == "arn:aws:sts::1:assumed-role/Clerk/ann"
    assert scene.head().cost == quote


def test_s25_an_order_is_approved_once() -> None:
    scene = awaiting_approval()
    approve(scene.ports, KEY, "ann")
    with pytest.raises(Refused, match=r"order 4000001 is READY: only a hold for approval can be approved"):
        approve(scene.ports, KEY, "bob")
    scene.work()
    with pytest.raises(Refused, match="is DONE"):
        approve(scene.ports, KEY, "bob")
    assert len(scene.live()) == 1


def test_s25_a_hold_for_another_reason_can_not_be_approved_away() -> None:
    scene = Scene()
    scene.through(freight_terms="EXW")
    with pytest.raises(Refused, match=r"is HELD \(freight_terms\)") as refused:
        approve(scene.ports, KEY, "ann")
    assert refused.value.reason == "state"


def test_a_wait_for_approval_is_not_retried_away() -> None:
    scene = awaiting_approval()
    with pytest.raises(Refused, match=r"waits for approval of \d+\.\d\d USD: approve it"):
        retry(scene.ports, KEY, "ann")
    assert scene.creates() == 0


@pytest.mark.parametrize("decide", [approve, retry])
def test_an_order_that_does_not_exist_is_named(decide: Any) -> None:
    with pytest.raises(Refused, match="there is no order infor-m3:ACME_TST/100/1/-") as refused:
        decide(Scene().ports, key_of("1"), "ann")
    assert (refused.value.field, refused.value.value) == ("order", key_of("1"))


def test_only_a_held_order_can_be_retried() -> None:
    scene = Scene()
    scene.taken_in()
    with pytest.raises(Refused, match="is RECEIVED: only a held order can be retried"):
        retry(scene.ports, KEY, "ann")
    scene.process()
    scene.work()
    with pytest.raises(Refused, match="is DONE: only a held order can be retried"):
        retry(scene.ports, KEY, "ann")


def test_s60_a_retry_goes_on_under_the_latest_file_with_the_whole_trail_kept() -> None:
    scene = Scene()
    scene.through(freight_terms="EXW")
    before = scene.audit()
    scene.applies(freight_terms={"COL": "we_pay", "EXW": "we_pay"})
    going = retry(scene.ports, KEY, "ann")
    assert (going.state, going.revision) == (State.RECEIVED, 2)
    assert scene.messages() == [KEY]
    assert (scene.audit()[-1].who, scene.audit()[-1].what) == ("ann", "retried")
    scene.work()
    assert bought_once(scene)
    assert scene.audit()[: len(before)] == before


def test_a_retry_of_what_is_not_corrected_is_held_again() -> None:
    scene = Scene()
    scene.through(freight_terms="EXW")
    retry(scene.ports, KEY, "ann")
    scene.work()
    assert scene.stands() == "HELD freight_terms"


def test_s59_a_retry_begins_a_new_count_of_tries() -> None:
    scene = Scene()
    scene.ups_will("error_before", "rate", times=10_000)
    scene.through()
    scene.lives(2 * SETTLE * 96)
    assert scene.stands() == "HELD retries"
    going = retry(scene.ports, KEY, "ann")
    assert (going.tries, going.first_try_at) == (0, None)
    scene.work()
    assert scene.stands() == "RECEIVED retry"
    assert scene.head().tries == 1


def test_s28_a_retry_after_a_lost_answer_asks_the_carrier_and_buys_nothing() -> None:
    scene = Scene()
    scene.ups_will("reset_before")
    scene.through()
    scene.passes(SETTLE)
    scene.process()
    going = retry(scene.ports, KEY, "ann")
    assert going.state == State.UNKNOWN
    scene.work()
    assert scene.stands() == "HELD unknown"
    assert (scene.creates(), scene.live()) == (1, [])


def test_a_decision_whose_message_is_lost_is_healed_by_the_sweep() -> None:
    scene = awaiting_approval()
    approve(scene.ports, KEY, "ann")
    scene.drop_messages()
    scene.lives(SETTLE * 2)
    assert bought_once(scene)


def test_s25_an_approved_order_whose_content_changes_in_the_erp_loses_its_approval() -> None:
    scene = awaiting_approval(lines=[Line("VALVE-1", 2)])
    quote = scene.head().quote
    scene.sets("paused")
    approve(scene.ports, KEY, "ann")
    scene.work()
    assert scene.stands() == "READY"
    scene.sets("running")
    scene.passes(SETTLE)
    scene.tenant.change_line(ORDER, "1", ORQA="9", ORQT="9")
    scene.poll()
    scene.work()
    head = scene.head()
    assert scene.stands() == "HELD approval"
    assert head.quote
    assert quote
    assert quote < head.quote
    assert head.approved_by == "", "nobody has approved this"
    assert scene.creates() == 0


def test_s25_an_approved_order_that_is_read_again_unchanged_keeps_its_approval() -> None:
    scene = awaiting_approval()
    scene.sets("paused")
    approve(scene.ports, KEY, "ann")
    scene.work()
    scene.sets("running")
    scene.passes(SETTLE)
    scene.tenant.touch(ORDER)
    scene.poll()
    assert scene.stands() == "READY"
    scene.lives(SETTLE * 2)
    assert bought_once(scene)


# --- an approval is of the quote that the person saw ---


def test_s25_the_quote_that_was_seen_is_approved_and_the_snapshot_says_when() -> None:
    scene = awaiting_approval()
    head = scene.head()
    approve(scene.ports, KEY, "ann", seen=head.quote, version=head.version)
    assert scene.stands() == "READY"
    assert scene.snapshot().approved_at == scene.clock.now()
    scene.work()
    assert bought_once(scene)


def test_s25_an_order_quoted_anew_since_it_was_shown_is_refused_with_both_prices() -> None:
    scene = awaiting_approval(lines=[Line("VALVE-1", 2)])
    shown = scene.head()
    scene.passes(SETTLE)
    scene.tenant.change_line(ORDER, "1", ORQA="9", ORQT="9")
    scene.poll()
    scene.work()
    now = scene.head()
    assert shown.quote != now.quote
    with pytest.raises(Refused) as refused:
        approve(scene.ports, KEY, "ann", seen=shown.quote)
    assert f"is quoted at {now.quote} now, not {shown.quote}: it was not approved" in str(refused.value)
    assert refused.value.reason == "quote"
    assert scene.stands() == "HELD approval"
    assert scene.snapshot().approved_at is None
    assert scene.creates() == 0


def test_s25_a_changed_order_at_the_same_price_is_not_what_the_person_saw() -> None:
    scene = awaiting_approval()
    shown = scene.head()
    scene.passes(SETTLE)
    scene.tenant.change_head(ORDER, RFID="urgent")
    fix(scene.ports, KEY, ["ship_to.attention=Night shift"], "bob")
    scene.work()
    assert scene.head().quote == shown.quote
    with pytest.raises(Refused, match="as before, for a changed order: it was not approved"):
        approve(scene.ports, KEY, "ann", seen=shown.quote, version=shown.version)
    assert scene.creates() == 0


def test_s25_a_quote_in_another_currency_is_another_quote() -> None:
    scene = awaiting_approval()
    quote = scene.head().quote
    assert quote
    with pytest.raises(Refused, match=f"is quoted at {quote} now, not {quote.amount} EUR"):
        approve(scene.ports, KEY, "ann", seen=replace(quote, currency="EUR"))
