"""A system's session ends with its block, and how it ends hides nothing of what was done in it."""

from __future__ import annotations

from typing import Any

import pytest

from shared.ports import Ports
from shared.ports.sessions import session


class WithSession:
    def __init__(self, failure: Exception | None = None) -> None:
        self.ended, self._failure = 0, failure

    def close(self) -> None:
        self.ended += 1
        if self._failure:
            raise self._failure


def ports_with(system: Any) -> Ports:
    others: Any = dict.fromkeys(
        (
            "orders",
            "connections",
            "documents",
            "leases",
            "order_queue",
            "write_back_queue",
            "poll_queue",
            "tracking",
            "tracking_queue",
            "looks_queue",
            "labels",
            "clock",
        )
    )
    return Ports(**others, open_erp=lambda _: system, open_carrier=lambda _: system, deployment="1a2b3c4d")


@pytest.mark.parametrize("side", ["erp", "carrier"])
def test_a_session_ends_with_its_block(side: str) -> None:
    system, connection = WithSession(), Any
    with getattr(ports_with(system), side)(connection) as opened:
        assert opened is system
        assert not system.ended
    assert system.ended == 1


def test_a_session_ends_when_the_block_fails() -> None:
    system = WithSession()
    with pytest.raises(ValueError, match="in the block"), session(system):
        raise ValueError("in the block")
    assert system.ended == 1


def test_a_logoff_that_fails_hides_neither_the_result_nor_the_error_of_the_block() -> None:
    with session(WithSession(OSError("logoff"))):
        result = "bought"
    assert result == "bought"
    with pytest.raises(ValueError, match="in the block"), session(WithSession(OSError("logoff"))):
        raise ValueError("in the block")


def test_a_system_without_a_session_needs_nothing() -> None:
    with session("system") as opened:
        assert opened == "system"
