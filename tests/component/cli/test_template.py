"""The file that `connections init` writes has every key, and says the truth about its default."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from cli.connections.commented import LONGER, covers
from cli.connections.files import read_yaml
from cli.connections.keys import keys_of
from cli.connections.template import kinds_named, template
from shared.connection import Connection
from tests.builders import parse
from tests.component.cli.test_apply import filled

TEXT = template("acme", "infor-m3", "ups")
KEYS = keys_of(*kinds_named("infor-m3", "ups"))
BOUND = ("billing.rules.*.customer", "billing.rules.*.cost_centre")
"""Keys that infor-m3 takes only beside a binding that reads them: a line of their own would not apply."""
COMMENTED = re.compile(r"^( *)# (?= *(?:- )?[a-zA-Z_0-9]+:(?: |$))", re.MULTILINE)
"""A key behind a #, as a person would take it away."""
EXAMPLE = re.compile(r"^ *# .* # such as; .*\n", re.MULTILINE)


def read(text: str, folder: Path) -> Any:
    file = folder / "acme.yaml"
    file.write_text(text)
    return read_yaml(file).content


def uncommented(text: str) -> str:
    return COMMENTED.sub(r"\1", text)


def test_every_key_that_this_version_acts_on_stands_in_the_file(tmp_path: Path) -> None:
    file = read(uncommented(TEXT), tmp_path)
    wanted = [key.path for key in KEYS if key.built and not key.path.startswith((*LONGER, *BOUND))]
    assert [path for path in wanted if not covers(file, path)] == []


def test_a_key_that_this_version_refuses_is_not_offered(tmp_path: Path) -> None:
    file = read(uncommented(TEXT), tmp_path)
    assert [key.path for key in KEYS if not key.built and covers(file, key.path)] == []


def test_the_file_applies_once_it_is_filled_in_with_and_without_what_is_commented(tmp_path: Path) -> None:
    assert isinstance(parse(read(filled(TEXT), tmp_path)), Connection)
    everything = parse(read(filled(uncommented(TEXT)), tmp_path))
    assert everything.billing.rules[0].account == "X1Y2Z3"


def test_what_is_commented_without_such_as_has_the_default_as_its_value(tmp_path: Path) -> None:
    plain = parse(read(filled(TEXT), tmp_path))
    without_examples = re.sub(r"(?ms)^#   rules:\n.*?(?=^# [a-z])", "", EXAMPLE.sub("", TEXT))
    without_examples = re.sub(r"(?ms)^# ship_when:\n.*?(?=^# [a-z])", "", without_examples)  # absent: at once
    without_examples = re.sub(
        r"(?ms)^# customs:\n.*?(?=^# [a-z])", "", without_examples
    )  # absent: such orders are held
    without_examples = re.sub(
        r"(?m)^# (hazard|accessorials|  warehouse|    W01):\n|^#   warehouse:\n#     W01:\n", "", without_examples
    )
    assert parse(read(filled(uncommented(without_examples)), tmp_path)) == plain


@pytest.mark.parametrize("line", [line for line in TEXT.splitlines() if "parcelbridge " in line])
def test_its_commands_name_this_connection(line: str) -> None:
    assert " acme" in line


def test_no_key_stands_twice_and_no_mark_is_left() -> None:
    assert "#+" not in TEXT
    assert "#-" not in TEXT
