"""From the lines of a purchase order to its parcel groups: what goes to one place (and, if it matters, for one day)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shared.domain.address import Address, Party
from shared.domain.parcel_group import by_line, line_group
from shared.erp.infor.contents import Content

Place = tuple[Party, tuple[str, ...]]
"""A ship-to and the notes of how it was found."""
_Identity = tuple[str, Address, date | None]


@dataclass(frozen=True, slots=True)
class ParcelGroup:
    """The lines of one shipment. `delivery` is "" when the whole order is one group, else named after its lowest
    line."""

    delivery: str
    contents: tuple[Content, ...]
    ship_to: Party
    notes: tuple[str, ...]

    @property
    def warehouse(self) -> str:
        return self.contents[0].of.warehouse

    @property
    def needed(self) -> date | None:
        return min((each.of.needed for each in self.contents if each.of.needed), default=None)


def parcel_groups(contents: Sequence[Content], places: Mapping[str, Place], *, by_day: bool) -> list[ParcelGroup]:
    """A partition of `contents`, ordered by lowest line; `places` are by line number.

    A place is its name and address: two warehouses may answer the phone for one delivery address.
    """
    together: dict[_Identity, list[Content]] = {}
    for each in sorted(contents, key=lambda content: by_line(content.line.number)):
        party, _ = places[each.line.number]
        together.setdefault((party.name, party.address, each.of.needed if by_day else None), []).append(each)
    return [_group(members, places, alone=len(together) == 1) for members in together.values()]


def _group(members: Sequence[Content], places: Mapping[str, Place], *, alone: bool) -> ParcelGroup:
    found = [places[each.line.number] for each in members]
    party = next((party for party, _ in found if party.phone), found[0][0])
    notes = [*(note for each in members for note in each.notes), *(note for _, notes in found for note in notes)]
    name = "" if alone else line_group(members[0].line.number)
    return ParcelGroup(name, tuple(members), party, tuple(dict.fromkeys(notes)))
