"""The name of a claim on an order, and how addresses read."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.address import Address
from shared.domain.order import order_key
from tests.builders import an_order

PARTS = st.tuples(*[st.text(max_size=12)] * 4)


def test_s28_the_claim_names_system_company_document_and_delivery_and_no_connection() -> None:
    assert an_order().key == "infor-m3:ACME_TST/100/1000001/-"
    assert replace(an_order(), delivery="2").key == "infor-m3:ACME_TST/100/1000001/2"


@given(PARTS, PARTS)
def test_s28_two_orders_never_share_a_claim(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    def said(parts: tuple[str, ...]) -> tuple[str, ...]:
        """A blank part and a lone hyphen are written alike: no ERP numbers anything "-"."""
        return tuple("" if part == "-" else part for part in parts)

    assert (order_key(*one) == order_key(*other)) == (said(one) == said(other))


@given(PARTS)
def test_the_claim_is_one_line_of_four_parts(parts: tuple[str, ...]) -> None:
    key = order_key(*parts)
    assert len(key.split("/")) == 4
    assert key.isprintable()


def test_an_address_reads_as_one_line_without_its_blank_parts() -> None:
    assert str(Address(("1 Dock St", ""), "Albany", "NY", "12207", "US")) == "1 Dock St, Albany NY 12207, US"
    assert str(Address((), "", "", "", "")) == ""
