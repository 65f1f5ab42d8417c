"""The values of an ERP's fields, for any ERP: modes, lengths, the ERP's own words, and values that are taken back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.connection import Target, WriteBackPart
from shared.connection.write_back import Mapped
from shared.domain.money import Money
from shared.erp.fields.checks import least_of, too_short
from shared.erp.fields.mapping import differing, fields_of, mentioned, values_of
from shared.erp.fields.target import FieldTarget, targets_of
from shared.errors import Refused
from shared.ports import WriteBack

NOTE = WriteBack("7", "R", "S1", ("N1", "N2"), "03", Money(Decimal("12.50"), "EUR"), milestone="in_transit")
HELD = WriteBack("7", "", "", (), "", None, failure="address")


def holds(name: str, note: WriteBack = NOTE, standing: str = "", **target: Any) -> str | None:
    """Return the value that the one field F of the canonical name must hold; None when it is to stay as it is."""
    return fields_of({name: FieldTarget("F", **target)}, note, {"F": standing}, {}).get("F")


def test_each_mode_meets_what_stands_there_in_its_own_way() -> None:
    assert [holds("service", standing="02", mode=mode) for mode in ("overwrite", "if_empty", "append")] == [
        "03",
        None,
        "02 03",
    ]
    assert holds("service", mode="if_empty") == "03"


def test_a_field_that_is_filled_once_is_still_ours_when_we_filled_it() -> None:
    """A value that we were the first to write is replaced; another's value stays."""
    now = replace(NOTE, milestone="delivered", before=NOTE)
    assert holds("milestone", now, "in_transit", mode="if_empty") == "delivered"
    assert holds("milestone", now, "by hand", mode="if_empty") is None


def test_what_may_have_been_written_is_ours_as_well_as_what_was() -> None:
    lost = replace(NOTE, milestone="out_for_delivery")
    now = replace(NOTE, milestone="delivered", before=NOTE, maybe=(lost,))
    for standing in ("in_transit", "out_for_delivery"):
        assert holds("milestone", now, standing, mode="if_empty") == "delivered"
    assert holds("milestone", now, "by hand", mode="if_empty") is None
    gone = WriteBack("7", "", "", (), "", None, maybe=(HELD,))
    assert holds("failure", gone, "address") == ""
    assert set(mentioned({"failure": FieldTarget("F")}, gone)) == {"failure"}


def test_a_number_field_with_a_zero_is_empty() -> None:
    assert holds("cost", standing="0.00", mode="if_empty") == "12.5"
    assert holds("cost", standing="9.00", mode="if_empty") is None


def test_a_marked_value_says_whose_it_is_and_is_taken_back_alone() -> None:
    mark = {"mode": "append", "mark": "7:"}
    assert holds("milestone", NOTE, "6:in_transit", **mark) == "6:in_transit 7:in_transit"
    now = replace(NOTE, milestone="delivered", before=NOTE)
    assert holds("milestone", now, "6:in_transit 7:in_transit", **mark) == "6:in_transit 7:delivered"
    gone = WriteBack("7", "", "", (), "", None, before=NOTE)
    assert holds("milestone", gone, "6:in_transit 7:in_transit", **mark) == "6:in_transit"


def test_in_append_mode_our_former_word_makes_room_for_the_new_one() -> None:
    now = replace(NOTE, milestone="delivered", before=NOTE)
    assert holds("milestone", now, "dock 4 in_transit", mode="append") == "dock 4 delivered"
    assert holds("milestone", now, "dock 4 delivered", mode="append") == "dock 4 delivered"


def test_the_erp_s_own_words_are_written_compared_and_taken_back() -> None:
    words = {"address": "ADR"}
    assert holds("failure", HELD, values=words) == "ADR"
    gone = replace(NOTE, before=HELD)
    assert holds("failure", gone, "ADR", values=words) == ""
    assert holds("failure", gone, "address", values=words) is None, "that was not written by us"


def test_a_value_with_a_blank_word_is_not_said() -> None:
    assert holds("milestone", values={"in_transit": ""}, standing="x") is None


def test_a_value_that_does_not_fit_is_refused_with_its_place_and_never_cut() -> None:
    with pytest.raises(Refused, match="milestone does not fit into F of order 7") as caught:
        holds("milestone", longest=5)
    assert (caught.value.field, caught.value.value) == ("write_back.milestone", "in_transit")


def test_a_field_s_own_length_counts_where_the_connection_names_none() -> None:
    with pytest.raises(Refused):
        fields_of({"service": FieldTarget("F")}, NOTE, {}, {"F": 1})


def test_numbers_that_do_not_fit_are_counted_and_a_withdrawn_one_goes() -> None:
    assert holds("tracking_numbers", replace(NOTE, tracking_numbers=("N1", "N2", "N3")), longest=5) == "N1 +2"
    assert holds("tracking_numbers", replace(NOTE, tracking_numbers=("N2",), withdrawn=("N1",)), "N1 N2") == "N2"
    left = replace(NOTE, tracking_numbers=(), withdrawn=("N1",))
    assert holds("tracking_numbers", left, "N1, PO 8", mode="append") == "PO 8"


def test_only_what_the_note_speaks_of_is_read_and_written() -> None:
    targets = {name: FieldTarget(name) for name in ("eta", "service", "failure", "tracking_numbers")}
    assert set(mentioned(targets, NOTE)) == {"service", "tracking_numbers"}
    assert set(mentioned(targets, HELD)) == {"failure"}
    assert set(mentioned(targets, replace(HELD, failure="", before=HELD))) == {"failure"}
    assert set(mentioned(targets, replace(HELD, failure="", withdrawn=("N1",)))) == {"tracking_numbers"}


def test_equal_amounts_are_no_difference_and_a_zero_is_nothing() -> None:
    assert differing({"A": "12.5", "B": "", "C": "x"}, {"A": "12.5000", "B": "0.00"}) == {"C": "x"}


def test_an_amount_is_written_without_needless_zeros_or_an_exponent() -> None:
    costs = (replace(NOTE, cost=Money(Decimal(text), "EUR")) for text in ("12.50", "100", "0.10"))
    assert [values_of(note)["cost"] for note in costs] == ["12.5", "100", "0.1"]


@given(st.text("ab ,", max_size=12), st.sampled_from(["overwrite", "if_empty", "append"]))
def test_telling_twice_is_telling_once(standing: str, mode: Any) -> None:
    for name in ("service", "tracking_numbers"):
        once = holds(name, standing=standing, mode=mode)
        if once is not None:
            assert holds(name, standing=once, mode=mode) in (once, None)


class SomeWriteBack(WriteBackPart):
    milestone: Mapped = Target(to="M", values={"delivered": "D"})
    eta: Mapped = None


def test_targets_are_those_of_the_file_and_none_when_it_is_switched_off() -> None:
    assert targets_of(SomeWriteBack()) == {"milestone": FieldTarget("M", values={"delivered": "D"})}
    assert targets_of(SomeWriteBack(enabled=False)) == {}


def test_a_field_is_long_enough_for_the_longest_word_that_it_will_be_given() -> None:
    every = {"eta": FieldTarget("E"), "milestone": FieldTarget("M", longest=4)}
    assert dict(too_short(every, {"E": 8})) == {
        "eta": "E takes 8 characters, a day such as 2026-11-05 has 10",
        "milestone": "M takes 4 characters, the longest of them, out_for_delivery, has 16",
    }
    words = dict.fromkeys(["delivered"], "D")
    assert least_of("milestone", FieldTarget("M", values=words))[0] == 16, "the others are written as they are"
