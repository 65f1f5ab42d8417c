"""The sums of a cost report as a picture: for each day or connection a bar each for quoted, charged and billed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal

from PIL import Image, ImageDraw, ImageFont

from cli.costs.compared import Total

HEIGHT, LEFT, TOP, BOTTOM, WIDTH, GAP = 480, 90, 60, 90, 18, 22
SERIES = (("quoted", "#b0b8c4"), ("charged", "#4878a8"), ("billed", "#c0504d"))
MOST = 120
"""Groups of bars: a wider picture cannot be read."""


def draw(sums: Sequence[Total]) -> bytes:
    """A PNG with the last MOST of the sums, in one scale; each currency stands at its bars."""
    sums = sums[-MOST:]
    group = WIDTH * len(SERIES) + GAP
    image = Image.new("RGB", (max(LEFT + group * len(sums) + GAP, 480), HEIGHT), "white")
    canvas, font = ImageDraw.Draw(image), ImageFont.load_default(size=12)
    values = [[getattr(each, name) for name, _ in SERIES] for each in sums]
    top = max((value for row in values for value in row), default=Decimal(0)) or Decimal(1)
    floor, room = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP
    _scale(canvas, font, top, image.width)
    for place, (each, row) in enumerate(zip(sums, values, strict=True)):
        left = LEFT + place * group
        for bar, value in enumerate(row):
            height = int(max(value, Decimal(0)) / top * room)
            x = left + bar * WIDTH
            canvas.rectangle((x, floor - height, x + WIDTH - 3, floor), fill=SERIES[bar][1])
        canvas.text((left, floor + 8 + 28 * (place % 2)), f"{each.name}\n{each.currency}", fill="black", font=font)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _scale(
    canvas: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, top: Decimal, width: int
) -> None:
    """The legend, and four lines with their amounts."""
    for place, (name, colour) in enumerate(SERIES):
        x = LEFT + place * 110
        canvas.rectangle((x, 20, x + 14, 34), fill=colour)
        canvas.text((x + 20, 19), name, fill="black", font=font)
    for quarter in range(5):
        y = HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * quarter // 4
        canvas.line((LEFT - 6, y, width, y), fill="#dddddd" if quarter else "black")
        canvas.text((8, y - 8), f"{top * quarter / 4:,.2f}", fill="black", font=font)
