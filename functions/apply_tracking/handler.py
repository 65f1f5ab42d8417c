"""apply_tracking: works out where the parcels are of which something was told, and what their orders learn of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.wiring import each_message, ports_of
from shared.workflow.tracking.apply import apply_told

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """An SQS event with up to ten messages that name a parcel; answers with the failed items."""
    ports = ports_of("apply_tracking")
    return each_message(event, context, lambda connection, number: apply_told(ports, connection, number), kind="parcel")
