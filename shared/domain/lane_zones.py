"""Groups of customs areas between which lanes have rules. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Zone:
    """Customs areas by name; with `others` all but these."""

    areas: frozenset[str]
    others: bool = False

    def has(self, area: str) -> bool:
        """Tell if a customs area is one of the zone's."""
        return (area in self.areas) != self.others

    def without(self) -> Zone:
        """Return everywhere but here."""
        return Zone(self.areas, not self.others)

    def and_(self, other: Zone) -> Zone:
        """Return both zones together; of zones that are lists."""
        return Zone(self.areas | other.areas)


def zone(*areas: str) -> Zone:
    """A zone of these areas."""
    return Zone(frozenset(areas))


ANYWHERE = zone().without()
NI = zone("GB (Northern Ireland)")
EU_TAX = zone("EU")
EU_CUSTOMS = zone(
    "EU", "FI (Åland)", "ES (Canary Islands)", "GR (Mount Athos)", "IT (Campione d'Italia)",
    *(f"FR (overseas {code})" for code in ("971", "972", "973", "974", "976", "978")),
)  # fmt: skip
"""The customs territory of the EU: the areas beside "EU" are outside of its VAT territory alone
(taxation-customs.ec.europa.eu, territorial status)."""
ICS2 = EU_CUSTOMS.and_(NI).and_(zone("NO", "CH", "LI"))
"""Between these no entry is announced: what comes in from elsewhere is."""
EEI_FREE = zone("CA", "GU", "AS", "MP")
"""15 CFR 30.36 and 30.2(d)(2)."""
EMBARGOED = zone("CU", "IR", "KP", "SY")
