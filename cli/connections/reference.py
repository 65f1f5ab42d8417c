"""Every key of a connection file, as the model has it: `python -m cli.connections.reference` writes the
table into the docs.

The model knows the keys, what is allowed and the defaults; cli/connections/key_notes.py has an example and a meaning
for each. A key without a note, and a note without a key, are named instead of written.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from cli.connections.key_notes import NOTES
from shared.connection import NOT_BUILT, Allowed, Target, model_of, notation
from shared.domain.measures import Dimensions, Weight
from shared.domain.money import Money
from shared.registry import KINDS

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "connections.md"
BEGIN, END = "<!-- keys: written by python -m cli.connections.reference -->", "<!-- end of keys -->"
REQUIRED = "**required**"
_KINDS = (KINDS.erps["infor-m3"], KINDS.carriers["ups"])
_NOT_BUILT = (*NOT_BUILT, *(each for kind in _KINDS for each in kind.not_built))
SHAPES: dict[Any, str] = {
    bool: "true, false",
    str: "text",
    timedelta: "a duration, such as 15m, 2h or 400d",
    AwareDatetime: "an instant with its offset",
    Decimal: "a number above 0",
    Weight: "{value, unit}; unit lb, kg, oz, g",
    Dimensions: "{length, width, height, unit}; unit in, cm, mm, m",
    Money: "an amount, or {amount, currency}",
    Target: "an M3 field of 4 characters, off, or {to, mode, max, values}",
    dict: "a mapping",
}


@dataclass(frozen=True, slots=True)
class Key:
    """One key by its path, "*" standing for any key or place of a list; `built` is False where it is refused yet."""

    path: str
    allowed: str
    default: str
    built: bool


def keys() -> list[Key]:
    """Every key of the model, in the file's order."""
    return list(dict.fromkeys(_walk(model_of(*_KINDS), "")))


def table() -> str:
    """The table in Markdown. Raises KeyError for a key without a note."""
    lines = ["| key | what it is | allowed | default | example |", "|---|---|---|---|---|"]
    for key in keys():
        note = NOTES[key.path]
        meaning = note.meaning if key.built else f"{note.meaning} *(not built in this version)*"
        cells = (f"`{key.path}`", meaning, key.allowed, key.default, f"`{note.example}`")
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def complaints() -> list[str]:
    """Keys without a note, and notes without a key."""
    known = [key.path for key in keys()]
    missing = [
        f"{path}: has no example and meaning in cli/connections/key_notes.py" for path in known if path not in NOTES
    ]
    return missing + [
        f"{path}: stands in cli/connections/key_notes.py and is no key" for path in NOTES if path not in known
    ]


def written(text: str) -> str:
    """The document with the table as it is now between its two marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def _walk(model: type[BaseModel], above: str, optional: str = "") -> Iterator[Key]:
    """`optional` is the part above that may be left out as a whole, "" when there is none."""
    for name, field in model.model_fields.items():
        for key in _field(f"{above}{field.alias or name}", field, optional):
            yield replace(key, default=f"required in `{optional}`") if optional and key.default == REQUIRED else key


def _field(path: str, field: FieldInfo, optional: str) -> Iterator[Key]:
    here = optional if field.is_required() else path
    branches = _branches(field.annotation)
    part = next((each for each in branches if _is_part(each)), None)
    if part and issubclass(part, Target):
        yield Key(path, SHAPES[Target], _default(field), _is_built(path))
        yield from _walk(part, f"{path.rpartition('.')[0]}.*.", f"{path.rpartition('.')[0]}.*")
    elif part:
        yield from _walk(part, f"{path}.", here)
    elif get_origin(branches[0]) is dict and get_args(branches[0])[0] is not str:
        yield from _entries(path, get_args(branches[0])[1], field)
    elif get_origin(branches[0]) is tuple and _is_part(get_args(branches[0])[0]):
        yield from _walk(get_args(branches[0])[0], f"{path}.*.", f"{path}.*")
    else:
        yield Key(path, _allowed(field.annotation, field.metadata, path), _default(field), _is_built(path))


def _entries(path: str, each: Any, field: FieldInfo) -> Iterator[Key]:
    """A mapping by codes: what stands behind each of them."""
    parts = [branch for branch in _branches(each) if _is_part(branch)]
    plain = [branch for branch in _branches(each) if not _is_part(branch)]
    if plain:
        yield Key(f"{path}.*", _allowed(each, (), f"{path}.*"), _default(field), _is_built(path))
    for part in parts:
        yield from _walk(part, f"{path}.*.", f"{path}.*")


def _is_part(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _branches(kind: Any) -> list[Any]:
    if get_origin(kind) is Annotated:
        return _branches(get_args(kind)[0])
    if get_origin(kind) in {Union, types.UnionType}:
        return [found for each in get_args(kind) for found in _branches(each) if found is not type(None)]
    return [kind]


def _allowed(kind: Any, metadata: Sequence[Any], path: str) -> str:
    """What may stand there, in words; words that this version refuses are left out."""
    if get_origin(kind) is Annotated:
        return _allowed(get_args(kind)[0], [*metadata, *get_args(kind)[1:]], path)
    said = next((each.what for each in metadata if isinstance(each, Allowed)), "")
    if said:
        return said
    if get_origin(kind) in {Union, types.UnionType}:
        found = [_allowed(each, (), path) for each in get_args(kind) if each is not type(None)]
        return "; or ".join(dict.fromkeys(each for each in found if each))
    if get_origin(kind) is Literal:
        refused = {word for entry in _NOT_BUILT if entry.path == path for word in entry.words}
        return ", ".join(word or '""' for word in get_args(kind) if word not in refused)
    if get_origin(kind) is tuple:
        return f"a list of: {_allowed(get_args(kind)[0], (), path)}"
    return _bounds(metadata) if kind is int else SHAPES.get(get_origin(kind) or kind, "{any: [...], pick}")


def _bounds(metadata: Sequence[Any]) -> str:
    limits = {name: getattr(each, name) for each in metadata for name in ("ge", "le") if hasattr(each, name)}
    inner = [each for each in metadata if isinstance(each, FieldInfo)]
    for each in inner:
        limits |= {name: getattr(m, name) for m in each.metadata for name in ("ge", "le") if hasattr(m, name)}
    return f"a whole number, {limits.get('ge', 0)} to {limits['le']}" if "le" in limits else "a whole number"


def _default(field: FieldInfo) -> str:
    if field.default is None and any(
        _is_part(each) and issubclass(each, Target) for each in _branches(field.annotation)
    ):
        return "`off`"
    return REQUIRED if field.is_required() else _shown(field.default)


def _shown(value: Any) -> str:
    if value is None or value in ({}, ()):
        return "none"
    if value == "":
        return '`""`'
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, timedelta):
        return f"`{notation(value)}`"
    if isinstance(value, tuple):
        return f"`[{', '.join(value)}]`"
    return f"`{value.to if isinstance(value, Target) else value}`"


def _is_built(path: str) -> bool:
    """Whether this version acts on the key at all, if perhaps not on each of its values."""
    refused = [entry.path for entry in _NOT_BUILT if not entry.words]
    return not any(path == each or path.startswith(f"{each}.") for each in refused)


def main() -> int:
    """Writes the table, or says what is missing and ends with 1."""
    wrong = complaints()
    for line in wrong:
        sys.stderr.write(line + "\n")
    if not wrong:
        DOCUMENT.write_text(written(DOCUMENT.read_text()))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
