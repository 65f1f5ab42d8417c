"""Which ERPs and carriers the sandbox emulates: a line each. The frame (demo, simulation, suites) finds them here."""

from __future__ import annotations

from sandbox.carriers.shipstation.face import ShipStation
from sandbox.carriers.ups.face import Ups
from sandbox.erps.ifs.face import IfsErp
from sandbox.erps.m3.face import M3Erp
from sandbox.erps.oracle.face import OracleErp
from sandbox.erps.oracle.variants import OracleChanges, OracleShipments
from sandbox.erps.syspro.face import SysproErp
from sandbox.erps.syspro.variants import SysproFeed, SysproInvoices, SysproOrders, SysproPurchases
from sandbox.faces import EmulatedCarrier, EmulatedErp

ERPS: dict[str, type[EmulatedErp]] = {
    "ifs-cloud": IfsErp,
    "infor-m3": M3Erp,
    "oracle-fusion": OracleErp,
    "syspro": SysproErp,
}
VARIANTS: dict[str, type[EmulatedErp]] = {
    "oracle-fusion/changes": OracleChanges,
    "oracle-fusion/shipments": OracleShipments,
    "syspro/feed": SysproFeed,
    "syspro/invoices": SysproInvoices,
    "syspro/orders": SysproOrders,
    "syspro/purchases": SysproPurchases,
}
"""ERPs that are connected in another way, for worlds of the simulation."""
CARRIERS: dict[str, type[EmulatedCarrier]] = {
    "shipstation": ShipStation,
    "ups": Ups,
}


def erp_of(name: str) -> type[EmulatedErp]:
    """The ERP of that kind, or a variant of one."""
    return VARIANTS.get(name) or ERPS[name]
