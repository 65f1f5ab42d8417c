"""Values are read out of nested answers by paths; a shape that a path does not fit is told, absence is a blank."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shared.domain.measures import Weight
from shared.erp.fields.reading import Reading, at, number_at, one_or_many, rows, steps, text_at, weight_at
from shared.errors import Misconfigured, Refused

ANSWER = {
    "Head": {"Number": " 7 ", "Closed": False, "Name": None, "Weight": "2.50"},
    "Lines": [{"Item": "A", "Qty": 3}, {"Item": "B", "Qty": "4.0"}],
    "Single": {"Item": "C"},
    "Empty": [],
}


def test_a_path_leads_through_records_and_to_a_place_in_a_list() -> None:
    assert text_at(ANSWER, "Head.Number") == "7"
    assert text_at(ANSWER, "Lines[1].Item") == "B"
    assert text_at(ANSWER, "Head.Closed") == "false"


def test_what_is_absent_is_a_blank() -> None:
    for path in ("Head.Name", "Head.Other", "Other.Number", "Lines[5].Item", "Empty[0].Item"):
        assert (at(ANSWER, path), text_at(ANSWER, path)) == (None, "")


def test_one_thing_is_a_list_of_it() -> None:
    assert text_at(ANSWER, "Single[0].Item") == "C"
    assert rows(ANSWER, "Single") == [{"Item": "C"}]
    assert [row["Item"] for row in rows(ANSWER, "Lines")] == ["A", "B"]
    assert (rows(ANSWER, "Empty"), rows(ANSWER, "Other")) == ([], [])
    assert one_or_many("x") == ["x"]


@pytest.mark.parametrize("path", ["Head.Number.More", "Lines.Item", "Head", "Lines"])
def test_a_path_that_does_not_fit_the_answer_is_told(path: str) -> None:
    with pytest.raises(Refused, match="which the path does not fit") as caught:
        text_at(ANSWER, path)
    assert caught.value.field == path


def test_rows_of_plain_values_are_told() -> None:
    with pytest.raises(Refused):
        rows(ANSWER, "Head.Number")


@pytest.mark.parametrize("path", ["", "Head..Number", "Lines[x].Item", "Lines[0", "a b", ".Head"])
def test_what_is_no_path_is_a_fault_of_the_configuration(path: str) -> None:
    with pytest.raises(Misconfigured, match="is no path"):
        steps(path)


def test_the_first_path_that_holds_something_counts_and_their_words_become_ours() -> None:
    reading = Reading(("Head.Name", "Head.Number"), {"7": "seven"})
    assert text_at(ANSWER, reading) == "seven"
    assert text_at(ANSWER, Reading(("Head.Number",), {"8": "eight"})) == "7"


def test_numbers_come_as_numbers_or_as_their_texts_and_nothing_else() -> None:
    assert [number_at(ANSWER, path) for path in ("Lines[0].Qty", "Lines[1].Qty", "Head.Other")] == [
        Decimal(3),
        Decimal("4.0"),
        None,
    ]
    for text in ("1,5", "NaN", "1e3", "x"):
        with pytest.raises(Refused, match="no number"):
            number_at({"Qty": text}, "Qty")


def test_a_weight_has_the_unit_that_its_reading_names() -> None:
    assert weight_at(ANSWER, Reading(("Head.Weight",), unit="lb")) == Weight(Decimal("2.50"), "lb")
    assert weight_at(ANSWER, Reading(("Head.Other",), unit="lb")) is None
    with pytest.raises(Misconfigured, match="stone is no unit of weight: lb, kg, oz, g"):
        weight_at(ANSWER, Reading(("Head.Weight",), unit="stone"))
