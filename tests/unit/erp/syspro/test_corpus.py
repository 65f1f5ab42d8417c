"""Whatever a text of a key, an address or a value holds, it is data for e.net and the feed, or is refused (G20)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from defusedxml.ElementTree import fromstring

from sandbox.erps.syspro import seed
from shared.errors import Refused
from shared.ports import WriteBack
from tests.contract.bench import ErpBench
from tests.corpus import CONTROLS, CORPUS
from tests.unit.erp.syspro.bench import ORDER, Bench

ONE = "1ZA1B2C30300000012"
HELD = [each for each in CORPUS if each.encode("cp1252", "ignore").decode("cp1252") == each]
"""Texts that Windows-1252 has."""
NOT_HELD = [*(each for each in CORPUS if each not in HELD), *CONTROLS]


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    assert made.judged() == []


def told(text: str) -> WriteBack:
    return WriteBack("346", "r", ONE, (ONE,), text, None, milestone="label_created")


@pytest.mark.parametrize("text", HELD)
def test_g20_a_name_and_an_address_are_read_as_they_stand(bench: Bench, text: str) -> None:
    bench.note(DispatchCustName=text, DispatchAddress1=text, DispatchAddress3=text)
    (order,) = bench.run(lambda erp: erp.read("346"))
    assert (order.ship_to.name, order.ship_to.address.lines[0], order.ship_to.address.city) == (text,) * 3


@pytest.mark.parametrize("text", HELD)
def test_g20_a_number_is_one_value_of_the_condition(bench: Bench, text: str) -> None:
    bench.note()
    (order,) = bench.run(lambda erp: erp.read(text))
    assert order.cancelled, "there is none of that number, and no other is found by it"
    asked = [parse_qs(urlsplit(request.url).query).get("XmlIn", []) for request, _ in bench.fake.sent]
    (find,) = [fromstring(document) for documents in asked for document in documents]
    values = [each.findtext("Value") for each in find.iterfind("Where/Expression")]
    assert values == [text]


@pytest.mark.parametrize("text", HELD)
def test_g20_a_number_is_one_literal_of_the_feed_s_filter(text: str) -> None:
    bench = ErpBench("syspro")
    bench.enter()
    feed = bench.emulated.engine.feed  # type: ignore[attr-defined]
    feed.passwords[seed.OPERATOR] = seed.FEED_PASSWORD
    feed.restart()
    address = "https://syspro.example.invalid:30001/SysproOData/A"
    part = {**bench.emulated.file()["erp"], "read": "odata", "odata_url": address}
    credential = {"odata_user": seed.OPERATOR, "odata_password": seed.FEED_PASSWORD}
    bench.secrets.fields[bench.connection(erp=part).id, "erp"] = {**bench.emulated.credential, **credential}
    (order,) = bench.erp(erp=part).read(text)
    assert order.cancelled


@pytest.mark.parametrize("large", ["auto", "post"])
@pytest.mark.parametrize("text", HELD)
def test_g20_a_value_is_written_as_it_is_and_to_its_field_alone(bench: Bench, text: str, large: str) -> None:
    bench.note()
    bench.note("000000000000347", ("000000000015575",), UserField2="theirs")
    on = {"dispatch": {"enabled": True, "service": "UserField2"}}
    bench.run(lambda erp: erp.write(told(text)), write_back=on, erp={"large": large})
    assert bench.fake.forms["ORD", ORDER]["TRKSVC"] == text
    assert [row["UserField2"] for row in bench.fake.tables["MdnMaster"]] == [text, "theirs"]
    assert bench.fake.forms["ORD", ORDER]["TRACK1"] == ONE
    assert ("ORD", "000000000015575") not in bench.fake.forms


@pytest.mark.parametrize("text", NOT_HELD)
def test_g20_what_its_documents_cannot_hold_is_refused_before_anything_is_asked_or_written(
    bench: Bench, text: str
) -> None:
    bench.note()
    with pytest.raises(Refused, match=r"cannot hold|is no number"):
        bench.run(lambda erp: erp.read(text))
    assert bench.calls() == []
    with pytest.raises(Refused, match="cannot hold"):
        bench.run(lambda erp: erp.write(told(text)))
    assert bench.fake.written == []
