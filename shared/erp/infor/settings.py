"""What the M3 adapter needs of a connection and of its credentials file; nothing else here reads the connection."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from shared.connection import Connection
from shared.domain.measures import LengthUnit, WeightUnit
from shared.domain.order import Flow
from shared.erp.infor.bindings import Bindings, bindings_of
from shared.errors import Misconfigured
from shared.http import rebase

WriteMode = Literal["overwrite", "if_empty", "append"]

WHAT_IT_IS = (
    "the credentials file of an Infor ION API backend service; an administrator makes it in ION API, Authorized Apps, "
    'type Backend Service, Download Credentials with "Create Service Account" ticked'
)
_FLOWS = ("inbound", "drop-ship")
_UNITS_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000}
_REQUIRED = ("ti", "ci", "cs", "iu", "pu", "ot")


@dataclass(frozen=True, slots=True)
class IonApi:
    """The credentials file, validated. `access_key` is "" for an application with client credentials only."""

    tenant: str
    gateway: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    access_key: str = ""
    secret_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class FieldTarget:
    """The field that a value goes to, how it meets what stands there, and its length when the connection says so."""

    field: str
    mode: WriteMode = "overwrite"
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which orders are ours; an empty set means all. Status codes are compared as two digits."""

    status_from: str = ""
    status_to: str = ""
    delivery_methods: frozenset[str] = frozenset()
    suppliers: frozenset[str] = frozenset()
    warehouses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class InforSettings:
    """A connection as the adapter sees it. `units_per_second` is the unit of M3's change stamp (LMTS)."""

    connection_id: str
    flow: Flow
    base_url: str | None
    cono: str
    divi: str
    weight_unit: WeightUnit
    length_unit: LengthUnit
    units_per_second: int
    overlap: timedelta
    selection: Selection
    freight_not_ours: frozenset[str]
    phone_sources: tuple[str, ...]
    write_back: Mapping[str, FieldTarget]
    bindings: Bindings


def settings_of(connection: Connection) -> InforSettings:
    """The adapter's part of a connection. Raises Misconfigured for a flow or a binding that M3 can not serve."""
    if connection.flow not in _FLOWS:
        raise Misconfigured(
            f"flow {connection.flow} is not served by infor-m3: it ships purchase orders",
            field="flow",
            hint="allowed: " + ", ".join(_FLOWS),
        )
    erp = connection.erp
    return InforSettings(
        connection_id=connection.id,
        flow=connection.flow,
        base_url=erp.base_url,
        cono=erp.cono,
        divi=erp.divi,
        weight_unit=erp.weight_unit,
        length_unit=erp.length_unit,
        units_per_second=_UNITS_PER_SECOND[erp.cursor_unit],
        overlap=erp.overlap,
        selection=_selection(connection),
        freight_not_ours=frozenset(code for code, who in connection.freight_terms.items() if who == "not_ours"),
        phone_sources=connection.defaults.phone,
        write_back=_targets(connection),
        bindings=bindings_of(erp.bindings),
    )


def _selection(connection: Connection) -> Selection:
    select = connection.select
    return Selection(
        status_from=select.status.from_ if select.status else "",
        status_to=select.status.to if select.status else "",
        delivery_methods=frozenset(select.delivery_method),
        suppliers=frozenset(select.suppliers),
        warehouses=frozenset(select.warehouses),
    )


def _targets(connection: Connection) -> dict[str, FieldTarget]:
    if not connection.write_back.enabled:
        return {}
    named = connection.write_back.targets()
    return {name: FieldTarget(target.to, target.mode, target.max) for name, target in named.items()}


def read_ionapi(text: str) -> dict[str, str]:
    """The fields of an .ionapi file, for storing. Raises Misconfigured naming the key that is missing or wrong."""
    try:
        loaded = json.loads(text.removeprefix("\ufeff"))
    except ValueError as error:
        raise _wrong("(file)", f"it is not JSON: {error}") from None
    if not isinstance(loaded, dict):
        raise _wrong("(file)", "it holds no object of keys and values")
    fields = {str(key): "" if value is None else str(value).strip() for key, value in loaded.items()}
    ionapi_of(fields)
    return fields


def ionapi_of(fields: Mapping[str, str], base_url: str | None = None) -> IonApi:
    """The validated credentials, on the host of `base_url` where one is set. Raises Misconfigured naming the key."""
    for key in _REQUIRED:
        if not fields.get(key, "").strip():
            raise _wrong(key, f"the key {key!r} is missing")
    for key in ("iu", "pu"):
        parts = urlsplit(fields[key])
        if parts.scheme != "https" or not parts.hostname:
            raise _wrong(key, f"the key {key!r} is {fields[key]!r}, an address that begins with https:// is expected")
    for one, other in (("saak", "sask"), ("sask", "saak")):
        if fields.get(one) and not fields.get(other):
            raise _wrong(other, f"the key {other!r} is missing beside {one!r}")
    return IonApi(
        tenant=fields["ti"],
        gateway=rebase(fields["iu"].rstrip("/"), base_url),
        token_url=rebase(fields["pu"].rstrip("/") + "/" + fields["ot"].lstrip("/"), base_url),
        client_id=fields["ci"],
        client_secret=fields["cs"],
        access_key=fields.get("saak", ""),
        secret_key=fields.get("sask", ""),
    )


def _wrong(key: str, what: str) -> Misconfigured:
    return Misconfigured(
        f"the .ionapi file can not be used: {what}. It is {WHAT_IT_IS}.",
        field=key,
        hint="parcelbridge secrets set CONNECTION erp --ionapi FILE",
    )
