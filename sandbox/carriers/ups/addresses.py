"""The sandbox's knowledge of addresses: which postcodes belong to which state, and its opinion of a street."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

# First three digits of a ZIP code, by state.
_RANGES = {
    "AL": [(350, 369)], "AK": [(995, 999)], "AZ": [(850, 865)], "AR": [(716, 729)], "CA": [(900, 961)],
    "CO": [(800, 816)], "CT": [(60, 69)], "DC": [(200, 205)], "DE": [(197, 199)], "FL": [(320, 349)],
    "GA": [(300, 319), (398, 399)], "HI": [(967, 968)], "IA": [(500, 528)], "ID": [(832, 838)], "IL": [(600, 629)],
    "IN": [(460, 479)], "KS": [(660, 679)], "KY": [(400, 427)], "LA": [(700, 714)], "MA": [(10, 27), (55, 55)],
    "MD": [(206, 219)], "ME": [(39, 49)], "MI": [(480, 499)], "MN": [(550, 567)], "MO": [(630, 658)],
    "MS": [(386, 397)], "MT": [(590, 599)], "NC": [(270, 289)], "ND": [(580, 588)], "NE": [(680, 693)],
    "NH": [(30, 38)], "NJ": [(70, 89)], "NM": [(870, 884)], "NV": [(889, 898)], "NY": [(100, 149), (5, 5), (63, 63)],
    "OH": [(430, 459)], "OK": [(730, 749)], "OR": [(970, 979)], "PA": [(150, 196)], "RI": [(28, 29)],
    "SC": [(290, 299)], "SD": [(570, 577)], "TN": [(370, 385)], "TX": [(750, 799), (885, 885)], "UT": [(840, 847)],
    "VA": [(201, 201), (220, 246)], "VT": [(50, 59)], "WA": [(980, 994)], "WI": [(530, 549)], "WV": [(247, 268)],
    "WY": [(820, 831)],
}  # fmt: skip
STATES = frozenset(_RANGES)
# First letter of a Canadian postal code, by province.
_PROVINCES = {
    "NL": "A", "NS": "B", "PE": "C", "NB": "E", "QC": "GHJ", "ON": "KLMNP", "MB": "R", "SK": "S", "AB": "T", "BC": "V",
    "NT": "X", "NU": "X", "YT": "Y",
}  # fmt: skip


def in_state(state: str, postcode: str, country: str) -> bool:
    """Tell if a US or Canadian postcode belongs to the state; True for countries without such a table."""
    if country == "US":
        head = int(postcode[:3]) if postcode[:3].isdigit() else -1
        return any(low <= head <= high for low, high in _RANGES.get(state, []))
    return postcode[:1] in _PROVINCES.get(state, "-") if country == "CA" else True


def known_state(state: str, country: str) -> bool:
    return {"US": state in STATES, "CA": state in _PROVINCES}.get(country, True)


def postcode_formed(postcode: str, country: str) -> bool:
    digits = postcode.isdigit() and len(postcode) in {5, 9}
    canadian = len(postcode) == 6 and postcode[::2].isalpha() and postcode[1::2].isdigit()
    return {"US": digits, "PR": digits, "CA": canadian}.get(country, True)


@dataclass(frozen=True)
class Streets:
    """Which streets are `unknown` or `ambiguous`, by a word in their lines; every other one is valid. Of a `suiteless`
    street the candidate has lost its later lines, though it is valid. Of `unknown_cities` UPS knows none: the test
    environment has no opinion of them, wherever they are (facts 14.13), and a create that validates refuses them."""

    unknown: tuple[str, ...] = ("NOWHERE",)
    ambiguous: tuple[str, ...] = ("AMBIGUOUS",)
    suiteless: tuple[str, ...] = ("TOWER",)
    residential: tuple[str, ...] = (" APT ", " LN", " LANE", " CT")
    unknown_cities: frozenset[str] = frozenset({"ATLANTIS"})

    def knows_city(self, city: str) -> bool:
        return city.upper() not in self.unknown_cities

    def opinion(self, key: dict[str, Any]) -> dict[str, Any]:
        """The members of XAVResponse that are about the address."""
        street = f" {' '.join(key['AddressLine']).upper()} "
        state, postcode = key.get("PoliticalDivision1", "").upper(), key.get("PostcodePrimaryLow", "")
        placed = key["CountryCode"] != "US" or in_state(state, postcode, "US")
        known = self.knows_city(key.get("PoliticalDivision2", ""))
        if not placed or not known or any(word in street for word in self.unknown):
            return {"NoCandidatesIndicator": ""}
        residential = any(word in street for word in self.residential)
        kind = (
            {"Code": "2", "Description": "Residential"} if residential else {"Code": "1", "Description": "Commercial"}
        )
        if any(word in street for word in self.ambiguous):
            lines = ([f"{first}-{first + 98} MAIN ST"] for first in (100, 200))
            return {"AmbiguousAddressIndicator": "", "Candidate": [_candidate(key, line, kind) for line in lines]}
        lines = [_abbreviated(line.upper()) for line in key["AddressLine"]]
        candidate = _candidate(key, lines[:1] if any(word in street for word in self.suiteless) else lines, kind)
        return {"ValidAddressIndicator": "", "AddressClassification": kind, "Candidate": [candidate]}


def _abbreviated(line: str) -> str:
    """The line as the postal service writes it."""
    for whole, short in ((" STREET", " ST"), (" ROAD", " RD"), (" AVENUE", " AVE"), ("SUITE ", "STE ")):
        line = line.replace(whole, short)
    return line


def _candidate(key: dict[str, Any], lines: list[str], kind: dict[str, str]) -> dict[str, Any]:
    city, state = key.get("PoliticalDivision2", "").upper(), key.get("PoliticalDivision1", "").upper()
    low = key.get("PostcodePrimaryLow", "")
    extended = key.get("PostcodeExtendedLow") or f"{zlib.crc32(''.join(lines).encode()) % 9000 + 1000}"
    return {
        "AddressClassification": kind,
        "AddressKeyFormat": {
            "AddressLine": lines,
            "PoliticalDivision2": city,
            "PoliticalDivision1": state,
            "PostcodePrimaryLow": low,
            "PostcodeExtendedLow": extended,
            "Region": f"{city} {state} {low}-{extended}",
            "CountryCode": key["CountryCode"],
        },
    }
