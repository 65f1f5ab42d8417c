"""docs/add-a-connector.md is followed word by word, in a copy of the tree."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.e2e.handbook import Reader, at_home, blocks_of
from tests.scale.scale import rules

DOCUMENT = ROOT / "docs" / "add-a-connector.md"
COPIED = ("shared", "functions", "cli", "infra", "sandbox", "tests", "docs", "requirements")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "golden", "simulation_runs")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A newcomer's checkout; a program that is started in its .venv is this run's interpreter."""
    folder = tmp_path / "parcelbridge"
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
    for name in ("pyproject.toml", "Makefile", "README.md"):
        shutil.copy(ROOT / name, folder)
    program(folder / ".venv/bin/python", f'{sys.executable} "$@"')
    program(folder / ".venv/bin/parcelbridge", f'{sys.executable} -c "from cli.main import app; app()" "$@"')
    return folder


def program(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nexec {line}\n")
    path.chmod(0o755)


def terminal(folder: Path) -> dict[str, str]:
    """Make takes the set-up for done; whatever is started takes the modules of the checkout."""
    programs = folder.parent / "bin"
    program(programs / "make", f'{shutil.which("make")} -o setup "$@"')
    return {**at_home(), "PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(folder)}


def test_whoever_follows_the_page_sees_what_it_says(checkout: Path) -> None:
    reader = Reader(checkout, terminal(checkout))
    assert list(reader.follow(list(blocks_of(DOCUMENT)))) == []


def test_the_page_names_every_file_that_is_laid_out() -> None:
    laid_out = {path.name.removesuffix(".txt") for path in (ROOT / "sandbox/scaffold/templates").rglob("*.txt")}
    text = DOCUMENT.read_text()
    known_anyway = {"__init__.py", "test_quirks.py", "KIND.md"}
    assert [
        name for name in sorted(laid_out - known_anyway) if f"`{name}`" not in text and f"/{name}`" not in text
    ] == []


def test_the_page_has_every_rule_of_the_scale_with_its_reason() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (\w+) \| (.+) \|$", DOCUMENT.read_text(), re.MULTILINE)
    assert rows == [(rule.name, rule.tier, rule.why) for rule in rules()]
