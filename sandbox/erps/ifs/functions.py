"""The functions of a `$filter`: text and parts of a moment work (facts/ifs.md, section 3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sandbox.erps.ifs.faults import unsupported

Function = tuple[str, Callable[..., Any], tuple[str, ...]]


def _part(name: str) -> Function:
    return "N", lambda moment: Decimal(getattr(moment, name)), ("MD" if name in ("year", "month", "day") else "M",)


_TEXT: dict[str, Function] = {
    "contains": ("B", lambda text, part: part in text, ("T", "T")),
    "startswith": ("B", lambda text, part: text.startswith(part), ("T", "T")),
    "endswith": ("B", lambda text, part: text.endswith(part), ("T", "T")),
    "length": ("N", lambda text: Decimal(len(text)), ("T",)),
    "indexof": ("N", lambda text, part: Decimal(text.find(part)), ("T", "T")),
    "substring": ("T", lambda text, at: text[int(at) :], ("T", "N")),
    "tolower": ("T", str.lower, ("T",)),
    "toupper": ("T", str.upper, ("T",)),
    "trim": ("T", str.strip, ("T",)),
    "concat": ("T", lambda one, other: one + other, ("T", "T")),
}
FUNCTIONS: Mapping[str, Function] = _TEXT | {
    name: _part(name) for name in ("year", "month", "day", "hour", "minute", "second")
}
"""Name → kind of the result, what it does, kinds of its arguments."""
REFUSED = frozenset({"any", "all", "round", "floor", "ceiling", "isof"})


def result_of(name: str, kinds: list[str]) -> str:
    """The kind of a call's result. Raises IfsFault for wrong arguments."""
    if name == "cast":
        return "T"
    result, _, wanted = FUNCTIONS[name]
    if len(kinds) != len(wanted) or any(kind not in want for kind, want in zip(kinds, wanted, strict=False)):
        raise unsupported(f"{name}: wrong arguments")
    return result
