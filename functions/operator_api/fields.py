"""The parts of requests: keys of orders, positions in a list, and texts that can be kept."""

from __future__ import annotations

import base64
import binascii
import json
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from functions.operator_api.answers import Failed

LONGEST_LIST = 200


def _kept(text: str) -> str:
    """A text without what cannot be stored or shown. Raises ValueError."""
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in text):
        raise ValueError("a control character")
    return text


Text = Annotated[str, StringConstraints(max_length=200), AfterValidator(_kept)]
Why = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True), AfterValidator(_kept)]
Version = Annotated[int, Field(ge=1, le=2**31, description="The version that the caller saw: 409 when it is another.")]
Key = Annotated[str, Path(min_length=1, max_length=700, pattern=r"^[A-Za-z0-9_-]+$", description="As a list gives it.")]
Seen = Annotated[int, Query(ge=1, le=2**31, description="The version that the caller saw: 409 when it is another.")]
Of = Annotated[str | None, Query(max_length=64, description="Only this connection's.")]
Cursor = Annotated[str | None, Query(max_length=1000, description="Where the page before ended, as it said.")]
Limit = Annotated[int, Query(ge=1, le=LONGEST_LIST, description="The most to list.")]


class Asked(BaseModel):
    """Base of what is asked for: nothing that is not declared."""

    model_config = ConfigDict(extra="forbid")


def key_text(key: str) -> str:
    """A key of the store as a part of a path: it has slashes."""
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def store_key(text: str) -> str:
    """The key of the store. Raises Failed for what no list gave."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, ValueError):
        raise Failed(HTTPStatus.NOT_FOUND, "there is no such key", field="key") from None


def cursor_of(kind: str, *parts: str) -> str:
    """A position in a list of this kind; nobody outside reads what is in it."""
    return base64.urlsafe_b64encode(json.dumps([kind, *parts]).encode()).decode().rstrip("=")


def position(kind: str, cursor: str | None, parts: int) -> Sequence[str] | None:
    """The parts of a cursor of this kind, None for none. Raises Failed for another one."""
    if cursor is None:
        return None
    try:
        read = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        read = None
    if not (isinstance(read, list) and len(read) == parts + 1 and all(isinstance(each, str) for each in read)):
        raise _no_cursor()
    if read[0] != kind:
        raise _no_cursor()
    return read[1:]


def instant_of(text: str) -> datetime:
    """The time in a cursor. Raises Failed."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _no_cursor() from None


def _no_cursor() -> Failed:
    return Failed(HTTPStatus.UNPROCESSABLE_ENTITY, "this is no cursor of this list", field="cursor")
