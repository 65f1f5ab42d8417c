"""Ports that refuse every write: for what promises to change nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from shared.ports import Ports

READS: dict[str, frozenset[str]] = {
    "orders": frozenset({"head", "heads", "snapshot", "packages", "audit", "due", "listing"}),
    "connections": frozenset(
        {"get", "all", "revision", "first_applied", "poll_state", "seen", "open_documents", "runs", "run"}
    ),
    "documents": frozenset({"groups"}),
    "leases": frozenset(),
    "labels": frozenset({"get", "has"}),
    "erp": frozenset(
        {
            *("system", "company", "changes_have_time", "changed", "older", "listing", "read", "lookup", "ping"),
            "check_names",
        }
    ),
    "carrier": frozenset({"check_plan", "check_address", "rate", "find", "labels", "ping", "tracking_url"}),
    "queue": frozenset(),
}
"""The calls that are allowed at each port; anything else of it writes, sends or buys."""


class Written(AssertionError):
    """Something was about to be changed."""


class Refusing:
    """A port of which only the reads get through."""

    def __init__(self, port: Any, kind: str) -> None:
        self._port, self._kind = port, kind

    def __getattr__(self, name: str) -> Any:
        if name == "close":
            raise AttributeError(name)  # neither system has a session
        if name not in READS[self._kind]:
            raise Written(f"{self._kind}.{name}")
        return getattr(self._port, name)


def refusing(ports: Ports) -> Ports:
    """The same ports without a single write; the carrier's and the ERP's included."""
    erp, carrier = ports.open_erp, ports.open_carrier
    systems: Any = {
        "open_erp": lambda connection: Refusing(erp(connection), "erp"),
        "open_carrier": lambda connection: Refusing(carrier(connection), "carrier"),
    }
    stores: Any = {
        name: Refusing(getattr(ports, name), name) for name in ("orders", "connections", "documents", "leases")
    }
    queues: Any = {
        name: Refusing(getattr(ports, name), "queue") for name in ("order_queue", "write_back_queue", "poll_queue")
    }
    labels: Any = Refusing(ports.labels, "labels")
    return replace(ports, **stores, **queues, **systems, labels=labels)
