"""A router whose routes each say who may call them: a route that does not say it does not start."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from aws_lambda_powertools.event_handler.api_gateway import Router

from functions.operator_api.answers import MEANINGS, Problem
from functions.operator_api.people import Caller, Role
from shared.errors import Misconfigured

if TYPE_CHECKING:
    from functions.operator_api.office import Office

Function = TypeVar("Function", bound=Callable[..., Any])
BASE = "/api/v1"
JSON = "application/json"
_ERRORS: dict[int, Any] = {
    status.value: {"description": meaning, "content": {JSON: {"model": Problem}}}
    for status, meaning in MEANINGS.items()
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A route and the least role that may call it."""

    method: str
    rule: str
    role: Role

    def serves(self, method: str, path: str) -> bool:
        """Tell if a request comes to this route."""
        pattern = re.sub(r"<\w+>", "[^/]+", f"{BASE}{self.rule}")
        return method == self.method and re.fullmatch(pattern, path) is not None


class Room(Router):
    """Routes below BASE."""

    def __init__(self, tag: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._tag, self._declared = tag, dict[tuple[str, str], Role]()

    def allows(
        self,
        role: Role,
        method: str,
        rule: str,
        summary: str,
        *,
        status: HTTPStatus = HTTPStatus.OK,
        media: str = JSON,
    ) -> Callable[[Function], Function]:
        """Registers a function as a route for whoever has at least this role. The type that it returns is answered; one
        of another `media` type answers with a Response."""
        self._declared[method, rule] = role

        def register(function: Function) -> Function:
            told = {"model": get_type_hints(function)["return"]} if media == JSON else {"schema": {"type": "string"}}
            declared = {status.value: {"description": summary, "content": {media: told}}, **_ERRORS}
            self.route(
                rule,
                method,
                summary=summary,
                description=function.__doc__,
                operation_id=function.__name__,
                tags=[self._tag],
                responses=declared,
                status_code=status.value,
            )(function)
            return function

        return register

    def entries(self) -> Iterator[Entry]:
        """Every route with its role. Raises Misconfigured for one that declares none."""
        for rule, methods, *_ in self._routes:
            for method in methods:
                if (method, rule) not in self._declared:
                    raise Misconfigured(f"the route {method} {rule} does not say who may call it", field=rule)
                yield Entry(method, rule, self._declared[method, rule])

    @property
    def office(self) -> Office:
        """The ports of this request."""
        office: Office = self.context["office"]
        return office

    @property
    def caller(self) -> Caller:
        """Who calls."""
        caller: Caller = self.context["caller"]
        return caller
