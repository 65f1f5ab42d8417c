"""A handler of the common idioms, as a yardstick for the webhook's: it validates a body and stores one item.

What it loads is what the create handler of the aws-lambda-handler-cookbook loads of Powertools and pydantic (resolver,
logger, metrics, parser, idempotency), and boto3's resource; its tracer and its feature flags are left out.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any
from uuid import uuid4

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig, idempotent_function
from aws_lambda_powertools.utilities.parser import parse
from aws_lambda_powertools.utilities.parser.envelopes import ApiGatewayEnvelope
from pydantic import BaseModel, Field, PositiveInt

PATH = "/api/orders/"
Name = Annotated[str, Field(min_length=1, max_length=20)]

logger, metrics, app = Logger(), Metrics(namespace="bench"), APIGatewayRestResolver()
settings = IdempotencyConfig(expires_after_seconds=300)


class Asked(BaseModel):
    """The body of a request."""

    customer_name: Name
    order_item_count: PositiveInt


class Order(BaseModel):
    """The item that is stored, and the answer."""

    id: str
    name: Name
    item_count: PositiveInt


@cache
def table() -> Any:
    return boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


@cache
def once() -> Callable[..., dict[str, Any]]:
    """Return the function that stores an order, made at the first call: its store opens a client."""

    def stored(asked: Asked) -> dict[str, Any]:
        order = Order(id=str(uuid4()), name=asked.customer_name, item_count=asked.order_item_count)
        table().put_item(Item=order.model_dump())
        logger.info("stored", extra={"order": order.id})
        return order.model_dump()

    kept = DynamoDBPersistenceLayer(table_name=os.environ.get("IDEMPOTENCY_TABLE_NAME", "kept"))
    made: Callable[..., dict[str, Any]] = idempotent_function(
        stored, data_keyword_argument="asked", config=settings, persistence_store=kept
    )
    return made


@app.post(PATH)
def create() -> dict[str, Any]:
    asked = parse(event=app.current_event.raw_event, model=Asked, envelope=ApiGatewayEnvelope)
    metrics.add_metric(name="Orders", unit=MetricUnit.Count, value=1)
    answer: dict[str, Any] = once()(asked=asked)
    return answer


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A request of a REST API; answers with the order."""
    settings.register_lambda_context(context)
    return app.resolve(event, context)
