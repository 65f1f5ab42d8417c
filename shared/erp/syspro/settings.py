"""The settings that the adapter takes from a connection to SYSPRO."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from shared.connection import Connection, as_part
from shared.domain.address import Party
from shared.domain.order import Flow
from shared.erp.fields.target import FieldTarget, targets_of
from shared.erp.syspro.file import FormTarget, SysproErp, SysproSelect, SysproWriteBack
from shared.erp.syspro.sources import DISPATCH, SOURCES, Source
from shared.errors import Misconfigured
from shared.url import rebase

SEPARATOR = ", "
HAZARD = "StorageHazard"


@dataclass(frozen=True, slots=True)
class HazardRule:
    """The column of the stock code that says that it is hazardous, and its values. Without a rule nobody asks."""

    column: str = ""
    values: frozenset[str] = frozenset()

    def says(self, value: str) -> bool:
        """True where this value of the column means hazardous."""
        return value in self.values if self.values else value not in ("", "0", "N")


@dataclass(frozen=True, slots=True)
class SysproSettings:
    """One connection's installation, selection and targets. `part` has the file's own keys.

    `forms` are the targets by form: canonical name → field. `on_note` are those of the dispatch note itself, none while
    that is switched off. `customs` says that customs data of stock codes are read. `places` are the parties of
    warehouses, `sender` the one of goods from any other.
    """

    connection_id: str
    part: SysproErp
    select: SysproSelect
    source: Source
    flow: Flow
    address: Mapping[str, tuple[str, ...]]
    forms: Mapping[str, Mapping[str, FieldTarget]]
    on_note: Mapping[str, FieldTarget]
    hazard: HazardRule
    customs: bool
    places: Mapping[str, Party]
    sender: Party | None
    zone: ZoneInfo

    @property
    def root(self) -> str:
        """The address below which e.net answers."""
        return rebase(self.part.url, self.part.base_url) + "/SYSPROWCFService/Rest"

    @property
    def feed(self) -> str:
        """The address of the OData feed, without a slash at its end."""
        return rebase(self.part.odata_url or "", self.part.base_url).rstrip("/")

    @property
    def installation(self) -> str:
        """The installation's name: it must outlive a renamed server."""
        return f"syspro:{self.part.system_code}"

    @property
    def system(self) -> str:
        """The name in every claim. Dispatch notes, sales orders and invoices have numbers of their own: note 346 is not
        order 346."""
        return self.installation if self.source is DISPATCH else f"{self.installation}:{self.source.name}"

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses that are ready to be shipped."""
        return self.select.status or self.source.statuses


def settings_of(connection: Connection) -> SysproSettings:
    """The settings of a connection of this kind. Raises Misconfigured for parts that do not fit together."""
    part, write_back = as_part(connection.erp, SysproErp), as_part(connection.write_back, SysproWriteBack)
    if write_back.dispatch.enabled and part.source != "dispatch":
        raise Misconfigured(
            f"write_back.dispatch writes to dispatch notes, and erp.source is {part.source}",
            field="write_back.dispatch.enabled",
            hint="set it to false, or take dispatch notes",
        )
    source = SOURCES[part.source]
    places = {code: place.party() for code, place in connection.locations.items()}
    return SysproSettings(
        connection_id=connection.id,
        part=part,
        select=as_part(connection.select, SysproSelect),
        source=source,
        flow=connection.flow,
        address={**source.address, **part.address.parts()},
        forms=_forms(connection),
        on_note=_on_note(write_back),
        hazard=_hazard(connection),
        customs=connection.customs is not None,
        places=places,
        sender=places.get(connection.carrier.holder),
        zone=ZoneInfo(connection.timezone),
    )


def _hazard(connection: Connection) -> HazardRule:
    said = connection.hazard
    return HazardRule(said.field or HAZARD, frozenset(said.values)) if said else HazardRule()


def _forms(connection: Connection) -> dict[str, dict[str, FieldTarget]]:
    mapped = connection.write_back.targets()
    found: dict[str, dict[str, FieldTarget]] = {}
    for name, target in targets_of(connection.write_back, SEPARATOR).items():
        each = mapped[name]
        if isinstance(each, FormTarget):
            found.setdefault(each.form, {})[name] = target
    return found


def _on_note(part: SysproWriteBack) -> dict[str, FieldTarget]:
    note = part.dispatch
    if not (part.enabled and note.enabled):
        return {}
    named = {"tracking_numbers": note.tracking_numbers, "service": note.service}
    return {
        name: FieldTarget(field, "append" if name == "tracking_numbers" else "if_empty", note.max, separator=SEPARATOR)
        for name, field in named.items()
        if field
    } | ({"delivered": FieldTarget(note.delivered, "if_empty")} if note.delivered else {})
