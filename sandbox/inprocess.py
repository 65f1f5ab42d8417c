"""A transport that hands requests straight to the engines: no socket, no wait, the same answers as over HTTP."""

from __future__ import annotations

from sandbox.engine import ConnectionDropped
from sandbox.faces import Emulated, Now
from sandbox.systems import CARRIERS, erp_of
from shared.http import Lost, NotSent, Request, Response


class Systems:
    """An emulated ERP, or a variant of one, and an emulated carrier, by their kinds; a request goes to the one that has
    its host. A host that nobody serves is one that cannot be reached."""

    def __init__(self, now: Now, erp: str, carrier: str, *, lean: bool = False) -> None:
        self.erp, self.carrier = erp_of(erp)(now, lean=lean), CARRIERS[carrier](now, lean=lean)
        both: tuple[Emulated, ...] = (self.erp, self.carrier)
        self._by_host = {host: each for each in both for host in each.hosts}

    def system_of(self, request: Request) -> Emulated:
        """Raises NotSent where nobody has the host of https://host:port/path."""
        host = request.url.split("/", 3)[2].partition(":")[0]
        if host not in self._by_host:
            raise NotSent(f"{host}: name or service not known")
        return self._by_host[host]

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        try:
            return self.system_of(request).engine.handle(request)
        except ConnectionDropped as dropped:
            raise Lost(f"{request.url}: connection reset during {dropped}") from dropped
