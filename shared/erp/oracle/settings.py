"""The settings of a connection to Oracle Fusion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from shared.connection import Connection, Hazard, as_part
from shared.domain.address import Party
from shared.domain.order import Flow
from shared.erp.fields.target import FieldTarget, targets_of
from shared.erp.oracle.file import OracleErp, OraclePacking, OracleSelect, OracleWriteBack
from shared.url import rebase


@dataclass(frozen=True, slots=True)
class OracleSettings:
    """One connection's pod, selection and doors.

    `part` has the file's own keys; `segments` are those of an advice's flexfield, `services` the shipping methods that
    have a carrier's service, `places` the parties of `locations`, `weighs` whether items are read, `charged` whether a
    rule asks for the cost centre, `declared` whether parcels are declared with what they are worth, `timeout` seconds.
    """

    part: OracleErp
    select: OracleSelect
    doors: OracleWriteBack
    segments: Mapping[str, FieldTarget]
    flow: Flow
    services: frozenset[str]
    places: Mapping[str, Party]
    overlap: timedelta
    carrier: str
    weighs: bool
    charged: bool
    declared: bool
    checked: bool
    """An address that came as one text is surely checked before anything is bought (address_check: strict)."""
    covered: bool
    """An address that the carrier does not check is held (address_not_covered: hold)."""
    customs: bool = False
    """The country of origin is read of lines that cross a border (customs)."""
    waits: bool = False
    """Orders wait for their confirmation (ship_when.confirmed)."""
    hazard: Hazard | None = None
    timeout: float = 30.0
    zone: tzinfo = UTC
    """The zone of the connection's days."""

    @property
    def pod(self) -> str:
        """The pod's host: what tells it from another one."""
        return (urlsplit(self.part.url).hostname or "").lower()

    def root(self, api: str = "fscmRestApi") -> str:
        """The address of an API's resources."""
        return rebase(f"{self.part.url}/{api}/resources", self.part.base_url)

    @property
    def token_url(self) -> str:
        """The address of the token server."""
        return rebase(self.part.token_url or "", self.part.base_url)

    def service_of(self, method: str) -> str:
        """The code of `services` that a shipping method means: itself, or the longest that it begins with.

        A ship method is carrier, service level and mode of transport in one text; without such a code, as it is.
        """
        begun = [code for code in self.services if is_carrier_of(code, method)]
        return max(begun, key=len, default=method)


def is_carrier_of(code: str, method: str) -> bool:
    """Return whether a shipping method is this code, or begins with it as with a word of its own."""
    rest = method[len(code) :]
    return method.startswith(code) and not rest[:1].isalnum()


def settings_of(connection: Connection) -> OracleSettings:
    """The settings of a connection of this kind."""
    return OracleSettings(
        part=as_part(connection.erp, OracleErp),
        select=as_part(connection.select, OracleSelect),
        doors=as_part(connection.write_back, OracleWriteBack),
        segments=targets_of(connection.write_back, separator=", "),
        flow=connection.flow,
        services=frozenset(connection.services),
        places={code: place.party() for code, place in connection.locations.items()},
        overlap=connection.erp.overlap,
        carrier=connection.carrier.kind.upper(),
        weighs=isinstance(connection.packing, OraclePacking) and connection.packing.unit_weight_from == "items",
        declared="declared_value" in connection.accessorials.values(),
        customs=connection.customs is not None,
        charged=any(rule.cost_centre for rule in connection.billing.rules),
        checked=connection.address_check == "strict",
        covered=connection.address_not_covered == "hold",
        waits=bool(connection.ship_when and connection.ship_when.confirmed),
        hazard=connection.hazard,
        zone=ZoneInfo(connection.timezone),
    )
