"""Structured logs and metrics. Names of orders and fields, request ids and reasons; never credentials, never
addresses."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

SECONDS, NO_UNIT = MetricUnit.Seconds, MetricUnit.NoUnit
ALL = "parcelbridge"
"""The dimension `service` of every metric, whichever function counts."""

_logger = Logger(service=os.environ.get("POWERTOOLS_SERVICE_NAME", "parcelbridge"), child=False)

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_about: ContextVar[Mapping[str, Any]] = ContextVar("about", default=_NOTHING)
"""The facts of the work that is being done. Powertools' own context keys are not used: where one block lies in another,
the end of the inner one takes away the keys of the outer one."""


@contextmanager
def about(**facts: Any) -> Iterator[None]:
    """Adds facts to every line that is written in the block: connection, order, use case, attempt, message."""
    token = _about.set({**_about.get(), **_filled(facts)})
    try:
        yield
    finally:
        _about.reset(token)


def correlation_of(order: str) -> str:
    """The id that all lines of one document's life share, from the poll to the write-back, whichever function writes
    them: it follows from the order's key (system/company/document/delivery), so that no message has to carry it."""
    return hashlib.sha256("/".join(order.split("/")[:3]).encode()).hexdigest()[:16]


def step(event: str, *, order: str = "", connection: str = "", **facts: Any) -> None:
    """One line about one step; `facts` are names, codes and counts."""
    _logger.info(event, extra=_fields(order, connection, facts))


def trouble(event: str, *, order: str = "", connection: str = "", **facts: Any) -> None:
    """One line about something that a person may have to look at."""
    _logger.warning(event, extra=_fields(order, connection, facts))


def failed(event: str, error: Exception, **facts: Any) -> None:
    """One line with the stack of `error`, for what nobody foresaw."""
    _logger.error(event, exc_info=error, extra=_fields("", "", facts))


_REQUEST_IDS = (
    *("bkndtransid", "apim-requestid", "x-request-id", "request-id", "x-correlation-id", "x-oracle-dms-ecid"),
    *("x-amzn-requestid", "x-amz-apigw-id"),
)
"""Headers in which vendors name a request of theirs; the first that an answer has counts."""
_NUMBERS_IN_PATH = re.compile(r"[^/]*[0-9]{4}[^/]*")


def called(
    side: str, connection: str, method: str, url: str, outcome: int | str, seconds: float, headers: Mapping[str, str]
) -> None:
    """One line about a call to an ERP or a carrier: `outcome` is its status, or how it got no answer. `headers` are
    those of the answer, their names in lower case.

    Of the address only host and path are told, up to the first key and without numbers: a query may hold anything."""
    parts = urlsplit(url)
    before, key, _ = parts.path.partition("(")
    path = _NUMBERS_IN_PATH.sub("#", before) + ("()" if key else "")
    request_id = next((headers[name][:100] for name in _REQUEST_IDS if headers.get(name)), "")
    step(
        "vendor_called",
        connection=connection,
        side=side,
        host=parts.hostname,
        call=f"{method} {path}"[:160],
        outcome=outcome,
        seconds=round(seconds, 3),
        request_id=request_id,
    )


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


_DIMENSIONS = ("reason", "currency")
"""Facts that divide a figure: sums over several currencies mean nothing, and holds are looked at by their reason."""


def measure(figure: str, value: float = 1, *, unit: MetricUnit = MetricUnit.Count, **facts: Any) -> None:
    """One line with a figure that people look at and no alarm watches: a count, an amount, seconds.

    The dashboard adds these lines up. They are embedded metrics as well where the stack is deployed with all metrics
    (`-c metrics=all`): eleven metrics of their own cost more than 10,000 orders a month may (docs/costs.md)."""
    step("figure", figure=figure, value=value, unit=unit.value, **facts)
    namespace = os.environ.get("POWERTOOLS_METRICS_NAMESPACE")
    if not namespace or os.environ.get("PARCELBRIDGE_METRICS") != "all":
        return
    with single_metric(figure, unit, value, namespace=namespace) as measured:
        measured.add_dimension(name="service", value=ALL)
        for name in _DIMENSIONS:
            if facts.get(name):
                measured.add_dimension(name=name, value=str(facts[name]))


def _fields(order: str, connection: str, facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of a line, its own before those that it stands in; what is empty is left out."""
    named = {**_about.get(), **_filled({"order": order, "connection": connection, **facts})}
    if "order" in named:
        named["correlation_id"] = correlation_of(str(named["order"]))
    return named


def _filled(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value not in ("", None)}
