"""The keys that a new connection file can do without, as commented lines with their defaults, from the model itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cli.connections.keys import ENTRY, Key

LONGER = ("write_back.*.", "services.*.")
"""Longer forms of values: docs/connections.md has them, a line of their own would repeat their key."""
Tree = dict[str, Any]
WIDTH = 44


def commented(section: str, live: Tree, keys: Sequence[Key]) -> str:
    """Lines for every key of a part of the file ("" for whole parts) that `live` does not have yet."""
    indent = "  " if section else ""
    tree: Tree = {}
    for key in keys:
        if key.built and not key.path.startswith(LONGER) and not covers(live, key.path):
            top, _, below = key.path.partition(".")
            if top == section and below:
                _plant(tree, key.place[1:], key)
            elif not section and top not in live:
                _plant(tree, key.place, key)
    for name in live.get(section, ()):  # what an entry of a mapping by codes can do without
        if isinstance(tree.get(name), dict) and set(tree) == {name}:
            tree, indent = tree[name], indent + "  "
    return "\n".join(f"{indent}# {line}" for line in _lines(tree))


def covers(file: Any, path: str) -> bool:
    """Tell if a file has a value at the path; "*" is any code."""
    name, _, below = path.partition(".")
    if isinstance(file, dict):
        found = list(file.values()) if name == "*" else [file[name]] if name in file else []
    elif isinstance(file, list):
        found = file if name == "*" else []
    else:
        return False
    return bool(found) and (not below or any(covers(each, below) for each in found))


def _plant(tree: Tree, parts: Sequence[str], key: Key) -> None:
    for part in parts[:-1]:
        tree = tree.setdefault(part, {})
    tree[parts[-1]] = key


def _lines(tree: Tree) -> Iterator[str]:
    """Block YAML; the first key of a list's entry has the dash."""
    for name, below in tree.items():
        if isinstance(below, Key):
            yield _line(name, below)
        elif name == ENTRY:
            first, *rest = _lines(below)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
        else:
            yield f"{name}:"
            yield from (f"  {line}" for line in _lines(below))


def _line(name: str, key: Key) -> str:
    """`key: value   # meaning`, the value being the default or, where there is none, an example."""
    text = f"{name}: {key.default or key.example}"
    return f"{text:<{WIDTH}} # {'' if key.default else 'such as; '}{key.meaning}"
