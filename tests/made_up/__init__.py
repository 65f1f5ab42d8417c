"""Systems that do not exist: an ERP and a carrier that differ from the real ones where the seam could be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from sandbox import systems
from shared import registry
from tests.made_up.burrow.emulator import EmulatedBurrow
from tests.made_up.burrow.file import KIND as BURROW
from tests.made_up.snail.emulator import EmulatedSnail
from tests.made_up.snail.file import KIND as SNAIL


@contextmanager
def registered() -> Iterator[None]:
    """One line each in the registry and in the sandbox's table, for as long as the block lasts."""
    with ExitStack() as lines:
        lines.enter_context(patch.dict(registry.KINDS.erps, {BURROW.name: BURROW}))  # type: ignore[arg-type]
        lines.enter_context(patch.dict(registry.KINDS.carriers, {SNAIL.name: SNAIL}))  # type: ignore[arg-type]
        lines.enter_context(patch.dict(systems.ERPS, {BURROW.name: EmulatedBurrow}))
        lines.enter_context(patch.dict(systems.CARRIERS, {SNAIL.name: EmulatedSnail}))
        yield
