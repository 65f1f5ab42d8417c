"""poll_orders: reads what changed in the ERP of one connection. Triggered by its schedule, through the polls queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.wiring import each_message, ports_of, time_left
from shared.workflow.intake.poll import poll

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """An SQS event with one message `{"connection": id}`; answers with the failed items."""
    ports = ports_of("poll_orders")
    left = time_left(context)
    return each_message(event, context, lambda connection, _: poll(ports, connection, left), kind="poll")
