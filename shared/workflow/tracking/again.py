"""The live parcels of a connection are subscribed to once more, as after a change of its webhook."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from shared.domain.milestones import FINAL
from shared.domain.parcel import Watch
from shared.ports import Ports
from shared.workflow.tracking.change import change
from shared.workflow.tracking.times import with_due

LIVE = ("moving", "exception", "silent")


def subscribe_again(ports: Ports, connection: str) -> int:
    """Has each parcel that is still on its way subscribed to by the next sweep; returns how many there are.

    Those that have arrived, and those that the carrier refuses to push, stay as they are.
    """
    now = ports.clock.now()
    live = [watch for bucket in LIVE for watch in ports.tracking.listing(connection, bucket)]
    changed = [change(ports, watch, partial(_at_once, now=now)) for watch in live]
    return sum(watch.subscribe_at == now for watch in changed)


def _at_once(watch: Watch, now: datetime) -> Watch:
    if watch.finished or watch.refused or watch.facts.milestone in FINAL:
        return watch
    return with_due(replace(watch, subscribe_at=now))
