"""The list of quirks is whole: every number has a test, every test's number is listed, every source says it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.unit.carriers.ups.quirks import QUIRKS, keeps

FOLDERS = ("tests/unit/carriers/ups", "tests/unit/sandbox", "tests/contract")
TEST_FILES = [path for folder in FOLDERS for path in sorted((ROOT / folder).glob("test_*.py"))]


def kept(path: Path) -> Iterator[tuple[str, int]]:
    """Test and number, for each number that a `@keeps` of the file names."""
    for node in ast.walk(ast.parse(path.read_text())):
        for mark in getattr(node, "decorator_list", ()):
            if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "keeps":
                assert isinstance(node, ast.FunctionDef)
                yield from ((node.name, number) for number in map(ast.literal_eval, mark.args))


def test_every_quirk_has_a_test_and_every_number_of_a_test_is_a_quirk() -> None:
    numbers = {number for path in TEST_FILES for _, number in kept(path)}
    assert numbers ^ QUIRKS.keys() == set()


def test_only_tests_keep_quirks_and_each_names_a_number_once() -> None:
    for path in TEST_FILES:
        found = Counter(kept(path))
        assert all(name.startswith("test_") for name, _ in found), path
        assert all(count == 1 for count in found.values()), path


def test_the_numbers_run_from_1_without_a_gap_and_no_sentence_stands_twice() -> None:
    assert list(QUIRKS) == list(range(1, len(QUIRKS) + 1))
    assert len({quirk.sentence for quirk in QUIRKS.values()}) == len(QUIRKS)


def test_an_unlisted_number_is_no_quirk() -> None:
    with pytest.raises(KeyError):
        keeps(0)


def sections(text: str) -> dict[str, str]:
    """The facts by the number of their heading."""
    parts = re.split(r"^## (\d+)\. ", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_section_that_a_quirk_names_has_its_word(contracts: Path) -> None:
    said = sections((contracts / "facts" / "ups.md").read_text())
    said["w"] = (contracts / "wishes.md").read_text()
    missing = [number for number, quirk in QUIRKS.items() if quirk.word not in said[quirk.section]]
    assert missing == []
