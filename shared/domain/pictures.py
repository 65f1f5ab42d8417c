"""Check that a label's bytes are of the format that it names, by how they begin. Pure.

A carrier's answer can hold a text in an image's place: kept, it would be sent to a printer as the label.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

_PNG = b"\x89PNG\r\n\x1a\n"
_PICTURES = (b"GIF8", b"%PDF", _PNG, b"\xff\xd8\xff")
_BLANKS = b" \t\r\n\x00"


def is_picture(label_format: str, image: bytes) -> bool:
    """Tell if `image` begins as its format does. For an unknown format any bytes will do, but there must be some."""
    begins = _BEGINS.get(label_format.upper())
    return begins(image) if begins else bool(image)


def format_of(named: str, image: bytes) -> str:
    """The format of an image: as it is named, where that is one that we know; else as its bytes begin."""
    return named if named in _BEGINS else next((each for each in _BEGINS if is_picture(each, image)), "GIF")


def _zpl(image: bytes) -> bool:
    """A format (^XA) near the beginning: a line end (facts/ups.md 14.9) or settings of the printer may stand before
    it."""
    return image.lstrip(_BLANKS)[:1] in (b"^", b"~", b"C") and b"^XA" in image[:4096]


def _commands(image: bytes) -> bool:
    """EPL and SPL are lines of commands, and begin with a letter: no other picture, no JSON, no page of HTML."""
    start = image.lstrip(_BLANKS)
    return start[:1].isalpha() and not start.startswith(_PICTURES) and b"\n" in start


_BEGINS: Mapping[str, Callable[[bytes], bool]] = {
    "GIF": lambda image: image.startswith((b"GIF87a", b"GIF89a")),
    "PNG": lambda image: image.startswith(_PNG),
    "PDF": lambda image: image.lstrip(_BLANKS).startswith(b"%PDF-"),
    "ZPL": _zpl,
    "EPL": _commands,
    "SPL": _commands,
}
