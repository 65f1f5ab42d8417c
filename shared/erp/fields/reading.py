"""The reading side: values out of an ERP's nested answers, by paths such as `ShipTo.Lines[0].City`. Pure.

A path is strict: what it meets must have the shape that it names. Only absence is quiet, and gives a blank.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, get_args

from shared.domain.measures import Weight, WeightUnit
from shared.errors import Misconfigured, Refused

_STEP = re.compile(r"([A-Za-z_][\w\-]*)(?:\[(\d+)\])?")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Reading:
    """How one of our values is read: by the first of `paths` that holds something.

    `values` are our words for the ERP's; a value without an entry is taken as it is; `unit` is the field's.
    """

    paths: tuple[str, ...]
    values: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""


def one_or_many(value: Any) -> list[Any]:
    """A list as it is, one thing as a list of it, nothing as an empty list: singletons come without their list."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def at(record: Any, path: str) -> Any:
    """Return the value at the path, None where something on the way is absent.

    A step with a place takes one thing for a list of it. Raises Misconfigured for what is no path; Refused where the
    path goes on and the answer ends in a plain value, or leads through a list without naming a place.
    """
    here = record
    for name, place in steps(path):
        if here is None:
            return None
        if not isinstance(here, Mapping):
            raise _unlike(path, name, here)
        here = here.get(name)
        if place is not None:
            found = one_or_many(here)
            here = found[place] if place < len(found) else None
    return here


def rows(record: Any, path: str) -> list[Mapping[str, Any]]:
    """The records at the path: a list of them, a single one, or none. Raises Refused for anything else."""
    found = one_or_many(at(record, path))
    for each in found:
        if not isinstance(each, Mapping):
            raise _unlike(path, path, each)
    return found


def text_at(record: Any, reading: Reading | str) -> str:
    """The first value of the reading that is not blank, as text in our words; "" for none."""
    paths, values = (reading.paths, reading.values) if isinstance(reading, Reading) else ((reading,), {})
    for path in paths:
        text = _text(at(record, path), path)
        if text:
            return values.get(text, text)
    return ""


def number_at(record: Any, reading: Reading | str) -> Decimal | None:
    """The value as a number, None for none: given as a number or as its text. Raises Refused for any other text."""
    text = text_at(record, reading)
    if not text:
        return None
    where = reading if isinstance(reading, str) else ", ".join(reading.paths)
    try:
        if _NUMBER.fullmatch(text):
            return Decimal(text)
    except InvalidOperation:
        pass
    raise Refused("missing", f"{where} is {text!r}, which is no number", field=where, value=text)


def weight_at(record: Any, reading: Reading) -> Weight | None:
    """The value as a weight in the reading's unit, None for none. Raises Misconfigured for a unit that is none."""
    units: Sequence[WeightUnit] = get_args(WeightUnit)
    unit = next((each for each in units if each == reading.unit), None)
    if unit is None:
        raise Misconfigured(f"{reading.unit or 'no unit'} is no unit of weight: {', '.join(units)}", field="unit")
    amount = number_at(record, reading)
    return Weight(amount, unit) if amount is not None else None


def steps(path: str) -> list[tuple[str, int | None]]:
    """The names of a path, each with its place in a list where it names one. Raises Misconfigured for what is none."""
    found = [_STEP.fullmatch(part) for part in path.split(".")]
    if not all(found):
        raise Misconfigured(f"{path!r} is no path: names with dots between, such as ShipTo.Lines[0].City", field=path)
    return [(step[1], int(step[2]) if step[2] else None) for step in found if step]


def _text(value: Any, path: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float | Decimal):
        return str(value).strip()
    raise _unlike(path, path, value)


def _unlike(path: str, name: str, found: Any) -> Refused:
    kind = "a list" if isinstance(found, list | tuple) else "a record" if isinstance(found, Mapping) else "a value"
    return Refused(
        "missing", f"the ERP's answer has {kind} at {name} of {path}, which the path does not fit", field=path
    )
