"""How an emulated carrier's pushes leave: over any transport, that of the demo's sockets or that of a simulation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b

from sandbox.faces import Post
from shared.http import Request, Response, Transport


def posting(transport: Transport, timeout: float = 10.0) -> Post:
    """Posts over `transport`, which waits `timeout` seconds for an answer; its NotSent and Lost are passed on."""

    def post(url: str, headers: Mapping[str, str], body: bytes) -> Response:
        return transport.send(Request("POST", url, headers, body), timeout=timeout)

    return post


@dataclass
class Mishaps:
    """Shares of the events, 0 to 1, that are never sent, sent twice, and sent `late`, so that later ones come first.
    The same `seed` strikes the same events."""

    dropped: float = 0
    repeated: float = 0
    reordered: float = 0
    late: timedelta = timedelta(hours=6)
    seed: int = 0

    def strikes(self, kind: str, what: str) -> bool:
        """Tell if the mishap `kind`, a share's name, strikes the event that `what` names."""
        share: float = getattr(self, kind)
        drawn = int.from_bytes(blake2b(f"{self.seed}:{kind}:{what}".encode(), digest_size=4).digest())
        return drawn < share * 2**32
