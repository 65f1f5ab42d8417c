"""RECEIVED: checked, quoted, permitted; or held, with reason, field, a whole sentence and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from sandbox.erps.m3.seed import Line, add_item, add_supplier, place
from shared.domain.state import HINTS, Reason, State
from tests.component.workflow.scene import AMBIGUOUS, BUFFALO, DAY, NOWHERE, ORDER, Scene, bought_once


@dataclass(frozen=True)
class Hold:
    """A fault of an order, and the words that a person must be told."""

    name: str
    reason: Reason
    at: str
    says: str
    lines: tuple[Line, ...] = (Line("VALVE-1", 2),)
    order: dict[str, Any] = field(default_factory=dict)
    connection: dict[str, Any] = field(default_factory=dict)
    before: Callable[[Scene], object] = lambda _: None


JALISCO = place("Acme Jalisco", "1 Calle Sol", "Zapopan", "JAL", "45010", country="MX")
PONCE = place("Acme Ponce", "1 Calle Sol", "Ponce", "", "00717", country="PR")
TORONTO = place("Acme Toronto", "1 King St", "Toronto", "ON", "M5V3L9", country="CA")
PARIS = place("Acme Paris", "1 Rue X", "Paris", "", "75001", country="FR")
LYON = place("Valves Lyon", "1 Rue Y", "Lyon", "", "69001", country="FR")


def solvent(scene: Scene) -> None:
    add_item(scene.tenant, "SOLVENT", "Solvent", weight="2", hazardous=True)


def pump(scene: Scene) -> None:
    add_item(scene.tenant, "PUMP-90", "Pump 90 kg", weight="90")


def long_supplier(scene: Scene) -> None:
    name = "Valve Works and Sons of Buffalo, Inc."
    add_supplier(scene.tenant, "V900", replace(BUFFALO, name=name), contact="Ann Lee")


def no_ground(scene: Scene) -> None:
    """UPS quotes another service than the one that is asked for."""
    ups = scene.ports.open_carrier
    scene.with_ports(open_carrier=lambda connection: _OtherService(ups(connection)))


class _OtherService:
    """A carrier that offers nothing of what is asked for."""

    def __init__(self, carrier: Any) -> None:
        self._carrier = carrier

    def __getattr__(self, name: str) -> Any:
        return getattr(self._carrier, name)

    def rate(self, plan: Any, services: Any) -> tuple[Any, ...]:
        return ()


HOLDS = [
    Hold(
        "terms", Reason.FREIGHT_TERMS, "freight_terms", "freight terms 'EXW' are not mapped to we_pay",
        order={"freight_terms": "EXW"},
    ),
    Hold(
        "service", Reason.SERVICE, "service", "delivery method 'AIR' is not mapped to a carrier service",
        order={"delivery_method": "AIR"}, connection={"select": {"delivery_method": []}},
    ),
    Hold(
        "service that UPS does not sell there", Reason.SERVICE, "service", "UPS 111210",
        connection={"services": {"UPS": "07"}},
    ),
    Hold(
        "no such service there", Reason.SERVICE, "service", "the carrier offers no service 03 there",
        before=no_ground,
    ),
    Hold(
        "hazard", Reason.HAZARD, "lines", "line 1, item SOLVENT is hazardous",
        lines=(Line("SOLVENT", 1),), before=solvent,
    ),
    Hold(
        "nothing left", Reason.LINES, "lines", "nothing is left to ship: line 1: nothing left of 5 EA",
        lines=(Line("VALVE-1", 5, received=5),),
    ),
    Hold(
        "weight", Reason.WEIGHT, "lines.1.unit_weight", "line 1: item GASKET-X has no weight",
        lines=(Line("GASKET-X", 5),),
    ),
    Hold(
        "missing", Reason.MISSING, "ship_to.address.city", "ship_to has no city",
        order={"to": place("Acme Site", "1 Dock St", "", "NY", "12207")},
    ),
    Hold(
        "international", Reason.INTERNATIONAL, "ship_to.address.country", "goes from US to MX",
        order={"to": JALISCO},
    ),
    Hold(
        "a territory", Reason.INTERNATIONAL, "ship_to.address.country", "goes from US to VI",
        order={"to": place("Acme Islands", "1 Main St", "Charlotte Amalie", "VI", "00802")},
    ),
    Hold(
        "Canada, whatever it is worth", Reason.INTERNATIONAL, "ship_to.address.country", "goes from US to CA",
        lines=(Line("VALVE-1", 2, amount="80"),), order={"to": TORONTO},
    ),
    Hold(
        "Puerto Rico without a value", Reason.INTERNATIONAL, "lines.1.value", "line 1: nothing says what it is worth",
        order={"to": PONCE},
    ),
    Hold(
        "Puerto Rico without a contact", Reason.INTERNATIONAL, "ship_to.attention",
        "goes from US to PR, and ship_to has no attention",
        lines=(Line("VALVE-1", 2, amount="80"),), order={"to": PONCE},
    ),
    Hold(
        "a PO box", Reason.PO_BOX, "ship_to.address", "the ship-to is a PO box: no parcel is delivered there",
        order={"to": place("Acme Site", ["1 Dock St", "P.O. Box 12"], "Albany", "NY", "12207")},
    ),
    Hold(
        "a military address", Reason.PO_BOX, "ship_to.address", "the ship-to is a military address (APO, FPO, DPO)",
        order={"to": place("Sgt. Ed Roy", "Unit 2050 Box 4190", "APO", "AE", "09470")},
    ),
    Hold(
        "units", Reason.UNITS, "lines.1.unit",
        "line 1: 3 BX, and nothing says how many EA one of them is",
        lines=(Line("VALVE-1", 3, unit="BX", per_unit=0),),
        connection={"defaults": {"unit_weight": {"value": "1", "unit": "lb"}, "allow_automatic": True}},
    ),
    Hold(
        "a name that does not fit", Reason.ADDRESS, "ship_to.name", "ship_to.name has 36 characters, UPS takes 35",
        order={"to": place("Acme Receiving and Distribution East", "1 Dock St", "Albany", "NY", "12207")},
    ),
    Hold(
        "an address that does not fit", Reason.ADDRESS, "ship_to.address.lines", "does not fit into 3 lines of 35",
        order={"to": place("Acme", ["Aaaaaaaaaaaaaaaaaaaa Bbbbbbbbbbbbbbb"] * 4, "Albany", "NY", "12207")},
    ),
    Hold(
        "a supplier's name that does not fit", Reason.ADDRESS, "ship_from.name", "UPS takes 35",
        before=long_supplier, order={"supplier": "V900"},
    ),
    Hold(
        "a size over the limits", Reason.FREIGHT, "packages[1].dimensions", "over 108 long",
        connection={
            "packing": {"package": {"length": 120, "width": 5, "height": 5, "unit": "in"}},
        },
    ),
    Hold(
        "a carton without a size", Reason.MISSING, "lines.1.unit_dimensions", "item VALVE-1 has no size",
        connection={"packing": {"rule": "item_carton"}},
    ),
    Hold(
        "nothing arrives in time", Reason.SERVICE, "service",
        "none of 03, 12 arrives by 2026-11-03: the earliest is 03 on 2026-11-04",
        order={"needed": "20261103"},
        connection={"services": {"UPS": {"any": ["03", "12"], "pick": "cheapest_by_date"}}},
    ),
    Hold(
        "no needed date", Reason.MISSING, "needed", "the service is picked by the needed date",
        order={"needed": ""},
        connection={"services": {"UPS": {"any": ["03", "12"], "pick": "cheapest_by_date"}}},
    ),
    Hold(
        "a drop-ship without a customer", Reason.MISSING, "ship_to.address",
        "it has no delivery address: a drop-ship order goes to its customer, never to our own warehouse",
        connection={"flow": "drop-ship"},
    ),
    Hold(
        "the approval's currency", Reason.CURRENCY, "approve.currency", "approve.currency is EUR",
        connection={
            "approve": {"currency": "EUR"},
            "limits": {"amount_per_day": {"amount": "1000.00", "currency": "USD"}},
        },
    ),
    Hold(
        "address", Reason.ADDRESS, "ship_to.address",
        "the carrier does not know 1 Nowhere Ln, Albany NY 12207, US",
        order={"to": NOWHERE},
    ),
    Hold(
        "ambiguous", Reason.ADDRESS, "ship_to.address",
        "the carrier does not know 1 Ambiguous Ave, Albany NY 12207, US; it knows 100-198 MAIN ST, ALBANY NY 12207",
        order={"to": AMBIGUOUS},
    ),
    Hold(
        "not covered", Reason.ADDRESS, "ship_to.address", "the carrier does not validate addresses there",
        connection={"address_not_covered": "hold"}, before=lambda scene: setattr(scene.ups, "cie", True),
        order={"to": place("Acme Plant", "9 Oak St", "Newark", "NJ", "07102")},
    ),
    Hold(
        "freight", Reason.FREIGHT, "packages", "a package of 198.42 lb is over 150 lb",
        lines=(Line("PUMP-90", 1),), before=pump,
    ),
    Hold(
        "pieces", Reason.FREIGHT, "packages", "12 packages are more than 10",
        lines=(Line("VALVE-1", 70),),
    ),
    Hold(
        "limits in another currency", Reason.CURRENCY, "limits.amount_per_day",
        "the quote is in USD, limits.amount_per_day in EUR",
        connection={"limits": {"amount_per_day": {"amount": "1000.00", "currency": "EUR"}}},
    ),
    Hold(
        "above the amount", Reason.APPROVAL, "", "is above approve.amount 5.00 USD",
        connection={"approve": {"amount": "5.00"}},
    ),
    Hold(
        "manual", Reason.APPROVAL, "", "approve.mode is manual",
        connection={"approve": {"mode": "manual", "amount": None}},
    ),
    Hold(
        "default weight", Reason.APPROVAL, "", "a default weight was taken: line 1",
        lines=(Line("GASKET-X", 2),), connection={"defaults": {"unit_weight": {"value": "1", "unit": "lb"}}},
    ),
]  # fmt: skip


@pytest.mark.parametrize("hold", HOLDS, ids=lambda hold: hold.name)
def test_s17_s21_what_is_wrong_is_held_with_reason_field_sentence_and_hint(hold: Hold) -> None:
    scene = Scene(**hold.connection)
    hold.before(scene)
    scene.through(lines=hold.lines, **hold.order)
    head, snapshot = scene.head(), scene.snapshot()
    assert (head.state, head.reason, head.field) == (State.HELD, str(hold.reason), hold.at)
    assert hold.says in snapshot.problem
    assert snapshot.hint or HINTS[Reason(head.reason)]
    assert scene.audit()[-1].why == str(hold.reason)
    assert scene.audit()[-1].field == hold.at
    assert head.due_at is None
    assert (scene.creates(), scene.in_erp()) == (0, {})


@pytest.mark.parametrize("hold", HOLDS, ids=lambda hold: hold.name)
def test_s17_a_held_order_stays_held_and_unbought_over_days_of_polls_and_sweeps(hold: Hold) -> None:
    scene = Scene(**hold.connection)
    hold.before(scene)
    scene.through(lines=hold.lines, **hold.order)
    steps = scene.trail()
    scene.lives(2 * DAY)
    assert scene.head().reason == str(hold.reason)
    assert scene.trail() == steps, "reading the same again is no step"
    assert scene.live() == []


def test_s27_a_ready_order_goes_from_received_to_done_by_itself() -> None:
    scene = Scene()
    scene.through()
    assert [str(entry.state) for entry in scene.audit()] == ["RECEIVED", "READY", "INTENT", "SHIPPED", "DONE"]
    assert scene.trail() == ["received", "quoted", "intent", "created", "written_back"]
    assert bought_once(scene)


def test_s26_the_freight_cost_is_quoted_before_anything_is_bought() -> None:
    scene = Scene(approve={"mode": "manual", "amount": None})
    scene.through()
    quote = scene.snapshot().quote
    assert quote
    assert quote.negotiated
    assert scene.head().quote == quote.price == quote.negotiated
    assert quote.negotiated < quote.published
    assert scene.head().service == "03"


def test_s31_the_quote_has_the_expected_day_of_delivery() -> None:
    scene = Scene()
    scene.through()
    quote = scene.snapshot().quote
    assert quote
    assert quote.arrival
    assert scene.in_erp()["A530"] == quote.arrival.isoformat()


def test_s20_a_lenient_connection_ships_to_an_ambiguous_address_and_never_to_an_unknown_one() -> None:
    scene = Scene(address_check="lenient")
    scene.order("4000001", to=AMBIGUOUS)
    scene.order("4000002", to=NOWHERE)
    scene.poll()
    scene.work()
    assert (scene.stands("4000001"), scene.stands("4000002")) == ("DONE", "HELD address")


def test_s20_with_the_check_off_nobody_is_asked() -> None:
    scene = Scene(address_check="off")
    scene.through(to=NOWHERE)
    assert scene.stands() == "DONE"
    assert scene.asked(scene.ups, "address_validation") == 0
    assert scene.snapshot().address_check is None


def test_s20_where_streets_are_not_covered_it_is_noted_and_goes_on() -> None:
    scene = Scene()
    scene.ups.cie = True
    scene.through(to=place("Acme Plant", "9 Oak St", "Newark", "NJ", "07102"))
    assert scene.stands() == "DONE"
    covered = "UPS's test environment validates New York and California only"
    assert any(note.startswith(covered) for note in scene.snapshot().notes)


def test_s20_the_carrier_s_word_on_a_home_is_taken_where_the_erp_has_none() -> None:
    scene = Scene()
    scene.through(to=place("Pat Moss", "12 Elm Lane", "Albany", "NY", "12207"))
    plan = scene.snapshot().plan
    assert plan
    assert plan.ship_to.residential is True


def test_what_was_noted_while_reading_and_rating_stands_in_the_snapshot_once() -> None:
    scene = Scene()
    scene.through(lines=[Line("VALVE-1", 5, received=2)])
    notes = scene.snapshot().notes
    assert "line 1: 3 of 5 left" in notes
    assert any("110971" in note for note in notes), "the carrier's alert about the invoice"
    assert len(set(notes)) == len(notes)


def test_s57_a_throttled_carrier_is_asked_again_when_it_said_so() -> None:
    scene = Scene()
    scene.ups_will("throttled", "rate", seconds=300)
    scene.through()
    head = scene.head()
    assert scene.stands() == "RECEIVED retry"
    assert head.not_before == head.due_at
    assert head.not_before
    assert (head.not_before - scene.clock.now()).total_seconds() >= 300
    assert (head.tries, head.first_try_at, head.last_try_at) == (1, scene.clock.now(), scene.clock.now())
    scene.process()
    assert scene.asked(scene.ups, "rate") == 1, "a message that comes earlier is only a hint"
    scene.lives(2 * DAY)
    assert bought_once(scene)
    assert scene.head().tries == 0


def test_s59_a_carrier_that_fails_for_a_day_hands_the_order_to_a_person_with_count_and_time() -> None:
    scene = Scene()
    scene.ups_will("error_before", "rate", times=10_000)
    scene.through()
    began = scene.clock.now()
    scene.lives(2 * DAY)
    assert scene.stands() == "HELD retries"
    tries = scene.asked(scene.ups, "rate")
    assert scene.snapshot().problem.startswith(f"tried {tries} times since {began:%Y-%m-%d %H:%M} UTC: UPS 10004")
    assert scene.audit()[-1].at - began < 2 * DAY
    assert 24 < tries < 200, "capped at an hour, and no storm"
    assert scene.trail().count("try_again") == tries - 1
    assert scene.creates() == 0


def test_an_order_of_the_same_supplier_is_not_touched_by_another_s_hold() -> None:
    scene = Scene()
    scene.order("4000001", lines=[Line("GASKET-X", 1)])
    scene.order("4000002")
    scene.poll()
    scene.work()
    assert (scene.stands("4000001"), scene.stands("4000002")) == ("HELD weight", "DONE")


def test_s65_the_audit_names_fields_and_never_the_address() -> None:
    scene = Scene()
    scene.through(to=NOWHERE)
    told = repr(scene.audit())
    assert "ship_to.address" in told
    for personal in ("Nowhere", "12207", "Acme Site", BUFFALO.name):
        assert personal not in told


def test_a_message_for_an_order_that_nobody_knows_is_acknowledged() -> None:
    Scene().process("9999999")


def test_two_messages_for_a_held_order_change_nothing() -> None:
    scene = Scene()
    scene.through(lines=[Line("GASKET-X", 5)])
    before = scene.audit()
    scene.process()
    scene.process()
    assert scene.audit() == before
    assert scene.head(ORDER).version == len(before)
