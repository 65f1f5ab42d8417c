"""The freight charge: off by default, made once a label, found after a lost answer, never billed to the
customer, and taken back after a void."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.engine import Fault
from shared.connection import ConnectionFileError
from shared.domain.money import Money
from shared.erp.ifs.adapter import IfsCloud
from shared.errors import Refused, Retry, Unknown
from shared.ports import ErpActions, WriteBack
from tests.unit.erp.ifs.bench import Bench, a_connection

CHARGE = {"charge": {"enabled": True, "charge_type": "FREIGHT", "currency": "USD"}}
COST = Money(Decimal("12.30"), "USD")


@pytest.fixture
def bench() -> Bench:
    return Bench(write_back=CHARGE)


def note(document: str, **changes: Any) -> WriteBack:
    return replace(WriteBack(document, "r", "1Z", ("1Z",), "11", COST), **changes)


def charges(bench: Bench) -> list[dict[str, Any]]:
    return [each.values for each in bench.tenant.table("ShipmentFreightChargeSet").values()]


def test_s34_a_charge_has_our_cost_and_bills_the_customer_nothing(bench: Bench) -> None:
    number = bench.shipment()
    erp = bench.erp()
    assert isinstance(erp, ErpActions)
    (action,) = erp.actions(note(number))
    assert erp.find_action(action) == ""
    assert erp.act(action) == "1"
    (made,) = charges(bench)
    assert (made["ChargeType"], made["ChargeCost"], made["ChargeAmount"]) == ("FREIGHT", Decimal("12.3"), 0)
    assert erp.find_action(action) == "1"


def test_nothing_is_charged_by_default_or_before_the_cost_is_known() -> None:
    number = (plain := Bench()).shipment()
    assert plain.erp().actions(note(number)) == ()
    erp = Bench(write_back=CHARGE).erp()
    assert erp.actions(note(number, cost=None)) == ()
    assert erp.actions(note(number, cost_estimated=True)) == ()


def test_a_charge_whose_answer_was_lost_is_found(bench: Bench) -> None:
    number, erp = bench.shipment(), bench.erp()
    (action,) = erp.actions(note(number))
    bench.engine.faults.append(Fault("ShipmentHandling.ShipmentFreightChargeSet.POST", "reset_after"))
    with pytest.raises(Unknown):
        erp.act(action)
    assert erp.find_action(action) == "1"


def test_a_charge_of_another_type_or_shipment_is_not_ours(bench: Bench) -> None:
    first, second = bench.shipment(), bench.shipment()
    erp = bench.erp()
    erp.act(erp.actions(note(first))[0])
    assert erp.find_action(erp.actions(note(second))[0]) == ""
    other = bench.erp(write_back={"charge": {"enabled": True, "charge_type": "HANDLING", "currency": "USD"}})
    assert other.find_action(other.actions(note(first))[0]) == ""


def test_a_cost_in_another_currency_is_refused_before_anything_is_made(bench: Bench) -> None:
    number, erp = bench.shipment(), bench.erp()
    with pytest.raises(Refused, match="is in EUR, charges are in USD"):
        erp.act(erp.actions(note(number, cost=Money(Decimal(9), "EUR")))[0])
    assert charges(bench) == []


def test_a_charge_whose_form_is_refused_holds_its_order_alone(bench: Bench) -> None:
    bench.tenant.redefine("ShipmentHandling", "ShipmentFreightChargeSet", without="ChargedQty")
    number, erp = bench.shipment(), bench.erp()
    with pytest.raises(Refused, match="ChargedQty") as told:
        erp.act(erp.actions(note(number))[0])
    assert (told.value.reason, told.value.field) == ("write_back", "write_back.charge")


def test_a_protected_endpoint_gets_its_cookie_back(bench: Bench) -> None:
    bench.engine.manners.csrf = True
    number, erp = bench.shipment(), bench.erp()
    erp.act(erp.actions(note(number))[0])
    assert len(charges(bench)) == 1


def test_a_charge_without_its_type_is_refused_by_name() -> None:
    with pytest.raises(ConnectionFileError, match=r"write_back\.charge: .*needs charge_type and currency"):
        Bench(write_back={"charge": {"enabled": True}}).erp()


def test_the_connection_test_names_a_set_of_charges_that_is_not_there(bench: Bench) -> None:
    bench.shipment()
    assert all(each.ok for each in bench.erp().ping())
    erp = bench.erp(write_back={"charge": {**CHARGE["charge"], "set": "Charges"}})
    (told,) = [each.detail for each in erp.ping() if not each.ok]
    assert "write_back.charge: no set Charges" in told


# --- taken back after a void ---------------------------------------------------------------------------------------


def a_void(document: str, reference: str = "r") -> WriteBack:
    """The note of an order whose only label is voided."""
    was = note(document, reference=reference)
    return WriteBack(document, "", "", (), "", None, withdrawn=("1Z",), before=was)


def charged(bench: Bench) -> tuple[IfsCloud, str]:
    """A shipment with a charge of ours."""
    number, erp = bench.shipment(), bench.erp()
    erp.act(erp.actions(note(number))[0])
    return erp, number


def test_s34_the_charge_of_a_voided_label_loses_its_cost(bench: Bench) -> None:
    erp, number = charged(bench)
    (action,) = erp.actions(a_void(number))
    assert erp.find_action(action) == ""
    assert erp.act(action) == "1 without a cost"
    assert [each["ChargeCost"] for each in charges(bench)] == [0]
    assert erp.find_action(action) == "no charge with a cost"


def test_a_label_after_a_void_makes_a_charge_of_its_own_and_that_one_is_taken_back_by_itself(bench: Bench) -> None:
    erp, number = charged(bench)
    erp.act(erp.actions(a_void(number))[0])
    second = note(number, reference="r2", withdrawn=("1Z",))
    (action,) = erp.actions(second)
    assert erp.find_action(action) == ""
    assert erp.act(action) == "2"
    (last,) = erp.actions(a_void(number, "r2"))
    assert len({action.name, last.name, erp.actions(note(number))[0].name, erp.actions(a_void(number))[0].name}) == 4
    erp.act(last)
    assert [each["ChargeCost"] for each in charges(bench)] == [0, 0]


def test_a_label_that_follows_a_void_before_the_first_charge_was_taken_back_takes_it_back_first(bench: Bench) -> None:
    erp, number = charged(bench)
    dearer = Money(Decimal(20), "USD")
    second = note(number, reference="r2", cost=dearer, withdrawn=("1Z",), voided=(note(number),))
    back, made = erp.actions(second)
    assert back.name == erp.actions(a_void(number))[0].name
    assert erp.find_action(back) == ""
    erp.act(back)
    assert (erp.find_action(made), erp.act(made)) == ("", "2")
    assert [each["ChargeCost"] for each in charges(bench)] == [0, 20]
    both = replace(a_void(number, "r2"), voided=(note(number), note(number, reference="r2")))
    assert [each.name for each in erp.actions(both)] == [back.name, f"{back.name}2"]


def test_where_no_charge_was_made_there_is_nothing_to_take_back(bench: Bench) -> None:
    number, erp = bench.shipment(), bench.erp()
    (action,) = erp.actions(a_void(number))
    assert erp.find_action(action) == "no charge with a cost"
    assert erp.actions(replace(a_void(number), before=None)) == ()


def test_a_lost_answer_of_taking_back_is_settled_by_the_look(bench: Bench) -> None:
    erp, number = charged(bench)
    (action,) = erp.actions(a_void(number))
    bench.engine.faults.append(Fault("ShipmentHandling.ShipmentFreightChargeSet.PATCH", "reset_after"))
    with pytest.raises(Unknown):
        erp.act(action)
    assert erp.find_action(action) == "no charge with a cost"


def corrected(bench: Bench) -> None:
    """Somebody enters another cost by hand."""
    table = bench.tenant.table("ShipmentFreightChargeSet")
    bench.tenant.change("ShipmentFreightChargeSet", next(iter(table)), ChargeCost=Decimal(20))


def refused(bench: Bench) -> None:
    bench.engine.manners.uneditable.add("ShipmentFreightChargeSet")


def not_stored(bench: Bench) -> None:
    bench.engine.manners.dropped.add("ChargeCost")


def a_second_one(bench: Bench) -> None:
    bench.tenant.insert("ShipmentFreightChargeSet", charges(bench)[0] | {"SequenceNo": Decimal(9)})


@pytest.mark.parametrize("befalls", [corrected, refused, not_stored, a_second_one])
def test_where_a_charge_cannot_be_taken_back_a_person_is_told_what_to_do(
    bench: Bench, befalls: Callable[[Bench], None]
) -> None:
    erp, number = charged(bench)
    befalls(bench)
    with pytest.raises(Refused, match=f"shipment {number} still has the cost of a voided label") as told:
        erp.act(erp.actions(a_void(number))[0])
    assert "set its ChargeCost to 0 in IFS or remove it" in str(told.value.hint)


def test_somebody_who_changes_the_charge_at_the_same_time_is_not_overwritten(bench: Bench) -> None:
    erp, number = charged(bench)
    bench.wire.before = lambda request: (
        (bench.passes(timedelta(seconds=2)), corrected(bench)) if (request.method == "PATCH") else None
    )
    with pytest.raises(Retry):
        erp.act(erp.actions(a_void(number))[0])
    assert [each["ChargeCost"] for each in charges(bench)] == [20]


def test_a_charge_is_told_of_when_the_cost_becomes_known() -> None:
    assert a_connection(write_back=CHARGE).write_back.writes("cost")
    assert not a_connection().write_back.writes("cost")
