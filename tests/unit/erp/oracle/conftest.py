"""Every request of a test passes the judge of the vendor's contract, where the contracts are beside the project."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.unit.erp.oracle.bench import a_pod, problems_of
from tests.unit.erp.oracle.pod import Pod


@pytest.fixture
def a_judged_pod() -> Iterator[Callable[..., Pod]]:
    """Makes pods; what was sent to them is judged in the end."""
    made: list[Pod] = []

    def make(lines: int = 1, **header: Any) -> Pod:
        made.append(a_pod(lines, **header))
        return made[-1]

    yield make
    assert [problem for pod in made for problem in problems_of(pod)] == []


@pytest.fixture
def pod(a_judged_pod: Callable[..., Pod]) -> Pod:
    return a_judged_pod()
