"""The sandbox engines as the simulation runs them: the same answers in less time, with lags and two credentials."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sandbox.carriers.ups.engine import UpsEngine
from sandbox.carriers.ups.ledger import LedgerShipment
from sandbox.erps.m3.engine import M3Engine
from sandbox.erps.m3.seed import ionapi
from sandbox.erps.m3.tenant import PurchaseOrder, Tenant
from sandbox.erps.m3.token_server import TokenServer
from sandbox.simulation.draws import Draws
from shared.http import Request, Response

M3_FILE = ionapi()
_LIST = "/PPSSPPMI/"
_FREE_FIELDS = "/CUSEXTMI/"


def _unrecorded() -> Any:
    """Traffic is not kept."""
    return deque(maxlen=0)


class RotatingTokenServer(TokenServer):
    """Accepts several credentials files at once, as a tenant does while one takes over from the other."""

    accepted: Sequence[Mapping[str, str]] = ()

    def answer(self, request: Request) -> Response:
        answers = []
        for credential in self.accepted or (self.ionapi,):
            self.ionapi = credential
            answers.append(super().answer(request))
            if answers[-1].status == 200:
                break
        return answers[-1]


@dataclass
class SimulatedTenant(Tenant):
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


@dataclass
class SimulatedM3(M3Engine):
    """Keeps its answers to reads, by their address, as long as the tenant is as it was."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.recorded = _unrecorded()
        self.tokens = self.token_server = RotatingTokenServer(self.ionapi, self.now)
        self._kept: dict[str, tuple[int, Response]] = {}

    def handle(self, request: Request) -> Response:
        url = request.url
        if self.faults or request.method != "GET" or _FREE_FIELDS in url:
            return super().handle(request)
        tenant = self.tenant
        assert isinstance(tenant, SimulatedTenant)  # noqa: S101
        edition = tenant.listed if _LIST in url else tenant.edition
        kept = self._kept.get(url)
        if kept and kept[0] == edition and self.token_server.bearer(request):
            return kept[1]
        answer = super().handle(request)
        if answer.status != 401:
            self._kept[url] = (edition, answer)
        return answer


class SimulatedUps(UpsEngine):
    """Its index sees each shipment after a time of its own; `lag_of` says which. A void it sees after `void_lag`."""

    lag_of: Callable[[LedgerShipment], timedelta] = staticmethod(lambda _: timedelta(0))
    void_lag: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.recorded = _unrecorded()

    def visible(self, reference: str) -> list[LedgerShipment]:
        """What lives under a reference as far as the index knows."""
        known = [each for each in self.ledger.shipments if each.reference == reference and each.live]
        return self._indexed(known)

    def _indexed(self, shipments: list[LedgerShipment]) -> list[LedgerShipment]:
        return [self._as_seen(each) for each in shipments if self.now() >= each.created_at + self.lag_of(each)]

    def _as_seen(self, shipment: LedgerShipment) -> LedgerShipment:
        if not self.void_lag or shipment.voided_at is None or self.now() >= shipment.voided_at + self.void_lag:
            return shipment
        return replace(shipment, voided_at=None, voided_numbers={})


def lags(seed: str, longest: timedelta) -> Callable[[LedgerShipment], timedelta]:
    """A lag for each shipment, drawn from its number."""

    def lag(shipment: LedgerShipment) -> timedelta:
        share = Draws(seed, shipment.shipment_id).bits() / 4294967296
        return longest * share

    return lag
