"""From a file's content to a Connection, or to everything that is wrong with it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from shared.connection.checks import CHECKS
from shared.connection.kinds import CarrierKind, ErpKind, Kinds
from shared.connection.model import Connection, model_of
from shared.connection.problem import NOT_BUILT, ConnectionFileError, FieldPath, NotBuilt, Problem
from shared.connection.wording import Wording


def parse(raw: object, kinds: Kinds) -> Connection:
    """The connection of a file's content (or of `model_dump(mode="json")`). Raises ConnectionFileError."""
    if not isinstance(raw, dict):
        raise ConnectionFileError((Problem((), "a connection file is a mapping of keys, such as id, flow, erp"),))
    erp, carrier = _kinds_of(raw, kinds)
    not_built = (*erp.not_built, *carrier.not_built, *NOT_BUILT)
    model = model_of(erp, carrier, labels=carrier.labels(raw))
    missing = tuple(_not_built(raw, not_built))
    try:
        connection = model.model_validate(raw)
    except ValidationError as error:
        wording, named = Wording(model, not_built), {problem.path for problem in missing}
        wrong = (wording.problem(each, raw) for each in error.errors(include_url=False))
        raise ConnectionFileError(missing + tuple(p for p in _once(wrong) if not _under(p.path, named))) from None
    problems = (*missing, *(problem for check in CHECKS for problem in check(connection)))
    if problems:
        raise ConnectionFileError(problems)
    return connection


def read_back(content: Mapping[str, Any], kinds: Kinds) -> Connection:
    """A connection that was applied, as the table keeps it. Raises ValueError for a kind that this release lacks."""
    try:
        erp, carrier = _kinds_of(content, kinds)
    except ConnectionFileError as error:
        raise ValueError(str(error)) from None
    return model_of(erp, carrier, labels=carrier.labels(content)).model_validate(content)


def _kinds_of(raw: Mapping[str, Any], kinds: Kinds) -> tuple[ErpKind, CarrierKind]:
    """The kinds that the file names. Raises ConnectionFileError: without them no other key has a meaning."""
    sides: tuple[tuple[str, Mapping[str, object]], ...] = (("erp", kinds.erps), ("carrier", kinds.carriers))
    problems = [problem for side, known in sides for problem in _kind_faults(raw, side, known, kinds)]
    if problems:
        raise ConnectionFileError(tuple(problems))
    return kinds.erps[raw["erp"]["kind"]], kinds.carriers[raw["carrier"]["kind"]]


def _kind_faults(raw: Mapping[str, Any], side: str, known: Mapping[str, object], kinds: Kinds) -> Iterator[Problem]:
    part, allowed = raw.get(side), f"allowed: {', '.join(known)}"
    if part is None:
        yield Problem((side,), f"is required; a mapping with the key kind ({allowed})")
    elif not isinstance(part, dict):
        yield Problem((side,), f"must be a mapping with the key kind ({allowed})", part)
    elif "kind" not in part:
        yield Problem((side, "kind"), f"is required; {allowed}")
        for near in difflib.get_close_matches("kind", [str(key) for key in part], n=1):
            message = "unknown key (did you mean kind?); allowed: kind, and the keys of that kind"
            yield Problem((side, near), message, part[near])
    elif not (isinstance(part["kind"], str) and part["kind"] in known):
        later = isinstance(part["kind"], str) and part["kind"] in kinds.named
        message = f"not built in this version; {allowed}" if later else allowed
        yield Problem((side, "kind"), message, part["kind"])


def _not_built(raw: dict[Any, Any], entries: tuple[NotBuilt, ...]) -> Iterator[Problem]:
    for entry in entries:
        for path, value in _found(raw, tuple(entry.path.split("."))):
            if entry.refuses(value):
                yield Problem(path, f"not built in this version; allowed: {entry.allowed}", value)


def _found(raw: object, path: tuple[str, ...], before: FieldPath = ()) -> Iterator[tuple[FieldPath, Any]]:
    if not path:
        yield before, raw
    elif path[0] == "*" and isinstance(raw, list | tuple):
        for place, each in enumerate(raw):
            yield from _found(each, path[1:], (*before, place))
    elif isinstance(raw, dict):
        for key in raw if path[0] == "*" else [path[0]] if path[0] in raw else []:
            yield from _found(raw[key], path[1:], (*before, key))


def _once(problems: Iterator[Problem]) -> Iterator[Problem]:
    """The first problem of each path: a union's branches each have their own view of the same value."""
    seen = set[FieldPath]()
    for problem in problems:
        if problem.path not in seen:
            seen.add(problem.path)
            yield problem


def _under(path: FieldPath, named: set[FieldPath]) -> bool:
    return any(path[: len(each)] == each for each in named)
