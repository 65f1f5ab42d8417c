"""receive_goods: purchase orders out to a warehouse, receipts back. Triggered by poll_orders, through its queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.wiring import each_message, ports_of, time_left
from shared.workflow.receiving.run import receive

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """An SQS event with one message `{"connection": id}`; answers with the failed items."""
    ports = ports_of("receive_goods")
    left = time_left(context)
    return each_message(event, context, lambda connection, _: receive(ports, connection, left), kind="receiving")
