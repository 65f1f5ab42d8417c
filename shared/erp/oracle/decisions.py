"""A change order as the draft side of its order shows it: its values, if it is ours, and how it was decided on.

Pure. The description tells ours from another one; where the pod does not give it, the values do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from shared.erp.fields.numbers import numbers_in
from shared.erp.oracle.answers import text
from shared.erp.oracle.client import Item
from shared.erp.oracle.file import Segment
from shared.ports import Verdict

MARK = "parcelbridge: "
"""How the description of a change order of ours begins."""
_DECLINED = ("REJECT", "WITHDRAW", "CANCEL")
"""How the status of a change begins that nobody approves any more."""
_ACCEPTED, _REJECTED = "accepted", "not approved"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The values for an order: a segment or header field, its value, and `what` it is in words."""

    what: str
    values: tuple[tuple[Segment, str], ...]

    @property
    def description(self) -> str:
        return f"{MARK}{self.what}"

    @property
    def left(self) -> str:
        """Says that nothing is to be written: another's value stands in each field."""
        segment = self.values[0][0]
        return f"{self.what}: left as it is, {segment.segment or segment.field} has another value"


@dataclass(frozen=True, slots=True)
class Seen:
    """The order as it is approved, and its draft side: itself, its flexfield's row (None where nothing was entered),
    and its open change."""

    order: Item
    draft: Item
    flexfield: Item | None
    change: str

    def says(self, segment: Segment) -> str:
        row: Mapping[str, object] = (self.flexfield or {}) if segment.segment else self.draft
        return text(row.get(segment.segment or segment.field or ""))

    def open_to(self, wanted: Wanted) -> Wanted:
        """Give the values that may be written: another's value stays in each field that is only filled if empty."""
        open_ones = [
            (segment, value)
            for segment, value in wanted.values
            if segment.mode == "overwrite" or self.says(segment) in ("", value)
        ]
        return replace(wanted, values=tuple(open_ones))

    def holds(self, wanted: Wanted) -> bool:
        return all(self.says(segment) == value for segment, value in wanted.values)

    def is_ours(self, wanted: Wanted) -> bool:
        """Return whether the incomplete change is ours: by its description, or where that is not told by our values."""
        described = text(self.draft.get("ChangeOrderDescription"))
        return self.change == "DRAFT" and (described.startswith(MARK) if described else self.holds(wanted))

    @property
    def is_our_rejected(self) -> bool:
        """Return whether the change is one of ours that nobody approves any more, and that still stands."""
        described = text(self.draft.get("ChangeOrderDescription"))
        return self.change.startswith(_DECLINED) and described.startswith(MARK)

    def outcome(self, wanted: Wanted) -> str:
        """Says how far a change with these values is; "" where the order does not have them."""
        return self._said_of(wanted) if self.holds(wanted) else ""

    def decided(self, wanted: Wanted, approved: Seen) -> str:
        """Says how far our change is that was submitted; "" where it is gone. `approved` is the order without a change.

        The change may have other values than those wanted now: parcels were shipped or voided after it. So it is known
        by its description, else by a number of ours that stands there.
        """
        if not approved.holds(wanted) and self._waits(wanted):
            return self._said_of(wanted)
        if approved.holds(wanted) or approved.shares(wanted):
            return f"{wanted.what}: approved"
        given_back = self.change == "DRAFT" and self.is_ours(wanted)
        return "" if given_back or self.open_to(wanted).values else wanted.left

    def shares(self, wanted: Wanted) -> bool:
        """Return whether one of our numbers or words stands there."""
        return any(set(numbers_in(self.says(each))) & set(numbers_in(value)) for each, value in wanted.values)

    def _waits(self, wanted: Wanted) -> bool:
        """Return whether the change is ours and submitted, and is or was to be approved."""
        described = text(self.draft.get("ChangeOrderDescription"))
        ours = described == wanted.description if described else self.shares(wanted)
        return self.change not in ("", "DRAFT") and ours

    def _said_of(self, wanted: Wanted) -> str:
        if not self.change:
            return f"{wanted.what}: approved"
        said = _REJECTED if self.change.startswith(_DECLINED) else _ACCEPTED
        return f"{wanted.what}: {said}, {self.change.lower()}"


def verdict(found: str) -> Verdict:
    """See DecidesLater.verdict."""
    said = found.rpartition(": ")[2]
    return "open" if said.startswith(_ACCEPTED) else "refused" if said.startswith(_REJECTED) else ""
