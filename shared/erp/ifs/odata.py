"""OData as IFS takes it: literals, filters and addresses (facts/ifs.md, section 3). Pure.

Every value from a file or a row goes through `text`, `number` or `key`: what they write is data, whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from urllib.parse import quote

from shared.errors import Refused

_NUMBER = re.compile(r"[0-9]{1,38}(\.[0-9]+)?")
_SAFE = "'()=,$:-._~"
"""Characters of a query that stand as they are; all others are encoded, a blank as %20."""


def text(value: str) -> str:
    """A text literal; a quote is doubled."""
    return "'" + value.replace("'", "''") + "'"


def number(value: str) -> str:
    """A number literal. Raises Refused for what is none, such as a key that a person typed wrongly."""
    if not _NUMBER.fullmatch(value):
        raise Refused("missing", f"{value!r} is no number of a shipment", field="document", value=value)
    return value


def day(value: date) -> str:
    """A day, bare."""
    return value.isoformat()


def midnight(value: date) -> str:
    """The first moment of a day, on the wall clock that the tenant's moments show."""
    return f"{value.isoformat()}T00:00:00Z"


def member(projection: str, enumeration: str, name: str) -> str:
    """A member of an enumeration of a projection."""
    return f"IfsApp.{projection}.{enumeration}{text(name)}"


def any_of(field: str, literals: Iterable[str]) -> str:
    """One of several values. There is no `in`."""
    parts = [f"{field} eq {literal}" for literal in literals]
    return parts[0] if len(parts) == 1 else f"({' or '.join(parts)})"


def both(*conditions: str) -> str:
    """All conditions that are not blank."""
    return " and ".join(each for each in conditions if each)


def after(names: Sequence[str], literals: Sequence[str]) -> str:
    """The rows behind one, by its key of one property or several; "" without a row."""
    if not literals:
        return ""
    (name, *names), (literal, *literals) = names, literals
    if not names:
        return f"{name} gt {literal}"
    return f"({name} gt {literal} or ({name} eq {literal} and {after(names, literals)}))"


def query(options: Mapping[str, str]) -> str:
    """The query of an address. Built by hand: a blank must be %20, and `+` is refused."""
    return "&".join(f"{name}={quote(value, safe=_SAFE)}" for name, value in options.items() if value)
