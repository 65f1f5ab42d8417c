"""Single values of answers: cleaned, decoded, and never taken for what they are not."""

from __future__ import annotations

import base64
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.carriers.ups.plain import as_list, day, text
from shared.carriers.ups.values import image


@given(st.binary(max_size=400))
def test_an_image_is_what_was_encoded(content: bytes) -> None:
    assert image(base64.b64encode(content).decode()) == content


def test_an_image_loses_the_line_ends_that_ups_puts_into_it() -> None:
    encoded = base64.b64encode(b"^XA^FO40,60^FDALBANY^FS^XZ").decode()
    assert image(f"{encoded[:8]}&#xD;\r\n{encoded[8:]}&#xA;\n") == b"^XA^FO40,60^FDALBANY^FS^XZ"


@pytest.mark.parametrize("broken", ["Xl", "XlhB\u00e4", "Xl=hQQ==", "XlhB!QUF", "XlhBX", "====", None, {}, True])
def test_an_image_that_is_cut_short_or_broken_is_none(broken: object) -> None:
    assert image(broken) == b""


@pytest.mark.parametrize(
    ("value", "cleaned"),
    [
        ("Your invoice may vary&#xD;", "Your invoice may vary"),
        ("two\r\nlines&#xa;here \n", "twolineshere"),
        ("Ampersand & Sons &#xZ;", "Ampersand & Sons &#xZ;"),
        (" 12.50 ", "12.50"),
        (7, "7"),
        (0.5, "0.5"),
        (True, ""),
        (None, ""),
        ({}, ""),
        (["x"], ""),
    ],
)
def test_a_text_is_cleaned_and_nothing_else_becomes_one(value: object, cleaned: str) -> None:
    assert text(value) == cleaned


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("20261124", date(2026, 11, 24)),
        (" 20261124&#xD;", date(2026, 11, 24)),
        ("20261341", None),
        ("2026-11-24", None),
        ("2026W481", None),
        ("\u0662\u0660\u0662\u0666\u0661\u0661\u0662\u0664", None),
        ("", None),
        (None, None),
    ],
)
def test_a_day_has_eight_digits_and_is_in_the_calendar(value: object, read: date | None) -> None:
    assert day(value) == read


@pytest.mark.parametrize(
    ("value", "read"), [([1, "", None, 2], [1, 2]), ({"a": 1}, [{"a": 1}]), ("", []), (None, []), ({}, [])]
)
def test_a_list_may_come_as_its_only_element_or_as_a_blank(value: object, read: list[Any]) -> None:
    assert as_list(value) == read
