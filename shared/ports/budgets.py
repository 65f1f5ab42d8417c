"""The number of requests that another system takes in a time, counted for all workers together."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from shared.domain.budget import Budget


class Budgets(Protocol):
    """The use of each key in its windows. A key names a credential, and shows nothing of it."""

    def spend(self, key: str, budget: Budget) -> int:
        """Counts one use before it is made, and returns its number in the window.

        Each call counts. Raises Retry, with the wait in seconds, when nothing is left for now or the key is paused;
        nothing is counted then."""
        ...

    def pause(self, key: str, span: timedelta) -> None:
        """The other side asked to be left alone for `span` (Retry-After): until then nobody spends. A pause that ends
        later stays."""
        ...
