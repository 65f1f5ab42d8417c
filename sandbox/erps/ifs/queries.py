"""The URL of a request: projection, set, key, action, and its options (facts/ifs.md, sections 1 and 3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from sandbox.erps.ifs.faults import not_implemented, unknown_property, unsupported
from sandbox.erps.ifs.literals import Value, literal
from sandbox.erps.ifs.tables import EntitySet

_PLACE = re.compile(r"/(main|int)/ifsapplications/projection/v1/(\w+)\.svc/([^/()]+)(?:\((.*)\))?(?:/([\w.]+))?")
_PAIR = re.compile(r"(\w+)=('(?:[^']|'')*'|[^,']+)(?:,|$)")
_OPTIONS = frozenset({"$filter", "$select", "$orderby", "$top", "$skip", "$count", "$format"})


@dataclass(frozen=True)
class Place:
    """Where a URL leads: `key` is None for a whole set, `rest` an action or a navigation."""

    endpoint: str
    projection: str
    set: str
    key: str | None
    rest: str


def place_of(url: str) -> Place | None:
    """None when the path leads nowhere."""
    found = _PLACE.fullmatch(unquote(urlsplit(url).path))
    return Place(found[1], found[2], found[3], found[4], found[5] or "") if found else None


def options_of(url: str) -> dict[str, str]:
    """The options that begin with $; one without is ignored. Raises IfsFault for a + and for an unknown option."""
    query = urlsplit(url).query
    options = {}
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        name = unquote(name)
        if not name.startswith("$"):
            continue
        if "+" in value or " " in value:
            raise unsupported("a blank is %20")
        if name == "$expand":
            raise not_implemented("$expand")
        if name not in _OPTIONS or name in options:
            raise unsupported(name)
        options[name] = unquote(value)
    return options


def key_of(text: str, projection: str, entity: EntitySet) -> tuple[Value, ...]:
    """A key as `ShipmentId=19` or `OrderNo='C1'`, every part named. Raises IfsFault."""
    given: dict[str, Value] = {}
    at = 0
    while at < len(text):
        found = _PAIR.match(text, at)
        if not found:
            raise unsupported(f"key {text}")
        item = entity.properties.get(found[1])
        if item is None or found[1] not in entity.keys:
            raise unknown_property(found[1], entity.entity)
        kind, value, _ = literal(found[2], projection)
        if kind != item.kind or found[1] in given:
            raise unsupported(f"key {text}")
        given[found[1]] = value
        at = found.end()
    if set(given) != set(entity.keys):
        raise unsupported(f"key {text}")
    return tuple(given[name] for name in entity.keys)


def number_of(options: Mapping[str, str], name: str) -> int | None:
    """$top or $skip. Raises IfsFault."""
    if name not in options:
        return None
    if not re.fullmatch(r"\d{1,9}", options[name]):
        raise unsupported(name)
    return int(options[name])


def names_of(text: str, entity: EntitySet) -> list[str]:
    """The properties of a $select. Raises IfsFault."""
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in entity.properties:
            raise unknown_property(name, entity.entity)
    return names


def order_of(text: str, entity: EntitySet) -> list[tuple[str, bool]]:
    """The properties of an $orderby, each with whether it descends. Raises IfsFault."""
    order = []
    for part in text.split(","):
        words = part.split()
        if not words or len(words) > 2 or words[1:] not in ([], ["asc"], ["desc"]):
            raise unsupported("$orderby")
        names_of(words[0], entity)
        order.append((words[0], words[1:] == ["desc"]))
    return order
