"""Whatever a text of an address or a value holds, it is data: read as it stands, written as it is (G20)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.erp.ifs.write import NOT_TAKEN
from shared.ports import WriteBack
from tests.corpus import CONTROLS, CORPUS
from tests.unit.erp.ifs.bench import Bench, judged

ONE = "1ZA1B2C30300000012"


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    assert judged(made) == {}


@pytest.mark.parametrize("text", [*CORPUS, *CONTROLS])
def test_g20_a_name_and_an_address_are_read_as_they_stand(bench: Bench, text: str) -> None:
    facts = {"ReceiverAddressName": text, "ReceiverAddress1": text, "ReceiverCity": text, "ReceiverReference": text}
    (order,) = bench.erp().read(bench.shipment(**facts))
    read = (order.ship_to.name, *order.ship_to.address.lines, order.ship_to.address.city, order.ship_to.attention)
    assert read == (text,) * 4


@pytest.mark.parametrize("text", [*CORPUS, *CONTROLS])
def test_g20_a_value_is_written_as_it_is_and_to_its_field_alone(bench: Bench, text: str) -> None:
    """IFS takes no control characters but tabs and ends of lines: they are blanks."""
    number, other = bench.shipment(), bench.shipment()
    erp = bench.erp(write_back={"service": "Cf_Eta", "eta": "off"})
    before = bench.stored(other).copy()
    erp.write(WriteBack(number, "r", ONE, (ONE,), text, None, milestone="label_created"))
    assert (bench.stored(number)["Cf_Eta"], bench.stored(number)["AirwayBillNo"]) == (
        NOT_TAKEN.sub(" ", text),
        ONE,
    )
    assert bench.stored(other) == before
