"""docs/connections.md and the model of the connection file, held against each other both ways."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from cli.connections import reference
from cli.connections.files import read_yaml
from cli.connections.key_notes import NOTES, Note
from cli.connections.reference import _NOT_BUILT as NOT_BUILT
from cli.connections.reference import BEGIN, DOCUMENT, END, complaints, keys, main, written
from shared.erp.infor.file import FreeField
from tests.builders import parse

NAMES = {
    "freight_terms": "COL", "services": "UPS", "accessorials": "SAT", "locations": "HQ", "warehouse": "W01", "rules": 0,
}  # fmt: skip
"""What stands for * in the file of all examples, by the key above it."""


def test_every_key_of_the_model_has_an_example_and_a_meaning_and_no_other_has() -> None:
    assert complaints() == [], "add or take away these in cli/connections/key_notes.py"


def test_the_table_of_the_document_is_the_model_s() -> None:
    assert DOCUMENT.read_text() == written(DOCUMENT.read_text()), "python -m cli.connections.reference writes it anew"


def test_the_table_names_each_key_once_with_its_default() -> None:
    table = DOCUMENT.read_text().partition(BEGIN)[2].partition(END)[0]
    rows = re.findall(r"^\| `(.+?)` \|.*\| (.+?) \| `.+` \|$", table, flags=re.MULTILINE)
    assert [path for path, _ in rows] == [key.path for key in keys()]
    defaults = dict(rows)
    assert defaults["carrier.environment"] == "`test`"
    assert defaults["limits.amount_per_day"] == "`1000.00 USD`"
    assert defaults["schedule"] == "**required**"
    assert defaults["select.status.from"] == "required in `select.status`"


def value_of(example: str, folder: Path) -> Any:
    file = folder / "example.yaml"
    file.write_text(f"x: {example}\n")
    return read_yaml(file).content["x"]


def placed(file: dict[str, Any], path: str, value: Any) -> None:
    """Puts a value at its path; lists have one entry."""
    parts: list[Any] = path.split(".")
    for place, part in enumerate(parts):
        if part == "*":
            parts[place] = NAMES[parts[place - 1]]
    here: Any = file
    for part, below in zip(parts, [*parts[1:], None], strict=True):
        if below is None:
            here[part] = value
            return
        if isinstance(here, list):
            here.extend([] if here else [{}])
            here = here[0]
        else:
            here = here.setdefault(part, [] if below == 0 else {})


def all_examples(folder: Path) -> dict[str, Any]:
    """One file with the example of every key that this version acts on."""
    file: dict[str, Any] = {}
    for key in keys():
        beside = key.path.startswith(("write_back.*.", "services.*."))
        if key.built and not beside:
            placed(file, key.path, value_of(NOTES[key.path].example, folder))
    file["erp"]["bindings"] = {"po.head": {"output": {"customer": "CUNO", "cost_centre": "AIT2"}}}
    return file


def test_a_file_with_every_example_is_a_connection(tmp_path: Path) -> None:
    connection = parse(all_examples(tmp_path))
    assert connection.billing.rules[0].supplier == "V100"
    assert connection.locations["HQ"].address.city == "Atlanta"
    assert connection.services["UPS"] == "03"


def test_the_longer_forms_are_what_the_table_says(tmp_path: Path) -> None:
    field = {name: value_of(NOTES[f"write_back.*.{name}"].example, tmp_path) for name in ("to", "mode", "max")}
    file = all_examples(tmp_path) | {"write_back": {"tracking_numbers": field}}
    assert parse(file).write_back.tracking_numbers == FreeField(to="A121", mode="append", max=120)


def test_what_is_not_built_is_marked_so() -> None:
    refused = {entry.path for entry in NOT_BUILT if not entry.words}
    shown = {key.path for key in keys() if not key.built}
    assert all(any(path == each or path.startswith(f"{each}.") for each in refused) for path in shown)
    text = DOCUMENT.read_text()
    assert text.count("*(not built in this version)*") == len(shown)


def test_words_that_this_version_refuses_are_not_offered() -> None:
    offered = {key.path: key.allowed.split(", ") for key in keys()}
    for entry in NOT_BUILT:
        assert not set(entry.words) & set(offered.get(entry.path, ()))


def test_a_key_without_a_note_and_a_note_without_a_key_are_named_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = DOCUMENT.read_text()
    monkeypatch.setitem(NOTES, "colour", Note("red", "of the parcel"))
    monkeypatch.delitem(NOTES, "settle")
    assert main() == 1
    said = capsys.readouterr().err
    assert "settle: has no example and meaning" in said
    assert "colour: stands in cli/connections/key_notes.py and is no key" in said
    assert DOCUMENT.read_text() == before


def test_the_writer_writes_between_its_marks_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    document = tmp_path / "connections.md"
    document.write_text(f"before\n{BEGIN}\nthe former table\n{END}\nafter\n")
    monkeypatch.setattr(reference, "DOCUMENT", document)
    assert main() == 0
    text = document.read_text()
    assert text.startswith(f"before\n{BEGIN}\n| key |")
    assert text.endswith(f"{END}\nafter\n")
    assert "the former table" not in text
