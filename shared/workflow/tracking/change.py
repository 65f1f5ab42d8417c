"""One change of a parcel's watch, made again on what stands there when somebody else was first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from shared.domain.parcel import Watch
from shared.ports import Conflict, Ports

TRIES = 8
"""Tries at once against others who write the same parcel; then the message comes again."""


def change(ports: Ports, watch: Watch, to: Callable[[Watch], Watch]) -> Watch:
    """Writes what `to` makes of the watch as it stands, and gives it. `to` may be called again, and asks nobody.

    Raises Conflict when others were first again and again."""
    for left in reversed(range(TRIES)):
        stands = ports.tracking.watch(watch.carrier, watch.number) or watch
        after = to(stands)
        if after == stands:
            return stands
        after = replace(after, version=stands.version + 1)
        try:
            ports.tracking.save(after)
        except Conflict:
            if not left:
                raise
        else:
            return after
    return watch
