"""The freight charge: off by default, made once, found after a lost answer, and never billed to the customer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sandbox.engine import Fault
from shared.connection import ConnectionFileError
from shared.domain.money import Money
from shared.errors import Refused, Unknown
from shared.ports import ErpActions, WriteBack
from tests.unit.erp.ifs.bench import Bench, a_connection

CHARGE = {"charge": {"enabled": True, "charge_type": "FREIGHT", "currency": "USD"}}
COST = Money(Decimal("12.30"), "USD")


@pytest.fixture
def bench() -> Bench:
    return Bench(write_back=CHARGE)


def note(document: str, **changes: Any) -> WriteBack:
    return WriteBack(document, "r", "1Z", ("1Z",), "11", **{"cost": COST, **changes})


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


def test_a_charge_is_told_of_when_the_cost_becomes_known() -> None:
    assert a_connection(write_back=CHARGE).write_back.writes("cost")
    assert not a_connection().write_back.writes("cost")
