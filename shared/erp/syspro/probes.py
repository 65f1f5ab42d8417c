"""Checks of the connection test about one document, its receiver, and the fields that are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from shared.connection.write_back import WORDS
from shared.erp.fields.checks import too_short
from shared.erp.fields.target import FieldTarget
from shared.erp.syspro import notes
from shared.erp.syspro.answers import Row, said, shown
from shared.erp.syspro.client import Client
from shared.erp.syspro.documents import equal
from shared.erp.syspro.forms import FormField, Forms
from shared.erp.syspro.goods import decimal
from shared.erp.syspro.orders import Found
from shared.erp.syspro.settings import SysproSettings
from shared.erp.syspro.tables import Tables
from shared.errors import Misconfigured, Refused
from shared.ports import Check

NUMERIC = frozenset({"cost"})
MOST_VALUES = 1000
"""Allowed values that are looked at, of all fields of a form together."""


def goods_check(settings: SysproSettings, document: str, found: Found) -> Check:
    """One document's lines: their types, their mass, and the carrier code of its orders."""
    types = sorted({said(row, "LineType") for row in found.lines})
    mass = sum(
        decimal(said(row, "MStockQtyToShp"), document, "MStockQtyToShp")
        * decimal(said(row, "MStockUnitMass"), document, "MStockUnitMass")
        for row in found.lines
        if said(row, "LineType") in settings.part.line_types
    )
    codes = sorted({said(row, "ShippingInstrsCod") for row in found.orders} - {""})
    words = (
        f"{document} has {len(found.lines)} lines of types {', '.join(types) or 'none'}, "
        f"{mass:f} {settings.part.weight_unit} by their Mass, sales orders "
        f"{', '.join(shown(said(row, 'SalesOrder')) for row in found.orders) or 'none'}, carrier code "
        f"{', '.join(codes) or 'none'}"
    )
    return Check("goods", True, words)


def receivers_check(settings: SysproSettings, samples: Sequence[Row]) -> Check:
    """Count the documents with a city and a postcode by the address map, and show three as they are read."""
    if not samples:
        return Check("receivers", True, "no document is in the set now")
    if not settings.source.status:
        return Check("receivers", True, "an invoice's receiver stands on its dispatch notes")
    shown_ones, whole = [], 0
    for row in samples:
        at = {part: _first(row, columns) for part, columns in settings.address.items()}
        whole += bool(at["city"] and at["postcode"])
        shown_ones.append(f"{at['name']}: {at['line1']}, {at['city']} {at['state']} {at['postcode']} {at['country']}")
    words = f"{whole} of {len(samples)} have city and postcode; {' | '.join(shown_ones[:3])}"
    return Check("receivers", whole > 0, words, "" if whole else "say under erp.address which line has what")


def form_checks(
    forms: Forms, tables: Tables, settings: SysproSettings, form: str, rows: Sequence[Found]
) -> Iterator[tuple[str, Callable[[], Check]]]:
    """A form's definition, and a write to it that is validated only."""
    keys = [key for found in rows for key in forms.keys_of(form, found)][:1]
    targets = settings.forms[form]
    yield f"form {form}", lambda: _definition(forms, tables, form, keys, targets)
    yield f"COMSFM {form}", lambda: _writing(forms, form, keys, targets)


def _definition(
    forms: Forms, tables: Tables, form: str, keys: Sequence[str], targets: Mapping[str, FieldTarget]
) -> Check:
    if not keys:
        return Check(f"form {form}", True, "no document is in the set: its fields are looked at once there is one")
    fields = forms.read(form, keys[0])
    missing = [
        f"write_back.{name}: no {target.field}{_nearest(target.field.partition('.')[2], fields)}"
        for name, target in targets.items()
        if target.field.partition(".")[2].upper() not in fields
    ]
    there = {name: fields[target.field.partition(".")[2].upper()] for name, target in targets.items() if not missing}
    missing += [f"write_back.{name}: {each.name} is no number" for name, each in there.items() if _unfit(name, each)]
    lengths = {target.field: there[name].longest for name, target in targets.items() if name in there}
    missing += [f"write_back.{name}: {why}" for name, why in too_short(targets, lengths)]
    allowed = _allowed(tables, form)
    for name, target in targets.items():
        missing += _not_allowed(name, target, allowed.get(target.field.partition(".")[2].upper(), frozenset()))
    if missing:
        raise Misconfigured(
            "; ".join(missing),
            field="write_back",
            hint="correct the fields in SYSPRO's program Custom Form Design, or the codes under write_back",
        )
    said_of = ", ".join(_told(each, allowed.get(each.name, frozenset())) for each in there.values())
    return Check(f"form {form}", True, f"by {shown(keys[0])}: {said_of}")


