"""1,000 orders to labels in 5 minutes, their print file in 30 seconds: by counted calls and measured CPU."""

from __future__ import annotations

from benchmarks.bulk import MOST_LABEL_SECONDS, MOST_PRINT_SECONDS, bulk


def test_a_thousand_orders_are_labelled_and_printed_in_time() -> None:
    found = bulk(labels=60)
    assert found.vendor_calls == 3, "address, price, label"
    assert found.label_seconds <= MOST_LABEL_SECONDS
    assert found.print_seconds <= MOST_PRINT_SECONDS
