"""Every key of a connection file, as the model has it: `python -m cli.connections.reference` writes the tables into the
docs. A key without words or an example of its own is named instead.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import Field

from cli.connections.keys import Key, keys_of
from shared.connection import (
    CarrierKind,
    CarrierPart,
    ErpKind,
    ErpPart,
    InWords,
    SelectPart,
    TrackingPart,
    WriteBackPart,
)
from shared.registry import KINDS

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "connections.md"
BEGIN, END = "<!-- keys: written by python -m cli.connections.reference -->", "<!-- end of keys -->"
ANY_SERVICE = Annotated[str, InWords("the carrier's code of a service"), Field(examples=["ground", "express"])]
ANY_ERP = ErpKind("", "", "", ErpPart, SelectPart, WriteBackPart)
ANY_CARRIER = CarrierKind("", "", "", CarrierPart, ANY_SERVICE, TrackingPart)
"""Kinds with nothing of their own: what a file with them has, every file has."""


def sections() -> Iterator[tuple[str, list[Key]]]:
    """The keys that every file has, then those of each kind: what it adds, or takes in its own way."""
    common = keys_of(ANY_ERP, ANY_CARRIER)
    yield "Every connection", [_of_all_kinds(key) for key in common]
    for erp in KINDS.erps.values():
        yield f"`{erp.name}`: {erp.title}", _own(keys_of(erp, ANY_CARRIER), common)
    for carrier in KINDS.carriers.values():
        yield f"`{carrier.name}`: {carrier.title}", _own(keys_of(ANY_ERP, carrier), common)


def _own(keys: list[Key], common: list[Key]) -> list[Key]:
    return [key for key in keys if key not in common and key.path not in ("erp.kind", "carrier.kind")]


def _of_all_kinds(key: Key) -> Key:
    known = {"erp.kind": KINDS.erps, "carrier.kind": KINDS.carriers}.get(key.path)
    return replace(key, allowed=", ".join(known), example=next(iter(known))) if known else key


def tables() -> str:
    """The tables in Markdown, each under its heading."""
    return "\n\n".join(f"### {title}\n\n{table(keys)}" for title, keys in sections())


def table(keys: list[Key]) -> str:
    """One table in Markdown."""
    lines = ["| key | what it is | allowed | default | example |", "|---|---|---|---|---|"]
    for key in keys:
        meaning = key.meaning if key.built else f"{key.meaning} *(not built in this version)*"
        cells = (f"`{key.path}`", meaning, key.allowed, _default(key), f"`{key.example}`")
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _default(key: Key) -> str:
    if key.required:
        return "**required**" if key.required == "file" else f"required in `{key.required}`"
    return f"`{key.default}`" if key.default else "none"


def complaints() -> list[str]:
    """Keys whose field in the model lacks a description or an example."""
    keys = [key for _, keys in sections() for key in keys]
    lacking = [(key.path, "description") for key in keys if not key.meaning]
    lacking += [(key.path, "examples") for key in keys if not key.example]
    return [f"{path}: its field in the model has no {what}" for path, what in lacking]


def written(text: str) -> str:
    """The document with the tables as they are now between its two marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{tables()}\n{END}{after}"


def main() -> int:
    """Writes the tables, or says what is missing and ends with 1."""
    wrong = complaints()
    for line in wrong:
        sys.stderr.write(line + "\n")
    if not wrong:
        DOCUMENT.write_text(written(DOCUMENT.read_text()))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
