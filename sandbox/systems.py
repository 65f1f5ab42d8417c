"""Which ERPs and carriers the sandbox emulates: a line each. The frame (demo, simulation, suites) finds them here."""

from __future__ import annotations

from sandbox.carriers.shipstation.face import ShipStation
from sandbox.carriers.ups.face import Ups
from sandbox.erps.ifs.face import IfsErp
from sandbox.erps.m3.face import M3Erp
from sandbox.erps.oracle.face import OracleErp
from sandbox.erps.syspro.face import SysproErp
from sandbox.faces import EmulatedCarrier, EmulatedErp

ERPS: dict[str, type[EmulatedErp]] = {
    "ifs-cloud": IfsErp,
    "infor-m3": M3Erp,
    "oracle-fusion": OracleErp,
    "syspro": SysproErp,
}
CARRIERS: dict[str, type[EmulatedCarrier]] = {
    "shipstation": ShipStation,
    "ups": Ups,
}
