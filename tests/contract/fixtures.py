"""The ports of one backend, as the suite asks for them. Who takes these in gives a `backend` and an `aws`."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.memory import ManualClock
from tests.builders import NOW


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def orders(backend: Any) -> Any:
    return backend.orders()


@pytest.fixture
def connections(backend: Any) -> Any:
    return backend.connections()


@pytest.fixture
def leases(backend: Any) -> Any:
    return backend.leases()


@pytest.fixture
def tracking(backend: Any) -> Any:
    return backend.tracking()


@pytest.fixture
def webhooks(backend: Any) -> Any:
    return backend.webhooks()


@pytest.fixture
def pages(backend: Any) -> Any:
    return backend.pages()


@pytest.fixture
def errands(backend: Any) -> Any:
    return backend.errands()


@pytest.fixture
def bills(backend: Any) -> Any:
    return backend.bills()


@pytest.fixture
def pickups(backend: Any) -> Any:
    return backend.pickups()


@pytest.fixture
def labels(backend: Any) -> Any:
    return backend.labels()


@pytest.fixture
def tokens(backend: Any) -> Any:
    return backend.tokens()
