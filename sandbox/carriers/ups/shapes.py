"""A small language for request bodies: closed objects, lists, texts with their lengths, and what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Problem:
    """A fault of a body, and its place: Shipment.ShipTo.Address.AddressLine[0]."""

    path: str
    what: str


@dataclass(frozen=True)
class Text:
    """A string of `low` to `high` characters; `allowed` lists its values, `pattern` is a whole match."""

    low: int = 1
    high: int = 512
    allowed: frozenset[str] = frozenset()
    pattern: str = ""

    def problems(self, value: Any, path: str) -> Sequence[Problem]:
        wrong = self._wrong(value)
        return (Problem(path, wrong),) if wrong else ()

    def _wrong(self, value: Any) -> str:
        if not isinstance(value, str):
            return "is not a string"
        if not self.low <= len(value) <= self.high:
            return f"must have {self.low} to {self.high} characters"
        if self.allowed and value not in self.allowed:
            return f"has an unknown value {value[:40]}"
        return "is malformed" if self.pattern and not self._whole.fullmatch(value) else ""

    @cached_property
    def _whole(self) -> re.Pattern[str]:
        return re.compile(self.pattern)


INDICATOR = Text(0, 512)
"""A presence indicator: there or not, its value is ignored."""


@dataclass(frozen=True)
class Listed:
    """A list of one to `most` items."""

    item: Shape
    most: int = 1000

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem(path, "is not a list")
        elif not 1 <= len(value) <= self.most:
            yield Problem(path, f"must have 1 to {self.most} elements")
        else:
            for position, item in enumerate(value):
                yield from self.item.problems(item, f"{path}[{position}]")


@dataclass(frozen=True)
class Fields:
    """An object of these members and no others. `one_of`: at least (with `exactly`: exactly) one of them is there."""

    required: Mapping[str, Shape] = field(default_factory=dict)
    optional: Mapping[str, Shape] = field(default_factory=dict)
    one_of: tuple[str, ...] = ()

    def problems(self, value: Any, path: str = "") -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(path, "is not an object")
            return
        dot = f"{path}." if path else ""
        yield from (Problem(f"{dot}{name}", "is missing") for name in self.required if name not in value)
        if self.one_of and sum(name in value for name in self.one_of) != 1:
            yield Problem(path, f"needs one of {', '.join(self.one_of)}")
        for name, member in value.items():
            shape = self._known.get(name)
            if shape is None:
                yield Problem(f"{dot}{name}", "is not known")
            else:
                yield from shape.problems(member, f"{dot}{name}")

    @cached_property
    def _known(self) -> Mapping[str, Shape]:
        return {**self.optional, **self.required}


Shape = Text | Listed | Fields
