"""Bodies on the wire: JSON of a fast encoder and decoder, which must give what the standard library gives."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.carriers.ups.calls import encoded
from shared.http import Response
from tests.samples.ups.requests import every_request

leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)


def answer(body: bytes) -> Response:
    return Response(200, {}, body)


@given(values)
def test_a_body_is_read_as_the_standard_library_reads_it(value: object) -> None:
    assert answer(json.dumps(value).encode()).json() == value


@pytest.mark.parametrize("body", [b"", b"  \n", b"{", b"<html>", b"\xff\xfe"])
def test_a_body_that_is_empty_or_no_json_is_none(body: bytes) -> None:
    assert answer(body).json() is None


@pytest.mark.parametrize("body", [b'{"number": "1Z", "text": "\\ud83d"}', b'\xef\xbb\xbf{"number": "1Z"}'])
def test_a_shipment_number_is_not_lost_to_half_a_character_or_a_byte_order_mark(body: bytes) -> None:
    assert answer(body).json()["number"] == "1Z"


@pytest.mark.parametrize("name", ["ship_inbound", "ship_across_a_border", "rate_two_packages", "address"])
def test_a_request_is_sent_as_compact_json_in_utf_8(name: str) -> None:
    body = json.loads(every_request()[name].body)
    assert encoded(body) == json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    assert encoded({"City": "Köln"}) == '{"City":"Köln"}'.encode()
