"""The connection file's part for customs: whose numbers, which terms, and what the ERP does not know of its items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from shared.connection.part import Part
from shared.connection.values import Amount, Code, Country, Currency, Positive, PositiveWeight, shaped
from shared.domain.customs import Incoterm, ReceiverKind, Risk
from shared.domain.lanes import UNSURE

Collector = Literal["EU", "NO", "AU", "NZ", "SG", "MY"]
CommodityCode = Annotated[str, shaped(r"\d[\d. ]{4,18}\d", "6 to 15 digits, in quotes; dots and blanks do not count")]
Number = Annotated[str, shaped(r"[A-Za-z0-9][A-Za-z0-9 .-]{1,33}[A-Za-z0-9]", "3 to 35 letters and digits")]
PaperUnit = Annotated[str, shaped(r"[A-Z]{1,3}", "a unit of the carrier's invoice, such as PCS")]
Lane = Annotated[str, shaped(r"[A-Z]{3}_[A-Z]{3}", "two currencies, such as GBP_USD")]
RuleName = Annotated[str, shaped("|".join(UNSURE), ", ".join(UNSURE))]
STOP_WORDS = (
    "accessories", "articles", "clothes", "commercial goods", "electronics", "equipment", "gift", "gifts", "goods",
    "merchandise", "miscellaneous", "parts", "personal effects", "product", "products", "sample", "samples",
    "spare parts", "various",
)  # fmt: skip


class CustomsItem(Part):
    """An item for customs. `codes` by the country that it goes to count before the ERP's code, the rest behind it."""

    code: CommodityCode | None = Field(
        None, description="commodity code (HS) where the ERP has none", examples=["830250"]
    )
    codes: dict[Country, CommodityCode] = Field(
        {},
        description="country that it goes to → its own code there; counts before the ERP's",
        examples=[{"US": "8302500000"}],
    )
    origin: Country | None = Field(None, description="country of origin where the ERP has none", examples=["DE"])
    description: Annotated[str, Field(max_length=105)] | None = Field(
        None,
        description="what it is, for customs; counts before the ERP's text",
        examples=["steel shelf bracket 200 mm"],
    )
    net_weight: PositiveWeight | None = Field(
        None, description="net weight of one unit where the ERP has none", examples=[{"value": "0.4", "unit": "kg"}]
    )
    value: Amount | None = Field(None, description="worth of one unit where the ERP has none", examples=["6.25"])
    currency: Currency | None = Field(None, description="the currency of `value`", examples=["USD"])
    unit: PaperUnit | None = Field(None, description="unit on the invoice", examples=["PCS"])
    maker_id: Code | None = Field(None, description="the maker's own number of it", examples=["MFG-88-200"])
    standard_id: Annotated[str, shaped(r"\d{8,14}", "8 to 14 digits")] | None = Field(
        None, description="its GTIN", examples=["04012345678901"]
    )


class Ours(Part):
    """Our own numbers: the sender's where we send, the receiver's where goods come in to us."""

    eori: Number | None = Field(None, description="our EORI number", examples=["DE123456789012345"])
    vat: Number | None = Field(None, description="our VAT number, printed on the invoice", examples=["DE123456789"])
    ukims: Number | None = Field(None, description="our UKIMS number (Northern Ireland)", examples=["XIUKIM12345678"])


class Receiver(Part):
    """A rule for who receives. The first that matches counts; one without conditions matches every order."""

    customer: Code | None = Field(None, description="a rule for this customer", examples=["C7"])
    warehouse: Code | None = Field(None, description="a rule for this warehouse of ours", examples=["W01"])
    country: Country | None = Field(None, description="a rule for goods to this country", examples=["FR"])
    kind: ReceiverKind | None = Field(None, description="business or consumer", examples=["consumer"])
    eori: Number | None = Field(None, description="the receiver's EORI number", examples=["FR12345678901234"])
    tax_id: Number | None = Field(
        None, description="the receiver's tax number, such as RFC", examples=["XAXX010101000"]
    )
    ukims: Number | None = Field(None, description="the receiver's UKIMS number", examples=["XIUKIM12345678"])
    terms: Incoterm | None = Field(None, description="terms for these", examples=["DDP"])
    reason: Annotated[str, Field(min_length=1, max_length=20)] | None = Field(
        None, description="why these goods are exported", examples=["SAMPLE"]
    )
    risk: Literal["at_risk", "not_at_risk", "unknown"] | None = Field(
        None, description="whether these goods could go on from Northern Ireland into the EU", examples=["not_at_risk"]
    )

    def matches(self, customer: str, warehouse: str, country: str) -> bool:
        """Tell if the rule is one for an order of this customer to this warehouse and country."""
        asked = ((self.customer, customer), (self.warehouse, warehouse), (self.country, country))
        return all(wanted is None or wanted == given for wanted, given in asked)


