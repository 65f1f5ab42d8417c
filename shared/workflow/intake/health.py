"""Tell a fault of one document from a fault of the ERP itself: several reads that fail alike, one after another."""

from __future__ import annotations

from dataclasses import dataclass

from shared.errors import Misconfigured

PATIENCE = 5
"""The number of reads that fail one after another at which the ERP, and not a document, is at fault."""
ALIKE = 2
"""The number that is enough when each says the same of the ERP: that it is throttled, or that our set-up is wrong."""


@dataclass
class Health:
    """The reads that failed since one went well."""

    missed: int = 0
    throttled: int = 0
    misbound: int = 0

    @property
    def at_fault(self) -> bool:
        """Tell if the ERP is in no state to be asked for further documents."""
        return self.missed >= PATIENCE or self.throttled >= ALIKE

    def well(self) -> None:
        """A document was read: what failed before was the documents' own."""
        self.missed = self.throttled = self.misbound = 0

    def miss(self, *, throttled: bool = False) -> None:
        """A read failed; `throttled` when the ERP asked for a wait."""
        self.missed += 1
        self.throttled = self.throttled + 1 if throttled else 0

    def refuse(self, error: Misconfigured) -> None:
        """A read met what only a person can correct. Raises it when it cannot be the document's own fault."""
        self.miss()
        self.misbound += 1
        if error.general or self.misbound >= ALIKE:
            raise error
