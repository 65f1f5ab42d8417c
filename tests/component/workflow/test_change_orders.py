"""Orders of Oracle Fusion that are told by a change order: one for all parcel groups, asked for until it is decided."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from cli.orders.sheet import owed
from sandbox.erps.oracle.variants import OracleChanges
from sandbox.faces import Entered, Line
from sandbox.pairs import add_master_data
from sandbox.seed import PLANT
from sandbox.simulation.by_hand import ByHand
from shared.connection import Connection
from shared.domain.parcel_group import document_key
from shared.domain.record import Head
from shared.erp.oracle.order_change import OrderChanges
from shared.ports import Conflict
from shared.workflow.desk.approve import retry
from shared.workflow.orders.after_label import settle
from shared.workflow.orders.step import held
from shared.workflow.write_back import act, difference
from tests.builders import FILE, parse

ORDER = "4000001"


def a_connection(**order: object) -> Connection:
    kept = {name: FILE[name] for name in ("id", "carrier", "schedule", "services", "approve", "locations")}
    file = OracleChanges.file()
    file["write_back"]["order"] |= order
    return parse({**kept, **file, "flow": "inbound"})


class Shop:
    """A pod where approvals take three hours, with one order, and our functions beside it."""

    def __init__(self, *lines: Line, decision: str = "approved", **order: object) -> None:
        self.world = ByHand(a_connection(**order))
        self.pod = self.world.erp.pod  # type: ignore[attr-defined]
        self.pod.manners.approval, self.pod.manners.decision = timedelta(hours=3), decision
        add_master_data(self.world.erp)
        self.world.start()
        self.world.erp.add(Entered(ORDER, lines or (Line("GAUGE-1", 2),)))

    def lives(self, span: timedelta) -> None:
        self.world.run(span, done=lambda _: False)

    @property
    def heads(self) -> list[Head]:
        return self.world.orders.every()

    @property
    def told(self) -> list[str]:
        """What the trail says of the actions."""
        trails = (self.world.orders.audit(head.key) for head in self.heads)
        return [f"{entry.what} {entry.why}" for trail in trails for entry in trail if entry.what.startswith("action_m")]

    @property
    def changes(self) -> int:
        """How many change orders were submitted."""
        return Counter(each.operation for each in self.world.erp.engine.recorded)["draftPurchaseOrders/{}:submit"]

    @property
    def numbers(self) -> list[str]:
        return self.world.erp.fields_of(ORDER).get("tracking_numbers", "").split()

    @property
    def bought(self) -> list[str]:
        return [number for each in self.world.carrier.ledger.live() for number in each.tracking_numbers]


def test_a_change_order_is_accepted_until_it_is_approved_hours_later() -> None:
    shop = Shop()
    shop.lives(timedelta(hours=2))
    assert ([head.state for head in shop.heads], shop.numbers) == (["DONE"], [])
    assert shop.told == ["action_made tracking number: tracking number: accepted, pending approval"]
    shop.lives(timedelta(hours=10))
    assert shop.told[1:] == ["action_made tracking number: tracking number: approved"]
    assert ([head.state for head in shop.heads], shop.numbers, shop.changes) == (["DONE"], shop.bought, 1)
    asked = len(shop.world.erp.engine.recorded)
    shop.lives(timedelta(days=3))
    reads = [each.operation for each in list(shop.world.erp.engine.recorded)[asked:]]
    assert "draftPurchaseOrders/{}.GET" not in reads, "what is decided is asked for no more"


def test_a_rejected_change_order_is_told_to_a_person_and_is_not_made_again() -> None:
    shop = Shop(decision="rejected")
    shop.lives(timedelta(hours=12))
    (head,) = shop.heads
    assert (head.state, head.reason, head.field) == ("HELD", "write_back", "write_back")
    assert "not approved, rejected" in shop.world.orders.snapshot(head.key, 1).problem
    retry(shop.world.ports, head.key, "ann")
    shop.lives(timedelta(days=1))
    assert [each.state for each in shop.heads] == ["DONE"]
    assert (shop.changes, shop.numbers, len(shop.bought)) == (1, [], 1)


def test_a_change_order_that_somebody_deleted_is_told_to_a_person() -> None:
    shop = Shop()
    shop.lives(timedelta(hours=1))
    shop.pod.changes.clear()
    shop.lives(timedelta(hours=12))
    (head,) = shop.heads
    assert (head.state, head.reason) == ("HELD", "write_back")
    assert "no longer there" in shop.world.orders.snapshot(head.key, 1).problem
    assert shop.changes == 1


def test_a_decision_that_does_not_come_is_asked_for_ever_more_seldom_and_then_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(act, "PATIENCE", timedelta(days=2))
    shop = Shop()
    shop.pod.manners.approval = timedelta(days=90)
    shop.lives(timedelta(days=2))
    (key,) = (head.key for head in shop.heads)
    looks = [each.at for each in shop.world.orders.audit(key) if each.what == "erp_read_again"]
    gaps = [later - earlier for earlier, later in pairwise(looks)]
    assert 8 < len(looks) < 20
    assert (gaps == sorted(gaps), gaps[-1] > timedelta(hours=6)) == (True, True)
    assert [head.state for head in shop.heads] == ["DONE"]
    shop.lives(timedelta(days=1))
    (head,) = shop.heads
    assert (head.state, head.reason) == ("HELD", "write_back")
    assert "undecided for 30 days" in shop.world.orders.snapshot(head.key, 1).problem


def test_an_order_to_two_places_has_the_numbers_of_both_parcels_by_one_change_order() -> None:
    shop = Shop(Line("GAUGE-1", 1), Line("GAUGE-1", 1, to=PLANT))
    shop.lives(timedelta(hours=12))
    assert [head.state for head in shop.heads] == ["DONE", "DONE"]
    assert (sorted(shop.numbers), shop.changes) == (sorted(shop.bought), 1)
    assert len(shop.bought) == 2


def test_a_parcel_group_that_waits_for_a_person_does_not_keep_the_other_s_number_back() -> None:
    shop = Shop(Line("GAUGE-1", 1), Line("GASKET-X", 1, to=PLANT))
    shop.lives(timedelta(hours=12))
    assert sorted((head.state, head.reason) for head in shop.heads) == [("DONE", ""), ("HELD", "weight")]
    assert (shop.numbers, shop.changes) == (shop.bought, 1)


def test_s40_a_failure_is_flagged_once_and_the_number_follows_once_the_flag_is_approved() -> None:
    shop = Shop(Line("GASKET-X", 1), failure_flag={"segment": "failureFlag"})
    shop.lives(timedelta(hours=1))
    shop.world.erp.weigh("GASKET-X", "0.8")
    shop.lives(timedelta(hours=12))
    assert [head.state for head in shop.heads] == ["DONE"]
    assert shop.world.erp.fields_of(ORDER) == {"tracking_numbers": shop.bought[0], "failure": "weight"}
    assert shop.changes == 2


def test_a_rejection_is_told_to_a_person_though_the_first_worker_that_sees_it_dies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop, told, deaths = Shop(decision="rejected"), held, [Conflict("died")]

    def dies_once(*given: Any, **facts: Any) -> Head:
        if deaths:
            raise deaths.pop()
        return told(*given, **facts)

    monkeypatch.setattr(difference, "held", dies_once)
    shop.lives(timedelta(hours=12))
    assert deaths == []
    assert [(head.state, head.reason) for head in shop.heads] == [("HELD", "write_back")]


def test_a_rejection_is_told_though_another_parcel_group_was_shipped_after_the_change_order() -> None:
    shop = Shop(Line("GAUGE-1", 1), Line("GASKET-X", 1, to=PLANT), decision="rejected")
    shop.lives(timedelta(hours=1))
    shop.world.erp.weigh("GASKET-X", "0.8")
    shop.lives(timedelta(hours=12))
    assert len(shop.bought) == 2
    assert sorted((head.state, head.reason) for head in shop.heads) == [("DONE", ""), ("HELD", "write_back")]
    assert shop.changes == 1


def test_after_a_rejection_a_later_parcel_group_sends_no_change_order_either() -> None:
    shop = Shop(Line("GAUGE-1", 1), Line("GASKET-X", 1, to=PLANT), decision="rejected")
    shop.lives(timedelta(hours=12))
    assert sorted((head.state, head.reason) for head in shop.heads) == [("HELD", "weight"), ("HELD", "write_back")]
    shop.pod.changes.clear()  # the buyer has deleted it
    shop.world.erp.weigh("GASKET-X", "0.8")
    shop.lives(timedelta(hours=12))
    assert len(shop.bought) == 2
    assert sorted((head.state, head.reason) for head in shop.heads) == [("DONE", ""), ("HELD", "write_back")]
    assert (shop.changes, shop.numbers) == (1, [])


def test_one_worker_alone_makes_a_change_order_of_several_parcel_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    shop, make, others = Shop(Line("GAUGE-1", 1), Line("GAUGE-1", 1, to=PLANT)), OrderChanges.make, list[bool]()

    def makes(*given: Any) -> str:
        with shop.world.ports.lease("document", document_key(shop.heads[0].key), timedelta(minutes=1)) as owner:
            others.append(bool(owner))
        return make(*given)

    monkeypatch.setattr(OrderChanges, "make", makes)
    shop.lives(timedelta(hours=12))
    assert others == [False]


def test_a_number_that_is_overwritten_by_a_later_change_order_holds_nothing() -> None:
    numbers = {"segment": "trackingNumber", "mode": "overwrite"}
    shop = Shop(Line("GAUGE-1", 1), Line("GASKET-X", 1, to=PLANT), tracking_numbers=numbers)
    shop.lives(timedelta(hours=1))
    shop.world.erp.weigh("GASKET-X", "0.8")
    shop.lives(timedelta(hours=24))
    assert [(head.state, head.reason) for head in shop.heads] == [("DONE", "")] * 2
    assert [number.strip(",") for number in sorted(shop.numbers)] == sorted(shop.bought)
    assert shop.changes == 2


def test_an_order_to_two_places_has_one_tracking_page_and_one_change_order_also_where_it_may_be_overwritten() -> None:
    page = {"segment": "trackingUrl", "mode": "overwrite"}
    shop = Shop(Line("GAUGE-1", 1), Line("GAUGE-1", 1, to=PLANT), tracking_url=page)
    shop.lives(timedelta(hours=12))
    assert [(head.state, head.reason) for head in shop.heads] == [("DONE", "")] * 2
    assert shop.changes == 1


def test_a_rejected_failure_flag_is_not_sent_again_for_another_parcel_group() -> None:
    flag = {"segment": "failureFlag"}
    lines = Line("GASKET-X", 1), Line("GASKET-X", 1, to=PLANT)
    shop = Shop(*lines, decision="rejected", failure_flag=flag)
    shop.lives(timedelta(hours=12))
    assert [(head.state, head.reason) for head in shop.heads] == [("HELD", "weight")] * 2
    assert shop.changes == 1


def test_a_rejection_is_seen_while_the_order_is_held_for_another_reason_and_holds_it_then(
    caplog: pytest.LogCaptureFixture,
) -> None:
    shop = Shop(Line("GASKET-X", 1), decision="rejected", failure_flag={"segment": "failureFlag"})
    shop.lives(timedelta(hours=12))
    (head,) = shop.heads
    assert (head.state, head.reason) == ("HELD", "weight")
    assert "erp_not_told" in caplog.text
    assert "1 tries failed" in owed(head, shop.world.orders.telling(head.key))
    failed = [each.why for each in shop.world.orders.audit(head.key) if each.what == "telling_failed"]
    assert ["not approved, rejected" in why for why in failed] == [True]
    shop.world.erp.weigh("GASKET-X", "0.8")
    shop.lives(timedelta(hours=36))
    (head,) = shop.heads
    assert (head.state, head.reason, len(shop.bought)) == ("HELD", "write_back", 1)
    assert "a change order of ours stands there, rejected" in shop.world.orders.snapshot(head.key, 1).problem
    shop.pod.changes.clear()  # the buyer has deleted it
    shop.pod.manners.decision = "approved"
    retry(shop.world.ports, head.key, "ann")
    shop.lives(timedelta(hours=36))
    assert (shop.numbers, shop.changes) == (shop.bought, 2)
    assert [(head.state, head.reason) for head in shop.heads] == [("DONE", "")]


def test_a_rejected_number_is_seen_while_the_order_is_held_for_a_change_and_holds_it_thereafter() -> None:
    shop = Shop(decision="rejected")
    shop.lives(timedelta(hours=1))
    shop.world.erp.change_quantity(ORDER, "1", 5)
    shop.lives(timedelta(days=3))
    (head,) = shop.heads
    assert (head.state, head.reason) == ("HELD", "remaining")
    assert "tries failed; the trail says why" in owed(head, shop.world.orders.telling(head.key))
    failed = [each.why for each in shop.world.orders.audit(head.key) if each.what == "telling_failed"]
    assert {"not approved, rejected" in why for why in failed} == {True}
    assert 1 <= len(failed) <= 3, "once a day"
    settle(shop.world.ports, head, "ann", "the rest is not wanted")
    shop.lives(timedelta(days=2))
    (head,) = shop.heads
    assert (head.state, head.reason, shop.changes) == ("HELD", "write_back", 1)
    retry(shop.world.ports, head.key, "ann")
    shop.lives(timedelta(days=2))
    assert [head.state for head in shop.heads] == ["DONE"]


def test_a_parcel_group_stays_while_the_order_s_status_says_that_our_change_is_pending() -> None:
    shop = Shop(Line("GAUGE-1", 1), Line("GASKET-X", 1, to=PLANT))
    shop.pod.manners.pending_status = "PENDING CHANGE APPROVAL"
    shop.lives(timedelta(hours=2))
    assert shop.changes == 1
    shop.world.erp.edit(ORDER)
    shop.lives(timedelta(minutes=40))
    assert sorted((head.state, head.reason) for head in shop.heads) == [("DONE", ""), ("HELD", "weight")]
    shop.world.erp.weigh("GASKET-X", "0.8")
    shop.lives(timedelta(hours=12))
    assert [head.state for head in shop.heads] == ["DONE", "DONE"]
    assert (len(shop.bought), shop.changes) == (2, 1)
