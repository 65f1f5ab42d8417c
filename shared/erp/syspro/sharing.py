"""A form that several dispatch notes share, and fields with somebody else's value (facts/syspro.md, section 6).

Pure. Where an order has several notes, its form has one field for all of them: each value then says of which note it
is, such as `346:delivered`. A number field has room for one value: that of the note that was told first stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from shared.erp.fields.clearing import is_blank, without
from shared.erp.fields.mapping import NUMBERS, earlier, fields_of, values_of
from shared.erp.fields.target import FieldTarget
from shared.errors import Refused
from shared.ports import WriteBack

Values = dict[str, str | None]
"""The values that our fields must hold, by field; None for one that is left alone, since it has somebody else's."""
ALIKE = frozenset({NUMBERS, "currency"})
"""Names whose values need no mark: numbers are told apart by themselves, and a currency is one for all."""


def kept_or(
    targets: Mapping[str, FieldTarget], note: WriteBack, standing: Mapping[str, str], ours: Mapping[str, str]
) -> Values:
    """The values of ours, and None for fields that have something to hold and hold another one's value."""
    values = values_of(note)
    left = [each.field for name, each in targets.items() if each.field not in ours and values[name]]
    return {**{field: None for field in left if not is_blank(standing.get(field, ""))}, **ours}


def beside_others(
    name: str,
    target: FieldTarget,
    note: WriteBack,
    standing: Mapping[str, str],
    lengths: Mapping[str, int],
    *,
    text: bool,
) -> Values:
    """The value of one field of a form that several notes share. What does not fit beside the others is left alone."""
    marked = replace(target, mode="append", mark=f"{note.document}:")
    value = target.in_their_words(values_of(note)[name])
    if target.mode != "if_empty" or name in ALIKE or not text or " " in value:
        return kept_or({name: target}, note, standing, fields_of({name: target}, note, standing, lengths))
    stood = standing[target.field]
    plain = {target.in_their_words(values_of(each)[name]) for each in earlier(note)} - {""}
    others = without(stood, plain)  # of the time when this note was the only one
    try:
        ours: Values = {**fields_of({name: marked}, note, {target.field: others}, lengths)}
    except Refused:
        return {target.field: None}
    return ours or ({target.field: others} if others != stood else {})