class Customs(Part):
    """Customs are told these things; the file says what the ERP does not have. Commodity code, origin and value are
    never defaulted."""

    papers: Literal["off", "forms"] = Field(
        "off",
        description="forms: the carrier makes an invoice with the label. off: such orders are held",
        examples=["off"],
    )
    paperless: bool = Field(
        False, description="whether the carrier's account sends the invoice by itself where the destination takes part"
    )
    copies: Annotated[int, Field(strict=True, ge=1, le=9)] = Field(3, description="how often the invoice is printed")
    ours: Ours = Ours()
    receiver: ReceiverKind = Field("business", description="who receives, where no rule says it")
    receivers: tuple[Receiver, ...] = ()
    terms: Incoterm | None = Field(
        None, description="terms of delivery where no rule and no term of the ERP says it", examples=["DAP"]
    )
    term_of: dict[Code, Incoterm] = Field(
        {}, description="the ERP's freight term → terms of delivery", examples=[{"DAP": "DAP"}]
    )
    duties: Literal["by_terms", "receiver", "us"] = Field(
        "by_terms", description="who pays duties: by the terms, or said outright; must not contradict them (DDP is us)"
    )
    sold_to: Literal["bill_to", "ship_to"] = Field(
        "bill_to", description="who bought: the bill-to where it is in the receiver's country, or always the ship-to"
    )
    importer: Literal["receiver", "sold_to"] = Field(
        "receiver", description="who imports; sold_to is named on the invoice"
    )
    reason: Annotated[str, Field(min_length=1, max_length=20)] = Field(
        "SALE", description="why goods are exported: SALE, GIFT, SAMPLE, RETURN, REPAIR, INTERCOMPANYDATA or a text"
    )
    declaration: Annotated[str, Field(min_length=1, max_length=550)] = Field(
        "I hereby certify that the information on this invoice is true and correct.",
        description="the declaration on the invoice",
    )
    risk: Risk = Field(
        "", description="whether goods could go on from Northern Ireland into the EU", examples=["not_at_risk"]
    )
    vat_collected: dict[Collector, Number] = Field(
        {},
        description="where we collected the VAT → our number there (EU: IOSS, NO: VOEC)",
        examples=[{"EU": "IM3720000000"}],
    )
    fractional: Literal["hold", "as_one"] = Field(
        "hold", description="a quantity that is no whole number: a person, or one set with the quantity in its text"
    )
    units: dict[Code, PaperUnit] = Field(
        {}, description="the ERP's unit → unit on the invoice", examples=[{"EA": "PCS"}]
    )
    origins: dict[Code, Country] = Field(
        {}, description="the ERP's own country code → ISO code", examples=[{"GER": "DE"}]
    )
    rates: dict[Lane, Positive] = Field(
        {},
        description="what one of the first currency is in the second, for limits in USD and EUR",
        examples=[{"GBP_USD": "1.27"}],
    )
    rules: dict[RuleName, bool] = Field(
        {}, description="rules of lanes that are not sure: whether they hold", examples=[{"ch_li": True}]
    )
    stop_words: tuple[str, ...] = Field(STOP_WORDS, description="descriptions that say nothing to customs")
    items: dict[Code, CustomsItem] = Field({}, examples=[{"BRACKET": {"code": "830250", "origin": "DE"}}])

    @property
    def chosen(self) -> Mapping[str, bool]:
        """Return the rules that the file switches."""
        return self.rules

    def rule_for(self, customer: str, warehouse: str, country: str) -> Receiver:
        """Return the first rule that matches, or one that says nothing."""
        return next((each for each in self.receivers if each.matches(customer, warehouse, country)), Receiver())

    def rate(self, currency: str, into: str) -> Decimal | None:
        """Return what one of a currency is in another, None where the file does not say it."""
        return Decimal(1) if currency == into else self.rates.get(f"{currency}_{into}")

    def faults(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield what contradicts itself, with its place."""
        if self.terms and (self.duties, self.terms == "DDP") in (("receiver", True), ("us", False)):
            yield (
                ("duties",),
                f"contradicts terms {self.terms}: with DDP we pay duties, with any other term we do not",
            )
        for name, item in self.items.items():
            if item.value and not item.currency:
                yield ("items", name, "currency"), "is required with value"
