"""A campaign switches this process's log off and freezes what is in memory: other tests of the process need both."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    yield
    logging.disable(logging.NOTSET)
    gc.unfreeze()
