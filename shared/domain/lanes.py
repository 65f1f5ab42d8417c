"""The rules of lanes across borders, one row each: since when, by which source, and how sure that is. Pure.

A new date is a new row. A row that is not sure decides nothing by itself: it is a setting of the connection
(`customs.rules`), under the row's name. Sources are those of facts/ups-international.md, sections 1, 4 and 7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from shared.domain.address import Address
from shared.domain.borders import customs_area, place_of
from shared.domain.customs import ReceiverKind
from shared.domain.lane_zones import ANYWHERE, EEI_FREE, EMBARGOED, EU_CUSTOMS, EU_TAX, ICS2, NI, Zone, zone


class Need(StrEnum):
    """A thing that a lane asks for."""

    FORMS = "forms"
    TOTAL = "total"
    CONTACT = "contact"
    RISK = "risk"
    UKIMS = "ukims"
    RECEIVER_EORI = "receiver_eori"
    RECEIVER_TAX_ID = "receiver_tax_id"
    CODE_10 = "code_10"
    NET_WEIGHT = "net_weight"
    EXACT_TEXT = "exact_text"
    PRODUCT_IDS = "product_ids"
    SMALL = "small"
    DUTY_PAID = "duty_paid"
    EXPORT_FILING = "export_filing"
    EXPORT_FILING_ALWAYS = "export_filing_always"
    EXPORT_DECLARATION = "export_declaration"


FILED_ABOVE = Decimal(2500)
"""USD of one commodity code in a shipment above which an export from the US is filed (15 CFR 30.37(a))."""
DECLARED_ABOVE = Decimal(1000)
"""EUR of a shipment above which an export from the EU is declared: not sure, so only where a file says so."""

Sure = Literal["a", "b", "c"]


@dataclass(frozen=True, slots=True)
class LaneRule:
    """One rule: between which areas, for whom, from `since` on and before `until`, what it asks for and what it waives.

    `sure`: a an authority or the carrier's own document was read, b several reports agree, c one report, or they
    contradict. Of a row c `default` says if it holds where the file says nothing: what asks for more does, what asks
    for less does not. `told` is for people.
    """

    name: str
    origin: Zone
    destination: Zone
    told: str
    source: str
    sure: Sure
    needs: frozenset[Need] = frozenset()
    waives: frozenset[Need] = frozenset()
    to: ReceiverKind | None = None
    since: date | None = None
    until: date | None = None
    default: bool = True

    def holds(self, lane: Lane, day: date, to: ReceiverKind, chosen: Mapping[str, bool]) -> bool:
        """Tell if the rule is one of this lane on this day, for who receives, by the file's choices."""
        if self.sure == "c" and not chosen.get(self.name, self.default):
            return False
        if self.to not in (None, to) or (self.since and day < self.since) or (self.until and day >= self.until):
            return False
        return self.origin.has(lane.origin) and self.destination.has(lane.destination)


@dataclass(frozen=True, slots=True)
class Lane:
    """From which customs area to which; `abroad` where the countries differ too."""

    origin: str
    destination: str
    abroad: bool = field(default=True)

    @property
    def crosses(self) -> bool:
        """Tell if customs stand between the two."""
        return self.origin != self.destination


def lane_of(ship_from: Address, ship_to: Address) -> Lane:
    """The lane between two addresses, however their countries are written."""
    return Lane(customs_area(ship_from), customs_area(ship_to), place_of(ship_from) != place_of(ship_to))


def rules_of(
    lane: Lane, day: date, to: ReceiverKind = "business", chosen: Mapping[str, bool] | None = None
) -> tuple[LaneRule, ...]:
    """The rules of a lane on a day, in the order of the table; none inside of one area."""
    return tuple(rule for rule in RULES if lane.crosses and rule.holds(lane, day, to, chosen or {}))


def needs_of(lane: Lane, rules: tuple[LaneRule, ...]) -> frozenset[Need]:
    """Return the needs of the rules, less what they waive. Inside the EU the carrier asks for whom to ask in the other
    country."""
    if not lane.crosses:
        return frozenset({Need.CONTACT} if lane.abroad else ())
    asked: frozenset[Need] = frozenset().union(*(rule.needs for rule in rules))
    return asked - frozenset().union(*(rule.waives for rule in rules))


_FORMS = frozenset({Need.FORMS})
_US, _PR, _GB = zone("US"), zone("PR"), zone("GB")
_EU, _FAR = EU_CUSTOMS, EU_CUSTOMS.without()

