"""SYSPRO's own ways with the workflow around them: its sandbox is behind the real adapter."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sandbox.erps.syspro import seed
from sandbox.faces import Entered, Line
from sandbox.seed import add_master_data
from sandbox.simulation.by_hand import ByHand, a_minute
from sandbox.simulation.scenario import file_of
from shared.connection import parse
from shared.registry import KINDS
from shared.workflow.desk.approve import approve
from shared.workflow.desk.reconcile import Account, reconcile
from shared.workflow.desk.ship_again import propose, ship_again
from shared.workflow.desk.take_older import take_older
from shared.workflow.intake.backlog import backlog
from shared.workflow.intake.poll import poll
from shared.workflow.shipping.process import process
from shared.workflow.write_back.process import write_back

MINUTE = timedelta(minutes=1)


class Shop:
    """A running connection of dispatch notes."""

    def __init__(self, **changes: Any) -> None:
        file = file_of("syspro", "ups")
        file |= {name: {**file.get(name, {}), **each} for name, each in changes.items()}
        self.world = ByHand(parse(file, KINDS))
        self.ports, self.clock, self.erp = self.world.ports, self.world.clock, self.world.erp
        self.company: Any = self.erp.company  # type: ignore[attr-defined]
        self.name = self.world.connection.id
        add_master_data(self.erp)
        self.world.start()
        self.poll()

    def enter(self, number: str, status: str = "5", **facts: Any) -> None:
        supplier, warehouse = "V100", "W01"
        self.erp.add(Entered(number, (Line("VALVE-2IN", 2),), supplier=supplier, warehouse=warehouse, **facts))
        if status != "5":
            seed.move(self.company, number, status)

    def poll(self) -> None:
        poll(self.ports, self.name, a_minute)
        self.clock.advance(MINUTE)

    def work(self) -> None:
        for queue in self.world.queues.values():
            queue.take()
        for head in self.world.orders.every():
            process(self.ports, head.key, a_minute)

    def through(self) -> list[str]:
        """Buys and tells; returns the orders' keys."""
        self.work()
        for head in self.world.orders.every():
            write_back(self.ports, head.key, a_minute)
        return [head.key for head in self.world.orders.every()]

    def applies(self, **changes: Any) -> None:
        file = file_of("syspro", "ups")
        file |= {name: {**file.get(name, {}), **each} for name, each in changes.items()}
        self.ports.connections.apply(parse(file, KINDS), self.clock.now(), "ann", self.clock.now())

    def stored(self) -> Any:
        return self.ports.connections.get(self.name)

    def stands(self) -> dict[str, str]:
        return {head.document: f"{head.state} {head.reason}".strip() for head in self.world.orders.every()}

    def today(self) -> date:
        return self.clock.now().astimezone(ZoneInfo(self.world.connection.timezone)).date()

    def older(self) -> tuple[str, ...]:
        return backlog(self.ports, self.stored()).older


def test_s10_what_a_wider_selection_brings_into_the_set_is_left_alone_and_a_person_takes_it_in() -> None:
    """By status, which the listing tells; and by carrier code, which only the sales order tells."""
    shop = Shop()
    shop.erp.add_methods({"TRK": "Own truck"})
    shop.enter("4000001", "8")
    shop.enter("4000002", service="TRK")
    shop.enter("4000003")
    shop.poll()
    assert shop.stands() == {"4000003": "RECEIVED"}
    shop.enter("4000004")
    shop.applies(select={"status": ["5", "7", "8"], "ship_via": ["UPS", "TRK"]}, services={"TRK": "03"})
    assert shop.older() == ("4000001", "4000002")
    shop.poll()
    seed.move(shop.company, "4000002", "7")
    for _ in range(3):
        shop.clock.advance(timedelta(hours=25))
        shop.poll()
    assert set(shop.stands()) == {"4000003", "4000004"}
    assert set(shop.older()) == {"4000001", "4000002"}
    shop.enter("4000005", service="TRK")
    take_older(shop.ports, shop.stored(), ["4000001"], "ann")
    shop.poll()
    assert set(shop.stands()) == {"4000001", "4000003", "4000004", "4000005"}


