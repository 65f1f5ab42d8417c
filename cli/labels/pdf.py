"""Labels as pages of one PDF, each as large as its paper: images are turned upright, nothing is blurred or cut away."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from PIL import Image, ImageChops
from pypdf import PdfWriter

_BLACK_FROM = 128
"""Grey levels below this are printed black: a label has two colours, and a grey bar is no bar."""


def pdf_of(labels: Iterable[tuple[str, bytes, str]]) -> bytes:
    """One PDF of labels, each given as format (GIF or PDF), image and stock ("4x6": inches, width by height).

    Raises ValueError for an image that cannot be read.
    """
    written = PdfWriter()
    for kind, image, stock in labels:
        try:
            written.append(BytesIO(image if kind == "PDF" else _page(image, stock)))
        except Exception as error:  # noqa: BLE001 - both libraries raise what they like for a broken image
            raise ValueError(f"a {kind} label cannot be read: {type(error).__name__}") from None
    out = BytesIO()
    written.write(out)
    return out.getvalue()


def _page(image: bytes, stock: str) -> bytes:
    """The image as one page of the stock's size, in two colours, which a PDF keeps without loss."""
    width, height = (int(side) for side in stock.split("x"))
    drawn = _upright(Image.open(BytesIO(image)).convert("L"), height / width)
    scale = max(drawn.width / width, drawn.height / height)
    page = Image.new("L", (round(width * scale), round(height * scale)), 255)
    page.paste(drawn, (0, 0))
    out = BytesIO()
    two_colours = page.point([0] * _BLACK_FROM + [255] * (256 - _BLACK_FROM), mode="1")
    two_colours.save(out, "PDF", resolution=page.width / width)
    return out.getvalue()


def _upright(image: Image.Image, ratio: float) -> Image.Image:
    """A label that lies on its side is turned clockwise; what is blank below the paper's end is left out.

    A carrier may draw a GIF on its side, 1400 by 800 for a label of 1200 by 800: as it is it prints small, or across
    two labels.
    """
    if image.width > image.height:
        image = image.transpose(Image.Transpose.ROTATE_270)
    end = round(image.width * ratio)
    blank = Image.new("L", image.size, 255)
    inked = ImageChops.difference(image, blank).getbbox()
    if image.height > end and (inked is None or inked[3] <= end):
        image = image.crop((0, 0, image.width, end))
    return image
