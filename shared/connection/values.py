"""Values of the file: each type says what is allowed, in words for people and as a pattern for an editor."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_after_validator_function

from shared.connection.schedule import is_schedule
from shared.domain.measures import Dimensions, Weight

ALLOWED = "x-allowed"
"""The key of a JSON Schema under which a type says in words what is allowed."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """A text that must be of one shape: `what` names it for people, `holds` decides, `pattern` is for editors."""

    what: str
    holds: Callable[[Any], object]
    pattern: str = ""

    def check(self, value: str) -> str:
        if not self.holds(value):
            raise ValueError(f"allowed: {self.what}")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        pattern = {"pattern": f"^({self.pattern})$"} if self.pattern else {}
        return {**handler(core), **pattern, ALLOWED: self.what}


@dataclass(frozen=True, slots=True)
class InWords:
    """Says what is allowed to people, where the schema alone would say it to programs only."""

    what: str

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(core), ALLOWED: self.what}


def shaped(pattern: str, what: str) -> Allowed:
    """A text that matches `pattern` as a whole."""
    return Allowed(what, re.compile(pattern).fullmatch, pattern)


CURRENCY = re.compile(r"[A-Z]{3}")
INSTANT = "allowed: an instant with its offset, such as 2026-11-01T00:00:00Z"


def _duration(value: object) -> object:
    found = re.fullmatch(r"(\d{1,6})([smhd])", value) if isinstance(value, str) else None
    if found:
        unit = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[found[2]]
        return timedelta(**{unit: int(found[1])})
    if isinstance(value, timedelta):
        return value
    raise ValueError("allowed: a whole number of s, m, h or d, such as 15m, 2h or 400d")


def notation(span: timedelta) -> str:
    """A duration as the file writes it: 15m, 2h, 400d."""
    seconds = int(span.total_seconds())
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _is_zone(value: str) -> bool:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _is_base_url(value: str) -> bool:
    """https anywhere; http on this machine only, since credentials travel to it. Scheme and authority, nothing else."""
    try:
        url = urlsplit(value)
        loopback = url.hostname in {"localhost", "127.0.0.1", "::1"}
        secure = url.scheme == "https" or (url.scheme == "http" and loopback)
        named = re.fullmatch(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:\d{1,5})?", url.netloc)
        return bool(url.hostname and secure and named and value == f"{url.scheme}://{url.netloc}")
    except ValueError:
        return False


MOST_OF_CERTIFICATES = 64 * 1024


def _are_certificates(value: str) -> bool:
    """Certificates and nothing else, each of which can be read."""
    blocks = re.compile(r"(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+")
    if len(value) > MOST_OF_CERTIFICATES or not blocks.fullmatch(value):
        return False
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=value)
    except (ssl.SSLError, ValueError):
        return False
    return True


def _written(value: object) -> object:
    if isinstance(value, str | datetime):
        return value
    raise ValueError(INSTANT)


def _positive(value: Weight) -> Weight:
    if value.value <= 0:
        raise ValueError("allowed: a weight above 0")
    return value


def _solid(value: Dimensions) -> Dimensions:
    if min(value.length, value.width, value.height) <= 0:
        raise ValueError("allowed: length, width and height above 0")
    return value


Code = Annotated[str, shaped(r"\S(.{0,38}\S)?", "1 to 40 characters without blanks around them")]
Currency = Annotated[str, Allowed("an ISO 4217 code, such as USD", CURRENCY.fullmatch)]
Country = Annotated[str, shaped(r"[A-Z]{2}", "an ISO 3166 code of two capital letters, such as US")]
Duration = Annotated[
    timedelta,
    BeforeValidator(_duration, json_schema_input_type=Annotated[str, Field(pattern=r"^\d{1,6}[smhd]$")]),
    PlainSerializer(notation, when_used="json"),
    InWords("a duration, such as 15m, 2h or 400d"),
]
Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_written, json_schema_input_type=AwareDatetime),
    InWords("an instant with its offset"),
]
Zone = Annotated[str, Allowed("an IANA time zone name, such as America/New_York", _is_zone)]
Schedule = Annotated[
    str,
    Allowed(
        "rate(10 minutes), rate(1 hour), or cron(minutes hours day-of-month month day-of-week year) with ? as one of "
        "the two days, such as cron(0/30 7-18 ? * MON-FRI *)",
        is_schedule,
    ),
]
BaseUrl = Annotated[str, Allowed("https://host[:port], without a path; http only for this machine", _is_base_url)]
Certificates = Annotated[
    Annotated[str, Allowed("certificates in PEM, each with its BEGIN and END line, or off", _are_certificates)] | None,
    BeforeValidator(lambda value: None if value in ("off", False) else value),
]
Box = Annotated[Dimensions, AfterValidator(_solid), InWords("{length, width, height, unit}; unit in, cm, mm, m")]
PositiveWeight = Annotated[Weight, AfterValidator(_positive), InWords("{value, unit}; unit lb, kg, oz, g")]
Positive = Annotated[Decimal, Field(gt=0), InWords("a number above 0")]
Amount = Annotated[Positive, Field(max_digits=12, decimal_places=2)]
Count = Annotated[int, Field(strict=True, ge=1, le=100_000)]
