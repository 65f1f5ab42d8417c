"""The states of an order, which may follow which, and the reasons for which a person is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from shared.domain.hints import Action, Hint, do


class State(StrEnum):
    """RECEIVED, READY (quoted and free to be bought), INTENT, SHIPPED, DONE; beside them HELD, UNKNOWN, CANCELLED."""

    RECEIVED = "RECEIVED"
    READY = "READY"
    INTENT = "INTENT"
    SHIPPED = "SHIPPED"
    DONE = "DONE"
    HELD = "HELD"
    UNKNOWN = "UNKNOWN"
    CANCELLED = "CANCELLED"


OPEN = frozenset({State.RECEIVED, State.READY, State.INTENT, State.SHIPPED, State.UNKNOWN})
"""States that move by themselves: each carries a `due_at`, so that a lost message cannot strand it."""

_NEXT: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.RECEIVED, State.READY, State.HELD, State.CANCELLED}),
    State.READY: frozenset({State.READY, State.RECEIVED, State.INTENT, State.UNKNOWN, State.HELD, State.CANCELLED}),
    State.INTENT: frozenset({State.SHIPPED, State.HELD, State.READY, State.UNKNOWN}),
    State.UNKNOWN: frozenset({State.UNKNOWN, State.SHIPPED, State.READY, State.HELD}),
    State.SHIPPED: frozenset({State.SHIPPED, State.DONE, State.HELD}),
    State.HELD: frozenset(
        {State.HELD, State.RECEIVED, State.READY, State.SHIPPED, State.UNKNOWN, State.DONE, State.CANCELLED}
    ),
    State.DONE: frozenset({State.DONE, State.HELD}),
    State.CANCELLED: frozenset({State.RECEIVED, State.HELD}),
}


EDGES = frozenset((before, after) for before, following in _NEXT.items() for after in following)
"""Every pair of states of which the one may follow the other."""
_IN_DOUBT = frozenset({State.INTENT, State.UNKNOWN, State.HELD})
"""Where an order may stand while nobody knows whether its label was made; it then leaves for a label, for another try
(READY), or for a person."""
_LABELLED = frozenset({State.SHIPPED, State.DONE, State.HELD})
_VOIDED = frozenset({State.HELD, State.CANCELLED})
_OF_LABEL = {"live": _LABELLED, "voided": _VOIDED}


@dataclass(frozen=True, slots=True)
class Position:
    """Where an order stands, as far as it decides which step may follow. `label` is that of its present generation."""

    state: State
    in_doubt: bool = False
    label: Literal["", "live", "voided"] = ""
    generation: int = 1


def may_follow(before: Position, after: Position) -> bool:
    """Tell if the workflow knows the step from `before` to `after`.

    A doubt is not forgotten: it ends by a label, or with proof or a person's word that there is none. A live label is
    not left alone: it is kept or voided. A further generation begins after a void, or where a person was asked.
    """
    if after.state not in _NEXT[before.state]:
        return False
    if after.generation != before.generation:
        fresh = after == Position(State.RECEIVED, generation=before.generation + 1)
        asked = before.state == State.HELD or (before.state, before.label) == (State.CANCELLED, "voided")
        return fresh and asked and not before.in_doubt
    if before.label:
        kept = after.label == before.label or (before.label, after) == ("live", _just_voided(after))
        return kept and not after.in_doubt and after.state in _OF_LABEL[after.label]
    if before.in_doubt:
        return _may_follow_doubt(after)
    doubted = after.state in (State.INTENT, State.UNKNOWN)
    return after.label == "" and after.in_doubt == doubted and after.state not in (State.SHIPPED, State.DONE)


def _just_voided(after: Position) -> Position:
    return replace(after, state=State.HELD, label="voided")


def _may_follow_doubt(after: Position) -> bool:
    if after.in_doubt:
        return after.state in _IN_DOUBT and not after.label
    if after.label:
        return after.label == "live" and after.state in (State.SHIPPED, State.HELD)
    return after.state in (State.READY, State.HELD)


DISMISSED = "dismissed"
"""The reason of a CANCELLED order that a person does not want shipped: it stays so until the ERP changes it."""


class Reason(StrEnum):
    """Why an order waits for a person. The value stands in listings; the text says what to do."""

    APPROVAL = "approval"
    ADDRESS = "address"
    ALREADY_SHIPPED = "already_shipped"
    CANCELLED = "cancelled"
    CHANGED = "changed"
    CONNECTION = "connection"
    CURRENCY = "currency"
    CUSTOMS = "customs"
    EXPORT_FILING = "export_filing"
    FREIGHT = "freight"
    FREIGHT_TERMS = "freight_terms"
    HAZARD = "hazard"
    INTERNATIONAL = "international"
    LABEL = "label"
    LINES = "lines"
    MISSING = "missing"
    PAPERS = "papers"
    PO_BOX = "po_box"
    PRICE = "price"
    PRICE_RISE = "price_rise"
    REFUSED = "refused"
    REMAINING = "remaining"
    RETRIES = "retries"
    SERVICE = "service"
    SHIP_TOS = "ship_tos"
    SIZE = "size"
    STRAY = "stray"
    UNITS = "units"
    UNKNOWN = "unknown"
    VOID = "void"
    WEIGHT = "weight"
    WRITE_BACK = "write_back"


HINTS: dict[Reason, Hint] = {
    Reason.APPROVAL: Hint("look at the quote and approve it: {0}", (do(Action.APPROVE),)),
    Reason.ADDRESS: Hint(
        "correct it in the ERP, or {0} (or address=as-is)",
        (do(Action.FIX, field="address", value="candidate:1"), do(Action.CORRECT_IN_ERP)),
    ),
    Reason.ALREADY_SHIPPED: Hint(
        "the ERP has another tracking number: empty it there if no parcel went out, or {0} if one did",
        (do(Action.DISMISS), do(Action.CORRECT_IN_ERP)),
    ),
    Reason.CANCELLED: Hint("closed in the ERP after its label: {0}, or {1}", (do(Action.VOID), do(Action.DISMISS))),
    Reason.CHANGED: Hint("changed in the ERP after its label: {0}, or {1}", (do(Action.VOID), do(Action.DISMISS))),
    Reason.CONNECTION: Hint(
        "correct the connection file or the credential, then {0}", (do(Action.RETRY), do(Action.EDIT_FILE))
    ),
    Reason.CURRENCY: Hint(
        "give approve.amount in the currency of the quotes: amounts in different currencies cannot be compared",
        (do(Action.EDIT_FILE, field="approve.amount"),),
    ),
    Reason.CUSTOMS: Hint(
        "enter what is missing where it says, or {0}; nothing is bought meanwhile",
        (do(Action.FIX), do(Action.CORRECT_IN_ERP), do(Action.EDIT_FILE, field="customs")),
    ),
    Reason.EXPORT_FILING: Hint("file the export, then {0}", (do(Action.FIX, field="export_filing"),)),
    Reason.FREIGHT: Hint(
        "too heavy or too many pieces for parcels: ship it as freight, or correct the weight in the ERP",
        (do(Action.SHIP_BY_HAND), do(Action.CORRECT_IN_ERP, field="weight")),
    ),
    Reason.FREIGHT_TERMS: Hint(
        "map the code under freight_terms in the connection file, or correct it on the order",
        (do(Action.EDIT_FILE, field="freight_terms"), do(Action.CORRECT_IN_ERP)),
    ),
    Reason.HAZARD: Hint("a hazardous item is never shipped automatically: ship it by hand", (do(Action.SHIP_BY_HAND),)),
    Reason.INTERNATIONAL: Hint(
        "it crosses a customs border: enter the named field, have papers made by customs.papers in the connection "
        "file, or ship it by hand",
        (do(Action.CORRECT_IN_ERP), do(Action.EDIT_FILE, field="customs.papers"), do(Action.SHIP_BY_HAND)),
    ),
    Reason.LABEL: Hint(
        "the label is bought, its image is missing: print it at the carrier; {0} writes the number",
        (do(Action.RETRY), do(Action.PRINT_AT_CARRIER)),
    ),
    Reason.LINES: Hint(
        "nothing is left to ship on the order: check its lines in the ERP", (do(Action.CORRECT_IN_ERP, field="lines"),)
    ),
    Reason.MISSING: Hint("fill the field in the ERP, or {0}", (do(Action.FIX), do(Action.CORRECT_IN_ERP))),
    Reason.PAPERS: Hint(
        "its papers for customs are missing: make the invoice by hand, then {0}", (do(Action.RETRY), do(Action.VOID))
    ),
    Reason.PO_BOX: Hint(
        "parcels are handed over at a street address: enter one in the ERP, or ship it by post",
        (do(Action.CORRECT_IN_ERP, field="address"), do(Action.SHIP_BY_HAND)),
    ),
    Reason.PRICE: Hint(
        "no price that can be bought on: look at the account's rates at the carrier and at limits.amount_per_day, "
        "then {0}; or ship it by hand",
        (do(Action.RETRY), do(Action.EDIT_FILE, field="limits.amount_per_day"), do(Action.SHIP_BY_HAND)),
    ),
    Reason.PRICE_RISE: Hint(
        "the carrier charged more than was approved, and the parcel goes: compare its invoice, then {0}; or {1}",
        (do(Action.DISMISS), do(Action.VOID)),
    ),
    Reason.REFUSED: Hint(
        "the carrier refused: correct it in the ERP, then {0}; or {1}",
        (do(Action.RETRY), do(Action.FIX), do(Action.CORRECT_IN_ERP)),
    ),
    Reason.REMAINING: Hint(
        "more is open than was shipped: {0}, or {1}", (do(Action.SHIP, lines="1,2"), do(Action.DISMISS))
    ),
    Reason.RETRIES: Hint("the other side did not answer for a day: check its status, then {0}", (do(Action.RETRY),)),
    Reason.SERVICE: Hint(
        "map the delivery method under services, or {0}",
        (do(Action.FIX, field="service", value="CODE"), do(Action.EDIT_FILE, field="services")),
    ),
    Reason.SHIP_TOS: Hint(
        "lines moved between addresses after a label: check what is under way, then {0}", (do(Action.RETRY),)
    ),
    Reason.SIZE: Hint(
        "the order is too large to be kept in one piece: split it in the ERP", (do(Action.CORRECT_IN_ERP),)
    ),
    Reason.STRAY: Hint(
        "a second shipment has our reference: void it at the carrier, then {0}",
        (do(Action.RETRY), do(Action.VOID_AT_CARRIER)),
    ),
    Reason.UNITS: Hint(
        "enter in the item's master data in the ERP how many basic units make the ordered one",
        (do(Action.CORRECT_IN_ERP, field="unit"),),
    ),
    Reason.UNKNOWN: Hint(
        "whether a label was made is not known: {0}, then {1} or {2}",
        (do(Action.LIST_UNKNOWN), do(Action.ADOPT), do(Action.DECLARE_ABSENT)),
    ),
    Reason.VOID: Hint("whether the void was made is not known: {0} asks the carrier again", (do(Action.VOID),)),
    Reason.WEIGHT: Hint(
        "enter the item's weight in the ERP, or {0} (of one piece or handling unit; package_weight= of the whole)",
        (do(Action.FIX, field="weight", value="2.5 lb"), do(Action.CORRECT_IN_ERP, field="weight")),
    ),
    Reason.WRITE_BACK: Hint("the ERP refused the tracking number: fix the cause, then {0}", (do(Action.RETRY),)),
}
"""The next action of a clerk for each reason; every reason has one (tested)."""


BY_HAND, BY_HAND_LATE = "by_hand", "by_hand_late"
"""Reasons of an UNKNOWN order that was sent to its carrier, where a person buys the label; late: somebody was told."""
AWAITED = frozenset({BY_HAND, BY_HAND_LATE})


WAITS: dict[str, str] = {
    "ship_date": "nothing: it is bought when its ship date has come",
    "unconfirmed": "confirm the order in the ERP; the next poll sees it",
    "read_again": "nothing: the next poll reads it once more, and then it is bought",
}
"""Why a READY order waits on purpose, beside a limit or a retry, and what a clerk can do about it."""
