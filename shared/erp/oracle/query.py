"""Conditions and addresses as Fusion takes them from framework 2 on. Pure.

Every value from a file or an answer goes through `text`, `number` or `instant`. How a quote is escaped is documented
nowhere, so a value with one is never put into a condition.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from shared.errors import Refused

_NUMBER = re.compile(r"[0-9]{1,19}")
_SEGMENT = re.compile(r"[A-Za-z0-9_.~%\-]{1,600}")
_UNFIT = re.compile(r"['\"\x00-\x1f\x7f]")
_SAFE = "'()=,:;*._~-"
"""Characters of a query that stand as they are. A blank becomes %20 and a plus %2B."""


def text(value: str, *, field: str = "q", hint: str = "") -> str:
    """A text literal. Raises Refused, of `field` and with the hint, for a value with a quote or a control character."""
    if _UNFIT.search(value):
        why = f"{value!r} cannot be looked up in Fusion: it has a quote, or a character that cannot be seen"
        raise Refused("missing", why, field=field, value=value, hint=hint)
    return f"'{value}'"


def fits(value: str) -> bool:
    """Return whether a value can stand in a condition."""
    return not _UNFIT.search(value)


def number(value: str) -> str:
    """A number literal, as of an id. Raises Refused for what is none."""
    if not _NUMBER.fullmatch(value):
        raise Refused("missing", f"{value!r} is no id of Fusion", field="document", value=value)
    return value


def instant(value: datetime) -> str:
    """A moment with its offset, quoted."""
    return f"'{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000+00:00'"


def both(*conditions: str) -> str:
    """All conditions that are not blank."""
    return " and ".join(each for each in conditions if each)


def query(options: Mapping[str, str]) -> str:
    """The query of an address, without options that are blank."""
    return "&".join(f"{name}={quote(value, safe=_SAFE)}" for name, value in options.items() if value)


def segment(value: str) -> str:
    """One step of a path, such as a key that a person typed."""
    return quote(value, safe="")


def path_of(link: str, resource: str) -> str:
    """The path of a resource's item below the version, out of its own link, "" for a link to anything else.

    The link's host is the pod's own with a port, or another one: it is never called.
    """
    try:
        steps = urlsplit(link).path.split("/resources/", 1)[1].split("/")[1:]
    except (ValueError, IndexError):
        return ""
    fit = steps[: len(resource.split("/"))] and all(_SEGMENT.fullmatch(step) and step.strip(".") for step in steps)
    names = [step for place, step in enumerate(steps) if place == 0 or steps[place - 1] == "child"]
    return "/".join(steps) if fit and names == resource.split("/") else ""
