"""Compare UPS's candidates with the address that the ERP has: which ones are the same (facts 6, wishes 12). Pure.

The order ships to the ERP's own words; a candidate is never put in their place. It is accepted when it differs in case,
punctuation, ZIP+4 or the writing of words only, or leaves out a line that names the place. One that loses or changes a
suite, that is a range of house numbers, or that is another street, town or ZIP is kept and shown to a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.carriers.ups.streets import Street, read_street, same_number, same_units, same_words, without_places
from shared.domain.address import Address
from shared.domain.folded import folded
from shared.domain.shipment import AddressCheck

_CITY_WORDS = {
    "ST": "SAINT", "STE": "SAINTE", "FT": "FORT", "MT": "MOUNT", "PT": "POINT", "HTS": "HEIGHTS", "SPGS": "SPRINGS",
    "N": "NORTH", "S": "SOUTH", "E": "EAST", "W": "WEST",
}  # fmt: skip
"""Abbreviations in the names of towns; validation writes them out."""


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
    return _street_difference(asked.lines, " ".join(candidate.lines))


def _street_difference(asked: Sequence[str], candidate: str) -> str:
    """ "" when the lines are the candidate's street, or are once those are left out that only name the place."""
    theirs = read_street([candidate])
    said = _compared(read_street(asked), theirs, candidate)
    plain = without_places(asked)
    return said if not said or len(plain) == len(asked) else _compared(read_street(plain), theirs, candidate)


def _compared(ours: Street, theirs: Street, candidate: str) -> str:
    """House-number ranges first, then units, then the street itself."""
    if not same_number(ours.number, theirs.number):
        return f"{'a range of house numbers' if theirs.is_range else 'another house number'}: {candidate}"
    if not same_units(ours.units, theirs.units):
        return f"another or no {' '.join(ours.units[0]) if ours.units else 'unit'}: {candidate}"
    return "" if same_words(ours.words, theirs.words) else f"another street: {candidate}"


def _place(name: str, value: str) -> str:
    """A state, town or ZIP in one writing: a town's name without blanks, its words written out."""
    written = folded(value.replace("'", "").replace("\u2019", ""))
    if name == "ZIP":
        return written.replace(" ", "")[:5]
    return "".join(_CITY_WORDS.get(word, word) for word in written.split()) if name == "city" else written
