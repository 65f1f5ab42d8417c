"""UPS as an engine: stateful, strict, and able to misbehave. Its own tables, nothing of the adapter's."""

from __future__ import annotations

from sandbox.carriers.ups.engine import UpsEngine
from sandbox.carriers.ups.ledger import Ledger, LedgerShipment

__all__ = ["Ledger", "LedgerShipment", "UpsEngine"]
