"""A connector as the scale sees it: where its parts lie. All places follow from its side, its kind and its folder."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from shared import registry
from shared.connection import CarrierKind, ErpKind
from tests.conftest import ROOT

Side = Literal["erp", "carrier"]
ROOMS = {"erp": "erps", "carrier": "carriers"}
"""The folder of a side in sandbox/ and docs/."""


@dataclass(frozen=True, slots=True)
class Connector:
    """One kind of ERP or carrier, as the connection file names it."""

    side: Side
    kind: str
    declared: ErpKind | CarrierKind

    @property
    def package(self) -> str:
        """The adapter's package, such as shared.carriers.ups: where its part of the file stands."""
        return str(self.declared.part.__module__).rpartition(".")[0]

    @property
    def folder(self) -> Path:
        return ROOT / Path(*self.package.split("."))

    @property
    def tests(self) -> Path:
        """The folder of its unit tests."""
        return ROOT / "tests" / "unit" / Path(*self.package.split(".")[1:])

    @property
    def page(self) -> Path:
        """Its page for people."""
        return ROOT / "docs" / ROOMS[self.side] / f"{self.kind}.md"

    @property
    def claim(self) -> Mapping[str, Any]:
        """Where it says that it stands: `TIER`, `EXEMPT` (rule → reason) and `SECRET` of its scale.py."""
        return vars(importlib.import_module(".".join((self.tests / "scale").relative_to(ROOT).parts)))

    def modules(self) -> Iterator[Path]:
        """The adapter's modules."""
        yield from sorted(self.folder.rglob("*.py"))

    def __str__(self) -> str:
        return self.kind


def connectors() -> list[Connector]:
    """Every connector that the registry knows."""
    erps = [Connector("erp", kind, each) for kind, each in registry.KINDS.erps.items()]
    return [*erps, *(Connector("carrier", kind, each) for kind, each in registry.KINDS.carriers.items())]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of each module, or member of one, that a module imports."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{each.name}") for each in node.names)


def sections(page: Path) -> dict[str, str]:
    """The page's parts by their second-level heading."""
    parts = re.split(r"^## (.+)$", page.read_text() if page.exists() else "", flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
