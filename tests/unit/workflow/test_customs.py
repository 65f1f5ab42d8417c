"""Pre-flight at a border: what is missing is named in one go, and nothing is bought without its papers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shared.aws.items import read_snapshot, snapshot_item
from shared.carriers.ups.file import UpsCarrier
from shared.connection import Connection
from shared.domain.address import Address, Party
from shared.domain.customs import CustomsData, Papers
from shared.domain.digest import content_of, fingerprint_of
from shared.domain.measures import Weight
from shared.domain.money import Money
from shared.domain.order import Order, OrderLine
from shared.domain.problem import Unshippable
from shared.domain.record import Snapshot
from shared.domain.state import Reason
from shared.workflow.planning.customs import CustomsMissing
from shared.workflow.planning.plan import Planned, plan_shipment
from tests.builders import SUPPLIER, a_connection, a_line, an_order, usd

NOW = datetime(2026, 12, 1, 14, tzinfo=UTC)
KG = Weight(Decimal("0.4"), "kg")


def place(country: str, postcode: str, state: str = "", **facts: Any) -> Party:
    party = Party(
        "Muster Retail Ltd", Address(("2 Trial Road",), "Town", state, postcode, country), "Goods In", "441615550100"
    )
    return replace(party, **facts)


GB, NI, MX, CA = place("GB", "M1 1AE"), place("GB", "BT1 1AA"), place("MX", "64000"), place("CA", "M5C 2M6", "ON")
PR, FR, CH, DE, US = place("PR", "00901"), place("FR", "69001"), place("CH", "8001"), place("DE", "10115"), SUPPLIER


HOLDER = {
    "name": "Acme", "attention": "Kim Ross", "phone": "4045550100",
    "address": {"lines": ["1 A St"], "city": "Atlanta", "state": "GA", "postcode": "30301", "country": "US"},
}  # fmt: skip


def goods(number: str = "1", **facts: Any) -> OrderLine:
    known = CustomsData("8302.50.00.00", "US", "steel shelf bracket 200 mm", KG)
    return a_line(number, **{"value": usd("250.00"), "quantity": Decimal(40), "customs": known, **facts})


def abroad(ship_to: Party = GB, *lines: OrderLine, **facts: Any) -> Order:
    return an_order(ship_to=ship_to, lines=lines or (goods(),), **facts)


def filed(**customs: Any) -> Connection:
    customs = {"papers": "forms", "terms": "DAP", **customs}
    return a_connection(customs={name: each for name, each in customs.items() if each}, locations={"HQ": HOLDER})


def planned(order: Order, connection: Connection | None = None) -> Planned:
    return plan_shipment(order, connection or filed(), NOW)


def papers(order: Order, connection: Connection | None = None) -> Papers:
    found = planned(order, connection).plan.papers
    assert found
    return found


def missing(order: Order, connection: Connection | None = None) -> set[str]:
    with pytest.raises(CustomsMissing) as raised:
        planned(order, connection)
    assert raised.value.reason == Reason.CUSTOMS
    assert raised.value.field == raised.value.missing[0].field
    for each in raised.value.missing:
        assert each.fact.replace("_", " ") in str(raised.value), "the sentence names each"
        assert not each.of or each.of in str(raised.value)
    return {each.field for each in raised.value.missing}


def held(order: Order, connection: Connection | None = None) -> Unshippable:
    with pytest.raises(Unshippable) as raised:
        planned(order, connection)
    return raised.value


def test_inside_of_a_country_nothing_changes() -> None:
    home = an_order()
    assert planned(home).plan == planned(home, a_connection(locations={"HQ": HOLDER})).plan
    assert planned(home).plan.papers is None


def test_an_invoice_has_each_line_with_its_code_origin_worth_and_unit() -> None:
    found = papers(abroad())
    (line,) = found.lines
    assert (line.commodity_code, line.origin, line.quantity, line.unit_value) == (
        "8302500000",
        "US",
        40,
        Decimal("6.25"),
    )
    assert (line.unit, line.description, line.item) == ("EA", "steel shelf bracket 200 mm", "ITEM1")
    assert (found.currency, found.value, found.number, found.terms) == ("USD", usd("250.00"), "1000001", "DAP")
    assert (found.reason, found.duties_by_us, found.sold_to) == ("SALE", False, GB)


def test_every_missing_field_of_every_line_is_named_in_one_go() -> None:
    bare = a_line("1", value=None), a_line("2", description="", customs=CustomsData(origin="GER")), goods("3")
    order = abroad(replace(GB, phone=""), *bare)
    assert missing(order, filed(terms=None)) == {
        "lines.1.commodity_code", "lines.1.origin", "lines.1.value",
        "lines.2.commodity_code", "lines.2.origin", "lines.2.value", "lines.2.customs_description",
        "customs.terms", "ship_to.phone",
    }  # fmt: skip


def lacking() -> Iterator[tuple[str, Order, Connection, str]]:
    """One thing left out on purpose, from an order that is complete."""
    eu, uk = (
        filed(receivers=[{"eori": "FR12345678901234"}]),
        filed(risk="not_at_risk", receivers=[{"eori": "XI123456789000"}]),
    )
    known = CustomsData("830250", "US", "steel shelf bracket", KG)
    for name, fact in (("commodity_code", ""), ("origin", ""), ("net_weight", None)):
        yield name, abroad(FR, goods(customs=replace(known, **{name: fact}))), eu, f"lines.1.{name}"  # type: ignore[arg-type]
    yield "value", abroad(FR, goods(value=None)), eu, "lines.1.value"
    yield "worth nothing", abroad(FR, goods(value=usd("0"))), eu, "lines.1.value"
    yield "two currencies", abroad(FR, goods(), goods("2", value=Money(Decimal(9), "EUR"))), eu, "lines.2.value"
    yield "a short code", abroad(FR, goods(customs=replace(known, commodity_code="8302"))), eu, "lines.1.commodity_code"
    yield (
        "a stop word",
        abroad(FR, goods(customs=replace(known, description="Parts."))),
        eu,
        "lines.1.customs_description",
    )
    yield "a foreign code of a country", abroad(FR, goods(customs=replace(known, origin="GER"))), eu, "lines.1.origin"
    yield "half a piece", abroad(FR, goods(quantity=Decimal("1.5"))), eu, "lines.1.quantity"
    yield "EORI", abroad(FR), filed(), "customs.receivers.eori"
    yield "tax number", abroad(MX), filed(), "customs.receivers.tax_id"
    yield "terms", abroad(CA), filed(terms=None), "customs.terms"
    yield "an unmapped term", abroad(CA), filed(term_of={"X": "DAP"}), "customs.term_of.COL"
    yield "who pays", abroad(CA), filed(term_of={"COL": "DDP"}, duties="receiver"), "customs.duties"
    yield "contact", abroad(replace(CA, attention="")), filed(), "ship_to.attention"
    yield "the holder's name", abroad(CA), a_connection(customs={"papers": "forms"}), "locations.HQ.attention"
    yield "our phone", replace(abroad(CA), ship_from=replace(SUPPLIER, phone="")), filed(), "ship_from.phone"
    yield "10 digits", replace(abroad(US, goods(customs=known)), ship_from=CH), filed(), "lines.1.commodity_code"
    yield "risk", replace(abroad(NI), ship_from=GB), filed(receivers=[{"eori": "XI123456789000"}]), "customs.risk"
    yield "UKIMS", replace(abroad(NI), ship_from=GB), uk, "customs.ours.ukims"
    consumer = filed(receiver="consumer", terms="DDP")
    yield "maker's id", abroad(FR), consumer, "lines.1.maker_id"
    euro = abroad(FR, goods(customs=replace(known, maker_id="M1"), value=Money(Decimal(9), "GBP")))
    yield "rate", euro, consumer, "customs.rates.GBP_EUR"


@pytest.mark.parametrize(("order", "connection", "field"), [pytest.param(*rest, id=name) for name, *rest in lacking()])
def test_what_is_left_out_on_purpose_is_named(order: Order, connection: Connection, field: str) -> None:
    assert field in missing(order, connection)


def test_the_file_s_table_fills_what_the_erp_does_not_have_and_its_code_of_the_country_counts_first() -> None:
    item = {
        "code": "830250", "codes": {"MX": "8302.50.01"}, "origin": "DE", "description": "steel bracket",
        "value": "6.25", "currency": "USD", "unit": "PCS", "net_weight": {"value": "0.5", "unit": "kg"},
    }  # fmt: skip
    connection = filed(items={"ITEM1": item}, receivers=[{"country": "MX", "tax_id": "XAXX010101000"}])
    (line,) = papers(abroad(CA, a_line(value=None)), connection).lines
    assert (line.commodity_code, line.origin, line.value, line.unit) == ("830250", "DE", Decimal("12.50"), "PCS")
    (line,) = papers(abroad(MX), connection).lines
    assert (line.commodity_code, line.origin, line.unit_value) == ("83025001", "US", Decimal("6.25")), (
        "the ERP's is kept"
    )


def test_lines_that_are_alike_are_one_and_more_than_50_goods_are_held() -> None:
    (line,) = papers(abroad(CA, goods(quantity=Decimal(4)), goods("2", item="ITEM1", quantity=Decimal(4)))).lines
    assert (line.quantity, line.value) == (8, Decimal(500))
    many = tuple(goods(str(number), unit_weight=Weight(Decimal("0.1"), "kg")) for number in range(1, 52))
    assert missing(abroad(CA, *many)) == {"lines"}


def test_a_price_with_many_decimals_gives_the_line_s_value_again() -> None:
    (line,) = papers(abroad(CA, goods(value=usd("10.00"), quantity=Decimal(3)))).lines
    assert (line.unit_value, line.value) == (Decimal("3.333333"), Decimal(10))


def test_a_part_of_a_piece_may_be_one_set() -> None:
    (line,) = papers(abroad(CA, goods(quantity=Decimal("1.5"))), filed(fractional="as_one")).lines
    assert (line.quantity, line.unit, line.value) == (1, "SET", Decimal(250))
    assert line.description.startswith("1.5 EA ")


def test_the_us_to_canada_has_the_value_beside_the_invoice_and_puerto_rico_in_place_of_it() -> None:
    canada, puerto = planned(abroad(CA)).plan, planned(abroad(PR)).plan
    assert (canada.value, bool(canada.papers)) == (usd("250.00"), True)
    assert (puerto.value, puerto.papers) == (usd("250.00"), None)


def test_who_bought_is_the_bill_to_only_where_it_is_in_the_receiver_s_country() -> None:
    other = replace(GB, name="Payer Ltd")
    assert papers(abroad(bill_to=other)).sold_to == other
    assert papers(abroad(bill_to=CA)).sold_to == GB
    assert papers(abroad(bill_to=other), filed(sold_to="ship_to")).sold_to == GB


def test_without_papers_in_the_file_or_at_the_carrier_the_order_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    assert held(abroad(), a_connection()).reason == Reason.INTERNATIONAL
    connection = filed()
    monkeypatch.setattr(UpsCarrier, "makes_papers", False)
    assert held(abroad(), connection).reason == Reason.INTERNATIONAL


def test_our_numbers_are_the_sender_s_where_we_send_and_the_receiver_s_where_goods_come_in() -> None:
    connection = filed(ours={"eori": "GB123456789000", "vat": "GB123456789"})
    sent, received, dropped = (
        papers(abroad(CA, flow=flow), connection) for flow in ("outbound", "inbound", "drop-ship")
    )
    assert (sent.exporter.eori, sent.receiver.eori) == ("GB123456789000", "")
    assert (received.exporter.eori, received.receiver.eori) == ("", "GB123456789000")
    assert (dropped.exporter.eori, dropped.receiver.eori) == ("", ""), "a supplier's are not ours to tell"


def test_northern_ireland_is_told_of_the_risk_and_a_consumer_there_without_an_invoice() -> None:
    order = replace(abroad(NI), ship_from=GB)
    business = filed(risk="not_at_risk", ours={"ukims": "XIUKIM12345678"}, receivers=[{"eori": "XI123456789000"}])
    found = papers(order, business)
    assert (found.risk, found.form, found.receiver.ukims) == ("not_at_risk", True, "XIUKIM12345678")
    found = papers(order, filed(receiver="consumer", risk="unknown"))
    assert (found.risk, found.form, found.lines, found.receiver_kind) == ("unknown", False, (), "consumer")


def test_duties_at_a_consumer_s_door_in_the_eu_ask_a_person_unless_the_file_allows_it() -> None:
    line = goods(
        customs=CustomsData("830250", "GB", "steel bracket", KG, maker_id="M1"), value=Money(Decimal(38), "EUR")
    )
    order, settings = (
        replace(abroad(FR, line), ship_from=GB),
        {"receiver": "consumer", "vat_collected": {"EU": "IM3720000000"}},
    )
    asked = planned(order, filed(**settings))
    assert "duties at the door" in asked.ask
    assert asked.plan.papers
    assert (asked.plan.papers.small, asked.plan.papers.collected) == (True, ("EU", "IM3720000000"))
    assert planned(order, filed(**settings, rules={"eu_consumer_unpaid": False})).ask == ""
    assert planned(order, filed(**{**settings, "terms": "DDP"})).ask == ""


# --- the export's filing -------------------------------------------------------------------------------------


def dear(amount: str, number: str = "1", code: str = "8462610000") -> OrderLine:
    return goods(number, value=usd(amount), quantity=Decimal(1), customs=CustomsData(code, "US", "hydraulic press"))


def test_above_2500_usd_of_one_code_an_export_waits_for_its_number() -> None:
    problem = held(abroad(GB, dear("2500.01")))
    assert (problem.reason, problem.field) == (Reason.EXPORT_FILING, "export_filing")
    assert papers(abroad(GB, dear("2500.00"))).filing == ""
    two = (dear("1300"), dear("1300", "2"))
    assert held(abroad(GB, *two)).reason == Reason.EXPORT_FILING, "counted by code and not by line"
    assert papers(abroad(GB, dear("2400"), dear("2400", "2", "8462620000"))).filing == "", "and not by shipment"
    for number in ("X20261130000001", "30.37(a)"):
        assert papers(abroad(GB, *two, export_filing=number)).filing == number


def test_another_currency_without_a_rate_is_no_smaller_amount() -> None:
    line = replace(dear("2000"), value=Money(Decimal(2000), "GBP"))
    assert missing(abroad(CH, line)) >= {"customs.rates.GBP_USD"}
    weighed = replace(line, customs=CustomsData("8462610000", "US", "press", KG))
    assert held(abroad(CH, weighed), filed(rates={"GBP_USD": "1.27"})).reason == Reason.EXPORT_FILING
    assert papers(abroad(CH, weighed), filed(rates={"GBP_USD": "1.20"})).filing == ""


def test_puerto_rico_is_an_export_that_is_filed_too_and_canada_is_none() -> None:
    assert planned(abroad(PR, dear("2500.00"))).plan.papers is None
    assert held(abroad(PR, dear("2600"))).reason == Reason.EXPORT_FILING
    assert held(abroad(PR, dear("2600")), a_connection()).reason == Reason.EXPORT_FILING, "without any setting"
    assert held(abroad(PR, dear("2000"), replace(dear("600", "2"), customs=None))).reason == Reason.EXPORT_FILING
    filing = planned(abroad(PR, dear("2600"), export_filing="X20261130000001")).plan
    assert filing.papers
    assert (filing.papers.form, filing.papers.filing) == (True, "X20261130000001"), "its number has no other place"
    assert papers(abroad(CA, dear("9000"))).filing == ""


def test_an_export_declaration_is_asked_for_where_the_file_says_so() -> None:
    line = goods(value=Money(Decimal(1001), "EUR"))
    order = replace(abroad(CH, line), ship_from=DE)
    assert papers(order).declared == ""
    asked = filed(rules={"eu_export": True})
    assert held(order, asked).reason == Reason.EXPORT_FILING
    found = papers(replace(order, export_filing="26DE1234567890ABC1"), asked)
    assert (found.declared, found.filing) == ("26DE1234567890ABC1", "")


def test_papers_are_kept_with_the_order_and_customs_data_are_no_change_of_a_label() -> None:
    order = abroad(CA, export_filing="30.37(a)")
    kept = Snapshot(1, order, plan=planned(order).plan)
    assert read_snapshot(snapshot_item(order.key, kept)) == kept
    bare = an_order()
    assert content_of(bare) == content_of(
        replace(bare, lines=tuple(replace(each, customs=None) for each in bare.lines))
    )
    told = replace(bare, lines=tuple(replace(each, customs=CustomsData("830250")) for each in bare.lines))
    assert content_of(told) != content_of(bare), "what is corrected in the ERP is seen"
    assert fingerprint_of(told) == fingerprint_of(bare), "and is no change of a label"
