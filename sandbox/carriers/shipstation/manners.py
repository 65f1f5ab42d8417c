"""How an account behaves where the facts are unsure or know of more than one way. The default is the unkindest that
still lets a careful client do its work."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal


@dataclass
class Manners:
    """Each has its section of facts/shipstation.md.

    V2: `unknown_query` a parameter that is none is refused or passed over (2, unseen). `duplicate` how a known
    external_shipment_id shows at creation (8). `inline_external` what an inline shipment of labels and rates does with
    a known one (8). `rates_leave` whether a rate request leaves a shipment behind (8). `carrier_needed` whether a label
    needs carrier_id beside its service (2). `phone_needed` whether a label needs both phones (2, by the vendor's
    definition). `messages` what becomes of a text that is too long for the carrier's label (unseen). `unique_numbers`
    whether shipment_number must be unique (1). `errors` the envelope, or the form of one page (2). `first_label_only`
    by external id in the path (1). `headers` whether V2 tells X-Rate-Limit (1). `processing` how long every label is
    processed (2), `processing_tells_cost` (8). `void_within` how long a label can be voided. `shipped_date` the older
    page's name in tracking (2).

    Purchase orders and stock: `purchase_orders`, `inventory` whether the account has them (1, 3). `quantity`, `cost`,
    `received` names of a line's members (3, 8). `tells_received` whether GET has what came in (3).
    `received_holds_rejected` (8). `reference_number` kept, dropped in silence or refused (3). `filters` of
    supplier_name and reference_number (8). `order_warehouse` which id space (3). `same_sku` two lines of one SKU (8).
    `over_receipts` (8). `unknown_sku` a product that is none. `allocates` open shipments reserve stock (7 D).

    V1: `throttled_status` of a throttled answer, "mixed" for both in turn (4). `error_shape` (4).
    `subscribed` the reply of a subscription (4). `twice` how times are compared in the hour that comes twice (8).

    `events` which names a subscription takes (5). `retries` after how long a webhook that was not taken is sent
    again (5, not known)."""

    unknown_query: Literal["refused", "ignored"] = "refused"
    duplicate: Literal["has_errors", "refused"] = "has_errors"
    inline_external: Literal["repeated", "refused", "reused"] = "repeated"
    rates_leave: bool = True
    carrier_needed: bool = True
    phone_needed: bool = True
    messages: Literal["refused", "cut"] = "refused"
    unique_numbers: bool = False
    errors: Literal["envelope", "page"] = "envelope"
    first_label_only: bool = True
    headers: bool = False
    processing: timedelta = timedelta(0)
    processing_tells_cost: bool = False
    void_within: timedelta = timedelta(days=28)
    shipped_date: bool = False
    purchase_orders: bool = True
    inventory: bool = True
    quantity: str = "quantity"
    cost: str = "unit_cost"
    received: str = "received_quantity"
    tells_received: bool = True
    received_holds_rejected: bool = False
    reference_number: Literal["kept", "dropped", "refused"] = "kept"
    filters: Literal["equal", "start", "part"] = "part"
    order_warehouse: Literal["inventory", "ship_from", "either"] = "inventory"
    same_sku: Literal["refused", "kept"] = "refused"
    over_receipts: Literal["taken", "refused"] = "taken"
    unknown_sku: Literal["refused", "taken"] = "refused"
    allocates: bool = True
    throttled_status: Literal["mixed", "429", "200"] = "mixed"
    error_shape: Literal["mixed", "message", "net"] = "mixed"
    subscribed: Literal["mixed", "id", "WebHookID"] = "mixed"
    twice: Literal["wall_clock", "instant"] = "wall_clock"
    events: Literal["v2", "old", "both"] = "v2"
    retries: tuple[timedelta, ...] = field(default_factory=tuple)
