"""Logon and logoff: one session an operator, seats of the licence, misleading words (facts/syspro.md, section 2)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.erps.syspro.company import Company, Operator
from sandbox.erps.syspro.documents import SaysError
from sandbox.erps.syspro.manners import Manners

MISLEADING = "ERROR: Unable to read the SYSPRO base directory registry string BaseDir8"
PLAIN = "ERROR: The session is no longer valid"
NO_SEAT = "ERROR: The number of licensed users has been reached"
BLANKS = "  "
"""Two blanks end a session's 34 characters."""


@dataclass
class Session:
    """One that was given out. `used` is when it last served."""

    operator: str
    used: datetime


@dataclass
class Sessions:
    """The sessions that live, by their id with its blanks. `kept` counts seats of sessions that nobody logged off,
    `others` people at their screens; `logons` and `logoffs` all that succeeded."""

    company: Company
    manners: Manners
    living: dict[str, Session] = field(default_factory=dict)
    kept: int = 0
    others: int = 0
    logons: int = 0
    logoffs: int = 0

    @property
    def taken(self) -> int:
        """Seats of the licence that are in use."""
        return len(self.living) + self.kept + self.others

    def logon(self, asked: Mapping[str, str]) -> str:
        """A new session's id. Raises SaysError."""
        operator = self._known(asked)
        if self.manners.one_session:
            self.end_of(operator.name)
        if self.taken >= self.manners.seats and self.manners.full == "refused":
            raise SaysError(NO_SEAT)
        return self._open(operator.name)

    def _known(self, asked: Mapping[str, str]) -> Operator:
        operator = self.company.operators.get(asked["Operator"].strip().upper())
        if operator is None:
            raise SaysError("ERROR: Invalid operator")
        if operator.locked:
            raise SaysError("ERROR: Operator is locked: too many failed logons")
        if asked["OperatorPassword"] != operator.password:
            operator.wrong += 1
            operator.locked = bool(self.manners.lock_after) and operator.wrong >= self.manners.lock_after
            raise SaysError("ERROR: Invalid operator password")
        if asked["CompanyId"].strip() != self.company.id:
            raise SaysError("ERROR: Invalid company id")
        if asked["CompanyPassword"] != self.company.password:
            raise SaysError("ERROR: Invalid company password")
        operator.wrong = 0
        return operator

    def _open(self, operator: str) -> str:
        self.logons += 1
        found = hashlib.sha256(f"{operator} {self.logons}".encode()).hexdigest()[:32].upper() + "00" + BLANKS
        self.living[found] = Session(operator, self.company.now())
        return found

    def logoff(self, given: str) -> str:
        """Raises SaysError for a session that is not known."""
        self.holder(given)
        del self.living[self._whole(given)]
        self.logoffs += 1
        return "0"

    def holder(self, given: str) -> Operator:
        """Whose session it is. Raises SaysError, whose words mislead."""
        session = self.living.get(self._whole(given))
        idle = self.manners.idle
        if session and idle is not None and session.used + idle <= self.company.now():
            del self.living[self._whole(given)]
            session = None
        if session is None:
            raise SaysError(MISLEADING if self.manners.lost == "misleading" else PLAIN)
        session.used = self.company.now()
        return self.company.operators[session.operator]

    def end_of(self, operator: str) -> None:
        """Another logon of the same operator's: a person's at a screen, or our own."""
        ended = [each for each, session in self.living.items() if session.operator == operator]
        for each in ended:
            del self.living[each]
        if self.manners.abandoned == "kept":
            self.kept += len(ended)

    def _whole(self, given: str) -> str:
        return given.strip() + BLANKS if self.manners.trimmed else given
