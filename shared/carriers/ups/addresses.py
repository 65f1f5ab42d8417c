"""What counts as the same address: UPS's candidates held against what the ERP has (facts 6, wishes 12). Pure.

The order ships to the ERP's own words; a candidate is never put in their place. It is accepted when it differs in case,
punctuation, ZIP+4 or the writing of the street suffix only. One that loses or changes a suite, that is a range of house
numbers, or that is another street, town or ZIP is kept and shown to a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from shared.domain.address import Address
from shared.domain.shipment import AddressCheck

# Ways to write a street's suffix and a direction (United States Postal Service, Publication 28, appendix C1 and 2B).
_SUFFIXES = {
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
_DIRECTIONS = {
    "NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W", "NORTHEAST": "NE", "NORTHWEST": "NW", "SOUTHEAST": "SE",
    "SOUTHWEST": "SW",
}  # fmt: skip
_WORDS = {**_SUFFIXES, **_DIRECTIONS}
_UNITS = frozenset({
    "APARTMENT", "APT", "BLDG", "BUILDING", "DEPARTMENT", "DEPT", "DOCK", "DOOR", "FL", "FLOOR", "LOT", "PMB", "RM",
    "ROOM", "SPACE", "SPC", "STE", "SUITE", "TRAILER", "TRLR", "UNIT", "#",
})  # fmt: skip
_SAME_UNIT = {
    "APARTMENT": "APT", "BUILDING": "BLDG", "DEPARTMENT": "DEPT", "FLOOR": "FL", "ROOM": "RM", "SPACE": "SPC",
    "SUITE": "STE", "TRAILER": "TRLR",
}  # fmt: skip
_ANY_UNIT = "#"
_RANGE = re.compile(r"(\d+)-(\d+)")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One address that UPS knows, with its own classification (None: not said, or unknown)."""

    address: Address
    residential: bool | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """UPS's answer: which of the three indicators stood in it, the candidates, the classification."""

    indicator: str
    candidates: tuple[Candidate, ...] = ()
    residential: bool | None = None


def judged(opinion: Opinion, asked: Address) -> AddressCheck:
    """The check's outcome: "valid" when UPS's one candidate is the address asked about, or one of several is.

    A "valid" of UPS whose candidate is another address is "ambiguous" here, with the difference in the note: UPS calls
    an address valid though it has dropped the suite from it (wishes 12)."""
    candidates = tuple(candidate.address for candidate in opinion.candidates)
    differences = [difference(asked, candidate) for candidate in candidates]
    same = [each for each, different in zip(opinion.candidates, differences, strict=True) if not different]
    residential = opinion.residential
    if opinion.indicator == "none":
        return AddressCheck("none", candidates, residential)
    if len(same) == 1 or (opinion.indicator == "valid" and not candidates):
        known = residential if residential is not None or not same else same[0].residential
        return AddressCheck("valid", candidates, known)
    shown = dict.fromkeys(filter(None, differences[:5]))
    note = "; ".join(shown) if not same else "several candidates are written like it"
    return AddressCheck("ambiguous", candidates, residential, note)


def difference(asked: Address, candidate: Address) -> str:
    """Why the candidate is not the address asked about, "" when it is."""
    for name, ours, theirs in (
        ("state", asked.state, candidate.state),
        ("city", asked.city, candidate.city),
        ("ZIP", asked.postcode, candidate.postcode),
    ):
        if ours and _place(name, ours) != _place(name, theirs):  # Puerto Rico is a country of its own, without a state
            return f"another {name}: {theirs}"
    return _street_difference(" ".join(asked.lines), " ".join(candidate.lines))


def _street_difference(asked: str, candidate: str) -> str:
    """House-number ranges first, then units, then the street itself."""
    ours, theirs = _read(asked), _read(candidate)
    if _RANGE.fullmatch(theirs.number) and theirs.number != ours.number:
        return f"a range of house numbers: {candidate}"
    if theirs.number != ours.number:
        return f"another house number: {candidate}"
    if not _same_units(ours.units, theirs.units):
        return f"another or no {' '.join(ours.units[0]) if ours.units else 'unit'}: {candidate}"
    return "" if _same_words(ours.words, theirs.words) else f"another street: {candidate}"


@dataclass(frozen=True, slots=True)
class _Street:
    number: str
    words: tuple[str, ...]
    units: tuple[tuple[str, str], ...]


def _read(line: str) -> _Street:
    """House number, the other words in one writing, and units as (designator, value), in a fixed order."""
    words = re.sub(r"[^0-9A-Z#/-]+", " ", line.upper().replace("#", " # ")).split()
    rest: list[str] = []
    units: list[tuple[str, str]] = []
    position = 0
    while position < len(words):
        word = words[position]
        # "STE # 5" and "STE 5" are one unit; "DOCK ST" and "REAR DOCK" are words like any other.
        value = position + (2 if words[position + 1 : position + 2] == ["#"] else 1)
        if word in _UNITS and value < len(words) and _names_a_unit(words[value]):
            units.append((_SAME_UNIT.get(word, word), words[value].lstrip("0") or "0"))
            position = value + 1
            continue
        rest.append(word)
        position += 1
    number = rest.pop(0) if rest and rest[0][0].isdigit() else ""
    return _Street(number, tuple(_WORDS.get(word, word) for word in rest), tuple(sorted(units)))


def _names_a_unit(value: str) -> bool:
    return len(value) == 1 or any(character.isdigit() for character in value)


def _same_units(ours: tuple[tuple[str, str], ...], theirs: tuple[tuple[str, str], ...]) -> bool:
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


def _same_words(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """The same street; UPS may add the suffix that the ERP has left away, and no other word."""
    if ours == theirs:
        return True
    return len(theirs) == len(ours) + 1 and theirs[:-1] == ours and theirs[-1] in _SUFFIXES.values()


def _place(name: str, value: str) -> str:
    written = re.sub(r"[^0-9A-Z]+", " ", value.upper()).strip()
    return written.replace(" ", "")[:5] if name == "ZIP" else written
