"""Labels as pages: upright, on their paper, in two colours, with every bar where it was."""

from __future__ import annotations

import base64
from io import BytesIO

import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader

from cli.labels.pdf import pdf_of
from sandbox.carriers.ups.labels import image as drawn


def gif(width: int, height: int, *inked: tuple[int, int, int, int]) -> bytes:
    """A white image with black boxes (left, top, right, bottom, the last ones outside)."""
    image = Image.new("L", (width, height), 255)
    for left, top, right, bottom in inked:
        ImageDraw.Draw(image).rectangle((left, top, right - 1, bottom - 1), fill=0)
    out = BytesIO()
    image.save(out, "GIF")
    return out.getvalue()


def page_of(content: bytes, number: int = 0) -> tuple[tuple[float, float], Image.Image]:
    """A page's size in inches, and the image on it."""
    page = PdfReader(BytesIO(content)).pages[number]
    (found,) = page.images
    assert found.image
    return (float(page.mediabox.width) / 72, float(page.mediabox.height) / 72), found.image.convert("L")


@pytest.mark.parametrize(("stock", "size"), [("4x6", (4.0, 6.0)), ("4x8", (4.0, 8.0))])
def test_a_page_is_as_large_as_its_paper(stock: str, size: tuple[float, float]) -> None:
    found, _ = page_of(pdf_of([("GIF", gif(1400, 800, (10, 10, 1190, 790)), stock)]))
    assert found == pytest.approx(size, abs=0.01)


def test_a_label_on_its_side_is_turned_clockwise_and_keeps_its_true_size() -> None:
    """1200 by 800 of 1400 by 800 are inked: at 200 dots an inch that is 6 by 4 inches."""
    lying = gif(1400, 800, (0, 0, 1200, 20), (0, 780, 40, 800))
    (width, height), image = page_of(pdf_of([("GIF", lying, "4x6")]))
    assert (width, height) == pytest.approx((4.0, 6.0), abs=0.01)
    assert image.size == (800, 1200), "the blank beyond the paper is left out, nothing is scaled"
    assert image.getpixel((790, 600)) == 0, "what was on top is on the right"
    assert image.getpixel((10, 10)) == 0, "what was at the lower left is at the upper left"
    assert image.getpixel((400, 600)) == 255


def test_ink_beyond_the_paper_s_end_makes_the_label_smaller_and_cuts_nothing() -> None:
    lying = gif(1400, 800, (1380, 0, 1400, 800))
    (width, height), image = page_of(pdf_of([("GIF", lying, "4x6")]))
    assert (width, height) == pytest.approx((4.0, 6.0), abs=0.01)
    assert image.height == 1400
    assert image.getpixel((400, 1390)) == 0


def test_an_upright_label_stays_as_it_is() -> None:
    _, image = page_of(pdf_of([("GIF", gif(800, 1200, (0, 0, 800, 30)), "4x6")]))
    assert image.size == (800, 1200)
    assert image.getpixel((400, 10)) == 0
    assert image.getpixel((400, 1100)) == 255


def test_bars_stay_bars_dot_by_dot() -> None:
    bars = [(x, 100, x + 2, 300) for x in range(100, 700, 4)]
    _, image = page_of(pdf_of([("GIF", gif(800, 1200, *bars), "4x6")]))
    row = [image.getpixel((x, 200)) for x in range(100, 700)]
    assert row == [0, 0, 255, 255] * 150


def test_images_and_pdfs_become_pages_of_one_file_in_their_order() -> None:
    pdf = base64.b64decode(drawn("PDF", "1Z2", ["Acme"]))
    made = pdf_of([("GIF", gif(800, 1200), "4x6"), ("PDF", pdf, "4x6"), ("GIF", gif(800, 1600), "4x8")])
    sizes = [float(page.mediabox.height) / 72 for page in PdfReader(BytesIO(made)).pages]
    assert sizes == pytest.approx([6, 6, 8], abs=0.01)
    assert "1Z2" in PdfReader(BytesIO(made)).pages[1].extract_text()


def test_the_sandbox_s_own_image_is_a_page() -> None:
    (width, height), _ = page_of(pdf_of([("GIF", base64.b64decode(drawn("GIF", "1Z999", ["Acme"])), "4x6")]))
    assert (width, height) == pytest.approx((4.0, 6.0), abs=0.1)


@pytest.mark.parametrize(("kind", "image"), [("GIF", b"GIF89a"), ("GIF", b""), ("PDF", b"%PDF-1.4 broken")])
def test_an_image_that_is_broken_is_said_so_and_not_repeated(kind: str, image: bytes) -> None:
    with pytest.raises(ValueError, match=f"a {kind} label cannot be read"):
        pdf_of([(kind, image, "4x6")])
