"""The keys that a new connection file can do without, as commented lines with their defaults, from the model itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cli.connections.key_notes import NOTES
from cli.connections.reference import Key, keys

CODES = {
    "freight_terms": "COL", "services": "UPS", "accessorials": "SAT", "locations": "HQ", "warehouse": "W01",
}  # fmt: skip
"""What stands for a code of the customer's, by the key above it."""
LONGER = ("write_back.*.", "services.*.")
"""Longer forms of values: docs/connections.md has them, a line of their own would repeat their key."""
BOUND = ("billing.rules.*.customer", "billing.rules.*.cost_centre")
"""Keys that infor-m3 takes only beside a binding that reads them: a line of their own would not apply."""
Tree = dict[str, Any]
WIDTH = 44


def commented(section: str, live: Tree) -> str:
    """Lines for every key of a part of the file ("" for whole parts) that `live` does not have yet."""
    indent = "  " if section else ""
    tree: Tree = {}
    for key in keys():
        if key.built and not key.path.startswith((*LONGER, *BOUND)) and not covers(live, key.path):
            top, _, below = key.path.partition(".")
            if top == section and below:
                _plant(tree, below.split("."), key)
            elif not section and top not in live:
                _plant(tree, key.path.split("."), key)
    if set(tree) == {"*"} and live.get(section):  # what an entry of a mapping by codes can do without
        tree, indent = tree["*"], indent + "  "
    return "\n".join(f"{indent}# {line}" for line in _lines(tree))


def covers(file: Any, path: str) -> bool:
    """Whether a file has a value at the path; "*" is any code."""
    name, _, below = path.partition(".")
    if isinstance(file, dict):
        found = list(file.values()) if name == "*" else [file[name]] if name in file else []
    elif isinstance(file, list):
        found = file if name == "*" else []
    else:
        return False
    return bool(found) and (not below or any(covers(each, below) for each in found))


def _plant(tree: Tree, parts: list[str], key: Key) -> None:
    for part in parts[:-1]:
        tree = tree.setdefault(part, {})
    tree[parts[-1]] = key


def _lines(tree: Tree, above: str = "") -> Iterator[str]:
    """Block YAML; the first key of a list's entry has the dash."""
    for name, below in tree.items():
        shown = CODES.get(above, "") if name == "*" else name
        if isinstance(below, Key):
            yield _line(shown, below)
        elif shown:
            yield f"{shown}:"
            yield from (f"  {line}" for line in _lines(below, name))
        else:
            first, *rest = _lines(below, name)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)


def _line(name: str, key: Key) -> str:
    """`key: value   # meaning`, the value being the default or, where there is none, an example."""
    note = NOTES[key.path]
    given = key.default.startswith("`")
    value = key.default.strip("`").split(" USD")[0] if given else note.example
    text = f"{name}: {value}"
    return f"{text:<{WIDTH}} # {'' if given else 'such as; '}{note.meaning}"
