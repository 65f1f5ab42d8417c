"""A shipment once more, as it is shown to a person before it is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal

from shared.domain.digest import fingerprint_of
from shared.domain.errand import Result
from shared.ports import Ports
from shared.workflow.desk.ship_again import Proposal, propose, shipped_of

COLUMNS = ("line", "item", "description", "open in the ERP", "under way", "would go")


def proposal_of(ports: Ports, key: str, names: Sequence[str]) -> Proposal:
    """The proposal for these lines, all that go by themselves where none is named. Raises what `propose` does."""
    return propose(ports, key, names)


def shown(proposal: Proposal) -> Result:
    """The lines of a proposal in a table, with the ERP's open quantities and those under way."""
    open_in_erp = {line.number: line.quantity for line in proposal.order.lines}
    rows = tuple(
        (
            line.number,
            line.item,
            line.description,
            f"{open_in_erp[line.number].normalize():f} {line.unit}",
            f"{proposal.under_way.get(line.number, Decimal(0)).normalize():f}",
            f"{line.quantity.normalize():f}",
        )
        for line in shipped_of(proposal).lines
    )
    return Result("this would be shipped", COLUMNS, rows, token_of(proposal))


def token_of(proposal: Proposal) -> str:
    """Names what a proposal would ship of which state of the order: another one has another token."""
    facts = (proposal.head.key, f"{proposal.head.version}", fingerprint_of(shipped_of(proposal)))
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:32]
