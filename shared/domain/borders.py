"""Where customs begin: the areas between which goods need customs data. Pure, from address alone.

The European customs union and what lies outside of it: Union Customs Code (Regulation 952/2013), article 4, and the VAT
territory (Directive 2006/112), article 6, which parcels have to be declared across too. Monaco is inside, with France.
"""

from __future__ import annotations

import re
from dataclasses import replace

from shared.domain.address import Address, Party

EU = frozenset({
    "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT",
    "MC", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE",
})  # fmt: skip
TERRITORIES = frozenset({"PR", "VI", "GU", "AS", "MP", "UM", "FM", "MH", "PW"})
"""United States territories and the freely associated states: an ERP writes them as countries, or as states of US."""

OUTSIDE: tuple[tuple[str, str, str], ...] = (
    ("GR", "6308[67]", "Mount Athos"),
    ("ES", "(35|38)...", "Canary Islands"),
    ("ES", "51...", "Ceuta"),
    ("ES", "52...", "Melilla"),
    ("DE", "27498", "Helgoland"),
    ("DE", "78266", "Büsingen"),
    ("IT", "23041", "Livigno"),
    ("IT", "2206[01]", "Campione d'Italia"),
    *(
        ("FR", f"{code}..", f"overseas {code}")
        for code in (
            "971",
            "972",
            "973",
            "974",
            "975",
            "976",
            "977",
            "978",
            "984",
            "986",
            "987",
            "988",
        )
    ),
    ("FI", "22...", "Åland"),
    ("DK", "39..", "Greenland"),
    ("DK", "FO.*", "Faroe Islands"),
    ("GB", "BT.*", "Northern Ireland"),
    ("GB", "(JE|GY).*", "Channel Islands"),
)
"""Country, form of its postcodes, name: what a parcel is declared for though the country is inside.

Sources: Directive 2006/112/EC, article 6 (1: Mount Athos, the Canary Islands, the French territories, Åland, Campione;
2: Heligoland, Büsingen, Ceuta, Melilla, Livigno); the Treaties, which leave Greenland and the Faroe Islands out; the
Protocol on Northern Ireland; and the Channel Islands, which are no part of the United Kingdom's VAT territory.
Monaco is inside with France, also with its own 98000.
"""


_WRITTEN_AS_COUNTRY = {
    "AX": "FI (Åland)", "IC": "ES (Canary Islands)", "FO": "DK (Faroe Islands)", "GL": "DK (Greenland)",
    **{code: f"FR (overseas {number})" for code, number in {
        "GP": "971", "MQ": "972", "GF": "973", "RE": "974", "PM": "975", "YT": "976", "BL": "977", "MF": "978",
        "TF": "984", "WF": "986", "PF": "987", "NC": "988",
    }.items()},
}  # fmt: skip
"""Such a part under a country code of its own (ISO 3166; IC is a reserved one)."""


def place_of(address: Address) -> str:
    """The country, or the United States territory, however it is written."""
    country, state = address.country.upper(), address.state.strip().upper()
    return state if country == "US" and state in TERRITORIES else country


def customs_area(address: Address) -> str:
    """Goods move without customs data inside of one area: a country, a territory, the EU, or a part outside of it."""
    place, postcode = place_of(address), re.sub(r"[^0-9A-Z]", "", address.postcode.upper())
    postcode = postcode.removeprefix(place) if postcode[len(place) :].isdigit() else postcode
    for country, form, name in OUTSIDE:
        if place == country and re.fullmatch(form, postcode):
            return f"{country} ({name})"
    if area := _WRITTEN_AS_COUNTRY.get(place):
        return area
    return "EU" if place in EU else place


def is_abroad(here: Address, there: Address) -> bool:
    """Tell if one of two addresses is in another country, or in another customs area of it: Northern Ireland is no
    inland of Great Britain, nor Campione of Italy."""
    return place_of(here) != place_of(there) or customs_area(here) != customs_area(there)


def with_own_country(party: Party) -> Party:
    """Puerto Rico as the country that carriers take it for: written as a state of US, the lane would be another one."""
    if place_of(party.address) != "PR" or party.address.country == "PR":
        return party
    return replace(party, address=replace(party.address, country="PR"))
