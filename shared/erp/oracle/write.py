"""The changes of an advice after it was made: the newest milestone in its comments, a new day of arrival."""

from __future__ import annotations

from shared.domain.state import Reason
from shared.erp.oracle.advice import LONGEST, Told, arrival, comments_with
from shared.erp.oracle.advices import Advices
from shared.erp.oracle.answers import Stale, text
from shared.erp.oracle.client import Client, Item
from shared.erp.oracle.schedules import day_of
from shared.errors import Misconfigured, Refused
from shared.ports import WriteBack

TRIES = 3
"""Tries against others who change the same advice; then the write-back is tried again later, and held in the end."""


def write(client: Client, note: WriteBack) -> tuple[str, ...]:
    """See Erp.write. Advices that are not made yet are made with what is known then, and are no concern of this."""
    if not client.settings.doors.enabled or not client.settings.doors.advice.enabled:
        return ()
    held = list[str]()
    for reference in note.reference.split():
        told = Told(reference, note.tracking_numbers, note.milestone, note.eta)
        held += _tell(client, told, several=len(note.reference.split()) > 1)
    return tuple(dict.fromkeys(held))


def _tell(client: Client, told: Told, *, several: bool) -> list[str]:
    for left in reversed(range(TRIES)):
        advice = Advices(client).standing(told.reference)
        if advice is None:
            return []
        item = client.item(advice.path) if advice.path else None
        if item is None:
            raise Misconfigured(
                f"advice {told.reference} is listed without a link, so it cannot be changed", field="erp.framework"
            )
        wanted = _wanted(client, item, told, several=several)
        unlike = {name: value for name, value in wanted.items() if not _stands(item, name, value)}
        try:
            if unlike:
                client.change(item, unlike)
            return [f"inboundShipments.{name}" for name in wanted]
        except Stale as error:
            if not left:
                raise Refused(
                    Reason.WRITE_BACK,
                    f"somebody else changes advice {told.reference} at the same time, {TRIES} times in a row: {error}",
                    field="write_back.advice",
                ) from error
    raise AssertionError  # the last try returns or raises


def _wanted(client: Client, item: Item, told: Told, *, several: bool) -> dict[str, str]:
    """Return the values for the advice. Of a document of several parcels each advice keeps its own numbers."""
    wanted = dict[str, str]()
    if client.settings.doors.advice.milestones == "Comments":
        standing = text(item.get("Comments"))
        comments = comments_with(standing, told_of(standing, told) if several else told)
        if len(comments) > LONGEST["Comments"]:
            raise Refused(
                Reason.WRITE_BACK,
                f"the comments of advice {told.reference} are full",
                field="write_back.advice.milestones",
                hint="shorten them in Fusion, or set write_back.advice.milestones: off",
            )
        wanted["Comments"] = comments
    if arrival(told.eta):
        wanted["ExpectedReceiptDate"] = arrival(told.eta)
    return wanted


def told_of(standing: str, told: Told) -> Told:
    """The facts with those of the numbers that the advice has already."""
    own = tuple(each for each in told.numbers if each in standing)
    return Told(told.reference, own, told.milestone, told.eta)


def _stands(item: Item, name: str, value: str) -> bool:
    standing = text(item.get(name))
    return day_of(standing) == day_of(value) if name == "ExpectedReceiptDate" else standing == value
