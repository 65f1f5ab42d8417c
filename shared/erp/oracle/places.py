"""The place that the goods of a schedule go to: from the first of the connection's sources that has a whole address.

Sources in their order: locations of HCM (often refused), one-time locations, `locations` of the connection file, and
the text of one line, which is used only where the carrier surely checks it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shared.domain.address import Address, Party
from shared.domain.countries import is_country, meant_by, of_three_letters
from shared.erp.oracle.answers import NotOpen, Row, text
from shared.erp.oracle.client import HCM, Client
from shared.erp.oracle.oneline import CHECKED, split
from shared.erp.oracle.query import number
from shared.erp.oracle.schedules import Schedule
from shared.errors import Refused

_NAMES = ("ShipToCustomer", "ShipToLocation", "ShipToLocationCode", "ShipToOrganization")
_CITY = ("TownOrCity", "City")
_STATE = ("Region2", "State", "Province", "Region1")
Place = tuple[Party, tuple[str, ...]]
"""A ship-to, and notes of how it was found."""


class Places:
    """Finds ship-tos for one reading; a location is asked for once."""

    def __init__(self, client: Client) -> None:
        self._client, self._settings = client, client.settings
        self._known: dict[tuple[str, str], Row | None] = {}
        self._refused: set[str] = set()

    def of(self, schedule: Schedule, order: Row, *, alone: bool) -> Place:
        """The schedule's ship-to. `alone` says that the whole order goes to one location: then the text on its header
        is that of the schedule too. Raises Refused where no source has a whole address."""
        tried = dict[str, str]()
        sources: dict[str, Callable[[], Party | None]] = {
            "hcm": lambda: self._structured("hcm", schedule),
            "one_time": lambda: self._structured("one_time", schedule),
            "file": lambda: self._of_file(schedule),
            "text": lambda: self._of_text(schedule, order, tried, alone=alone),
        }
        for source in self._settings.part.address:
            found = sources[source]()
            if found:
                note = f"ship-to split from one line: {tried['text']}" if source == "text" else ""
                return found, (note,) if note else ()
        location = text(schedule.row.get("ShipToLocationId"))
        raise Refused(
            "address",
            f"location {location or 'of an unknown id'} of line {schedule.number} has no whole address"
            + (f": {tried['text']}" if tried else ""),
            field="ship_to.address",
            value=tried.get("text", ""),
            hint=f"name it under locations of the connection file as {location}, or correct the location in Fusion",
        )

    def _structured(self, source: str, schedule: Schedule) -> Party | None:
        location = text(schedule.row.get("ShipToLocationId"))
        row = self._row(source, location) if location else None
        address = address_of(row) if row else None
        if row is None or address is None:
            return None
        own = text(row.get("LocationName")) or text(row.get("LocationCode"))
        return Party(own or self._name(schedule), address)

    def _row(self, source: str, location: str) -> Row | None:
        key = (source, location)
        if key not in self._known and source not in self._refused:
            path, api = ("locations", HCM) if source == "hcm" else ("requisitionOneTimeLocations", "fscmRestApi")
            try:
                rows = self._client.rows(path, f"LocationId = {number(location)}", most=1, api=api)
                self._known[key] = next(rows, None)
            except NotOpen:
                self._refused.add(source)  # the user has no right to it: the next source is asked
        return self._known.get(key)

    def _of_file(self, schedule: Schedule) -> Party | None:
        names = ("ShipToLocationId", "ShipToLocation", "ShipToLocationCode", "ShipToOrganizationCode")
        codes = (text(schedule.row.get(name)) for name in names)
        return next((self._settings.places[code] for code in codes if code in self._settings.places), None)

    def _of_text(self, schedule: Schedule, order: Row, tried: dict[str, str], *, alone: bool) -> Party | None:
        """The text of one line as an address. Raises Refused where nobody would check it before a label is bought."""
        line = text(schedule.row.get("ShipToLocationAddress")) or self._listed(schedule)
        line = line or (text(order.get("ShipToLocationAddress")) if alone else "")
        if not line:
            return None
        tried["text"] = line
        address = split(line)
        if address is None:
            return None
        if not self._settings.checked or not (address.country in CHECKED or self._settings.covered):
            raise Refused(
                "address",
                f"the address of line {schedule.number} is a text of one line, which nobody would check: {line}",
                field="ship_to.address",
                value=line,
                hint="set address_check: strict, and address_not_covered: hold; or name the place under locations",
            )
        return Party(self._name(schedule) or text(order.get("RequisitioningBU")), address)

    def _listed(self, schedule: Schedule) -> str:
        """Procurement's own list has the line of a location by its id."""
        location = text(schedule.row.get("ShipToLocationId"))
        if not location or "lov" in self._refused:
            return ""
        try:
            row = self._client.item(f"b2bShipToLocationsLOV/{number(location)}")
        except NotOpen:
            self._refused.add("lov")
            return ""
        return text(row.get("Address")) if row else ""

    def _name(self, schedule: Schedule) -> str:
        return next((found for found in (text(schedule.row.get(name)) for name in _NAMES) if found), "")


def address_of(row: Row) -> Address | None:
    """A structured address, None for one without street, city or country."""
    lines = tuple(found for found in (text(row.get(f"AddressLine{place}")) for place in range(1, 5)) if found)
    city, country = _first(row, _CITY), country_of(_first(row, ("Country", "CountryCode")))
    if not (lines and city and country):
        return None
    return Address(lines, city, _first(row, _STATE), _first(row, ("PostalCode",)), country)


def country_of(written: str) -> str:
    """The code of a country as Fusion writes it: two letters, three, or its name; "" for none that is known."""
    code = of_three_letters(written)
    return code if is_country(code) else meant_by(written)


def _first(row: Mapping[str, object], names: tuple[str, ...]) -> str:
    return next((found for found in (text(row.get(name)) for name in names) if found), "")
