"""`q` in both of its grammars (facts/oracle.md, section 1), read into a predicate over a row's values.

Framework 1: `Field=value;Other>value`. 2 and later: `Field op 'value'` with and, or and parentheses. A quote inside a
value is refused: how it would be escaped is not documented.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.erps.oracle.faults import bad_query
from sandbox.erps.oracle.tables import Field
from sandbox.erps.oracle.values import moment_of, number_of

Values = Mapping[str, Any]
Predicate = Callable[[Values], bool]
_TOKEN = re.compile(r"\s*('[^']*'(?!')|<=|>=|!=|<>|=|<|>|[(),]|-?\d+(?:\.\d+)?(?![\w.])|[A-Za-z_][\w.]*)")
_EXAMPLE = re.compile(r"\s*([A-Za-z_]\w*)\s*(<=|>=|!=|=|<|>)\s*(\S(?:.*\S)?)\s*", re.DOTALL)
_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<>": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


@dataclass
class Filter:
    """One q being read. `known` finds a field that can be queried, or raises. `equal` are the values that every row
    must have, as far as there is no `or`."""

    known: Callable[[str], Field]
    equal: dict[str, Any] = field(default_factory=dict)
    _tokens: list[str] = field(default_factory=list)
    _at: int = 0

    def read(self, text: str, *, by_example: bool) -> Predicate:
        """The predicate. Raises FusionFault 400."""
        if by_example:
            return self._by_example(text)
        if ";" in re.sub(r"'[^']*'", "", text):
            raise bad_query("; joins no terms from framework version 2 on")
        self._tokens = _split(text)
        found = self._either()
        if self._peek():
            raise bad_query(self._peek())
        if "or" in (token.lower() for token in self._tokens):
            self.equal.clear()
        return found

    def _by_example(self, text: str) -> Predicate:
        terms = []
        for part in filter(None, text.split(";")):
            found = _EXAMPLE.fullmatch(part)
            if not found or re.search(r"\s(and|or)\s+\w+\s*[=<>]", found[3], re.IGNORECASE):
                raise bad_query(f"{part}: terms are joined by ; in framework version 1")
            terms.append(self._compared(self.known(found[1]), found[2], found[3].strip("'\"")))
        return lambda row: all(term(row) for term in terms)

    def _either(self) -> Predicate:
        terms = [self._both()]
        while self._take("or"):
            terms.append(self._both())
        return lambda row: any(term(row) for term in terms)

    def _both(self) -> Predicate:
        terms = [self._one()]
        while self._take("and"):
            terms.append(self._one())
        return lambda row: all(term(row) for term in terms)

    def _one(self) -> Predicate:
        if not self._take("("):
            return self._condition()
        found = self._either()
        self._expect(")")
        return found

    def _condition(self) -> Predicate:
        item = self.known(self._next())
        word = self._next().lower()
        if word in _SIGNS:
            return self._compared(item, word, self._literal())
        if word == "is":
            wanted = not self._take("not")
            self._expect("null")
            return lambda row: (row.get(item.name) is None) == wanted
        inverted = word == "not"
        found = self._listed(item, self._next().lower() if inverted else word)
        return (lambda row: row.get(item.name) is not None and not found(row)) if inverted else found

    def _listed(self, item: Field, word: str) -> Predicate:
        if word == "like":
            pattern = re.compile(re.sub(r"\\\*|%", ".*", re.escape(self._literal())), re.DOTALL)
            return lambda row: bool(pattern.fullmatch(str(row.get(item.name) or "")))
        if word == "between":
            low = self._compared(item, ">=", self._literal())
            self._expect("and")
            high = self._compared(item, "<=", self._literal())
            return lambda row: low(row) and high(row)
        if word != "in":
            raise bad_query(f"{word} is no operator")
        self._expect("(")
        values = [_typed(item, self._literal())]
        while self._take(","):
            values.append(_typed(item, self._literal()))
        self._expect(")")
        return lambda row: row.get(item.name) in values

    def _compared(self, item: Field, sign: str, text: str) -> Predicate:
        wanted, compare = _typed(item, text), _SIGNS[sign]
        if sign == "=":
            self.equal[item.name] = wanted
        return lambda row: (standing := row.get(item.name)) is not None and compare(_grained(standing), wanted)

    def _literal(self) -> str:
        word = self._next()
        if not re.match(r"'|-?\d", word):
            raise bad_query(f"a value in quotes or a number is expected, not {word}")
        return word.strip("'")

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        if not (word := self._peek()):
            raise bad_query("it ends early")
        self._at += 1
        return word

    def _take(self, word: str) -> bool:
        if self._peek().lower() != word:
            return False
        self._at += 1
        return True

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise bad_query(f"{word} is missing")


def _split(text: str) -> list[str]:
    tokens, at, text = [], 0, text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise bad_query(text[at:])
        tokens.append(found[1])
        at = found.end()
    return tokens


def _typed(item: Field, text: str) -> Any:
    if item.kind in "ND":
        return number_of(item, text)
    if item.kind in "MY":
        return moment_of(item, text)
    return text.lower() == "true" if item.kind == "B" else text


def _grained(value: Any) -> Any:
    """As an answer writes it: a moment has milliseconds at most."""
    if isinstance(value, datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
