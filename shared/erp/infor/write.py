"""Puts tracking numbers, service and cost beside the purchase order: reads first, writes only ours and what differs."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from shared.domain.state import Reason
from shared.erp.infor.client import M3Client, RecordExists
from shared.erp.infor.lines import tidy
from shared.erp.infor.settings import FieldTarget, InforSettings
from shared.erp.infor.tracking_numbers import joined, numbers_in, rest_of
from shared.errors import Refused
from shared.ports import WriteBack


def write_note(client: M3Client, settings: InforSettings, note: WriteBack) -> tuple[str, ...]:
    """See Erp.write: gives the MI fields that now hold the note. Raises Unknown after a lost answer; repeat it then."""
    values = values_of(note)
    targets = {name: target for name, target in settings.write_back.items() if values.get(name)}
    if not targets:
        return ()
    try:
        return _compare_and_write(client, settings, note, targets)
    except RecordExists:
        return _compare_and_write(client, settings, note, targets)


def values_of(note: WriteBack) -> dict[str, str]:
    """Canonical names and plain values; nothing for a cost that another account pays."""
    return {
        "tracking_numbers": " ".join(note.tracking_numbers),
        "service": note.service,
        "cost": f"{tidy(note.cost.amount):f}" if note.cost else "",
        "currency": note.cost.currency if note.cost else "",
        "eta": note.eta,
        "milestone": note.milestone,
        "tracking_url": note.tracking_url,
        "shipment_id": note.shipment_id,
        "reference": note.reference,
    }


def _compare_and_write(
    client: M3Client, settings: InforSettings, note: WriteBack, targets: Mapping[str, FieldTarget]
) -> tuple[str, ...]:
    """Probe, then add or change: also what makes a repeated write harmless after a 504 (MI has no idempotency key)."""
    key = {"po_number": note.document}
    standing = client.record("shipment.read_back", key, [target.field for target in targets.values()])
    binding = settings.bindings["shipment.write_back"]
    ours = fields_of(targets, note, standing or {}, binding.length)
    differing = {field: value for field, value in ours.items() if not same((standing or {}).get(field, ""), value)}
    if differing:
        change = standing is not None and binding.change
        client.write("shipment.write_back", binding.change if change else binding.transaction, key, differing)
    return tuple(field + rest_of(value) for field, value in ours.items())


def fields_of(
    targets: Mapping[str, FieldTarget], note: WriteBack, standing: Mapping[str, str], lengths: Mapping[str, int]
) -> dict[str, str]:
    """What our fields shall hold: those of `targets`, without the ones that are to stay as they are.

    Raises Refused when a value does not fit: it is never cut.
    """
    wanted = {
        target.field: _wanted(name, target, note, standing.get(target.field, ""), lengths)
        for name, target in targets.items()
    }
    return {field: value for field, value in wanted.items() if value is not None}


def _wanted(name: str, target: FieldTarget, note: WriteBack, standing: str, lengths: Mapping[str, int]) -> str | None:
    """What one field shall hold, None when it is to stay as it is."""
    longest = target.longest or lengths.get(target.field)
    value = values_of(note)[name]
    if target.mode == "if_empty" and standing and not same(standing, value) and not _begun(name, note, standing):
        return None
    if name == "tracking_numbers":
        fitting = joined(note.tracking_numbers, longest, standing if target.mode == "append" else "")
    elif target.mode == "append" and standing:
        fitting = standing if value in standing.split() else f"{standing} {value}"
    else:
        fitting = value
    if fitting is None or (longest and len(fitting) > longest):
        raise Refused(
            Reason.WRITE_BACK,
            f"{name} does not fit into {target.field} of order {note.document}",
            field=f"write_back.{name}",
            value=value,
            hint=f"map it to a longer field: {target.field} takes {longest} characters",
        )
    return fitting


def _begun(name: str, note: WriteBack, standing: str) -> bool:
    """Whether a field of numbers holds nothing but ours: those of the order's other parcel groups, written before."""
    return name == "tracking_numbers" and set(numbers_in(standing)) <= set(note.tracking_numbers)


def same(standing: str, value: str) -> bool:
    """Equal as texts, or as numbers: M3 may give 12.5 as 12.500000."""
    if standing == value:
        return True
    try:
        return bool(standing) and Decimal(standing) == Decimal(value)
    except InvalidOperation:
        return False
