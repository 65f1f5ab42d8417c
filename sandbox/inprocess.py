"""A transport that hands requests straight to the engines: no socket, no wait, the same answers as over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from sandbox.engine import ConnectionDropped, Engine
from shared.http import Lost, NotSent, Request, Response


class InProcessTransport:
    """Sends to the engine of the URL's host; a host that nobody serves is one that cannot be reached."""

    def __init__(self, engines: Mapping[str, Engine]) -> None:
        self._engines = engines

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        host = urlsplit(request.url).hostname or ""
        engine = self._engines.get(host)
        if engine is None:
            raise NotSent(f"{host}: name or service not known")
        try:
            return engine.handle(request)
        except ConnectionDropped as dropped:
            raise Lost(f"{host}: connection reset during {dropped}") from dropped
