"""A small language for the bodies of requests: closed objects, lists and plain values, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sandbox.carriers.shipstation.wire import Refusal, invalid, missing


class Shape(Protocol):
    """A value's form; null is absence, unless an object says otherwise."""

    def wrong(self, value: Any, name: str) -> Iterator[Refusal]: ...


@dataclass(frozen=True)
class Text:
    """`one_of` lists the values; what is longer than `most` is refused."""

    one_of: frozenset[str] = frozenset()
    most: int = 10_000

    def wrong(self, value: Any, name: str) -> Iterator[Refusal]:
        if not isinstance(value, str):
            yield invalid(name, f"The value for '{name}' must be a string.")
        elif self.one_of and value not in self.one_of:
            yield invalid(name, f"'{value[:60]}' is not a valid value for '{name}'.")
        elif len(value) > self.most:
            yield Refusal(400, "invalid_string_length", f"'{name}' has more than {self.most} characters.", field=name)


@dataclass(frozen=True)
class Number:
    """A number of JSON: a text that looks like one is refused."""

    whole: bool = False
    least: float | None = None
    above: float | None = None

    def wrong(self, value: Any, name: str) -> Iterator[Refusal]:
        kinds = int if self.whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds):
            yield invalid(name, f"The value for '{name}' must be {'an integer' if self.whole else 'a number'}.")
        elif self.least is not None and value < self.least:
            yield invalid(name, f"'{name}' must be at least {self.least:g}.")
        elif self.above is not None and value <= self.above:
            yield invalid(name, f"'{name}' must be greater than {self.above:g}.")


@dataclass(frozen=True)
class Flag:
    def wrong(self, value: Any, name: str) -> Iterator[Refusal]:
        if not isinstance(value, bool):
            yield invalid(name, f"The value for '{name}' must be a boolean.")


@dataclass(frozen=True)
class When:
    """A date, or an instant."""

    def wrong(self, value: Any, name: str) -> Iterator[Refusal]:
        try:
            datetime.fromisoformat(value)
        except (TypeError, ValueError):
            yield invalid(name, f"'{name}' is not a valid date.")


@dataclass(frozen=True)
class Many:
    """A list of `least` items or more."""

    item: Shape
    least: int = 0
    most: int = 10_000

    def wrong(self, value: Any, name: str) -> Iterator[Refusal]:
        if not isinstance(value, list):
            yield invalid(name, f"The value for '{name}' must be a list.")
            return
        if not self.least <= len(value) <= self.most:
            yield invalid(name, f"'{name}' must have {self.least} to {self.most} items.")
        for index, item in enumerate(value):
            yield from self.item.wrong(item, f"{name}[{index}]")


@dataclass(frozen=True)
class Fields:
    """An object with these members and no others. `needs` are required, `present` must be there and may be null;
    `open` lets others be there; `solid` says that null is no absence here."""

    members: Mapping[str, Shape]
    needs: tuple[str, ...] = ()
    open: bool = False
    present: tuple[str, ...] = ()
    solid: bool = False
    read_only: frozenset[str] = field(default_factory=frozenset)
    """Members of an answer that may come back in a request, and are not read."""

    def wrong(self, value: Any, name: str) -> Iterator[Refusal]:
        if not isinstance(value, dict):
            yield invalid(name or "body", "A JSON object was expected.")
            return
        prefix = f"{name}." if name else ""
        for each in self.needs:
            if value.get(each) is None or value[each] == "":
                yield missing(prefix + each)
        for each in self.present:
            if each not in value:
                yield missing(prefix + each)
        for each, inner in value.items():
            shape = self.members.get(each)
            if shape is None and not self.open and each not in self.read_only:
                yield invalid(prefix + each, f"'{prefix}{each}' is not a known field.")
            elif shape is not None and (inner is not None or self.solid):
                yield from shape.wrong(inner, prefix + each)


def texts(names: str) -> dict[str, Shape]:
    return dict.fromkeys(names.split(), Text())


def check(shape: Shape, body: Any) -> None:
    """Raise the first Refusal, if there is one."""
    for refusal in shape.wrong(body, ""):
        raise refusal
