"""The operator's session: one at a time under a lease, one logon a run, always logged off (facts/syspro.md, section 2).

A second logon of the operator ends the first, so workers take turns. A session that is not logged off keeps a licence.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from shared import log
from shared.domain.hints import Action, Hint, do
from shared.erp.syspro.answers import error_in, is_not_licensed, is_of_the_credential
from shared.erp.syspro.settings import SysproSettings
from shared.erp.syspro.wire import Wire
from shared.errors import Misconfigured, Retry
from shared.ports import Clock, Lease, Leases

SPAN = timedelta(minutes=5)
"""The time for which the operator is ours without a sign of life; a run that takes longer renews it."""
WAITS = 20
"""So often another worker's session is waited for, some ten seconds in all."""
BUSY, LATER = 15.0, 60.0
"""Seconds until another try: where another worker has the operator, and where SYSPRO says nothing clear."""
_SESSION = re.compile(r"[0-9A-Za-z{}-]{8,64} {0,4}")


class Session:
    """The session of one run. It begins with the first call that needs it and ends with `close`."""

    def __init__(
        self,
        settings: SysproSettings,
        credential: Mapping[str, str],
        wire: Wire,
        clock: Clock,
        leases: Leases | None,
        sleep: Callable[[float], None],
    ) -> None:
        self._settings, self._credential, self._wire, self._clock = settings, credential, wire, clock
        shared = settings.part.operator_shared
        self._leases, self._shared = None if shared else leases, leases if shared else None
        self._sleep, self._owner = sleep, uuid4().hex
        self._lease = Lease("session", f"{settings.installation}:{credential.get('operator', '')}")
        self._ends = clock.now()
        self._held, self._value, self._lost = False, "", 0

    @property
    def operator(self) -> str:
        """The operator's code, for messages."""
        return self._credential.get("operator", "")

    def value(self) -> str:
        """The session's id, as SYSPRO gave it. Raises Misconfigured where the logon is refused; Retry where another
        worker has the operator, or SYSPRO gave no answer."""
        self._keep()
        if not self._value:
            self._value = self._logon()
        return self._value

    def works(self) -> None:
        """A call of this session was answered."""
        self._lost = 0

    def gone(self, error: str) -> None:
        """A call was answered by an error instead of a document: the session is over. The next call logs on again, once
        until one succeeds. Raises Retry for the second time."""
        self._value = ""
        self._lost += 1
        if self._lost > 1:
            raise Retry(f"SYSPRO answers in no session: {error}", after=LATER)
        log.count("SessionsTaken", connection=self._settings.connection_id)
        log.trouble(
            "syspro_session_ended",
            connection=self._settings.connection_id,
            why=f"the session of operator {self.operator} ended in a run: a second logon by a person ends ours, "
            f"and the connector's operator needs to be its own ({error})",
        )

    @contextmanager
    def alone(self) -> Iterator[None]:
        """The only writer of this operator for the length of the block, also where sessions take no turns: notes of one
        order share its form, which has no lock. Raises Retry while another worker writes."""
        lease = Lease("session", f"{self._lease.of}:writes")
        if self._shared and not self._take(self._shared, lease):
            raise Retry(f"another worker writes as operator {self.operator}", after=BUSY)
        try:
            yield
        finally:
            if self._shared:
                self._shared.release(lease, self._owner)

    def close(self) -> None:
        """Logs off, and gives the operator to the next worker. Raises Retry when the logoff was not answered."""
        value, self._value = self._value, ""
        try:
            if value:
                self._wire.get("Logoff", {"UserId": value})
        finally:
            if self._held and self._leases:
                self._leases.release(self._lease, self._owner)
            self._held = False

    def _keep(self) -> None:
        """The lease, taken or renewed in time. Losing it means that another worker's logon has ended our session."""
        now = self._clock.now()
        if not self._leases or (self._held and now < self._ends - SPAN / 2):
            return
        if self._held and not self._leases.renew(self._lease, self._owner, SPAN):
            self._held, self._value = False, ""
        if not self._held and not self._take(self._leases, self._lease):
            raise Retry(f"another worker is logged on as operator {self.operator}", after=BUSY)
        self._held, self._ends = True, now + SPAN

    def _take(self, leases: Leases, lease: Lease) -> bool:
        for attempt in range(WAITS):
            if leases.take(lease, self._owner, SPAN):
                return True
            self._sleep(random.uniform(0.1, 0.4) * (1 + attempt / 8))  # noqa: S311 - jitter, not a secret
        return leases.take(lease, self._owner, SPAN)

    def _logon(self) -> str:
        credential = self._credential
        answer = self._wire.get(
            "Logon",
            {
                "Operator": self.operator,
                "OperatorPassword": credential.get("operator_password", ""),
                "CompanyId": self._settings.part.company,
                "CompanyPassword": credential.get("company_password", ""),
            },
        )
        error = error_in(answer)
        if error and (is_not_licensed(error) or not is_of_the_credential(error)):
            raise Retry(f"SYSPRO refuses the logon for now: {error}", after=LATER)
        if error:
            raise Misconfigured(
                f"SYSPRO refused operator {self.operator} of company {self._settings.part.company}: {error}",
                field="operator or operator_password",
                hint=Hint(
                    "check the operator, its password and erp.company in SYSPRO; then {0}",
                    (do(Action.SET_CREDENTIAL, side="erp"),),
                ),
            )
        if not _SESSION.fullmatch(answer):
            raise Retry("SYSPRO answered the logon with no session")
        return answer