def test_q21_invoiced_notes_that_are_taken_from_now_on_leave_alone_what_was_invoiced_or_consolidated_before() -> None:
    shop = Shop()
    for number in ("4000001", "4000002"):
        shop.enter(number, "3")
    seed.invoice(shop.company, "4000001")
    seed.move(shop.company, "4000002", "8")
    shop.poll()
    shop.applies(erp={"also_invoiced_days": 3})
    shop.poll()
    seed.invoice(shop.company, "4000002")
    shop.enter("4000003", "3")
    seed.invoice(shop.company, "4000003")
    shop.poll()
    assert set(shop.stands()) == {"4000003"}


@pytest.mark.parametrize(("column", "value"), [("MStockQtyToShp", Decimal(3)), ("MStockUnitMass", Decimal(9))])
def test_s08_a_line_that_changes_without_its_note_is_seen_before_the_label(column: str, value: Decimal) -> None:
    """Nothing says that an edit of MdnDetail moves the version of its MdnMaster."""
    shop = Shop(approve={"mode": "manual"})
    shop.enter("4000001")
    shop.poll()
    shop.work()
    assert shop.stands() == {"4000001": "HELD approval"}
    shop.company.change("MdnDetail", "4000001", Decimal(1), **{column: value})
    shop.clock.advance(timedelta(hours=3))
    (head,) = shop.world.orders.every()
    approve(shop.ports, head.key, "ann")
    shop.work()
    assert (shop.stands(), len(shop.world.carrier.ledger.live())) == ({"4000001": "READY read_again"}, 0)
    shop.poll()
    shop.work()
    assert shop.stands() == {"4000001": "HELD approval"}, "another shipment than was approved"
    (head,) = shop.world.orders.every()
    approve(shop.ports, head.key, "ann")
    shop.work()
    (label,) = shop.world.carrier.ledger.live()
    assert label


def test_q30_a_second_label_adds_to_the_cost_that_the_first_one_left_in_the_form() -> None:
    """The first label's cost is our own value, and not another user's."""
    shop = Shop()
    shop.enter("4000001")
    shop.poll()
    (first,) = shop.through()
    told = Decimal(shop.erp.fields_of("4000001")["cost"])
    shop.erp.change_quantity("4000001", "1", 5)
    shop.clock.advance(timedelta(hours=25))
    shop.poll()
    assert shop.stands() == {"4000001": "HELD remaining"}
    ship_again(shop.ports, propose(shop.ports, first, ("1",)), "ann")
    for _ in range(2):
        shop.through()
        shop.poll()
    assert len(shop.world.carrier.ledger.live()) == 2
    assert Decimal(shop.erp.fields_of("4000001")["cost"]) > told


def test_s08_an_invoice_with_the_number_of_another_customer_s_is_held_though_that_one_has_its_label() -> None:
    shop = Shop(erp={"source": "invoice"}, select={"status": []})
    shop.enter("4000001")
    seed.invoice(shop.company, "4000001")
    (row,) = shop.company.table("ArInvoice").values()
    number = str(row["Invoice"]).lstrip("0")
    shop.poll()
    shop.through()
    assert len(shop.world.carrier.ledger.live()) == 1
    shop.company.insert("ArInvoice", **{**row, "Customer": "V200"})
    for _ in range(3):
        shop.poll()
        shop.through()
    held = {name: state for name, state in shop.stands().items() if state.startswith("HELD")}
    assert held == {f"{number}/V100": "HELD lines", f"{number}/V200": "HELD lines"}
    assert len(shop.world.carrier.ledger.live()) == 1
    accounts = {each.listed.document: each.account for each in reconcile(shop.ports, shop.stored(), shop.today())}
    assert accounts == dict.fromkeys(held, Account.HELD)
    del shop.company.table("ArInvoice")["V200", row["Invoice"], "I"]
    shop.clock.advance(timedelta(hours=7))
    shop.poll()
    assert not any(state.startswith("HELD") for state in shop.stands().values())
    assert len(shop.world.carrier.ledger.live()) == 1


def test_s08_a_note_whose_order_gets_our_carrier_code_later_is_found_with_the_day_s_re_scan() -> None:
    """The code is the sales order's: no version of the note moves with it."""
    shop = Shop()
    shop.erp.add_methods({"TRK": "Own truck"})
    shop.enter("4000001", service="TRK")
    shop.enter("4000002", service="TRK")
    shop.poll()
    shop.company.change("SorMaster", "9000001", ShippingInstrsCod="UPS")
    shop.poll()
    assert shop.stands() == {}
    shop.clock.advance(timedelta(hours=24))
    shop.poll()
    assert shop.stands() == {"4000001": "RECEIVED"}
