"""Label images: small, real, and different for each tracking number."""

from __future__ import annotations

import base64
import struct
from collections.abc import Sequence


def image(kind: str, number: str, lines: Sequence[str]) -> str:
    """The label of a parcel in base64; `lines` are the consignee's."""
    make = {"GIF": _gif, "ZPL": _zpl, "EPL": _epl, "SPL": _spl, "PDF": _pdf}[kind]
    return base64.b64encode(make(number, lines)).decode()


def _zpl(number: str, lines: Sequence[str]) -> bytes:
    text = "".join(f"^FO40,{60 + 40 * i}^A0N,32,32^FH^FD{_zpl_text(line)}^FS\n" for i, line in enumerate(lines))
    return f"^XA\n^PW812^LL1218\n{text}^FO40,600^BY3^BCN,200,Y,N,N^FD{number}^FS\n^XZ\n".encode()


def _zpl_text(line: str) -> str:
    """Caret, tilde and the escape itself as hexadecimal, so that a consignee's name is no command."""
    return "".join(f"_{ord(c):02X}" if c in "^~_" else c for c in line)


def _epl(number: str, lines: Sequence[str]) -> bytes:
    quoted = [line.replace("\\", "\\\\").replace('"', '\\"') for line in lines]
    text = "".join(f'A40,{60 + 40 * i},0,3,1,1,N,"{line}"\n' for i, line in enumerate(quoted))
    return f'N\nq812\n{text}B40,600,0,1,3,6,200,B,"{number}"\nP1\n'.encode()


def _spl(number: str, lines: Sequence[str]) -> bytes:
    text = "".join(f'PP40,{60 + 40 * i}:FT "Swiss 721 BT",10:PT "{line}"\n' for i, line in enumerate(lines))
    return f'CLEAR\n{text}PP40,600:BT "CODE128":PB "{number}"\nPF\n'.encode()


def _pdf(number: str, lines: Sequence[str]) -> bytes:
    """A page of 4 x 6 inches with the text, and a cross-reference table that is right."""
    drawn = " ".join(f"({_pdf_text(line)}) Tj T*" for line in (*lines, number))
    stream = f"BT /F 12 Tf 14 TL 20 400 Td {drawn} ET".encode("latin-1", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 288 432] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Font << /F 5 0 R >> >>",
    )
    body, places = b"%PDF-1.4\n", []
    for position, each in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (position, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end


def _pdf_text(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _gif(number: str, lines: Sequence[str]) -> bytes:
    """Black bars on white, eight a character of the number: GIF89a, two colours."""
    row = [0, *(int(bit) for character in number for bit in f"{ord(character):08b}"), 0]
    header = b"GIF89a" + struct.pack("<HHBBB", len(row), _HEIGHT, 0x80, 0, 0) + b"\xff\xff\xff\x00\x00\x00"
    comment = b"\x21\xfe" + _blocks(" / ".join(lines).encode()[:255])
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, len(row), _HEIGHT, 0)
    return header + comment + frame + b"\x02" + _blocks(_packed(row)) + b"\x3b"


_HEIGHT = 40
_CLEAR, _END = 4, 5


def _packed(row: Sequence[int]) -> bytes:
    """`row`, _HEIGHT times, as LZW without compression: codes of three bits, two pixels and then a clear, so that the
    table never needs a fourth bit. Eight equal rows fill whole bytes."""
    bits, length = 0, 0
    for left, right in zip(row[::2], row[1::2], strict=True):
        bits |= (_CLEAR | left << 3 | right << 6) << length
        length += 9
    eight = sum(bits << length * position for position in range(8))
    return eight.to_bytes(length, "little") * (_HEIGHT // 8) + bytes([_END])


def _blocks(content: bytes) -> bytes:
    """Sub-blocks of at most 255 bytes, ended by an empty one."""
    parts = (content[at : at + 255] for at in range(0, len(content), 255))
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\x00"
