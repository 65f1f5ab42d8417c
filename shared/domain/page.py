"""The public address of an order's tracking page, or of a label: unguessable, ending, and revocable. Pure."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

KEPT_AFTER = timedelta(days=30)
"""The time for which an address that has ended is kept, so that a person sees that it was there."""
_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_PATHS = {"tracking": "/t/", "label": "/l/"}


class OnPage(NamedTuple):
    """A parcel of a tracking page: its carrier's kind, its number, and the address of its page at the carrier."""

    carrier: str
    number: str
    url: str


@dataclass(frozen=True, slots=True)
class Page:
    """The thing at a public address. Who has the address sees it, until it ends or is revoked.

    `purpose` is "tracking", for an order and all its parcels, or "label", for the label of one package of a generation.
    `order` is the order's key, `document` its number as people know it.
    """

    id: str
    purpose: str
    connection: str
    order: str
    document: str
    ends: datetime
    generation: int = 0
    package: int = 0
    parcels: tuple[OnPage, ...] = ()
    revoked: bool = False
    version: int = 1

    @property
    def path(self) -> str:
        """Its path below the deployment's base address."""
        return path_of(self.purpose, self.id)

    @property
    def place(self) -> str:
        """Names the address among those of its order: there is one of each."""
        return self.purpose if self.purpose == "tracking" else label_place(self.generation, self.package)

    def is_open(self, now: datetime) -> bool:
        """Tell if the address shows anything."""
        return not self.revoked and now < self.ends

    def with_parcels(self, parcels: Sequence[OnPage]) -> Page:
        """The page with these parcels; itself, when it has them."""
        parcels = tuple(parcels)
        return self if parcels == self.parcels else replace(self, parcels=parcels, version=self.version + 1)


def path_of(purpose: str, page: str) -> str:
    """The path of an id below the deployment's base address."""
    return f"{_PATHS[purpose]}{page}"


def label_place(generation: int, package: int) -> str:
    """The place of a label's address among those of its order."""
    return f"label#{generation:04}#{package:03}"


def new_page_id() -> str:
    """An id of 128 random bits, which nobody can guess: to know it is the right to see the page."""
    return secrets.token_urlsafe(16)


def is_page_id(text: str) -> bool:
    """Tell if the text can be an id, so that no store is asked for an impossible one."""
    return _ID.fullmatch(text) is not None


def digest_of_id(page: str) -> str:
    """Return the digest by which a page is found: who can list the pages' keys knows no address."""
    return hashlib.sha256(page.encode()).hexdigest()
