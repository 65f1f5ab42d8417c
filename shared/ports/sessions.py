"""The session with a system: begun when it is opened, ended when its `with` block is left."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar, runtime_checkable

_log = logging.getLogger(__name__)
_System = TypeVar("_System")


@runtime_checkable
class Session(Protocol):
    """The further method of an ERP or carrier whose session must be ended. An adapter without a session lacks it."""

    def close(self) -> None:
        """Ends the session (a logoff). May be called for one that was never begun."""
        ...


@contextmanager
def session(system: _System) -> Iterator[_System]:
    """Ends the system's session, if it has one, however the block is left.

    An end that fails is logged only: what was done in the block is done, and its outcome must reach the caller.
    """
    try:
        yield system
    finally:
        if isinstance(system, Session):
            try:
                system.close()
            except Exception as error:  # noqa: BLE001 - a failed logoff must not hide a label that was bought
                _log.warning("session_not_ended: %s", type(error).__name__)
