"""The proof of delivery of a parcel, asked of its carrier when a person wants it. Nothing of it is kept."""

from __future__ import annotations

from shared.domain.parcel import Watch
from shared.domain.proof import Proof
from shared.errors import Refused
from shared.ports import GivesProof, Ports
from shared.workflow.orders.standing import existing


def proof_of(ports: Ports, watch: Watch) -> Proof:
    """The proof as the carrier has it. Raises Refused for a carrier that gives none, or does not know the number, and
    what its call raises."""
    head = existing(ports, watch.order)
    connection = ports.connections.revision(head.connection, head.revision)
    with ports.carrier(connection) as carrier:
        if not isinstance(carrier, GivesProof):
            raise Refused("proof", f"{watch.carrier} is asked for no proof of delivery", field="carrier.kind")
        found = carrier.proof(watch.number)
    if found is None:
        raise Refused(
            "proof", f"the carrier does not know {watch.number}, or knows it no more", field="tracking_number"
        )
    return found
