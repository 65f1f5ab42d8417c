"""Pydantic's complaints in our words: the path as the file has it, and what is allowed there."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from shared.connection.problem import FieldPath, NotBuilt, Problem
from shared.connection.schema import at, keys_of
from shared.connection.values import ALLOWED, INSTANT


class Wording:
    """Words for one model's complaints; `not_built` are values that are allowed by type and refused by this version."""

    def __init__(self, model: type[BaseModel], not_built: Sequence[NotBuilt]) -> None:
        self._model, self._not_built = model, not_built

    def problem(self, error: Any, raw: object) -> Problem:
        """One complaint of pydantic's about `raw`."""
        absent = error["type"] == "missing"
        path = _path_in_file(error["loc"][:-1] if absent else error["loc"], raw)
        path = (*path, error["loc"][-1]) if absent else path
        return Problem(path, self._message(error, path), None if absent else error["input"])

    def _message(self, error: Any, path: FieldPath) -> str:
        if error["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
            return self._unknown_key(path)
        if error["type"] == "missing":
            return "; ".join(filter(None, ("is required", self._allowed_at(path))))
        if error["type"] == "literal_error":
            return "allowed: " + self._words(re.findall("'([^']*)'", error["ctx"]["expected"]), path)
        if error["type"] in ("model_type", "dataclass_type"):
            return self._mapping(path)
        said = _SAID.get(error["type"])
        return said(error) if said else str(error["msg"]).removeprefix("Input ").removeprefix("Value ")

    def _mapping(self, path: FieldPath) -> str:
        keys = keys_of(at(self._model, path))
        return f"must be a mapping with the keys {', '.join(keys)}" if keys else "must be a mapping"

    def _unknown_key(self, path: FieldPath) -> str:
        keys = keys_of(at(self._model, path[:-1]))
        near = difflib.get_close_matches(str(path[-1]), keys, n=1)
        question = f" (did you mean {near[0]}?)" if near else ""
        return f"unknown key{question}; allowed: {', '.join(keys)}"

    def _allowed_at(self, path: FieldPath) -> str:
        """Return the values that an absent key could hold, as far as its type says it in a few words."""
        nodes = at(self._model, path)
        words = next((node["enum"] for node in nodes if "enum" in node), None)
        words = words or next(([node["const"]] for node in nodes if "const" in node), None)
        if words:
            return f"allowed: {self._words(words, path)}"
        if keys := keys_of(nodes):
            return f"a mapping with the keys {', '.join(keys)}"
        return next((f"allowed: {node[ALLOWED]}" for node in nodes if ALLOWED in node), "")

    def _words(self, known: Sequence[str], path: FieldPath) -> str:
        """The words that are allowed at `path`, without those that this version refuses."""
        place = ".".join(map(str, path))
        refused = {word for entry in self._not_built if entry.path == place for word in entry.words}
        return ", ".join(word for word in known if word not in refused)


def _not_text(given: object) -> str:
    quoted = isinstance(given, int | float | Decimal) and not isinstance(given, bool)
    return f'must be text: put it in quotes, "{given}"' if quoted else "must be text"


def _path_in_file(location: FieldPath, raw: object) -> FieldPath:
    """Pydantic's location without the names of union branches, which no file has."""
    path: list[str | int] = []
    here = raw
    for part in location:
        if part in here if isinstance(here, dict) else isinstance(here, list | tuple) and isinstance(part, int):
            here = here[part]  # type: ignore[index]
            path.append(part)
    return tuple(path)


_SAID: dict[str, Callable[[Any], str]] = {
    "value_error": lambda error: str(error["ctx"]["error"]),
    "string_type": lambda error: _not_text(error["input"]),
    "dict_type": lambda _: "must be a mapping",
    "tuple_type": lambda _: "must be a list, such as [A, B]",
    "too_short": lambda _: "must not be empty",
    "string_too_short": lambda _: "must not be empty",
    "bool_parsing": lambda _: "allowed: true, false",
    "bool_type": lambda _: "allowed: true, false",
    "greater_than": lambda error: f"allowed: more than {error['ctx']['gt']}",
    "greater_than_equal": lambda error: f"allowed: {error['ctx']['ge']} or more",
    "less_than_equal": lambda error: f"allowed: {error['ctx']['le']} or less",
    "decimal_max_places": lambda error: f"allowed: at most {error['ctx']['decimal_places']} decimal places",
    "decimal_max_digits": lambda error: f"allowed: at most {error['ctx']['max_digits']} digits",
    "int_type": lambda _: "allowed: a whole number",
    "int_from_float": lambda _: "allowed: a whole number",
    "decimal_parsing": lambda _: "allowed: a number, such as 150.00",
    "decimal_type": lambda _: "allowed: a number, such as 150.00",
    "timezone_aware": lambda _: INSTANT,
    "datetime_from_date_parsing": lambda _: INSTANT,
    "datetime_parsing": lambda _: INSTANT,
    "datetime_type": lambda _: INSTANT,
}
"""Pydantic's error type → our words, which say what is allowed."""
