"""process_order: takes one order as far as it goes now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.wiring import each_message, ports_of, time_left
from shared.workflow.shipping.process import process

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """An SQS event with one message `{"connection", "order"}`; answers with the failed items."""
    ports = ports_of("process_order")
    return each_message(event, context, lambda _, order: process(ports, order, time_left(context)))
