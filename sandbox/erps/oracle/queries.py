"""The URL of a request: root, steps, options, and what `fields`, `expand` and `orderBy` ask for (facts, section 1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from sandbox.erps.oracle.faults import FusionFault, bad_parameter, gone, unknown_field
from sandbox.erps.oracle.tables import Node

_PLACE = re.compile(r"/(fscmRestApi|hcmRestApi)/resources(?:/(11\.13\.18\.05|latest)(?:/(.+))?)?/?")
_OF_COLLECTION = frozenset(
    [
        "q",
        "finder",
        "fields",
        "expand",
        "limit",
        "offset",
        "orderBy",
        "onlyData",
        "totalResults",
        "links",
        "dependency",
        "effectiveDate",
    ]
)
_OF_ITEM = frozenset({"fields", "expand", "onlyData", "links", "dependency", "effectiveDate"})
_OF_WRITE = frozenset({"fields", "expand", "onlyData", "links"})


@dataclass(frozen=True)
class Place:
    """Where a URL leads: no `steps` is the root's catalogue."""

    root: str
    steps: tuple[str, ...]

    @property
    def resource(self) -> str:
        return self.steps[0] if self.steps else ""


def place_of(url: str) -> Place | None:
    """None when the path leads nowhere."""
    found = _PLACE.fullmatch(urlsplit(url).path)
    if not found:
        return None
    return Place(found[1], tuple(unquote(step) for step in (found[3] or "").split("/") if step))


def operation_of(place: Place, method: str) -> str:
    """purchaseOrders.GET, purchaseOrders/{}.GET, purchaseOrders/{}/lines.GET, draftPurchaseOrders:submit."""
    trail, rest = place.resource, list(place.steps[1:])
    while rest:
        step = rest.pop(0)
        if step == "action" and rest:
            return f"{trail}:{rest[0]}"
        if step == "describe":
            return f"{trail}.describe"
        trail = f"{trail}/{rest.pop(0) if step == 'child' and rest else '{}'}"
    return f"{trail}.{method}"


def options_of(url: str, kind: str) -> dict[str, str]:
    """The options of a collection, an item or a write. Raises FusionFault 400."""
    allowed = {"collection": _OF_COLLECTION, "item": _OF_ITEM, "write": _OF_WRITE}.get(kind, frozenset())
    options: dict[str, str] = {}
    for part in filter(None, urlsplit(url).query.split("&")):
        name, _, value = part.partition("=")
        name = unquote(name)
        if name not in allowed or name in options or "+" in value:
            raise bad_parameter(name)
        options[name] = unquote(value)
    for name in ("onlyData", "totalResults"):
        if options.get(name, "true") not in ("true", "false"):
            raise bad_parameter(name)
    return options


def count_of(options: Mapping[str, str], name: str, default: int) -> int:
    """limit or offset. Raises FusionFault 400."""
    text = options.get(name, str(default))
    if not re.fullmatch(r"\d{1,9}", text) or (name == "limit" and text == "0"):
        raise bad_parameter(name)
    return int(text)


@dataclass(frozen=True)
class Wanted:
    """The part of a row that is wanted: all fields (None) or some, and which children with what."""

    names: frozenset[str] | None
    children: Mapping[str, Wanted]


EVERYTHING = Wanted(None, {})


def wanted_of(options: Mapping[str, str], node: Node) -> Wanted:
    """`fields` wins over `expand`. Raises FusionFault 400 for what is not there."""
    if options.get("fields"):
        return _by_fields(options["fields"], node)
    if options.get("expand") == "all":
        return Wanted(None, dict.fromkeys(node.children, EVERYTHING))
    return _by_paths([path.split(".") for path in options.get("expand", "").split(",") if path], node)


def _by_paths(paths: list[list[str]], node: Node) -> Wanted:
    children: dict[str, Wanted] = {}
    for name in dict.fromkeys(path[0] for path in paths):
        if name not in node.children:
            raise bad_parameter(f"expand {name}")
        children[name] = _by_paths([path[1:] for path in paths if path[0] == name and path[1:]], node.children[name])
    return Wanted(None, children)


def _by_fields(text: str, node: Node) -> Wanted:
    """A,B;lines:C,D;lines.schedules:E"""
    groups: dict[str, list[str]] = {}
    for part in filter(None, text.split(";")):
        path, _, names = part.rpartition(":")
        groups.setdefault(path, []).extend(filter(None, names.split(",")))
    return _grouped(groups, "", node)


def _grouped(groups: Mapping[str, list[str]], path: str, node: Node) -> Wanted:
    names = groups.get(path, [])
    for name in names:
        if name not in node.fields and not node.segments:
            raise unknown_field(name, node.name)
    inside = {each[len(path) :].lstrip(".").split(".")[0] for each in groups if each != path and each.startswith(path)}
    children = {}
    for name in sorted(inside):
        if name not in node.children:
            raise bad_parameter(f"fields {name}")
        children[name] = _grouped(groups, f"{path}.{name}".lstrip("."), node.children[name])
    return Wanted(frozenset(names), children)


def order_of(text: str, node: Node) -> list[tuple[str, bool]]:
    """The fields of an orderBy, each with whether it descends. Raises FusionFault 400."""
    order = []
    for part in filter(None, text.split(",")):
        name, _, way = part.partition(":")
        if way not in ("", "asc", "desc"):
            raise bad_parameter("orderBy")
        if name not in node.fields:
            raise unknown_field(name, node.name)
        order.append((name, way == "desc"))
    return order


def child_name(rest: list[str], node: Node) -> str:
    """The child after a row. Raises FusionFault 404."""
    if len(rest) < 2 or rest[0] != "child" or rest[1] not in node.children:
        raise gone("/".join(rest[:2]))
    return rest[1]


def framework_of(given: str, default: str, allowed: tuple[str, ...]) -> int:
    """The framework version of a request. Raises FusionFault 400."""
    if (given or default) not in allowed:
        raise FusionFault(400, f"REST-Framework-Version {given} is not supported.")
    return int(given or default)
