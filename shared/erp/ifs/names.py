"""Every name of the file and of ours before the tenant's own `$metadata` (facts/ifs.md, the rule above all): sets,
properties, their types and lengths, and the members of enumerations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from shared.erp.ifs.client import Client
from shared.erp.ifs.metadata import Metadata, Property, nearest, read_metadata
from shared.erp.ifs.read import UNIT_SET, UNITS
from shared.erp.ifs.settings import IfsSettings
from shared.erp.ifs.shipments import CANCELLED, GONE_LINES, NORMAL
from shared.erp.ifs.typed import DAY, NUMBERS, TEXT, takes
from shared.errors import ParcelbridgeError, hint_of
from shared.ports import Check

_OF_UNITS = ("HandlingUnitId", "ParentHandlingUnitId", "ShipmentId", "Width", "Height", "Depth", "UomForLength")
_MOMENTS = frozenset({"PlannedDeliveryDate", "PlannedShipDate", "ActualShipDate", "CreatedDate"})
_MOMENT_TYPES = frozenset({"Edm.DateTimeOffset", DAY})
_QUANTITIES = frozenset(
    {"InventoryQty", "QtyPicked", "Width", "Height", "Depth", "HandlingUnitId", "ParentHandlingUnitId"}
)
_SHOWN = NUMBERS | {TEXT, "Edm.Guid"}
"""Types of what is read as a text."""
_YES_OR_NO = frozenset({"Edm.Boolean", TEXT})


def checks(client: Client) -> Iterator[Check]:
    """The documents' projection, and that of their handling units."""
    yield _documents(client)
    if client.settings.source.packed:
        yield _units(client)


def failed(name: str, error: ParcelbridgeError, hint: str = "") -> Check:
    """A check that met an error."""
    return Check(name, False, str(error), hint or hint_of(error))


def _documents(client: Client) -> Check:
    """Every property that is read or written."""
    settings = client.settings
    source, projection, part = settings.source, settings.projection, settings.part
    try:
        known = read_metadata(client.metadata(projection))
    except ParcelbridgeError as error:
        return failed(projection, error)
    own = [each for each in (part.service_field, part.cost_centre_field, part.phone_field) if each]
    asked = [*source.used, *(["ApproveBeforeDelivery"] if part.approved_only else [])]
    asked += ["CreatedDate"] if part.lookback and "CreatedDate" not in asked else []
    faults = [
        *_read(known, source.entity, {settings.name(each): each for each in asked} | dict.fromkeys(own, "")),
        *_read(known, source.lines, {settings.name(each): each for each in source.used_of_lines}),
        *_keys(settings, known),
        *_members(settings, known),
        *_unfit(client, known),
    ]
    if faults:
        return Check(projection, False, "; ".join(faults), "name them under erp.fields, write_back or select")
    return Check(projection, True, f"{len(asked) + len(own)} properties as they are used")


def _read(known: Metadata, entity: str, asked: Mapping[str, str]) -> Iterator[str]:
    """The faults of a set that is read: what is not there, and what is of a type that cannot be read.

    `asked` has our name of each of the tenant's, "" for those that the file names."""
    rows_of = known.of_set(entity)
    if not rows_of:
        yield f"no set {entity}{nearest(entity, known.sets)}"
        return
    for theirs, ours in asked.items():
        found = rows_of.get(theirs)
        if found is None:
            yield f"{entity} has no {theirs}{nearest(theirs, rows_of)}"
        elif wrong := _mistyped(known, ours, found):
            yield f"{entity}: {theirs} is {_shown(found)}, not {wrong}"


def _mistyped(known: Metadata, ours: str, found: Property) -> str:
    """The kind of value that the property should have, "" where it has it."""
    if ours in _MOMENTS:
        return "" if found.type in _MOMENT_TYPES else "a moment or a day"
    if ours in _QUANTITIES:
        return "" if found.type in NUMBERS else "a number"
    if ours == "ApproveBeforeDelivery":
        return "" if found.type in _YES_OR_NO else "true or false"
    return "" if found.type in _SHOWN or _enum(found) in known.members else "a text, a number or an enumeration"


