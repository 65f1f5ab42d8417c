"""US street addresses in one writing: house number, street and units, however people and postal services write them.

Words are those of the United States Postal Service's Publication 28 (appendices B and C; 2B to 2E). Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.domain.folded import folded

SUFFIXES = {
    "ALLEY": "ALY", "AVENUE": "AVE", "AV": "AVE", "BOULEVARD": "BLVD", "BRANCH": "BR", "BRIDGE": "BRG", "BYPASS": "BYP",
    "CENTER": "CTR", "CENTRE": "CTR", "CIRCLE": "CIR", "COURT": "CT", "COVE": "CV", "CREEK": "CRK", "CROSSING": "XING",
    "DRIVE": "DR", "ESTATE": "EST", "EXPRESSWAY": "EXPY", "EXTENSION": "EXT", "FREEWAY": "FWY", "GARDENS": "GDNS",
    "GROVE": "GRV", "HEIGHTS": "HTS", "HIGHWAY": "HWY", "HILL": "HL", "HILLS": "HLS", "HOLLOW": "HOLW",
    "JUNCTION": "JCT", "LAKE": "LK", "LANDING": "LNDG", "LANE": "LN", "LOOP": "LOOP", "MANOR": "MNR", "MEADOWS": "MDWS",
    "MILL": "ML", "MOUNT": "MT", "MOUNTAIN": "MTN", "PARKWAY": "PKWY", "PIKE": "PIKE", "PLACE": "PL", "PLAZA": "PLZ",
    "POINT": "PT", "RIDGE": "RDG", "ROAD": "RD", "ROUTE": "RTE", "SQUARE": "SQ", "STATION": "STA", "STREET": "ST",
    "TERRACE": "TER", "TRACE": "TRCE", "TRAIL": "TRL", "TURNPIKE": "TPKE", "VALLEY": "VLY", "VIEW": "VW",
    "VILLAGE": "VLG", "WAY": "WAY", "CALLE": "CALLE",
}  # fmt: skip
DIRECTIONS = {
    "NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W", "NORTHEAST": "NE", "NORTHWEST": "NW", "SOUTHEAST": "SE",
    "SOUTHWEST": "SW",
}  # fmt: skip
_COMPASS = frozenset(DIRECTIONS.values())
_NUMBERS = ("ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN", "ELEVEN", "TWELVE")
_ORDINALS = {
    "FIRST": "1ST", "SECOND": "2ND", "THIRD": "3RD", "FOURTH": "4TH", "FIFTH": "5TH", "SIXTH": "6TH", "SEVENTH": "7TH",
    "EIGHTH": "8TH", "NINTH": "9TH", "TENTH": "10TH", "ELEVENTH": "11TH", "TWELFTH": "12TH", "THIRTEENTH": "13TH",
    "FOURTEENTH": "14TH", "FIFTEENTH": "15TH", "SIXTEENTH": "16TH", "SEVENTEENTH": "17TH", "EIGHTEENTH": "18TH",
    "NINETEENTH": "19TH", "TWENTIETH": "20TH",
}  # fmt: skip
_WORDS = {**SUFFIXES, **DIRECTIONS, **_ORDINALS, "SAINT": "ST", "FORT": "FT", "AVENIDA": "AVE"}
_ROADS = {
    ("US", "RTE"): ("US", "HWY"), ("CR",): ("COUNTY", "RD"), ("CO", "RD"): ("COUNTY", "RD"), ("SR",): ("STATE", "RTE"),
    ("INTERSTATE",): ("I",), ("FARM", "TO", "MARKET"): ("FM",),
    ("STATE", "RD"): ("STATE", "RTE"), ("STATE", "HWY"): ("STATE", "RTE"), ("COUNTY", "HWY"): ("COUNTY", "RD"),
}  # fmt: skip
"""Kinds of numbered roads that go by two names."""
_UNITS = {
    "APARTMENT": "APT", "APT": "APT", "BLDG": "BLDG", "BUILDING": "BLDG", "DEPARTMENT": "DEPT", "DEPT": "DEPT",
    "DOCK": "DOCK", "DOOR": "DOOR", "FL": "FL", "FLOOR": "FL", "LOT": "LOT", "PMB": "PMB", "RM": "RM", "ROOM": "RM",
    "SPACE": "SPC", "SPC": "SPC", "STE": "STE", "SUITE": "STE", "TRAILER": "TRLR", "TRLR": "TRLR", "UNIT": "UNIT",
    "#": "#",
}  # fmt: skip
_BARE_UNITS = frozenset({"REAR", "FRONT", "FRNT", "LOWER", "LOWR", "UPPER", "UPPR", "BSMT", "BASEMENT", "PH", "SIDE"})
_ANY_UNIT = "#"
_HOUSE_LETTERS = frozenset("ABCDFGH")
"""Behind a house number; other letters alone are directions, or begin a name (O Brien)."""
_INITIALS = re.compile(r"\b([A-Z])\.\s?(?=[A-Z]\b)")
_INTERSTATE = re.compile(r"(?i)\bI-(?=\d)")
_HOUSE = re.compile(r"\d+(-?\d+)?[A-Z]?")
_RANGE = re.compile(r"(\d+)-(\d+)")
_ORDINAL = re.compile(r"(\d+)(ST|ND|RD|TH)")


@dataclass(frozen=True, slots=True)
class Street:
    """House number, the other words in one writing, and units as (designator, value) in a fixed order."""

    number: str
    words: tuple[str, ...]
    units: tuple[tuple[str, str], ...]

    @property
    def is_range(self) -> bool:
        """Tell if the number is of several houses; 37-10 is one house in Queens."""
        found = _RANGE.fullmatch(self.number)
        return found is not None and int(found[1]) < int(found[2])


def read_street(lines: Sequence[str]) -> Street:
    """Read the lines of an address as one street, whatever the order of street and units."""
    words = [word for line in lines for word in _words_of(line)]
    rest, units = _without_units(words)
    number, rest = _numbered(rest)
    return Street(number, tuple(_in_one_writing(rest)), tuple(sorted(units)))


def without_places(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines without those that only name the place: an industrial park, a gate, a department, "c/o". A line that
    holds a digit or names a unit is none; and one that begins with a house number must be left."""
    kept = tuple(line for line in lines if not _names_a_place(_words_of(line)))
    return kept if any(_HOUSE.fullmatch(_words_of(line)[0]) for line in kept if _words_of(line)) else tuple(lines)


