"""The list of quirks is complete: every number has a test that names it, and no test names another one."""

from __future__ import annotations

import re

from tests.conftest import ROOT
from tests.unit.carriers.shipstation.quirks import QUIRKS

FOLDERS = ("tests/unit/carriers/shipstation", "tests/unit/sandbox/carriers/shipstation", "tests/unit/functions")


def named() -> set[int]:
    """The numbers in the names of tests."""
    texts = (path.read_text() for folder in FOLDERS for path in sorted((ROOT / folder).glob("test_*.py")))
    names = [name for text in texts for name in re.findall(r"^def (test_\w+)\(", text, re.MULTILINE)]
    return {int(number) for name in names for number in re.findall(r"_q(\d+)(?=_)", name)}


def test_every_quirk_is_kept_by_a_test_and_every_number_in_a_test_s_name_is_a_quirk() -> None:
    assert named() == QUIRKS.keys()


def test_the_numbers_have_no_gap_and_each_quirk_says_where_it_is_from() -> None:
    assert list(QUIRKS) == list(range(1, len(QUIRKS) + 1))
    assert all(sentence and source for sentence, source in QUIRKS.values())
