"""Whatever a text holds, it is data: never part of a condition or a path, read as it stands, written as it is (G20)."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest

from shared.errors import Refused
from shared.http import Request, Response
from shared.ports import ShippedLine
from tests.corpus import CONTROLS, CORPUS
from tests.unit.erp.oracle.bench import DOCUMENT, ONE, a_note, open_on
from tests.unit.erp.oracle.pod import Pod, answer
from tests.unit.erp.oracle.test_shipments import LINES, a_row, outbound

TEXTS = [*CORPUS, *CONTROLS]
QUOTED = ("'", '"', "\x00", "\n", "\r", "\t", "\x1b", "\x7f")


def is_quoted(text: str) -> bool:
    return any(each in text for each in QUOTED)


def conditions(pod: Pod) -> list[str]:
    """The conditions that were sent, decoded as the pod does."""
    return [dict(parse_qsl(urlsplit(each.url).query)).get("q", "") for each in pod.sent if each.method == "GET"]


@pytest.mark.parametrize("text", TEXTS)
def test_g20_the_name_of_an_order_is_one_value_of_the_condition_or_is_refused(pod: Pod, text: str) -> None:
    """An order that cannot be asked for is held, and does not look like one that is gone."""
    if is_quoted(text):
        with pytest.raises(Refused, match="cannot be looked up") as error:
            open_on(pod).read(text)
        assert (error.value.field, "POHeaderId" in str(error.value.hint)) == ("document", True)
        assert conditions(pod) == []
        return
    assert all(each.cancelled for each in open_on(pod).read(text))
    asked = conditions(pod)
    assert asked == ([f"OrderNumber = '{text}'"] if asked else [])


@pytest.mark.parametrize("text", TEXTS)
def test_g20_the_name_of_a_shipment_is_one_value_of_the_condition_or_is_refused(pod: Pod, text: str) -> None:
    pod.rows[LINES] = [a_row(1)]
    if is_quoted(text):
        with pytest.raises(Refused, match="cannot be looked up") as error:
            open_on(pod, **outbound()).read(text)
        assert (error.value.field, "erp.shipment.document" in str(error.value.hint)) == ("document", True)
        assert conditions(pod) == []
        return
    assert all(each.cancelled for each in open_on(pod, **outbound()).read(text))
    asked = conditions(pod)
    assert asked == ([f"Shipment = '{text}'"] if asked else [])


def test_g20_an_order_with_a_quote_is_held_and_told_by_the_connection_test(pod: Pod) -> None:
    pod.rows["purchaseOrders"][0]["OrderNumber"] = "O'Neil 7"
    (said,) = (each for each in open_on(pod).ping() if each.name == "orders")
    assert (said.ok, "cannot be looked up" in said.detail) == (False, True)


@pytest.mark.parametrize("text", TEXTS)
def test_g20_a_shipment_s_name_out_of_an_answer_is_one_step_of_a_path(pod: Pod, text: str) -> None:
    pod.rows |= {LINES: [a_row(1, Order="SO1", Shipment=text)], "shipments": []}
    names = {"address_on": "shipment", "document": "Order"}
    with pytest.raises(Refused):
        open_on(pod, **outbound(shipment=names)).read("SO1")
    (url,) = (each.url for each in pod.sent if "/shipments/" in each.url)
    assert urlsplit(url).path.split("/resources/")[1].count("/") == 2
    assert not urlsplit(url).query


@pytest.mark.parametrize("text", TEXTS)
def test_g20_names_and_addresses_are_read_as_they_stand(pod: Pod, text: str) -> None:
    pod.rows["locations"][0] |= {"LocationName": text, "AddressLine1": text, "TownOrCity": text}
    pod.rows["suppliers"][0]["Supplier"] = text
    (order,) = open_on(pod).read(DOCUMENT)
    assert (order.ship_to.name, *order.ship_to.address.lines, order.ship_to.address.city) == (text.strip(),) * 3
    assert order.ship_from.name == text.strip()


@pytest.mark.parametrize("text", CORPUS)
def test_g20_what_the_pod_says_of_an_order_goes_into_an_advice_as_a_value(
    a_judged_pod: Callable[..., Pod], text: str
) -> None:
    pod = a_judged_pod(SoldToLegalEntity=text)

    def takes(request: Request) -> Response | None:
        return answer(201, {"HeaderInterfaceId": 41, "ReturnStatus": "SUCCESS"}) if request.method == "POST" else None

    erp = open_on(pod, write_back={"advice": {"enabled": True, "confirmed": True}})
    (action,) = erp.actions(a_note(ONE, lines=(ShippedLine("1", Decimal(2), "Each"),)))
    assert erp.find_action(action) == ""
    pod.hooks.append(takes)
    erp.act(action)
    (body,) = (json.loads(each.body) for each in pod.sent if each.method == "POST" and b"ASNType" in each.body)
    assert body["lines"][0]["SoldtoLegalEntity"] == text.strip()
    assert set(body) <= {
        "ASNType", "ReceiptSourceCode", "OrganizationId", "VendorName", "VendorSiteCode", "ShipmentNumber",
        "ShippedDate", "WaybillAirbillNumber", "FreightCarrierName", "NumberOfContainers", "Comments",
        "InsertAndProcessFlag", "ExpectedReceiptDate", "lines",
    }  # fmt: skip
