"""Puts tracking numbers, service and cost beside the purchase order: reads first, writes only ours and what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.domain.hints import Action, Hint, do
from shared.domain.state import Reason
from shared.erp.fields.clearing import is_blank
from shared.erp.fields.mapping import differing, fields_of, mentioned
from shared.erp.fields.numbers import rest_of
from shared.erp.fields.target import FieldTarget
from shared.erp.infor.client import M3Client, RecordExists
from shared.erp.infor.emptied import empties
from shared.erp.infor.settings import InforSettings
from shared.errors import Refused
from shared.ports import WriteBack

_EMPTY_BY_HAND = "empty it in M3 by hand, then {0}; set what empties a field there"


def write_note(client: M3Client, settings: InforSettings, note: WriteBack) -> tuple[str, ...]:
    """See Erp.write: gives the MI fields that now hold the note. Raises Unknown after a lost answer; repeat it then."""
    targets = mentioned(settings.write_back, note)
    if not targets:
        return ()
    try:
        return _compare_and_write(client, settings, note, targets)
    except RecordExists:
        return _compare_and_write(client, settings, note, targets)


def _compare_and_write(
    client: M3Client, settings: InforSettings, note: WriteBack, targets: Mapping[str, FieldTarget]
) -> tuple[str, ...]:
    """Probe, then add or change: also what makes a repeated write harmless after a 504 (MI has no idempotency key)."""
    key = {"po_number": note.document}
    standing = client.record("shipment.read_back", key, [target.field for target in targets.values()])
    binding = settings.bindings["shipment.write_back"]
    ours = fields_of(targets, note, standing or {}, binding.length)
    unlike = differing(ours, standing or {})
    if unlike:
        change = standing is not None and binding.change
        given = {field: value or empties(field, binding) for field, value in unlike.items()}
        client.write("shipment.write_back", binding.change if change else binding.transaction, key, given)
        _check_emptied(client, key, [field for field, value in unlike.items() if not value])
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
