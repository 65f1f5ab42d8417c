"""`$filter` of version 4: comparisons, and, or, not, brackets and a few functions (facts/syspro.md, section 4)."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from sandbox.erps.syspro.company import Row
from sandbox.erps.syspro.tables import Table, Value

Found = tuple[str, Callable[[Row], object]]
"""An operand: its kind (text, number, date, none) and how its value is found."""
_TOKEN = re.compile(
    r"\s*('(?:[^']|'')*'|\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?|-?\d+(?:\.\d+)?(?![\w-])"
    r"|[A-Za-z_]\w*|[(),])"
)
_SIGNS: Mapping[str, Callable[..., bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
}
_TEXTS: Mapping[str, Callable[[str], str]] = {"tolower": str.lower, "toupper": str.upper, "trim": str.strip}


class NotRead(Exception):
    """The filter is not of the grammar."""


class Filter:
    """One `$filter` being read."""

    def __init__(self, text: str, table: Table) -> None:
        self.table, self._tokens, self._at = table, _split(text), 0

    def read(self) -> Callable[[Row], bool]:
        """Raises NotRead."""
        found = self._either()
        if self._at < len(self._tokens):
            raise NotRead(f"Syntax error at '{self._tokens[self._at]}'")
        return found

    def _either(self) -> Callable[[Row], bool]:
        tests = [self._both()]
        while self._next("or"):
            tests.append(self._both())
        return lambda row: any(test(row) for test in tests)

    def _both(self) -> Callable[[Row], bool]:
        tests = [self._one()]
        while self._next("and"):
            tests.append(self._one())
        return lambda row: all(test(row) for test in tests)

    def _one(self) -> Callable[[Row], bool]:
        if self._next("not"):
            inner = self._one()
            return lambda row: not inner(row)
        if self._next("("):
            inner = self._either()
            self._expect(")")
            return inner
        if self._peek() in _TESTS:
            return self._called(self._take())
        left = self._operand()
        sign = self._take()
        if sign not in _SIGNS:
            raise NotRead(f"Syntax error at '{sign}'")
        return self._compared(sign, left, self._operand())

    def _called(self, name: str) -> Callable[[Row], bool]:
        self._expect("(")
        (kind, text) = self._operand()
        self._expect(",")
        (other, part) = self._operand()
        self._expect(")")
        if (kind, other) != ("text", "text"):
            raise NotRead(f"No function signature for the function with name '{name}' matches")
        return lambda row: _TESTS[name](str(text(row) or ""), str(part(row) or ""))

    def _operand(self) -> Found:
        word = self._take()
        if word in _TEXTS:
            self._expect("(")
            _, text = self._operand()
            self._expect(")")
            return "text", lambda row: _TEXTS[word](str(text(row) or ""))
        if kind := self.table.columns.get(word):
            return _column(word, kind)
        return _literal(word)

    def _compared(self, sign: str, left: Found, right: Found) -> Callable[[Row], bool]:
        kinds = {left[0], right[0]} - {"none"}
        if len(kinds) > 1:
            raise NotRead("A binary operator with incompatible types was detected")

        def test(row: Row) -> bool:
            one, two = left[1](row), right[1](row)
            if one is None or two is None:
                return (one is two) if sign == "eq" else sign == "ne" and one is not two
            return _SIGNS[sign](one, two)

        return test

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self, word: str) -> bool:
        found = self._peek() == word
        self._at += found
        return found

    def _take(self) -> str:
        if not (word := self._peek()):
            raise NotRead("Expression expected")
        self._at += 1
        return word

    def _expect(self, sign: str) -> None:
        if self._take() != sign:
            raise NotRead(f"'{sign}' expected")


def _split(text: str) -> list[str]:
    tokens, at, text = [], 0, text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise NotRead(f"Syntax error at position {at}")
        tokens.append(found[1])
        at = found.end()
    return tokens


def _column(name: str, kind: str) -> Found:
    if kind == "b8":
        raise NotRead(f"'{name}' cannot be compared")
    if kind.startswith("n"):
        return "number", lambda row: Decimal(str(row.get(name) or 0))
    if kind == "d":
        return "date", lambda row: _day(row.get(name))
    return "text", lambda row: row.get(name)


def _literal(word: str) -> Found:
    if word == "null":
        return "none", lambda _: None
    if word.startswith("'"):
        text = word[1:-1].replace("''", "'")
        return "text", lambda _: text
    if re.fullmatch(r"\d{4}-\d\d-\d\d.*", word):
        return "date", lambda _: word[:10]
    if re.fullmatch(r"-?\d+(\.\d+)?", word):
        number = Decimal(word)
        return "number", lambda _: number
    raise NotRead(f"Could not find a property named '{word}'")


def _day(value: Value) -> str | None:
    return str(value) if value else None
