"""A webhook's pointer is never asked as it stands: what is asked is built anew (G19)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from shared.carriers.shipstation.pointers import checked, resource_of
from shared.carriers.shipstation.push import read
from shared.domain.tracking import Pointer
from tests.samples.shipstation.answers import NUMBER, a_label, listed
from tests.samples.shipstation.wire import KEY, REFERENCE, legacy, said, scripted

UUID = "1ab23c4d-12ab-1abc-a1bc-a12b12cdabcd"
GOOD = {
    "https://api.shipstation.com/v2/labels?batch_id=se-123": "/v2/labels?batch_id=se-123",
    f"https://api.shipstation.com/v2/shipments?import_batch_id={UUID}": f"/v2/shipments?import_batch_id={UUID}",
    "https://api.shipstation.com/v2/fulfillments?shipment_id=se-2&fulfillment_id=se-1": (
        "/v2/fulfillments?fulfillment_id=se-1&shipment_id=se-2"
    ),
    "https://ssapi6.shipstation.com/shipments?storeID=1&batchId=77&includeShipmentItems=False": "/shipments?batchId=77",
    f"https://ssapi11.shipstation.com/orders?storeID=9&importBatch={UUID}": f"/orders?importBatch={UUID}",
    "https://ssapi.shipstation.com/fulfillments?fulfillmentId=5": "/fulfillments?fulfillmentId=5",
}
LABELS = "/v2/labels?batch_id=se-1"
HOSTILE = [
    # another host
    f"https://evil.example{LABELS}",
    f"https://evilshipstation.com{LABELS}",
    f"https://api.shipstation.com.evil.example{LABELS}",
    f"https://api.shipstation.com-evil.example{LABELS}",
    f"https://xapi.shipstation.com{LABELS}",
    f"https://shipstation.com{LABELS}",
    f"https://api.shipengine.com{LABELS}",
    f"https://api-stage.shipstation.com{LABELS}",
    f"https://apixshipstation.com{LABELS}",
    f"https://API.SHIPSTATION.COM{LABELS}",
    f"https://api.shipstation.com.{LABELS}",
    f"https://ssapi6.shipstation.com{LABELS}",
    "https://api.shipstation.com/shipments?batchId=1",
    "https://ssapi1234.shipstation.com/shipments?batchId=1",
    "https://ssapix.shipstation.com/shipments?batchId=1",
    "https://ssapi\uff16.shipstation.com/shipments?batchId=1",
    f"https://\u0430pi.shipstation.com{LABELS}",
    f"https://xn--pi-7kc.shipstation.com{LABELS}",
    f"https://api\u3002shipstation\u3002com{LABELS}",
    # our own machine, the cloud's metadata, other numbers
    f"http://127.0.0.1:9001{LABELS}",
    "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
    f"https://localhost{LABELS}",
    f"https://[::1]{LABELS}",
    f"https://[::ffff:127.0.0.1]{LABELS}",
    "http://169.254.169.254/latest/meta-data/",
    f"https://2130706433{LABELS}",
    f"https://0x7f000001{LABELS}",
    f"https://0{LABELS}",
    # who is the host?
    f"https://evil.example\\@api.shipstation.com{LABELS}",
    f"https://evil.example\\@ssapi.shipstation.com{LABELS}",
    f"https://api.shipstation.com@evil.example{LABELS}",
    f"https://api.shipstation.com:443@evil.example{LABELS}",
    f"https://user:secret@api.shipstation.com{LABELS}",
    f"https://evil.example#@api.shipstation.com{LABELS}",
    f"https://evil.example?@api.shipstation.com{LABELS}",
    f"https://evil.example/@api.shipstation.com{LABELS}",
    f"https://api.shipstation.com%2eevil.example{LABELS}",
    f"https://api.shipstation.com%00.evil.example{LABELS}",
    f"https://api.shipstation.com\t.evil.example{LABELS}",
    f"https:\\\\api.shipstation.com{LABELS}",
    f"https:/api.shipstation.com{LABELS}",
    f"https:///api.shipstation.com{LABELS}",
    f"https:api.shipstation.com{LABELS}",
    f"//api.shipstation.com{LABELS}",
    # another scheme or port
    f"http://api.shipstation.com{LABELS}",
    f"HTTPS://api.shipstation.com{LABELS}",
    f"ftp://api.shipstation.com{LABELS}",
    f"gopher://api.shipstation.com{LABELS}",
    f"file://api.shipstation.com{LABELS}",
    "javascript:alert(1)",
    "data:text/plain,x",
    f"https://api.shipstation.com:443{LABELS}",
    f"https://api.shipstation.com:8443{LABELS}",
    # another resource, or another thing done with it
    "https://api.shipstation.com/v2/labels",
    "https://api.shipstation.com/v2/labels?",
    "https://api.shipstation.com/v2/labels/se-1/void?batch_id=se-1",
    "https://api.shipstation.com/v2/environment/webhooks?batch_id=se-1",
    "https://api.shipstation.com/v2/../labels?batch_id=se-1",
    "https://api.shipstation.com/v2/x/../labels?batch_id=se-1",
    "https://api.shipstation.com/v2/%2e%2e/labels?batch_id=se-1",
    "https://api.shipstation.com//v2/labels?batch_id=se-1",
    "https://api.shipstation.com/v2//labels?batch_id=se-1",
    "https://api.shipstation.com/V2/labels?batch_id=se-1",
    "https://api.shipstation.com/v2/labels/?batch_id=se-1",
    "https://api.shipstation.com/v2/labels;x?batch_id=se-1",
    "https://ssapi.shipstation.com/shipments/voidlabel?batchId=1",
    "https://ssapi.shipstation.com/accounts/registeraccount?batchId=1",
    # ids that are none
    "https://api.shipstation.com/v2/labels?batch_id=",
    "https://api.shipstation.com/v2/labels?batch_id=1",
    "https://api.shipstation.com/v2/labels?batch_id=se-1&batch_id=se-2",
    "https://api.shipstation.com/v2/labels?batch_id=se-1%26page_size=9999",
    "https://api.shipstation.com/v2/labels?batch_id=se-1#x",
    "https://api.shipstation.com/v2/labels?batch_id=../../x",
    "https://api.shipstation.com/v2/labels?batch_id=se-\uff11",
    "https://api.shipstation.com/v2/shipments?import_batch_id=*",
    "https://ssapi.shipstation.com/shipments?batchId=1\r\nHost:%20evil.example",
    "https://ssapi.shipstation.com/shipments?batchId=1\n",
    " https://api.shipstation.com/v2/labels?batch_id=se-1",
    "https://api.shipstation.com/v2/labels?batch_id=se-1\x00",
    f"https://api.shipstation.com/v2/labels?batch_id=se-1&x={'a' * 2048}",
    "",
]
"""Addresses that lead elsewhere, or that two readers would read in two ways."""


@pytest.mark.parametrize("address", GOOD)
def test_an_address_as_shipstation_writes_it_gives_the_resource_without_the_host_q42_(address: str) -> None:
    assert resource_of(address) == GOOD[address]
    assert checked(GOOD[address]) == GOOD[address]


def test_g19_there_are_enough_hostile_addresses() -> None:
    assert len(set(HOSTILE)) >= 60


@pytest.mark.parametrize("address", HOSTILE)
def test_g19_a_hostile_address_leads_nowhere(address: str) -> None:
    for kind in ("LABEL_CREATED_V2", "SHIP_NOTIFY", "ORDER_NOTIFY"):
        assert read({"resource_url": address, "resource_type": kind}) is None
    assert checked(address) == ""


@pytest.mark.parametrize("address", [*HOSTILE, *GOOD])
def test_g19_whatever_a_pointer_says_the_key_goes_to_our_own_host_alone(address: str) -> None:
    """The address is handed to both versions as a message could name it, past the reader as well."""
    for resource in (resource_of(address), address, address.partition(".com")[2]):
        for api, host in (("v2", "api.shipstation.com"), ("v1", "ssapi.shipstation.com")):
            opened: Any = scripted(said(listed())) if api == "v2" else legacy(said({"shipments": [], "pages": 1}))
            carrier, script = opened
            carrier.follow(resource)
            for each in script.sent:
                parts = urlsplit(each.request.url)
                assert (parts.scheme, parts.netloc, each.request.method) == ("https", host, "GET")
                assert parts.path == ("/v2/labels" if api == "v2" else "/shipments")
                assert KEY not in each.request.url


@pytest.mark.parametrize("value", [None, 7, ["https://api.shipstation.com/v2/labels?batch_id=se-1"], {}, True])
def test_a_pointer_that_is_no_text_is_none(value: object) -> None:
    assert read({"resource_url": value, "resource_type": "LABEL_CREATED_V2"}) is None


def test_s47_s48_the_pointers_of_both_versions_are_read_by_their_names() -> None:
    for kind in ("SHIP_NOTIFY", "ORDER_NOTIFY", "ITEM_SHIP_NOTIFY", "label_created_v2", "FULFILLMENT_SHIPPED_V2"):
        address = "https://ssapi6.shipstation.com/shipments?batchId=77"
        assert read({"resource_url": address, "resource_type": kind}) == Pointer("/shipments?batchId=77")
    assert read({"resource_url": next(iter(GOOD)), "resource_type": "RATE_V2"}) is None


def test_a_pointer_is_followed_over_all_pages_and_gives_live_labels() -> None:
    other = a_label("1Z932R800392060080", label_id="se-9")
    pages = [{**listed(a_label()), "pages": 2}, {**listed(other), "pages": 2}]
    carrier, script = scripted(*map(said, pages))
    pointed = carrier.follow("/v2/labels?batch_id=se-123")
    assert pointed.numbers == (NUMBER, "1Z932R800392060080")
    assert pointed.references == (REFERENCE,)
    assert [urlsplit(each.request.url).query for each in script.sent] == [
        "batch_id=se-123&page=1",
        "batch_id=se-123&page=2",
    ]
