"""The settings that the adapter takes from a connection to IFS Cloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from zoneinfo import ZoneInfo

from shared.connection import Connection, as_part
from shared.domain.address import Party
from shared.domain.order import Flow
from shared.erp.fields.target import FieldTarget, targets_of
from shared.erp.ifs.file import Charge, IfsErp, IfsSelect, IfsWriteBack
from shared.erp.ifs.source import SOURCES, Source
from shared.url import rebase


@dataclass(frozen=True, slots=True)
class IfsSettings:
    """One connection's tenant, selection and targets. `part` has the file's own keys; `places` the parties of the
    sites and their zones, `zone` that of the connection, `timeout` seconds. `customs` says
    that customs values are read."""

    part: IfsErp
    select: IfsSelect
    flow: Flow
    targets: Mapping[str, FieldTarget]
    charge: Charge
    places: Mapping[str, tuple[Party, tzinfo]]
    zone: tzinfo
    overlap: timedelta
    customs: bool = False
    timeout: float = 30.0
    wait: int = 20
    """Seconds after which IFS gives a read up by itself (`Prefer: wait`): before we do, so that no answer is lost."""

    @property
    def root(self) -> str:
        """The address of the endpoint's projections."""
        path = f"https://{self.part.host}/{self.part.endpoint}/ifsapplications/projection/v1"
        return rebase(path, self.part.base_url)

    @property
    def token_url(self) -> str:
        """Where tokens are asked for."""
        path = f"https://{self.part.host}/auth/realms/{self.part.realm}/protocol/openid-connect/token"
        return rebase(path, self.part.base_url)

    @property
    def source(self) -> Source:
        """The kind of document that is read."""
        return SOURCES[self.part.source]

    @property
    def projection(self) -> str:
        """The projection of the documents: the file's, where it does not name that of the other source."""
        named = self.part.projection
        return self.source.projection if named in {each.projection for each in SOURCES.values()} else named

    def name(self, ours: str) -> str:
        """The tenant's name of a property."""
        return self.part.fields.get(ours, self.source.names.get(ours, ours))

    @property
    def key(self) -> str:
        """The tenant's name of the document's number."""
        return self.name(self.source.key.name)

    def zone_of(self, site: str) -> tzinfo:
        """The zone of a site's moments."""
        return self.places[site][1] if site in self.places else self.zone


def settings_of(connection: Connection) -> IfsSettings:
    """The settings of a connection of this kind."""
    zone = ZoneInfo(connection.timezone)
    return IfsSettings(
        part=as_part(connection.erp, IfsErp),
        select=as_part(connection.select, IfsSelect),
        flow=connection.flow,
        targets=targets_of(connection.write_back, separator=", "),
        charge=as_part(connection.write_back, IfsWriteBack).charge if connection.write_back.enabled else Charge(),
        places={
            code: (place.party(), ZoneInfo(place.timezone) if place.timezone else zone)
            for code, place in connection.locations.items()
        },
        zone=zone,
        overlap=connection.erp.overlap,
        customs=connection.customs is not None,
    )
