"""Write-back: read first, only ours, only what differs, safe to repeat."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.engine import Fault
from sandbox.erps.m3.tenant import ExtensionKey
from shared.domain.money import Money
from shared.errors import Refused, Retry, Unknown
from shared.ports import WriteBack
from tests.samples.m3.world import World

NOTE = WriteBack(
    document="4000001",
    reference="D1-4000001-1",
    shipment_id="1Z12345E0291980793",
    tracking_numbers=("1Z12345E0291980793", "1Z12345E0291980802"),
    service="03",
    cost=Money(Decimal("12.50"), "USD"),
)
OURS = {"A121": "1Z12345E0291980793 1Z12345E0291980802", "A230": "03", "N096": "12.5", "A430": "USD"}


@pytest.fixture
def world(world: World) -> World:
    world.order()
    return world


def stands(world: World, **fields: str) -> None:
    world.tenant.extensions[ExtensionKey("MPHEAD", ("4000001",))] = dict(fields)


def test_S32_q48_numbers_service_and_cost_stand_beside_the_order(world: World) -> None:
    assert set(world.erp().write(NOTE)) == set(OURS)
    assert world.tenant.free_fields("4000001") == OURS


def test_q46_a_first_write_takes_two_calls_and_a_repeated_one_takes_one(world: World) -> None:
    erp = world.erp()
    erp.write(NOTE)
    assert world.calls() == ["CUSEXTMI.GetFieldValue", "CUSEXTMI.AddFieldValue"]
    assert set(erp.write(NOTE)) == set(OURS)
    assert world.calls() == ["CUSEXTMI.GetFieldValue"]
    assert len(world.engine.field_writes) == len(OURS)


def test_q46_a_record_that_is_there_is_changed_and_fields_of_others_stay(world: World) -> None:
    stands(world, A830="buyer's note", A230="02")
    world.erp().write(NOTE)
    assert world.calls()[-1] == "CUSEXTMI.ChgFieldValue"
    assert world.tenant.free_fields("4000001") == {**OURS, "A830": "buyer's note"}
    assert {write.field for write in world.engine.field_writes} == set(OURS)


def test_only_what_differs_is_written(world: World) -> None:
    stands(world, **{**OURS, "A230": "02"})
    world.erp().write(NOTE)
    assert [(write.field, write.old, write.new) for write in world.engine.field_writes] == [("A230", "02", "03")]


def test_q47_an_amount_is_the_same_however_many_zeros_it_has(world: World) -> None:
    stands(world, **{**OURS, "N096": "12.500000"})
    world.erp().write(NOTE)
    assert not world.engine.field_writes


def test_a_cost_that_another_account_pays_is_not_written(world: World) -> None:
    assert set(world.erp().write(replace(NOTE, cost=None))) == {"A121", "A230"}
    assert set(world.tenant.free_fields("4000001")) == {"A121", "A230"}


def test_values_that_are_not_known_yet_clear_nothing(world: World) -> None:
    stands(world, A530="2026-11-05", A630="picked_up")
    world.erp().write(NOTE)
    assert world.tenant.free_fields("4000001")["A630"] == "picked_up"
    world.erp().write(replace(NOTE, eta="2026-11-06", milestone="delivered"))
    fields = world.tenant.free_fields("4000001")
    assert (fields["A530"], fields["A630"]) == ("2026-11-06", "delivered")


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "error_after", "empty"])
def test_q45_a_lost_answer_leaves_it_unknown_and_repeating_leaves_one_effect(world: World, kind: Any) -> None:
    world.engine.faults.append(Fault("CUSEXTMI.AddFieldValue", kind))
    erp = world.erp()
    with pytest.raises(Unknown):
        erp.write(NOTE)
    assert set(erp.write(NOTE)) == set(OURS)
    assert world.tenant.free_fields("4000001") == OURS
    assert len(world.engine.field_writes) == len(OURS)


def test_q23_a_504_after_sixty_seconds_is_unknown_too(world: World) -> None:
    world.engine.faults.append(Fault("CUSEXTMI.AddFieldValue", "error_after", status=504))
    with pytest.raises(Unknown, match="504"):
        world.erp().write(NOTE)


def test_a_failing_probe_and_a_throttled_write_are_retries(world: World) -> None:
    for fault in (
        Fault("CUSEXTMI.GetFieldValue", "reset_after"),
        Fault("CUSEXTMI.AddFieldValue", "throttled", seconds=3),
    ):
        world.engine.faults.append(fault)
        with pytest.raises(Retry):
            world.erp().write(NOTE)
    assert not world.engine.field_writes


def test_q19_a_record_that_another_user_holds_is_a_retry(world: World) -> None:
    world.tenant.lock("4000001")
    with pytest.raises(Retry, match="locked by user BUYER01"):
        world.erp().write(NOTE)
    assert set(world.erp().write(NOTE)) == set(OURS)


def test_a_record_made_between_the_probe_and_the_add_is_read_again_and_changed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = world.engine.answer

    def meanwhile(operation: str, request: Any) -> Any:
        if operation == "CUSEXTMI.AddFieldValue" and not world.tenant.extensions:
            stands(world, A830="buyer's note")
        return answer(operation, request)

    monkeypatch.setattr(world.engine, "answer", meanwhile)
    world.erp().write(NOTE)
    assert world.tenant.free_fields("4000001") == {**OURS, "A830": "buyer's note"}


def test_an_order_that_was_deleted_meanwhile_is_refused(world: World) -> None:
    world.tenant.delete("4000001")
    with pytest.raises(Refused) as caught:
        world.erp().write(NOTE)
    assert caught.value.reason == "write_back"


def test_appended_numbers_keep_what_stands_there(world: World) -> None:
    stands(world, A121="1Z00000000000000")
    erp = world.erp(write_back={"tracking_numbers": {"to": "A121", "mode": "append"}})
    for _ in range(2):
        erp.write(NOTE)
    assert world.tenant.free_fields("4000001")["A121"] == f"1Z00000000000000 {OURS['A121']}"


def test_a_field_that_is_filled_is_left_alone_when_the_connection_says_so(world: World) -> None:
    stands(world, A230="buyer's")
    written = world.erp(write_back={"service": {"to": "A230", "mode": "if_empty"}}).write(NOTE)
    assert "A230" not in written
    assert world.tenant.free_fields("4000001")["A230"] == "buyer's"


def test_S32_numbers_beyond_six_are_counted_in_the_field_and_the_remark_says_where_they_are(world: World) -> None:
    numbers = tuple(f"1Z12345E029198{n:04}" for n in range(9))
    written = world.erp().write(replace(NOTE, tracking_numbers=numbers))
    assert "A121 (3 more numbers are kept in our store)" in written
    assert world.tenant.free_fields("4000001")["A121"] == " ".join(numbers[:6]) + " +3"


def test_S32_the_numbers_of_a_second_parcel_group_join_ours_and_the_cost_is_the_sum(world: World) -> None:
    erp = world.erp()
    erp.write(NOTE)
    both = replace(NOTE, tracking_numbers=(*NOTE.tracking_numbers, "1Z9"), cost=Money(Decimal("20.25"), "USD"))
    for _ in range(2):
        erp.write(both)
    fields = world.tenant.free_fields("4000001")
    assert (fields["A121"], fields["N096"]) == (f"{OURS['A121']} 1Z9", "20.25")


@pytest.mark.parametrize(("stands_there", "then"), [
    (OURS["A121"], f"{OURS['A121']} 1Z9"),
    ("", f"{OURS['A121']} 1Z9"),
    ("buyer's note", "buyer's note"),
    (f"{OURS['A121']} by hand", f"{OURS['A121']} by hand"),
])  # fmt: skip
def test_a_field_that_is_left_alone_when_filled_still_takes_the_next_group_s_numbers_after_ours(
    world: World, stands_there: str, then: str
) -> None:
    stands(world, A121=stands_there)
    both = replace(NOTE, tracking_numbers=(*NOTE.tracking_numbers, "1Z9"))
    world.erp(write_back={"tracking_numbers": {"to": "A121", "mode": "if_empty"}}).write(both)
    assert world.tenant.free_fields("4000001")["A121"] == then


def test_S32_every_canonical_name_has_its_field(world: World) -> None:
    note = replace(NOTE, eta="2026-11-05", milestone="in_transit", tracking_url="https://t.example/1")
    world.erp(write_back={"tracking_url": "A730"}).write(note)
    assert world.tenant.free_fields("4000001") == {
        **OURS, "A530": "2026-11-05", "A630": "in_transit", "A730": "https://t.example/1",
    }  # fmt: skip


def test_q25_the_longest_write_is_short_enough_for_any_url(world: World) -> None:
    numbers = tuple(f"1Z12345E029198{n:04}" for n in range(40))
    note = replace(NOTE, tracking_numbers=numbers, eta="2026-11-05", milestone="x" * 30, tracking_url="u" * 30)
    world.erp(write_back={"tracking_url": "A730"}).write(note)
    assert max(len(each.request.url) for each in world.engine.recorded) < 2_000


def test_q23_q24_an_answer_is_awaited_longer_than_the_gateway_waits_so_that_a_delayed_one_counts(world: World) -> None:
    world.engine.faults.append(Fault("CUSEXTMI.AddFieldValue", "slow_after", seconds=59))
    assert set(world.erp().write(NOTE)) == set(OURS)
    assert min(world.transport.timeouts[1:]) > 60


@settings(max_examples=60, deadline=None)
@given(
    stands_there=st.dictionaries(
        st.sampled_from(["A030", "A121", "A230", "A330", "A830", "N096", "N196"]),
        st.sampled_from(["1", "12.5", "99"]) | st.text("ABC 19", min_size=1, max_size=20).map(str.strip).filter(bool),
    ),
    modes=st.fixed_dictionaries(
        {name: st.sampled_from(["overwrite", "if_empty", "append"]) for name in ("tracking_numbers", "service")}
    ),
    count=st.integers(1, 9),
    fault=st.sampled_from([None, "reset_before", "reset_after", "error_after", "empty"]),
)
def test_S32_q45_q46_writing_again_leaves_one_effect_and_never_touches_a_field_of_others(
    stands_there: dict[str, str], modes: dict[str, str], count: int, fault: Any
) -> None:
    world = World()
    world.order()
    stood = {name: value for name, value in stands_there.items() if not name.startswith("N") or value in ("1", "12.5")}
    if stood:
        stands(world, **stood)
    fields = {"tracking_numbers": "A121", "service": "A230"}
    erp = world.erp(write_back={name: {"to": fields[name], "mode": mode} for name, mode in modes.items()})
    note = replace(NOTE, tracking_numbers=tuple(f"1Z12345E029198{n:04}" for n in range(count)))
    if fault:
        world.engine.faults += [Fault("CUSEXTMI.AddFieldValue", fault), Fault("CUSEXTMI.ChgFieldValue", fault)]
        with suppress(Unknown, Retry):
            erp.write(note)
        world.engine.faults.clear()
    once = erp.write(note)
    fields_then, writes = world.tenant.free_fields("4000001"), len(world.engine.field_writes)
    assert erp.write(note) == once
    assert (world.tenant.free_fields("4000001"), len(world.engine.field_writes)) == (fields_then, writes)
    assert {write.field for write in world.engine.field_writes} <= {"A121", "A230", "N096", "A430"}
    assert {name: fields_then[name] for name in stood if name in ("A030", "A330", "A830", "N196")} == {
        name: value for name, value in stood.items() if name in ("A030", "A330", "A830", "N196")
    }


def test_what_does_not_fit_is_refused_and_never_cut(world: World) -> None:
    note = replace(NOTE, tracking_url="https://track.example/" + "x" * 40)
    with pytest.raises(Refused, match="tracking_url does not fit into A730") as caught:
        world.erp(write_back={"tracking_url": "A730"}).write(note)
    assert caught.value.field == "write_back.tracking_url"
    assert "30 characters" in caught.value.hint
    assert not world.engine.field_writes


def test_a_customer_s_own_length_counts(world: World) -> None:
    world.erp(write_back={"tracking_numbers": {"to": "A130", "max": 24}}).write(NOTE)
    assert world.tenant.free_fields("4000001")["A130"] == "1Z12345E0291980793 +1"


def test_with_every_field_off_nothing_is_called(world: World) -> None:
    assert world.erp(write_back={"enabled": False}).write(NOTE) == ()
    assert world.calls() == []


def test_another_transaction_can_take_the_fields(world: World) -> None:
    """A binding that changes a record with one transaction has no `change`: the write is that transaction."""
    bindings = {
        "shipment.write_back": {
            "program": "CUSEXTMI", "transaction": "ChgFieldValue", "kind": "write",
            "input": {"FILE": "MPHEAD", "PK01": "{po_number}"},
        },
    }  # fmt: skip
    stands(world, A830="x")
    world.erp(erp={"bindings": bindings}).write(NOTE)
    assert world.calls()[-1] == "CUSEXTMI.ChgFieldValue"


def test_a_milestone_is_written_in_the_erp_s_own_words_and_what_has_none_as_it_is(world: World) -> None:
    erp = world.erp(write_back={"milestone": {"to": "A630", "mode": "if_empty", "values": {"delivered": "D"}}})
    erp.write(replace(NOTE, milestone="in_transit"))
    assert world.tenant.free_fields("4000001")["A630"] == "in_transit"
    erp.write(replace(NOTE, milestone="delivered", before=replace(NOTE, milestone="in_transit")))
    assert world.tenant.free_fields("4000001")["A630"] == "D"


def test_s40_a_failure_stands_in_its_field_and_leaves_it_again(world: World) -> None:
    erp = world.erp(write_back={"failure": {"to": "A730", "values": {"address": "ADR"}}})
    held = WriteBack("4000001", "", "", (), "", None, failure="address")
    assert erp.write(held) == ("A730",)
    assert world.tenant.free_fields("4000001") == {"A730": "ADR"}
    assert "A730 emptied" in erp.write(replace(NOTE, before=replace(held)))
    assert world.tenant.free_fields("4000001")["A730"] == ""