RULES: tuple[LaneRule, ...] = (
    LaneRule("border", ANYWHERE, ANYWHERE, "an invoice for customs, whom to ask and by which phone",
             "Shipping, InternationalForms", "a", _FORMS | {Need.CONTACT}),
    LaneRule("us_pr", _US, _PR, "the goods' value in place of an invoice", "Shipping, InvoiceLineTotal", "a",
             frozenset({Need.TOTAL}), _FORMS),
    LaneRule("us_ca", _US, zone("CA"), "the goods' value beside the invoice", "Shipping, InvoiceLineTotal", "a",
             frozenset({Need.TOTAL})),
    LaneRule("pr_us", _PR, _US, "no invoice", "not read", "c", waives=_FORMS, default=False),
    LaneRule("ch_li", zone("CH", "LI"), zone("CH", "LI"), "one customs area: no invoice", "inferred", "c",
             waives=_FORMS, default=False),
    LaneRule("gb_ni_before", _GB, NI, "no customs data for parcels", "gov.uk checklist of 2025-02-20", "a",
             waives=_FORMS, until=date(2025, 5, 1)),
    LaneRule("gb_ni", _GB, NI, "an invoice, and the risk of the goods' entering the EU",
             "gov.uk checklist of 2025-05-08", "a", frozenset({Need.RISK, Need.UKIMS}), to="business",
             since=date(2025, 5, 1)),
    LaneRule("gb_ni_consumer", _GB, NI, "no invoice; the carrier is told that it goes to a consumer, and of the risk",
             "gov.uk checklist of 2025-05-08", "a", frozenset({Need.RISK}), _FORMS, to="consumer",
             since=date(2025, 5, 1)),
    LaneRule("ni_gb", NI, _GB, "no invoice", "gov.uk checklist of 2025-02-20", "a", waives=_FORMS),
    LaneRule("ni_eu", NI, zone("EU"), "no invoice", "inferred", "c", waives=_FORMS, default=False),
    LaneRule("us_entry", ANYWHERE, _US, "an entry for every parcel: commodity codes of 10 digits",
             "EO 14324, FR 2025-16802; 19 CFR 10.151", "a", frozenset({Need.CODE_10}), since=date(2025, 8, 29)),
    LaneRule("us_cpsc", ANYWHERE, _US, "consumer goods need a CPSC certificate at entry", "90 FR 1800 as reported", "b",
             since=date(2026, 7, 8)),
    LaneRule("us_metals_fda", ANYWHERE, _US, "steel, aluminium, copper, food, cosmetics and devices need more data",
             "CBP as reported", "b", since=date(2025, 1, 1)),
    LaneRule("mx_tax_id", ANYWHERE, zone("MX"), "the receiver's tax number (RFC)", "Baker McKenzie, DHL", "b",
             frozenset({Need.RECEIVER_TAX_ID}), since=date(2025, 8, 15)),
    LaneRule("ca_courier", zone("US", "MX"), zone("CA"), "to 40 CAD free, to 150 CAD no duty", "cbsa-asfc.gc.ca", "a",
             since=date(2020, 7, 1)),
    LaneRule("ics2", ICS2.without(), ICS2, "net weight of each line, and the EORI number of a business in the EU",
             "bridgehouse.law, two vendors", "b", frozenset({Need.NET_WEIGHT}), since=date(2023, 3, 1)),
    LaneRule("ics2_eori", ICS2.without(), EU_CUSTOMS.and_(NI), "the EORI number of a business that receives",
             "bridgehouse.law, two vendors", "b", frozenset({Need.RECEIVER_EORI}), to="business",
             since=date(2023, 3, 1)),
    LaneRule("ics2_text", ICS2.without(), ICS2, "exact descriptions: stop words are refused",
             "two vendors", "b", frozenset({Need.EXACT_TEXT}), since=date(2026, 2, 2)),
    LaneRule("eu_small", _FAR, _EU, "the carrier is told if a consumer's parcel is worth at most 150 EUR",
             "Shipping, EUDeMinimisIndicator", "a", frozenset({Need.SMALL}), to="consumer"),
    LaneRule("eu_relief", _FAR, _EU, "duty from the first euro", "Regulation 2026/382 as reported", "b",
             since=date(2026, 7, 1)),
    LaneRule("eu_flat_duty", _FAR, _EU, "under IOSS 3 EUR duty for each commodity code of 6 digits in a parcel",
             "Regulations 2026/382, 2026/1022, 2026/1200 as reported", "b", to="consumer", since=date(2026, 7, 1),
             until=date(2028, 7, 1)),
    LaneRule("eu_flat_duty_without_ioss", _FAR, _EU, "the flat duty without IOSS too",
             "Baker McKenzie against KPMG", "c", to="consumer", since=date(2026, 7, 1), until=date(2028, 7, 1),
             default=False),
    LaneRule("eu_product_ids", _FAR, _EU, "the seller's and the maker's id of each product",
             "Regulation 2026/1022", "b", frozenset({Need.PRODUCT_IDS}), to="consumer", since=date(2026, 11, 1)),
    LaneRule("eu_handling_fee", _FAR, _EU, "a handling fee for each item", "ICC, Passport; in force: not found", "c",
             since=date(2026, 11, 1), default=False),
    LaneRule("eu_consumer_unpaid", _FAR, EU_TAX, "a person is asked before a consumer has to pay duties at the door",
             "EasyPost alone", "c", frozenset({Need.DUTY_PAID}), to="consumer"),
    LaneRule("eu_export", EU_CUSTOMS, _FAR, "the number of the export declaration (MRN) above 1,000 EUR",
             "inferred", "c", frozenset({Need.EXPORT_DECLARATION}), default=False),
    LaneRule("gb_small", ANYWHERE, _GB, "to 135 GBP no duty, VAT by the seller", "Deloitte, Crowe", "b",
             until=date(2029, 3, 1)),
    LaneRule("no_voec", ANYWHERE, zone("NO"), "no free limit; VOEC for consumers below 3,000 NOK an item",
             "posten.no, timevat", "b", since=date(2024, 1, 1)),
    LaneRule("ch_duty", ANYWHERE, zone("CH", "LI"), "no duty on chapters 25 to 97", "intralog, timevat", "b",
             since=date(2024, 1, 1)),
    LaneRule("us_eei", zone("US", "PR"), EEI_FREE.without(),
             "an ITN or an exemption above 2,500 USD of one commodity code",
             "15 CFR 30.37(a), 30.36, 30.2(d)(2); FR 2022-02341", "a", frozenset({Need.EXPORT_FILING})),
    LaneRule("us_eei_always", zone("US", "PR"), EMBARGOED, "an ITN or an exemption at any value", "one report", "c",
             frozenset({Need.EXPORT_FILING_ALWAYS})),
)  # fmt: skip

UNSURE: Mapping[str, bool] = {rule.name: rule.default for rule in RULES if rule.sure == "c"}
"""The rows that are settings, with what holds where the file says nothing."""
