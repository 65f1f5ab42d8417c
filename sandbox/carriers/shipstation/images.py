"""Label images in the three formats that ShipStation has, each with its parcel's number in it."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence

from sandbox.carriers.ups.labels import image

TYPES = {"pdf": "application/pdf", "png": "image/png", "zpl": "application/zpl"}


def label_image(form: str, numbers: Sequence[str], lines: Sequence[str]) -> bytes:
    """Return the labels of these parcels in one file; `lines` are the consignee's. A PDF and a PNG show them one below
    the other."""
    if form == "zpl":
        return b"".join(base64.b64decode(image("ZPL", number, lines)) for number in numbers)
    if form == "pdf":
        return base64.b64decode(image("PDF", " ".join(numbers), lines))
    return _png(" ".join(numbers))


def _png(number: str) -> bytes:
    """Draw black bars on white, eight for a character of the number, and put the number beside them as a text."""
    bits = [int(bit) for character in number for bit in f"{ord(character):08b}"]
    row = b"\x00" + bytes(0 if bit else 255 for bit in bits)
    header = struct.pack(">IIBBBBB", len(bits), 40, 8, 0, 0, 0, 0)
    text = b"Title\x00" + number.encode("latin-1")
    chunks = ((b"IHDR", header), (b"tEXt", text), (b"IDAT", zlib.compress(row * 40)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
