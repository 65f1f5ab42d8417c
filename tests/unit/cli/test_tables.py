"""Tables in a window of 80 columns: nothing is cut, whatever stands in them."""

from __future__ import annotations

import io
import sys

import pytest

from cli import rendering

COLUMNS = ("order", "state", "tracking number", "note", "next")
ROWS = [
    ("4000001", "DONE", "1ZA1B2C30300000030", "", "parcelbridge labels print 4000001"),
    ("4000007", "HELD", "", "", "parcelbridge orders fix 4000007 address=as-is"),
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, width: int, rows: object = ROWS, columns: object = COLUMNS) -> str:
    out = Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    rendering.table(columns, rows)  # type: ignore[arg-type]
    monkeypatch.undo()
    return out.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140])
def test_no_cell_is_cut_or_folded_in_a_narrow_window(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    text = shown(monkeypatch, width)
    for row in ROWS:
        for cell in filter(None, row):
            assert cell in text
    assert "\u2026" not in text


def test_at_80_columns_a_row_that_does_not_fit_is_a_block_without_empty_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "note" not in shown(monkeypatch, 80)
    assert "  state            HELD\n" in shown(monkeypatch, 80)


def test_a_table_that_fits_without_its_empty_columns_stays_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    columns, rows = ("order", "state", "a heading of forty characters and more.."), [("4000001", "DONE", "")]
    text = shown(monkeypatch, 40, rows, columns)
    assert [line.split() for line in text.splitlines() if line.strip()][-1] == ["4000001", "DONE"]


@pytest.mark.parametrize(("number", "said"), [(0, "0 labels"), (1, "1 label"), (2, "2 labels")])
def test_one_is_not_many(number: int, said: str) -> None:
    assert rendering.counted(number, "label") == said
