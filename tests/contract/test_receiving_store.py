"""One suite for the store of purchase orders at warehouses, in memory and on DynamoDB."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.domain.hints import Action, Hint, do
from shared.domain.receiving import InboundEntry, InboundLine, InboundOrder, InboundStep, Receipt, Stage
from shared.domain.stock import StockDifference, StockScan
from shared.domain.supplier_mark import SupplierMark
from shared.ports import Conflict
from shared.ports.receiving import ReceivingStore

NOW = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
KEY = "infor-m3:ACME_TST/100/4000001/W01"
LINE = InboundLine("1/2", "VALVE-1", 10, Decimal("1.5"), "BOX")
ORDER = InboundOrder(
    key=KEY,
    connection="acme",
    document="4000001",
    warehouse="W01",
    supplier="V100",
    order_type="N10",
    stage=Stage.TAKEN,
    version=1,
    created=NOW,
    changed=NOW,
    reference="1A2B3C4D-AAAABBBBCCCC-1",
    lines=(LINE,),
    terms="t",
    expected=date(2026, 12, 15),
    received=(("VALVE-1", 3),),
    hint=Hint("do it: {0}", (do(Action.RETRY),)),
    token="one",
)
ENTRY = InboundEntry(1, NOW, "parcelbridge", InboundStep.TAKEN, Stage.TAKEN, "4000001")
RECEIPT = Receipt(1, "1/2", "VALVE-1", 3, Decimal("2.000001"), "BOX", "PBX0001", "receipt.post", "waiting", NOW, NOW)


@pytest.fixture
def store(backend: Any) -> Any:
    return backend.receiving()


def stepped(order: InboundOrder = ORDER, **changes: Any) -> tuple[InboundOrder, InboundEntry]:
    after = replace(order, version=order.version + 1, token=f"t{order.version + 1}", **changes)
    return after, InboundEntry(after.version, NOW, "ann", InboundStep.MADE, after.stage, request_ids=("r1",))


def test_what_is_created_is_read_back_whole_and_once_only(store: ReceivingStore) -> None:
    assert store.get(KEY) is None
    assert store.create(ORDER, ENTRY)
    assert store.create(ORDER, ENTRY), "its answer was lost"
    assert not store.create(replace(ORDER, token="two"), ENTRY)
    assert store.get(KEY) == ORDER
    assert store.audit(KEY) == (ENTRY,)
    assert store.receipts(KEY) == ()


def test_a_step_writes_record_audit_and_receipts_or_nothing(store: ReceivingStore) -> None:
    store.create(ORDER, ENTRY)
    after, entry = stepped(stage=Stage.INTENT, called=NOW)
    store.step(after, entry, [RECEIPT])
    store.step(after, entry, [RECEIPT])
    assert (store.get(KEY), store.audit(KEY), store.receipts(KEY)) == (after, (ENTRY, entry), (RECEIPT,))
    late, other = stepped(stage=Stage.CANCELLED)
    with pytest.raises(Conflict):
        store.step(replace(late, token="another"), other, [replace(RECEIPT, number=2)])
    assert (store.get(KEY), store.receipts(KEY)) == (after, (RECEIPT,))


def test_a_receipt_is_kept_over_the_one_before(store: ReceivingStore) -> None:
    store.create(ORDER, ENTRY)
    after, entry = stepped()
    store.step(after, entry, [RECEIPT, replace(RECEIPT, number=2)])
    posted = replace(RECEIPT, state="posted", tries=1, tried=NOW, found="0000000001")
    store.step(*stepped(after), [posted])
    assert store.receipts(KEY) == (posted, replace(RECEIPT, number=2))


def test_a_look_is_kept_without_a_step_and_yields_to_one(store: ReceivingStore) -> None:
    store.create(ORDER, ENTRY)
    looked = replace(ORDER, looked=NOW + timedelta(hours=1))
    store.note_look(looked)
    assert store.get(KEY) == looked
    after, entry = stepped(looked, stage=Stage.INTENT)
    store.step(after, entry)
    store.note_look(replace(looked, looked=NOW + timedelta(hours=2)))
    assert store.get(KEY) == after
    assert len(store.audit(KEY)) == 2


def test_records_are_listed_by_connection_and_bucket_oldest_first(store: ReceivingStore) -> None:
    for name, created, connection in (("b", 2, "acme"), ("a", 1, "acme"), ("c", 0, "other")):
        own = replace(ORDER, key=name, connection=connection, created=NOW + timedelta(minutes=created))
        store.create(own, ENTRY)
    assert list(store.listing("acme", "open")) == ["a", "b"]
    held = replace(ORDER, key="a", created=NOW + timedelta(minutes=1), version=2, token="h", hold="changed")
    store.step(held, replace(ENTRY, sequence=2))
    assert (list(store.listing("acme", "open")), list(store.listing("acme", "held"))) == (["b"], ["a"])
    done = replace(held, version=3, token="d", hold="", stage=Stage.CLOSED)
    store.step(done, replace(ENTRY, sequence=3))
    assert (list(store.listing("acme", "held")), list(store.listing("acme", "done"))) == ([], ["a"])
    assert list(store.listing("other", "open")) == ["c"]


def test_a_supplier_is_kept_by_whoever_is_first(store: ReceivingStore) -> None:
    assert store.supplier("acme", "V100") is None
    calling = SupplierMark("acme", "V100", "Valve Works", 1, called=NOW)
    assert store.keep_supplier(calling)
    assert store.keep_supplier(calling)
    assert not store.keep_supplier(replace(calling, called=NOW + timedelta(seconds=1)))
    made = replace(calling, version=2, remote_id="se-1")
    assert store.keep_supplier(made)
    assert not store.keep_supplier(replace(made, remote_id="se-2"))
    assert store.supplier("acme", "V100") == made
    assert store.supplier("other", "V100") is None


def test_s38_a_comparison_of_stock_is_kept_by_whoever_is_first_and_read_back_whole(store: ReceivingStore) -> None:
    assert store.scan("acme") is None
    differs = StockDifference("W01", "VALVE-1", "erp", Decimal("1.5"), 3, "no whole number of pieces")
    begun = StockScan("acme", 1, NOW, ("W01", "VALVE-1"), compared=4, differing=1, differences=(differs,))
    assert store.keep_scan(begun)
    assert store.keep_scan(begun), "its answer was lost"
    assert not store.keep_scan(replace(begun, compared=5))
    ended = replace(begun, version=2, ended=NOW + timedelta(hours=1), place=("", ""), why="no answer")
    assert store.keep_scan(ended)
    assert store.scan("acme") == ended
    assert store.scan("other") is None
