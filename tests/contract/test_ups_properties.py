"""Whatever the domain accepts becomes requests that the official documents accept, and that the sandbox accepts.

Shipments are drawn whole: places with postcodes of their own, parcels within UPS's sizes, every payer, label and flow.
Each builds without a refusal. Wilder ones, with texts that no address has, are refused by the name of a field or
accepted.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from sandbox.carriers.ups import UpsEngine
from sandbox.carriers.ups.manners import Manners, Nothing
from sandbox.memory import ManualClock
from shared.carriers.ups import build, inquiries
from shared.carriers.ups.elements import shipper_number
from shared.carriers.ups.file import UpsLabel
from shared.domain.address import Address, Party
from shared.domain.measures import Dimensions, Weight
from shared.domain.money import Money
from shared.domain.shipment import Billing, LabelSpec, Package, ShipmentPlan
from shared.errors import Refused
from shared.http import Request
from shared.workflow.planning.plan import plan_shipment
from tests.builders import a_connection, an_order
from tests.contract.test_ups_requests import judge, problems  # noqa: F401 - the judge is a fixture
from tests.samples.ups.plans import ACCOUNTS, HOLDER, REFERENCE, SWEDEN
from tests.samples.ups.requests import (
    address_request,
    bare,
    rate_request,
    recovery_request,
    ship_request,
    token_request,
)
from tests.samples.ups.wire import settings, with_engine

CLOCK = ManualClock()
TODAY = CLOCK.now().date()
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
judged = hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=QUIET)
wildly = hypothesis_settings(max_examples=10, deadline=None, suppress_health_check=QUIET)
lived = hypothesis_settings(max_examples=120, deadline=None, suppress_health_check=QUIET)

# City, state, postcode, country, a phone there, the services sold inside the country.
PLACES = (
    ("Albany", "NY", "12207", "US", "518-555-0100", ("03", "01", "14")),
    ("San Francisco", "CA", "94105-1234", "US", "+1 415 555 0101 ext. 7", ("03", "02")),
    ("Atlanta", "ga", "30301", "US", "(404) 555-0100", ("12", "59")),
    ("Ponce", "", "00716", "PR", "787-555-0100", ("03", "13")),
    ("Toronto", "ON", "M5V 3L9", "CA", "416 555 0100", ("11",)),
    ("Stockholm", "", "111 47", "SE", "+46 8 50 00 00 00", ("11", "65")),
    ("Zürich", "ZH", "8001", "CH", "+41 44 555 01 00", ("07", "11")),
    ("Hong Kong", "", "", "HK", "+852 5550 1000", ("65",)),
)
AMERICAN = frozenset({"US", "PR"})
names = st.text(st.sampled_from("ABCDEFgh äöé&.'-/0123"), min_size=1, max_size=35).filter(lambda text: text.strip())
words = st.text(st.sampled_from("ABCXYZabcü0123456789-."), min_size=1, max_size=12)
street_lines = st.lists(st.lists(words, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=2)
references = st.text(st.sampled_from("ABC0123456789-/ "), max_size=35)


@st.composite
def parties(draw: st.DrawFn, place: tuple[Any, ...], residential: bool | None = None) -> Party:
    city, state, postcode, country, phone, _ = place
    address = Address(tuple(draw(street_lines)), city, state, postcode, country)
    return Party(draw(names), address, draw(names), phone, residential)


worth = st.decimals("1", "99999", places=2).map(lambda amount: Money(amount, "USD"))
options = st.sets(st.sampled_from(["signature", "declared_value"])).map(sorted).map(tuple)


@st.composite
def parcels(draw: st.DrawFn) -> Package:
    unit: Any = draw(st.sampled_from(["lb", "kg", "oz", "g"]))
    most = {"lb": 150, "kg": 68, "oz": 2400, "g": 68000}[unit]
    weight = Weight(draw(st.decimals("0.001", most, places=3)), unit)
    sides = draw(st.none() | st.tuples(*[st.decimals("0.1", "27", places=2)] * 3))
    return Package(weight, Dimensions(*sides, "in") if sides else None, value=draw(worth))


@st.composite
def payers(draw: st.DrawFn, account: str, ship_to: str) -> Billing:
    kind = draw(st.sampled_from(["shipper", "own", "receiver", "third_party"]))
    if kind in {"shipper", "own"}:
        return Billing("shipper", account if kind == "shipper" else "D4E5F6")
    postcodes = {"US": "10001-1234", "PR": "00901", "CA": "m5v 3l9"}
    country = ship_to if kind == "receiver" else draw(st.sampled_from(["US", "CA", "SE"]))
    return Billing(kind, "T1T2T3", postcodes.get(country, ""), country)  # type: ignore[arg-type]


@st.composite
def plans(draw: st.DrawFn) -> ShipmentPlan:
    """A shipment that the domain accepts: inside a country or across a border, by a service that is sold there."""
    origin, destination = draw(st.sampled_from(PLACES)), draw(st.sampled_from(PLACES))
    home, away = origin[3], destination[3]
    if home == away:
        services = origin[5] if home != "HK" else ("65",)
    else:
        services = ("01", "02", "03") if {home, away} <= AMERICAN else ("07", "65", "08")
    ship_from = draw(parties(origin))
    return ShipmentPlan(
        account="A1B2C3",
        shipper=draw(st.sampled_from([HOLDER, SWEDEN, ship_from])),
        ship_from=ship_from,
        ship_to=draw(parties(destination, draw(st.sampled_from([True, False, None])))),
        packages=tuple(draw(st.lists(parcels(), min_size=1, max_size=4))),
        service=draw(st.sampled_from(services)),
        billing=draw(payers("A1B2C3", away)),
        label=LabelSpec(
            draw(st.sampled_from(get_args(UpsLabel.model_fields["format"].annotation))),
            draw(st.sampled_from(["4x6", "4x8"])),
        ),
        erp_reference=draw(references),
        description=draw(names),
        ship_date=draw(st.none() | st.integers(0, 6).map(lambda days: TODAY + timedelta(days))),
        accessorials=draw(options),
        value=draw(worth) if home == "US" and away in {"PR", "CA"} else None,
        street_checked=draw(st.booleans()),
    )


def requests_of(plan: ShipmentPlan, environment: str, token: str = "t1") -> dict[str, Request]:
    """Return the requests of one shipment to UPS, from its address to its void."""
    label, number, account = plan.label, "1ZA1B2C30300000018", shipper_number(plan)
    chosen = settings(environment=environment)
    track = inquiries.track_by_reference_path(REFERENCE, account, chosen, TODAY, plan.ship_date or TODAY)
    found = {
        "rate": rate_request(plan, [plan.service], token),
        "shop": rate_request(plan, [plan.service, "02"], token),
        "plain rate": rate_request(plan, [plan.service], token, times=False),
        "ship": ship_request(plan, token),
        "recovery": recovery_request(inquiries.recovery_by_reference(REFERENCE, account, label), token),
        "recovery by number": recovery_request(inquiries.recovery_by_number(number, label), token),
        "track by reference": bare("GET", track, token),
        "void": bare("DELETE", inquiries.void_path(number), token),
        "void of packages": bare("DELETE", inquiries.void_path(number, [number] * len(plan.packages)), token),
    }
    if plan.ship_to.address.country in AMERICAN:
        found["address"] = address_request(plan.ship_to, token)
    return found


def at_host(request: Request, environment: str) -> Request:
    host = {"test": "https://wwwcie.ups.com", "production": "https://onlinetools.ups.com"}
    return replace(request, url=request.url.replace(host["test"], host[environment]))


@judged
@given(plan=plans(), environment=st.sampled_from(["test", "production"]))
def test_every_shipment_that_the_domain_accepts_builds_requests_that_the_judge_accepts(
    judge: Any,  # noqa: F811
    plan: ShipmentPlan,
    environment: str,
) -> None:
    for name, request in requests_of(plan, environment).items():
        assert problems(judge, at_host(request, environment)) == [], name


@lived
@given(plan=plans(), environment=st.sampled_from(["test", "production"]))
def test_every_shipment_that_the_domain_accepts_builds_requests_that_the_sandbox_accepts(
    plan: ShipmentPlan, environment: str
) -> None:
    engine = UpsEngine(CLOCK.now, accounts=ACCOUNTS)
    token = engine.handle(token_request()).json()["access_token"]
    unknown = {"190102", "300007"}  # a void and a recovery of what is not there
    for name, request in requests_of(plan, environment, token).items():
        answer = engine.handle(request)
        said = answer.json()["response"]["errors"][0] if answer.status != 200 else {}
        assert answer.status == 200 or said["code"] in unknown, (name, said)


manners = st.builds(Manners, st.booleans(), st.sampled_from(get_args(Nothing)), st.booleans())


@lived
@given(plan=plans(), how=manners, polluted=st.booleans())
def test_s26_s28_s30_s31_every_such_shipment_is_priced_bought_labelled_found_and_voided_once(
    plan: ShipmentPlan, how: Manners, polluted: bool
) -> None:
    clock = ManualClock()
    engine = UpsEngine(clock.now, accounts=ACCOUNTS, manners=how, polluted=polluted)
    carrier, _ = with_engine(engine, clock)
    (quote,) = carrier.rate(plan, [plan.service])
    made = carrier.create(plan, REFERENCE)
    assert (made.cost, quote.arrival is not None) == (quote.price, True)
    assert made.shipment_id == made.tracking_numbers[0]
    assert len(made.tracking_numbers) == len(plan.packages)
    labels = carrier.labels(made.shipment_id, plan)
    assert [label.format for label in labels] == [plan.label.format] * len(plan.packages)
    (found,) = carrier.find(REFERENCE, plan, clock.now()).shipments
    assert found.tracking_numbers == made.tracking_numbers
    assert carrier.void(made.shipment_id) == "Voided"
    assert carrier.find(REFERENCE, plan, clock.now()).shipments == ()
    (entry,) = engine.ledger.shipments
    assert entry.references[0] == REFERENCE
    assert entry.account == plan.billing.account or plan.billing.kind != "shipper"


@lived
@given(plan=plans())
def test_a_shipments_words_all_reach_ups_and_no_other_word_does(plan: ShipmentPlan) -> None:
    """Nothing is cut and nothing is invented: what was re-flowed has the same words, in the same order."""
    sent = build.ship(plan, REFERENCE)["ShipmentRequest"]["Shipment"]
    for role, who in (("ShipTo", plan.ship_to), ("ShipFrom", plan.ship_from), ("Shipper", plan.shipper)):
        if role == "ShipFrom" and plan.ship_from == plan.shipper:
            continue
        place = sent[role]["Address"]
        assert " ".join(place["AddressLine"]).split() == " ".join(who.address.lines).split()
        assert place["City"] == who.address.city
        assert sent[role]["Name"].split() == who.name.split()
        assert all(len(line) <= 35 for line in place["AddressLine"])


def built_or_refused(plan: ShipmentPlan) -> dict[str, Request] | Refused:
    try:
        return requests_of(plan, "test")
    except Refused as refusal:
        return refusal


wild = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=60)


@wildly
@given(plan=plans(), lines=st.lists(wild, max_size=4), text=wild, weight=st.decimals("-1", "200000"), service=wild)
def test_what_an_erp_may_hold_otherwise_is_refused_by_a_field_or_accepted(
    judge: Any,  # noqa: F811
    plan: ShipmentPlan,
    lines: list[str],
    text: str,
    weight: Decimal,
    service: str,
) -> None:
    spoiled = (
        replace(plan, ship_to=replace(plan.ship_to, address=replace(plan.ship_to.address, lines=tuple(lines)))),
        replace(plan, ship_to=replace(plan.ship_to, name=text, attention=text, phone=text)),
        replace(plan, ship_to=replace(plan.ship_to, address=replace(plan.ship_to.address, city=text, state=text[:5]))),
        replace(plan, ship_to=replace(plan.ship_to, address=replace(plan.ship_to.address, postcode=text))),
        replace(plan, packages=(Package(Weight(weight, "lb")),)),
        replace(plan, erp_reference=text, description=text),
        replace(plan, billing=replace(plan.billing, postcode=text)),
        replace(plan, service=service),
    )
    for each in spoiled:
        outcome = built_or_refused(each)
        if isinstance(outcome, Refused):
            assert outcome.field
            continue
        for name, request in outcome.items():
            assert problems(judge, request) == [], name


PACKING = ("one_per_order", "one_per_line", "max_weight")


@pytest.mark.parametrize("rule", PACKING)
@judged
@given(data=st.data())
def test_every_order_that_the_planning_accepts_builds_requests_that_the_judge_accepts(
    judge: Any,  # noqa: F811
    rule: str,
    data: st.DataObject,
) -> None:
    connection = a_connection()
    connection = connection.model_copy(update={"packing": connection.packing.model_copy(update={"rule": rule})})
    places = [place for place in PLACES if place[3] == "US"]
    order = replace(
        an_order(),
        ship_from=data.draw(parties(data.draw(st.sampled_from(places)))),
        ship_to=data.draw(parties(data.draw(st.sampled_from(places)))),
        lines=tuple(
            replace(line, number=str(number), quantity=Decimal(data.draw(st.integers(1, 4))))
            for number, line in enumerate(an_order().lines * data.draw(st.integers(1, 4)), 1)
        ),
    )
    planned = plan_shipment(order, connection, CLOCK.now())
    for name, request in requests_of(planned.plan, "test").items():
        assert problems(judge, request) == [], name
