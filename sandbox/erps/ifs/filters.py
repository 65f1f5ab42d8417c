"""`$filter` with the grammar that IFS takes (facts/ifs.md, section 3), read by descent into a predicate over rows.

Refused: has, in, mod, lambdas, math and geo functions, $count, a cast to anything but Edm.String, a literal whose type
is not the property's.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.erps.ifs.faults import not_implemented, unknown_property, unsupported
from sandbox.erps.ifs.functions import FUNCTIONS, REFUSED, result_of
from sandbox.erps.ifs.literals import Value, literal
from sandbox.erps.ifs.tables import EntitySet

Row = Mapping[str, Value]
Predicate = Callable[[Row], bool]
_TOKEN = re.compile(
    r"\s*(IfsApp\.\w+\.\w+'\w*'|'(?:[^']|'')*'|\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?|-?\d+(?:\.\d+)?(?![\w-])|[A-Za-z_$][\w.$]*|[(),/:])"
)
_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_ARITHMETIC = {"add", "sub", "mul", "div"}


@dataclass(frozen=True)
class Term:
    """One operand: its kind, its enumeration, how its value is found, and the properties' names in it."""

    kind: str
    value: Callable[[Row], Value]
    enum: str = ""
    name: str = ""


class Filter:
    """One `$filter` being read. `names` are the properties that it asks for."""

    def __init__(self, text: str, projection: str, entity: EntitySet) -> None:
        self.projection, self.entity, self.names = projection, entity, set[str]()
        self._tokens, self._at = _split(text), 0

    def read(self) -> Predicate:
        """The predicate. Raises IfsFault."""
        found = self._or()
        if self._peek():
            raise unsupported(self._peek())
        return found

    def _or(self) -> Predicate:
        left = self._and()
        while self._peek() == "or":
            self._next()
            left = _either(left, self._and())
        return left

    def _and(self) -> Predicate:
        left = self._not()
        while self._peek() == "and":
            self._next()
            left = _both(left, self._not())
        return left

    def _not(self) -> Predicate:
        if self._peek() == "not":
            self._next()
            inner = self._not()
            return lambda row: not inner(row)
        if self._peek() == "(":
            self._next()
            inner = self._or()
            self._expect(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Predicate:
        left = self._term(first=True)
        sign = self._peek()
        if sign in ("has", "in", "mod") or sign in _ARITHMETIC:
            raise unsupported(sign) if sign == "in" else not_implemented(sign)
        if sign not in _SIGNS:
            if left.kind != "B":
                raise unsupported(sign or "the expression ends early")
            return lambda row: left.value(row) is True
        self._next()
        right = self._term(first=False)
        if "null" not in (left.kind, right.kind) and (left.kind, left.enum) != (right.kind, right.enum):
            raise unsupported(f"{left.name or 'literal'} {sign}: the types differ")
        return lambda row: _compare(sign, left.value(row), right.value(row))

    def _term(self, *, first: bool) -> Term:
        word = self._next()
        if self._peek() == "(":
            return self._call(word)
        if self._peek() == "/":
            raise not_implemented("lambda and $count")
        if item := self.entity.properties.get(word):
            self.names.add(word)
            return Term(item.kind, lambda row: row.get(word), item.enum, word)
        if first and re.fullmatch(r"[A-Za-z_]\w*", word) and word not in ("true", "false", "null"):
            raise unknown_property(word, self.entity.entity)
        kind, value, enum = literal(word, self.projection)
        return Term(kind, lambda _: value, enum)

    def _call(self, name: str) -> Term:
        if name in REFUSED or name.startswith("geo."):
            raise not_implemented(name)
        if name not in FUNCTIONS and name != "cast":
            raise unsupported(name)
        self._expect("(")
        arguments = [self._term(first=True)]
        if name == "cast":
            self._expect(",")
            if (kind := self._next()) != "Edm.String":
                raise not_implemented(f"cast to {kind}")
        else:
            while self._peek() == ",":
                self._next()
                arguments.append(self._term(first=True))
        self._expect(")")
        return Term(
            result_of(name, [term.kind for term in arguments]),
            lambda row: _apply(name, [term.value(row) for term in arguments]),
        )

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        if not (word := self._peek()):
            raise unsupported("the expression ends early")
        self._at += 1
        return word

    def _expect(self, sign: str) -> None:
        if self._next() != sign:
            raise unsupported(f"{sign} is missing")


def _split(text: str) -> list[str]:
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise unsupported(text[at:])
        tokens.append(found[1])
        at = found.end()
    return tokens


def _apply(name: str, values: list[Value]) -> Value:
    if any(value is None for value in values):
        return None
    return str(values[0]) if name == "cast" else FUNCTIONS[name][1](*values)


def _compare(sign: str, left: Value, right: Value) -> bool:
    if left is None or right is None:
        return (left is right) if sign == "eq" else sign == "ne" and left is not right
    return _SIGNS[sign](left, right)


def _either(left: Predicate, right: Predicate) -> Predicate:
    return lambda row: left(row) or right(row)


def _both(left: Predicate, right: Predicate) -> Predicate:
    return lambda row: left(row) and right(row)
