"""A new connector's folder, laid out from templates: every operation says what is to be done.

The templates are plain files. A trailing `.txt` goes, KIND and FOLDER in a path are replaced, and in a text $kind,
$folder, $title, $prefix (of class names) and $constant.
"""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Literal

Side = Literal["erp", "carrier"]
TEMPLATES = Path(__file__).parent / "templates"
PLACES = {"erp": ("shared.erp", "sandbox.erps", "ERPS"), "carrier": ("shared.carriers", "sandbox.carriers", "CARRIERS")}


class NotLaidOut(ValueError):
    """The name cannot be used, or its folder is there already."""


@dataclass(frozen=True)
class Connector:
    """`kind` is its name in connection files, such as acme-erp, `folder` its package, `title` what people call it."""

    side: Side
    kind: str
    folder: str
    title: str

    @property
    def prefix(self) -> str:
        """Return the beginning of the class names."""
        return "".join(part.capitalize() for part in self.folder.split("_"))

    @property
    def words(self) -> dict[str, str]:
        """Return the words that the templates replace, each with its text."""
        return {
            "kind": self.kind,
            "folder": self.folder,
            "title": self.title,
            "prefix": self.prefix,
            "constant": self.folder.upper(),
        }

    @property
    def suite(self) -> str:
        """The contract suite that it must pass."""
        return f"tests/contract/test_{self.side}s.py"


def connector(side: Side, kind: str, folder: str = "", title: str = "") -> Connector:
    """The connector of that name. Raises NotLaidOut for one that no connection file or package can have."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", kind):
        raise NotLaidOut(
            f"{kind or 'NAME= is missing'}: a kind is of a-z and 0-9, with single hyphens, such as acme-erp"
        )
    folder = folder or kind.replace("-", "_")
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", folder) or keyword.iskeyword(folder) or folder == "fields":
        raise NotLaidOut(f"{folder}: a folder is of a-z and 0-9, with single underscores, such as acme")
    return Connector(side, kind, folder, title or _title_of(kind))


def _title_of(kind: str) -> str:
    """Short words are taken for abbreviations: acme-erp is Acme ERP."""
    return " ".join(part.upper() if len(part) <= 3 else part.capitalize() for part in kind.split("-"))


def lay_out(new: Connector, root: Path) -> list[Path]:
    """Writes the connector's files and its lines in both tables under `root`; the files that were made.

    Raises NotLaidOut, before anything is written, when one of them is there already.
    """
    files = dict(_files(new, root))
    there = [path for path in files if path.exists()]
    if there:
        raise NotLaidOut(f"{there[0].relative_to(root)} is there already: nothing was written")
    tables = dict(_tables(new, root))
    for path, text in {**files, **tables}.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return list(files)


def _files(new: Connector, root: Path) -> list[tuple[Path, str]]:
    found = []
    templates = TEMPLATES / new.side
    for template in sorted(templates.rglob("*.txt")):
        place = str(template.relative_to(templates)).removesuffix(".txt")
        path = root / place.replace("FOLDER", new.folder).replace("KIND", new.kind)
        found.append((path, Template(template.read_text()).substitute(new.words)))
    return found


def _tables(new: Connector, root: Path) -> list[tuple[Path, str]]:
    """The registry and the sandbox's table, with a line more each and its import."""
    package, emulator, table = PLACES[new.side]
    registry, systems = root / "shared/registry.py", root / "sandbox/systems.py"
    constant, face = new.words["constant"], f"Emulated{new.prefix}"
    known = registry.read_text().replace(f'"{new.kind}", ', "").replace(f', "{new.kind}"', "")
    return [
        (registry, _with(known, f"from {package}.{new.folder}.file import KIND as {constant}", "    named=", constant)),
        (
            systems,
            _with(
                systems.read_text(),
                f"from {emulator}.{new.folder}.face import {face}",
                "}",
                f'"{new.kind}": {face}',
                table,
            ),
        ),
    ]


def _with(text: str, imported: str, before: str, entry: str, table: str = "KINDS") -> str:
    """The module with one more import, in order, and one more entry of the table, ahead of the line `before`."""
    lines = text.split("\n")
    froms = [at for at, line in enumerate(lines) if line.startswith("from ") and "__future__" not in line]
    later = [at for at in froms if lines[at].split()[1] > imported.split()[1]]
    lines.insert(later[0] if later else froms[-1] + 1, imported)
    opened = next(at for at, line in enumerate(lines) if re.match(rf"{table}\b.*[({{]$", line))
    closed = next(at for at in range(opened, len(lines)) if lines[at].startswith(before))
    lines.insert(closed, f"    {entry},")
    return "\n".join(lines)
