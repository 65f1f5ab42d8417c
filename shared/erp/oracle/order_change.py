"""The order itself, told by a change order: once, never into a change of somebody else's, and cleaned up after a submit
that was refused (facts/oracle.md, 4 B).

A change of an open order opens an incomplete change order, which locks the buyer out until it is submitted or deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.domain.state import Reason
from shared.erp.oracle.answers import NotOpen, Row, Stale, flag, text
from shared.erp.oracle.client import Client, Item, as_item
from shared.erp.oracle.decisions import Seen, Wanted
from shared.erp.oracle.orders import DRAFTS, draft, find, path_of
from shared.erp.oracle.query import number
from shared.erp.oracle.selection import status_of
from shared.errors import Misconfigured, ParcelbridgeError, Refused, Retry, Unknown

TRIES = 3
"""Tries against others who change the same order; then a person looks."""
_LATER = 3600.0
"""Seconds until an order with somebody's open change is looked at again."""
_ENDED = ("CANCEL", "CLOSED", "FINALLY", "REJECTED")


class OrderChanges:
    """Change orders of one connection."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def find(self, document: str, wanted: Wanted) -> str:
        """Says that the order has the values, and whether they are approved, accepted for approval or not approved; ""
        where it has none of them. Where another's value stands that is to stay, there is nothing to be made."""
        seen = self._look(document)
        open_ones = seen.open_to(wanted)
        if not open_ones.values:
            return wanted.left
        if seen.change and self._approved(seen, open_ones).holds(open_ones):  # the open change is somebody's after ours
            return f"{wanted.what}: approved"
        if seen.change == "DRAFT" and seen.is_ours(open_ones):  # begun and not submitted
            return ""
        return seen.outcome(open_ones)

    def decided(self, document: str, wanted: Wanted) -> str:
        """See DecidesLater.decided."""
        seen = self._look(document)
        return seen.decided(wanted, self._approved(seen, wanted) if seen.change else seen)

    def make(self, document: str, wanted: Wanted) -> str:
        """Opens a change order, writes the values and submits it; gives what became of it.

        Raises Retry while somebody else's change is open; Refused where the order takes none, where others change it
        at the same time, or where Fusion refuses the submit; Unknown where an answer was lost.
        """
        whole = wanted
        for left in reversed(range(TRIES)):
            seen = self._look(document)
            wanted = seen.open_to(wanted)
            if not wanted.values:
                return whole.left
            if seen.change != "DRAFT" and (there := seen.outcome(wanted)):  # made meanwhile for another parcel group
                return there
            _stop(seen, document, wanted)
            try:
                self._write(seen, wanted)
                break
            except Stale as error:
                if not left:
                    self._clean(document, wanted)
                    raise _refused(
                        document, f"somebody else changes it at the same time, {TRIES} times: {error}"
                    ) from error
            except (Refused, Misconfigured):
                self._clean(document, wanted)
                raise
        return self._submit(document, wanted)

    def _look(self, document: str) -> Seen:
        order = find(self._client, document)
        found = draft(self._client, order) if order is not None else None
        if order is None or found is None:
            raise _refused(document, "it is gone, or may not be changed by this user")
        change = text(found.get("ChangeOrderStatusCode")).upper()
        change = "" if change == "PROCESSED" else change
        return Seen(order, found, self._flexfield(found), change)

    def _approved(self, seen: Seen, wanted: Wanted) -> Seen:
        """The order as it is approved, without an open change: what it has then is not to be made, whatever the change
        says of itself."""
        row: Row = {}
        if any(segment.segment for segment, _ in wanted.values):
            try:
                row = next(self._client.rows(f"{path_of(seen.order)}/child/DFF", most=1), {})
            except NotOpen:
                row = {}
        return Seen(seen.order, seen.order, Item(row, "", ""), "")

    def _flexfield(self, found: Item) -> Item | None:
        """The row of the flexfield, read by itself: it has an ETag of its own."""
        row = next(self._client.rows(f"{found.path}/child/DFF", most=1), None)
        if row is None:
            return None
        path = as_item(row, f"{DRAFTS}/DFF").path or f"{found.path}/child/DFF/{number(text(found.get('POHeaderId')))}"
        item = self._client.item(path)
        if item is not None and not item.path:
            item.path = path
        return item

    def _write(self, seen: Seen, wanted: Wanted) -> None:
        """The header first, with the description by which the change is known to be ours; then the flexfield."""
        fields = {segment.field: value for segment, value in wanted.values if segment.field}
        if seen.change != "DRAFT" or any(text(seen.draft.get(name or "")) != value for name, value in fields.items()):
            self._client.change(seen.draft, {**_names(fields), "ChangeOrderDescription": wanted.description})
        segments = {segment: value for segment, value in wanted.values if segment.segment}
        if not segments or all(seen.says(segment) == value for segment, value in segments.items()):
            return
        values = {segment.segment or "": value for segment, value in segments.items()}
        context = next((segment.context for segment in segments if segment.context), "")
        values |= {"__FLEX_Context": context} if context else {}
        row = self._flexfield(seen.draft)
        if row is None:
            self._client.create(f"{seen.draft.path}/child/DFF", values)
        elif any(text(row.get(name)) != value for name, value in values.items()):
            self._client.change(row, values)

    def _submit(self, document: str, wanted: Wanted) -> str:
        seen, why = self._look(document), ""
        if not seen.is_ours(wanted):
            raise Unknown(f"the change of order {document} is not seen: {seen.change or 'no change is open'}")
        try:
            self._client.act(seen.draft.path, "submit", {"validateBeforeSubmitFlag": "true"})
        except Refused as error:
            why = str(error)
        except Misconfigured:
            self._clean(document, wanted)
            raise
        after = self._look(document)
        done = "" if after.change == "DRAFT" else after.outcome(wanted)
        if done:
            return done
        if after.change == "DRAFT":
            self._clean(document, wanted)
            raise _refused(document, f"Fusion refused to submit the change: {why or 'no reason is given'}")
        raise Unknown(f"what became of the change of order {document} is not seen: {after.change or why}")

    def _clean(self, document: str, wanted: Wanted) -> None:
        """Deletes our incomplete change, so that the buyer is not locked out; another one's stays."""
        try:
            seen = self._look(document)
            if seen.change == "DRAFT" and seen.is_ours(wanted):
                self._client.act(seen.draft.path, "deleteChangeOrder", {})
        except (ParcelbridgeError, Stale) as error:
            raise Unknown(f"our incomplete change of order {document} may still be open: {error}") from error


def _names(fields: Mapping[Any, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if name}


def _stop(seen: Seen, document: str, wanted: Wanted) -> None:
    """Raises Refused for an order that takes no change, or has a rejected one of ours; Retry while somebody else's is
    open."""
    status = status_of(seen.draft)
    if status.startswith(_ENDED):
        raise _refused(document, f"it is {status.lower()}")
    if flag(seen.draft.get("FrozenFlag")):
        raise _refused(document, "it is frozen")
    if seen.is_our_rejected:
        raise _refused(document, f"a change order of ours stands there, {seen.change.lower()}: delete it, then retry")
    if seen.change and not seen.is_ours(wanted):
        raise Retry(f"order {document} has an open change of somebody else: {seen.change.lower()}", _LATER)


def _refused(document: str, why: str) -> Refused:
    return Refused(
        Reason.WRITE_BACK,
        f"order {document} was not changed: {why}",
        field="write_back.order",
        hint="look at the order in Fusion; the number stands in our store and on the tracking page",
    )
