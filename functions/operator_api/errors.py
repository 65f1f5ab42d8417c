"""Errors of the workflow as answers: what is refused, what changed meanwhile, what may be tried again."""

from __future__ import annotations

from http import HTTPStatus

from functions.operator_api.answers import Problem, worded
from shared.errors import Misconfigured, NewerFormat, ParcelbridgeError, Refused, Retry
from shared.ports import Conflict, Ports
from shared.workflow.orders.standing import standing

AFTER = 5
"""Seconds until a request that met a passing fault may be tried again, where nobody names another time."""


def problem_of(error: Exception, ports: Ports, key: str = "") -> tuple[HTTPStatus, Problem, int]:
    """The status, the problem and the seconds to wait (0 for none) of an error that is to be expected."""
    if isinstance(error, Conflict):
        return HTTPStatus.CONFLICT, _changed(ports, key or str(error)), 0
    if isinstance(error, Refused) and error.reason == "order":
        return HTTPStatus.NOT_FOUND, Problem(message="there is no such order", field="key"), 0
    if isinstance(error, Refused | Misconfigured):
        anew = isinstance(error, Refused) and error.reason == "quote"
        return HTTPStatus.CONFLICT if anew else HTTPStatus.UNPROCESSABLE_ENTITY, _problem(error), 0
    message = "a newer release wrote this: this one leaves it alone" if isinstance(error, NewerFormat) else str(error)
    after = error.after if isinstance(error, Retry) else None
    return HTTPStatus.SERVICE_UNAVAILABLE, Problem(message=message), round(min(after or AFTER, 3600))


EXPECTED = (Conflict, ParcelbridgeError)


def _problem(error: Refused | Misconfigured) -> Problem:
    return Problem(message=str(error), field=error.field, hint=worded(error.hint))


def _changed(ports: Ports, key: str) -> Problem:
    """How the order stands today, for whoever saw it otherwise."""
    head = ports.orders.head(key)
    now = f": it is {standing(head)} now, at version {head.version}" if head else ""
    return Problem(message=f"somebody else changed it meanwhile{now}", field="version", hint="look at it again")
