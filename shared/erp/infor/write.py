"""Puts tracking numbers, service and cost beside the purchase order: reads first, writes only ours and what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from shared.domain.hints import Action, Hint, do
from shared.domain.state import Reason
from shared.erp.infor.client import M3Client, RecordExists
from shared.erp.infor.emptied import empties, is_blank, without
from shared.erp.infor.lines import tidy
from shared.erp.infor.settings import FieldTarget, InforSettings
from shared.erp.infor.tracking_numbers import joined, numbers_in, rest_of, without_rest
from shared.errors import Refused
from shared.ports import WriteBack

_EMPTY_BY_HAND = "empty it in M3 by hand, then {0}; set what empties a field there"


def write_note(client: M3Client, settings: InforSettings, note: WriteBack) -> tuple[str, ...]:
    """See Erp.write: gives the MI fields that now hold the note. Raises Unknown after a lost answer; repeat it then."""
    values, told = values_of(note), values_of(note.before) if note.before else {}
    spoken = {name for name, value in [*values.items(), *told.items()] if value}
    spoken |= {"tracking_numbers"} if note.withdrawn else set()
    targets = {name: target for name, target in settings.write_back.items() if name in spoken}
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
        given = {field: value or empties(field, binding) for field, value in differing.items()}
        client.write("shipment.write_back", binding.change if change else binding.transaction, key, given)
        _check_emptied(client, key, [field for field, value in differing.items() if not value])
    return tuple(field + (rest_of(value) if value else " emptied") for field, value in ours.items())


def _check_emptied(client: M3Client, key: Mapping[str, str], fields: Sequence[str]) -> None:
    """Raises Refused when M3 has kept something in a field that was to be empty."""
    standing = client.record("shipment.read_back", key, fields) if fields else None
    left = [field for field in fields if not is_blank((standing or {}).get(field, ""))]
    if left:
        raise Refused(
            Reason.WRITE_BACK,
            f"{', '.join(left)} of order {key['po_number']} could not be emptied",
            field="erp.bindings.shipment.write_back.settings.blank",
            hint=Hint(_EMPTY_BY_HAND, (do(Action.RETRY),)),
        )


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
    value, told = values_of(note)[name], values_of(note.before)[name] if note.before else ""
    if name == "tracking_numbers":
        before, standing = standing, _without_withdrawn(note, standing)
        if not value:
            return standing if standing != before else None
    elif not value:
        return _taken_back(target, standing, told)
    begun = _begun(name, note, standing) or (told and same(standing, told))
    if target.mode == "if_empty" and standing and not same(standing, value) and not begun:
        return None
    if target.mode == "append" and told:
        standing = without(standing, set(told.split()) - set(value.split()))
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


def _without_withdrawn(note: WriteBack, standing: str) -> str:
    """The field without our numbers that count no more, and without the count of those that it did not hold."""
    return without(without_rest(standing), note.withdrawn) if note.withdrawn else standing


def _taken_back(target: FieldTarget, standing: str, told: str) -> str | None:
    """What is left of a field for which there is nothing to say now: emptied when it says what it was told by us."""
    if target.mode == "append":
        left = without(standing, told.split())
        return left if left != standing else None
    return "" if told and standing and same(standing, told) else None


def _begun(name: str, note: WriteBack, standing: str) -> bool:
    """Whether a field of numbers holds nothing but ours: those of the order's other parcel groups, written before."""
    return name == "tracking_numbers" and set(numbers_in(standing)) <= set(note.tracking_numbers)


def same(standing: str, value: str) -> bool:
    """Equal as texts, or as numbers: M3 may give 12.5 as 12.500000, and 0 for nothing."""
    if standing == value or (not value and is_blank(standing)):
        return True
    try:
        return bool(standing) and Decimal(standing) == Decimal(value)
    except InvalidOperation:
        return False
