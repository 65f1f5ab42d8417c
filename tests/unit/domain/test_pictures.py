"""Label images by how they begin, in every format that a carrier of ours makes."""

from __future__ import annotations

from base64 import b64decode

import pytest

from sandbox.carriers.ups.labels import image
from shared.domain.pictures import is_picture

MADE = {kind: b64decode(image(kind, "1Z999", ("Acme", "1 Dock St"))) for kind in ("GIF", "ZPL", "EPL", "SPL", "PDF")}
MADE["PNG"] = b"\x89PNG\r\n\x1a\n\x00"


@pytest.mark.parametrize("kind", sorted(MADE))
def test_an_image_is_one_of_its_own_format_alone(kind: str) -> None:
    printer = {"EPL", "SPL"}
    alike = printer if kind in printer else {kind}
    assert {each for each in MADE if is_picture(each, MADE[kind])} == alike
    assert is_picture(kind.lower(), MADE[kind]), "recovery writes zpl"


@pytest.mark.parametrize(
    ("kind", "start"),
    [
        ("ZPL", b"\r\n^XA^LH0,0^XZ"), ("ZPL", b"CT~~CD,~CC^~CT~\r\n^XA~TA000^XZ"), ("ZPL", b"~DGR:LOGO,1,1,FF\n^XA^XZ"),
        ("EPL", b"\r\nN\r\nq812\r\n"), ("EPL", b"EPL2\r\nN\r\n"), ("GIF", b"GIF87a\x00"), ("PDF", b"\n%PDF-1.7\n"),
    ],
)  # fmt: skip
def test_what_printers_languages_may_begin_with(kind: str, start: bytes) -> None:
    assert is_picture(kind, start)


@pytest.mark.parametrize("kind", sorted(MADE))
@pytest.mark.parametrize("other", [b"", b"no label!", b"<html>\n", b'{"a":1}\n', b"\xff\xd8\xff\xe0JFIF", b"\n\n"])
def test_a_text_in_a_picture_s_place_is_none(kind: str, other: bytes) -> None:
    assert not is_picture(kind, other)


def test_of_a_format_that_nobody_knows_any_bytes_are_a_picture() -> None:
    assert is_picture("PCL", b"x")
    assert not is_picture("PCL", b"")
