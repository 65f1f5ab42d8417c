"""The file's JSON Schema, and what stands at a path of it: for an editor, for error messages and for the documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from shared.connection.problem import FieldPath
from shared.connection.values import notation
from shared.domain.money import Money

Node = Mapping[str, Any]


class _AsWritten(GenerateJsonSchema):
    """Defaults as a file has them (15m, and an amount in the currency of `approve`), and keys in the file's order."""

    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:  # noqa: ARG002
        return value

    def encode_default(self, dft: Any) -> Any:
        if isinstance(dft, timedelta):
            return notation(dft)
        return str(dft.amount) if isinstance(dft, Money) else super().encode_default(dft)


@lru_cache(maxsize=64)
def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of what a file may hold. Do not change what is returned."""
    return model.model_json_schema(by_alias=True, mode="validation", schema_generator=_AsWritten)


def at(model: type[BaseModel], path: FieldPath) -> list[Node]:
    """The schemas that may stand at a path, without references and alternatives; none for a path that is unknown."""
    root = schema_of(model)
    here = list(branches(root, root))
    for part in path:
        here = [found for node in here for below in _below(node, part) for found in branches(root, below)]
    return here


def branches(root: Node, node: Node) -> Iterator[Node]:
    """A schema's alternatives, references followed. What stands beside a reference (default, words) goes with each."""
    beside = {key: value for key, value in node.items() if key not in ("$ref", "anyOf", "oneOf", "allOf")}
    if "$ref" in node:
        yield from branches(root, {**root["$defs"][node["$ref"].rpartition("/")[2]], **beside})
        return
    choices = [each for key in ("anyOf", "oneOf", "allOf") for each in node.get(key, ())]
    if not choices:
        yield node
    for each in choices:
        yield from branches(root, {**beside, **each})


def _below(node: Node, part: str | int) -> Iterator[Node]:
    if part in node.get("properties", {}):
        yield node["properties"][part]
    elif isinstance(node.get("additionalProperties"), dict):
        yield node["additionalProperties"]
    elif node.get("patternProperties"):
        yield from node["patternProperties"].values()
    elif isinstance(node.get("items"), dict):
        yield node["items"]


def keys_of(nodes: list[Node]) -> tuple[str, ...]:
    """The keys of the first alternative that is a mapping with keys of its own."""
    return next((tuple(node["properties"]) for node in nodes if node.get("properties")), ())
