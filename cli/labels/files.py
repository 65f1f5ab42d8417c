"""Labels as files for a printer: those of a printer's language one after another, images and PDFs as one PDF."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from cli.errors import BadUsage, CommandError
from cli.labels.pdf import pdf_of
from shared.workflow.desk.print_labels import LabelImage

_RAW = ("ZPL", "EPL", "SPL")


def sheets(images: Sequence[LabelImage]) -> dict[str, bytes]:
    """One content for each kind of printer (zpl, epl, spl, pdf), the labels in the order in which they are given.

    Raises CommandError for an image that cannot be read.
    """
    raw = {kind: [each.image for each in images if each.format == kind] for kind in _RAW}
    made = {kind.lower(): b"".join(_ended(each) for each in found) for kind, found in raw.items() if found}
    drawn = [each for each in images if each.format not in _RAW]
    if drawn:
        try:
            made["pdf"] = pdf_of((each.format, each.image, each.stock) for each in drawn)
        except ValueError as error:
            raise CommandError(str(error), hint="parcelbridge labels reprint ORDER, order by order, finds it") from None
    return made


def _ended(image: bytes) -> bytes:
    """A printer's program ends with a line's end, or the next one runs into it."""
    return image if image.endswith(b"\n") else image + b"\n"


def paths_for(kinds: Sequence[str], name: str, given: str | None) -> dict[str, Path]:
    """The file of each kind: the one that was asked for, or `name`; several kinds differ by their suffix.

    Raises BadUsage for a file that is there already: another label may lie in it, unprinted.
    """
    asked = Path(given) if given else Path(name)
    single = len(kinds) == 1 and given is not None
    paths = {kind: asked if single else asked.parent / f"{asked.stem if given else name}.{kind}" for kind in kinds}
    there = [str(path) for path in paths.values() if path.exists()]
    if there:
        raise BadUsage(f"{', '.join(there)} is there already", hint="name another file with --file, or remove it")
    return paths


def write(contents: Mapping[str, bytes], paths: Mapping[str, Path]) -> None:
    """Writes the files for their owner alone: a label has a name and an address on it. Raises CommandError."""
    for kind, content in contents.items():
        try:
            with os.fdopen(os.open(paths[kind], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
        except OSError as error:
            raise CommandError(f"{paths[kind]} cannot be written: {error.strerror}", hint="--file OUT") from None
