"""A tenant's `$metadata`: which properties there are, of which type and length (facts/ifs.md, the rule above all)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from shared.errors import Retry


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a type, with the length of a text and the digits of a number where it says them."""

    name: str
    type: str
    longest: int | None = None
    precision: int | None = None
    scale: int | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """The types of a projection by name, the sets with their type's name, and the members of each enumeration."""

    types: Mapping[str, Mapping[str, Property]]
    sets: Mapping[str, str]
    members: Mapping[str, frozenset[str]]

    def of_set(self, name: str) -> Mapping[str, Property]:
        """The properties of a set's rows; none for a set that there is not."""
        return self.types.get(self.sets.get(name, ""), {})


def read_metadata(document: bytes) -> Metadata:
    """The document as it came. Raises Retry for what is no such document."""
    try:
        root = fromstring(document, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Retry(f"$metadata cannot be read: {error}") from error
    types, sets, members = dict[str, Mapping[str, Property]](), dict[str, str](), dict[str, frozenset[str]]()
    for each in root.iter():
        kind = each.tag.rpartition("}")[2]
        if kind == "EntityType":
            types[each.get("Name", "")] = _properties(each)
        elif kind in ("EntitySet", "Singleton"):
            sets[each.get("Name", "")] = each.get("EntityType", "").rpartition(".")[2]
        elif kind == "EnumType":
            members[each.get("Name", "")] = frozenset(child.get("Name", "") for child in each)
    if not types:
        raise Retry("$metadata names no type")
    return Metadata(types, sets, members)


def _properties(entity: Any) -> dict[str, Property]:
    found = {}
    for each in entity:
        if each.tag.rpartition("}")[2] == "Property":
            longest, precision, scale = (_count(each.get(fact, "")) for fact in ("MaxLength", "Precision", "Scale"))
            name = each.get("Name", "")
            found[name] = Property(name, each.get("Type", ""), longest, precision, scale)
    return found


def _count(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def nearest(name: str, names: Iterable[str]) -> str:
    """The words that offer the nearest name there is, "" where none is near."""
    found = get_close_matches(name, list(names), n=1, cutoff=0.6)
    return f" (is it {found[0]}?)" if found else ""
