"""The states of an order, which may follow which, and the reasons for which a person is asked."""

from __future__ import annotations

from enum import StrEnum


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
    State.DONE: frozenset({State.DONE, State.HELD, State.SHIPPED}),
    State.CANCELLED: frozenset({State.RECEIVED, State.HELD}),
}


def may_follow(before: State, after: State) -> bool:
    """Whether the workflow knows the step from `before` to `after`."""
    return after in _NEXT[before]


DISMISSED = "dismissed"
"""The reason of a CANCELLED order that a person does not want shipped: it stays so until the ERP changes it."""


class Reason(StrEnum):
    """Why an order waits for a person. The value stands in listings; the text says what to do."""

    APPROVAL = "approval"
    ADDRESS = "address"
    CANCELLED = "cancelled"
    CHANGED = "changed"
    CONNECTION = "connection"
    CURRENCY = "currency"
    FREIGHT = "freight"
    FREIGHT_TERMS = "freight_terms"
    HAZARD = "hazard"
    INTERNATIONAL = "international"
    LABEL = "label"
    LINES = "lines"
    MISSING = "missing"
    PO_BOX = "po_box"
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


HINTS: dict[Reason, str] = {
    Reason.APPROVAL: "look at the quote and approve it: parcelbridge orders approve ORDER",
    Reason.ADDRESS: "correct it in the ERP, or parcelbridge orders fix ORDER address=candidate:1 (or address=as-is)",
    Reason.CANCELLED: "closed in the ERP after its label: parcelbridge orders void ORDER, or orders dismiss ORDER",
    Reason.CHANGED: "changed in the ERP after its label: parcelbridge orders void ORDER, or orders dismiss ORDER",
    Reason.CONNECTION: "mend the connection file or the credential, then parcelbridge orders retry ORDER",
    Reason.CURRENCY: "give approve.amount in the currency of the quotes: which one is more cannot be said",
    Reason.FREIGHT: "too heavy or too many pieces for parcels: ship it as freight, or correct the weight in the ERP",
    Reason.FREIGHT_TERMS: "map the code under freight_terms in the connection file, or correct it on the order",
    Reason.HAZARD: "a hazardous item is never shipped automatically: ship it by hand",
    Reason.INTERNATIONAL: "crosses a customs border without what that needs: enter the named field, or ship it by hand",
    Reason.LABEL: "the label is bought, its image is missing: print it at the carrier; orders retry writes the number",
    Reason.LINES: "nothing is left to ship on the order: check its lines in the ERP",
    Reason.MISSING: "fill the field in the ERP, or parcelbridge orders fix ORDER FIELD=VALUE",
    Reason.PO_BOX: "parcels are handed over at a street address: enter one in the ERP, or ship it by post",
    Reason.REFUSED: "the carrier refused: mend it in the ERP and retry, or parcelbridge orders fix ORDER FIELD=VALUE",
    Reason.REMAINING: "more is open than was shipped: parcelbridge orders ship ORDER --lines 1,2, or orders dismiss",
    Reason.RETRIES: "the other side did not answer for a day: check its status, then parcelbridge orders retry ORDER",
    Reason.SERVICE: "map the delivery method under services, or parcelbridge orders fix ORDER service=CODE",
    Reason.SHIP_TOS: "lines moved between addresses after a label: check what is under way, then orders retry ORDER",
    Reason.SIZE: "the order is too large to be kept in one piece: split it in the ERP",
    Reason.STRAY: "a second shipment has our reference: void it at the carrier, then parcelbridge orders retry ORDER",
    Reason.UNITS: "enter in the ERP how many basic units make the ordered one (M3: the item's alternate units)",
    Reason.UNKNOWN: "whether a label was made is not known: parcelbridge unknown list, then adopt or declare-absent",
    Reason.VOID: "whether the void was made is not known: parcelbridge orders void ORDER asks the carrier again",
    Reason.WEIGHT: "enter the item's weight in the ERP, or parcelbridge orders fix ORDER weight='2.5 lb'",
    Reason.WRITE_BACK: "the ERP refused the tracking number: mend the cause, then parcelbridge orders retry ORDER",
}
"""What a clerk does next, for each reason; every reason has one (tested)."""


WAITS: dict[str, str] = {
    "ship_date": "nothing: it is bought when its ship date has come",
    "unconfirmed": "confirm the order in the ERP; the next poll sees it",
}
"""Why a READY order waits on purpose, beside a limit or a retry, and what a clerk can do about it."""
