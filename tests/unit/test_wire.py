"""Items on the wire: ours against boto3's own serializer."""

from __future__ import annotations

from decimal import Decimal, DecimalException
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from shared.aws.wire import from_wire, to_wire

PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(10**37), 10**37)
    | st.decimals("-1e20", "1e20", allow_nan=False, places=6)
    | st.text()
    | st.binary()
    | st.sets(st.text(), min_size=1)
)
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)


@given(st.dictionaries(st.text(min_size=1), VALUES))
def test_an_item_goes_out_and_comes_back_as_by_boto3(item: dict[str, Any]) -> None:
    theirs = {name: TypeSerializer().serialize(value) for name, value in item.items()}
    ours = to_wire(item)
    assert same(ours) == same(theirs)
    assert from_wire(ours) == {name: TypeDeserializer().deserialize(value) for name, value in theirs.items()}


def same(wire: Any) -> Any:
    """A set has no order."""
    if isinstance(wire, dict):
        return {name: sorted(value) if name == "SS" else same(value) for name, value in wire.items()}
    return [same(each) for each in wire] if isinstance(wire, list) else wire


@pytest.mark.parametrize("value", [1.5, object(), set(), {1, 2}, Decimal("NaN"), Decimal("Infinity")])
def test_what_dynamodb_does_not_keep_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        to_wire({"a": value})


def test_a_number_is_never_rounded() -> None:
    with pytest.raises(DecimalException):
        to_wire({"a": Decimal("1." + "1" * 40)})
