"""Fusion's errors (facts/oracle.md, section 1): JSON for whoever accepts it, else plain text."""

from __future__ import annotations

import json
from typing import Any

from shared.http import Response

ERROR = "application/vnd.oracle.adf.error+json"
_TITLES = {
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    412: "Precondition Failed",
}


class FusionFault(Exception):
    """A refusal. `path` is the field or the child that is wrong. The codes are ours: the vendor's are not known."""

    def __init__(self, status: int, detail: str, path: str = "") -> None:
        super().__init__(detail)
        self.status, self.detail, self.path = status, detail, path

    def told(self, *, structured: bool) -> Response:
        if not structured:
            return Response(self.status, {"content-type": "text/plain"}, self.detail.encode())
        inner: dict[str, Any] = {"detail": self.detail, "o:errorCode": f"SANDBOX-{self.status}"}
        inner |= {"o:errorPath": f"/{self.path}"} if self.path else {}
        title = _TITLES.get(self.status, "Internal Server Error")
        body = {"title": title, "status": str(self.status), "detail": self.detail, "o:errorDetails": [inner]}
        return Response(self.status, {"content-type": ERROR}, json.dumps(body).encode())


def unknown_field(name: str, resource: str) -> FusionFault:
    return FusionFault(400, f"URL request parameter or body has {name}, which is no attribute of {resource}.", name)


def bad_query(why: str) -> FusionFault:
    return FusionFault(400, f"URL request parameter q cannot be used in this context: {why}")


def bad_parameter(name: str) -> FusionFault:
    return FusionFault(400, f"URL request parameter {name} cannot be used in this context.")


def bad_value(name: str, why: str) -> FusionFault:
    return FusionFault(400, f"The value of the attribute {name} is not valid: {why}.", name)


def gone(what: str) -> FusionFault:
    return FusionFault(404, f"{what} does not exist or cannot be seen.")
