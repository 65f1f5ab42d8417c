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
"""States that move by themselves: each carries a `due_at`, so that a lost message can not strand it."""

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


class Reason(StrEnum):
    """Why an order waits for a person. The value stands in listings; the text says what to do."""

    APPROVAL = "approval"
    ADDRESS = "address"
    CANCELLED = "cancelled"
    CHANGED = "changed"
    CONNECTION = "connection"
    FREIGHT = "freight"
    FREIGHT_TERMS = "freight_terms"
    HAZARD = "hazard"
    INTERNATIONAL = "international"
    LABEL = "label"
    LINES = "lines"
    MISSING = "missing"
    REFUSED = "refused"
    REMAINING = "remaining"
    RETRIES = "retries"
    SERVICE = "service"
    SHIP_TOS = "ship_tos"
    SIZE = "size"
    STRAY = "stray"
    UNKNOWN = "unknown"
    VOID = "void"
    WEIGHT = "weight"
    WRITE_BACK = "write_back"


HINTS: dict[Reason, str] = {
    Reason.APPROVAL: "approve the quote: parcelbridge orders approve ORDER",
    Reason.ADDRESS: "correct the delivery address in the ERP; the next poll takes it from there",
    Reason.CANCELLED: "closed in the ERP after its label: parcelbridge orders void ORDER, or orders dismiss ORDER",
    Reason.CHANGED: "changed in the ERP after its label: parcelbridge orders void ORDER, or orders dismiss ORDER",
    Reason.CONNECTION: "mend the connection file or the credential, then parcelbridge orders retry ORDER",
    Reason.FREIGHT: "too heavy or too many pieces for parcels: ship it as freight, or correct the weight in the ERP",
    Reason.FREIGHT_TERMS: "map the code under freight_terms in the connection file, or correct it on the order",
    Reason.HAZARD: "a hazardous item is never shipped automatically: ship it by hand",
    Reason.INTERNATIONAL: "crosses a border and has no customs data: ship it by hand",
    Reason.LABEL: "the label is bought, its image is missing: print it at the carrier; orders retry writes the number",
    Reason.LINES: "nothing is left to ship on the order: check its lines in the ERP",
    Reason.MISSING: "fill the field in the ERP, or a default for it in the connection file",
    Reason.REFUSED: "the carrier refused it: correct the named field in the ERP, then parcelbridge orders retry ORDER",
    Reason.REMAINING: "more is open than was shipped: parcelbridge orders ship ORDER --lines 1,2, or orders dismiss",
    Reason.RETRIES: "the other side did not answer for a day: check its status, then parcelbridge orders retry ORDER",
    Reason.SERVICE: "map the delivery method under services in the connection file, or correct it on the order",
    Reason.SHIP_TOS: "lines moved between addresses after a label: check what is under way, then orders retry ORDER",
    Reason.SIZE: "the order is too large to be kept in one piece: split it in the ERP",
    Reason.STRAY: "a second shipment has our reference: void it at the carrier, then parcelbridge orders retry ORDER",
    Reason.UNKNOWN: "whether a label was made is not known: look the reference up at the carrier before anything else",
    Reason.VOID: "whether the void was made is not known: parcelbridge orders void ORDER asks the carrier again",
    Reason.WEIGHT: "enter the item's weight in the ERP, or defaults.unit_weight in the connection file",
    Reason.WRITE_BACK: "the ERP refused the tracking number: mend the cause, then parcelbridge orders retry ORDER",
}
"""What a clerk does next, for each reason; every reason has one (tested)."""
