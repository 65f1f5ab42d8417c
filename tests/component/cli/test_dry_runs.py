"""`connections dry-run`: what would be sent, why not, what it would cost; and nothing is written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.engine import Fault
from sandbox.erps.m3.seed import Line, add_item, add_order
from shared.domain.state import State
from tests.component.cli.office import CONNECTION, Office
from tests.component.workflow.refusing import Written, refusing
from tests.component.workflow.scene import NOWHERE, ORDER


def office(**connection: Any) -> Office:
    """Applied, not started, and unable to write anything anywhere."""
    made = Office(start=False, **connection)
    made.with_ports(**{name: getattr(refusing(made.ports), name) for name in made.ports.__slots__})
    return made


def tried(made: Office, *arguments: str) -> list[dict[str, Any]]:
    result = made.run("connections", "dry-run", CONNECTION, *arguments, "--json")
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def outcomes(made: Office) -> dict[str, str]:
    return {each["document"]: f"{each['outcome']} {each['reason']}".strip() for each in tried(made)}


def test_each_order_shows_whether_it_would_be_bought_approved_or_held_and_why() -> None:
    made = office()
    made.order("4000001")
    made.order("4000002", [Line("GASKET-X", 1)])
    made.order("4000003", to=NOWHERE)
    made.order("4000004", [Line("VALVE-1", 100)])
    assert outcomes(made) == {
        "4000001": "bought",
        "4000002": "held weight",
        "4000003": "held address",
        "4000004": "held freight",
    }
    shown = made.says("connections", "dry-run", CONNECTION, ends=1)
    for seen in (
        "would be bought",
        "would be HELD",
        "line 1: item GASKET-X has no weight",
        "the carrier does not know",
    ):
        assert seen in shown
    assert "4 documents looked at" in shown
    assert "all that is priced together: " in shown


def test_nothing_is_written_anywhere_and_no_label_is_made() -> None:
    made = office(approve={"mode": "automatic"})
    made.order("4000001")
    made.says("connections", "dry-run", CONNECTION)
    made.says("connections", "dry-run", CONNECTION, "4000001")
    assert made.creates() == 0
    assert made.ups.ledger.shipments == []
    assert made.tenant.field_writes == []
    assert not made.known("4000001")
    assert not [queue for queue in made.world.queues.values() if queue.messages]


def test_the_ports_of_these_tests_do_refuse() -> None:
    made = office()
    systems = made.ports.open_erp(made.world.connection), made.ports.open_carrier(made.world.connection)
    for port in (made.ports.orders, *systems):
        for method in ("create", "write", "void", "transition"):
            with pytest.raises(Written, match=method):
                getattr(port, method)
    with pytest.raises(Written, match="send"):
        made.ports.poll_queue.send(CONNECTION, [""], "poll")


def test_one_order_in_full_has_its_packages_with_their_dimensional_weight() -> None:
    made = office(packing={"package": {"length": 20, "width": 15, "height": 10, "unit": "in"}})
    made.order()
    shown = made.says("connections", "dry-run", CONNECTION, ORDER)
    for seen in ("Order 4000001: would be bought", "20 x 15 x 10 in", "15.43 lb", "22 lb (more than it weighs)"):
        assert seen in shown
    assert "address check  valid" in shown
    (only,) = tried(made, ORDER)
    assert only["dimensional_weights"] == [{"value": "22", "unit": "lb"}]
    assert only["quote"]["published"]["currency"] == "USD"


def test_a_package_of_unknown_size_says_so() -> None:
    made = office()
    made.order()
    assert "not known" in made.says("connections", "dry-run", CONNECTION, ORDER)


def test_a_price_above_the_approval_amount_would_wait_for_a_person() -> None:
    made = office(approve={"mode": "below", "amount": "1.00", "currency": "USD"})
    made.order()
    assert outcomes(made) == {ORDER: "approval approval"}
    assert "is above approve.amount 1.00 USD" in made.says("connections", "dry-run", CONNECTION)


def test_what_is_shipped_or_in_doubt_already_is_left_alone() -> None:
    made = Office()
    made.through()
    made.ups_will("reset_before")
    made.through("4000002")
    made.with_ports(**{name: getattr(refusing(made.ports), name) for name in made.ports.__slots__})
    assert made.head().state == State.DONE
    assert outcomes(made) == {"4000001": "known", "4000002": "known"}
    shown = made.says("connections", "dry-run", CONNECTION)
    assert "shipped already as 1Z" in shown
    assert "2 are shipped, in doubt, or cancelled" in shown


def test_an_order_that_the_selection_does_not_want_says_what_to_look_at() -> None:
    made = office()
    made.order("4000001", delivery_method="TRK")
    shown = made.says("connections", "dry-run", CONNECTION, ends=0)
    assert "1 documents looked at; 1 of them are not selected by the file" in shown
    said = made.says("connections", "dry-run", CONNECTION, "4000001", ends=1)
    assert f"the selection of {CONNECTION} does not want 4000001" in said
    assert f"parcelbridge connections lookup {CONNECTION} methods" in said


def test_a_document_that_can_not_be_read_is_shown_as_held() -> None:
    made = office()
    made.order("4000001", [])
    made.order("4000002")
    assert outcomes(made) == {"4000001": "held lines", "4000002": "bought"}


def test_a_closed_order_is_shown_as_cancelled() -> None:
    made = office(select={"status": {"from": "20", "to": "99"}})
    made.order("4000001")
    made.tenant.cancel("4000001")
    assert outcomes(made) == {"4000001": "cancelled"}


def test_a_carrier_that_does_not_answer_leaves_the_order_untried_and_the_others_go_on() -> None:
    made = office()
    made.order("4000001")
    made.order("4000002")
    made.ups.faults.append(Fault("rate", "error_before"))
    assert sorted(outcomes(made).values()) == ["bought", "not_tried"]


def test_the_last_changed_come_first_and_the_limit_bounds_them() -> None:
    made = office()
    for number in range(4):
        add_order(made.tenant, f"400000{number}", supplier="V100", lines=[Line("VALVE-1", 1)])
    assert [each["document"] for each in tried(made, "--limit", "2")] == ["4000003", "4000002"]


def test_several_ship_tos_of_a_document_are_several_tries() -> None:
    made = office()
    add_item(made.tenant, "VALVE-2", "Ball valve", weight="2")
    made.order("4000001", [Line("VALVE-1", 1), Line("VALVE-2", 1, to=NOWHERE)])
    assert sorted(each["outcome"] for each in tried(made)) == ["bought", "held"]
    assert "Order 4000001 line-2: would be HELD" in made.says("connections", "dry-run", CONNECTION, "4000001", ends=1)
