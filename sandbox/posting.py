"""How an emulated carrier's pushes leave: over any transport, that of the demo's sockets or that of a simulation."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.faces import Post
from shared.http import Request, Response, Transport


def posting(transport: Transport, timeout: float = 10.0) -> Post:
    """Posts over `transport`, which waits `timeout` seconds for an answer; its NotSent and Lost are passed on."""

    def post(url: str, headers: Mapping[str, str], body: bytes) -> Response:
        return transport.send(Request("POST", url, headers, body), timeout=timeout)

    return post
