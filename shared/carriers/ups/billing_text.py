"""The text of a billing file: its encoding and its separator, and files that are none."""

from __future__ import annotations

import codecs
from pathlib import Path

from shared.errors import Refused

_BLOCK = 1 << 20
_OTHERS = {
    b"PK": "a spreadsheet (XLSX), in which long numbers have lost their digits",
    b"%PDF": "a PDF",
    b"<": "XML",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"\x1f\x8b": "a compressed file",
}
DOWNLOAD = (
    "download the Billing Data File (CSV) from the UPS Billing Center, and do not open it in a spreadsheet before"
)


def encoding_of(path: Path) -> str:
    """UTF-8 where the whole file is, else the code page of Windows, else Latin-1. Raises Refused for another kind."""
    utf8, cp1252 = codecs.getincrementaldecoder("utf-8-sig")(), True
    is_utf8 = True
    with path.open("rb") as file:
        begins = file.read(8).lstrip()
        for sign, kind in _OTHERS.items():
            if begins.startswith(sign):
                raise Refused("bill", f"{path.name} is {kind}", field="file", hint=DOWNLOAD)
        file.seek(0)
        while block := file.read(_BLOCK):
            is_utf8 = is_utf8 and _decodes(utf8, block)
            cp1252 = cp1252 and not _NOT_IN_CP1252.intersection(block)
    is_utf8 = is_utf8 and _decodes(utf8, b"", final=True)
    return "utf-8-sig" if is_utf8 else "cp1252" if cp1252 else "latin-1"


_NOT_IN_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final=final)
    except UnicodeDecodeError:
        return False
    return True


def separator_of(path: Path) -> str:
    """The comma, or the semicolon of countries with a decimal comma: which of them the first line has more of.

    Raises Refused for the Lite file, which has 32 columns with a heading and no codes."""
    with path.open("rb") as file:
        line = file.readline(_BLOCK)
    separator = max(b",;", key=line.count)
    if b"Tracking Number" in line and b"Billed Charge" in line and line.count(separator) < 60:
        said = f"{path.name} is the Lite file, which does not say what each charge is"
        raise Refused("bill", said, field="file", hint=DOWNLOAD)
    return chr(separator)
