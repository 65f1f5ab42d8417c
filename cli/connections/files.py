"""Connection files: YAML 1.2 (so that NO and off stay texts), and the line of every key and value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from cli.errors import BadFile
from shared.connection import Connection, ConnectionFileError, FieldPath, Problem, parse
from shared.registry import KINDS

MOST_BYTES = 100_000  # one item of the table holds the whole file
DEEPEST = 20
_TAG = "tag:yaml.org,2002:"
_COUNT = re.compile(r"[+-]?(0|[1-9]\d{0,17})")  # 03 is a code, whatever YAML says


@dataclass(slots=True)
class Document:
    """A file's content as plain values, and the line (from 1) at which each path stands."""

    name: str
    content: Any = None
    lines: dict[FieldPath, int] = field(default_factory=dict)

    def line_of(self, path: FieldPath) -> int:
        """The line of `path`, or of the nearest key above it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


@dataclass(frozen=True, slots=True)
class ConnectionFile:
    """A connection and the file that it stands in."""

    connection: Connection
    document: Document

    def at(self, *path: str) -> str:
        """The place of a key, as file:line."""
        return f"{self.document.name}:{self.document.line_of(path)}"


def read_connection(file: Path) -> ConnectionFile:
    """The connection of a YAML file. Raises BadFile with a line for each problem: file:line: field: what is allowed."""
    document = read_yaml(file)
    try:
        return ConnectionFile(parse(document.content, KINDS), document)
    except ConnectionFileError as error:
        placed = [(document.line_of(problem.path), problem) for problem in error.problems]
        placed.sort(key=lambda each: each[0])
        raise BadFile([f"{file}:{line}: {_said(problem)}" for line, problem in placed]) from None


def read_yaml(file: Path) -> Document:
    """The file's values and lines. Raises BadFile."""
    document = Document(str(file))
    try:
        node = YAML(typ="rt", pure=True).compose(_text_of(file))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(str(each) for each in (error.context, error.problem) if each)
        raise BadFile([f"{file}:{mark.line + 1 if mark else 1}: not YAML: {said}"]) from None
    except YAMLError as error:
        raise BadFile([f"{file}:1: not YAML: {str(error).splitlines()[0]}"]) from None
    if node is None:
        raise BadFile([f"{file}:1: the file is empty; `parcelbridge connections init` writes one to start from"])
    document.content = _value(document, node, ())
    return document


def _text_of(file: Path) -> str:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise BadFile([f"{file}: {error.strerror or error}"]) from None
    if len(content) > MOST_BYTES:
        raise BadFile([f"{file}: {len(content)} bytes are too many for a connection; allowed: {MOST_BYTES}"])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadFile([f"{file}:{line}: not UTF-8; save the file as UTF-8"]) from None


def _value(document: Document, node: Node, path: FieldPath) -> Any:
    document.lines.setdefault(path, node.start_mark.line + 1)
    if len(path) > DEEPEST or len(document.lines) > MOST_BYTES:
        raise BadFile([f"{document.name}:{node.start_mark.line + 1}: nested too deeply for a connection"])
    if isinstance(node, MappingNode):
        return dict(_entries(document, node, path))
    if isinstance(node, SequenceNode):
        return [_value(document, each, (*path, place)) for place, each in enumerate(node.value)]
    return _scalar(document, node)


def _entries(document: Document, node: MappingNode, path: FieldPath) -> Iterator[tuple[str, Any]]:
    seen: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode):
            raise BadFile([f"{document.name}:{line}: a key must be a word"])
        name = str(key.value)
        if name in seen:
            here = ".".join(str(part) for part in (*path, name))
            raise BadFile([f"{document.name}:{line}: {here}: stands twice, first in line {seen[name]}"])
        seen[name] = line
        document.lines[(*path, name)] = line
        yield name, _value(document, value, (*path, name))


def _scalar(document: Document, node: Node) -> Any:
    text, tag = str(node.value), str(node.tag).removeprefix(_TAG)
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() == "true"
    if tag == "int":
        return int(text) if _COUNT.fullmatch(text) else text
    if tag == "float":
        return _decimal(text)
    if tag in {"str", "timestamp"}:
        return text
    raise BadFile([f"{document.name}:{node.start_mark.line + 1}: the tag {node.tag} has no meaning here"])


def _decimal(text: str) -> Decimal | str:
    """Money is read from the digits as they stand, never through a binary fraction."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return number if number.is_finite() else text


def _said(problem: Problem) -> str:
    shown = problem.value
    if shown is None or isinstance(shown, dict | list | tuple):
        return str(problem)
    text = str(shown) if len(str(shown)) <= 60 else f"{str(shown)[:57]}..."
    return f"{problem} (here: {text!r})" if isinstance(shown, str) else f"{problem} (here: {text})"
