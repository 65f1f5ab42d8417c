"""Structured logs and metrics. Names of orders and fields, request ids and reasons; never credentials, never
addresses."""

from __future__ import annotations

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

ALL = "parcelbridge"
"""The dimension `service` of every metric, whichever function counts."""

_logger = Logger(service=os.environ.get("POWERTOOLS_SERVICE_NAME", "parcelbridge"), child=False)


def step(event: str, *, order: str = "", connection: str = "", **facts: Any) -> None:
    """One line about one step; `facts` are names, codes and counts."""
    _logger.info(event, extra=_fields(order, connection, facts))


def trouble(event: str, *, order: str = "", connection: str = "", **facts: Any) -> None:
    """One line about something that a person may have to look at."""
    _logger.warning(event, extra=_fields(order, connection, facts))


def failed(event: str, error: Exception, **facts: Any) -> None:
    """One line with the stack of `error`, for what nobody foresaw."""
    _logger.error(event, exc_info=error, extra=_fields("", "", facts))


def count(metric: str, *, connection: str = "", by: int = 1) -> None:
    """Adds to a metric that alarms watch; written as an embedded metric line, so it costs no call.

    Connection and function are told beside it and are no dimensions: alarms are made at the deploy, connections later,
    and an alarm costs by its metrics. Silent where no metrics namespace is set: the command line and the simulation.
    """
    namespace = os.environ.get("POWERTOOLS_METRICS_NAMESPACE")
    if not namespace:
        return
    with single_metric(metric, MetricUnit.Count, by, namespace=namespace) as counted:
        counted.add_dimension(name="service", value=ALL)
        counted.add_metadata("connection", connection)
        counted.add_metadata("function", os.environ.get("POWERTOOLS_SERVICE_NAME", ""))


def _fields(order: str, connection: str, facts: dict[str, Any]) -> dict[str, Any]:
    named = {"order": order, "connection": connection, **facts}
    return {name: value for name, value in named.items() if value not in ("", None)}
