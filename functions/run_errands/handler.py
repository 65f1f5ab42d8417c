"""run_errands: does what people ask for in the console and the operator API may not: it signs in to both systems."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.wiring import each_message, ports_of
from shared.aws.errands import DynamoErrands
from shared.aws.session import CONFIG, open_session
from shared.environment import FUNCTIONS, read
from shared.workflow.desk.errands import run

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """An SQS event with one message of an errand; answers with the failed items."""
    ports, kept = ports_of("run_errands"), errands()
    return each_message(event, context, lambda _, place: run(ports, kept, place), kind="errand")


@cache
def errands() -> DynamoErrands:
    """The errands of this deployment."""
    settings = read(FUNCTIONS["run_errands"], os.environ)
    return DynamoErrands(open_session().client("dynamodb", config=CONFIG), settings.table)
