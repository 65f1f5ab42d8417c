"""The ports of the function: those of the workflow, the schedules, addresses of labels, and errands."""

from __future__ import annotations

from dataclasses import dataclass

from shared.ports import PollSchedules, Ports, Queue, StoredConnection
from shared.ports.errands import Errands
from shared.workflow.desk.open_label import LabelLinks


@dataclass(frozen=True, slots=True)
class Office:
    """Everything that the routes reach. No credential of an ERP or a carrier is among it: who has
    one does the errands."""

    ports: Ports
    schedules: PollSchedules
    links: LabelLinks
    errands: Errands
    errand_queue: Queue

    def stored(self, connection: str | None) -> list[StoredConnection]:
        """The connection of that id, or all. An id that is not applied has none."""
        if connection is None:
            return self.ports.connections.all()
        found = self.ports.connections.get(connection)
        return [found] if found else []
