"""Texts without what makes no difference between two writings of them. Pure."""

from __future__ import annotations

import re
import unicodedata

_NO_WORD = re.compile(r"[\W_]+")
_WITHOUT_MARK = str.maketrans({"Ł": "L", "Ø": "O", "Đ": "D", "Ð": "D", "Æ": "AE", "Œ": "OE", "Þ": "TH", "Ħ": "H"})


def folded(text: str) -> str:
    """Capitals without accents and punctuation, words divided by single blanks: `St-Étienne` is `ST ETIENNE`."""
    capitals = text.upper()
    if capitals.isascii():
        return " ".join(_NO_WORD.sub(" ", capitals).split())
    apart = unicodedata.normalize("NFKD", capitals)
    bare = "".join(each for each in apart if not unicodedata.combining(each)).translate(_WITHOUT_MARK)
    return " ".join(_NO_WORD.sub(" ", bare).split())
