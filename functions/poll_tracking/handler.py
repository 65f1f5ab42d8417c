"""poll_tracking: subscribes to parcels, and asks the carrier for those that nobody pushes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.wiring import each_message, ports_of, time_left
from shared.workflow.tracking.look import look

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """An SQS event with one message that names a connection's parcels; answers with the failed items."""
    ports, left = ports_of("poll_tracking"), time_left(context)
    return each_message(
        event, context, lambda connection, numbers: look(ports, connection, numbers.split(), left), kind="look"
    )
