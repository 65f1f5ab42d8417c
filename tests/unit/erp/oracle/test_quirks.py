"""The list of quirks is complete: every number has a test that names it, and no test names another one."""

from __future__ import annotations

import re
from pathlib import Path

from tests.unit.erp.oracle.quirks import QUIRKS


def named() -> set[int]:
    """The numbers in the names of tests."""
    texts = (path.read_text() for path in sorted(Path(__file__).parent.glob("test_*.py")))
    names = [name for text in texts for name in re.findall(r"^def (test_\w+)\(", text, re.MULTILINE)]
    return {int(number) for name in names for number in re.findall(r"_q(\d\d)(?=_)", name)}


def test_every_quirk_is_kept_by_a_test_and_every_number_in_a_test_s_name_is_a_quirk() -> None:
    assert named() == QUIRKS.keys()


def test_the_numbers_have_no_gap_and_each_quirk_says_where_it_is_from() -> None:
    assert list(QUIRKS) == list(range(1, len(QUIRKS) + 1))
    assert all(sentence and re.fullmatch(r"[1-6](, [1-6])*", section) for sentence, section in QUIRKS.values())
