"""One shipment with its lines and its handling units: three calls, never `$expand` (facts/ifs.md, sections 3 to 5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from shared.domain.address import Address, Party
from shared.domain.measures import Dimensions, LengthUnit
from shared.domain.order import Order
from shared.domain.shipment import Package
from shared.erp.ifs import odata
from shared.erp.ifs.changes import stamp_of
from shared.erp.ifs.client import Client, Row, plain
from shared.erp.ifs.shipments import CANCELLED, decimal, is_wanted, order_of, said, weight_of
from shared.erp.ifs.source import Key
from shared.errors import Refused

UNITS, UNIT_SET = "HandlingUnitsHandling", "HandlingUnits"
_LENGTHS: dict[str, LengthUnit] = {"inch": "in", "mtr": "m", "cmt": "cm", "mmt": "mm"}


def key_of(client: Client, document: str) -> str:
    """The key of a document's row. Raises Refused for what is no number of one."""
    source = client.settings.source
    return f"{source.entity}({client.settings.key}={source.key.in_path(document)})"


def read(client: Client, system: str, document: str) -> tuple[Order, ...]:
    """The document as it is now: one order; none when the selection does not want it, as once it is closed. Gone or
    cancelled: cancelled."""
    settings = client.settings
    row = client.row(settings.projection, key_of(client, document))
    if row is None or said(settings, row, "Objstate") == CANCELLED:
        return (_cancelled(client, system, document),)
    if not is_wanted(settings, row):
        return ()
    units = _units(client, document) if settings.source.packed else []
    return (order_of(settings, system, row, _lines(client, document), units, stamp_of(row)),)


def _cancelled(client: Client, system: str, document: str) -> Order:
    nobody = Party("", Address((), "", "", "", ""))
    settings = client.settings
    company, flow = settings.part.company, settings.flow
    return Order(system, company, document, "", flow, CANCELLED, "", nobody, nobody, (), cancelled=True)


def _lines(client: Client, document: str) -> Sequence[Row]:
    settings = client.settings
    source, where = settings.source, f"{settings.key} eq {settings.source.key.literal(document)}"
    return list(client.rows(settings.projection, source.lines, where, source.line_keys))


def _units(client: Client, document: str) -> list[Package]:
    """The parcels: the top of each tree of handling units, or its leaves. The shipment stands on every level."""
    settings = client.settings
    where = f"ShipmentId eq {odata.number(document)}"
    rows = list(client.rows(UNITS, UNIT_SET, where, [Key("HandlingUnitId", "number")]))
    parents = {plain(row.get("ParentHandlingUnitId")) for row in rows}
    if settings.part.parcel_level == "leaf":
        parcels = [row for row in rows if plain(row.get("HandlingUnitId")) not in parents]
    else:
        parcels = [row for row in rows if not plain(row.get("ParentHandlingUnitId"))]
    return [_parcel(client, row, document) for row in parcels]


def _parcel(client: Client, row: Row, document: str) -> Package:
    weight, size = weight_of(client.settings, row, document), _size(client, row, document)
    return Package(weight, size, handling_unit=plain(row.get("HandlingUnitId")))


def _size(client: Client, row: Row, document: str) -> Dimensions | None:
    """The size of a handling unit, None where one of the three is missing."""
    values = [decimal(row.get(name), document, name) for name in ("Depth", "Width", "Height")]
    if not all(values):
        return None
    length, width, height = sorted(values, reverse=True)
    return Dimensions(length, width, height, _length_unit(client, plain(row.get("UomForLength")), document))


def _length_unit(client: Client, code: str, document: str) -> LengthUnit:
    """Our unit for the tenant's code. Raises Refused for a code that nobody explains."""
    part = client.settings.part
    if not code:
        return part.length_unit
    known: Sequence[LengthUnit] = get_args(LengthUnit)
    named = part.uom.get(code) or _LENGTHS.get(code.lower()) or code.lower()
    found = next((each for each in known if each == named), None)
    if found is None:
        raise Refused(
            "units",
            f"handling units of shipment {document} are measured in {code}",
            field="UomForLength",
            value=code,
            hint=f"say in erp.uom what it is: {', '.join(known)}",
        )
    return found
