"""The engine as the simulation runs it: the same answers in less time, since answers to reads are kept for as long as
the tenant is as it was."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from sandbox.erps.m3.engine import M3Engine
from sandbox.erps.m3.tenant import PurchaseOrder, Tenant
from shared.http import Request, Response

_LIST = "/PPSSPPMI/"
_CHANGING = ("/CUSEXTMI/", "/PPS001MI/", "/PPS330MI/", "/MMS310MI/", "/MMS060MI/", "/GetItmWhsBal")
"""Programs that write, or that list what they wrote."""


def _unrecorded() -> Any:
    """Traffic is not kept."""
    return deque(maxlen=0)


@dataclass
class CountingTenant(Tenant):
    """Counts its editions, so that answers to reads need not be made anew while nothing changed. Whoever changes
    something other than by a method calls `edited`."""

    edition: int = 0
    listed: int = 0

    def edited(self) -> None:
        self.edition += 1
        self.listed += 1

    def touch(self, document: str) -> PurchaseOrder:
        self.edited()
        return super().touch(document)

    def change_item(self, item: str, **fields: str) -> None:
        self.edited()
        super().change_item(item, **fields)

    def delete(self, document: str) -> None:
        super().delete(document)
        self.edited()


@dataclass
class KeepingM3(M3Engine):
    """Keeps its answers to reads, by their address, as long as the tenant is as it was."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.recorded = _unrecorded()
        self._kept: dict[str, tuple[int, Response]] = {}

    def handle(self, request: Request) -> Response:
        url = request.url
        if self.faults or request.method != "GET" or any(each in url for each in _CHANGING):
            return super().handle(request)
        tenant = self.tenant
        assert isinstance(tenant, CountingTenant)  # noqa: S101
        edition = tenant.listed if _LIST in url else tenant.edition
        kept = self._kept.get(url)
        if kept and kept[0] == edition and self.token_server.bearer(request):
            return kept[1]
        answer = super().handle(request)
        if answer.status != 401:
            self._kept[url] = (edition, answer)
        return answer
