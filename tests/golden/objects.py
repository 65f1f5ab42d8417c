"""The golden items as objects: each kind once, with as many of its facts as it can have."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from shared.domain.budget import Budget
from shared.domain.measures import Dimensions, Weight
from shared.domain.money import Money
from shared.domain.order import Order, Skipped
from shared.domain.parcel_group import document_key
from shared.domain.record import AuditEntry, Head, Snapshot
from shared.domain.shipment import AddressCheck, Billing, LabelSpec, Package, Quote, ShipmentPlan
from shared.domain.state import State
from shared.domain.telling import ActionRecord, Facts, Telling
from shared.ports import Change, DocumentGroups, PollState, ShippedPackage, Spend, StoredConnection, Token
from tests.builders import SUPPLIER, WAREHOUSE, a_connection, a_line, an_order

AT = datetime(2026, 11, 2, 14, 5, 59, 123456, tzinfo=UTC)
WHO = "arn:aws:sts::123456789012:assumed-role/Logistics/ann.lee"
CONNECTION_ID = "acme-infor-ups"
DEPLOYMENT = "1a2b3c4d"


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


ORDER: Order = an_order(
    "4000001",
    lines=(
        a_line(unit_dimensions=Dimensions(Decimal(10), Decimal("5.5"), Decimal(4), "cm")),
        a_line("2", unit_weight=Weight(Decimal("0.50"), "lb"), weight_defaulted=True),
    ),
    needed=date(2026, 11, 20),
    order_type="N10",
    bill_to=WAREHOUSE,
    skipped=(Skipped("3", "received in full"),),
    notes=("line 2: weight defaulted",),
    extra=(("project", "Aßmannshausen"),),
)
PLAN = ShipmentPlan(
    account="A1B2C3",
    shipper=SUPPLIER,
    ship_from=SUPPLIER,
    ship_to=replace(WAREHOUSE, residential=False),
    packages=(Package(Weight(Decimal("15.43"), "lb"), None, ("1", "2")), Package(Weight(Decimal(1), "lb"))),
    service="03",
    billing=Billing("third_party", "X9Y8Z7", "30301", "US"),
    label=LabelSpec("ZPL", "4x6"),
    erp_reference="4000001",
    description="Valve 1",
    ship_date=date(2026, 11, 3),
)
SNAPSHOT = Snapshot(
    generation=1,
    order=ORDER,
    plan=PLAN,
    quote=Quote("03", usd("19.80"), usd("12.34"), date(2026, 11, 5), ("110971 may vary",)),
    address_check=AddressCheck("ambiguous", (WAREHOUSE.address,), False, "two candidates"),
    problem="the carrier knows two such addresses",
    hint="choose one",
    notes=("line 2: weight defaulted",),
    expires_at=AT.replace(microsecond=0) + timedelta(days=365),
)
HEAD = Head(
    key=ORDER.key,
    connection=CONNECTION_ID,
    revision=2,
    document="4000001",
    state=State.SHIPPED,
    version=7,
    generation=1,
    created_at=AT,
    updated_at=AT + timedelta(minutes=3),
    content="0123456789abcdef01234567",
    fingerprint="89abcdef0123456789abcdef",
    token="0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    reason="retry",
    field="ship_to.address",
    due_at=AT + timedelta(minutes=15),
    not_before=AT + timedelta(minutes=15),
    lease_until=AT + timedelta(minutes=5),
    attempt=1,
    reference="1A2B3C4D-ABCDEFGHIJKL-1",
    plan_hash="1:fedcba987654321001234567",
    intent_at=AT + timedelta(minutes=1),
    in_doubt=True,
    tries=2,
    first_try_at=AT + timedelta(minutes=2),
    last_try_at=AT + timedelta(minutes=3),
    quote=usd("12.34"),
    approved_by=WHO,
    service="03",
    shipment_id="1ZA1B2C30300000017",
    tracking_number="1ZA1B2C30300000017",
    packages_made=2,
    cost=usd("12.30"),
    cost_estimated=True,
    written_back=True,
    swept=4,
)
RECEIVED = replace(
    HEAD, state=State.RECEIVED, version=6, token="the-one-before", due_at=None, reason="", field="", swept=0
)
AUDIT = AuditEntry(
    sequence=7,
    at=AT + timedelta(minutes=3),
    who=WHO,
    what="write_back_failed",
    state=State.SHIPPED,
    why="the ERP did not answer: Zeitüberschreitung",
    field="ship_to.address",
    request_ids=("0a1b2c3d/UPS-42",),
    changes=(("cost", "12.30 USD"), ("tries", "2")),
)
PACKAGE = ShippedPackage(2, "1ZA1B2C30300000018", f"{ORDER.key}/1/2.zpl", carrier="ups")
SPEND = Spend(CONNECTION_ID, AT, usd("12.34"), 50, 200, usd("1000.00"))
STORED = StoredConnection(a_connection(), 1, "running", "started by ann", AT)
POLL = PollState("1762092000000", "infor-m3:ACME_TST/100", ORDER.key, AT, AT + timedelta(minutes=1), "3 taken")
CHANGE = Change("4000001", "1762092000000")
LEDGER_EXPIRES = AT + timedelta(days=9)
TOKEN = Token("plain-token", AT + timedelta(hours=4))
CREDENTIAL = "ups/8f14e45fceea"
BUDGET = Budget("tokens", free=2, most=3, pace=timedelta(minutes=10))
CALLS = Budget("calls", free=1, most=2, pace=timedelta(seconds=20), window=timedelta(minutes=5))
CALLER, PAUSED = "shipstation/8f14e45fceea", "shipstation/45c48cce2e2d"
DOCUMENT = document_key(ORDER.key)
GROUPS = DocumentGroups(("line-1", "line-3/1"), frozenset({"1", "2", "3/1"}))
TELLING = Telling(
    generation=1,
    now=Facts("out_for_delivery", "2026-11-06", usd("14.00"), "address"),
    said=Facts("in_transit"),
    document=Facts("in_transit", "2026-11-05", usd("12.34")),
    at=AT,
    due_at=AT + timedelta(minutes=1),
    not_before=AT + timedelta(minutes=1),
    tries=2,
    since=AT,
)
ACTION = ActionRecord("cost-1a2b3c4d-4000001-1", "done", AT, 2, "4711")
