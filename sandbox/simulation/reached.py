"""The reach of a campaign: each edge of the transition table, each reason of a hold, each kind of fault at each port.

A campaign that says "nothing went wrong" says nothing of what it never came to. So it says that, too.
"""

from __future__ import annotations

from itertools import pairwise

from sandbox.simulation.faults import KINDS
from sandbox.simulation.world import World
from shared.domain.state import EDGES, Reason, State

PORTS = (
    "orders", "connections", "documents", "labels", "leases", "tokens", "secrets", "order_queue", "write_back_queue",
    "poll_queue", "erp", "carrier", "table",
)  # fmt: skip
"""The ports by whose calls an order goes from the ERP to the carrier and back, and the calls of those on a table."""
LEFT_OUT = {
    Reason.ALREADY_SHIPPED: "a number in the ERP's field that is not ours: M3 is not asked for it",
    Reason.SIZE: "an order above 350 KB, which the stores in memory take",
}
"""Reasons of a hold that no campaign on M3 and UPS comes to; tests/unit/workflow and tests/component have them."""


def reached(world: World) -> frozenset[str]:
    """Return all that one world came to."""
    found = {f"fault {struck.kind} at {struck.port.partition('.')[0]}" for struck in world.choke.struck}
    for head in world.orders.every():
        reason, trail = "", world.orders.audit(head.key)
        found |= {f"step {before.state} > {after.state}" for before, after in pairwise(trail)}
        for entry in trail:
            reason = dict(entry.changes).get("reason", reason)
            if entry.state == State.HELD:
                found.add(f"held {reason}")
    return frozenset(found)


WANTED = frozenset(
    {
        *(f"step {before} > {after}" for before, after in EDGES),
        *(f"held {reason}" for reason in Reason if reason not in LEFT_OUT),
        *(f"fault {kind} at {port}" for kind in KINDS for port in PORTS),
    }
)
"""All that a campaign has to reach."""

RARE = frozenset(
    {
        "step READY > UNKNOWN", "step READY > CANCELLED", "step READY > HELD", "step CANCELLED > HELD",
        "step RECEIVED > CANCELLED", "step DONE > DONE", "held ship_tos", "held retries", "held stray",
        *(f"fault {kind} at poll_queue" for kind in KINDS),
    }
)  # fmt: skip
"""The part of it that a world comes to so seldom (in less than one of ten) that thousands of orders may miss it."""
MANY, ALL = 2_000, 100_000
"""So many orders have to reach what is not rare, and so many all."""


def missed(found: frozenset[str], orders: int) -> list[str]:
    """List in order all that so many orders had to reach, and did not. A shorter run has to reach nothing."""
    if orders < MANY:
        return []
    return sorted(WANTED - found - (RARE if orders < ALL else frozenset()))
