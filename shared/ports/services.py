"""The clock, queues, label images, secrets and tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from shared.errors import Retry

Kind = Literal["order", "poll", "parcel", "look", "receiving", "errand"]
"""The subject of a message: an order, the poll of a connection, a parcel with news (its number), a look at parcels
(their numbers, separated by blanks), what a connection's warehouses receive, or an errand (its place)."""


_LONGEST_TOKEN = 16 * 1024


class Clock(Protocol):
    """The time, in UTC. A port, so that a simulation can live through a week in a second."""

    def now(self) -> datetime: ...


class Queue(Protocol):
    """A queue of hints. A message says what to look at, by its kind and key; the truth is in the store."""

    def send(self, connection: str, keys: Sequence[str], kind: Kind) -> None:
        """A message for each key, at least once; messages of a connection form one group for fairness. The key of a
        poll, and of what is received, is blank: it is of the connection as a whole."""
        ...


class LabelStore(Protocol):
    """Label images, encrypted. A place is the image's name: order, generation, package and format."""

    def put(self, place: str, image: bytes, keep: timedelta | None = None) -> None:
        """Stores the image for `keep`, rounded down to a life that the store has; without it, for the longest one."""
        ...

    def delete(self, place: str) -> None:
        """Takes the image away; one that is not there is no error."""
        ...

    def get(self, place: str) -> bytes: ...

    def has(self, place: str) -> bool: ...


class Secrets(Protocol):
    """Credentials of a connection: side is "erp", "carrier" or "webhook"."""

    def get(self, connection_id: str, side: str) -> dict[str, str]:
        """The credential's fields. Raises Misconfigured, naming the command that sets it, when there is none."""
        ...

    def renewed(self, connection_id: str) -> bool:
        """Reads again, past every cache, what this process has read of the connection's credentials; whether any of it
        is new. What `get` gives from then on is the new one."""
        ...


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and when it ends, by the answer's own `expires_in`."""

    value: str
    expires_at: datetime

    @classmethod
    def issued(cls, value: str, asked: datetime, life: float) -> Token:
        """A token out of an answer, with its life in seconds from when it was asked for: from a second to a day,
        whatever the answer says. Raises Retry for one that no header can carry."""
        value = value.strip()
        if not (value.isascii() and value.isprintable() and 0 < len(value) <= _LONGEST_TOKEN):
            raise Retry("the token server answered with a token that no header can carry")
        seconds = life if life == life else 0.0  # noqa: PLR0124 - NaN is no life
        return cls(value, asked + timedelta(seconds=min(max(seconds, 1.0), 86400.0)))


class Tokens(Protocol):
    """One token a credential, shared by all workers, renewed by one of them."""

    def get(self, credential: str, renew: Callable[[], Token]) -> str:
        """A valid token. `renew` is called by one worker at a time, before the token ends. Its errors pass through;
        Retry when somebody else renews and takes too long."""
        ...

    def expire(self, credential: str, value: str) -> None:
        """The other side said that this token has expired: the next `get` renews it, unless it was renewed already."""
        ...
