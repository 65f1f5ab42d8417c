"""The OpenAPI document of the API, made of its routes: `python -m functions.operator_api.document` writes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer

from functions.operator_api.app import ROOMS
from functions.operator_api.room import BASE

FILE = Path(__file__).with_name("openapi.json")
ABOUT = (
    "The verbs of clerks and operators. Send an access token as Bearer; it needs the scope parcelbridge/api and a "
    "role: viewer, clerk, operator or engineer. A list goes on at its cursor. A change names the version that was "
    "seen, and answers 409 when the order is at another one. Every error has one shape: message, field, hint."
)


def document() -> str:
    """The document as a text, the same for the same routes."""
    resolver = APIGatewayHttpResolver(enable_validation=True)
    for room in ROOMS:
        resolver.include_router(room, prefix=BASE)
    text = resolver.get_openapi_json_schema(
        title="parcelbridge",
        version="1",
        description=ABOUT,
        security_schemes={"token": HTTPBearer(bearerFormat="JWT")},
        security=[{"token": []}],
    )
    made: dict[str, Any] = json.loads(text)
    made["servers"] = [{"url": "/"}]
    _own_errors(made)
    return json.dumps(made, indent=1, sort_keys=True) + "\n"


def _own_errors(made: dict[str, Any]) -> None:
    """Takes out the shapes of the library's own errors: no route answers with them."""
    schemas = made["components"]["schemas"]
    for name in ("HTTPValidationError", "ResponseValidationError", "ValidationError"):
        schemas.pop(name, None)


if __name__ == "__main__":
    FILE.write_text(document())
