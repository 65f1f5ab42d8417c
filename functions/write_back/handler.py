"""write_back: tells the ERP about shipped orders, one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.wiring import each_message, ports_of, time_left
from shared.workflow.write_back.process import write_back

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """An SQS event with up to ten messages `{"connection", "order"}`; answers with the failed items."""
    ports, left = ports_of("write_back"), time_left(context)
    return each_message(event, context, lambda _, order: write_back(ports, order, left))
