"""A campaign switches this process's log off and freezes what is in memory: other tests of the process need both.

No coverage counts the lines that worlds live: it takes longer than the worlds do, and what they live has its own tests.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def as_it_was(no_cover: None) -> Iterator[None]:
    yield
    logging.disable(logging.NOTSET)
    gc.unfreeze()
