"""GET of a row and of a set: filter, order, pages, and how a row is written (facts/ifs.md, section 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.erps.ifs.faults import gone, not_implemented, unsupported
from sandbox.erps.ifs.filters import Filter, Predicate
from sandbox.erps.ifs.literals import Value, to_answer
from sandbox.erps.ifs.manners import Manners
from sandbox.erps.ifs.queries import Place, key_of, names_of, number_of, order_of
from sandbox.erps.ifs.tables import EntitySet
from sandbox.erps.ifs.tenant import Key, Stored, Tenant


@dataclass
class Reader:
    """Answers reads of one tenant."""

    tenant: Tenant
    manners: Manners
    _reads: int = 0
    _rows: int = field(default=0)

    def one(self, place: Place, entity: EntitySet, options: Mapping[str, str]) -> dict[str, Any]:
        """The row of a key. Raises IfsFault 404 when it is missing or its site is not allowed."""
        key = key_of(place.key or "", place.projection, entity)
        stored = self.tenant.table(entity.name).get(key)
        if stored is None or not self.allowed(entity, stored):
            raise gone(entity.entity)
        return self.written(place.projection, entity, key, stored, self._selected(entity, options))

    def many(self, place: Place, entity: EntitySet, options: Mapping[str, str], url: str) -> dict[str, Any]:
        """A page of a set: cut without $top, and not always saying so."""
        wanted = self._predicate(place.projection, entity, options.get("$filter", ""))
        rows = [
            (key, stored)
            for key, stored in self.tenant.table(entity.name).items()
            if self.allowed(entity, stored) and wanted(stored.values)
        ]
        rows = self._ordered(rows, entity, options.get("$orderby", ""))[number_of(options, "$skip") or 0 :]
        asked = number_of(options, "$top")
        most = self.manners.cut_without_top if asked is None else asked
        if asked is not None and self.manners.largest_page is not None:
            most = min(most, self.manners.largest_page)
        selected = self._selected(entity, options)
        page = [self.written(place.projection, entity, key, stored, selected) for key, stored in rows[:most]]
        body: dict[str, Any] = {"@odata.context": f"$metadata#{entity.name}", "value": page}
        if "$count" in options:
            body["@odata.count"] = len(page)
        cut = len(rows) > most and (asked is None or most < asked)
        if cut and self.manners.next_link != "absent":
            body["@odata.nextLink"] = self._next_link(url, options, most)
        self._reads += 1
        if self.tenant.between_reads:
            self.tenant.between_reads.pop(0)()
        return body

    def written(
        self, projection: str, entity: EntitySet, key: Key, stored: Stored, selected: list[str] | None
    ) -> dict[str, Any]:
        """A row as JSON: absent values are null or missing; with $select the ETag and the chosen only."""
        self._rows += 1
        missing = self.manners.absent == "missing" or (self.manners.absent == "mixed" and self._rows % 2 == 0)
        row: dict[str, Any] = {"@odata.etag": stored.etag}
        if selected is None:
            keyref = "".join(f"{_column(n)}={to_answer(v)}^" for n, v in zip(entity.keys, key, strict=True))
            row |= {"luname": entity.entity, "keyref": keyref, "Objgrants": "UPDATE"}
        for name in entity.properties if selected is None else selected:
            value = stored.values.get(name)
            if value is not None or not missing:
                row[name] = to_answer(value)
        return row

    def allowed(self, entity: EntitySet, stored: Stored) -> bool:
        """A site that the user may not see is as if it were not there; children go with their shipment."""
        site: Value = stored.values.get(entity.site) if entity.site else None
        if not entity.site and (number := stored.values.get("ShipmentId")) is not None:
            shipment = self.tenant.table("ShipmentSet").get((number,))
            site = shipment.values.get("Contract") if shipment else None
        return site is None or site in self.tenant.sites

    def _predicate(self, projection: str, entity: EntitySet, text: str) -> Predicate:
        if not text:
            return lambda _: True
        filter_ = Filter(text, projection, entity)
        found = filter_.read()
        if "Objstate" in filter_.names and not self.manners.state_filter:
            raise unsupported("Objstate")
        return found

    def _selected(self, entity: EntitySet, options: Mapping[str, str]) -> list[str] | None:
        if "$select" not in options:
            return None
        if not self.manners.select:
            raise not_implemented("$select")
        return names_of(options["$select"], entity)

    def _ordered(self, rows: list[tuple[Key, Stored]], entity: EntitySet, text: str) -> list[tuple[Key, Stored]]:
        """Without $orderby the database gives rows as it likes."""
        if not text:
            turn = self._reads % len(rows) if rows and self.manners.shuffled else 0
            return rows[turn:] + rows[:turn]
        for name, descends in reversed(order_of(text, entity)):
            rows.sort(key=lambda pair: _sortable(pair[1].values.get(name)), reverse=descends)
        return rows

    def _next_link(self, url: str, options: Mapping[str, str], most: int) -> str:
        base = "https://elsewhere.example/x" if self.manners.next_link == "foreign" else url.split("?", maxsplit=1)[0]
        kept = [part for part in url.partition("?")[2].split("&") if part and not part.startswith("$skip=")]
        skip = (number_of(options, "$skip") or 0) + most
        return f"{base}?{'&'.join([*kept, f'$skip={skip}'])}"


def _sortable(value: Value) -> tuple[bool, Any]:
    """Absent values come last, as in the database."""
    return value is None, "" if value is None else value


def _column(name: str) -> str:
    return "".join(f"_{letter}" if letter.isupper() and at else letter for at, letter in enumerate(name)).upper()
