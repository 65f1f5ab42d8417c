"""The public addresses of orders as the workflow needs them."""

from __future__ import annotations

from typing import Protocol

from shared.domain.page import Page


class Pages(Protocol):
    """Addresses by their id, and by the order that they are of."""

    def get(self, page: str) -> Page | None:
        """The page of an id."""
        ...

    def of(self, order: str) -> list[Page]:
        """The pages of an order, in the order of their places."""
        ...

    def begin(self, page: Page, former: str = "") -> bool:
        """Makes a page at its place of the order; False when another one stands there than that of the id `former`."""
        ...

    def save(self, page: Page) -> bool:
        """Writes the page over that of version `page.version - 1`; False when somebody else was first."""
        ...
