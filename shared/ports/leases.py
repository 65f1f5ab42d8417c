"""The lease: one worker at a time does something, and another one may once its holder is surely done or dead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol

LeaseKind = Literal["poll", "document", "token", "session", "account"]
"""The work under a lease: a connection is polled, a document is divided or written, a token is renewed, an ERP is
called by a user who can be logged on once only, the events of a carrier account are read."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right of one worker to a kind of work on one connection, document or credential."""

    kind: LeaseKind
    of: str


class Leases(Protocol):
    """Leases by the clock of whoever asks. A store writes what is done under one only while its owner has it."""

    def take(self, lease: Lease, owner: str, span: timedelta) -> bool:
        """The lease from now on for `span`; False while another owner's runs. Who has it already has it anew.

        Raises NewerFormat when a newer release works on what the lease is of."""
        ...

    def renew(self, lease: Lease, owner: str, span: timedelta) -> bool:
        """The lease for `span` from now on, for an owner whom nobody followed; False once it was taken or released."""
        ...

    def release(self, lease: Lease, owner: str) -> None:
        """Gives the lease back; silent when it was lost."""
        ...
