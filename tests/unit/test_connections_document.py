"""docs/connections.md and the model of the connection file, held against each other both ways."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest

from cli.connections import reference
from cli.connections.files import read_yaml
from cli.connections.keys import ENTRY, Key, keys_of
from cli.connections.reference import BEGIN, DOCUMENT, END, complaints, main, sections, written
from shared.carriers.ups.file import KIND as UPS
from shared.connection import NOT_BUILT as COMMON
from shared.connection import ErpPart
from shared.erp.infor.file import KIND as INFOR_M3
from shared.erp.infor.file import FreeField
from shared.registry import KINDS
from tests.builders import only_the_first_two, parse
from tests.made_up import registered

KEYS = keys_of(INFOR_M3, UPS)
EVERY = (*KINDS.erps.values(), *KINDS.carriers.values())
NOT_BUILT = (*COMMON, *(each for kind in EVERY for each in kind.not_built))


def test_every_key_of_the_model_has_words_and_an_example() -> None:
    assert complaints() == [], "Field(description=..., examples=[...]) says them"


def test_the_table_of_the_document_is_the_model_s() -> None:
    assert DOCUMENT.read_text() == written(DOCUMENT.read_text()), "python -m cli.connections.reference writes it anew"


def test_the_table_names_each_key_once_with_its_default() -> None:
    table = DOCUMENT.read_text().partition(BEGIN)[2].partition(END)[0]
    rows = re.findall(r"^\| `(.+?)` \|.*\| (.+?) \| `.+` \|$", table, flags=re.MULTILINE)
    assert [path for path, _ in rows] == [key.path for _, keys in sections() for key in keys]
    assert {path for path, _ in rows} >= {key.path for key in KEYS}
    defaults = dict(rows)
    assert defaults["carrier.environment"] == "`test`"
    assert defaults["limits.amount_per_day"] == "`1000.00`"
    assert defaults["schedule"] == "**required**"
    assert defaults["select.status.from"] == "required in `select.status`"


def value_of(example: str, folder: Path) -> Any:
    file = folder / "example.yaml"
    file.write_text(f"x: {example}\n")
    return read_yaml(file).content["x"]


def placed(file: dict[str, Any], key: Key, value: Any) -> None:
    """Puts a value at its place; lists have one entry."""
    parts: list[Any] = [0 if part == ENTRY else part for part in key.place]
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
    for key in KEYS:
        beside = key.path.startswith(("write_back.*.", "services.*."))
        if key.built and not beside:
            placed(file, key, value_of(key.example, folder))
    file["services"] = dict.fromkeys(file["select"]["delivery_method"], file["services"]["GROUND"])
    file["erp"]["bindings"] = {"po.head": {"output": {"customer": "CUNO", "cost_centre": "AIT2"}}}
    return file


def test_a_file_with_every_example_is_a_connection(tmp_path: Path) -> None:
    connection = parse(all_examples(tmp_path))
    assert connection.billing.rules[0].supplier == "V100"
    assert connection.locations["HQ"].address.city == "Atlanta"
    assert connection.services["UPS"] == "03"


def test_the_longer_forms_are_what_the_table_says(tmp_path: Path) -> None:
    examples = {key.path: key.example for key in KEYS}
    field = {name: value_of(examples[f"write_back.*.{name}"], tmp_path) for name in ("to", "mode", "max")}
    file = all_examples(tmp_path) | {"write_back": {"tracking_numbers": field}}
    assert parse(file).write_back.tracking_numbers == FreeField(to="A121", mode="append", max=120)


def test_what_is_not_built_is_marked_so() -> None:
    refused = {entry.path for entry in NOT_BUILT if not entry.words}
    shown = {key.path for _, keys in sections() for key in keys if not key.built}
    assert all(any(path == each or path.startswith(f"{each}.") for each in refused) for path in shown)
    text = DOCUMENT.read_text()
    assert text.count("*(not built in this version)*") == len(shown)


def test_words_that_this_version_refuses_are_not_offered() -> None:
    offered = {key.path: key.allowed.split(", ") for key in KEYS}
    for entry in NOT_BUILT:
        assert not set(entry.words) & set(offered.get(entry.path, ()))


class Wordless(ErpPart):
    """Its author has said nothing about its key."""

    kind: Literal["wordless"]
    colour: str


def test_a_key_without_words_or_an_example_is_named_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = DOCUMENT.read_text()
    monkeypatch.setitem(KINDS.erps, "wordless", replace(INFOR_M3, name="wordless", part=Wordless))  # type: ignore[arg-type]
    assert main() == 1
    said = capsys.readouterr().err
    assert "erp.colour: its field in the model has no description" in said
    assert "erp.colour: its field in the model has no examples" in said
    assert DOCUMENT.read_text() == before


def test_a_kind_adds_its_own_table() -> None:
    with only_the_first_two(), registered():
        tables = dict(sections())
    assert [key.path for key in tables["`burrow`: Burrow"]][:2] == ["erp.site", "select.methods"]
    assert {key.path: key.example for key in tables["`snail`: Snail"]}["services.*"] == "snail_ground"
    kinds = next(key for key in tables["Every connection"] if key.path == "erp.kind")
    assert kinds.allowed == "infor-m3, burrow"


def test_the_writer_writes_between_its_marks_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    document = tmp_path / "connections.md"
    document.write_text(f"before\n{BEGIN}\nthe former table\n{END}\nafter\n")
    monkeypatch.setattr(reference, "DOCUMENT", document)
    assert main() == 0
    text = document.read_text()
    assert text.startswith(f"before\n{BEGIN}\n### Every connection\n\n| key |")
    assert text.endswith(f"{END}\nafter\n")
    assert "the former table" not in text
