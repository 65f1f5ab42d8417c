"""The write-back: fields are read, compared, written where they are empty or ours, and read back (facts, 6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from shared.domain.milestones import Milestone
from shared.domain.state import Reason
from shared.erp.fields.clearing import same
from shared.erp.fields.mapping import differing, fields_of, mentioned
from shared.erp.fields.numbers import rest_of
from shared.erp.fields.target import FieldTarget
from shared.erp.syspro import notes
from shared.erp.syspro.answers import said, shown
from shared.erp.syspro.client import Client, SessionEnded
from shared.erp.syspro.file import ORDER_FORM
from shared.erp.syspro.forms import FormField, Forms, holds
from shared.erp.syspro.orders import is_cancelled
from shared.erp.syspro.read import Reader, notes_of
from shared.erp.syspro.settings import SysproSettings
from shared.erp.syspro.sharing import Values, beside_others, kept_or
from shared.errors import Refused, Unknown
from shared.ports import WriteBack

DELIVERED = "delivered"
TRIES = 2
"""A write whose session ended is tried again once, when reading says that it did not happen."""


class Writer:
    """Writes for one connection."""

    def __init__(self, client: Client, reader: Reader, forms: Forms, settings: SysproSettings) -> None:
        self._client, self._reader, self._forms, self._settings = client, reader, forms, settings

    def write(self, note: WriteBack, now: datetime) -> tuple[str, ...]:
        """See Erp.write: gives the fields that now hold the note."""
        settings = self._settings
        forms = {form: mentioned(targets, note) for form, targets in settings.forms.items()}
        on_note = self._on_note(note)
        if not any(forms.values()) and not on_note:
            return ()
        head = self._reader.head(note.document)
        if head is not None and is_cancelled(settings, head):
            on_note = {}  # the forms of its orders go on: what was told of a voided label is taken back there
        if head is None or not (any(forms.values()) or on_note):
            if not note.tracking_numbers:
                return ()  # what was told of a voided label stays there: no person could take it back either
            raise Refused(
                Reason.WRITE_BACK,
                f"{note.document} is {'gone' if head is None else 'cancelled'} in SYSPRO: it takes nothing",
                field="write_back",
                hint="void the label if the parcel is not to go",
            )
        found = self._reader.rows(head)
        shared = {shown(said(row, "SalesOrder")) for row in found.orders if notes_of(row) > 1}
        written: Values = {}
        with self._client.session.alone():
            for form, targets in forms.items():
                for key in self._forms.keys_of(form, found) if targets else ():
                    several = form == ORDER_FORM and shown(key) in shared
                    written |= self._form(form, key, targets, note, several=several)
            if on_note:
                written |= self._note(note, on_note, now)
        return tuple(field + _remark(value) for field, value in written.items())

    # --- forms -------------------------------------------------------------------------------------------------------

    def _form(
        self, form: str, key: str, targets: Mapping[str, FieldTarget], note: WriteBack, *, several: bool
    ) -> Values:
        """Return the values of the form's fields, once they hold them. A form that `several` notes share says of each
        value whose it is."""

        def attempt() -> Values:
            fields = self._forms.read(form, key)
            standing = {each.field: self._forms.named(fields, each.field).value for each in targets.values()}
            lengths = _lengths(fields, targets)
            if several:
                ours: Values = {}
                for name, target in targets.items():
                    text = self._forms.named(fields, target.field).kind == "A"
                    ours |= beside_others(name, target, note, standing, lengths, text=text)
            else:
                ours = kept_or(targets, note, standing, fields_of(targets, note, standing, lengths))
            unlike = differing({field: value for field, value in ours.items() if value is not None}, standing)
            if unlike:
                clear = self._forms.write(key, fields, unlike)
                after = self._forms.read(form, key)
                _must_hold([each for each, value in unlike.items() if not holds(after, each, value)], key, clear=clear)
            return ours

        return _once_more(attempt)

    # --- the note itself ---------------------------------------------------------------------------------------------

    def _on_note(self, note: WriteBack) -> dict[str, FieldTarget]:
        targets = dict(self._settings.on_note)
        delivered = targets.pop(DELIVERED, None)
        found = mentioned(targets, note)
        if delivered and note.milestone == Milestone.DELIVERED:
            found[DELIVERED] = delivered
        return found

    def _note(self, note: WriteBack, targets: Mapping[str, FieldTarget], now: datetime) -> Values:
        """Return the values of the note's fields, once they hold them. The day of delivery is that of the telling."""
        plain = {name: target for name, target in targets.items() if name != DELIVERED}
        day = now.astimezone(self._settings.zone).date().isoformat()

        def attempt() -> Values:
            head = self._reader.head(note.document) or {}
            standing = {field: said(head, field) for field in notes.FIELDS}
            ours = kept_or(plain, note, standing, fields_of(plain, note, standing, {}))
            if DELIVERED in targets and not standing[targets[DELIVERED].field]:
                ours[targets[DELIVERED].field] = day
            unlike = differing({field: value for field, value in ours.items() if value is not None}, standing)
            if unlike:
                clear = notes.write(self._client, head, unlike)
                after = self._reader.head(note.document) or {}
                wrong = [field for field, value in unlike.items() if not same(said(after, field), value)]
                _must_hold(wrong, note.document, clear=clear)
            return ours

        return {f"note.{field}": value for field, value in _once_more(attempt).items()}


def _remark(value: str | None) -> str:
    """A remark for the audit behind the field's name."""
    if value is None:
        return " left alone: another value stands there"
    return rest_of(value) if value else " emptied"


def _once_more(attempt: Callable[[], Values]) -> Values:
    """The attempt, and another one where the session ended: each reads first, so nothing is written twice."""
    for _ in range(TRIES):
        try:
            return attempt()
        except SessionEnded as error:
            ended = error
    raise Unknown(f"SYSPRO ended the session at each write: {ended}")


def _must_hold(wrong: list[str], key: str, *, clear: bool) -> None:
    """Raises Refused where SYSPRO said yes and did not store it, Unknown where it said nothing clear."""
    if not wrong:
        return
    text = f"{', '.join(wrong)} of {shown(key)} does not hold what was written"
    if not clear:
        raise Unknown(f"{text}, and SYSPRO did not say that it stored it")
    raise Refused(
        Reason.WRITE_BACK,
        f"{text}: SYSPRO accepted it and stored something else",
        field=", ".join(wrong),
        hint="the field may be shorter than the value, or another user has just changed it: look at it in SYSPRO",
    )


def _lengths(fields: Mapping[str, FormField], targets: Mapping[str, FieldTarget]) -> dict[str, int]:
    found = {each.field: fields.get(each.field.partition(".")[2].upper()) for each in targets.values()}
    return {name: field.longest for name, field in found.items() if field and field.longest and field.kind == "A"}
