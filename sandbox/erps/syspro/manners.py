"""How an installation behaves where the facts are unsure or know of more than one way. The default is the unkindest of
those that were seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

Way = Literal["mixed", "error", "empty"]


@dataclass(frozen=True)
class Stumble:
    """One post of `object` that answers `text`, once its effect is made or without it."""

    object: str
    text: str
    after: bool = True


@dataclass
class Manners:
    """Each flag has its section of facts/syspro.md; "mixed" goes through the ways in turn.

    Section 2: `wrapper` around every answer, `charset` of XML, `trimmed` whether a session works without its blanks,
    `one_session` an operator, `idle` after which a session is gone (nobody knows one), `lost` the text for it, `seats`
    of the licence with `full` at a logon beyond them, `abandoned` whether the seat of a session that was ended by
    another logon is taken over or kept, `lock_after` wrong passwords, `exception` the shape of exception 100000,
    `lower_case` of answers to Setup and Transaction, `missing_validate_only`, `warning` that a transaction's items
    meet, `stumbles` texts of the system itself that the next posts of an object answer, with or without their effect.
    Section 3: `nothing_found`, `no_date`, `all_columns` and descending order as of 2025, `rows_unasked` without
    ReturnRows, `further_conditions` GT, LT, NE.
    Section 4: `feed` switched on, `next_link`, `plus` the spelling of names that end in +, `largest_page`.
    Section 6: `unknown_form`, `add_existing`, `empty_number`, `too_long`, `left_out` elements of SORTDH,
    `user_field_length`, `e_signature`, `notepad`.
    """

    wrapper: Literal["bare", "json", "string"] = "bare"
    charset: Literal["mixed", "declared", "utf-8"] = "mixed"
    trimmed: bool = False
    one_session: bool = True
    idle: timedelta | None = None
    lost: Literal["misleading", "plain"] = "misleading"
    seats: int = 10
    full: Literal["refused", "let_in"] = "refused"
    abandoned: Literal["taken_over", "kept"] = "taken_over"
    lock_after: int = 3
    exception: Literal["mixed", "bare", "error"] = "mixed"
    lower_case: bool = True
    missing_validate_only: Literal["validates", "posts"] = "validates"
    warning: str = ""
    stumbles: list[Stumble] = field(default_factory=list)
    nothing_found: Way = "mixed"
    no_date: Literal["by_call", "empty", "zeros"] = "by_call"
    all_columns: bool = False
    rows_unasked: int = 25
    further_conditions: bool = False
    e_net: bool = True
    feed: bool = True
    next_link: bool = False
    plus: Literal["kept", "underscore"] = "kept"
    largest_page: int = 5000
    unknown_form: Way = "mixed"
    add_existing: Literal["duplicate", "already", "overwrites"] = "duplicate"
    empty_number: Literal["zero", "refused"] = "zero"
    too_long: Literal["refused", "cut"] = "refused"
    left_out: Literal["emptied", "kept"] = "emptied"
    user_field_length: int = 20
    e_signature: bool = False
    notepad: Literal["replaces", "appends"] = "replaces"
