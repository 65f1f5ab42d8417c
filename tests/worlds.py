"""A world of M3 and UPS, with names for what stands behind their faces: for tests of the workflow that tell stories."""

from __future__ import annotations

from sandbox.carriers.ups.engine import UpsEngine
from sandbox.carriers.ups.face import CREDENTIAL as UPS_CREDENTIAL
from sandbox.carriers.ups.face import Ups
from sandbox.erps.m3.engine import M3Engine
from sandbox.erps.m3.face import M3Erp
from sandbox.erps.m3.tenant import Tenant
from sandbox.simulation.by_hand import ByHand, a_minute, settled

__all__ = ["UPS_CREDENTIAL", "World", "a_minute", "settled"]


class World(ByHand):
    """`tenant`, `m3` and `ups` are what the ERP's and the carrier's faces hide."""

    @property
    def tenant(self) -> Tenant:
        assert isinstance(self.erp, M3Erp)
        return self.erp.tenant

    @property
    def m3(self) -> M3Engine:
        assert isinstance(self.erp, M3Erp)
        return self.erp.engine

    @property
    def ups(self) -> UpsEngine:
        assert isinstance(self.carrier, Ups)
        return self.carrier.engine
