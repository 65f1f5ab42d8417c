"""One running turn of a connection that receives: what it works with, and when it must stop."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.connection import ReceivingRules
from shared.domain.reference import inbound_reference
from shared.ports import Ports, StoredConnection
from shared.ports.receiving import ReceivesGoods, TakesPurchaseOrders
from shared.workflow.intake.run import Poll

RESERVE = 90.0
"""Seconds that must be left to begin a call: the longest one takes 65, and its outcome is written after it."""


@dataclass
class Job:
    """`erp` and `warehouse` are both sides; `poll` is the reading of the ERP, under whose lease all happens.

    `compares`: stock is compared at the end of this turn, so that all that may have come in is looked at before.
    `resting` are the sides that asked to be left alone, or do not answer: nothing more is asked of them in this turn.
    """

    poll: Poll
    erp: ReceivesGoods
    warehouse: TakesPurchaseOrders
    rules: ReceivingRules
    system: str
    company: str
    touched: dict[str, None] = field(default_factory=dict)
    resting: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)
    compares: bool = False

    @property
    def ports(self) -> Ports:
        return self.poll.ports

    @property
    def stored(self) -> StoredConnection:
        return self.poll.stored

    @property
    def connection(self) -> str:
        return self.stored.connection.id

    @property
    def warehouses(self) -> tuple[str, ...]:
        """The warehouses of the file: purchase orders for others are left alone."""
        return tuple(getattr(self.stored.connection, "warehouses", {}))

    def must_stop(self) -> bool:
        return self.poll.budget() < RESERVE

    def reference(self, key: str, document: str) -> str:
        return inbound_reference(self.ports.deployment, key, document)

    def rests(self, side: str, why: str) -> None:
        """A side did not answer, or has had enough for now."""
        self.resting.add(side)
        self.failures.append(f"the {side} did not answer: {why}")
