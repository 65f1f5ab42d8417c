"""sweep: every minute, brings back whatever is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.wiring import ports_of, time_left
from shared.workflow.upkeep.sweep import sweep

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Any event; answers with how much was due."""
    return {"due": sweep(ports_of("sweep"), time_left(context))}
