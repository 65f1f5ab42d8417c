"""Every key of a connection file, from the JSON Schema of its model: what it is, what is allowed, default, example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cli.connections.yaml_text import yaml_text
from shared.connection import NOT_BUILT, CarrierKind, ErpKind, NotBuilt, model_of, schema_of
from shared.connection.schema import Node, branches
from shared.connection.values import ALLOWED

ENTRY = "-"


@dataclass(frozen=True, slots=True)
class Key:
    """One key by its path, "*" standing for any code or place of a list.

    `default` and `example` are YAML in one line; `default` is "" where the file has nothing then. `required` is "file"
    where every file must have the key, else the part that needs it once it is there, such as "select.status".
    `built` is False where this version refuses the key. `place` is the path with a code for each "*", and ENTRY for a
    place of a list.
    """

    path: str
    meaning: str
    allowed: str
    default: str
    example: str
    required: str = ""
    built: bool = True
    place: tuple[str, ...] = ()


def keys_of(erp: ErpKind, carrier: CarrierKind) -> list[Key]:
    """Every key of a file with these kinds, in the file's order."""
    walk = _Walk(schema_of(model_of(erp, carrier)), (*NOT_BUILT, *erp.not_built, *carrier.not_built))
    found = list(dict.fromkeys(walk.part(walk.root, "")))
    return [replace(key, place=walk.place(key.path)) for key in found]


class _Walk:
    """Through one schema. `above` is the path so far; `optional` the part above that may be left out as a whole."""

    def __init__(self, root: Node, not_built: Sequence[NotBuilt]) -> None:
        self.root, self._not_built = root, not_built
        self._codes: dict[str, str] = {}

    def place(self, path: str) -> tuple[str, ...]:
        """The path with what stands for each "*", once its keys were walked."""
        parts = path.split(".")
        starred = [self._codes.get(".".join(parts[: at + 1]), ENTRY) for at in range(len(parts))]
        return tuple(code if part == "*" else part for part, code in zip(parts, starred, strict=True))

    def part(self, node: Node, above: str, optional: str = "") -> Iterator[Key]:
        """The keys of a mapping with keys of its own."""
        for name, field in node["properties"].items():
            required = name in node.get("required", ())
            path = f"{above}{name}"
            for key in self._field(path, field, optional if required else path):
                mine = required and key.path in (path, f"{path}.*")
                yield replace(key, required=optional or "file") if mine else key

    def _field(self, path: str, field: Node, optional: str) -> Iterator[Key]:
        nodes = self._branches(field)
        parts = [each for each in nodes if _is_part(each)]
        coded = [value for each in nodes for value in each.get("patternProperties", {}).values()]
        listed = [part for each in nodes for part in self._branches(each.get("items", {})) if _is_part(part)]
        if coded:
            yield from self._entry(f"{path}.*", field, coded[0])
        elif listed:
            yield from self._below(listed, f"{path}.*")
        elif parts and len(parts) == len(nodes):
            yield from self.part(parts[0], f"{path}.", optional)
        else:
            yield self._key(path, field, nodes)
            yield from self._below(parts, f"{path.rpartition('.')[0]}.*")

    def _entry(self, path: str, field: Node, value: Node) -> Iterator[Key]:
        """Yield the keys below each code of a mapping by codes."""
        nodes = self._branches(value)
        parts = [each for each in nodes if _is_part(each)]
        first: Mapping[str, Any] = (field.get("examples") or [{}])[0]
        self._codes[path] = next(iter(first), "CODE")
        if len(parts) < len(nodes):
            key = self._key(path, {**field, "examples": list(first.values())}, nodes)
            own = [each["description"] for each in nodes if each not in parts and "description" in each]
            yield replace(key, meaning="; ".join((key.meaning, *own)))
        yield from self._below(parts, path)

    def _below(self, parts: Sequence[Node], path: str) -> Iterator[Key]:
        for each in parts:
            yield from self.part(each, f"{path}.", path)

    def _branches(self, node: Node) -> list[Node]:
        return [each for each in branches(self.root, node) if each.get("type") != "null"]

    def _key(self, path: str, field: Node, nodes: Sequence[Node]) -> Key:
        number = any(each.get("type") in ("number", "integer") for each in nodes)
        default, example = field.get("default"), next(iter(_examples(field, nodes)), None)
        refused = [each.path for each in self._not_built if not each.words]
        return Key(
            path,
            str(field.get("description", "")),
            "; or ".join(dict.fromkeys(self._allowed(each, path) for each in sorted(nodes, key=_is_part))),
            default="" if default in (None, {}, []) else yaml_text(default, number=number),
            example="" if example is None else yaml_text(example, number=number),
            built=not any(path == each or path.startswith(f"{each}.") for each in refused),
        )

    def _allowed(self, node: Node, path: str) -> str:
        """Return the allowed values in words; words that this version refuses are left out."""
        if ALLOWED in node:
            return str(node[ALLOWED])
        if "enum" in node or "const" in node:
            refused = {word for each in self._not_built if each.path == path for word in each.words}
            return ", ".join(word or '""' for word in node.get("enum", [node.get("const")]) if word not in refused)
        if node.get("type") == "array":
            return "a list of: " + "; or ".join(self._allowed(each, path) for each in self._branches(node["items"]))
        if node.get("type") == "integer" and "maximum" in node:
            return f"a whole number, {node.get('minimum', 0)} to {node['maximum']}"
        if "properties" in node:
            return f"{{{', '.join(node['properties'])}}}"
        return WORDS[node.get("type", "object")]


WORDS = {
    "boolean": "true, false", "integer": "a whole number", "number": "a number", "object": "a mapping",
    "string": "text",
}  # fmt: skip


def _is_part(node: Node) -> bool:
    """Tell if the node is a mapping whose keys are keys of the file, each with words of its own."""
    return "properties" in node and ALLOWED not in node


def _examples(field: Node, nodes: Sequence[Node]) -> Iterator[Any]:
    """The key's own examples, else those of its values, else its default."""
    yield from field.get("examples", ())
    for node in nodes:
        yield from node.get("examples", ())
        if "examples" in node.get("items", {}):
            yield node["items"]["examples"]
        if "const" in node:
            yield node["const"]
    if "default" in field:
        yield field["default"]
