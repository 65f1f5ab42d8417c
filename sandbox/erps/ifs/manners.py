"""How a tenant behaves where the facts are unsure or know of more than one way. The default is the unkindest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass
class Manners:
    """Each flag has its section of facts/ifs.md.

    `endpoint` where the projections answer (1). `expires_in` seconds of a token (1). `cut_without_top` rows of an
    answer without $top (3). `largest_page` an upper bound of $top, `next_link` whether a cut page says so (3).
    `state_filter`,
    `select` whether they work at all (3). `shuffled` rows without $orderby in another order each time (3). `absent` how
    an absent value is written (3). `without_if_match` an upsert, or refused as older releases do (6).
    `conflict` how a stale ETag shows (7). `patched` the body after a PATCH (6). `dropped` properties that are accepted
    and not stored, `uneditable` sets whose PATCH is an illegal state (6). `equal_moves` whether an equal value makes a
    new version (10). `closed_custom`, `closed_standard` what Closed does with custom and checked fields (6). `csrf` on
    main (6). `warning_header` whether a set takes X-IFS-Accept-Warnings (6). `language` of texts (7). `seconds` that an
    operation takes, against Prefer: wait, and `late_effect` whether a write timed out has happened (3, 7).
    `reloads` how many requests meet MI_MODIFIED_ERROR (7). `business_status` of an ORA error (7, unseen).
    """

    endpoint: Literal["main", "int", "both"] = "main"
    expires_in: int = 180
    refresh_token: bool = True
    token_error: Literal["described", "bare"] = "described"  # noqa: S105
    cut_without_top: int = 25
    largest_page: int | None = None
    next_link: Literal["absent", "present", "foreign"] = "absent"
    state_filter: bool = True
    select: bool = True
    shuffled: bool = True
    absent: Literal["mixed", "null", "missing"] = "mixed"
    without_if_match: Literal["upsert", "refused"] = "upsert"
    conflict: Literal["mixed", "412", "409", "ora"] = "mixed"
    patched: Literal["mixed", "row", "nothing"] = "mixed"
    dropped: set[str] = field(default_factory=set)
    uneditable: set[str] = field(default_factory=set)
    equal_moves: bool = False
    closed_custom: Literal["refused", "taken"] = "refused"
    closed_standard: Literal["refused", "taken"] = "refused"
    csrf: bool = False
    warning_header: Literal["refused", "taken"] = "refused"
    error_shape: Literal["mixed", "outer", "inner", "object", "bare"] = "mixed"
    plain_refusals: Literal["mixed", "plain", "json"] = "mixed"
    language: str = "en"
    seconds: dict[str, float] = field(default_factory=dict)
    late_effect: bool = True
    reloads: int = 0
    business_status: int = 400
