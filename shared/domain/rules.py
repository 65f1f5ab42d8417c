"""The rule behind each reason for which an order waits for a person, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping

from shared.domain.state import Reason

RULES: Mapping[Reason, str] = {
    Reason.APPROVAL: "a person approves the quotes that approve and defaults of the connection file name",
    Reason.ADDRESS: "the carrier knows the ship-to's address as well as address_check asks",
    Reason.ALREADY_SHIPPED: "an order that somebody else ships, by a number in the ERP, gets no label",
    Reason.CANCELLED: "an order that the ERP closes after its label waits for a person",
    Reason.CHANGED: "an order that the ERP changes after its label waits for a person",
    Reason.CONNECTION: "the connection file and its credential serve the order",
    Reason.CURRENCY: "the quote, approve.amount and limits.amount_per_day are in one currency",
    Reason.CUSTOMS: "customs know everything that the lane asks for, of each line",
    Reason.EXPORT_FILING: "an export above the limit of a commodity code has the number of its filing",
    Reason.FREIGHT: "a parcel weighs at most 150 lb, and a shipment has at most 10 of them",
    Reason.FREIGHT_TERMS: "freight_terms says that we pay for the order's term",
    Reason.HAZARD: "a hazardous item is never shipped automatically",
    Reason.INTERNATIONAL: "somebody makes the papers that a customs border asks for",
    Reason.LABEL: "each package of a bought shipment has the image of its label",
    Reason.LINES: "something is left to ship",
    Reason.MISSING: "every field that a label needs is filled",
    Reason.PAPERS: "a label across a customs border goes out with its papers",
    Reason.PO_BOX: "a parcel goes to a street address",
    Reason.PRICE: "the price can be true, and is at most limits.amount_per_day",
    Reason.PRICE_RISE: "the carrier charges at most approve.price_rise percent more than was quoted",
    Reason.REFUSED: "the carrier accepts the shipment",
    Reason.REMAINING: "no more is open in the ERP than was shipped, or than a person named",
    Reason.RETRIES: "the other side answers within a day of tries",
    Reason.SERVICE: "services names a carrier service that is offered there, and that arrives in time",
    Reason.SHIP_TOS: "no line is in two labels",
    Reason.SIZE: "the order is small enough to be kept in one piece",
    Reason.STRAY: "one live shipment has the order's reference",
    Reason.UNITS: "the ERP says how many basic units make the ordered one",
    Reason.UNKNOWN: "whether a label was made is known before anything more is bought",
    Reason.VOID: "whether a void was made is known",
    Reason.WEIGHT: "every unit has a weight",
    Reason.WRITE_BACK: "the ERP takes the tracking number",
}
"""Every reason has one (tested)."""