def same_number(ours: str, theirs: str) -> bool:
    return ours.replace("-", "") == theirs.replace("-", "")


def same_units(ours: Sequence[tuple[str, str]], theirs: Sequence[tuple[str, str]]) -> bool:
    """The same values; "#" stands for any designator, for UPS writes one of its own in its place."""
    if len(ours) != len(theirs):
        return False
    left = list(theirs)
    for kind, value in ours:
        found = next(
            (each for each in left if each[1] == value and (_ANY_UNIT in {kind, each[0]} or each[0] == kind)), None
        )
        if found is None:
            return False
        left.remove(found)
    return True


def same_words(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """The same street: a direction may stand before or behind it, a word be written in two, and the suffix be added
    that the ERP has left away; no other word."""
    for written in (theirs, theirs[:-1] if theirs and theirs[-1] in SUFFIXES.values() else theirs):
        if _compass_apart(ours) == _compass_apart(written):
            return True
    return False


def _compass_apart(words: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Directions, and the rest without blanks. In "North St" the direction is the name."""
    name = [word for word in words if word not in _COMPASS]
    if all(word in SUFFIXES.values() for word in name):
        return (), "".join(words)
    return tuple(sorted(word for word in words if word in _COMPASS)), "".join(name)


def _words_of(line: str) -> list[str]:
    """Capitals without accents; apostrophes and the dots of initials join what they divide."""
    line = _INTERSTATE.sub("I ", line)
    text = _INITIALS.sub(r"\1", line.upper().replace("'", "").replace("\u2019", ""))
    marked = text.replace("#", " HASHMARK ")
    return ["#" if word == "HASHMARK" else word for word in _divided(marked)]


def _divided(text: str) -> Iterator[str]:
    """Words; those with a digit keep hyphens and strokes (37-10, 1/2, 2-B), others are divided there."""
    for word in re.split(r"[^\w/#-]+", text):
        if any(each.isdigit() for each in word):
            yield word.strip("-/")
        else:
            yield from folded(word).split()


def _without_units(words: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """The words without the units, and these. "STE # 5" and "STE 5" are one unit, "3RD FLOOR" and "FL 3" are; "DOCK
    ST" and "REAR DOCK" are words like any other."""
    rest: list[str] = []
    units: list[tuple[str, str]] = []
    position = 0
    while position < len(words):
        word, following = words[position], list(words[position + 1 : position + 3])
        ordinal = _ORDINAL.fullmatch(_ORDINALS.get(word, word))
        if ordinal and following[:1] and _UNITS.get(following[0]) == "FL":
            units.append(("FL", ordinal[1]))
            position += 2
            continue
        marks = 1 if following[:1] == ["#"] else 0
        if word in _UNITS and len(following) > marks and _is_value(following[marks]):
            units.append((_UNITS[word], following[marks].replace("-", "").lstrip("0") or "0"))
            position += 2 + marks
            continue
        rest.append(word)
        position += 1
    return rest, units


def _is_value(word: str) -> bool:
    return (len(word) == 1 and word != "#") or any(character.isdigit() for character in word)


def _numbered(words: list[str]) -> tuple[str, list[str]]:
    """The house number with its fraction or letter, and the words behind it."""
    if not words:
        return "", words
    first, rest = words[0], words[1:]
    if first in _NUMBERS and rest:
        return str(_NUMBERS.index(first) + 1), rest
    if not first[0].isdigit() or _ORDINAL.fullmatch(first):
        return "", words
    if rest and re.fullmatch(r"\d/\d", rest[0]):
        return f"{first} {rest[0]}", rest[1:]
    name = [word for word in rest[1:] if _WORDS.get(word, word) not in SUFFIXES.values()]
    if rest and rest[0] in _HOUSE_LETTERS and name and not first[-1].isalpha():
        return first + rest[0], rest[1:]
    return first, rest


def _in_one_writing(words: Sequence[str]) -> list[str]:
    """Each word as the postal service writes it; two directions are one, a numbered road has one name."""
    written: list[str] = []
    for word in (_WORDS.get(each, each) for each in words):
        if written and written[-1] in {"N", "S"} and word in {"E", "W"}:
            written[-1] += word
        else:
            written.append(word)
    for names, name in _ROADS.items():
        for place in range(len(written) - len(names)):
            if tuple(written[place : place + len(names)]) == names and written[place + len(names)][0].isdigit():
                written[place : place + len(names)] = name
                break
    return written


def _names_a_place(words: Sequence[str]) -> bool:
    if not words or any(character.isdigit() for word in words for character in word):
        return False
    return not (words[0] in _UNITS and len(words) > 1) and not _BARE_UNITS.intersection(words) and "#" not in words
