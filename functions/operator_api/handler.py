"""operator_api: the operator's and the clerk's verbs over HTTP, behind the JWT authorizer of the HTTP API.

It reaches no credential of an ERP or a carrier: what needs one is done by a worker, or on the command line.
"""

from __future__ import annotations

import os
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.operator_api.app import Api
from functions.operator_api.office import Office
from functions.operator_api.people import Claims
from shared.aws.errands import DynamoErrands
from shared.aws.label_links import S3LabelLinks
from shared.aws.queues import SqsQueue
from shared.aws.schedules import ScheduleGroup
from shared.aws.session import CONFIG, open_session
from shared.environment import FUNCTIONS, OperatorApi, read
from shared.registry import Resources, open_ports

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """A request of an HTTP API below /api/v1 (payload format 2.0), whose token the authorizer has checked."""
    return api().answer(event, context)


@cache
def api() -> Api:
    """Return the API over the function's ports: made at the first call, kept for the life of the process. Raises
    Misconfigured."""
    settings = read(FUNCTIONS["operator_api"], os.environ)
    assert isinstance(settings, OperatorApi)  # noqa: S101 - for the types
    session = open_session()
    known = {field.name for field in fields(Resources)}
    ports = open_ports(session, Resources(**{k: v for k, v in settings.model_dump().items() if k in known}))
    schedules = ScheduleGroup(
        session.client("scheduler", config=CONFIG),
        settings.schedule_group,
        settings.scheduler_role,
        settings.polls_queue_arn,
        settings.schedules_dead_letters,
    )
    claims = Claims(settings.api_scope, settings.role_claim, settings.name_claim, settings.role_names)
    errands = DynamoErrands(session.client("dynamodb", config=CONFIG), settings.table)
    queue = SqsQueue(session.client("sqs", config=CONFIG), settings.errands_queue)
    links = S3LabelLinks(session, settings.label_bucket)
    return Api(Office(ports, schedules, links, errands, queue), claims)