def _keys(settings: IfsSettings, known: Metadata) -> Iterator[str]:
    """Keys whose literals would be of another type: each read by them would be refused."""
    source = settings.source
    keys = ((source.entity, source.key), *((source.lines, key) for key in (source.key, *source.line_keys)))
    for entity, key in keys:
        found = known.of_set(entity).get(settings.name(key.name))
        if found and (found.type in NUMBERS) != (key.kind == "number"):
            yield f"{entity}: {found.name} is {_shown(found)}, and is asked for as a {key.kind}"


def _members(settings: IfsSettings, known: Metadata) -> Iterator[str]:
    """Members that are asked for or compared with, and that the tenant's enumerations do not have."""
    source, part = settings.source, settings.part
    rows_of, lines = known.of_set(source.entity), known.of_set(source.lines)
    state = rows_of.get(settings.name("Objstate"))
    if state and settings.select.state and part.filter_state == "server" and _enum(state) != source.states:
        yield f"{source.entity}: {state.name} is {_shown(state)}, not {source.states}: set erp.filter_state: client"
    yield from _without(known, state, (*settings.select.state, CANCELLED), "state")
    yield from _without(known, rows_of.get(settings.name("ShipmentCategory")), (NORMAL,), "category")
    yield from _without(known, rows_of.get(settings.name("ReceiverType")), part.receivers, "kind of receiver")
    if not source.packed:
        yield from _without(known, lines.get(settings.name("Objstate")), sorted(GONE_LINES), "state of a line")


def _without(known: Metadata, found: Property | None, wanted: Sequence[str], what: str) -> Iterator[str]:
    members = known.members.get(_enum(found)) if found else None
    for each in dict.fromkeys(wanted):
        if members and each not in members:
            yield f"no {what} {each}{nearest(each, members)}"


def _enum(found: Property) -> str:
    """The enumeration of a property, by its name; of another type its own."""
    return found.type.rpartition(".")[2]


def _shown(found: Property) -> str:
    return found.type.removeprefix("Edm.") if found.type.startswith("Edm.") else _enum(found)


def _unfit(client: Client, known: Metadata) -> Iterator[str]:
    """Targets of the write-back that the document does not have, that are of another type, or that are too short."""
    rows_of, charge = known.of_set(client.settings.source.entity), client.settings.charge
    if charge.enabled and charge.set not in known.sets:
        yield f"write_back.charge: no set {charge.set}{nearest(charge.set, known.sets)}"
    for canonical, target in client.settings.targets.items():
        found = rows_of.get(target.field)
        if found is None:
            yield f"write_back.{canonical}: no {target.field}{nearest(target.field, rows_of)}"
        elif not takes(canonical, found):
            yield f"write_back.{canonical}: {target.field} is {_shown(found)}, not a text"
        elif target.longest and found.longest and found.longest < target.longest:
            yield f"write_back.{canonical}: {target.field} takes {found.longest} characters, not {target.longest}"


def _units(client: Client) -> Check:
    """The handling units, and which of the properties of weight there are."""
    part = client.settings.part
    try:
        known = read_metadata(client.metadata(UNITS))
    except ParcelbridgeError as error:
        return failed(UNITS, error)
    rows_of = known.of_set(UNIT_SET)
    weights = [each for each in part.weight_fields if each in rows_of]
    faults = [*_read(known, UNIT_SET, {each: each for each in _OF_UNITS})]
    faults += [f"{UNIT_SET}: {each} is {_shown(rows_of[each])}, not a number" for each in _texts(rows_of, weights)]
    if not weights:
        others = ", ".join(sorted(name for name in rows_of if "Weight" in name)) or "none"
        faults.append(f"none of erp.weight_fields is there; with Weight in their name are: {others}")
    if faults:
        return Check(UNITS, False, "; ".join(faults), "set erp.weight_fields, or grant the projection")
    return Check(UNITS, True, f"weights are read from {', '.join(weights)}, in {part.weight_unit}")


def _texts(rows_of: Mapping[str, Property], numbers: Iterable[str]) -> list[str]:
    return [each for each in numbers if rows_of[each].type not in NUMBERS]
