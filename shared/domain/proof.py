"""The proof that a parcel was delivered, as a carrier gives it. Personal data: it is handed on and not kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

_ENDINGS: Mapping[bytes, str] = {
    b"%PDF-": "pdf",
    b"\x89PNG\r\n\x1a\n": "png",
    b"GIF8": "gif",
    b"\xff\xd8\xff": "jpg",
    b"<": "html",
}


@dataclass(frozen=True, slots=True)
class ProofDocument:
    """One document of a proof: `kind` is what it shows, such as signature. Its format is seen by its beginning, for
    no carrier states it."""

    kind: str
    content: bytes

    @property
    def ending(self) -> str:
        """The ending of a file with it, "bin" for a format that is not known."""
        start = self.content[:64].lstrip()
        return next((ending for sign, ending in _ENDINGS.items() if start.startswith(sign)), "bin")


@dataclass(frozen=True, slots=True)
class Proof:
    """The proof of one parcel: the day of delivery where it is told, who took it, and the documents that there are."""

    number: str
    delivered: date | None
    received_by: str
    documents: tuple[ProofDocument, ...]