def _told(field: FormField, allowed: frozenset[str]) -> str:
    return f"{field.name} {field.kind}{field.longest or ''}" + (f" of {'|'.join(sorted(allowed))}" if allowed else "")


def _allowed(tables: Tables, form: str) -> dict[str, frozenset[str]]:
    """The values that fields with a list of them take, by the field's code; none where the table cannot be read."""
    columns = ("FormType", "FieldName", "Item")
    try:
        rows, _ = tables.some("AdmFormValidation", columns, [equal("FormType", (form,))], "FieldName", MOST_VALUES)
    except Refused:
        return {}
    found: dict[str, frozenset[str]] = {}
    for row in rows:
        code = said(row, "FieldName").upper()
        found[code] = found.get(code, frozenset()) | {said(row, "Item")}
    return found


def _not_allowed(name: str, target: FieldTarget, allowed: frozenset[str]) -> list[str]:
    """Our words that a field with a list of values does not take."""
    words = {target.in_their_words(word) for word in WORDS.get(name, frozenset())} | set(target.values.values())
    wrong = sorted(words - allowed) if allowed else []
    return [f"write_back.{name}: {target.field} does not take {', '.join(wrong)}"] if wrong else []


def _unfit(name: str, field: FormField) -> bool:
    """A cost may be a text; what is text cannot be a number."""
    return field.kind == "N" and name not in NUMERIC


def _writing(forms: Forms, form: str, keys: Sequence[str], targets: Mapping[str, FieldTarget]) -> Check:
    """COMSFM with ValidateOnly: whether the object is there and licensed, and takes what is written."""
    name = f"COMSFM {form}"
    if not keys:
        return Check(name, True, "no document is in the set: writing is tried once there is one")
    fields = forms.read(form, keys[0])
    target = next(iter(targets.values()))
    refused = forms.probe(keys[0], fields, target.field)
    if refused:
        return Check(name, True, f"the object is there; to a trial value of {target.field} it says: {refused}")
    return Check(name, True, f"a change of {target.field} of {shown(keys[0])} would be taken (validated only)")


def note_check(client: Client, samples: Sequence[Row], *, ready: bool) -> Check:
    """SORTDH with ValidateOnly. A note that is not `ready` may be refused for its status: the object is there then."""
    if not samples:
        return Check("SORTDH", True, "there is no dispatch note yet: writing is tried once there is one")
    refused = notes.probe(client, samples[0])
    number = shown(said(samples[0], "DispatchNote"))
    if refused and not ready:
        return Check(
            "SORTDH", True, f"the object is there; of note {number}, which is not in the set, it says: {refused}"
        )
    if refused:
        hint = "SORTDH is of SYSPRO 2022 or later; else set write_back.dispatch.enabled: false"
        return Check("SORTDH", False, f"a change of note {number} would be refused: {refused}", hint)
    return Check("SORTDH", True, f"a change of note {number} would be taken (validated only)")


def _nearest(name: str, names: Mapping[str, FormField]) -> str:
    found = get_close_matches(name.upper(), list(names), n=1, cutoff=0.6)
    return f" (is it {found[0]}?)" if found else f" (there are {', '.join(sorted(names))})"


def _first(row: Row, columns: Sequence[str]) -> str:
    return next((said(row, column) for column in columns if said(row, column)), "")
