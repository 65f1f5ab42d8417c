"""From what the ERP is told to what its fields shall hold: by mode, length and the ERP's own words. Pure.

Only fields of ours are touched, and of those only what we wrote: what stands there is given, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from shared.domain.state import Reason
from shared.erp.fields.clearing import is_blank, same, without
from shared.erp.fields.numbers import joined, numbers_in, without_rest, words_of
from shared.erp.fields.target import FieldTarget
from shared.errors import Refused
from shared.ports import WriteBack

NUMBERS = "tracking_numbers"


def values_of(note: WriteBack) -> dict[str, str]:
    """Canonical names and plain values; nothing for a cost that another account pays."""
    return {
        NUMBERS: " ".join(note.tracking_numbers),
        "service": note.service,
        "cost": _plain(note.cost.amount) if note.cost else "",
        "currency": note.cost.currency if note.cost else "",
        "eta": note.eta,
        "milestone": note.milestone,
        "failure": note.failure,
        "tracking_url": note.tracking_url,
        "shipment_id": note.shipment_id,
        "reference": note.reference,
    }


def mentioned(targets: Mapping[str, FieldTarget], note: WriteBack) -> dict[str, FieldTarget]:
    """Those targets of which the note says something now, or said something before."""
    said = [pair for each in (note, *earlier(note)) for pair in values_of(each).items()]
    names = {name for name, value in said if value} | ({NUMBERS} if note.withdrawn else set())
    return {name: target for name, target in targets.items() if name in names}


def fields_of(
    targets: Mapping[str, FieldTarget], note: WriteBack, standing: Mapping[str, str], lengths: Mapping[str, int]
) -> dict[str, str]:
    """Return the values that our fields must hold: those of `targets`, without the ones that are to stay as they are.

    `standing` is what they hold now, `lengths` what they take where the connection does not say so. Raises Refused when
    a value does not fit: it is never cut.
    """
    wanted = {
        target.field: _wanted(name, target, note, standing.get(target.field, ""), lengths)
        for name, target in targets.items()
    }
    return {field: value for field, value in wanted.items() if value is not None}


def differing(ours: Mapping[str, str], standing: Mapping[str, str]) -> dict[str, str]:
    """Those of our fields that do not hold their value yet."""
    return {field: value for field, value in ours.items() if not same(standing.get(field, ""), value)}


def _wanted(name: str, target: FieldTarget, note: WriteBack, standing: str, lengths: Mapping[str, int]) -> str | None:
    """Return the value that one field must hold, None when it is to stay as it is."""
    longest = target.longest or lengths.get(target.field)
    value = target.in_their_words(values_of(note)[name])
    told = [each for each in (target.in_their_words(values_of(earlier)[name]) for earlier in earlier(note)) if each]
    if name == NUMBERS:
        before, standing = standing, _without_withdrawn(note, standing)
        if not value:
            return standing if standing != before else None
    elif not value:
        return _taken_back(target, standing, told)
    begun = _begun(name, note, standing) or any(same(standing, each) for each in told)
    if target.mode == "if_empty" and not (is_blank(standing) or same(standing, value) or begun):
        return None
    if target.mode == "append" and told:
        standing = without(standing, {word for each in told for word in each.split()} - set(value.split()))
    fitting = _fitting(name, target, note, standing, longest)
    if fitting is None or (longest and len(fitting) > longest):
        raise _too_long(name, target, note, longest)
    return fitting


def _fitting(name: str, target: FieldTarget, note: WriteBack, standing: str, longest: int | None) -> str | None:
    """The value beside what stands there, as the mode wants it; None when not even one number fits."""
    value = target.in_their_words(values_of(note)[name])
    if name == NUMBERS:
        kept = standing if target.mode == "append" else ""
        return joined(note.tracking_numbers, longest, kept, target.separator)
    if target.mode == "append" and standing:
        return standing if value in words_of(standing) else f"{standing} {value}"
    return value


def _too_long(name: str, target: FieldTarget, note: WriteBack, longest: int | None) -> Refused:
    return Refused(
        Reason.WRITE_BACK,
        f"{name} does not fit into {target.field} of order {note.document}",
        field=f"write_back.{name}",
        value=target.in_their_words(values_of(note)[name]),
        hint=f"map it to a longer field: {target.field} takes {longest} characters",
    )


def _without_withdrawn(note: WriteBack, standing: str) -> str:
    """The field without our numbers that count no more, and without the count of those that it did not hold."""
    return without(without_rest(standing), note.withdrawn) if note.withdrawn else standing


def earlier(note: WriteBack) -> tuple[WriteBack, ...]:
    """The notes whose words are ours where they stand: what the ERP was told, or may have been."""
    return (*((note.before,) if note.before else ()), *note.maybe)


def _taken_back(target: FieldTarget, standing: str, told: Sequence[str]) -> str | None:
    """Return a field's text without our former value, which has no successor; None to leave it as it is."""
    if target.mode == "append":
        left = without(standing, {word for each in told for word in each.split()})
        return left if left != standing else None
    return "" if standing and any(same(standing, each) for each in told) else None


def _begun(name: str, note: WriteBack, standing: str) -> bool:
    """Tell if a field of numbers holds only our own: those of the order's other parcel groups, written before."""
    return name == NUMBERS and set(numbers_in(standing)) <= set(note.tracking_numbers)


def _plain(amount: Decimal) -> str:
    """An amount without a needless zero or an exponent."""
    return f"{amount.normalize():f}"
