"""One suite for the order store in memory and on DynamoDB: transitions, limits, due orders and listings."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.aws.keys import SHARDS, due_keys
from shared.aws.wire import to_wire
from shared.domain.state import State
from shared.domain.telling import ActionRecord, Facts, Telling
from shared.errors import Refused
from shared.ports import Conflict, LimitReached, OrderStore, Parcel, ShippedPackage, Spend
from tests.builders import NOW, a_received, a_step, an_order, usd


def spend(price: str = "10.00", **changes: Any) -> Spend:
    return replace(Spend("acme-infor-ups", NOW, usd(price), 2, 3, usd("100.00")), **changes)


def buy(orders: OrderStore, document: str, purchase: Spend) -> None:
    head, snapshot, entry = a_received(document)
    orders.create(head, snapshot, entry)
    after, step = a_step(head, State.READY)
    orders.transition(after, step, spend=purchase)


def test_an_order_is_claimed_once(orders: OrderStore) -> None:
    head, snapshot, entry = a_received()
    assert orders.create(head, snapshot, entry)
    assert not orders.create(replace(head, token="other", connection="another"), snapshot, entry)
    assert orders.head(head.key) == head
    assert orders.snapshot(head.key, 1) == snapshot
    assert orders.audit(head.key) == [entry]


def test_a_claim_whose_answer_was_lost_is_still_ours_when_it_is_repeated(orders: OrderStore) -> None:
    received = a_received()
    assert orders.create(*received)
    assert orders.create(*received)


def test_what_does_not_exist_is_none_or_refused(orders: OrderStore) -> None:
    assert orders.head("no/such/order/-") is None
    assert orders.audit("no/such/order/-") == []
    assert orders.heads(["no/such/order/-"]) == []
    with pytest.raises(Refused):
        orders.snapshot("no/such/order/-", 1)


def test_an_expired_snapshot_is_refused_and_the_order_and_its_trail_stay(backend: Any) -> None:
    orders = backend.orders()
    head, snapshot, entry = a_received()
    orders.create(head, snapshot, entry)
    backend.expire(orders, head.key, 1)
    with pytest.raises(Refused, match=r"nothing is kept") as caught:
        orders.snapshot(head.key, 1)
    assert (caught.value.reason, caught.value.field) == ("expired", "snapshot")
    assert orders.head(head.key) == head
    assert orders.audit(head.key) == [entry]


def test_a_generation_has_a_snapshot_of_its_own(orders: OrderStore) -> None:
    head, snapshot, entry = a_received()
    orders.create(head, snapshot, entry)
    after, step = a_step(head, State.READY, generation=2)
    orders.transition(after, step, snapshot=replace(snapshot, generation=2, notes=("again",)))
    assert orders.snapshot(head.key, 1) == snapshot
    assert orders.snapshot(head.key, 2).notes == ("again",)


def test_s65_a_transition_writes_head_and_audit_together(orders: OrderStore) -> None:
    head, snapshot, entry = a_received()
    orders.create(head, snapshot, entry)
    after, step = a_step(head, State.HELD, reason="weight", field="lines.1.unit_weight")
    orders.transition(after, step, snapshot=replace(snapshot, problem="no weight"))
    assert orders.head(head.key) == after
    assert [each.sequence for each in orders.audit(head.key)] == [1, 2]
    assert orders.snapshot(head.key, 1).problem == "no weight"


def test_a_transition_from_an_old_version_conflicts_and_writes_nothing(orders: OrderStore) -> None:
    head, snapshot, entry = a_received()
    orders.create(head, snapshot, entry)
    first, step = a_step(head, State.READY)
    orders.transition(first, step)
    late, late_step = a_step(head, State.HELD)
    with pytest.raises(Conflict):
        orders.transition(replace(late, token="late"), late_step)
    assert orders.head(head.key) == first
    assert len(orders.audit(head.key)) == 2


def test_a_transition_whose_answer_was_lost_may_be_repeated(orders: OrderStore) -> None:
    head, snapshot, entry = a_received()
    orders.create(head, snapshot, entry)
    after, step = a_step(head, State.READY)
    orders.transition(after, step)
    orders.transition(after, step)
    assert len(orders.audit(head.key)) == 2


def test_of_two_workers_at_one_version_one_wins(orders: OrderStore) -> None:
    head, snapshot, entry = a_received()
    orders.create(head, snapshot, entry)
    outcomes: list[str] = []

    def work(name: str) -> None:
        after, step = a_step(head, State.READY)
        try:
            orders.transition(replace(after, token=name), step)
            outcomes.append("won")
        except Conflict:
            outcomes.append("lost")

    workers = [threading.Thread(target=work, args=(name,)) for name in ("a", "b")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(outcomes) == ["lost", "won"]


def test_packages_are_kept_by_generation_in_their_order(orders: OrderStore) -> None:
    head, snapshot, entry = a_received()
    orders.create(head, snapshot, entry)
    after, step = a_step(head, State.READY)
    packages = [ShippedPackage(n, f"1Z{n}", f"place/{n}.gif") for n in range(1, 11)]
    orders.transition(after, step, packages=packages)
    assert orders.packages(head.key, 1) == tuple(packages)
    assert orders.packages(head.key, 2) == ()


@pytest.mark.parametrize(
    ("purchase", "name"),
    [
        (spend(labels_per_hour=1), "labels_per_hour"),
        (spend(labels_per_hour=9, labels_per_day=1), "labels_per_day"),
        (spend("60.00", labels_per_hour=9), "amount_per_day"),
    ],
)
def test_a_limit_stops_the_second_purchase_and_writes_nothing(orders: OrderStore, purchase: Spend, name: str) -> None:
    buy(orders, "1", purchase)
    with pytest.raises(LimitReached, match=name) as reached:
        buy(orders, "2", purchase)
    assert reached.value.until > NOW
    head = orders.head(an_order("2").key)
    assert head is not None
    assert head.state == State.RECEIVED


def test_a_single_purchase_above_the_amount_of_a_day_is_stopped(orders: OrderStore) -> None:
    with pytest.raises(LimitReached):
        buy(orders, "1", spend("100.01"))


def test_a_refund_makes_room_again(orders: OrderStore) -> None:
    purchase = spend(labels_per_hour=1)
    buy(orders, "1", purchase)
    buy(orders, "2", replace(purchase, refund=True))
    buy(orders, "3", purchase)


def test_a_refund_gives_back_what_one_label_took_and_no_more(orders: OrderStore) -> None:
    purchase = spend("40.00", labels_per_hour=2, labels_per_day=9)
    buy(orders, "1", purchase)
    buy(orders, "2", purchase)
    buy(orders, "3", replace(purchase, refund=True))
    buy(orders, "4", purchase)
    with pytest.raises(LimitReached, match="labels_per_hour"):
        buy(orders, "5", purchase)
    with pytest.raises(LimitReached, match=r"80\.00 were spent today"):
        buy(orders, "6", replace(purchase, labels_per_hour=9))


def test_what_a_label_cost_more_counts_no_label_and_is_refused_by_no_limit(orders: OrderStore) -> None:
    purchase = spend("60.00", labels_per_hour=2, labels_per_day=2)
    buy(orders, "1", purchase)
    buy(orders, "2", replace(spend("60.00", labels_per_hour=1), correction=True))
    with pytest.raises(LimitReached, match=r"120\.00 were spent today"):
        buy(orders, "3", replace(purchase, price=usd("1.00")))
    buy(orders, "4", replace(purchase, correction=True, price=usd("-70.00")))
    buy(orders, "5", replace(purchase, price=usd("50.00")))
    with pytest.raises(LimitReached, match="labels_per_hour"):
        buy(orders, "6", replace(purchase, price=usd("0.01")))


def test_the_purchases_of_a_day_are_summed_as_quoted_and_as_charged(orders: OrderStore) -> None:
    today, yesterday = NOW.date(), NOW.date() - timedelta(days=1)
    buy(orders, "1", replace(spend("20.00", labels_per_day=9), at=NOW - timedelta(days=1)))
    buy(orders, "2", spend("10.00", labels_per_hour=9, labels_per_day=9))
    buy(orders, "3", spend("12.00", labels_per_hour=9, labels_per_day=9))
    buy(orders, "4", spend("12.00", refund=True))
    buy(orders, "5", spend("1.50", correction=True))
    buy(orders, "6", replace(spend("99.00"), connection="another"))
    found = orders.bought("acme-infor-ups", yesterday, today)
    assert list(found) == [yesterday, today]
    seen = [(each.labels, each.amount, each.corrected, each.currency) for each in found.values()]
    assert seen == [
        (1, usd("20.00").amount, usd("0").amount, "USD"),
        (1, usd("11.50").amount, usd("1.50").amount, "USD"),
    ]
    assert sum(found[today].hours.values()) == 1
    assert list(orders.bought("acme-infor-ups", today, today)) == [today]
    assert orders.bought("acme-infor-ups", NOW.date() + timedelta(days=1), NOW.date() + timedelta(days=9)) == {}
    assert orders.bought("unknown", yesterday, today) == {}


def test_the_next_hour_has_room_again(orders: OrderStore) -> None:
    purchase = spend(labels_per_hour=1)
    buy(orders, "1", purchase)
    buy(orders, "2", replace(purchase, at=NOW + timedelta(hours=1)))


def test_due_orders_come_oldest_first_and_only_once_their_time_has_come(orders: OrderStore) -> None:
    for number, minutes in (("1", 10), ("2", 5), ("3", 30)):
        orders.create(*a_received(number, due_at=NOW + timedelta(minutes=minutes)))
    orders.create(*a_received("4"))
    due = orders.due(NOW + timedelta(minutes=10), 50)
    assert [head.document for head in due] == ["2", "1"]


def test_whatever_is_due_is_found_in_whichever_shard_it_stands(orders: OrderStore) -> None:
    received = [a_received(str(number), due_at=NOW) for number in range(64)]
    for each in received:
        orders.create(*each)
    keys = {head.key for head, _, _ in received}
    assert len({due_keys(key, NOW)["due_pk"] for key in keys}) == SHARDS
    assert {head.key for head in orders.due(NOW, 200)} == keys
    assert len(orders.due(NOW, 8)) == 8


def test_a_postponed_order_comes_back_later_and_its_sweeps_are_counted(orders: OrderStore) -> None:
    orders.create(*a_received("1", due_at=NOW))
    (head,) = orders.due(NOW, 50)
    orders.postpone(head, NOW + timedelta(minutes=15))
    assert orders.due(NOW, 50) == []
    (later,) = orders.due(NOW + timedelta(minutes=15), 50)
    assert later.swept == 1
    orders.postpone(later, NOW + timedelta(minutes=30), count=False)
    assert orders.due(NOW + timedelta(minutes=30), 50)[0].swept == 1


def test_an_order_that_is_postponed_without_a_time_is_looked_at_no_more(orders: OrderStore) -> None:
    head, snapshot, entry = a_received("1", due_at=NOW)
    orders.create(head, snapshot, entry)
    orders.postpone(head, None, count=False)
    assert orders.due(NOW + timedelta(days=365), 50) == []
    assert orders.head(head.key) == replace(head, due_at=None)
    orders.postpone(head, NOW, count=False)
    assert orders.head(head.key) == replace(head, due_at=None), "somebody else took it off meanwhile"
    orders.transition(*a_step(replace(head, due_at=None), State.HELD, due_at=NOW))
    assert [each.document for each in orders.due(NOW, 50)] == ["1"]


def test_a_package_says_that_it_was_voided(orders: OrderStore) -> None:
    head, snapshot, entry = a_received("1")
    orders.create(head, snapshot, entry)
    kept, gone = ShippedPackage(1, "1Z1", "one.gif"), ShippedPackage(2, "1Z2", "two.gif", voided=True)
    orders.transition(*a_step(head, State.HELD), packages=[kept, gone])
    assert orders.packages(head.key, 1) == (kept, gone)


def test_postponing_what_somebody_moved_meanwhile_changes_nothing(orders: OrderStore) -> None:
    head, snapshot, entry = a_received("1", due_at=NOW)
    orders.create(head, snapshot, entry)
    after, step = a_step(head, State.HELD, due_at=None)
    orders.transition(after, step)
    orders.postpone(head, NOW + timedelta(minutes=15))
    assert orders.head(head.key) == after


def test_postponing_what_moved_and_is_due_at_the_same_time_changes_nothing(orders: OrderStore) -> None:
    """A step keeps the look that still serves, so its time alone does not tell that somebody was first."""
    head, snapshot, entry = a_received("1", due_at=NOW)
    orders.create(head, snapshot, entry)
    after, step = a_step(head, State.READY, due_at=NOW)
    orders.transition(after, step)
    orders.postpone(head, NOW + timedelta(minutes=15))
    orders.postpone(head, None)
    assert orders.head(head.key) == after
    assert orders.due(NOW, 50) == [after]


def test_postponing_what_is_not_due_at_all_changes_nothing(orders: OrderStore) -> None:
    """Found by the simulation: finished orders of a closed connection became due in memory, and a day later held."""
    head, snapshot, entry = a_received("1", due_at=None)
    orders.create(head, snapshot, entry)
    orders.postpone(head, NOW + timedelta(minutes=15), count=False)
    assert orders.head(head.key) == head
    assert orders.due(NOW + timedelta(hours=1), 50) == []


def test_listings_are_by_connection_bucket_and_time(orders: OrderStore) -> None:
    for number in ("1", "2", "3"):
        orders.create(*a_received(number, created_at=NOW + timedelta(minutes=int(number))))
    orders.create(*a_received("4", connection="another-one"))
    head = orders.head(an_order("2").key)
    assert head is not None
    orders.transition(*a_step(head, State.HELD))
    assert list(orders.listing("acme-infor-ups", "open")) == [an_order("3").key, an_order("1").key]
    assert list(orders.listing("acme-infor-ups", "open", newest_first=False)) == [an_order("1").key, an_order("3").key]
    assert list(orders.listing("acme-infor-ups", "held")) == [an_order("2").key]
    assert list(orders.listing("another-one", "open")) == [an_order("4").key]


def test_a_listing_goes_on_after_an_order_also_one_that_has_left_it(orders: OrderStore) -> None:
    for number in ("1", "2", "3", "4"):
        orders.create(*a_received(number, created_at=NOW + timedelta(minutes=int(number) // 3)))
    one, two, three, four = (an_order(number).key for number in ("1", "2", "3", "4"))
    place, whole = (NOW + timedelta(minutes=1), three), ("acme-infor-ups", "open")
    assert list(orders.listing(*whole, after=place)) == [two, one]
    assert list(orders.listing(*whole, after=(NOW, two))) == [one]
    assert list(orders.listing(*whole, newest_first=False, after=(NOW, two))) == [three, four]
    head = orders.head(three)
    assert head is not None
    orders.transition(*a_step(head, State.HELD))
    assert list(orders.listing(*whole, after=place)) == [two, one]
    assert list(orders.listing("acme-infor-ups", "held", after=place)) == []


def test_heads_come_in_the_order_that_was_asked_for(orders: OrderStore) -> None:
    numbers = [str(number) for number in range(130)]
    for number in numbers:
        orders.create(*a_received(number))
    keys = [an_order(number).key for number in reversed(numbers)]
    assert [head.document for head in orders.heads(keys)] == list(reversed(numbers))


# --- what a tracking number leads to -----------------------------------------------------------------------------


def shipped(orders: OrderStore, document: str, *packages: ShippedPackage, **changes: Any) -> str:
    """An order whose packages were stored in the step that shipped it; its key."""
    head, snapshot, entry = a_received(document)
    orders.create(head, snapshot, entry)
    after, step = a_step(head, State.READY, **changes)
    orders.transition(after, step, packages=packages)
    return head.key


def test_the_order_of_a_tracking_number_is_found_by_it(orders: OrderStore) -> None:
    numbers = [ShippedPackage(place, f"1Z{place}", carrier="ups") for place in (1, 2)]
    key = shipped(orders, "1", *numbers)
    assert orders.order_of_parcel("ups", "1Z1") == Parcel(key, 1, 1)
    assert orders.order_of_parcel("ups", "1Z2") == Parcel(key, 1, 2)
    assert orders.order_of_parcel("other", "1Z1") is None
    assert orders.order_of_parcel("ups", "1Z3") is None
    assert [each.carrier for each in orders.packages(key, 1)] == ["", ""]


def test_a_package_of_which_no_carrier_is_named_leads_nowhere(orders: OrderStore) -> None:
    shipped(orders, "1", ShippedPackage(1, "1Z1"), ShippedPackage(2, "", carrier="ups"))
    assert orders.order_of_parcel("ups", "1Z1") is None
    assert orders.order_of_parcel("ups", "") is None


def test_a_voided_package_is_still_found(orders: OrderStore) -> None:
    key = shipped(orders, "1", ShippedPackage(1, "1Z1", carrier="ups"))
    head = orders.head(key)
    assert head
    after, step = a_step(head, State.READY)
    orders.transition(after, step, packages=[ShippedPackage(1, "1Z1", voided=True)])
    assert orders.order_of_parcel("ups", "1Z1") == Parcel(key, 1, 1)


def test_a_number_that_leads_to_another_order_stays_there_and_keeps_no_order_from_its_step(orders: OrderStore) -> None:
    first = shipped(orders, "1", ShippedPackage(1, "1Z1", carrier="ups"))
    both = ShippedPackage(1, "1Z1", carrier="ups"), ShippedPackage(2, "1Z2", carrier="ups")
    second = shipped(orders, "2", *both)
    assert orders.order_of_parcel("ups", "1Z1") == Parcel(first, 1, 1)
    assert orders.order_of_parcel("ups", "1Z2") == Parcel(second, 1, 2)
    assert orders.packages(second, 1) == both
    head = orders.head(second)
    assert head
    assert head.version == 2


def test_a_step_that_loses_the_race_leads_no_number_anywhere(orders: OrderStore) -> None:
    key = shipped(orders, "1")
    head = orders.head(key)
    assert head
    after, step = a_step(head, State.READY)
    late, step_late = replace(after, token="late"), step
    orders.transition(after, step)
    with pytest.raises(Conflict):
        orders.transition(late, step_late, packages=[ShippedPackage(1, "1Z1", carrier="ups")])
    assert orders.order_of_parcel("ups", "1Z1") is None


def test_what_is_due_of_another_kind_is_never_looked_up_as_an_order(aws: Any) -> None:
    orders, client = aws.orders(), aws.connect("dynamodb")
    head, snapshot, entry = a_received("1")
    orders.create(replace(head, due_at=NOW), snapshot, entry)
    numbers = [f"1Z{place}" for place in range(20)]
    parcels = [{"pk": f"PARCEL#ups:{each}", "sk": "PARCEL", **due_keys(each, NOW, "parcel")} for each in numbers]
    for item in parcels:
        client.put_item(TableName=aws.table, Item=to_wire(item))
    assert [each.key for each in orders.due(NOW, 50)] == [head.key]
    shards = {item["due_pk"] for item in parcels}
    assert all(shard.startswith("DUE#parcel#") for shard in shards)
    assert len(shards) > 1


# --- what the ERP is told ------------------------------------------------------------------------------------------


def a_telling(**facts: Any) -> Telling:
    return Telling(1, now=Facts("in_transit", "2026-11-05", usd("12.30"), "address"), **facts)


def told(orders: OrderStore, document: str, telling: Telling) -> str:
    head, snapshot, entry = a_received(document)
    orders.create(head, snapshot, entry)
    after, step = a_step(head, State.READY)
    orders.transition(after, step, telling=telling)
    return head.key


def test_a_telling_and_an_action_are_kept_with_their_step(orders: OrderStore) -> None:
    head, snapshot, entry = a_received()
    orders.create(head, snapshot, entry)
    assert (orders.telling(head.key), orders.actions(head.key)) == (None, ())
    after, step = a_step(head, State.READY)
    times = {"at": NOW, "due_at": NOW, "not_before": NOW, "since": NOW}
    overtaken = (Facts("picked_up"), Facts("label_created", "", usd("10.00")))
    telling = a_telling(said=Facts("picked_up"), document=Facts(), tries=3, maybe=overtaken, **times)
    action = ActionRecord("cost-1", "intended", NOW, 2)
    orders.transition(after, step, telling=telling, action=action)
    assert (orders.telling(head.key), orders.actions(head.key)) == (telling, (action,))
    done = replace(action, state="done", found="4711")
    then, next_step = a_step(after, State.READY)
    orders.transition(then, next_step, action=done)
    assert (orders.telling(head.key), orders.actions(head.key)) == (telling, (done,))
    assert orders.audit(head.key) == [entry, step, next_step], "and neither is among the trail"


def test_a_step_that_comes_too_late_writes_neither(orders: OrderStore) -> None:
    head, snapshot, entry = a_received()
    orders.create(head, snapshot, entry)
    after, step = a_step(head, State.READY)
    orders.transition(after, step)
    late, its_step = a_step(head, State.HELD)
    late = replace(late, token="late")
    with pytest.raises(Conflict):
        orders.transition(late, its_step, telling=a_telling(due_at=NOW), action=ActionRecord("cost-1", "intended", NOW))
    assert (orders.telling(head.key), orders.actions(head.key)) == (None, ())


def test_tellings_that_are_due_are_found_and_are_no_orders(orders: OrderStore) -> None:
    key = told(orders, "4000001", a_telling(due_at=NOW))
    told(orders, "4000002", a_telling(due_at=NOW + timedelta(minutes=5)))
    told(orders, "4000003", a_telling())
    assert [each.key for each in orders.due_of("telling", NOW, 50)] == [key]
    assert len(orders.due_of("telling", NOW + timedelta(minutes=5), 50)) == 2
    assert len(orders.due_of("telling", NOW + timedelta(minutes=5), 1)) == 1
    assert orders.due_of("another", NOW + timedelta(minutes=5), 50) == []
    heads = orders.due(NOW + timedelta(days=1), 50)
    assert len({head.key for head in heads}) == len(heads), "an order is due once, whatever it has to tell"


def test_a_telling_is_put_off_as_it_was_read_and_not_once_it_moved(orders: OrderStore) -> None:
    later, latest = NOW + timedelta(minutes=15), NOW + timedelta(hours=1)
    telling = a_telling(due_at=NOW)
    key = told(orders, "4000001", telling)
    (due,) = orders.due_of("telling", NOW, 50)
    orders.put_off(due, later)
    orders.put_off(due, latest)
    assert orders.telling(key) == replace(telling, due_at=later)
    assert orders.due_of("telling", NOW, 50) == []


def test_many_tellings_are_due_oldest_first(orders: OrderStore) -> None:
    for number in range(60):
        told(orders, f"{number:04}", a_telling(due_at=NOW + timedelta(minutes=number)))
    due = orders.due_of("telling", NOW + timedelta(hours=1), 200)
    assert [each.due_at for each in due] == [NOW + timedelta(minutes=number) for number in range(60)]
