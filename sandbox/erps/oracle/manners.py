"""How a pod behaves where the facts are unsure or know of more than one way. The default is seldom the kind one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from sandbox.erps.oracle.tables import HEADER_FLEXFIELD


@dataclass
class Manners:
    """Each flag has its section of facts/oracle.md.

    `default_framework`, `allowed_frameworks` of the root (1). `numbers_as_strings` in every version, not in 9 alone
    (1). `children_page` how many expanded children come (1). `has_more` with an offset: true at the end, false before
    (1). `most` the longest page (1). `total_results` whether totalResults is 500 (1). `failing_fields` resources whose
    `fields` is 500 (1). `shuffled` rows without orderBy in another order each time (1). `links` whether items have any,
    `numbers_as_keys` whether POHeaderId is taken in place of the hash (1). `errors` plain text to everybody, or JSON to
    who accepts it (1). `milliseconds` in times (1). `describe` whether describe may be asked (5).

    A request is processed at once unless InsertAndProcessFlag is false, or `pending_for` that long later (4A, 5).
    `job_every` when the job runs for those that wait. `listed_when_done` whether a processed request is still listed,
    `unit_by_code` whether UnitOfMeasure takes a code in place of the name (4A, unseen), `number_after_cancel` whether
    a cancelled advice frees its number, `future_ship_date` whether it is taken (5). `advice_waybill` whether waybill
    and packing slip of an advice can be changed (4A). `header_flexfield` the name of its child, `cancel_parameters`
    those of the actions, `cancel_result` the keys of their answer (4A).

    `submit` refuses or takes, `approval` how long it lasts, `decision` how it ends, `external` whether the supplier
    must accept too, each as long (4B). `pending_status` is the order's own status meanwhile: OPEN, or another one.
    """

    default_framework: str = "1"
    allowed_frameworks: tuple[str, ...] = ("1", "2", "3", "4", "5", "6", "7", "8", "9")
    numbers_as_strings: bool = False
    children_page: int = 25
    has_more: Literal["wrong", "right"] = "wrong"
    most: int = 500
    total_results: Literal["500", "counted"] = "500"
    failing_fields: set[str] = field(default_factory=set)
    shuffled: bool = True
    links: bool = True
    numbers_as_keys: bool = True
    errors: Literal["accepted", "plain"] = "accepted"
    milliseconds: Literal["mixed", "with", "without"] = "mixed"
    describe: bool = True
    pending_for: timedelta | None = None
    job_every: timedelta = timedelta(minutes=10)
    listed_when_done: bool = False
    unit_by_code: Literal["refused", "taken"] = "refused"
    number_after_cancel: Literal["kept", "freed"] = "kept"
    future_ship_date: Literal["refused", "taken"] = "refused"
    advice_waybill: Literal["refused", "taken"] = "refused"
    header_flexfield: str = HEADER_FLEXFIELD
    cancel_parameters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    cancel_result: tuple[tuple[str, str], ...] = (("Status", "Message"), ("returnStatus", "returnMessage"))
    submit: Literal["taken", "refused"] = "taken"
    approval: timedelta = timedelta(hours=3)
    decision: Literal["approved", "rejected"] = "approved"
    external: bool = False
    pending_status: Literal["OPEN", "PENDING CHANGE APPROVAL"] = "OPEN"
